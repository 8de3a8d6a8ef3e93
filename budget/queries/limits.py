"""Which units and ansvar are so far over budget in a round that they must explain it: figures to date, its limits."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db import connection

from budget.models import Round
from budget.queries.scope import CODES, scope
from budget.selection import Level, Selection
from roros.numbers import deviation_percent
from roros.periods import Period


def is_over(deviation: Decimal, revised: Decimal, limit_amount: Decimal, limit_percent: Decimal) -> bool:
    """This will say whether more was spent than budgeted by at least both limits; of a budget of 0, any percent."""
    over = -deviation
    return over > 0 and over >= limit_amount and over * 100 >= abs(revised) * limit_percent


@dataclass(frozen=True)
class NodeFigures:
    """Kroner to date of a virksomhet or of an ansvar in a round."""

    level: Level
    code: str
    name: str
    actual: Decimal
    revised: Decimal
    over_limit: bool

    @property
    def key(self) -> tuple[str, str]:
        """This will return what tells the node from others: level and code."""
        return self.level.value, self.code

    @property
    def deviation(self) -> Decimal:
        """This will return revised budget minus actual: negative is spent more than budgeted."""
        return self.revised - self.actual

    @property
    def percent(self) -> Decimal | None:
        """This will return the deviation in percent of the revised budget; None when that is 0."""
        return deviation_percent(self.deviation, self.revised)


@dataclass(frozen=True)
class UnitFigures:
    """Kroner of a virksomhet to date at the period of a round, and of its ansvar. `over_limit`: it must explain."""

    virksomhet: str
    name: str
    rammeomrade: int  # the one with most of its ansvar
    actual: Decimal
    revised: Decimal
    revised_year: Decimal
    over_limit: bool
    ansvar: tuple[NodeFigures, ...] = ()

    @property
    def deviation(self) -> Decimal:
        """This will return revised budget minus actual: negative is spent more than budgeted."""
        return self.revised - self.actual

    @property
    def percent(self) -> Decimal | None:
        """This will return the deviation in percent of the revised budget; None when that is 0."""
        return deviation_percent(self.deviation, self.revised)

    @property
    def whole(self) -> NodeFigures:
        """This will return the virksomhet itself as a node."""
        return NodeFigures(
            Level.VIRKSOMHET, self.virksomhet, self.name, self.actual, self.revised, over_limit=self.over_limit
        )

    @cached_property
    def nodes(self) -> dict[tuple[str, str], NodeFigures]:
        """This will return what can be explained: the virksomhet first, then its ansvar, if it has several."""
        parts = self.ansvar if len(self.ansvar) > 1 else ()
        return {node.key: node for node in (self.whole, *parts)}

    @cached_property
    def required(self) -> list[NodeFigures]:
        """This will return the nodes that must be explained: those over the limit."""
        return [node for node in self.nodes.values() if node.over_limit]


def unit_figures(reporting: Round, *, virksomhet: str | None = None) -> dict[str, UnitFigures]:
    """This will return the figures of every virksomhet with figures that year (or of one), in one query.

    Each stands where it belongs in the round's own year. Lines of an ansvar that is not placed are nobody's.
    """
    selection = Selection(
        year=reporting.year, period=Period(reporting.year, reporting.period).rollup_number, virksomhet=virksomhet
    )
    held = scope(selection)
    unit, ansvar = CODES[Level.VIRKSOMHET], CODES[Level.ANSVAR]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH figures AS (
                SELECT {unit} AS unit, {ansvar} AS ansvar, min(p.rammeomrade_id) AS area,
                       coalesce(sum(b.actual) FILTER (WHERE b.period = %(period)s), 0.00) AS actual,
                       coalesce(sum(b.original + b.amended) FILTER (WHERE b.period = %(period)s), 0.00) AS revised,
                       coalesce(sum(b.original + b.amended) FILTER (WHERE b.period = 13), 0.00) AS revised_year
                FROM {held.source}
                WHERE b.year = %(year)s AND b.period IN (%(period)s, 13) AND {held.condition}
                GROUP BY 1, 2)
            SELECT f.unit, v.name, f.ansvar, a.name, f.area, f.actual, f.revised, f.revised_year
            FROM figures f JOIN roros_virksomhet v ON v.code = f.unit JOIN roros_ansvar a ON a.code = f.ansvar
            ORDER BY f.unit COLLATE "C", f.ansvar COLLATE "C"
            """,
            held.parameters,
        )
        rows = [_Row(*row) for row in cursor.fetchall()]
    units: dict[str, list[_Row]] = {}
    for row in rows:
        units.setdefault(row.unit, []).append(row)
    return {code: _unit(reporting, parts) for code, parts in units.items()}


class _Row(NamedTuple):
    """The figures of one ansvar and where it belongs."""

    unit: str
    unit_name: str
    ansvar: str
    ansvar_name: str
    area: int
    actual: Decimal
    revised: Decimal
    revised_year: Decimal

    @property
    def deviation(self) -> Decimal:
        return self.revised - self.actual


def _unit(reporting: Round, parts: list[_Row]) -> UnitFigures:
    areas = [part.area for part in parts]
    actual = sum((part.actual for part in parts), Decimal("0.00"))
    revised = sum((part.revised for part in parts), Decimal("0.00"))

    def over(deviation: Decimal, budget: Decimal) -> bool:
        return is_over(deviation, budget, reporting.limit_amount, reporting.limit_percent)

    return UnitFigures(
        virksomhet=parts[0].unit,
        name=parts[0].unit_name,
        rammeomrade=min(areas, key=lambda area: (-areas.count(area), area)),
        actual=actual,
        revised=revised,
        revised_year=sum((part.revised_year for part in parts), Decimal("0.00")),
        over_limit=over(revised - actual, revised),
        ansvar=tuple(
            NodeFigures(
                Level.ANSVAR,
                part.ansvar,
                part.ansvar_name,
                part.actual,
                part.revised,
                over_limit=over(part.deviation, part.revised),
            )
            for part in parts
        ),
    )
