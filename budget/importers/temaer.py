"""Themes: which projects and arts they hold, and their costs as a printed report states them."""

from __future__ import annotations

from budget.importers.register_checks import labels_of, too_long
from budget.models import PrintedCost, Theme, ThemeCode
from roros.workbooks.check import duplicates
from roros.workbooks.declare import Column, ColumnType, Layout, Severity, Sheet
from roros.workbooks.kinds import Check, WorkbookKind
from roros.workbooks.registers import Register, RegisterTarget

CODES, PRINTED = "theme_codes", "printed_costs"

CODE_SHEET = Sheet(
    name=CODES,
    label="Temaer",
    titles=("Temaer", "Tema"),
    columns=(
        Column("theme", "Tema", ColumnType.TEXT, ("Navn",), inherit=True),
        Column("dimension", "Slag", ColumnType.CHOICE, ("Dimensjon", "Type"), choices=("Prosjekt", "Art")),
        Column("code", "Kode", ColumnType.CODE, ("Prosjekt/art", "Konto")),
        Column(
            "description", "Beskrivelse", ColumnType.TEXT, ("Merknad",), header_required=False, value_required=False
        ),
    ),
    key=("theme", "dimension", "code"),
)
PRINTED_SHEET = Sheet(
    name=PRINTED,
    label="Trykte kostnader",
    titles=("Trykte kostnader", "Kostnader"),
    columns=(
        Column("theme", "Tema", ColumnType.TEXT, inherit=True),
        Column("year", "År", ColumnType.YEAR),
        Column(
            "rammeomrade",
            "Rammeområde",
            ColumnType.INTEGER,
            ("Rammeområdenr",),
            value_required=False,
            minimum="1",
            maximum="9999",
        ),
        Column("name", "Navn", ColumnType.TEXT, ("Ansvar",)),
        Column("amount", "Beløp", ColumnType.AMOUNT, ("Regnskap hiå.", "Regnskap")),
    ),
    key=("theme", "year", "rammeomrade"),
    required=False,
    year="year",
)

# As django.utils.text.slugify makes it of Norwegian names.
SLUG = (
    "left(trim(BOTH '-' FROM regexp_replace("
    "translate(lower(s.theme), 'æøåäöéü', 'aoaaoeu'), '[^a-z0-9]+', '-', 'g')), 60)"
)
THEME = f"coalesce((SELECT t.code FROM budget_theme t WHERE lower(t.name) = lower(s.theme)), {SLUG})"
LINE = "coalesce(s.rammeomrade::text, CASE WHEN lower(s.name) ~ '^(total|sum|totalt)$' THEN 'sum' END)"

TEMAER = WorkbookKind(
    layout=Layout(kind="temaer", label="Temaer på tvers", sheets=(CODE_SHEET, PRINTED_SHEET)),
    target=RegisterTarget(
        registers=(
            Register(
                table="budget_theme",
                labels=labels_of(Theme),
                label="tema",
                key=("code",),
                columns=("name", "description"),
                select=f"""SELECT DISTINCT ON (code) * FROM (
                               SELECT {THEME} AS code, s.theme AS name, s.sheet_row,
                                      coalesce(s.description, (SELECT d.description FROM budget_theme d
                                                               WHERE d.code = {THEME}), '') AS description
                               FROM {{stage_{CODES}}} s) rows
                           ORDER BY code, description = '', sheet_row""",
            ),
            Register(
                table="budget_themecode",
                labels=labels_of(ThemeCode),
                label="temakode",
                key=("theme_id", "dimension", "code"),
                columns=(),
                select=f"""SELECT {THEME} AS theme_id, lower(s.dimension) AS dimension, s.code
                           FROM {{stage_{CODES}}} s""",
                scope=f"theme_id IN (SELECT {THEME} FROM {{stage_{CODES}}} s)",
            ),
            Register(
                table="budget_printedcost",
                labels=labels_of(PrintedCost),
                label="trykt kostnad",
                key=("theme_id", "year", "line"),
                columns=("name", "amount"),
                select=f"""SELECT {THEME} AS theme_id, s.year, {LINE} AS line, s.name, s.amount
                           FROM {{stage_{PRINTED}}} s""",
                scope=f"(theme_id, year) IN (SELECT {THEME}, s.year FROM {{stage_{PRINTED}}} s)",
            ),
        )
    ),
    checks=(
        duplicates(CODES, ("code", "dimension", "theme"), severity=Severity.ERROR),
        duplicates(PRINTED, ("name", "theme", "year"), severity=Severity.ERROR),
        Check(
            "unknown-theme-code",
            CODES,
            """SELECT sheet_row, code AS value, dimension FROM {stage} s WHERE NOT EXISTS (
                   SELECT 1 FROM budget_prosjekt p WHERE s.dimension = 'Prosjekt' AND p.code = s.code
                   UNION ALL SELECT 1 FROM budget_art a WHERE s.dimension = 'Art' AND a.code = s.code)""",
            "code",
        ),
        Check(
            "unknown-theme",
            PRINTED,
            f"""SELECT sheet_row, theme AS value FROM {{stage}} s WHERE {THEME} NOT IN (
                    SELECT code FROM budget_theme UNION ALL SELECT {THEME} FROM {{stage_{CODES}}} s)""",
            "theme",
        ),
        Check(
            "printed-line-unclear",
            PRINTED,
            f"SELECT sheet_row, name AS value FROM {{stage}} s WHERE {LINE} IS NULL",
            "rammeomrade",
        ),
        too_long(CODES, "theme", 100),
        too_long(CODES, "code", 20),
        too_long(PRINTED, "name", 200),
    ),
    order=140,
)
