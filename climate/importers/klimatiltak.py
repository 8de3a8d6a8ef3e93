"""Climate targets, measures, and remarks to figures: three sheets of one workbook, each of which may be left out."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy

from climate.importers.rules import municipality, optional, too_long
from climate.models import SECTORS, EmissionTarget, Measure
from roros.models.organisation import FIRST_YEAR, LAST_YEAR
from roros.workbooks.check import duplicates
from roros.workbooks.declare import Column, ColumnType, Layout, Severity, Sheet
from roros.workbooks.kinds import Check, WorkbookKind
from roros.workbooks.registers import Register, RegisterTarget

SECTOR = Column("sector", "Sektor", ColumnType.CHOICE, ("Utslippssektor",), choices=SECTORS)

TARGETS = Sheet(
    name="targets",
    label="Klimamål",
    titles=("Klimamål", "Mål"),
    columns=(
        Column("name", "Klimamål", ColumnType.TEXT, ("Mål", "Målets navn")),
        optional("municipality", "Kommune", ColumnType.TEXT, "Kommunenavn"),
        Column("base_year", "Basisår", ColumnType.YEAR, ("Referanseår",)),
        Column("target_year", "Målår", ColumnType.YEAR, ("Innen år",)),
        Column(
            "percent",
            "Reduksjon i prosent",
            ColumnType.DECIMAL,
            ("Reduksjon", "Prosent"),
            minimum="0.001",
            maximum="100",
        ),
        optional("printed_tonnes", "Oppgitt mål i tonn", ColumnType.DECIMAL, "Oppgitt tonn", minimum="0"),
        optional("basis", "Gjelder", ColumnType.CHOICE, choices=tuple(EmissionTarget.Basis.values)),
        optional("decision", "Vedtatt i", ColumnType.TEXT, "Vedtak"),
        optional("source", "Kilde", ColumnType.TEXT, "Merknad"),
    ),
    key=("municipality", "target_year"),
    required=False,
)

MEASURES = Sheet(
    name="measures",
    label="Klimatiltak",
    titles=("Klimatiltak", "Tiltak"),
    columns=(
        Column("number", "Nr", ColumnType.INTEGER, ("Tiltaksnr", "Nummer"), minimum="1", maximum="9999"),
        Column("title", "Tiltak", ColumnType.TEXT, ("Tittel",)),
        optional("text", "Beskrivelse", ColumnType.TEXT),
        optional("sector", "Sektor", ColumnType.CHOICE, "Utslippssektor", choices=SECTORS),
        optional("responsible_role", "Ansvarlig (rolle)", ColumnType.TEXT, "Ansvarlig", "Ansvarlig rolle"),
        optional("deadline", "Frist", ColumnType.DATE),
        optional("cost", "Kostnad", ColumnType.AMOUNT, "Kostnad (kr)", minimum="0"),
        optional("effect_tonnes", "Årlig virkning i tonn", ColumnType.DECIMAL, "Virkning i tonn", "Virkning", "Effekt"),
        Column("status", "Status", ColumnType.CHOICE, choices=tuple(str(status.label) for status in Measure.Status)),
        optional("status_on", "Status per", ColumnType.DATE, "Statusdato"),
        optional("note", "Merknad", ColumnType.TEXT),
    ),
    key=("number",),
    required=False,
)

NOTES = Sheet(
    name="notes",
    label="Merknader",
    titles=("Merknader", "Merknader til utslipp"),
    columns=(
        municipality(),
        Column("year", "År", ColumnType.YEAR, ("Årstall",)),
        SECTOR,
        Column("text", "Merknad til tallet", ColumnType.TEXT, ("Merknad",)),
    ),
    key=("municipality", "year", "sector"),
    required=False,
)

OWN = f"coalesce(s.municipality, '{settings.MUNICIPALITY_NAME}')"

KLIMATILTAK = WorkbookKind(
    layout=Layout(kind="klimatiltak", label="Klimamål og klimatiltak", sheets=(TARGETS, MEASURES, NOTES)),
    target=RegisterTarget(
        registers=(
            Register(
                table="climate_emissiontarget",
                label="klimamål",
                key=("municipality", "target_year"),
                columns=("name", "base_year", "percent", "printed_tonnes", "basis", "decision", "source"),
                select=f"""SELECT {OWN} AS municipality, s.target_year, s.name, s.base_year, s.percent,
                                  s.printed_tonnes, coalesce(s.basis, 'prosent') AS basis,
                                  coalesce(s.decision, '') AS decision, coalesce(s.source, '') AS source
                           FROM {{stage_targets}} s""",
                labels={
                    "name": gettext_lazy("Mål"),
                    "base_year": gettext_lazy("Basisår"),
                    "percent": gettext_lazy("Reduksjon i prosent"),
                    "printed_tonnes": gettext_lazy("Oppgitt mål i tonn"),
                    "basis": gettext_lazy("Gjelder"),
                    "decision": gettext_lazy("Vedtatt i"),
                    "source": gettext_lazy("Kilde"),
                },
            ),
            Register(
                table="climate_measure",
                label="klimatiltak",
                key=("number",),
                columns=(
                    "title",
                    "text",
                    "sector",
                    "responsible_role",
                    "deadline",
                    "cost",
                    "effect_tonnes",
                    "status",
                    "status_on",
                    "note",
                ),
                select="""SELECT number, title, coalesce(text, '') AS text, coalesce(sector, '') AS sector,
                                 coalesce(responsible_role, '') AS responsible_role, deadline, cost, effect_tonnes,
                                 lower(status) AS status, status_on, coalesce(note, '') AS note
                          FROM {stage_measures}""",
                # A list of measures is the whole list.
                scope="EXISTS (SELECT 1 FROM {stage_measures})",
                labels={
                    "title": gettext_lazy("Tiltak"),
                    "text": gettext_lazy("Beskrivelse"),
                    "sector": gettext_lazy("Sektor"),
                    "responsible_role": gettext_lazy("Ansvarlig (rolle)"),
                    "deadline": gettext_lazy("Frist"),
                    "cost": gettext_lazy("Kostnad"),
                    "effect_tonnes": gettext_lazy("Årlig virkning i tonn"),
                    "status": gettext_lazy("Status"),
                    "status_on": gettext_lazy("Status per"),
                    "note": gettext_lazy("Merknad"),
                },
            ),
            Register(
                table="climate_emissionnote",
                label="merknad",
                key=("municipality", "year", "sector"),
                columns=("text",),
                select="SELECT municipality, year, sector, text FROM {stage_notes}",
                labels={"text": gettext_lazy("Merknad")},
            ),
        )
    ),
    checks=(
        duplicates("targets", ("municipality", "target_year"), severity=Severity.ERROR),
        duplicates("measures", ("number",), severity=Severity.ERROR, code="measure-twice"),
        duplicates("notes", ("municipality", "year", "sector"), severity=Severity.ERROR),
        Check(
            "target-year-before-base",
            "targets",
            """SELECT sheet_row, target_year::text AS value, base_year AS base FROM {stage}
               WHERE target_year <= base_year""",
            "target_year",
        ),
        Check(
            "target-without-tonnes",
            "targets",
            "SELECT sheet_row, basis AS value FROM {stage} WHERE basis = 'tonn' AND printed_tonnes IS NULL",
            "printed_tonnes",
        ),
        *(
            Check(
                "measure-date-far-off",
                "measures",
                f"""SELECT sheet_row, to_char({column}, 'DD.MM.YYYY') AS value FROM {{stage}}
                    WHERE extract(year FROM {column}) NOT BETWEEN {FIRST_YEAR} AND {LAST_YEAR}""",
                column,
            )
            for column in ("deadline", "status_on")
        ),
        too_long("targets", "name", 200),
        too_long("measures", "title", 300),
        too_long("measures", "responsible_role", 200),
    ),
    order=142,
)
