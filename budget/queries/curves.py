"""How the year went: sums to date at the end of each month, for a selection, with last year beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from budget.queries.deviations import Known
from budget.queries.forecasts import remaining_budget, season
from budget.queries.scope import scope
from budget.queries.years import FigureYear
from budget.selection import Selection
from roros.numbers import deviation
from roros.periods import CLOSING, Period
from roros.together import select_together

MONTHS_IN_YEAR = 12
OPERATIONAL = "AND NOT EXISTS (SELECT FROM roros_rammeomrade r WHERE r.number = p.rammeomrade_id AND NOT r.operational)"


@dataclass(frozen=True)
class Curve:
    """Kroner from January to the end of each month; the twelfth is the whole year. Empty when there is no figure."""

    year: int
    actual: tuple[Decimal, ...]  # through the selected period
    revised: tuple[Decimal, ...]  # the whole year
    last_year: tuple[Decimal, ...]

    @property
    def deviations(self) -> tuple[Decimal, ...]:
        """This will return the deviation to date at the end of each month that has both figures."""
        return tuple(revised - actual for revised, actual in zip(self.revised, self.actual, strict=False))

    @property
    def expected(self) -> tuple[tuple[Decimal, Decimal], ...]:
        """This will return, for each month after the last with accounts, the lower and the higher of the two proposals.

        They are those of a forecast: what is left of the budget comes on top, or the year goes on as last year's did.
        Empty for a whole year, and where one of the two has nothing to go by.
        """
        reached = len(self.actual)
        if not 0 < reached < min(len(self.revised), len(self.last_year)):
            return ()
        actual, revised, last = self.actual[-1], self.revised[reached - 1], self.last_year[reached - 1]
        found = []
        for budget, before in zip(self.revised[reached:], self.last_year[reached:], strict=True):
            rest, seasonal = remaining_budget(actual, revised, budget), season(actual, last, before, reached)
            if rest is None or seasonal is None:
                return ()
            found.append((min(rest, seasonal), max(rest, seasonal)))
        return tuple(found)

    def deviation_at(self, period: Period) -> Decimal | None:
        """This will return the deviation to date at the end of a period; None when it is not reached."""
        place = min(period.number, MONTHS_IN_YEAR) - 1
        if place >= len(self.actual) or place >= len(self.revised):
            return None
        return deviation(self.revised[place], self.actual[place])


def curve(selection: Selection, years: Mapping[int, FigureYear], *, services: bool = False) -> Curve:
    """This will sum the selection month by month, this year and last, in one query.

    `services` leaves out what is no driftsområde: with taxes and grants in, the curve of a year tells nothing.
    """
    (rows,) = select_together(curve_statement(selection, services=services))
    return curve_of(rows, selection, years)


def curve_statement(selection: Selection, *, services: bool = False) -> tuple[str, Mapping[str, object]]:
    """This will return the statement that sums month by month, with its parameters: year, period, actual, revised."""
    held = scope(selection)
    return (
        f"""
        SELECT y.year, p.period, coalesce(s.actual, 0) AS actual, coalesce(s.revised, 0) AS revised
        FROM (VALUES (%(year)s), (%(last_year)s)) y(year)
        CROSS JOIN generate_series(1, 13) p(period)
        LEFT JOIN (
            SELECT b.year, b.period, sum(b.actual) AS actual, sum(b.original + b.amended) AS revised
            FROM {held.source} WHERE b.year IN (%(year)s, %(last_year)s) AND {held.condition}
                  {OPERATIONAL if services else ""}
            GROUP BY b.year, b.period) s ON s.year = y.year AND s.period = p.period
        WHERE p.period <> 12 ORDER BY y.year, p.period
        """,
        held.parameters,
    )


def curve_of(rows: Sequence[tuple[Any, ...]], selection: Selection, years: Mapping[int, FigureYear]) -> Curve:
    """This will make the curve of the rows of the statement; what is not read in is not drawn."""
    known = Known.of(years, selection.year)
    this_year = years.get(selection.year)
    reached = Period(selection.year, this_year.last_actual if this_year and this_year.last_actual else CLOSING)
    until = min(selection.period, reached.rollup_number)
    this = [row for row in rows if row[0] == selection.year]
    last = [row for row in rows if row[0] != selection.year]
    return Curve(
        selection.year,
        tuple(Decimal(row[2]) for row in this if row[1] <= until) if known.actual else (),
        tuple(Decimal(row[3]) for row in this) if known.budget else (),
        tuple(Decimal(row[2]) for row in last) if known.last_year else (),
    )


def report_periods(period: Period) -> list[Period]:
    """This will return the periods that are reported to the council, through the one that is asked for."""
    return [Period(period.year, number) for number in (4, 8, CLOSING) if number <= period.rollup_number]


def previous_report(period: Period) -> Period | None:
    """This will return the last period that was reported before this one; None before the first of the year."""
    earlier = [report for report in report_periods(period) if report.number < period.rollup_number]
    return earlier[-1] if earlier else None
