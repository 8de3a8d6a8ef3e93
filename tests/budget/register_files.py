"""Workbooks of the registers, and running one through the engine."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from roros.exports import ExportTable, Format
from roros.models import ImportRun, Role, User
from roros.workbooks import engine
from tests.people import give
from tests.workbooks import xlsx

Rows = Sequence[Sequence[Any]]

DECISIONS = (
    "Nr", "Tittel", "Status", "Saksreferanse", "Frist", "Fristtekst", "Oppfølging sak", "Oppfølging organ",
    "Oppfølging dato", "Oppdragseier (rolle)", "Ansvarlig (rolle)", "Sammendrag",
)  # fmt: skip
CASES = ("Saksnr", "Løpenr", "År", "Organ", "Tittel", "Dato")
INDICATORS = ("Indikator", "Kommune", "År", "Verdi", "Enhet", "Mål", "Merknad")
GRANTS = ("Gruppe", "Tilskudd", "Merknad", "Departement", "Beløp i 1000 kr")
THEMES = ("Tema", "Slag", "Kode", "Beskrivelse")


def decision(number: int, status: str = "Iht. plan", **cells: Any) -> list[Any]:
    """One row of decisions; further cells by header."""
    row = {"Nr": number, "Tittel": f"Vedtak nummer {number}", "Status": status, **cells}
    return [row.get(header) for header in DECISIONS]


def person(username: str = "olav", role: Role | None = Role.OKONOMI) -> User:
    """A user with one role, or none."""
    user = User.objects.create_user(username, password="hemmelig")
    if role is not None:
        give(user, role)
    return user


def bring(
    kind: str, content: bytes | Rows, *, year: int | None = None, by: User | None = None, dry: bool = False
) -> ImportRun:
    """Read a workbook, or rows of one sheet, through the engine."""
    file = content if isinstance(content, bytes) else xlsx({"Ark": content})
    run = engine.receive(kind=kind, content=file, file_name=f"{kind}.xlsx", year=year, by=by)
    return engine.carry_through(run, by=by, dry_run=dry)


def codes(run: ImportRun) -> list[tuple[str, int, str]]:
    """What was found: code, row and column letter."""
    return [(found["code"], found["row"], found["column"]) for found in run.findings]


def edited(table: ExportTable, change: Callable[[Worksheet], None]) -> bytes:
    """The table as a workbook, with a change made in Excel."""
    book = load_workbook(io.BytesIO(table.to(Format.XLSX)))
    sheet = book.worksheets[0]
    change(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell_of(sheet: Worksheet, header: str, row_text: str) -> Any:
    """The cell under a header in the row that holds a text."""
    heads = {cell.value: cell.column for cell in sheet[1]}
    for row in sheet.iter_rows(min_row=2):
        if any(str(cell.value) == row_text for cell in row):
            return sheet.cell(row[0].row, heads[header])
    raise AssertionError(f"no row holds {row_text}")


def date(text: str) -> datetime.date:
    """A date written in ISO."""
    return datetime.date.fromisoformat(text)
