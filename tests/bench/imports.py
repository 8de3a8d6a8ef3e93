"""Import speed: a million lines against reading alone, twenty thousand against a per-row library."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.measure import Cost, interleaved, ratio, run
from tests.bench.workbooks import write_ledger

PYTHON = sys.executable


def million(folder: Path, postmaster: int, *, rows: int, rounds: int) -> Iterator[str]:
    """This will compare a whole import, file to committed figures, with calamine reading the same file."""
    book = write_ledger(folder / "million.xlsx", rows)
    years = iter(range(2000, 2090))
    whole, reading = interleaved(rounds, _import(book, postmaster, years), lambda: _calamine(book, postmaster))
    yield f"{rows:,} lines, xlsx to committed figures, cpu against calamine alone: {ratio(whole, reading)}"
    yield f"  import: {_seconds(whole)}"
    yield f"  calamine: {_seconds(reading)}"
    yield f"  peak memory of the largest process, import {max(c.peak_mb for c in whole):.0f} MB (parent), calamine " + (
        f"{max(c.peak_mb for c in reading):.0f} MB"
    )


def per_row(folder: Path, postmaster: int, *, rows: int, rounds: int) -> Iterator[str]:
    """This will compare a whole import with django-import-export putting the same lines into the same ledger."""
    book = write_ledger(folder / "small.xlsx", rows)
    years, others = iter(range(2090, 2095)), iter(range(2095, 2100))

    def library() -> Cost:
        return run([PYTHON, "-m", "tests.bench.per_row", str(next(others)), str(rows)], postmaster=postmaster)

    slow, whole = interleaved(rounds, library, _import(book, postmaster, years))
    yield f"{rows:,} lines, django-import-export against the whole import, cpu: {ratio(slow, whole)}"
    yield f"  django-import-export: {_seconds(slow)}"
    yield f"  import: {_seconds(whole)}"


def _import(book: Path, postmaster: int, years: Iterator[int]) -> Callable[[], Cost]:
    def command() -> Cost:
        words = [PYTHON, "manage.py", "import_workbook", "regnskap", book, "--year", str(next(years)), "--json"]
        return run(words, postmaster=postmaster, env={"IMPORT_READER_SECONDS": "300"})

    return command


def _calamine(book: Path, postmaster: int) -> Cost:
    return run([PYTHON, "-m", "tests.bench.calamine_alone", book], postmaster=postmaster)


def _seconds(costs: list[Cost]) -> str:
    return " · ".join(f"{cost.cpu:.1f} cpu-s ({cost.database:.1f} database), {cost.wall:.1f} s" for cost in costs)
