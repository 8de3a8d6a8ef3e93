"""The user's own workbook with every bad cell coloured and explained, for downloading."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.child import INVALID_TITLE_REGEX
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from roros.workbooks.declare import Finding, Severity
from roros.workbooks.delimited import read_rows
from roros.workbooks.guard import Format, inspect
from roros.workbooks.header_words import column_index, letter
from roros.workbooks.messages import text
from roros.workbooks.sources import open_workbook

LARGEST_KEPT = 60 * 1024 * 1024  # unpacked; above this openpyxl is too slow, and only the list is given
MAX_MARKED = 5_000
AUTHOR = "Røros budsjettoppfølging"

_ERROR_FILL = PatternFill("solid", start_color="FFF4B8B0")
_WARNING_FILL = PatternFill("solid", start_color="FFFBE3A6")
_BOLD = Font(bold=True)


@dataclass(frozen=True)
class Annotated:
    """A marked workbook and the name to save it under."""

    content: bytes
    file_name: str


def annotate(content: bytes, file_name: str, findings: Sequence[Finding]) -> Annotated:
    """This will return an .xlsx with each finding marked in its cell, and a first sheet that lists them all.

    An .xlsx keeps its own looks; other formats are copied as values. A file too large to rewrite, or one that
    could not be read, gives the list alone.
    """
    workbook, sheets = _copy(content, file_name)
    for finding in findings[:MAX_MARKED]:
        if finding.row and finding.sheet in sheets:
            _mark(sheets[finding.sheet], finding)
    _list(workbook, sheets, file_name, findings)
    out = io.BytesIO()
    workbook.save(out)
    return Annotated(out.getvalue(), _("%(name)s med feil merket.xlsx") % {"name": Path(file_name).stem})


def _copy(content: bytes, file_name: str) -> tuple[Workbook, dict[str, Worksheet]]:
    """The workbook to mark, and its sheets under the names that findings know them by."""
    with tempfile.TemporaryDirectory(prefix="merket-") as folder:
        path = Path(folder) / "innhold"
        path.write_bytes(content)
        form = inspect(path, file_name).format
        if form is None or _size(path) > LARGEST_KEPT:
            return _of_rows([])
        if form is Format.XLSX:
            workbook = load_workbook(io.BytesIO(content))
            return workbook, {sheet.title: sheet for sheet in workbook.worksheets}
        if form is Format.TEXT:
            return _of_rows([(Path(file_name).stem, read_rows(path))])
        path = path.rename(path.with_suffix(f".{form.value}"))
        return _of_rows([(source.name, source.rows()) for source in open_workbook(path, {})])


def _size(path: Path) -> int:
    """The size of a file, unpacked if it is packed; the guard has seen to it that the parts tell the truth."""
    if not zipfile.is_zipfile(path):
        return path.stat().st_size
    with zipfile.ZipFile(path) as archive:
        return sum(part.file_size for part in archive.infolist())


def _of_rows(sheets: Sequence[tuple[str, Iterable[list[Any]]]]) -> tuple[Workbook, dict[str, Worksheet]]:
    workbook = Workbook()
    for sheet in workbook.worksheets:
        workbook.remove(sheet)
    named = {}
    for name, rows in sheets:
        named[name] = sheet = workbook.create_sheet(INVALID_TITLE_REGEX.sub(" ", name)[:31] or None)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                if value != "":
                    _put(sheet, number, column, value)
    return workbook, named


def _put(sheet: Worksheet, row: int, column: int, value: object) -> None:
    """Write a value as it is: a text that begins with "=" must not become a formula."""
    cell = sheet.cell(row=row, column=column)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
    else:
        cell.value = value  # type: ignore[assignment]  # calamine gives what openpyxl takes


def _mark(sheet: Worksheet, finding: Finding) -> None:
    column = max(column_index(finding.column), 0) + 1
    cell = sheet.cell(row=finding.row, column=column)
    if isinstance(cell, MergedCell):
        cell = _anchor(sheet, finding.row, column)
    if cell.fill.start_color.rgb != _ERROR_FILL.start_color.rgb:
        cell.fill = _ERROR_FILL if finding.severity is Severity.ERROR else _WARNING_FILL
    said = [cell.comment.text] if cell.comment is not None else []
    comment = Comment("\n".join([*said, text(finding)]), AUTHOR)
    comment.width, comment.height = 320, 120
    cell.comment = comment


def _anchor(sheet: Worksheet, row: int, column: int) -> Cell:
    """A merged cell is marked in its upper left corner."""
    for area in sheet.merged_cells.ranges:
        if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
            row, column = area.min_row, area.min_col
            break
    return sheet.cell(row=row, column=column)  # type: ignore[return-value]  # the corner is a plain cell


def _list(workbook: Workbook, sheets: dict[str, Worksheet], file_name: str, findings: Sequence[Finding]) -> None:
    name = _("Feil i filen")
    while name in workbook.sheetnames:
        name += " 1"
    sheet = workbook.create_sheet(name, 0)
    workbook.active = 0
    for other in workbook.worksheets[1:]:
        other.sheet_view.tabSelected = False
    sheet.append([_("Funn i %(file)s") % {"file": file_name}])
    sheet.append([])
    sheet.append([_("Ark"), _("Celle"), _("Alvor"), _("Verdi"), _("Hva som er galt og hva du gjør")])
    for cell in (*sheet[1], *sheet[3]):
        cell.font = _BOLD
    for number, finding in enumerate(findings, 4):
        place = f"{finding.column or 'A'}{finding.row}" if finding.row else ""
        severity = _("Feil") if finding.severity is Severity.ERROR else _("Varsel")
        for column, value in enumerate((finding.sheet, place, severity, finding.value, text(finding)), 1):
            _put(sheet, number, column, value)
        if place and finding.sheet in sheets:
            quoted = sheets[finding.sheet].title.replace("'", "''")
            link = Hyperlink(ref=f"B{number}", location=f"'{quoted}'!{place}")
            sheet.cell(row=number, column=2).hyperlink = link
    for column, width in enumerate((22, 10, 10, 24, 110)):
        sheet.column_dimensions[letter(column)].width = width
    sheet.freeze_panes = "A4"
