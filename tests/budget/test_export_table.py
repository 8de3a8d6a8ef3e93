"""`manage.py export_table`: the same bytes as the page, to a file or to standard output."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import load_workbook

from budget.exports import files as exports
from roros.models import Role
from tests.budget.figures import reader


def export(name: str, *options: str) -> str:
    out = io.StringIO()
    call_command("export_table", name, *options, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "options", "address"),
    [
        ("avvik-rammeomrade", (), "/avvik/2021/"),
        ("avvik-virksomhet", ("--rammeomrade", "3"), "/avvik/2021/?niva=virksomhet&rammeomrade=3"),
        ("avvik-ansvar", ("--period", "8"), "/avvik/2021/?niva=ansvar&periode=8"),
        ("avvik-tjeneste", ("--ungrouped",), "/avvik/2021/?niva=tjeneste&gruppe=ingen"),
        ("avvik-art", ("--ansvar", "6512"), "/avvik/2021/?niva=art&ansvar=6512"),
        ("avvik-prosjekt", ("--structure", "rapportert"), "/avvik/2021/?niva=prosjekt&struktur=rapportert"),
        ("avvik-rammeomrade", ("--year", "2020"), "/avvik/2020/"),
        ("sentrale-inntekter", (), "/avvik/2021/?tabell=sentrale-inntekter"),
        ("finans", (), "/avvik/2021/?tabell=finans"),
        ("korona-kostnader", (), "/avvik/2021/?tabell=korona-kostnader"),
        ("budsjettendringer", (), "/avvik/2021/?tabell=budsjettendringer"),
        ("organisasjon", (), "/avvik/2021/?tabell=organisasjon"),
    ],
)
def test_same_bytes_as_the_page(demo: None, client: Client, name: str, options: tuple[str, ...], address: str) -> None:
    client.force_login(reader(role=Role.OKONOMI))
    page = client.get(address, {"_export": "csv"}) if "?" not in address else client.get(f"{address}&_export=csv")
    written = export(name, *options)
    assert written.encode() == page.content
    assert len(written.splitlines()) > 2


def test_to_a_file(demo: None, tmp_path: Path) -> None:
    path = tmp_path / "avvik.xlsx"
    assert export("avvik-rammeomrade", "--format", "xlsx", "--output", str(path)) == ""
    sheet = load_workbook(path)["avvik-rammeomrade"]
    assert [cell.value for cell in sheet[1]][:5] == ["Nr.", "Navn", "Enhet", "Regnskap 2020", "Regnskap 2021"]
    assert (sheet["B2"].value, sheet["E2"].value, sheet["E2"].number_format) == (
        "Stab og støtte",
        57806513.69,
        "#,##0.00",
    )
    assert sheet.freeze_panes == "A2"


def test_to_standard_output(demo: None, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    call_command("export_table", "finans")
    written = capfdbinary.readouterr().out
    assert written == export("finans").encode()
    assert written.splitlines()[1].decode().startswith("10,Finans,8700,Renteutgifter og andre finansutg,kr,8832716.26,")


def test_json_tells_the_source(demo: None) -> None:
    found = json.loads(export("avvik-rammeomrade", "--format", "json"))
    assert found["note"].startswith("Kilde: regnskap-2021.xlsx, lest inn ")
    assert found["note"].endswith("Regnskapet for 2020 er vist i strukturen for 2021.")
    assert found["rows"][-1] == {
        "nr": "",
        "navn": "Sum i regnskapet",
        "enhet": "kr",
        "regnskap_fjor": 7984950.18,
        "regnskap": 9813175.88,
        "opprinnelig_budsjett": 9480894.0,
        "revidert_budsjett": 9480894.0,
        "avvik": -332281.88,
        "avvik_pst": -3.5,
        "er_sum": True,
    }


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("avvik-rammeomrade", "--year", "2019"), "Det finnes ingen tall for 2019."),
        (("avvik-rammeomrade", "--period", "14"), "Perioden «14» finnes ikke. Velg 1 til 13."),
        (("avvik-rammeomrade", "--ansvar", "9999"), "Ansvar 9999 finnes ikke."),
        (("avvik-rammeomrade", "--rammeomrade", "Helse"), "«Helse» er ikke et rammeområde."),
    ],
)
def test_refused_with_the_reason(demo: None, options: tuple[str, ...], reason: str) -> None:
    with pytest.raises(CommandError) as refused:
        export(*options)
    assert str(refused.value) == reason


@pytest.mark.django_db
def test_refused_before_the_first_import() -> None:
    with pytest.raises(CommandError, match="Ingen tall er lest inn ennå"):
        export("avvik-rammeomrade")


def test_unknown_table_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(CommandError, match="avvik-rammeomrade"):
        export("hemmelig")


def test_registered_tables_can_be_had_by_name() -> None:
    assert set(exports.names()) >= {
        *(f"avvik-{level}" for level in ("rammeomrade", "virksomhet", "ansvar", "tjeneste", "art", "prosjekt")),
        "sentrale-inntekter",
        "finans",
        "korona-kostnader",
        "organisasjon",
        "budsjettendringer",
    }


def test_a_table_without_rows_is_a_header_and_nothing(demo: None) -> None:
    assert len(export("avvik-tjeneste", "--ansvar", "1000", "--tjeneste", "2530").splitlines()) == 1


def test_drafts_of_amendments_are_not_exported(demo: None) -> None:
    lines = export("budsjettendringer").splitlines()
    assert len(lines) == 1 + 222
    assert {line.split(",")[0] for line in lines[1:]} == {f"2021-00{number}" for number in range(1, 10)}
