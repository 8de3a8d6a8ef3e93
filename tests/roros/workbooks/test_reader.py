"""The reader in its child process: formats, hostile files, and that nothing kills the parent."""

from __future__ import annotations

import datetime
import io
import os
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from roros.workbooks import guard
from roros.workbooks.declare import ReadResult
from roros.workbooks.reader import read_workbook
from tests.roros.workbooks.layouts import LEDGER
from tests.workbooks import LEDGER_HEADER, encrypted, ods, text, with_part, with_sheet_xml, xls, xlsx

N = "\\N"
LINES = [["1000", "Pølse", "1000", "105000", "", 202101, 100.5], ["1000", "Pølse", "1000", "105000", "P1", 202102, -20]]
ROWS = [LEDGER_HEADER, *LINES]
STAGED = "\n".join(
    [
        f"2\t1000\tPølse\t1000\t105000\t{N}\t2021\t1\t100.50",
        "3\t1000\tPølse\t1000\t105000\tP1\t2021\t2\t-20.00",
        "",
    ]
)
GOOD = xlsx(ROWS)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., ReadResult]:
    def read(content: bytes, name: str = "regnskap.xlsx", *, memory_mb: int = 1000, seconds: int = 60) -> ReadResult:
        path = tmp_path / "innhold"
        path.write_bytes(content)
        out = tmp_path / "ut"
        out.mkdir()
        return read_workbook(
            path,
            file_name=name,
            layout=LEDGER,
            year=None,
            out_dir=out,
            replacements={},
            remembered={},
            memory_mb=memory_mb,
            seconds=seconds,
            on_progress=lambda rows: None,
        )

    return read


def codes(result: ReadResult) -> list[str]:
    return [finding.code for finding in result.findings]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (GOOD, "regnskap.xlsx"),
        (GOOD, "REGNSKAP.XLSM"),
        (xls(ROWS), "regnskap.xls"),
        (ods(ROWS), "regnskap.ods"),
        (text(ROWS), "regnskap.csv"),
        (text(ROWS, separator="\t"), "regnskap.txt"),
        (text(ROWS, separator="\t"), "regnskap.tsv"),
        (text(ROWS, separator=",", encoding="utf-8-sig"), "regnskap.csv"),
        (text(ROWS, encoding="cp1252"), "regnskap.csv"),
        (text(ROWS, encoding="utf-16"), "regnskap.txt"),
    ],
)
def test_every_format_gives_the_same_lines(read: Callable[..., ReadResult], content: bytes, name: str) -> None:
    result = read(content, name)
    assert result.findings == []
    (sheet,) = result.sheets
    assert Path(sheet.copy_file).read_text(encoding="utf-8") == STAGED
    assert sheet.total == "80.50"


def test_a_text_file_may_name_its_separator(read: Callable[..., ReadResult]) -> None:
    result = read(b"sep=|\r\n" + text(ROWS, separator="|"), "regnskap.csv")
    assert result.findings == []
    assert (result.sheets[0].header_row, result.sheets[0].rows) == (2, 2)


def test_progress_is_told_in_rows(tmp_path: Path) -> None:
    path = tmp_path / "innhold"
    path.write_bytes(xlsx([LEDGER_HEADER, *[LINES[0]] * 3000]))
    told: list[int] = []
    result = read_workbook(
        path,
        file_name="a.xlsx",
        layout=LEDGER,
        year=None,
        out_dir=tmp_path,
        replacements={},
        remembered={},
        memory_mb=1000,
        seconds=60,
        on_progress=told.append,
    )
    assert result.sheets[0].rows == 3000
    assert told == sorted(told)
    assert told[-1] == 3001
    assert len(told) > 1


