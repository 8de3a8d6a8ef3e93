"""Corners: odd cells in odd rows, odd zips, and a great many errors."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import Any

import pytest

from roros.workbooks import cells, findings
from roros.workbooks.findings import Findings
from roros.workbooks.sheet_scan import SheetScan, farthest_cell, sheet_names
from tests.roros.workbooks.layouts import REGISTER, read_bytes
from tests.workbooks import LEDGER_HEADER, ods, text, with_sheet_xml, xlsx

N = "\\N"
LINE: list[Any] = ["1000", "", "1000", "105000", "", 202101, 1]
MONTHS_2020 = [datetime.date(2020, month, 1) for month in range(1, 13)]


def test_month_columns_of_another_year_are_refused_in_the_header() -> None:
    rows = [["Ansvar", "Tjeneste", "Art", *MONTHS_2020], ["1", "1", "1", *[1] * 12]]
    where = read_bytes(xlsx(rows), year=2021).where
    assert len(where) == 12
    assert where[0] == ("wrong-year", 1, "D", "2020-01")
    assert read_bytes(xlsx(rows)).sheet.years == (2020,)


def test_months_named_behind_the_kind_of_figure() -> None:
    rows = [["Ansvar", "Tjeneste", "Art", "Budsjett jan", "Budsjett feb"], ["1", "1", "1", 5, 6]]
    assert [line[7:] for line in read_bytes(xlsx(rows), year=2021).lines] == [["1", "5.00"], ["2", "6.00"]]


def test_a_row_total_that_cannot_be_read_is_an_error() -> None:
    rows = [["Ansvar", "Tjeneste", "Art", "jan", "feb", "Sum"], ["1", "1", "1", 5, 6, "elleve"]]
    assert read_bytes(xlsx(rows), year=2021).where == [("not-a-number", 2, "F", "elleve")]


def test_a_sum_row_that_cannot_be_read_is_an_error() -> None:
    rows = [LEDGER_HEADER, LINE, ["Sum", "", "", "", "", "", "1.234"]]
    assert read_bytes(xlsx(rows)).where == [("ambiguous-number", 3, "G", "1.234")]


def test_a_last_bare_sum_that_is_only_the_last_group_is_refused() -> None:
    rows = [LEDGER_HEADER, LINE, ["Sum 1000", "", "", "", "", "", 1], LINE, ["Sum", "", "", "", "", "", 1]]
    assert read_bytes(xlsx(rows)).where == [("sum-differs", 5, "G", "1.00")]


def test_debit_that_cannot_be_read() -> None:
    rows = [["Ansvar", "Tjeneste", "Art", "Periode", "Debet", "Kredit"], ["1", "1", "1", "202101", "x", 1]]
    assert read_bytes(xlsx(rows)).where == [("not-a-number", 2, "E", "x")]


def test_a_year_column_that_agrees_with_the_period() -> None:
    rows = [["Ansvar", "Tjeneste", "Art", "År", "Periode", "Beløp"], ["1", "1", "1", 2021, "202103", 5]]
    read = read_bytes(xlsx(rows), year=2021)
    assert read.result.findings == []
    assert read.lines[0][6:8] == ["2021", "3"]


def test_whole_numbers_written_with_a_decimal_zero() -> None:
    rows = [["Ansvar", "Tjeneste", "Art", "År", "Periode", "Beløp"], ["1.0", "1.0", "1.0", "2021.0", "202103.0", "5"]]
    assert read_bytes(text(rows), name="r.csv").lines == [["2", "1", N, "1", "1", N, "2021", "3", "5.00"]]


@pytest.mark.parametrize(("amount", "code"), [("12,345", "ambiguous-number"), (0.0000001, "too-many-decimals")])
def test_amounts_in_thousands_with_more_than_ore(amount: object, code: str) -> None:
    rows = [["Ansvar", "Tjeneste", "Art", "Periode", "Beløp i 1000 kr"], ["1", "1", "1", "202101", amount]]
    assert [error.code for error in read_bytes(xlsx(rows)).errors] == [code]


def test_a_time_is_no_amount_and_a_moment_can_be_a_text() -> None:
    moment = datetime.datetime(2021, 3, 1, 9, 30)  # noqa: DTZ001 - a workbook knows no time zone
    rows = [["Prosjektnr", "Navn", "Rammeområde", "Budsjett"], ["I1", moment, datetime.time(3, 4), ""]]
    read = read_bytes(xlsx(rows), layout=REGISTER)
    assert read.where == [("not-a-number", 2, "C", "03:04:00")]
    assert cells.as_text(moment) == "2021-03-01 09:30"


def test_names_with_tabs_and_backslashes_are_remembered_as_they_were() -> None:
    read = read_bytes(xlsx([LEDGER_HEADER, ["1000", "A\tB\\C", *LINE[2:]]]))
    assert read.sheet.labels == {"ansvar": {"1000": "A\tB\\C"}}
    assert read.lines[0][2] == "A\\tB\\\\C"


def test_rows_shorter_than_the_header() -> None:
    rows = [["Prosjektnr", "Navn", "Rammeområde", "Budsjett"], ["I1", "Bru"]]
    assert read_bytes(xlsx(rows), layout=REGISTER).lines[0][1:5] == ["I1", "Bru", N, N]


def test_a_code_alone_under_the_lines_is_a_line_with_errors() -> None:
    rows = [LEDGER_HEADER, LINE, ["", "", "", "", "", "", ""], ["2000"]]
    assert read_bytes(xlsx(rows)).where == [("empty-amount", 4, "G", "")]


def test_a_print_date_that_is_no_date() -> None:
    read = read_bytes(xlsx([["Utskriftsdato: i går", "kl 12"], LEDGER_HEADER, LINE]))
    assert read.sheet.printed_at == ""
    read = read_bytes(xlsx([["Utskriftsdato", "17.02.2022"], LEDGER_HEADER, LINE]))
    assert read.sheet.printed_at == "2022-02-17"


def test_the_memo_forgets_when_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MEMO_SIZE", 2)
    rows = [LEDGER_HEADER, *[["1", "", "1", str(art), "", 202101, art] for art in range(1, 7)]]
    assert [line[4] for line in read_bytes(xlsx(rows)).lines] == ["1", "2", "3", "4", "5", "6"]


def test_thousands_of_the_same_error_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "MAX_OF_A_CODE", 3)
    read = read_bytes(xlsx([LEDGER_HEADER, *[[*LINE[:6], "x"]] * 10]))
    assert [error.code for error in read.errors] == ["not-a-number"] * 3 + ["more-of-the-same"]
    assert read.errors[-1].params == {"kind": "not-a-number", "count": "10", "shown": "3"}


def test_long_values_are_cut_in_findings() -> None:
    collected = Findings("Ark")
    collected.add("not-a-number", 1, 0, "x" * 500)
    assert len(collected.all()[0].value) == findings.MAX_VALUE


def changed_flags() -> bytes:
    """An .xlsx whose parts say that they are encrypted."""
    content = bytearray(xlsx([LEDGER_HEADER, LINE]))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        places = [part.header_offset for part in archive.infolist()]
    for place in places:
        content[place + 6] |= 1
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


def rezipped(content: bytes, *, changes: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", compression) as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, old.read(name)))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (changed_flags(), "encrypted"),
        (rezipped(ods([["a"]]), changes={"META-INF/manifest.xml": b"<m><encryption-data/></m>"}), "encrypted"),
        (rezipped(ods([["a"]]), changes={"mimetype": b"application/vnd.oasis.opendocument.text"}), "not-a-workbook"),
        (rezipped(xlsx([["a"]]), changes={}, compression=zipfile.ZIP_BZIP2), "damaged-file"),
    ],
)
def test_odd_archives(content: bytes, code: str) -> None:
    assert [error.code for error in read_bytes(content).errors] == [code]


def test_a_stored_archive_is_read() -> None:
    content = rezipped(xlsx([LEDGER_HEADER, LINE]), changes={}, compression=zipfile.ZIP_STORED)
    assert read_bytes(content).sheet.rows == 1


def test_an_error_cell_split_between_two_blocks_is_found() -> None:
    xml = b'<row r="2"><c r="A2"><v>1</v></c><c r="E2" s="3" t="e"><v>#N/A</v></c><c r="F2"><f>A2</f></c></row>'
    for cut in range(len(xml)):
        scan = SheetScan()
        scan.feed(xml[:cut])
        scan.feed(xml[cut:])
        assert scan.result() == {2: {4: ("error", "#N/A"), 5: ("formula", "=A2")}}


def test_a_cell_without_a_reference_is_passed_over() -> None:
    scan = SheetScan()
    scan.feed(b'<c t="e"><v>#N/A</v></c>')
    assert scan.result() == {}


def test_parts_that_name_no_sheets() -> None:
    assert sheet_names({}) == {}
    assert sheet_names({"xl/workbook.xml": b"<", "xl/_rels/workbook.xml.rels": b"<a/>"}) == {}


def test_references_far_out() -> None:
    assert farthest_cell([b'<c r="A1"/><c r="J1048576"/>']) == ""
    assert farthest_cell([b'<c r="A1"/><c r="A1048577"/>']) == "A1048577"
    assert farthest_cell([b'<c r="AAAAAAA1"/>']) == "AAAAAAA1"


def test_a_formula_with_a_stored_value_is_read() -> None:
    def give_value(xml: bytes) -> bytes:
        return xml.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>").replace(
            b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>"
        )

    content = with_sheet_xml(xlsx([LEDGER_HEADER, [*LINE[:6], "=1+1"]]), give_value)
    assert read_bytes(content).lines[0][-1] == "2.00"
