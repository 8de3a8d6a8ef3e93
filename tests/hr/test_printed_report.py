"""Every figure that the annual report prints about staff equals what the app exports."""

from __future__ import annotations

import csv
import io
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest
from django.core.management import call_command

EXPECTED = Path(__file__).parent.parent / "expected"
TABLES = {
    "sykefravaer": ("sykefravaer", ("rammeomrade_nr", "ar")),
    "sykefravaer_enhet": ("sykefravaer-enhet", ("enhet", "ar")),
    "hr_nokkeltall": ("hr-nokkeltall", ("indikator", "gruppe", "ar", "type")),
    "internkontroll_2021": ("internkontroll", ("type", "navn", "ar")),
}
CELLS = {"sykefravaer": 108, "sykefravaer_enhet": 20, "hr_nokkeltall": 266, "internkontroll_2021": 225}


def exported(name: str) -> list[dict[str, str]]:
    out = io.StringIO()
    call_command("export_table", name, stdout=out)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def same(printed: str, given: str) -> bool:
    try:
        return Decimal(printed) == Decimal(given)
    except InvalidOperation:
        return printed == given


@pytest.mark.parametrize("file", TABLES)
def test_every_printed_cell(demo: None, file: str) -> None:
    name, key = TABLES[file]
    with (EXPECTED / f"{file}.csv").open(encoding="utf-8") as lines:
        printed = list(csv.DictReader(lines))
    found = {tuple(row[column] for column in key): row for row in exported(name)}
    compared, wrong = 0, []
    for row in printed:
        own = found.get(tuple(row[column] for column in key), {})
        for column, value in row.items():
            compared += 1
            if not same(value, own.get(column, "mangler")):
                wrong.append((file, row, column, own.get(column)))
    print(f"{file}: {compared} cells compared, {len(wrong)} differ")
    assert wrong == []
    assert compared == CELLS[file]
