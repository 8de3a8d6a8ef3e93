"""Undoing an import restores every table that can be exported, to the byte."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
from django.core.management import CommandError, call_command

import roros.demo
from budget.exports import files as exports
from roros import table_registry
from roros.models import ImportRun
from roros.workbooks import engine

LEDGER = Path(roros.demo.__file__).parent / "regnskap-2021.xlsx"


def every_table(folder: Path) -> dict[str, bytes]:
    """Every export as CSV; a table that has nothing to show gives its refusal."""
    tables = {}
    for name in [*exports.names(), *table_registry.names()]:
        path = folder / f"{name}.csv"
        try:
            call_command("export_table", name, "--output", str(path), stdout=io.StringIO())
        except CommandError as refusal:
            tables[name] = str(refusal).encode()
        else:
            tables[name] = path.read_bytes()
    return tables


def corrected() -> bytes:
    """The demo's ledger with the largest electricity bill 1000 kr lower, and a sum row that agrees."""
    book = openpyxl.load_workbook(LEDGER)
    sheet = book.worksheets[0]
    bill = max((row for row in sheet.iter_rows(min_row=5) if row[4].value == "118000"), key=lambda row: row[9].value)
    total = next(row for row in sheet.iter_rows(min_row=sheet.max_row) if row[0].value == "Sum")
    bill[9].value = round(bill[9].value - 1000, 2)
    total[9].value = round(total[9].value - 1000, 2)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_undo_restores_every_exported_table(demo: None, tmp_path: Path) -> None:
    before = every_table(tmp_path)
    run = engine.receive(kind="regnskap", content=corrected(), file_name="rettet.xlsx", year=2021, by=None)
    engine.carry_through(run, by=None)
    assert (run.state, run.new, run.changed, run.removed) == (ImportRun.State.COMMITTED, 0, 1, 0)
    moved = {name for name, content in every_table(tmp_path).items() if content != before[name]}
    assert {"avvik-rammeomrade", "avvik-virksomhet", "avvik-ansvar", "avvik-tjeneste", "avvik-art"} <= moved
    engine.undo(run, by=None)
    assert every_table(tmp_path) == before
    print(f"{len(before)} tables are the same to the byte after undo; the import had moved {len(moved)} of them")
