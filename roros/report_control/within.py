"""A printed table against itself: rows against sums, avvik against budget minus regnskap, percents, parts of a whole.

A printed figure stands for everything that rounds to it. What lies within that is a rounding, what does not an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from roros.numbers import round_half_away
from roros.report_control.findings import Disagreement, Rule, Verdict
from roros.report_control.misprints import likeliest, missing_row
from roros.report_control.printed import PrintedTable, Row, group_of, is_percent

HALF = Decimal("0.5")
HUNDRED = Decimal(100)

# What the app knows of a row beside what is printed: (label, value in the printed unit). The control works without.
Beside = Callable[[Row, str], Sequence[tuple[str, Decimal | None]]]
# The app's rows that the table does not print: (label, value in the printed unit).
Absent = Callable[[Row, str], Sequence[tuple[str, Decimal]]]
BUDGETS = ("revidert_budsjett", "opprinnelig_budsjett")


def check_within(table: PrintedTable, beside: Beside, absent: Absent) -> Iterator[Disagreement | None]:
    """This will yield one item for each comparison inside the table: None where it agrees."""
    yield from _sums(table, absent)
    for row in table.rows:
        yield from _deviation(table, row, beside)
        yield from _percent(table, row)
        yield from _parts(table, row)


def _sums(table: PrintedTable, absent: Absent) -> Iterator[Disagreement | None]:
    for total in table.rows:
        if not table.is_sum(total):
            continue
        for column in table.figure_columns:
            printed = table.figure(total, column)
            if printed is None or is_percent(column):
                continue
            fits = [_added(table, rows, column) for rows in _candidates(table, total)]
            known = [(value, count) for value, count in fits if value is not None and count]
            if not known:
                continue
            computed, count = min(known, key=lambda found: abs(found[0] - printed))
            step = table.step(total, column)
            difference = printed - computed
            misprint = missing_row(difference, step, absent(total, column))
            yield _judged(
                table, total, column, Rule.SUM, computed, room=step * (count + 1) * HALF,
                misprint=misprint or likeliest(printed, computed, step),
            )  # fmt: skip


def _candidates(table: PrintedTable, total: Row) -> Iterator[Sequence[Row]]:
    """The rows that a sum may add up: its group, or those of the group since the sum before it."""
    group = group_of(table, total)
    if not group:
        return
    yield group
    rows = list(table.rows)
    place = rows.index(total)
    before = max((n for n in range(place) if table.is_sum(rows[n])), default=-1)
    since = [row for row in rows[before + 1 : place] if row in group]
    if since and len(since) < len(group):
        yield since
    sums = [row for row in rows[:place] if table.is_sum(row)]
    if len(sums) > 1:
        yield sums


def _added(table: PrintedTable, rows: Sequence[Row], column: str) -> tuple[Decimal | None, int]:
    figures = [table.figure(row, column) for row in rows]
    if any(figure is None for figure in figures):
        return None, 0
    return sum((figure for figure in figures if figure is not None), Decimal(0)), len(figures)


def _deviation(table: PrintedTable, row: Row, beside: Beside) -> Iterator[Disagreement | None]:
    printed, actual = table.figure(row, "avvik"), table.figure(row, "regnskap")
    budget = _budget(table, row)
    if printed is None or actual is None or budget is None:
        return
    step = table.step(row, "avvik")
    computed = budget - actual
    yield _judged(
        table, row, "avvik", Rule.DEVIATION, computed, room=step * 3 * HALF,
        misprint=likeliest(printed, computed, step, beside(row, "avvik")),
    )  # fmt: skip


def _percent(table: PrintedTable, row: Row) -> Iterator[Disagreement | None]:
    printed, deviation = table.figure(row, "avvik_pst"), table.figure(row, "avvik")
    budget = _budget(table, row)
    if printed is None or deviation is None or budget is None:
        return
    if not budget:  # printed as 0,0 %, or the percent of a budget below half a unit, which the table does not tell
        return
    step, percent_step = table.step(row, "avvik"), table.step(row, "avvik_pst")
    exact = deviation * HUNDRED / abs(budget)
    ends = [
        (deviation + one * step * HALF) * HUNDRED / abs(abs(budget) + other * step * HALF)
        for one in (-1, 1)
        for other in (-1, 1)
        if abs(budget) + other * step * HALF
    ]
    room = max(abs(end - exact) for end in ends) + percent_step * HALF
    computed = round_half_away(exact, 1)
    yield _judged(
        table, row, "avvik_pst", Rule.PERCENT, computed, room=room, exact=exact,
        misprint=likeliest(printed, computed, percent_step),
    )  # fmt: skip


def _parts(table: PrintedTable, row: Row) -> Iterator[Disagreement | None]:
    """A column `samlet_…` is the sum of the other columns that end alike."""
    for column in table.figure_columns:
        kind, _mark, ending = column.partition("_")
        if kind != "samlet":
            continue
        parts = [other for other in table.figure_columns if other != column and other.endswith(f"_{ending}")]
        figures = [table.figure(row, other) for other in parts]
        if len(parts) < 2 or table.figure(row, column) is None or any(figure is None for figure in figures):
            continue
        computed = sum((figure for figure in figures if figure is not None), Decimal(0))
        room = table.step(row, column) * (len(parts) + 1) * HALF
        yield _judged(table, row, column, Rule.PARTS, computed, room=room)


def _budget(table: PrintedTable, row: Row) -> Decimal | None:
    """The budget that the printed deviation is against: the revised one where it is printed, else the original."""
    return next((value for name in BUDGETS if (value := table.figure(row, name)) is not None), None)


def _judged(
    table: PrintedTable,
    row: Row,
    column: str,
    rule: Rule,
    computed: Decimal,
    *,
    room: Decimal,
    exact: Decimal | None = None,
    misprint: str = "",
) -> Disagreement | None:
    printed = table.figure(row, column)
    if printed is None or printed == computed:
        return None
    within = abs(printed - (computed if exact is None else exact)) <= room
    return Disagreement(
        verdict=Verdict.ROUNDING if within else Verdict.ERROR,
        rule=rule,
        table=table.name,
        row=table.label(row) or _("Sum"),
        column=column,
        printed=printed,
        computed=computed,
        step=table.step(row, column),
        unit=table.unit(row, column),
        misprint="" if within else misprint,
    )
