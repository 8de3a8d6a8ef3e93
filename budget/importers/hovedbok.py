"""Regnskap and opprinnelig budsjett: the same ledger sheet, as the ERP exports it."""

from __future__ import annotations

from budget.importers.accounts import ACCOUNT_COLUMNS, account_checks, identical_lines
from budget.models import LedgerLine
from budget.targets.slices import SHEET, SliceTarget
from roros.workbooks.declare import Column, ColumnType, Layout, Sheet
from roros.workbooks.kinds import WorkbookKind

AMOUNT_SYNONYMS = ("Sum", "Beløp (kr)", "Beløp kr", "Beløp i kr", "Kroner", "Saldo", "Beløp NOK")

YEAR = Column("year", "År", ColumnType.YEAR, ("Regnskapsår", "Budsjettår"), header_required=False, value_required=False)
PERIOD = Column(
    "period",
    "Periode",
    ColumnType.PERIOD,
    ("Mnd", "Måned", "Per", "Regnskapsperiode", "Periodenr", "Dato"),
    inherit=True,
)


def _ledger_sheet(label: str, synonyms: tuple[str, ...]) -> Sheet:
    return Sheet(
        name=SHEET,
        label=label,
        columns=(
            *ACCOUNT_COLUMNS,
            YEAR,
            PERIOD,
            Column("amount", "Beløp", ColumnType.AMOUNT, (*AMOUNT_SYNONYMS, *synonyms)),
        ),
        key=("ansvar", "tjeneste", "art", "prosjekt", "year", "period"),
        amount="amount",
        period="period",
        year="year",
    )


def _kind(name: str, label: str, kind: LedgerLine.Kind, synonyms: tuple[str, ...], order: int) -> WorkbookKind:
    return WorkbookKind(
        layout=Layout(kind=name, label=label, sheets=(_ledger_sheet(label, synonyms),)),
        target=SliceTarget(kind=kind),
        checks=(
            *account_checks(SHEET),
            identical_lines(SHEET, ("ansvar", "tjeneste", "art", "prosjekt", "year", "period", "amount")),
        ),
        needs_year=True,
        order=order,
        creatable=("ansvar", "tjeneste", "art", "prosjekt"),
    )


REGNSKAP = _kind(
    "regnskap",
    "Regnskap (hovedbok)",
    LedgerLine.Kind.ACTUAL,
    ("Regnskap", "Regnskap (kr)", "Regnskapsført", "Hittil i år", "Denne periode"),
    30,
)

BUDSJETT = _kind(
    "budsjett",
    "Opprinnelig budsjett",
    LedgerLine.Kind.ORIGINAL,
    ("Budsjett", "Oppr. budsjett", "Opprinnelig budsjett", "Budsjett (kr)", "Vedtatt budsjett", "Budsjett just."),
    20,
)
