"""Financial indicators: one row per indicator, municipality and year; the target stands beside the own value."""

from __future__ import annotations

from budget.importers.register_checks import labels_of, too_long
from budget.models import Indicator, IndicatorTarget, IndicatorValue
from roros.workbooks.check import duplicates
from roros.workbooks.declare import Column, ColumnType, Layout, Severity, Sheet
from roros.workbooks.kinds import Check, WorkbookKind
from roros.workbooks.registers import Register, RegisterTarget

SHEET = "indicators"
DIRECTION = r"^\s*(min|maks)\M[\s.,;:]*"  # how a remark begins when it tells which side of the target is met

MALTALL_SHEET = Sheet(
    name=SHEET,
    label="Handlingsregler",
    titles=("Handlingsregler", "Måltall", "Nøkkeltall"),
    columns=(
        Column("indicator", "Indikator", ColumnType.TEXT, ("Måltall", "Nøkkeltall", "Handlingsregel"), inherit=True),
        Column("municipality", "Kommune", ColumnType.TEXT, ("Kommune/gruppe", "Region")),
        Column("year", "År", ColumnType.YEAR, ("Årstall",)),
        Column("value", "Verdi", ColumnType.DECIMAL, ("Tall", "Resultat")),
        Column("unit", "Enhet", ColumnType.TEXT, ("Måleenhet",)),
        Column("target", "Mål", ColumnType.DECIMAL, ("Måltall vedtatt",), header_required=False, value_required=False),
        Column(
            "note",
            "Merknad",
            ColumnType.TEXT,
            ("Kommentar", "Merknad til mål"),
            header_required=False,
            value_required=False,
        ),
        Column("decision", "Vedtatt i", ColumnType.TEXT, ("Vedtak",), header_required=False, value_required=False),
    ),
    key=("indicator", "municipality", "year"),
    year="year",
)

# As budget.queries.maltall.indicator_code makes it.
CODE = (
    "trim(BOTH '-' FROM left(trim(BOTH '-' FROM regexp_replace("
    "translate(lower(s.indicator), 'æøåäöéü', 'aoaaoeu'), '[^a-z0-9]+', '-', 'g')), 120))"
)
# The first rows of an indicator say what it is; its place in lists is that of the first row.
INDICATORS = f"""
    SELECT DISTINCT ON (s.code) s.code, s.indicator AS name, s.unit,
           coalesce(i.formula, CASE WHEN s.code LIKE 'netto-driftsresultat%%' AND s.unit = '%%'
                                         THEN 'netto-driftsresultat'
                                    WHEN s.code LIKE 'avsetning%%disposisjonsfond%%' THEN 'avsatt-disposisjonsfond'
                                    ELSE '' END) AS formula,
           coalesce(i.place, s.place) AS place
    FROM (SELECT *, {CODE} AS code,
                 (SELECT count(DISTINCT o.indicator) FROM {{stage_{SHEET}}} o WHERE o.sheet_row <= s.sheet_row) AS place
          FROM {{stage_{SHEET}}} s) s LEFT JOIN budget_indicator i ON i.code = s.code
    ORDER BY s.code, s.sheet_row"""
TARGETS = f"""
    SELECT DISTINCT ON (s.code, s.year) s.code AS indicator_id, s.year, s.target AS value,
           lower(substring(s.note FROM '{DIRECTION}')) AS direction, coalesce(s.decision, t.decision, '') AS decision
    FROM (SELECT *, {CODE} AS code FROM {{stage_{SHEET}}} s) s
         LEFT JOIN budget_indicatortarget t ON t.indicator_id = s.code AND t.year = s.year
    WHERE s.target IS NOT NULL ORDER BY s.code, s.year, s.sheet_row"""
VALUES = f"""
    SELECT {CODE} AS indicator_id, s.municipality, s.year, s.value,
           CASE WHEN s.target IS NULL THEN coalesce(s.note, '')
                ELSE regexp_replace(coalesce(s.note, ''), '{DIRECTION}', '') END AS note,
           row_number() OVER (PARTITION BY s.indicator ORDER BY s.sheet_row) AS place
    FROM {{stage_{SHEET}}} s"""

MALTALL = WorkbookKind(
    layout=Layout(kind="maltall", label="Måltall og handlingsregler", sheets=(MALTALL_SHEET,)),
    target=RegisterTarget(
        registers=(
            Register(
                table="budget_indicator",
                labels=labels_of(Indicator),
                label="måltall",
                key=("code",),
                columns=("name", "unit", "formula", "place"),
                select=INDICATORS,
            ),
            Register(
                table="budget_indicatortarget",
                labels=labels_of(IndicatorTarget),
                label="mål",
                key=("indicator_id", "year"),
                columns=("direction", "value", "decision"),
                select=TARGETS,
                # An indicator and year that the file holds without a target has none.
                scope=f"(indicator_id, year) IN (SELECT {CODE}, s.year FROM {{stage_{SHEET}}} s)",
            ),
            Register(
                table="budget_indicatorvalue",
                labels=labels_of(IndicatorValue),
                label="verdi",
                key=("indicator_id", "municipality", "year"),
                columns=("value", "note", "place"),
                select=VALUES,
            ),
        )
    ),
    checks=(
        duplicates(SHEET, ("indicator", "municipality", "year"), severity=Severity.ERROR),
        Check(
            "unit-differs",
            SHEET,
            """SELECT s.sheet_row, s.unit AS value, s.indicator, f.unit AS other, f.sheet_row AS first_row
               FROM {stage} s JOIN (SELECT DISTINCT ON (indicator) * FROM {stage} ORDER BY indicator, sheet_row) f
                    USING (indicator) WHERE s.unit <> f.unit""",
            "unit",
        ),
        Check(
            "indicator-too-alike",
            SHEET,
            f"""SELECT DISTINCT ON (s.indicator) s.sheet_row, s.indicator AS value, o.name AS other
                FROM {{stage}} s JOIN (SELECT {CODE} AS code, s.indicator AS name FROM {{stage}} s
                                       UNION SELECT code, name FROM budget_indicator) o
                     ON o.code = {CODE} AND o.name <> s.indicator ORDER BY s.indicator, s.sheet_row""",
            "indicator",
        ),
        Check(
            "target-without-direction",
            SHEET,
            f"""SELECT sheet_row, target::text AS value FROM {{stage}}
                WHERE target IS NOT NULL AND coalesce(note, '') !~* '{DIRECTION}'""",
            "note",
        ),
        Check(
            "target-differs",
            SHEET,
            """SELECT s.sheet_row, s.target::text AS value, f.sheet_row AS first_row
               FROM {stage} s JOIN (SELECT DISTINCT ON (indicator, year) * FROM {stage} WHERE target IS NOT NULL
                                    ORDER BY indicator, year, sheet_row) f USING (indicator, year)
               WHERE s.target <> f.target""",
            "target",
        ),
        too_long(SHEET, "indicator", 200),
        too_long(SHEET, "municipality", 100),
        too_long(SHEET, "unit", 20),
    ),
    order=130,
)
