"""Actual against budget: one query for the rows of a level, sums from unrounded rows. Reads balances to date only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import connection

from budget.queries.names import UNITS_BY_SHORT_NAME
from budget.queries.scope import CODES, REGISTERS, scope
from budget.queries.years import FigureYear
from budget.selection import ORGANISATION, Level, Selection
from roros.numbers import deviation, deviation_percent


@dataclass(frozen=True)
class DeviationRow:
    """Kroner of one code, or of a sum. None is no figure at all; a code without lines in a year that has some is 0."""

    code: str
    name: str
    last_year: Decimal | None
    actual: Decimal | None
    original: Decimal | None
    revised: Decimal | None
    revised_year: Decimal | None  # the whole year's revised budget, whatever the period
    lines: int = 0
    rammeomrade: str = ""  # "" where the ansvar is not placed, or the row is from several
    rammeomrade_name: str = ""
    operational: bool = True
    parent: str = ""  # the code of the row above, for a row that was drilled into
    parts: int = 0  # how many codes of the level below it holds
    is_whole: bool = True  # False where the same code also has figures outside the table, under `central`
    forecast: Decimal | None = None  # of the whole year; see `budget.queries.expected`
    needs_forecast: bool = True  # False where a sum is known without it: nothing is budgeted or booked all year

    @cached_property
    def deviation(self) -> Decimal | None:
        """This will return revised budget minus actual: negative is spent more than budgeted."""
        return deviation(self.revised, self.actual)

    @cached_property
    def percent(self) -> Decimal | None:
        """This will return the deviation in percent of the revised budget; None when that is 0."""
        return deviation_percent(self.deviation, self.revised)

    @property
    def forecast_deviation(self) -> Decimal | None:
        """This will return the revised budget of the year minus the forecast."""
        return deviation(self.revised_year, self.forecast)

    @cached_property
    def over_limit(self) -> bool:
        """This will return whether more was spent than budgeted, by at least the limit in kroner and in percent.

        Where the budget is 0 every percent is passed.
        """
        if self.deviation is None or self.revised is None or -self.deviation < settings.DEVIATION_LIMIT_AMOUNT:
            return False
        return -self.deviation * 100 >= abs(self.revised) * settings.DEVIATION_LIMIT_PERCENT


@dataclass(frozen=True)
class Known:
    """Which figures exist for a year: a missing import is "..", not 0."""

    last_year: bool
    actual: bool
    budget: bool

    @classmethod
    def of(cls, years: Mapping[int, FigureYear], year: int) -> Known:
        """This will say what has been imported for the year and the one before it."""
        this, last = years.get(year), years.get(year - 1)
        return cls(bool(last and last.has_actuals), bool(this and this.has_actuals), bool(this and this.has_budget))


@dataclass(frozen=True)
class Deviations:
    """The rows of a table and their sums. `central` holds what is not a driftsområde, a row per rammeområde."""

    rows: Sequence[DeviationRow]
    central: Sequence[DeviationRow]
    known: Known

    @cached_property
    def total(self) -> DeviationRow:
        """This will return the sum of the rows."""
        return add(self.rows, known=self.known)

    @cached_property
    def grand_total(self) -> DeviationRow:
        """This will return the sum of the rows and of what is shown below them: what the ledger holds."""
        return add([*self.rows, *self.central], known=self.known)

    def by_rammeomrade(self) -> list[tuple[DeviationRow, list[DeviationRow]]]:
        """This will return the rows in groups, each with its sum first; they must have been read grouped."""
        groups = []
        for _number, found in groupby(self.rows, key=lambda row: row.rammeomrade):
            rows = list(found)
            groups.append((_area(rows, self.known), rows))
        return groups


def deviations(
    selection: Selection, years: Mapping[int, FigureYear], *, grouped: bool = False, apart: bool = True
) -> Deviations:
    """This will return the rows of the selection's level in code order, a row per code (and rammeområde, if grouped).

    What is not a driftsområde comes as `central` unless the selection names a part of the organisation, or nothing
    else is left; `apart=False` keeps it among the rows.
    """
    known = Known.of(years, selection.year)
    found = _read(selection, (Level.RAMMEOMRADE, selection.level), known)
    return _table(selection, found, known, grouped=grouped, apart=apart)


def several(selections: Sequence[Selection], years: Mapping[int, FigureYear]) -> list[Deviations]:
    """This will return a table for each selection, all of them with one query: what a page of many tables needs.

    A virksomhet that is alone in its rammeområde goes by the name of that.
    """
    with connection.cursor() as cursor:
        parts = []
        for place, selection in enumerate(selections):
            sql, given = _statement(selection, (Level.RAMMEOMRADE, selection.level), short_names=True)
            parts.append(cursor.mogrify(f"SELECT {place}, one.* FROM ({sql}) one", given).decode())
        cursor.execute(" UNION ALL ".join(parts))
        records = cursor.fetchall()
    tables = []
    for place, selection in enumerate(selections):
        known = Known.of(years, selection.year)
        found = [_row(selection.level, known, *record) for number, *record in records if number == place]
        found.sort(key=lambda row: (row.rammeomrade == "", int(row.rammeomrade or 0), row.code == "", row.code))
        tables.append(_table(selection, found, known))
    return tables


def _table(
    selection: Selection, found: list[DeviationRow], known: Known, *, grouped: bool = False, apart: bool = True
) -> Deviations:
    """The rows and what is no driftsområde apart."""
    found = [replace(row, parent="") for row in found]
    central: list[DeviationRow] = []
    if apart and not any(level in selection.filters for level in ORGANISATION):
        services = [row for row in found if row.operational]
        if services:
            others = groupby((row for row in found if not row.operational), key=lambda row: row.rammeomrade)
            central = [_area(list(parts), known) for _number, parts in others]
            elsewhere = {row.code for row in found if not row.operational}
            found = [replace(row, is_whole=row.code not in elsewhere) for row in services]
    return Deviations(found if grouped else _merge(found, known), central, known)


def children(
    selection: Selection, years: Mapping[int, FigureYear], parents: Iterable[str], *, grouped: bool = False
) -> list[DeviationRow]:
    """This will return the rows one level below those of the selection, each with the code of its parent."""
    below = selection.level.below
    wanted = list(parents)
    if below is None or not wanted:
        return []
    known = Known.of(years, selection.year)
    rows = _read(selection, (selection.level, below), known, parents=wanted)
    # With services and finance apart, a row that is opened shows the same part as it sums.
    if not any(level in selection.filters for level in ORGANISATION) and selection.level is not Level.RAMMEOMRADE:
        rows = [row for row in rows if row.operational] or rows
    return rows if grouped else _merge(rows, known)


def add(rows: Iterable[DeviationRow], *, known: Known) -> DeviationRow:
    """This will sum rows before any rounding; what is not known stays None."""
    rows = list(rows)

    def total(name: str, is_known: bool) -> Decimal | None:
        return sum((getattr(row, name) or Decimal(0) for row in rows), Decimal("0.00")) if is_known else None

    forecasts = [row.forecast for row in rows if row.needs_forecast or row.forecast is not None]
    said = [forecast for forecast in forecasts if forecast is not None]
    return DeviationRow(
        code="",
        name="",
        forecast=sum(said, Decimal("0.00")) if said and len(said) == len(forecasts) else None,
        last_year=total("last_year", known.last_year),
        actual=total("actual", known.actual),
        original=total("original", known.budget),
        revised=total("revised", known.budget),
        revised_year=total("revised_year", known.budget),
        lines=sum(row.lines for row in rows),
        parts=sum(row.parts for row in rows),
    )


def _area(rows: Sequence[DeviationRow], known: Known) -> DeviationRow:
    """The sum of rows that are all of one rammeområde, under its name."""
    number, name = rows[0].rammeomrade, rows[0].rammeomrade_name
    return replace(
        add(rows, known=known),
        code=number,
        name=name,
        rammeomrade=number,
        rammeomrade_name=name,
        operational=rows[0].operational,
    )


def _merge(rows: Iterable[DeviationRow], known: Known) -> list[DeviationRow]:
    """One row per parent and code, whatever rammeområde they came from; the order is that of the first one."""
    gathered: dict[tuple[str, str], list[DeviationRow]] = {}
    for row in rows:
        gathered.setdefault((row.parent, row.code), []).append(row)
    merged = [_as_one(parts, known) for parts in gathered.values()]
    return sorted(merged, key=lambda row: (row.parent, _in_order(row)))


def _as_one(parts: Sequence[DeviationRow], known: Known) -> DeviationRow:
    first = parts[0]
    if len(parts) == 1:
        return first
    summed = add(parts, known=known)
    return replace(
        summed,
        code=first.code,
        name=first.name,
        parent=first.parent,
        operational=all(part.operational for part in parts),
        is_whole=all(part.is_whole for part in parts),
    )


def _in_order(row: DeviationRow) -> tuple[bool, int, str]:
    """Codes sort as text, except that rammeområder have numbers; what has no code comes last."""
    is_number = row.code == row.rammeomrade and row.code.isdigit()
    return row.code == "", int(row.code) if is_number else 0, row.code


def _read(
    selection: Selection, levels: tuple[Level, Level], known: Known, *, parents: Sequence[str] | None = None
) -> list[DeviationRow]:
    """The rows of a level in order; the second level is the row's own, the first that of its parent."""
    with connection.cursor() as cursor:
        cursor.execute(*_statement(selection, levels, parents=parents))
        return [_row(levels[1], known, *record) for record in cursor.fetchall()]


