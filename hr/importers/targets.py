"""Targets for sick leave: per year, for a rammeområde or (an empty cell) the whole municipality."""

from __future__ import annotations

from dataclasses import replace

from hr.importers.checks import STAFF_ROLES, known_area
from hr.importers.sick_leave import AREA, AREA_NAME, YEAR
from roros.workbooks.check import duplicates
from roros.workbooks.declare import Column, ColumnType, Layout, Severity, Sheet
from roros.workbooks.kinds import WorkbookKind
from roros.workbooks.registers import Register, RegisterTarget

SHEET = "targets"

TARGETS = Sheet(
    name=SHEET,
    label="Mål",
    titles=("Mål", "Mål for sykefravær", "sykefravaer-mal"),
    columns=(
        YEAR,
        replace(AREA, value_required=False),
        AREA_NAME,
        Column("percent", "Mål %", ColumnType.DECIMAL, ("Mål", "Mål prosent"), minimum="0", maximum="100"),
        Column("decision", "Vedtatt i", ColumnType.TEXT, ("Kilde", "Merknad"), value_required=False),
    ),
    key=("year", "area"),
    year="year",
)

SYKEFRAVAER_MAL = WorkbookKind(
    layout=Layout(kind="sykefravaer-mal", label="Mål for sykefravær", sheets=(TARGETS,)),
    target=RegisterTarget(
        registers=(
            Register(
                table="hr_sickleavetarget",
                label="mål",
                key=("year", "area"),
                columns=("percent", "decision"),
                select=f"""SELECT year, coalesce(area, 0) AS area, round(percent, 2) AS percent,
                                  coalesce(decision, '') AS decision FROM {{stage_{SHEET}}}""",
                labels={"percent": "Mål %", "decision": "Vedtatt i"},
            ),
        )
    ),
    checks=(known_area(SHEET, whole=True), duplicates(SHEET, ("year", "area"), severity=Severity.ERROR)),
    order=61,
    roles=STAFF_ROLES,
)
