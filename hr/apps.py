"""The hr room: sick leave, staff figures and internal control."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HrConfig(AppConfig):
    """Registers the room's kinds of workbook and its tables."""

    name = "hr"
    verbose_name = _("Personal og internkontroll")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """This will make the room's workbooks, their messages and its tables known to the ground floor."""
        # Models must be loaded before the importers that name them.
        from hr.exports import EXPORTS
        from hr.importers import KINDS, MESSAGES
        from hr.models import ControlPercent, SickLeave, StaffFigure
        from roros import access, history_log, table_registry
        from roros.workbooks import messages, registry

        for kind in KINDS:
            registry.register(kind)
        messages.register(MESSAGES)
        for name, export in EXPORTS.items():
            table_registry.register(name, export)
        for model in (SickLeave, ControlPercent, StaffFigure):  # hold days and counts of groups too small to show
            history_log.restrict(model, access.may_see_small_groups)
