"""Entries (føringer): differences per account and month, as the grid writes them and as a file may bring them."""

from __future__ import annotations

from django.utils.translation import gettext_noop as n_

from budget.importers.accounts import ACCOUNT_COLUMNS, account_checks
from budget.importers.hovedbok import AMOUNT_SYNONYMS, PERIOD, YEAR
from budget.importers.register_checks import too_long
from budget.models import LedgerLine
from budget.targets.entries import KIND, SHEET, EntryTarget
from roros.workbooks.check import duplicates
from roros.workbooks.declare import Column, ColumnType, Layout, Severity, Sheet
from roros.workbooks.kinds import Check, WorkbookKind

LONGEST_REASON = 500

ENTRIES = Sheet(
    name=SHEET,
    label="Føringer",
    columns=(
        Column(
            "slag",
            "Slag",
            ColumnType.CHOICE,
            ("Type", "Tallslag"),
            choices=(LedgerLine.Kind.ACTUAL.value, LedgerLine.Kind.ORIGINAL.value),
            inherit=True,
        ),
        *ACCOUNT_COLUMNS,
        YEAR,
        PERIOD,
        Column("before", "Før", ColumnType.AMOUNT, ("Beløp før",), header_required=False, value_required=False),
        Column("after", "Etter", ColumnType.AMOUNT, ("Beløp etter",), header_required=False, value_required=False),
        Column("amount", "Beløp", ColumnType.AMOUNT, (*AMOUNT_SYNONYMS, "Differanse", "Endring", "Korreksjon")),
        Column("reason", "Begrunnelse", ColumnType.TEXT, ("Årsak", "Merknad"), value_required=True, inherit=True),
    ),
    key=("slag", "ansvar", "tjeneste", "art", "prosjekt", "year", "period"),
    amount="amount",
    period="period",
    year="year",
)

FORING = WorkbookKind(
    layout=Layout(kind=KIND, label="Føringer (korreksjoner)", sheets=(ENTRIES,)),
    target=EntryTarget(),
    checks=(
        *account_checks(SHEET),
        duplicates(SHEET, ("slag", "year", "period", "ansvar", "tjeneste", "art", "prosjekt"), severity=Severity.ERROR),
        Check(
            "entry-difference",
            SHEET,
            """SELECT sheet_row, amount::text AS value, before, after FROM {stage}
               WHERE before IS NOT NULL AND after IS NOT NULL AND after - before <> amount""",
            "amount",
        ),
        too_long(SHEET, "reason", LONGEST_REASON),
    ),
    needs_year=True,
    order=35,
    creatable=("ansvar", "tjeneste", "art", "prosjekt"),
)

MESSAGES = {
    "entry-overtaken": n_(
        "Cellen har nå %(now)s, ikke %(value)s som filen regner med. Noen har endret den etterpå. Hent nye tall og "
        "lag føringen på nytt."
    ),
    "entry-difference": n_("Beløpet %(value)s er ikke etter (%(after)s) minus før (%(before)s). Rett ett av dem."),
    "entry-same-file": n_(
        "Akkurat denne filen er ført før, som nr. %(run)s. Angre den først om den skal føres på nytt."
    ),
    "entries-stand": n_(
        "Det står %(count)s korreksjoner på til sammen %(total)s i disse månedene. De blir stående og kommer i tillegg "
        "til filen. Angre dem først dersom rettelsene er med i filen."
    ),
}
