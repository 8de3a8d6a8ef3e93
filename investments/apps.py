"""The investment room: projects with money, status, grants and forecasts."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InvestmentsConfig(AppConfig):
    """Registers the room's kind of workbook with the import engine."""

    name = "investments"
    verbose_name = _("Investeringer")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """This will make the room's workbooks, their messages and its tables known to the ground floor."""
        # Models must be loaded before the importers that name them.
        from investments.exports import EXPORTS
        from investments.importers import KINDS, MESSAGES
        from investments.search import answer
        from roros import search, table_registry
        from roros.workbooks import messages, registry

        for kind in KINDS:
            registry.register(kind)
        messages.register(MESSAGES)
        for name, export in EXPORTS.items():
            table_registry.register(name, export)
        search.register(answer)
