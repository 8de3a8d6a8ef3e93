"""Grants given because of a theme: korona when the file names no theme, as the state's overviews do not."""

from __future__ import annotations

from budget.importers.register_checks import YEAR, labels_of, too_long, year_known
from budget.models import Grant, Theme
from roros.workbooks.check import duplicates
from roros.workbooks.declare import Column, ColumnType, Layout, Severity, Sheet
from roros.workbooks.kinds import Check, WorkbookKind
from roros.workbooks.registers import Register, RegisterTarget

SHEET = "grants"
KORONA = "korona"

GRANTS = Sheet(
    name=SHEET,
    label="Tilskudd",
    titles=("Tilskudd", "Koronatilskudd"),
    columns=(
        Column("theme", "Tema", ColumnType.TEXT, header_required=False, value_required=False, inherit=True),
        YEAR,
        Column("grant_group", "Gruppe", ColumnType.TEXT, ("Tabell", "Ordning"), inherit=True),
        Column("name", "Tilskudd", ColumnType.TEXT, ("Forklaring", "Navn")),
        Column("note", "Merknad", ColumnType.TEXT, ("Kommentar",), header_required=False, value_required=False),
        Column(
            "department",
            "Departement",
            ColumnType.TEXT,
            ("Dep.", "Fra"),
            header_required=False,
            value_required=False,
        ),
        Column("amount", "Beløp", ColumnType.AMOUNT, ("Sum", "Beløp (kr)", "Tilskudd (1000 kr)", "Kroner")),
    ),
    key=("theme", "year", "grant_group", "name"),
    amount="amount",
    year="year",
)

# A theme is named by its name or its code; a file without themes is about korona.
THEME = f"""coalesce((SELECT t.code FROM budget_theme t
                      WHERE lower(t.name) = lower(s.theme) OR t.code = lower(s.theme) LIMIT 1),
                     CASE WHEN coalesce(lower(s.theme), '{KORONA}') = '{KORONA}' THEN '{KORONA}' END)"""

KORONATILSKUDD = WorkbookKind(
    layout=Layout(kind="koronatilskudd", label="Korona- og andre tematilskudd", sheets=(GRANTS,)),
    target=RegisterTarget(
        registers=(
            Register(
                table="budget_theme",
                labels=labels_of(Theme),
                label="tema",
                key=("code",),
                columns=("name",),
                select=f"""SELECT '{KORONA}' AS code, 'Korona' AS name FROM {{stage_{SHEET}}} s
                           WHERE NOT EXISTS (SELECT 1 FROM budget_theme WHERE code = '{KORONA}')
                                 AND {THEME} = '{KORONA}' LIMIT 1""",
            ),
            Register(
                table="budget_grant",
                labels=labels_of(Grant),
                label="tilskudd",
                key=("theme_id", "year", "grant_group", "name"),
                columns=("note", "department", "amount", "place"),
                select=f"""SELECT {THEME} AS theme_id, coalesce(s.year, %(year)s::int) AS year, s.grant_group, s.name,
                                  coalesce(s.note, '') AS note, coalesce(s.department, '') AS department, s.amount,
                                  row_number() OVER (ORDER BY s.sheet_row) AS place
                           FROM {{stage_{SHEET}}} s""",
                # The file holds all grants of its themes and years.
                scope=f"""(theme_id, year) IN (SELECT {THEME}, coalesce(s.year, %(year)s::int)
                                              FROM {{stage_{SHEET}}} s)""",
            ),
        )
    ),
    checks=(
        year_known(SHEET),
        Check(
            "unknown-theme",
            SHEET,
            f"SELECT sheet_row, theme AS value FROM {{stage}} s WHERE {THEME} IS NULL",
            "theme",
        ),
        duplicates(SHEET, ("name", "grant_group", "theme", "year"), severity=Severity.ERROR),
        too_long(SHEET, "grant_group", 200),
        too_long(SHEET, "name", 200),
        too_long(SHEET, "department", 100),
    ),
    needs_year=True,
    order=150,
)
