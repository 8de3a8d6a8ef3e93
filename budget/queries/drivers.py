"""What explains a deviation: its parts at one level, the largest of them one by one, the rest as one, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from budget.queries.scope import CODES, REGISTERS, scope
from budget.selection import Level, Selection
from roros.numbers import deviation, deviation_percent

MOST_EACH_WAY = 5  # parts shown one by one, with the whole and against it
SMALLEST_SHARE = Decimal("0.05")  # of the whole or of the largest part, whichever is more


@dataclass(frozen=True)
class Part:
    """The figures of one code at one level, in kroner; None is no figure, which is not 0."""

    level: Level | None  # None for the whole
    code: str
    name: str
    last_year: Decimal | None
    actual: Decimal | None
    original: Decimal | None
    revised: Decimal | None
    lines: int = 0
    is_income: bool = False  # an art of income

    @property
    def deviation(self) -> Decimal | None:
        """This will return revised budget minus actual."""
        return deviation(self.revised, self.actual)

    @property
    def percent(self) -> Decimal | None:
        """This will return the deviation in percent of the revised budget."""
        return deviation_percent(self.deviation, self.revised)


@dataclass(frozen=True)
class NodeFigures:
    """A node and its parts at several levels, from one reading of the balances."""

    whole: Part
    parts: dict[Level, list[Part]]


@dataclass(frozen=True)
class Driver:
    """One step of the way from zero to the whole deviation."""

    code: str
    name: str
    revised: Decimal
    actual: Decimal
    deviation: Decimal
    start: Decimal  # where the step begins: the sum of those before it
    is_income: bool = False


@dataclass(frozen=True)
class Drivers:
    """The steps that add up to the whole: the shown ones, then the others as one step."""

    level: Level
    shown: tuple[Driver, ...]
    others: Driver | None
    other_count: int
    deviation: Decimal
    revised: Decimal
    actual: Decimal

    @property
    def steps(self) -> tuple[Driver, ...]:
        """This will return every step in order."""
        return self.shown if self.others is None else (*self.shown, self.others)


def node_figures(selection: Selection, levels: Iterable[Level]) -> NodeFigures:
    """This will sum a selection as a whole and per code at each level, last year beside, in one query."""
    wanted = list(dict.fromkeys(levels))
    held = scope(selection)
    columns = ", ".join(f"{CODES[level]} AS {level.value}" for level in wanted)
    sets = ", ".join(["()", *(f"({level.value})" for level in wanted)])
    level_of = " ".join(f"WHEN grouping({level.value}) = 0 THEN '{level.value}'" for level in wanted)
    code_of = " ".join(f"WHEN grouping({level.value}) = 0 THEN {level.value}" for level in wanted)
    names = "\n".join(
        f"LEFT JOIN {REGISTERS[level][0]} n{place}"
        f" ON s.level = '{level.value}' AND n{place}.{REGISTERS[level][1]} = s.code"
        for place, level in enumerate(wanted)
    )
    name = ", ".join(f"n{place}.name" for place, _level in enumerate(wanted))
    income = f"coalesce(n{wanted.index(Level.ART)}.is_income, false)" if Level.ART in wanted else "false"
    sql = f"""
        WITH held AS (
            SELECT b.year, b.actual, b.original, b.amended, b.lines{", " if columns else ""}{columns}
            FROM {held.source} WHERE b.year IN (%(year)s, %(last_year)s) AND b.period = %(period)s AND {held.condition}
        ), s AS (
            SELECT CASE {level_of} ELSE '' END AS level, CASE {code_of} ELSE '' END AS code,
                   sum(actual) FILTER (WHERE year = %(last_year)s) AS last_year,
                   coalesce(sum(actual) FILTER (WHERE year = %(year)s), 0) AS actual,
                   coalesce(sum(original) FILTER (WHERE year = %(year)s), 0) AS original,
                   coalesce(sum(original + amended) FILTER (WHERE year = %(year)s), 0) AS revised,
                   coalesce(sum(lines) FILTER (WHERE year = %(year)s), 0)::bigint AS lines
            FROM held GROUP BY GROUPING SETS ({sets})
        )
        SELECT s.level, s.code, coalesce({name}, ''), s.last_year, s.actual, s.original, s.revised, s.lines, {income},
               EXISTS (SELECT 1 FROM budget_activeslice WHERE kind = 'regnskap' AND year = %(year)s),
               EXISTS (SELECT 1 FROM budget_activeslice WHERE kind = 'budsjett' AND year = %(year)s)
               OR EXISTS (SELECT 1 FROM budget_amendment WHERE status = 'vedtatt' AND year = %(year)s),
               EXISTS (SELECT 1 FROM budget_activeslice WHERE kind = 'regnskap' AND year = %(last_year)s)
        FROM s {names} ORDER BY s.code COLLATE "C"
    """  # noqa: S608 - built from the names of levels only
    whole = Part(None, "", "", None, None, None, None)
    parts: dict[Level, list[Part]] = {level: [] for level in wanted}
    with connection.cursor() as cursor:
        cursor.execute(sql, held.parameters)
        for row in cursor.fetchall():
            level = Level(row[0]) if row[0] else None
            part = _part(level, *row[1:])
            if level is None:
                whole = part
            else:
                parts[level].append(part)
    return NodeFigures(whole, parts)


def _part(
    level: Level | None,
    code: str,
    name: str,
    last_year: Decimal | None,
    actual: Decimal,
    original: Decimal,
    revised: Decimal,
    lines: int,
    is_income: bool,
    has_actual: bool,
    has_budget: bool,
    has_last_year: bool,
) -> Part:
    """A source that was never read in for the year has no figure; one that was, and holds nothing here, has 0."""
    return Part(
        level,
        code,
        name if code or level is None else str(level.without or code),
        (last_year or Decimal(0)) if has_last_year else None,
        actual if has_actual else None,
        original if has_budget else None,
        revised if has_budget else None,
        lines,
        is_income,
    )


def explain(level: Level, parts: Sequence[Part]) -> Drivers:
    """This will order the parts into steps from zero to the whole; the small ones become one step, exactly.

    First those that pull the way the whole goes, then those against it, each the largest first.
    """
    known = [
        Driver(part.code, part.name, part.revised, part.actual, part.revised - part.actual, Decimal(0), part.is_income)
        for part in parts
        if part.revised is not None and part.actual is not None
    ]
    revised = sum((part.revised for part in known), Decimal(0))
    actual = sum((part.actual for part in known), Decimal(0))
    whole = revised - actual
    moved = [part for part in known if part.deviation]
    least = SMALLEST_SHARE * max([abs(whole), *(abs(part.deviation) for part in moved)])
    large = [part for part in moved if abs(part.deviation) >= least]
    large.sort(key=lambda part: (-abs(part.deviation), part.code))
    with_it = [part for part in large if (part.deviation < 0) == (whole < 0)][:MOST_EACH_WAY]
    against = [part for part in large if (part.deviation < 0) != (whole < 0)][:MOST_EACH_WAY]
    chosen = {part.code for part in (*with_it, *against)}
    rest = [part for part in known if part.code not in chosen]
    moving_rest = [part for part in rest if part.deviation]
    if len(moving_rest) == 1:  # "one other" says less than its name
        (with_it if (moving_rest[0].deviation < 0) == (whole < 0) else against).append(moving_rest[0])
        rest = [part for part in rest if not part.deviation]
    shown: list[Driver] = []
    reached = Decimal(0)
    for part in (*with_it, *against):
        shown.append(_step(part, reached))
        reached += part.deviation
    others = None
    if any(part.revised or part.actual for part in rest):
        others = Driver(
            "",
            "",
            sum((part.revised for part in rest), Decimal(0)),
            sum((part.actual for part in rest), Decimal(0)),
            sum((part.deviation for part in rest), Decimal(0)),
            reached,
        )
    return Drivers(level, tuple(shown), others, len(rest), whole, revised, actual)


def _step(part: Driver, start: Decimal) -> Driver:
    return Driver(part.code, part.name, part.revised, part.actual, part.deviation, start, part.is_income)
