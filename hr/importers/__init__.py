"""How the hr room's workbooks look, what must hold in them, and where their rows go."""

from hr.importers.checklist import SJEKKLISTE
from hr.importers.control import INTERNKONTROLL
from hr.importers.messages import MESSAGES
from hr.importers.sick_leave import SYKEFRAVAER
from hr.importers.staff import HR_NOKKELTALL
from hr.importers.targets import SYKEFRAVAER_MAL

KINDS = (SYKEFRAVAER, SYKEFRAVAER_MAL, HR_NOKKELTALL, INTERNKONTROLL, SJEKKLISTE)

__all__ = ["HR_NOKKELTALL", "INTERNKONTROLL", "KINDS", "MESSAGES", "SJEKKLISTE", "SYKEFRAVAER", "SYKEFRAVAER_MAL"]
