"""How the climate room's workbooks look, what must hold in them, and where their rows go."""

from climate.importers.klima import BEFOLKNING, KLIMA
from climate.importers.klimatiltak import KLIMATILTAK
from climate.importers.rules import MESSAGES

KINDS = (KLIMA, BEFOLKNING, KLIMATILTAK)

__all__ = ["BEFOLKNING", "KINDS", "KLIMA", "KLIMATILTAK", "MESSAGES"]
