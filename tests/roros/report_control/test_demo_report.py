"""The control of the annual report 2021: the known misprints, nothing false, and its text held against its tables."""

from __future__ import annotations

import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from roros.demo.files import FOLDER
from roros.models import Role
from roros.report_control.reading import UnreadableReport, read_path, read_workbook
from roros.report_control.report import check
from roros.views.report_figures import app_figures
from tests.budget.register_files import person
from tests.budget.test_printed_report import EXPECTED
from tests.workbooks import encrypted, xlsx

WORKBOOK = FOLDER / "kontroll-arsrapport-2021.xlsx"
MISPRINTS = {
    ("klimagassutslipp", "Jordbruk", "10480.3", "10489.3", "Ett siffer er feil: 0 i stedet for 9"),
    (
        "sentrale_inntekter_2021",
        "Ordinært rammetilskudd",
        "30359",
        "30659",
        "Feil grunnlag: avvik mot revidert budsjett",
    ),
    ("sentrale_inntekter_2021", "Sum", "18887", "19186", "Feil grunnlag: avvik mot revidert budsjett"),
    ("korona_kostnader_2021", "Total", "7419993.51", "7400277.38", "Raden mangler: 6 Tekniske områder"),
}
WRONG_CLAIMS = {"P01", "P04", "P08", "P14", "P15", "P30", "P32", "P33", "P40", "P41", "P51"}
ROUNDED_CLAIMS = {"P03", "P23", "P25", "P27", "P31", "P36", "P44"}


def controlled(path: Path) -> dict[str, Any]:
    out = io.StringIO()
    call_command("check_report", str(path), "--json", stdout=out)
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


def assert_known_misprints(errors: list[dict[str, Any]]) -> None:
    assert len(errors) == len(MISPRINTS)
    for table, row, printed, computed, misprint in MISPRINTS:
        assert [
            found
            for found in errors
            if (found["table"], found["printed"], found["computed"], found["misprint"])
            == (table, printed, computed, misprint)
            and row in found["row"]
        ], (table, row)


def test_the_printed_tables_hold_the_known_misprints_and_nothing_else(
    demo: None, capsys: pytest.CaptureFixture[str]
) -> None:
    report = controlled(EXPECTED)
    with capsys.disabled():
        print(
            f"\ncheck_report, tables: {report['cells']} figures, {report['comparisons']} comparisons, "
            f"{len(report['errors'])} errors, {len(report['roundings'])} roundings"
        )
    assert_known_misprints(report["errors"])
    assert report["unchecked"] == []
    assert report["cells"] > 1000
    assert {found["rule"] for found in report["roundings"]} <= {"sum", "avvik", "prosent", "deler"}  # none with the app


def test_the_text_is_held_against_the_figures(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    report = controlled(WORKBOOK)
    classes = {
        name: {found["row"] for found in report[name] if found["rule"] == "pastand"} for name in ("errors", "roundings")
    }
    with capsys.disabled():
        print(
            f"\ncheck_report, claims: {report['claims']} claims, {report['claims_agree']} agree, "
            f"{len(classes['roundings'])} roundings, {len(classes['errors'])} errors"
        )
    assert report["claims"] >= 30
    assert classes == {"errors": WRONG_CLAIMS, "roundings": ROUNDED_CLAIMS}
    assert report["claims_agree"] == report["claims"] - len(WRONG_CLAIMS) - len(ROUNDED_CLAIMS)
    assert report["unchecked"] == []
    assert_known_misprints([found for found in report["errors"] if found["rule"] != "pastand"])
    why = {found["row"]: found["misprint"] for found in report["errors"]}
    assert why["P01"] == "Tallet gjelder 2009"
    assert why["P04"] == "Feil grunnlag: 30 prosent lavere enn 2009"
    assert why["P08"] == "Ett siffer for mye"
    assert why["P30"] == "Tallet gjelder 2021"


def test_workbook_and_folder_hold_the_same_tables() -> None:
    from_folder, _none = read_path(EXPECTED)
    from_workbook, claims = read_path(WORKBOOK)
    assert len(claims) == len({claim.number for claim in claims})
    theirs = {table.name: table for table in from_folder}
    for table in from_workbook:
        assert table.columns == theirs[table.name].columns
        assert table.key_columns == theirs[table.name].key_columns
        for mine, other in zip(table.rows, theirs[table.name].rows, strict=True):
            assert [table.figure(mine, column) for column in table.figure_columns] == [
                theirs[table.name].figure(other, column) for column in table.figure_columns
            ]


def test_one_changed_digit_in_any_column_is_found(demo: None) -> None:
    """A misprint of our own in each figure column of one table: each is found, in its own cell, and nothing else."""
    tables, _claims = read_path(EXPECTED / "avvik_virksomhet_2021.csv")
    head = tables[0].columns
    for column in ("regnskap_fjor", "regnskap", "revidert_budsjett", "avvik"):
        rows = [dict(row) for row in tables[0].rows]
        rows[1][column] = rows[1][column].replace("5", "8", 1)
        content = xlsx({"avvik_virksomhet_2021": [head, *([row[name] for name in head] for row in rows)]})
        tables_now, _none = read_workbook(content, "trykt.xlsx")
        found = check(tables_now, [], app_figures()).errors
        mine = [one for one in found if one.rule == "app"]
        assert [(one.row.split(" · ")[-1], one.column) for one in mine] == [("Røros skole", column)]


def test_the_command_prints_lines_for_people(demo: None) -> None:
    out = io.StringIO()
    call_command("check_report", str(WORKBOOK), stdout=out)
    lines = out.getvalue().splitlines()
    kinds = Counter(line.split()[0] for line in lines)
    assert kinds["FEIL"] == len(MISPRINTS) + len(WRONG_CLAIMS)
    assert "35 stemmer" in lines[-1]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "tom"),
        (b"%PDF-1.7", "."),
        (xlsx({"Ark": [["alene"]]}), "Fant ingen tabeller"),
        (encrypted(xlsx({"Ark": [["a", "b"], [1, 2]]})), "passord"),
        (xlsx({"påstander": [["nr", "tekst"], ["P1", "Noe"]]}), "mangler kolonnene tall, enhet, gjelder"),
    ],
)
def test_a_file_without_tables_is_refused_with_the_reason(content: bytes, told: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableReport, match=told):
        read_workbook(content, "rapport.xlsx")


def test_the_command_says_what_it_cannot_read(tmp_path: Path) -> None:
    for path in (tmp_path / "finnes-ikke.xlsx", tmp_path):
        with pytest.raises(CommandError):
            call_command("check_report", str(path))


def test_the_page_shows_errors_first_and_takes_an_upload(demo: None, client: Client) -> None:
    client.force_login(person("olav2", Role.OKONOMI))
    assert "Stemmer den trykte rapporten" in client.get("/rapportkontroll/").content.decode()
    shown = client.post("/rapportkontroll/", {"demo": "1"}).content.decode()
    assert "15 tall i rapporten stemmer ikke" in shown
    assert "Raden mangler: 6 Tekniske områder" in shown
    with WORKBOOK.open("rb") as file:
        assert "15 tall i rapporten stemmer ikke" in client.post("/rapportkontroll/", {"file": file}).content.decode()
    good = xlsx({"avvik_virksomhet_2021": [["kode", "navn", "regnskap_tkr"], ["200", "Røros skole", 46253]]})
    file_ = io.BytesIO(good)
    file_.name = "ok.xlsx"
    assert "Ingen feil i 1 trykte tall" in client.post("/rapportkontroll/", {"file": file_}).content.decode()
