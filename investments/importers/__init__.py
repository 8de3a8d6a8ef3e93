"""How the investment room's workbooks look, what must hold in them, and where their rows go."""

from investments.importers.kind import INVESTERINGER, MESSAGES

KINDS = (INVESTERINGER,)

__all__ = ["INVESTERINGER", "KINDS", "MESSAGES"]
