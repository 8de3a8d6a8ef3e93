"""How the budget room's workbooks look, what must hold in them, and where their rows go."""

from budget.importers.budsjettendringer import BUDSJETTENDRINGER
from budget.importers.elevtall import ELEVTALL
from budget.importers.foring import FORING
from budget.importers.foring import MESSAGES as ENTRY_MESSAGES
from budget.importers.hovedbok import BUDSJETT, REGNSKAP
from budget.importers.koronatilskudd import KORONATILSKUDD
from budget.importers.maltall import MALTALL
from budget.importers.organisasjon import ORGANISASJON
from budget.importers.register_checks import MESSAGES as REGISTER_MESSAGES
from budget.importers.saker import SAKER
from budget.importers.temaer import TEMAER
from budget.importers.verbalvedtak import VERBALVEDTAK

KINDS = (
    ORGANISASJON,
    BUDSJETT,
    REGNSKAP,
    FORING,
    BUDSJETTENDRINGER,
    SAKER,
    VERBALVEDTAK,
    MALTALL,
    TEMAER,
    KORONATILSKUDD,
    ELEVTALL,
)

MESSAGES = REGISTER_MESSAGES | ENTRY_MESSAGES

__all__ = ["BUDSJETT", "BUDSJETTENDRINGER", "FORING", "KINDS", "MESSAGES", "ORGANISASJON", "REGNSKAP"]
