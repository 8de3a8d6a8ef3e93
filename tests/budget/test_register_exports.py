"""Every cell of the printed registers equals what the app exports after the demo was imported."""

from __future__ import annotations

import csv
import io
from decimal import Decimal, InvalidOperation

import pytest
from django.core.management import call_command

from tests.budget.test_printed_report import EXPECTED

TABLES = {
    "verbalvedtak_2021": ("verbalvedtak", ("nr",)),
    "politiske_saker_2021": ("politiske-saker", ("saksnr", "organ")),
    "handlingsregler": ("handlingsregler", ("indikator", "kommune", "ar")),
    "korona_tilskudd_2021": ("korona-tilskudd", ("gruppe", "tilskudd")),
    "elevtall": ("elevtall", ("aldersgruppe", "ar")),
}
CELLS = {
    "verbalvedtak_2021": 108,
    "politiske_saker_2021": 410,
    "handlingsregler": 182,
    "korona_tilskudd_2021": 114,
    "elevtall": 176,
}
THOUSANDS = "_tkr"  # of a column in `expected/` that the export has in kroner


@pytest.mark.parametrize("table", TABLES)
def test_every_cell_is_as_printed(demo: None, table: str, capsys: pytest.CaptureFixture[str]) -> None:
    name, key = TABLES[table]
    out = io.StringIO()
    call_command("export_table", name, "--year", "2021", stdout=out)
    exported = {tuple(row[column] for column in key): row for row in csv.DictReader(io.StringIO(out.getvalue()))}
    with (EXPECTED / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        printed = list(csv.DictReader(file))

    wrong = []
    cells = 0
    for row in printed:
        found = exported.pop(tuple(row[column] for column in key), {})
        for column, value in row.items():
            cells += 1
            if not _equal(value, found, column):
                wrong.append((row, column, found.get(column.removesuffix(THOUSANDS))))
    with capsys.disabled():
        print(f"\n{table}: {cells} celler sammenlignet, {len(wrong)} avvik")
    assert wrong == []
    assert exported == {}
    assert cells == CELLS[table]


def _equal(printed: str, found: dict[str, str], column: str) -> bool:
    if column.endswith(THOUSANDS):
        return Decimal(printed) * 1000 == Decimal(found[column.removesuffix(THOUSANDS)])
    exported = found.get(column)
    if exported is None:
        return False
    try:
        return Decimal(printed) == Decimal(exported)
    except InvalidOperation:
        return printed == exported
