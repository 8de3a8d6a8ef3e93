"""How the budget room's workbooks look, what must hold in them, and where their rows go."""

from budget.importers.budsjettendringer import BUDSJETTENDRINGER
from budget.importers.elevtall import ELEVTALL
from budget.importers.hovedbok import BUDSJETT, REGNSKAP
from budget.importers.koronatilskudd import KORONATILSKUDD
from budget.importers.maltall import MALTALL
from budget.importers.organisasjon import ORGANISASJON
from budget.importers.register_checks import MESSAGES
from budget.importers.saker import SAKER
from budget.importers.temaer import TEMAER
from budget.importers.verbalvedtak import VERBALVEDTAK

KINDS = (
    ORGANISASJON,
    BUDSJETT,
    REGNSKAP,
    BUDSJETTENDRINGER,
    SAKER,
    VERBALVEDTAK,
    MALTALL,
    TEMAER,
    KORONATILSKUDD,
    ELEVTALL,
)

__all__ = ["BUDSJETT", "BUDSJETTENDRINGER", "KINDS", "MESSAGES", "ORGANISASJON", "REGNSKAP"]
