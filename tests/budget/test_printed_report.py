"""The yardstick: after the demo is imported, the exports equal the printed annual report 2021, cell by cell.

`tests/expected/` holds the printed tables. Amounts there are in 1000 kr (`enhet` tkr) or in kroner (kr); the app gives
kroner and øre, and rounding happens here, for the comparison only. A blank cell was not printed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from roros.numbers import round_half_away

EXPECTED = Path(__file__).parent.parent / "expected"
TABLES = {
    "avvik_rammeomrade_2021": "avvik-rammeomrade",
    "avvik_virksomhet_2021": "avvik-virksomhet",
    "avvik_tjeneste_2021": "avvik-tjeneste",
    "sentrale_inntekter_2021": "sentrale-inntekter",
    "finans_2021": "finans",
    "korona_kostnader_2021": "korona-kostnader",
}
FIGURES = ("regnskap_fjor", "regnskap", "opprinnelig_budsjett", "revidert_budsjett", "avvik", "avvik_pst")
FEWEST_CELLS = 700

Row = dict[str, str]
Key = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """A cell that is not as printed."""

    table: str
    row: Key
    column: str
    printed: str
    computed: str


def expected(table: str) -> list[Row]:
    with (EXPECTED / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def exported(name: str, *filters: str) -> list[Row]:
    out = io.StringIO()
    call_command("export_table", name, "--year", "2021", *filters, stdout=out)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def key_of(row: Row) -> Key:
    """What names a row: its codes and its name. A sum has no code."""
    return tuple(row[name] for name in ("rammeomrade_nr", "nr", "kode", "navn") if name in row)


def as_printed(value: str, printed: Row, column: str) -> Decimal:
    """One exported figure, rounded as the report rounds it; corona costs are printed with øre."""
    if column == "avvik_pst":
        return round_half_away(Decimal(value), 1)
    if printed.get("enhet") == "tkr":
        return round_half_away(Decimal(value) / 1000)
    return round_half_away(Decimal(value), 0 if "enhet" in printed else 2)


def compare(table: str) -> Iterator[tuple[str, Difference | None]]:
    """Every printed cell of a table, by column: None where the export agrees."""
    ours = {key_of(row): row for row in exported(TABLES[table])}
    for printed in expected(table):
        key = key_of(printed)
        found = ours.get(key)
        for column, text in printed.items():
            if text == "" or column == "enhet":
                continue
            if found is None:
                yield column, Difference(table, key, column, text, "(no row)")
            elif column in FIGURES:
                computed = as_printed(found[column], printed, column)
                same = computed == Decimal(text)
                yield column, None if same else Difference(table, key, column, text, str(computed))
            else:
                yield column, None if found[column] == text else Difference(table, key, column, text, found[column])


def test_every_printed_cell_is_reproduced(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    cells = [cell for table in TABLES for cell in compare(table)]
    differences = [difference for _column, difference in cells if difference is not None]
    ansvar_cells, ansvar_differences = compare_ansvar()
    total = len(cells) + ansvar_cells
    figures = sum(column in FIGURES for column, _difference in cells) + ansvar_cells // 2
    different = len(differences) + len(ansvar_differences)
    with capsys.disabled():
        print(f"\nprinted report: {total} cells compared, {figures} of them figures; {different} differ")
    assert differences == []
    assert ansvar_differences == []
    assert total > FEWEST_CELLS


def compare_ansvar() -> tuple[int, list[str]]:
    """The deviations that the report's text names, each within its own tolerance."""
    ours = {row["kode"]: row for row in exported("avvik-ansvar") if row["kode"]}
    differences, cells = [], 0
    for printed in expected("ansvar_avvik_2021"):
        code = printed["ansvar"]
        deviation = Decimal(ours[code]["avvik"])
        if printed["merknad"] == "uten prosjekt 111011":
            corona = {row["kode"]: row for row in exported("avvik-ansvar", "--prosjekt", "111011")}
            deviation -= Decimal(corona[code]["avvik"])
        cells += 2
        if abs(deviation - Decimal(printed["avvik_kr"])) > Decimal(printed["toleranse_kr"]):
            differences.append(f"ansvar {code}: {printed['avvik_kr']} printed, {deviation} computed")
        if ours[code]["navn"] != printed["navn"]:
            differences.append(f"ansvar {code}: {printed['navn']} printed, {ours[code]['navn']} computed")
    return cells, differences


def test_deviation_of_1102_against_the_original_budget(demo: None) -> None:
    """The note says that it is 600 000 kr better against the original budget."""
    row = next(row for row in exported("avvik-ansvar") if row["kode"] == "1102")
    against_original = Decimal(row["opprinnelig_budsjett"]) - Decimal(row["regnskap"])
    assert abs(against_original - 334_000) <= 500


@pytest.mark.parametrize("table", ["sentrale_inntekter_2021", "finans_2021", "avvik_rammeomrade_2021"])
def test_rows_stand_in_the_printed_order(demo: None, table: str) -> None:
    printed = [key_of(row) for row in expected(table)]
    assert [key for key in map(key_of, exported(TABLES[table])) if key in printed] == printed


@pytest.mark.parametrize("table", [name for name in TABLES if name != "korona_kostnader_2021"])
def test_columns_are_those_of_the_printed_tables(demo: None, table: str) -> None:
    assert list(exported(TABLES[table])[0]) == list(expected(table)[0])


def test_known_misprints_are_the_only_ones(demo: None) -> None:
    """Each misprint that the report is known to have in these tables, by name."""
    known = {(row["table"], row["row"]) for row in expected("known_misprints") if row["table"] in TABLES}
    assert known == {
        ("sentrale_inntekter_2021", "Ordinært rammetilskudd"),
        ("sentrale_inntekter_2021", "Sum"),
        ("korona_kostnader_2021", "6 Tekniske områder"),
    }
    central = {row["navn"]: row for row in exported("sentrale-inntekter")}
    # The report prints the deviation against the revised budget beside the original one.
    for name, against_original in (("Ordinært rammetilskudd", 30_659), ("Sum Frie disponible inntekter", 19_187)):
        row = central[name]
        in_thousands = round_half_away((Decimal(row["opprinnelig_budsjett"]) - Decimal(row["regnskap"])) / 1000)
        assert in_thousands == against_original
    # The row that the report left out, though its total counts it.
    corona = {row["navn"]: row["regnskap"] for row in exported("korona-kostnader")}
    printed = {row["navn"] for row in expected("korona_kostnader_2021")}
    assert {name: amount for name, amount in corona.items() if name not in printed} == {"Tekniske områder": "19716.13"}


def test_total_is_summed_before_rounding(demo: None) -> None:
    rows = exported("avvik-rammeomrade")
    services = [Decimal(row["regnskap"]) for row in rows if row["er_sum"] == "false"]
    total = next(Decimal(row["regnskap"]) for row in rows if row["navn"] == "Totalsum")
    assert total == sum(services)
    assert round_half_away(total) == 373_221_600
    assert sum(round_half_away(amount) for amount in services) == 373_221_599
