"""Emissions in the shape of the environment agency's sheet, and the register of people that they are shared by."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from climate.importers.rules import municipality, one_number_per_municipality, optional, too_long
from climate.models import GASES, SECTORS
from roros.workbooks.check import duplicates
from roros.workbooks.declare import Column, ColumnType, Layout, Severity, Sheet
from roros.workbooks.kinds import Check, WorkbookKind
from roros.workbooks.registers import Register, RegisterTarget

EMISSIONS = Sheet(
    name="emissions",
    label="Klimagassutslipp",
    titles=("Oversikt - detaljert", "Oversikt", "Utslipp", "Klimagassutslipp"),
    columns=(
        optional("county", "Fylke", ColumnType.TEXT, "Fylkesnavn"),
        optional("number", "Kommunenummer", ColumnType.CODE, "Kommunenr", "Kommunenr."),
        municipality(),
        Column("year", "År", ColumnType.YEAR, ("Årstall",)),
        Column("sector", "Sektor", ColumnType.CHOICE, ("Utslippssektor",), choices=SECTORS),
        Column("gas", "Klimagass", ColumnType.CHOICE, ("Gass",), choices=GASES),
        Column(
            "tonnes",
            "Utslipp (tonn CO2-ekvivalenter)",
            ColumnType.DECIMAL,
            ("Utslipp (tonn CO₂-ekvivalenter)", "Utslipp", "Utslipp tonn CO2e", "Tonn CO2-ekvivalenter"),
            minimum="0",
        ),
    ),
    key=("municipality", "year", "sector", "gas"),
    year="year",
)

KLIMA = WorkbookKind(
    layout=Layout(kind="klima", label="Klimagassutslipp", sheets=(EMISSIONS,)),
    target=RegisterTarget(
        registers=(
            Register(
                table="climate_emission",
                label="utslipp",
                key=("municipality", "year", "sector", "gas"),
                columns=("municipality_number", "county", "tonnes"),
                select="""SELECT s.municipality, s.year, s.sector, s.gas, s.tonnes,
                                 coalesce(s.number, e.municipality_number, '') AS municipality_number,
                                 coalesce(s.county, e.county, '') AS county
                          FROM {stage_emissions} s LEFT JOIN climate_emission e
                               ON (e.municipality, e.year, e.sector, e.gas) =
                                  (s.municipality, s.year, s.sector, s.gas)""",
                # A file holds whole years of a municipality: what it lacks of them is gone.
                scope="(municipality, year) IN (SELECT municipality, year FROM {stage_emissions})",
                labels={
                    "municipality_number": gettext_lazy("Kommunenummer"),
                    "county": gettext_lazy("Fylke"),
                    "tonnes": gettext_lazy("Tonn CO₂-ekvivalenter"),
                },
            ),
        )
    ),
    checks=(
        duplicates("emissions", ("municipality", "year", "sector", "gas"), severity=Severity.ERROR),
        one_number_per_municipality("emissions"),
        too_long("emissions", "municipality", 100),
        too_long("emissions", "county", 100),
        too_long("emissions", "number", 4),
    ),
    order=140,
)

PEOPLE = Sheet(
    name="people",
    label="Folketall",
    titles=("Folketall", "Befolkning", "Innbyggere"),
    columns=(
        municipality(),
        Column("year", "År", ColumnType.YEAR, ("Årstall", "Per 1. januar")),
        Column("inhabitants", "Innbyggere", ColumnType.INTEGER, ("Folketall", "Antall", "Befolkning"), minimum="1"),
        optional("source", "Kilde", ColumnType.TEXT, "Merknad"),
    ),
    key=("municipality", "year"),
    year="year",
)

BEFOLKNING = WorkbookKind(
    layout=Layout(kind="befolkning", label="Folketall", sheets=(PEOPLE,)),
    target=RegisterTarget(
        registers=(
            Register(
                table="climate_population",
                label="folketall",
                key=("municipality", "year"),
                columns=("inhabitants", "source"),
                select="""SELECT s.municipality, s.year, s.inhabitants, coalesce(s.source, p.source, '') AS source
                          FROM {stage_people} s LEFT JOIN climate_population p
                               ON (p.municipality, p.year) = (s.municipality, s.year)""",
                labels={"inhabitants": gettext_lazy("Innbyggere"), "source": gettext_lazy("Kilde")},
            ),
        )
    ),
    checks=(
        duplicates("people", ("municipality", "year"), severity=Severity.ERROR),
        Check(
            "population-far-off",
            "people",
            """SELECT DISTINCT ON (s.sheet_row) s.sheet_row, s.inhabitants::text AS value,
                      p.inhabitants AS other, p.year
               FROM {stage} s JOIN (SELECT municipality, year, inhabitants FROM {stage}
                                    UNION ALL SELECT municipality, year, inhabitants FROM climate_population) p
                    ON p.municipality = s.municipality AND p.year BETWEEN s.year - 5 AND s.year - 1
               WHERE s.inhabitants NOT BETWEEN p.inhabitants / 2 AND p.inhabitants * 2
               ORDER BY s.sheet_row, p.year DESC""",
            "inhabitants",
            Severity.WARNING,
        ),
        too_long("people", "municipality", 100),
    ),
    order=141,
)
