"""Staff figures: one row per indicator, group, year and whether it is a result or a target."""

from __future__ import annotations

from hr.importers.checks import STAFF_ROLES, too_long
from hr.models import FigureKind
from roros.workbooks.check import duplicates
from roros.workbooks.declare import Column, ColumnType, Layout, Severity, Sheet
from roros.workbooks.kinds import WorkbookKind
from roros.workbooks.registers import Register, RegisterTarget

SHEET = "figures"

FIGURES = Sheet(
    name=SHEET,
    label="HR",
    titles=("HR", "Personaltall", "HR-nøkkeltall", "hr-nokkeltall"),
    columns=(
        Column("indicator", "Indikator", ColumnType.TEXT, ("Nøkkeltall",), inherit=True),
        Column("staff_group", "Gruppe", ColumnType.TEXT, ("Hvem",)),
        Column("year", "År", ColumnType.YEAR, ("Årstall",), value_required=False),
        Column("value", "Verdi", ColumnType.DECIMAL, ("Tall", "Resultat")),
        Column("unit", "Enhet", ColumnType.TEXT, ("Måleenhet",)),
        Column("kind", "Type", ColumnType.CHOICE, ("Slag",), choices=tuple(FigureKind.values)),
        Column(
            "note", "Merknad", ColumnType.TEXT, ("Kontekst", "Kommentar"), header_required=False, value_required=False
        ),
    ),
    key=("indicator", "staff_group", "year", "kind"),
    year="year",
)

KEY = "concat(s.indicator, '|', s.staff_group, '|', s.year, '|', s.kind)"  # as hr.models.StaffFigure.key_of

HR_NOKKELTALL = WorkbookKind(
    layout=Layout(kind="hr-nokkeltall", label="Personaltall", sheets=(FIGURES,)),
    target=RegisterTarget(
        registers=(
            Register(
                table="hr_stafffigure",
                label="personaltall",
                key=("key",),
                columns=("indicator", '"group"', "year", "kind", "value", "unit", "note", "place"),
                select=f"""SELECT {KEY} AS key, s.indicator, s.staff_group AS "group", s.year, s.kind, s.value, s.unit,
                                  coalesce(s.note, '') AS note,
                                  coalesce(f.place, row_number() OVER (ORDER BY s.sheet_row)) AS place
                           FROM {{stage_{SHEET}}} s LEFT JOIN hr_stafffigure f ON f.key = {KEY}""",
                labels={"value": "Verdi", "unit": "Enhet", "note": "Merknad", "place": "Rekkefølge"},
            ),
        )
    ),
    checks=(
        duplicates(SHEET, ("indicator", "staff_group", "year", "kind"), severity=Severity.ERROR),
        too_long(SHEET, "indicator", 150),
        too_long(SHEET, "staff_group", 100),
        too_long(SHEET, "unit", 40),
    ),
    order=170,
    roles=STAFF_ROLES,
)
