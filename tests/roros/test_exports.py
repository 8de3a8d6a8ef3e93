"""Tables as files: exact amounts, machine forms, and nothing that a spreadsheet would run."""

import csv
import datetime
import io
import json
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from roros.exports import ExportColumn, ExportTable, Format, Kind, requested_export

MADE_AT = datetime.datetime(2022, 2, 17, 9, 40, tzinfo=datetime.UTC)
COLUMNS = (
    ExportColumn("nr", "Nr."),
    ExportColumn("navn", "Navn"),
    ExportColumn("regnskap", "Regnskap 2021", Kind.AMOUNT),
    ExportColumn("avvik_pst", "Avvik i %", Kind.PERCENT),
    ExportColumn("linjer", "Linjer", Kind.INTEGER),
    ExportColumn("frist", "Frist", Kind.DATE),
)
ROWS = (
    {
        "nr": "01",
        "navn": "Stab, og «støtte»",
        "regnskap": Decimal("57806513.88"),
        "avvik_pst": Decimal("-3.9"),
        "linjer": 27255,
        "frist": datetime.date(2021, 8, 31),
    },
    {"nr": "", "navn": "Sum", "regnskap": Decimal("1E+3"), "er_sum": True},
)
TABLE = ExportTable("avvik-rammeomrade", COLUMNS, ROWS, note="Kilde: regnskap-2021.xlsx", title="Avvik 2021")


def read_csv(table: ExportTable) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.to_csv().decode("utf-8"))))


def read_sheet(table: ExportTable) -> openpyxl.worksheet.worksheet.Worksheet:
    book = openpyxl.load_workbook(io.BytesIO(table.to(Format.XLSX, made_at=MADE_AT)))
    return book.worksheets[0]


def test_csv_is_for_machines() -> None:
    assert TABLE.to_csv().decode("utf-8").split("\r\n") == [
        "nr,navn,regnskap,avvik_pst,linjer,frist,er_sum",
        '01,"Stab, og «støtte»",57806513.88,-3.9,27255,2021-08-31,false',
        ",Sum,1000,,,,true",
        "",
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_text_that_a_spreadsheet_would_run_is_quoted_in_csv(start: str) -> None:
    text = f"{start}cmd|' /C calc'!A0"
    table = ExportTable("x", COLUMNS, [{"navn": text, "regnskap": Decimal(-1)}])
    assert read_csv(table)[0]["navn"] == f"'{text}"
    assert read_csv(table)[0]["regnskap"] == "-1"


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x")', "+47 72 41 94 00", "-5", "@SUM(A1)"])
def test_text_is_text_in_a_workbook(text: str) -> None:
    cell = read_sheet(ExportTable("x", COLUMNS, [{"navn": text}]))["B2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_control_characters_do_not_break_the_workbook() -> None:
    assert read_sheet(ExportTable("x", COLUMNS, [{"navn": "Sty\x00re\x0b"}]))["B2"].value == "Styre"


def test_workbook_holds_real_numbers_and_dates() -> None:
    sheet = read_sheet(TABLE)
    assert sheet["C2"].value == 57806513.88
    assert sheet["C2"].number_format == "#,##0.00"
    assert sheet["A2"].value == "01"
    assert sheet["D2"].number_format == '0.0" %"'
    assert sheet["E2"].value == 27255
    assert sheet["F2"].value == datetime.datetime(2021, 8, 31)  # noqa: DTZ001 - a workbook knows no time zones
    assert sheet["F2"].number_format == "dd.mm.yyyy"


def test_workbook_head_is_frozen_and_sums_are_bold() -> None:
    sheet = read_sheet(TABLE)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:G3"
    assert sheet["B3"].font.bold
    assert sheet["G3"].value == "ja"
    assert not sheet["B2"].font.bold


def test_workbook_tells_source_and_time() -> None:
    book = openpyxl.load_workbook(io.BytesIO(TABLE.to(Format.XLSX, made_at=MADE_AT)))
    assert book.sheetnames == ["avvik-rammeomrade", "Om tabellen"]
    about = dict(book["Om tabellen"].iter_rows(values_only=True))
    assert about["Tabell"] == "Avvik 2021"
    assert about["Kilde"] == "Kilde: regnskap-2021.xlsx"
    assert about["Hentet"] == "17.02.2022 kl. 09.40"


def test_workbook_has_no_formulas() -> None:
    with zipfile.ZipFile(io.BytesIO(TABLE.to(Format.XLSX, made_at=MADE_AT))) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_json_keeps_every_decimal() -> None:
    text = TABLE.to(Format.JSON, made_at=MADE_AT).decode()
    assert '"regnskap": 57806513.88' in text
    found = json.loads(text, parse_float=Decimal)
    assert found["name"] == "avvik-rammeomrade"
    assert found["made_at"] == "2022-02-17T09:40:00+00:00"
    assert [column["name"] for column in found["columns"]][-2:] == ["frist", "er_sum"]
    assert found["rows"][0]["frist"] == "2021-08-31"
    assert found["rows"][0]["er_sum"] is False
    assert found["rows"][1] == {
        "nr": "",
        "navn": "Sum",
        "regnskap": 1000,
        "avvik_pst": None,
        "linjer": None,
        "frist": None,
        "er_sum": True,
    }


def test_json_of_no_rows() -> None:
    assert json.loads(ExportTable("x", COLUMNS, []).to(Format.JSON, made_at=MADE_AT))["rows"] == []


@given(st.decimals(min_value=Decimal("-99999999999999.99"), max_value=Decimal("99999999999999.99"), places=2))
def test_any_amount_comes_back_to_the_ore(amount: Decimal) -> None:
    table = ExportTable("x", COLUMNS, [{"regnskap": amount}])
    assert Decimal(read_csv(table)[0]["regnskap"]) == amount
    assert json.loads(table.to(Format.JSON, made_at=MADE_AT), parse_float=Decimal)["rows"][0]["regnskap"] == amount


@given(st.text())
def test_any_text_survives_csv_and_json(text: str) -> None:
    table = ExportTable("x", COLUMNS, [{"navn": text}])
    read = list(csv.reader(io.StringIO(table.to_csv().decode("utf-8", "surrogatepass"), newline="")))[1][1]
    assert read.removeprefix("'") == text.removeprefix("'")
    assert json.loads(table.to(Format.JSON, made_at=MADE_AT))["rows"][0]["navn"] == text


def ask(query: str) -> HttpRequest:
    return RequestFactory().get(f"/avvik/{query}")


def test_page_without_export_is_the_page() -> None:
    assert requested_export(ask(""), lambda: TABLE) is None


@pytest.mark.parametrize("form", list(Format))
def test_requested_file_is_named_and_typed(form: Format) -> None:
    response = requested_export(ask(f"?_export={form}"), lambda: TABLE)
    assert response is not None
    assert response["Content-Disposition"] == f'attachment; filename="avvik-rammeomrade.{form}"'
    assert response["Content-Type"] == form.content_type


@pytest.mark.parametrize("wanted", ["pdf", "", "CSV"])
def test_form_that_does_not_exist_is_refused(wanted: str) -> None:
    response = requested_export(ask(f"?_export={wanted}"), lambda: TABLE)
    assert response is not None
    assert response.status_code == 400
    assert "csv, xlsx og json" in response.content.decode()
