"""The budget room: ledger, budget, amendments and deviations."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BudgetConfig(AppConfig):
    """Registers the room's kinds of workbook with the import engine."""

    name = "budget"
    verbose_name = _("Budsjett og regnskap")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """This will make the room's workbooks known to the import engine, and its registers to the exports."""
        # Models must be loaded before the importers that name them.
        from budget.exports.forecasts import TABLES
        from budget.exports.registers import EXPORTS
        from budget.importers import KINDS, MESSAGES
        from budget.search import answer
        from budget.tables.measures import registered_measures
        from roros import search, table_registry
        from roros.workbooks import messages, registry

        for kind in KINDS:
            registry.register(kind)
        messages.register(MESSAGES)
        for name, export in {**EXPORTS, **TABLES, "tiltak": registered_measures}.items():
            table_registry.register(name, export)
        search.register(answer)
