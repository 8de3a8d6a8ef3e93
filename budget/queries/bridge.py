"""From original to revised budget for any node: each adopted amendment in order, adding up to the øre."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from budget.queries.amendments import amendments
from budget.queries.deviations import Known
from budget.queries.drivers import node_figures
from budget.selection import Level, Selection


@dataclass(frozen=True)
class BridgeStep:
    """One adopted amendment: what it gave to and took from the node, and where the budget stood after it."""

    number: str
    case_number: str
    body: str
    decided_on: datetime.date
    text: str
    added: Decimal
    taken: Decimal
    after: Decimal

    @property
    def net(self) -> Decimal:
        """This will return what the budget of the node changed by."""
        return self.added + self.taken


@dataclass(frozen=True)
class Bridge:
    """Original budget, the steps and the revised budget; no figures at all where no budget has been read in."""

    original: Decimal | None
    steps: tuple[BridgeStep, ...]
    revised: Decimal | None

    @property
    def change(self) -> Decimal:
        """This will return the sum of the steps."""
        return sum((step.net for step in self.steps), Decimal(0))


def bridge(selection: Selection, known: Known) -> Bridge:
    """This will read a node's bridge in two queries: the balances for both ends, the ledger for the steps."""
    whole = node_figures(selection, [Level.RAMMEOMRADE], known).whole
    steps: list[BridgeStep] = []
    standing = whole.original or Decimal(0)
    for row in amendments(selection):
        standing += row.net
        steps.append(
            BridgeStep(row.number, row.case_number, row.body, row.decided_on, row.text, row.added, row.taken, standing)
        )
    return Bridge(whole.original, tuple(steps), whole.revised)
