"""How the budget room's workbooks look, what must hold in them, and where their rows go."""

from budget.importers.budsjettendringer import BUDSJETTENDRINGER
from budget.importers.hovedbok import BUDSJETT, REGNSKAP
from budget.importers.organisasjon import ORGANISASJON

KINDS = (ORGANISASJON, BUDSJETT, REGNSKAP, BUDSJETTENDRINGER)

__all__ = ["BUDSJETT", "BUDSJETTENDRINGER", "KINDS", "ORGANISASJON", "REGNSKAP"]
