"""What explains a deviation: its parts at one level, the largest of them one by one, the rest as one, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import connection

from budget.queries.deviations import DeviationRow, Known
from budget.queries.scope import CODES, REGISTERS, scope
from budget.selection import Level, Selection

MOST_EACH_WAY = 8  # parts shown one by one, with the whole and against it
SMALLEST_SHARE = Decimal("0.05")  # of the whole or of the largest part, whichever is more


@dataclass(frozen=True)
class NodeFigures:
    """A node and its parts at several levels, from one reading of the balances."""

    whole: DeviationRow
    parts: dict[Level, list[DeviationRow]]


@dataclass(frozen=True)
class Driver:
    """One step of the way from zero to the whole deviation."""

    code: str
    name: str
    revised: Decimal
    actual: Decimal
    deviation: Decimal
    start: Decimal  # where the step begins: the sum of those before it
    over_limit: bool = False


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


def node_figures(selection: Selection, levels: Iterable[Level], known: Known) -> NodeFigures:
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
    to_date = "year = %(year)s AND period = %(period)s"
    sql = f"""
        WITH held AS (
            SELECT b.year, b.period, b.actual, b.original, b.amended, b.lines, {columns}
            FROM {held.source}
            WHERE (b.year = %(year)s AND b.period IN (%(period)s, 13)
                   OR b.year = %(last_year)s AND b.period = %(period)s) AND {held.condition}
        ), s AS (
            SELECT CASE {level_of} ELSE '' END AS level, CASE {code_of} ELSE '' END AS code,
                   coalesce(sum(actual) FILTER (WHERE year = %(last_year)s), 0) AS last_year,
                   coalesce(sum(actual) FILTER (WHERE {to_date}), 0) AS actual,
                   coalesce(sum(original) FILTER (WHERE {to_date}), 0) AS original,
                   coalesce(sum(original + amended) FILTER (WHERE {to_date}), 0) AS revised,
                   coalesce(sum(original + amended) FILTER (WHERE year = %(year)s AND period = 13), 0) AS revised_year,
                   coalesce(sum(lines) FILTER (WHERE {to_date}), 0)::bigint AS lines
            FROM held GROUP BY GROUPING SETS ({sets})
        )
        SELECT s.level, s.code, coalesce({name}, ''), s.last_year, s.actual, s.original, s.revised,
               s.revised_year, s.lines
        FROM s {names} ORDER BY s.code COLLATE "C"
    """
    whole = DeviationRow("", "", None, None, None, None, None)
    parts: dict[Level, list[DeviationRow]] = {level: [] for level in wanted}
    with connection.cursor() as cursor:
        cursor.execute(sql, held.parameters)
        for level_name, code, text, last_year, actual, original, revised, revised_year, lines in cursor.fetchall():
            level = Level(level_name) if level_name else None
            row = DeviationRow(
                code=code,
                name=str(level.without) if level and not code and level.without else text or code,
                last_year=last_year if known.last_year else None,
                actual=actual if known.actual else None,
                original=original if known.budget else None,
                revised=revised if known.budget else None,
                revised_year=revised_year if known.budget else None,
                lines=lines,
            )
            if level is None:
                whole = row
            else:
                parts[level].append(row)
    return NodeFigures(whole, parts)


def explain(level: Level, parts: Sequence[DeviationRow]) -> Drivers:
    """This will order the parts into steps from zero to the whole; the small ones become one step, exactly.

    First those that pull the way the whole goes, then those against it, each the largest first.
    """
    known = [
        Driver(part.code, part.name, part.revised, part.actual, part.revised - part.actual, Decimal(0), part.over_limit)
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
        shown.append(replace(part, start=reached))
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


def parts_of_each(
    selection: Selection, level: Level, codes: Sequence[str], part_level: Level, known: Known
) -> dict[str, list[DeviationRow]]:
    """This will return, for each of some codes of a level, its parts at another level, in one query."""
    held = scope(selection)
    register, key = REGISTERS[part_level]
    found: dict[str, list[DeviationRow]] = {code: [] for code in codes}
    if not codes:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT f.owner, f.code, coalesce(n.name, ''), f.actual, f.original, f.revised, f.lines
            FROM (
                SELECT {CODES[level]} AS owner, {CODES[part_level]} AS code, sum(b.actual) AS actual,
                       sum(b.original) AS original, sum(b.original + b.amended) AS revised,
                       sum(b.lines)::bigint AS lines
                FROM {held.source}
                WHERE b.year = %(year)s AND b.period = %(period)s AND {held.condition}
                      AND {CODES[level]} = ANY(%(codes)s)
                GROUP BY 1, 2) f
            LEFT JOIN {register} n ON n.{key} = f.code ORDER BY f.owner, f.code COLLATE "C"
            """,
            {**held.parameters, "codes": list(codes)},
        )
        for owner, code, name, actual, original, revised, lines in cursor.fetchall():
            found[owner].append(
                DeviationRow(
                    code=code,
                    name=name or str(part_level.without or code),
                    last_year=None,
                    actual=actual if known.actual else None,
                    original=original if known.budget else None,
                    revised=revised if known.budget else None,
                    revised_year=None,
                    lines=lines,
                )
            )
    return found
