"""The climate room: emissions, targets and measures."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClimateConfig(AppConfig):
    """Registers the room's kinds of workbook with the import engine."""

    name = "climate"
    verbose_name = _("Klima")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """This will make the room's workbooks, their messages and its tables known to the ground floor."""
        # Models must be loaded before the importers that name them.
        from climate.exports import EXPORTS
        from climate.importers import KINDS, MESSAGES
        from climate.search import answer
        from roros import search, table_registry
        from roros.workbooks import messages, registry

        for kind in KINDS:
            registry.register(kind)
        messages.register(MESSAGES)
        for name, export in EXPORTS.items():
            table_registry.register(name, export)
        search.register(answer)