def _statement(
    selection: Selection,
    levels: tuple[Level, Level],
    *,
    parents: Sequence[str] | None = None,
    short_names: bool = False,
) -> tuple[str, dict[str, Any]]:
    """The one query: figures per pair of codes, named, in order."""
    above, level = levels
    held = scope(selection)
    below = level.below
    parameters: dict[str, Any] = dict(held.parameters)
    opened = ""
    if parents is not None:
        opened = f"AND {CODES[above]} = ANY(%(parents)s)"
        parameters["parents"] = list(parents)
    register, key = REGISTERS[level]
    if short_names and level is Level.VIRKSOMHET:
        register = UNITS_BY_SHORT_NAME
    sql = f"""
        WITH figures AS (
            SELECT {CODES[above]} AS above, {CODES[level]} AS code, p.rammeomrade_id AS number,
                   coalesce(sum(b.actual) FILTER (WHERE b.year = %(last_year)s), 0.00) AS last_year,
                   coalesce(sum(b.actual) FILTER (WHERE {TO_DATE}), 0.00) AS actual,
                   coalesce(sum(b.original) FILTER (WHERE {TO_DATE}), 0.00) AS original,
                   coalesce(sum(b.original + b.amended) FILTER (WHERE {TO_DATE}), 0.00) AS revised,
                   coalesce(sum(b.original + b.amended) FILTER (WHERE {WHOLE_YEAR}), 0.00) AS revised_year,
                   coalesce(sum(b.lines) FILTER (WHERE {TO_DATE}), 0) AS lines,
                   {f"count(DISTINCT {CODES[below]})" if below else "0"} AS parts
            FROM {held.source}
            WHERE (b.year = %(year)s AND b.period IN (%(period)s, 13)
                   OR b.year = %(last_year)s AND b.period = %(period)s)
                  AND {held.condition} {opened}
            GROUP BY 1, 2, 3)
        SELECT f.above, f.code, coalesce(n.name, ''), f.last_year, f.actual, f.original, f.revised, f.revised_year,
               f.lines, coalesce(r.number::text, ''), coalesce(r.name, ''), coalesce(r.operational, TRUE), f.parts
        FROM figures f LEFT JOIN roros_rammeomrade r ON r.number = f.number
             LEFT JOIN {register} n ON n.{key} = f.code
        ORDER BY f.number NULLS LAST, f.code = '', f.code COLLATE "C"
        """
    return sql, parameters


TO_DATE = "b.year = %(year)s AND b.period = %(period)s"
WHOLE_YEAR = "b.year = %(year)s AND b.period = 13"


def _row(
    level: Level,
    known: Known,
    above: str,
    code: str,
    name: str,
    last_year: Decimal,
    actual: Decimal,
    original: Decimal,
    revised: Decimal,
    revised_year: Decimal,
    lines: int,
    number: str,
    area: str,
    operational: bool,
    parts: int,
) -> DeviationRow:
    """One record of the query as a row, without the figures that were never imported."""
    return DeviationRow(
        code=code,
        name=(level.without or name) if code == "" else name,
        last_year=last_year if known.last_year else None,
        actual=actual if known.actual else None,
        original=original if known.budget else None,
        revised=revised if known.budget else None,
        revised_year=revised_year if known.budget else None,
        lines=int(lines),
        rammeomrade=number,
        rammeomrade_name=area if number else str(Level.RAMMEOMRADE.without),
        operational=operational,
        parent=above,
        parts=parts,
    )
