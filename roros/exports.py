"""A table as a file: csv and json for machines, xlsx for people. Amounts are whole kroner and øre, never rounded."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from roros.components import Text

Value: TypeAlias = "Decimal | int | str | bool | datetime.date | None"

EXPORT_PARAMETER = "_export"  # django-tables2's convention
IS_SUM = "er_sum"

# A spreadsheet runs a cell that begins with one of these as a formula.
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # not allowed in the XML of a workbook
_SHEET_NAME = re.compile(r"[\\*?:/\[\]']")


class Kind(StrEnum):
    """What a column holds; it decides the number format in a spreadsheet."""

    TEXT = "text"
    AMOUNT = "amount"  # kroner
    DECIMAL = "decimal"  # a figure that is not kroner
    PERCENT = "percent"  # 12.3 means 12.3 %
    INTEGER = "integer"
    DATE = "date"
    BOOLEAN = "boolean"


_FORMATS = {
    Kind.AMOUNT: "#,##0.00",
    Kind.DECIMAL: "#,##0.0##",
    Kind.PERCENT: '0.0" %"',
    Kind.INTEGER: "#,##0",
    Kind.DATE: "dd.mm.yyyy",
}


class Format(StrEnum):
    """The files a table can be had as; the value stands in the URL and is the suffix."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"

    @property
    def content_type(self) -> str:
        """This will return the media type of the file."""
        return {
            Format.CSV: "text/csv; charset=utf-8",
            Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format.JSON: "application/json",
        }[self]


