"""Every cell of the printed emission tables equals the export, but for the one misprint that the report has."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from django.core.management import call_command

from roros.numbers import round_half_away
from tests.budget.test_printed_report import expected

KEY = ("kommune", "ar", "sektor", "tabell")
MISPRINT = (("Røros", "2020", "Jordbruk", "roros_2009_2020"), "utslipp_tonn_co2e", "10480.3", "10489.3")


def exported(*arguments: str) -> list[dict[str, str]]:
    out = io.StringIO()
    call_command("export_table", *arguments, stdout=out)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


@pytest.mark.parametrize("year", [[], ["--year", "2021"], ["--year", "2020"]])
def test_every_printed_cell_is_reproduced(demo: None, year: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    ours = {tuple(row[name] for name in KEY): row for row in exported("klima", *year)}
    cells, wrong = 0, []
    for printed in expected("klimagassutslipp"):
        key = tuple(printed[name] for name in KEY)
        found = ours.pop(key)
        for column, text in printed.items():
            cells += 1
            value = found[column]
            if column == "utslipp_tonn_co2e":
                value, text = str(round_half_away(Decimal(value), 1)), str(round_half_away(Decimal(text), 1))
            if value != text:
                wrong.append((key, column, text, value))
    with capsys.disabled():
        print(f"\nprinted emissions: {cells} cells compared, {len(wrong)} differ (the known misprint Jordbruk 2020)")
    assert wrong == [MISPRINT]
    assert cells == 480
    assert ours == {}


def test_the_misprint_is_the_one_that_is_known(demo: None) -> None:
    known = [row for row in expected("known_misprints") if row["table"].startswith("klimagassutslipp")]
    (key, _column, printed, computed) = MISPRINT
    assert [(row["row"], row["printed"], row["computed"]) for row in known] == [
        (f"{key[0]} {key[1]} {key[2]}", printed, computed)
    ]


def test_rows_stand_in_the_printed_order(demo: None) -> None:
    assert [tuple(row[name] for name in KEY) for row in exported("klima")] == [
        tuple(row[name] for name in KEY) for row in expected("klimagassutslipp")
    ]


def test_an_early_year_has_the_figures_of_then(demo: None) -> None:
    assert {row["ar"] for row in exported("klima", "--year", "2015")} == {"2009"}


def test_sums_are_of_unrounded_figures(demo: None) -> None:
    rows = exported("klima-register")
    total = sum(Decimal(row["utslipp_tonn_co2e"]) for row in rows if (row["kommune"], row["ar"]) == ("Røros", "2020"))
    ours = {tuple(row[name] for name in KEY): row for row in exported("klima")}
    assert Decimal(ours["Røros", "2020", "Sum", "kommuner_2020"]["utslipp_tonn_co2e"]) == total
