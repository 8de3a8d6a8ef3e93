"""Builds workbooks in code: every file a test reads is written where one can see what is in it."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import xlwt
from msoffcrypto.format.ooxml import OOXMLFile
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

Rows = Sequence[Sequence[Any]]

CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
LEDGER_HEADER = ["Ansvar", "Ansvar(T)", "Tjeneste", "Art", "Prosjekt", "Periode", "Beløp"]


def xlsx(
    rows: Rows | Mapping[str, Rows],
    *,
    merged: Iterable[str] = (),
    hidden: Iterable[str] = (),
    epoch_1904: bool = False,
    change: Callable[[Worksheet], None] | None = None,
) -> bytes:
    """An .xlsx; `rows` are those of one sheet, or of each sheet by name. `change` may alter the first sheet."""
    workbook = Workbook()
    if epoch_1904:
        workbook.epoch = CALENDAR_MAC_1904
    first = workbook.active
    assert isinstance(first, Worksheet)
    sheets = rows if isinstance(rows, Mapping) else {"Regnskap": rows}
    for position, (name, lines) in enumerate(sheets.items()):
        sheet = first if position == 0 else workbook.create_sheet()
        sheet.title = name
        for line in lines:
            sheet.append([None if cell == "" else cell for cell in line])
    for area in merged:
        first.merge_cells(area)
    for name in hidden:
        workbook[name].sheet_state = "hidden"
    if change is not None:
        change(first)
    return _saved(workbook.save)


def xls(rows: Rows, *, epoch_1904: bool = False, error_at: tuple[int, int] | None = None) -> bytes:
    """An old .xls with one sheet; `error_at` puts #REF! in a cell, counted from 0."""
    workbook = xlwt.Workbook()
    workbook.dates_1904 = epoch_1904
    sheet = workbook.add_sheet("Regnskap")
    date = xlwt.XFStyle()
    date.num_format_str = "DD.MM.YYYY"
    for r, line in enumerate(rows):
        for c, cell in enumerate(line):
            if cell == "":
                continue
            if isinstance(cell, datetime.date):
                sheet.write(r, c, cell, date)
            else:
                sheet.write(r, c, cell)
    if error_at is not None:
        sheet.row(error_at[0]).set_cell_error(error_at[1], 0x17)
    return _saved(workbook.save)


def ods(rows: Rows) -> bytes:
    """An .ods with one sheet; "#REF!" becomes an error cell and "=A1" a formula without a value."""
    document = OpenDocumentSpreadsheet()
    table = Table(name="Regnskap")
    for line in rows:
        row = TableRow()
        for cell in line:
            if isinstance(cell, (int, float)):
                row.addElement(TableCell(valuetype="float", value=repr(cell)))
            elif isinstance(cell, datetime.date):
                row.addElement(TableCell(valuetype="date", datevalue=cell.isoformat()))
            elif cell == "":
                row.addElement(TableCell())
            elif isinstance(cell, str) and cell.startswith("#"):
                element = TableCell(valuetype="string", stringvalue="")
                element.setAttrNS(CALC, "value-type", "error")
                element.addElement(P(text=cell))
                row.addElement(element)
            elif isinstance(cell, str) and cell.startswith("="):
                row.addElement(TableCell(formula=f"of:{cell}"))
            else:
                element = TableCell(valuetype="string")
                element.addElement(P(text=cell))
                row.addElement(element)
        table.addElement(row)
    document.spreadsheet.addElement(table)
    return _saved(document.write)


def text(rows: Rows, *, separator: str = ";", encoding: str = "utf-8") -> bytes:
    """A text file with one line per row."""
    lines = [separator.join(str(cell) for cell in line) for line in rows]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def encrypted(content: bytes) -> bytes:
    """An .xlsx behind a password."""
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt("hemmelig", out)
    return out.getvalue()


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same .xlsx with one of its parts rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            data = old.read(part)
            new.writestr(part, change(data) if part == name else data)
    return out.getvalue()


def with_sheet_xml(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The same .xlsx with the XML of its first sheet rewritten."""
    return with_part(content, "xl/worksheets/sheet1.xml", change)


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()
