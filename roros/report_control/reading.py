"""Reading printed tables: a folder of CSV files, or a workbook with a sheet per table and perhaps one of claims."""

from __future__ import annotations

import csv
import datetime
import io
import tempfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from roros.report_control.claims import YES, Claim
from roros.report_control.printed import PrintedTable
from roros.workbooks import guard
from roros.workbooks.messages import message

CLAIM_SHEETS = ("påstander", "pastander")
KNOWN = "known_misprints"  # a list of misprints that are known is no printed table
MOST_CELLS = 500_000
CLAIM_COLUMNS = ("nr", "tekst", "tall", "enhet", "gjelder")


class UnreadableReport(ValueError):
    """The file or folder holds no printed tables; the message is for the user."""


def read_path(path: Path) -> tuple[list[PrintedTable], list[Claim]]:
    """This will read a folder of CSV files or one workbook; raises UnreadableReport."""
    if path.is_dir():
        sheets = [(file.stem, _csv(file)) for file in sorted(path.glob("*.csv"))]
        return _sorted_out(sheets)
    if not path.is_file():
        raise UnreadableReport(_("Finner ikke %(path)s.") % {"path": path})
    if path.suffix.lower() == ".csv":
        return _sorted_out([(path.stem, _csv(path))])
    return read_workbook(path.read_bytes(), path.name)


def read_workbook(content: bytes, name: str) -> tuple[list[PrintedTable], list[Claim]]:
    """This will read a workbook with a sheet per table; raises UnreadableReport."""
    problem = _refused(content, name)
    if problem:
        raise UnreadableReport(problem)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = [(sheet.title, _cells(sheet.iter_rows(values_only=True))) for sheet in book.worksheets]
    except (InvalidFileException, KeyError, ValueError, OSError, TypeError) as error:
        raise UnreadableReport(_("Filen kan ikke leses som en Excel-arbeidsbok (.xlsx).")) from error
    return _sorted_out(sheets)


def _refused(content: bytes, name: str) -> str:
    """Why the file may not be opened; "" when it may. The guard counts the bytes that the file really unpacks to."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        inspection = guard.inspect(Path(file.name), name)
    if inspection.format is None:
        return " ".join(message(finding) for finding in inspection.findings)
    return "" if inspection.format is guard.Format.XLSX else _("Filen må være en Excel-arbeidsbok (.xlsx).")


def _csv(file: Path) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableReport(_("%(name)s er ikke en CSV-fil i UTF-8.") % {"name": file.name}) from error


def _cells(rows: Iterable[Sequence[object]]) -> list[list[str]]:
    told: list[list[str]] = []
    cells = 0
    for row in rows:
        cells += len(row)
        if cells > MOST_CELLS:
            raise UnreadableReport(_("Arbeidsboken er for stor. Ta bare med tabellene som skal kontrolleres."))
        told.append([_text(value) for value in row])
    return told


def _text(value: object) -> str:
    """A cell as it would stand in a CSV file: plain machine numbers, ISO dates."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return str(value).strip()


def _sorted_out(sheets: Iterable[tuple[str, list[list[str]]]]) -> tuple[list[PrintedTable], list[Claim]]:
    tables: list[PrintedTable] = []
    claims: list[Claim] = []
    for name, rows in sheets:
        if not rows or name == KNOWN:
            continue
        head, *body = rows
        head = [cell.strip() for cell in head]
        if name.casefold() in CLAIM_SHEETS:
            claims += _claims(name, head, body)
        elif sum(bool(cell) for cell in head) > 1:
            records = [dict(zip(head, [*row, *[""] * len(head)], strict=False)) for row in body if any(row)]
            columns = tuple(cell for cell in head if cell)
            tables.append(PrintedTable(name, columns, tuple({key: row[key] for key in columns} for row in records)))
    if not tables and not claims:
        raise UnreadableReport(_("Fant ingen tabeller. Hver tabell skal ha kolonnenavn i første rad."))
    return tables, claims


def _claims(name: str, head: list[str], body: list[list[str]]) -> list[Claim]:
    if missing := [column for column in CLAIM_COLUMNS if column not in head]:
        raise UnreadableReport(
            _("Arket «%(name)s» mangler kolonnene %(columns)s.") % {"name": name, "columns": ", ".join(missing)}
        )
    claims = []
    for row in body:
        cells = dict(zip(head, [*row, *[""] * len(head)], strict=False))
        if not cells["tall"]:
            continue
        claims.append(
            Claim(
                number=cells["nr"],
                text=cells["tekst"],
                printed=cells["tall"],
                unit=cells["enhet"],
                refers_to=cells["gjelder"],
                place=cells.get("sted", ""),
                about=cells.get("omtrentlig", "").casefold() in YES,
                alternatives=tuple(_alternatives(cells.get("alternativ", ""))),
            )
        )
    return claims


def _alternatives(text: str) -> Iterable[tuple[str, str]]:
    """ "30 prosent lavere: klima[…]…" — one per line."""
    for line in text.splitlines():
        label, mark, expression = line.partition(": ")
        if mark:
            yield label.strip(), expression.strip()
