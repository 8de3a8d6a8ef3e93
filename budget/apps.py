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
        """This will make the room's workbooks known to the import engine."""
        # Models must be loaded before the importers that name them.
        from budget.importers import KINDS, MESSAGES  # noqa: PLC0415
        from roros.workbooks import messages, registry  # noqa: PLC0415

        for kind in KINDS:
            registry.register(kind)
        messages.register(MESSAGES)
