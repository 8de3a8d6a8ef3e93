"""The user's own workbook comes back with the bad cells marked."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from roros.workbooks.annotate import annotate
from roros.workbooks.declare import Finding, Severity
from tests.roros.workbooks.layouts import read_bytes
from tests.workbooks import LEDGER_HEADER, ods, text, xls, xlsx

RED, YELLOW = "FFF4B8B0", "FFFBE3A6"
ROWS = [
    LEDGER_HEADER,
    ["1000", "Politikk", "1000", "105000", "", 202101, 100.5],
    ["1000", "Politikk", "1000", "105000", "", 202114, "1.234"],
]


def marked(content: bytes, name: str, findings: Sequence[Finding]) -> Workbook:
    return load_workbook(io.BytesIO(annotate(content, name, findings).content))


def sheet_of(workbook: Workbook, name: str) -> Worksheet:
    sheet = workbook[name]
    assert isinstance(sheet, Worksheet)
    return sheet


@pytest.mark.parametrize(
    ("content", "name", "sheet"),
    [
        (xlsx(ROWS), "regnskap.xlsx", "Regnskap"),
        (xls(ROWS), "regnskap.xls", "Regnskap"),
        (ods(ROWS), "regnskap.ods", "Regnskap"),
        (text(ROWS), "hovedbok.csv", "hovedbok"),
    ],
)
def test_every_bad_cell_is_coloured_and_explained(content: bytes, name: str, sheet: str) -> None:
    read = read_bytes(content, name=name)
    workbook = marked(content, name, read.result.findings)
    lines = sheet_of(workbook, sheet)
    for cell in ("F3", "G3"):
        assert lines[cell].fill.start_color.rgb == RED
    comments = {cell.coordinate: cell.comment.text for row in lines for cell in row if cell.comment}
    assert comments.keys() == {"F3", "G3"}
    assert comments["G3"].startswith("«1.234» kan leses som 1234 eller 1,234.")
    assert "årsavslutning" in comments["F3"]
    assert str(lines["G2"].value) == "100.5"


def test_the_first_sheet_lists_the_findings_and_leads_to_them() -> None:
    read = read_bytes(xlsx(ROWS))
    workbook = marked(xlsx(ROWS), "regnskap.xlsx", read.result.findings)
    listed = sheet_of(workbook, "Feil i filen")
    assert workbook.sheetnames[0] == "Feil i filen"
    assert [cell.value for cell in listed[4]][:4] == ["Regnskap", "F3", "Feil", "202114"]
    assert [cell.value for cell in listed[5]][:4] == ["Regnskap", "G3", "Feil", "1.234"]
    assert listed["B5"].hyperlink.location == "'Regnskap'!G3"


def test_two_findings_in_one_cell_share_the_comment_and_the_worst_colour() -> None:
    findings = [
        Finding("identical-line", Severity.WARNING, "Regnskap", 2, "G", "1", {"first_row": "2"}),
        Finding("empty-amount", Severity.ERROR, "Regnskap", 2, "G"),
        Finding("identical-line", Severity.WARNING, "Regnskap", 3, "G", "1", {"first_row": "2"}),
    ]
    sheet = sheet_of(marked(xlsx(ROWS), "r.xlsx", findings), "Regnskap")
    assert sheet["G2"].comment.text.count("\n") == 1
    assert [sheet[cell].fill.start_color.rgb for cell in ("G2", "G3")] == [RED, YELLOW]


def test_a_merged_cell_is_marked_in_its_corner() -> None:
    content = xlsx(ROWS, merged=["B2:B3"])
    sheet = sheet_of(
        marked(content, "r.xlsx", [Finding("empty-value", sheet="Regnskap", row=3, column="B")]), "Regnskap"
    )
    assert sheet["B2"].comment is not None


def test_a_file_that_cannot_be_opened_gives_the_list_alone() -> None:
    workbook = marked(b"PK\x03\x04 ikke en zip", "r.xlsx", [Finding("damaged-file")])
    assert workbook.sheetnames == ["Feil i filen"]
    assert str(sheet_of(workbook, "Feil i filen")["E4"].value).startswith("Filen er skadet")


def test_texts_that_look_like_formulas_stay_texts() -> None:
    rows = [LEDGER_HEADER, ["=1+1", "", "1", "1", "", "202101", "x"]]
    workbook = marked(text(rows), "r/=x.csv", read_bytes(text(rows), name="r.csv").result.findings)
    assert all(cell.data_type != "f" for sheet in workbook.worksheets for row in sheet for cell in row)


def test_a_sheet_called_like_the_list_is_kept() -> None:
    workbook = marked(xlsx({"Feil i filen": ROWS}), "r.xlsx", [])
    assert workbook.sheetnames == ["Feil i filen 1", "Feil i filen"]


def test_the_name_of_the_marked_file() -> None:
    assert annotate(xlsx(ROWS), "regnskap.xlsm", []).file_name == "regnskap med feil merket.xlsx"
