"""Adopted budget amendments, as the ERP exports them: one line per account and month."""

from __future__ import annotations

from budget.importers.accounts import ACCOUNT_COLUMNS, account_checks, identical_lines
from budget.importers.hovedbok import AMOUNT_SYNONYMS, PERIOD, YEAR
from budget.importers.register_checks import too_long
from budget.targets.amendments import SHEET, AmendmentTarget
from roros.workbooks.declare import Column, ColumnType, Layout, Sheet
from roros.workbooks.kinds import Check, WorkbookKind

AMENDMENTS = Sheet(
    name=SHEET,
    label="Budsjettendringer",
    columns=(
        Column("number", "Endringsnr", ColumnType.CODE, ("Endring", "Endringsnummer", "Reguleringsnr"), inherit=True),
        Column("case_number", "Saksnr", ColumnType.TEXT, ("Sak", "Saksnummer", "Arkivsak"), inherit=True),
        Column("body", "Organ", ColumnType.TEXT, ("Utvalg", "Vedtatt av"), inherit=True),
        Column("decided_on", "Vedtaksdato", ColumnType.DATE, ("Vedtatt", "Vedtatt dato"), inherit=True),
        Column("text", "Tekst", ColumnType.TEXT, ("Beskrivelse", "Sakstittel"), inherit=True),
        *ACCOUNT_COLUMNS,
        YEAR,
        PERIOD,
        Column("amount", "Beløp", ColumnType.AMOUNT, (*AMOUNT_SYNONYMS, "Endringsbeløp", "Budsjettendring")),
    ),
    key=("number", "ansvar", "tjeneste", "art", "prosjekt", "year", "period"),
    amount="amount",
    period="period",
    year="year",
)

BUDSJETTENDRINGER = WorkbookKind(
    layout=Layout(kind="budsjettendringer", label="Budsjettendringer", sheets=(AMENDMENTS,)),
    target=AmendmentTarget(),
    checks=(
        *account_checks(SHEET),
        Check(
            "amendment-unbalanced",
            SHEET,
            """SELECT min(sheet_row) AS sheet_row, number AS value, sum(amount) AS total FROM {stage}
               GROUP BY number HAVING sum(amount) <> 0""",
            "number",
        ),
        Check(
            "amendment-contradicts",
            SHEET,
            """SELECT s.sheet_row, s.number AS value, f.sheet_row AS first_row
               FROM {stage} s JOIN (SELECT DISTINCT ON (number) * FROM {stage} ORDER BY number, sheet_row) f
                    USING (number)
               WHERE (s.case_number, s.body, s.decided_on, s.text, s.year) IS DISTINCT FROM
                     (f.case_number, f.body, f.decided_on, f.text, f.year)""",
            "number",
        ),
        *(
            too_long(SHEET, column, length)
            for column, length in (("number", 20), ("case_number", 40), ("body", 100), ("text", 500))
        ),
        identical_lines(SHEET, ("number", "ansvar", "tjeneste", "art", "prosjekt", "year", "period", "amount")),
    ),
    needs_year=True,
    order=40,
    creatable=("ansvar", "tjeneste", "art", "prosjekt"),
)