@pytest.mark.parametrize(("name", "extension"), [("regnskap.xls", "xls"), ("regnskap", ""), ("regnskap.csv", "csv")])
def test_the_content_decides_and_a_wrong_extension_is_told(
    read: Callable[..., ReadResult], name: str, extension: str
) -> None:
    result = read(GOOD, name)
    (finding,) = result.findings
    assert (finding.code, finding.severity, finding.params["extension"]) == ("wrong-extension", "warning", extension)
    assert result.sheets[0].rows == 2


def lying_sizes() -> bytes:
    """A part that says it is small in both its headers."""
    size = struct.pack("<I", len(sheet_xml(GOOD)))
    return GOOD.replace(size, struct.pack("<I", 100))


def sheet_xml(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


def bomb() -> bytes:
    return with_sheet_xml(GOOD, lambda xml: xml.replace(b"</sheetData>", b" " * (40 << 20) + b"</sheetData>"))


def entity() -> bytes:
    declared = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    return with_sheet_xml(GOOD, lambda xml: declared + xml.removeprefix(b'<?xml version="1.0"?>'))


def without_workbook() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    return out.getvalue()


def binary_workbook() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.bin", b"\x00")
    return out.getvalue()


def no_sheets() -> bytes:
    def drop(xml: bytes) -> bytes:
        start, end = xml.index(b"<sheets>"), xml.index(b"</sheets>")
        return xml[: start + 8] + xml[end:]

    return with_part(GOOD, "xl/workbook.xml", drop)


def twice_the_same_part() -> bytes:
    out = io.BytesIO(GOOD)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", sheet_xml(GOOD))
    return out.getvalue()


HOSTILE: list[tuple[str, Callable[[], bytes], str]] = [
    ("empty", lambda: b"", "empty-file"),
    ("a picture", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "not-a-workbook"),
    ("binary", lambda: bytes(range(256)), "not-a-workbook"),
    ("a Word document", without_workbook, "not-a-workbook"),
    ("xlsb", binary_workbook, "binary-workbook"),
    ("a web page", lambda: b"\xef\xbb\xbf<html><table><tr><td>Ansvar</td></tr></table></html>", "web-page"),
    ("XML", lambda: b'<?xml version="1.0"?><Workbook/>', "web-page"),
    ("truncated", lambda: GOOD[: len(GOOD) // 2], "damaged-file"),
    ("truncated at the start", lambda: b"PK\x05\x06", "damaged-file"),
    ("encrypted", lambda: encrypted(GOOD), "encrypted"),
    ("lying sizes", lying_sizes, "damaged-file"),
    ("two parts of one name", twice_the_same_part, "damaged-file"),
    ("zip bomb", bomb, "zip-bomb"),
    ("entities", entity, "entity-declaration"),
    ("no sheets", no_sheets, "no-sheets"),
    ("a corrupt xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "damaged-file"),
    ("half an xls", lambda: xls(ROWS)[:3000], "damaged-file"),
    ("broken XML", lambda: with_sheet_xml(GOOD, lambda xml: xml[: len(xml) // 2]), "damaged-file"),
    ("an empty sheet", lambda: xlsx([]), "empty-file"),
    ("a header alone", lambda: xlsx([LEDGER_HEADER]), "no-lines"),
    ("another table", lambda: xlsx([["Elev", "Skole"], ["x", "y"]]), "missing-columns"),
    ("text that is no table", lambda: b"Kjaere leser\nDette er et brev.\n", "missing-columns"),
]


@pytest.mark.parametrize(("build", "code"), [pytest.param(build, code, id=name) for name, build, code in HOSTILE])
def test_a_file_that_cannot_be_read_is_one_finding(
    read: Callable[..., ReadResult], build: Callable[[], bytes], code: str
) -> None:
    errors = [finding for finding in read(build()).findings if finding.severity == "error"]
    assert [finding.code for finding in errors] == [code]


def test_a_cell_beyond_the_sheet_is_named(read: Callable[..., ReadResult]) -> None:
    stray = b'<row r="1048577"><c r="XFE1048577"><v>1</v></c></row></sheetData>'
    result = read(with_sheet_xml(GOOD, lambda xml: xml.replace(b"</sheetData>", stray)))
    assert codes(result) == ["cell-outside-sheet"]
    assert result.findings[0].params["cell"] == "XFE1048577"


def test_the_last_cell_of_a_sheet_does_not_take_the_server_along(read: Callable[..., ReadResult]) -> None:
    stray = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    result = read(with_sheet_xml(GOOD, lambda xml: xml.replace(b"</sheetData>", stray)))
    assert codes(result) == ["cell-outside-sheet"]
    assert result.findings[0].params["cell"] == "XFD1048576"


def test_one_cell_far_to_the_right_is_told(read: Callable[..., ReadResult]) -> None:
    def change(sheet: Any) -> None:
        sheet.cell(row=2, column=2000, value="x")

    assert codes(read(xlsx(ROWS, change=change))) == ["too-wide"]


def test_a_million_empty_rows_are_no_lines(read: Callable[..., ReadResult]) -> None:
    rows = b"".join(b'<row r="%d"/>' % number for number in range(4, 1_000_004))
    result = read(with_sheet_xml(GOOD, lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>")))
    assert result.findings == []
    assert result.sheets[0].rows == 2


def test_a_reader_out_of_memory_is_a_finding(read: Callable[..., ReadResult]) -> None:
    many = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(4, 300_000))
    content = with_sheet_xml(GOOD, lambda xml: xml.replace(b"</sheetData>", many + b"</sheetData>"))
    assert codes(read(content, memory_mb=90)) == ["too-large-to-read"]


def test_a_reader_that_takes_too_long_is_stopped(read: Callable[..., ReadResult]) -> None:
    many = xlsx([LEDGER_HEADER, *[LINES[0]] * 20_000])
    started = time.monotonic()
    result = read(many, seconds=0)
    assert codes(result) == ["took-too-long"]
    assert time.monotonic() - started < 10


def test_a_file_above_the_limit_is_not_opened(read: Callable[..., ReadResult], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_FILE", 1000)
    result = read(GOOD)
    assert codes(result) == ["file-too-large"]


def test_a_file_that_unpacks_above_the_limit_is_not_opened(
    read: Callable[..., ReadResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "MAX_UNZIPPED", 1000)
    assert codes(read(GOOD)) == ["zip-bomb"]


def test_the_child_gets_no_secrets(read: Callable[..., ReadResult], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://hemmelig")
    monkeypatch.setenv("PYTHONPATH", os.devnull)
    assert read(GOOD).findings == []


def test_dates_of_the_1904_system_in_an_old_xls(read: Callable[..., ReadResult]) -> None:
    line = ["1000", "", "1000", "105000", "", datetime.date(2021, 8, 31), 1]
    result = read(xls([LEDGER_HEADER, line], epoch_1904=True), "a.xls")
    assert (result.sheets[0].years, result.sheets[0].periods) == ((2021,), (8,))


def test_error_cells_of_an_old_xls_are_refused_also_where_empty_is_allowed(read: Callable[..., ReadResult]) -> None:
    result = read(xls(ROWS, error_at=(1, 4)), "a.xls")
    assert [(f.code, f.row, f.column, f.value) for f in result.findings] == [("error-cell", 2, "E", "#REF!")]


def test_error_cells_and_empty_formulas_of_an_ods_are_refused(read: Callable[..., ReadResult]) -> None:
    rows = [LEDGER_HEADER, [*LINES[0][:4], "#N/A", *LINES[0][5:]], [*LINES[1][:4], "=A1", *LINES[1][5:]]]
    result = read(ods(rows), "a.ods")
    assert [(f.code, f.row, f.column, f.value) for f in result.findings] == [
        ("error-cell", 2, "E", "#N/A"),
        ("formula-without-value", 3, "E", "of:=A1"),
    ]
