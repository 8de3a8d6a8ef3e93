"""Council cases: one row per case that a body has dealt with."""

from __future__ import annotations

from budget.importers.register_checks import YEAR, date_in_century, labels_of, too_long
from budget.models import CouncilCase
from roros.workbooks.check import duplicates
from roros.workbooks.declare import Column, ColumnType, Layout, Severity, Sheet
from roros.workbooks.kinds import Check, WorkbookKind
from roros.workbooks.registers import Register, RegisterTarget

SHEET = "cases"
CASE_NUMBER = r"^\s*[0-9]{{1,5}}\s*/\s*([0-9]{{2}}|[0-9]{{4}})\s*$"  # braces doubled for str.format

# The number and year of a case, from their own columns or from "13/21".
PARTS = f"""SELECT sheet_row, body, title, decided_on, case_number,
                   CASE WHEN case_number ~ '{CASE_NUMBER}' THEN split_part(case_number, '/', 1)::int END AS told_number,
                   CASE WHEN case_number ~ '{CASE_NUMBER}' THEN
                        CASE WHEN length(trim(split_part(case_number, '/', 2))) = 2 THEN 2000 ELSE 0 END
                        + split_part(case_number, '/', 2)::int END AS told_year, number, year
            FROM {{stage_{SHEET}}}"""

CASES = Sheet(
    name=SHEET,
    label="Saker",
    titles=("Saker", "Politiske saker", "Saksliste"),
    columns=(
        Column("case_number", "Saksnr", ColumnType.TEXT, ("Saksnummer", "Sak", "Sak nr", "Utvalgssak")),
        Column(
            "number",
            "Løpenr",
            ColumnType.INTEGER,
            ("Løpenummer",),
            header_required=False,
            value_required=False,
            minimum="1",
            maximum="99999",
        ),
        YEAR,
        Column("body", "Organ", ColumnType.TEXT, ("Utvalg", "Råd/utvalg"), inherit=True),
        Column("title", "Tittel", ColumnType.TEXT, ("Sakstittel", "Sakstekst")),
        Column(
            "decided_on",
            "Dato",
            ColumnType.DATE,
            ("Møtedato", "Vedtaksdato", "Behandlet"),
            header_required=False,
            value_required=False,
        ),
    ),
    key=("body", "year", "number"),
    year="year",
)

SAKER = WorkbookKind(
    layout=Layout(kind="saker", label="Politiske saker", sheets=(CASES,)),
    target=RegisterTarget(
        registers=(
            Register(
                table="budget_councilcase",
                labels=labels_of(CouncilCase),
                label="sak",
                key=("body", "year", "number"),
                columns=("title", "decided_on"),
                # A list without dates leaves the dates that are known.
                select=f"""SELECT p.body, coalesce(p.year, p.told_year) AS year,
                                  coalesce(p.number, p.told_number) AS number,
                                  p.title, coalesce(p.decided_on, c.decided_on) AS decided_on
                           FROM ({PARTS}) p LEFT JOIN budget_councilcase c
                                ON (c.body, c.year, c.number) =
                                   (p.body, coalesce(p.year, p.told_year), coalesce(p.number, p.told_number))""",
            ),
        )
    ),
    checks=(
        Check(
            "case-number-unreadable",
            SHEET,
            f"SELECT sheet_row, case_number AS value FROM {{stage}} WHERE case_number !~ '{CASE_NUMBER}'",
            "case_number",
        ),
        Check(
            "case-number-differs",
            SHEET,
            f"""SELECT sheet_row, case_number AS value, coalesce(number, told_number) AS number,
                       coalesce(year, told_year) AS year
                FROM ({PARTS}) p WHERE number <> told_number OR year <> told_year""",
            "case_number",
        ),
        duplicates(SHEET, ("case_number", "body"), severity=Severity.ERROR),
        date_in_century(SHEET, "decided_on"),
        too_long(SHEET, "body", 100),
    ),
    order=110,
)
