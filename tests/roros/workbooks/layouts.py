"""Layouts for the reader's own tests, and the shortest way to read bytes with them."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from roros.workbooks.child import Job, read
from roros.workbooks.declare import Column, ColumnType, Finding, Layout, ReadResult, Severity, Sheet, SheetResult
from roros.workbooks.guard import inspect

ACCOUNT = (
    Column("ansvar", "Ansvar", ColumnType.CODE, ("Kostnadssted", "Koststed"), inherit=True),
    Column("ansvar_navn", "Ansvar(T)", ColumnType.TEXT, header_required=False, value_required=False, label_of="ansvar"),
    Column("tjeneste", "Tjeneste", ColumnType.CODE, ("Funksjon",), inherit=True),
    Column("art", "Art", ColumnType.CODE, ("Konto",), inherit=True),
    Column("prosjekt", "Prosjekt", ColumnType.CODE, header_required=False, value_required=False),
)

LEDGER_SHEET = Sheet(
    name="ledger",
    label="Regnskap",
    columns=(
        *ACCOUNT,
        Column("year", "År", ColumnType.YEAR, header_required=False, value_required=False),
        Column("period", "Periode", ColumnType.PERIOD, ("Måned", "Mnd", "Dato"), inherit=True),
        Column(
            "amount",
            "Beløp",
            ColumnType.AMOUNT,
            ("Sum", "Beløp (kr)", "Saldo", "Regnskap", "Budsjett", "Budsjett just.", "Hittil i år", "Denne periode"),
        ),
    ),
    key=("ansvar", "tjeneste", "art", "prosjekt", "year", "period"),
    amount="amount",
    period="period",
    year="year",
)
LEDGER = Layout("regnskap", "Regnskap", (LEDGER_SHEET,))

REGISTER = Layout(
    "prosjekter",
    "Prosjekter",
    (
        Sheet(
            name="prosjekt",
            label="Prosjekter",
            columns=(
                Column("code", "Prosjektnr", ColumnType.CODE),
                Column("name", "Navn", ColumnType.TEXT),
                Column("area", "Rammeområde", ColumnType.INTEGER, value_required=False, minimum="1", maximum="10"),
                Column("budget", "Budsjett", ColumnType.AMOUNT, ("Rev. bud.",), value_required=False),
                Column("share", "Andel", ColumnType.DECIMAL, header_required=False, value_required=False),
                Column("decided_on", "Vedtatt", ColumnType.DATE, header_required=False, value_required=False),
                Column("small", "Lite", ColumnType.BOOLEAN, header_required=False, value_required=False),
                Column(
                    "status",
                    "Status",
                    ColumnType.CHOICE,
                    header_required=False,
                    value_required=False,
                    choices=("Ferdig", "Iht. plan"),
                ),
                Column("since", "Fra år", ColumnType.YEAR, header_required=False, value_required=False),
            ),
            key=("code",),
        ),
    ),
)


@dataclass(frozen=True)
class Read:
    """What came of a file."""

    result: ReadResult

    @property
    def sheet(self) -> SheetResult:
        """The only sheet."""
        (sheet,) = self.result.sheets
        return sheet

    @property
    def lines(self) -> list[list[str]]:
        """The staged lines of the only sheet, field by field."""
        text = Path(self.sheet.copy_file).read_text(encoding="utf-8")
        return [line.split("\t") for line in text.splitlines()]

    @property
    def errors(self) -> list[Finding]:
        """The findings that refuse the file."""
        return [finding for finding in self.result.findings if finding.severity is Severity.ERROR]

    @property
    def where(self) -> list[tuple[str, int, str, str]]:
        """The errors as (code, row, column, value)."""
        return [(finding.code, finding.row, finding.column, finding.value) for finding in self.errors]

    @property
    def warnings(self) -> list[str]:
        """The codes of the warnings."""
        return [finding.code for finding in self.result.findings if finding.severity is Severity.WARNING]


def read_bytes(
    content: bytes,
    *,
    name: str = "regnskap.xlsx",
    layout: Layout = LEDGER,
    year: int | None = None,
    replacements: dict[str, dict[str, str]] | None = None,
    remembered: dict[str, dict[str, str]] | None = None,
) -> Read:
    """Do in this process what the reader does in its child, without limits."""
    folder = Path(tempfile.mkdtemp(prefix="lest-"))
    path = folder / "innhold"
    path.write_bytes(content)
    inspection = inspect(path, name)
    if inspection.format is None:
        return Read(ReadResult([], inspection.findings))
    path = path.rename(folder / f"innhold.{inspection.format.value}")
    job = Job(
        path=path,
        format=inspection.format,
        file_name=name,
        layout=layout,
        year=year,
        out_dir=folder,
        replacements=replacements or {},
        remembered=remembered or {},
        bad_cells=inspection.bad_cells,
        memory_mb=0,
        seconds=0,
    )
    result = read(job)
    return Read(ReadResult(result.sheets, [*inspection.findings, *result.findings]))


N = "\\N"

LINES = [
    ["1000", "Politikk", "1000", "105000", "", 202101.0, 100.5],
    ["1000", "Politikk", "1000", "105000", "P1", 202102.0, -20],
    ["6512", "Øverhagaen 1", "2020", "101000", "", 202113.0, 0.1],
]
STAGED = [
    ["2", "1000", "Politikk", "1000", "105000", N, "2021", "1", "100.50"],
    ["3", "1000", "Politikk", "1000", "105000", "P1", "2021", "2", "-20.00"],
    ["4", "6512", "Øverhagaen 1", "2020", "101000", N, "2021", "13", "0.10"],
]


def renumbered(lines: list[list[str]], *numbers: int) -> list[list[str]]:
    return [[str(number), *line[1:]] for number, line in zip(numbers, lines, strict=True)]