@dataclass(frozen=True)
class ExportColumn:
    """One column: the name for machines, the label for people, and what it holds."""

    name: str
    label: Text
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class ExportTable:
    """A table on its way out. A row holds a value per column name; `er_sum` in it marks a sum row."""

    name: str  # "avvik-rammeomrade"; the file name and the sheet name come from it
    columns: Sequence[ExportColumn]
    rows: Sequence[Mapping[str, Value]]
    note: str = ""  # source and period; the time is added
    title: str = ""

    @property
    def all_columns(self) -> list[ExportColumn]:
        """This will return the columns with the sum mark last."""
        return [
            *(column for column in self.columns if column.name != IS_SUM),
            ExportColumn(IS_SUM, _("Sumrad"), Kind.BOOLEAN),
        ]

    def to(self, form: Format, *, made_at: datetime.datetime | None = None) -> bytes:
        """This will return the whole file in the wanted form; `made_at` is now unless told otherwise."""
        if form is Format.CSV:
            return self.to_csv()
        made_at = made_at or timezone.localtime()
        return self.to_json(made_at=made_at) if form is Format.JSON else self.to_xlsx(made_at=made_at)

    def to_csv(self) -> bytes:
        """This will return UTF-8 with commas: plain machine numbers in kroner, ISO dates, texts that run as nothing."""
        columns = self.all_columns
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow([column.name for column in columns])
        for row in self.rows:
            writer.writerow([_csv_text(_value(row, column)) for column in columns])
        return out.getvalue().encode()

    def to_json(self, *, made_at: datetime.datetime) -> bytes:
        """This will return one object with columns and rows; amounts are numbers with exactly their own decimals."""
        columns = self.all_columns
        head = {
            "name": self.name,
            "title": self.title,
            "note": self.note,
            "made_at": made_at.isoformat(timespec="seconds"),
            "columns": [
                {"name": column.name, "label": str(column.label), "kind": column.kind.value} for column in columns
            ],
        }
        rows = ",\n  ".join(
            "{" + ", ".join(f"{json.dumps(column.name)}: {_json_text(_value(row, column))}" for column in columns) + "}"
            for row in self.rows
        )
        opening = json.dumps(head, ensure_ascii=False)[:-1]
        return f'{opening}, "rows": [\n  {rows}\n]}}\n'.encode()

    def to_xlsx(self, *, made_at: datetime.datetime) -> bytes:
        """This will return a workbook with real numbers, a frozen header, bold sums and a sheet about the source."""
        book = Workbook()
        for empty in book.worksheets:
            book.remove(empty)
        self._fill(book.create_sheet(_SHEET_NAME.sub(" ", self.name)[:31]))
        about = book.create_sheet(_("Om tabellen"))
        lines = [
            (_("Tabell"), self.title or self.name),
            (_("Kilde"), self.note),
            (_("Hentet"), f"{made_at:%d.%m.%Y} kl. {made_at:%H.%M}"),
            (_("Beløp"), _("Hele kroner med øre. Avvik = revidert budsjett minus regnskap; minus = merforbruk.")),
        ]
        for number, (label, text) in enumerate(lines, 1):
            _write(about.cell(number, 1), label)
            _write(about.cell(number, 2), text)
            about.cell(number, 1).font = Font(bold=True)
            about.cell(number, 2).alignment = Alignment(wrap_text=True, vertical="top")
        about.column_dimensions["A"].width = 12
        about.column_dimensions["B"].width = 90
        book.properties.title = self.title or self.name
        book.properties.creator = _("Røros i tall")
        book.properties.created = book.properties.modified = made_at.astimezone(datetime.UTC).replace(tzinfo=None)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    def _fill(self, sheet: Worksheet) -> None:
        columns = self.all_columns
        widths = [len(str(column.label)) + 2 for column in columns]
        for place, column in enumerate(columns, 1):
            cell = sheet.cell(1, place)
            _write(cell, str(column.label))
            cell.font = Font(bold=True)
            cell.border = Border(bottom=Side("medium"))
            numeric = column.kind in _FORMATS
            cell.alignment = Alignment(horizontal="right" if numeric else "left", wrap_text=True, vertical="bottom")
        for number, row in enumerate(self.rows, 2):
            is_sum = bool(row.get(IS_SUM))
            for place, column in enumerate(columns, 1):
                cell = sheet.cell(number, place)
                value = _value(row, column)
                _write(cell, value)
                if column.kind in _FORMATS:
                    cell.number_format = _FORMATS[column.kind]
                    if isinstance(value, str):  # ":" for a hidden figure
                        cell.alignment = Alignment(horizontal="right")
                if is_sum:
                    cell.font = Font(bold=True)
                    cell.border = Border(top=Side("thin"))
                widths[place - 1] = max(widths[place - 1], _shown_length(value))
        for place, width in enumerate(widths, 1):
            sheet.column_dimensions[get_column_letter(place)].width = min(max(width + 2, 9), 60)
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(self.rows) + 1}"
        sheet.print_title_rows = "1:1"
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def workbook_of(tables: Sequence[ExportTable], *, title: str, made_at: datetime.datetime) -> bytes:
    """This will return one workbook with a sheet per table, and a first sheet that says what they are."""
    book = Workbook()
    for empty in book.worksheets:
        book.remove(empty)
    contents = book.create_sheet(_("Innhold"))
    contents.cell(1, 1, title).font = Font(bold=True)
    for number, table in enumerate(tables, 3):
        _write(contents.cell(number, 1), table.name)
        _write(contents.cell(number, 2), table.title or table.name)
        table._fill(book.create_sheet(_SHEET_NAME.sub(" ", table.name)[:31]))
    contents.column_dimensions["A"].width = 30
    contents.column_dimensions["B"].width = 90
    book.properties.title = title
    book.properties.creator = _("Røros i tall")
    book.properties.created = book.properties.modified = made_at.astimezone(datetime.UTC).replace(tzinfo=None)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def export_response(table: ExportTable, form: Format) -> HttpResponse:
    """This will answer with the table as a file to keep, named after the table."""
    response = HttpResponse(table.to(form), content_type=form.content_type)
    response["Content-Disposition"] = f'attachment; filename="{slugify(table.name)}.{form.value}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def requested_export(request: HttpRequest, make: Callable[[], ExportTable]) -> HttpResponse | None:
    """This will answer `?_export=csv|xlsx|json` with the file, and return None when the page itself is wanted.

    A form that does not exist is answered with 400 and a sentence, never with a page that looks like the file.
    """
    wanted = request.GET.get(EXPORT_PARAMETER)
    if wanted is None:
        return None
    try:
        form = Format(wanted)
    except ValueError:
        text = _("Tabellen finnes som csv, xlsx og json.")
        return HttpResponse(text, status=400, content_type="text/plain; charset=utf-8")
    return export_response(make(), form)


def _value(row: Mapping[str, Value], column: ExportColumn) -> Value:
    if column.name == IS_SUM:
        return bool(row.get(IS_SUM))
    return row.get(column.name)


def _csv_text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    # An apostrophe in front makes a spreadsheet show the text instead of running it.
    return f"'{value}" if value.startswith(_FORMULA_START) else value


def _json_text(value: Value) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime.date):
        return json.dumps(value.isoformat())
    return json.dumps(value, ensure_ascii=False)


def _write(cell: Cell | MergedCell, value: Value) -> None:
    """Write a value; a text is always a text, also one that begins with an equals sign."""
    if isinstance(value, bool):
        value = _("ja") if value else None
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value).replace(tzinfo=None)  # a workbook knows no time zones
    if isinstance(value, str):
        cell.value = _CONTROL.sub("", value)
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(_FORMULA_START)
    else:
        cell.value = value


def _shown_length(value: Value) -> int:
    if isinstance(value, Decimal):
        return len(f"{value:,.2f}")
    return len(str(value)) if value is not None else 0
