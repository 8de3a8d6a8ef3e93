"""Pupils per age group: one column per year, as the municipality keeps it, or one row per age group and year."""

from __future__ import annotations

from budget.importers.register_checks import labels_of, too_long
from budget.models import PupilCount
from roros.workbooks.check import duplicates
from roros.workbooks.declare import Column, ColumnType, Layout, Severity, Sheet
from roros.workbooks.kinds import Check, WorkbookKind
from roros.workbooks.registers import Register, RegisterTarget

SHEET = "pupils"
YEARS = tuple(range(1990, 2061))  # every year is a column of its own that a file may have
LARGEST = "1000000"


def _count(name: str, label: str, *synonyms: str) -> Column:
    return Column(
        name,
        label,
        ColumnType.INTEGER,
        synonyms,
        header_required=False,
        value_required=False,
        minimum="0",
        maximum=LARGEST,
    )


PUPILS = Sheet(
    name=SHEET,
    label="Elevtall",
    titles=("Elevtall", "Barn", "Elever"),
    columns=(
        Column("age_group", "Aldersgruppe", ColumnType.TEXT, ("Alder", "Aldersgrupper"), inherit=True),
        Column("year", "År", ColumnType.YEAR, ("Årstall",), header_required=False, value_required=False),
        _count("pupils", "Antall", "Elever", "Barn", "Antall barn", "Antall elever"),
        *(_count(f"y{year}", str(year), f"År {year}", f"Antall {year}") for year in YEARS),
    ),
    key=("age_group", "year"),
    year="year",
)

WIDE = ", ".join(f"({year}, s.y{year})" for year in YEARS)
ANY_WIDE = f"num_nonnulls({', '.join(f'y{year}' for year in YEARS)}) > 0"

ELEVTALL = WorkbookKind(
    layout=Layout(kind="elevtall", label="Elevtall", sheets=(PUPILS,)),
    target=RegisterTarget(
        registers=(
            Register(
                table="budget_pupilcount",
                labels=labels_of(PupilCount),
                label="elevtall",
                key=("age_group", "year"),
                columns=("count",),
                select=f"""SELECT s.age_group, n.year, n.count FROM {{stage_{SHEET}}} s
                                CROSS JOIN LATERAL (VALUES (s.year, s.pupils), {WIDE}) n (year, count)
                           WHERE n.year IS NOT NULL AND n.count IS NOT NULL""",
            ),
        )
    ),
    checks=(
        duplicates(SHEET, ("age_group", "year"), severity=Severity.ERROR),
        Check(
            "pupils-missing",
            SHEET,
            f"SELECT sheet_row, age_group AS value FROM {{stage}}"
            f" WHERE pupils IS NULL AND year IS NULL AND NOT {ANY_WIDE}",
            "age_group",
        ),
        Check(
            "pupils-half",
            SHEET,
            "SELECT sheet_row, age_group AS value FROM {stage} WHERE (year IS NULL) <> (pupils IS NULL)",
            "pupils",
        ),
        Check(
            "pupils-two-layouts",
            SHEET,
            f"SELECT sheet_row, age_group AS value FROM {{stage}} WHERE pupils IS NOT NULL AND {ANY_WIDE}",
            "pupils",
        ),
        too_long(SHEET, "age_group", 50),
    ),
    order=160,
)
