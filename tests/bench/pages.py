"""Deviation tables: database time must follow the number of accounts, not of ledger lines."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from time import perf_counter

from django.db import connection

from budget.queries.deviations import deviations
from budget.queries.years import figure_years
from budget.selection import Level, Selection
from tests.bench.database import add_lines

FEW_YEAR, MANY_YEAR = 1995, 1997  # not neighbours: a table also reads the year before


def by_lines(*, few: int, many: int, rounds: int) -> Iterator[str]:
    """This will time tables of two years over the same accounts, the second with many times the ledger lines."""
    add_lines(FEW_YEAR, few)
    add_lines(MANY_YEAR, many)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    years = figure_years()
    for level in (Level.RAMMEOMRADE, Level.VIRKSOMHET, Level.ANSVAR):
        times: dict[int, list[float]] = {FEW_YEAR: [], MANY_YEAR: []}
        for year in [FEW_YEAR, MANY_YEAR] * rounds:
            selection = Selection(year=year, period=12, level=level)
            start = perf_counter()
            deviations(selection, years)
            times[year].append(perf_counter() - start)
        ratios = sorted(b / a for a, b in zip(times[FEW_YEAR], times[MANY_YEAR], strict=True))
        yield (
            f"deviation table per {level}, {many:,} ledger lines against {few:,}: {median(ratios):.2f} "
            f"(median {median(times[MANY_YEAR]) * 1000:.1f} ms against {median(times[FEW_YEAR]) * 1000:.1f} ms)"
        )
