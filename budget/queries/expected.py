"""What the newest signed round expects of a year, for the deviation table: per virksomhet and rammeområde."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from budget.models import Round
from budget.queries.curves import Curve, curve_of, curve_statement
from budget.queries.deviations import DeviationRow, Deviations
from budget.queries.rounds import title_of
from budget.queries.scope import scope
from budget.queries.years import FigureYear
from budget.selection import Level, Selection
from roros.together import select_together

LEVELS = (Level.RAMMEOMRADE, Level.VIRKSOMHET)


@dataclass(frozen=True)
class Expected:
    """The standing forecasts of one signed round. `areas` says where each virksomhet with figures belongs."""

    title: str  # "2. tertial 2021"
    units: Mapping[str, Decimal]
    ansvar: Mapping[str, Decimal]
    areas: Mapping[str, frozenset[str]]

    def of(self, row: DeviationRow, level: Level) -> Decimal | None:
        """This will return the forecast of a row; None where nobody made one for just what the row holds."""
        if level is Level.RAMMEOMRADE:
            return self._area(row.code)
        if level is Level.ANSVAR:
            return self.ansvar.get(row.code)
        whole = len(self.areas.get(row.code, ())) < 2 or not row.rammeomrade
        return self.units.get(row.code) if whole else None

    def is_needed(self, row: DeviationRow, level: Level) -> bool:
        """This will say whether a sum is unknown without the row's forecast: not when nothing was there all year."""
        if level is Level.VIRKSOMHET:
            return row.code in self.areas
        return any(row.code in areas for areas in self.areas.values())

    def _area(self, number: str) -> Decimal | None:
        """The sum of the units of a rammeområde; None when one of them said nothing or also belongs elsewhere."""
        inside = [unit for unit, areas in self.areas.items() if number in areas]
        said = [self.units[unit] for unit in inside if unit in self.units and len(self.areas[unit]) == 1]
        return sum(said, Decimal("0.00")) if inside and len(said) == len(inside) else None


def expected(selection: Selection) -> Expected | None:
    """This will return the forecasts to show in the deviation table of a selection, in one query.

    None for a whole year, below virksomhet, and inside a filter that cuts through the units; and where no signed
    round of the year has forecasts. An open round is not for every reader, so it is never shown here.
    """
    if not may_expect(selection):
        return None
    (records,) = select_together(expected_statement(selection))
    return expected_of(records, selection.year)


def curve_and_expected(
    selection: Selection, years: Mapping[int, FigureYear], *, services: bool
) -> tuple[Curve, Expected | None]:
    """This will read the curve of a selection and the forecasts beside it with one query, for the front pages."""
    statements = [curve_statement(selection, services=services)]
    if may_expect(selection):
        statements.append(expected_statement(selection))
    months, *forecasts = select_together(*statements)
    year = selection.year
    return curve_of(months, selection, years), expected_of(forecasts[0], year) if forecasts else None


def may_expect(selection: Selection) -> bool:
    """This will say whether a selection can have forecasts at all."""
    return not selection.is_year and selection.level in LEVELS and set(selection.filters) <= set(LEVELS)


def expected_statement(selection: Selection) -> tuple[str, Mapping[str, object]]:
    """This will return the statement that reads the forecasts of the newest signed round, with its parameters."""
    held = scope(Selection(selection.year, period=selection.period))
    return (
        f"""
            WITH newest AS (
                SELECT r.id, r.kind, r.period FROM budget_round r
                WHERE r.year = %(year)s AND r.state <> 'apen'
                      AND EXISTS (SELECT 1 FROM budget_forecast f WHERE f.round_id = r.id AND f.ansvar_id IS NULL)
                ORDER BY r.period DESC, r.id DESC LIMIT 1),
            said AS (
                SELECT DISTINCT ON (f.virksomhet_id, f.ansvar_id)
                       f.virksomhet_id AS unit, f.ansvar_id AS ansvar, f.amount
                FROM newest JOIN budget_forecast f ON f.round_id = newest.id
                ORDER BY f.virksomhet_id, f.ansvar_id, f.id DESC),
            alive AS (
                SELECT p.virksomhet_id AS unit, p.rammeomrade_id::text AS area
                FROM newest CROSS JOIN {held.source}
                WHERE b.year = %(year)s AND b.period = 13 AND p.virksomhet_id IS NOT NULL
                GROUP BY 1, 2 HAVING sum(b.actual) <> 0 OR sum(b.original + b.amended) <> 0)
            SELECT newest.kind, newest.period, coalesce(s.unit, a.unit) AS unit, s.ansvar, s.amount, a.area
            FROM newest CROSS JOIN (said s FULL JOIN alive a ON a.unit = s.unit)
            """,
        held.parameters,
    )


def expected_of(records: Sequence[tuple[Any, ...]], year: int) -> Expected | None:
    """This will gather the rows of the statement; None when there are none."""
    if not records:
        return None
    kind, period, *_rest = records[0]
    areas: dict[str, set[str]] = {}
    for _kind, _period, unit, _ansvar, _amount, area in records:
        if area is not None:
            areas.setdefault(unit, set()).add(area)
    return Expected(
        title=title_of(Round(year=year, kind=kind, period=period)),
        units={
            unit: Decimal(amount)
            for _k, _p, unit, ansvar, amount, _a in records
            if amount is not None and ansvar is None
        },
        ansvar={ansvar: Decimal(amount) for _k, _p, _u, ansvar, amount, _a in records if ansvar is not None},
        areas={unit: frozenset(found) for unit, found in areas.items()},
    )


def with_forecasts(found: Deviations, level: Level, forecasts: Expected | None) -> Deviations:
    """This will put the forecasts on the rows of a table and on what is shown below them."""
    if forecasts is None:
        return found
    return replace(
        found,
        rows=rows_with_forecasts(found.rows, level, forecasts),
        central=rows_with_forecasts(found.central, Level.RAMMEOMRADE, forecasts),
    )


def rows_with_forecasts(
    rows: Iterable[DeviationRow], level: Level | None, forecasts: Expected | None
) -> list[DeviationRow]:
    """This will put the forecasts on rows of one level."""
    if forecasts is None or level is None:
        return list(rows)
    return [
        replace(row, forecast=forecasts.of(row, level), needs_forecast=forecasts.is_needed(row, level)) for row in rows
    ]
