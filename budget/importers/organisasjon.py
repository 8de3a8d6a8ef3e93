"""The organisation and the chart of accounts: ansvar with their placement, tjenester, arter and prosjekter."""

from __future__ import annotations

from budget.importers.register_checks import too_long
from roros.workbooks.check import duplicates
from roros.workbooks.declare import Column, ColumnType, Layout, Severity, Sheet
from roros.workbooks.kinds import Check, WorkbookKind
from roros.workbooks.registers import Register, RegisterTarget

CODE, NAME, KOSTRA, GROUP = 20, 200, 5, 100  # characters that the registers have room for

FROM_YEAR = Column(
    "from_year", "Gyldig fra år", ColumnType.YEAR, ("Gyldig fra", "Fra år"), header_required=False, value_required=False
)
TO_YEAR = Column(
    "to_year", "Gyldig til år", ColumnType.YEAR, ("Gyldig til", "Til år"), header_required=False, value_required=False
)
NOTE = Column("note", "Merknad", ColumnType.TEXT, ("Kommentar",), header_required=False, value_required=False)

ANSVAR = Sheet(
    name="ansvar",
    label="Ansvar",
    titles=("Ansvar", "Organisasjon", "Koststed", "Kostnadssteder"),
    columns=(
        Column("ansvar", "Ansvar", ColumnType.CODE, ("Kostnadssted", "Koststed", "Ansvarskode", "Ansvarsnr")),
        Column("ansvar_navn", "Ansvarsnavn", ColumnType.TEXT, ("Ansvar(T)", "Koststednavn", "Ansvar navn")),
        Column(
            "virksomhet", "Virksomhet", ColumnType.CODE, ("Enhet", "Virksomhetskode", "Virksomhetsnr"), inherit=True
        ),
        Column("virksomhet_navn", "Virksomhetsnavn", ColumnType.TEXT, ("Virksomhet(T)", "Enhetsnavn"), inherit=True),
        Column(
            "rammeomrade",
            "Rammeområde",
            ColumnType.INTEGER,
            ("Rammeområdenr", "Ramme"),
            inherit=True,
            minimum="1",
            maximum="999",
        ),
        Column("rammeomrade_navn", "Rammeområdenavn", ColumnType.TEXT, ("Rammeområde(T)",), inherit=True),
        Column("operational", "Driftsområde", ColumnType.BOOLEAN, ("Drift",), inherit=True),
        FROM_YEAR,
        TO_YEAR,
        NOTE,
    ),
    key=("ansvar", "from_year"),
)

TJENESTE = Sheet(
    name="tjeneste",
    label="Tjeneste",
    titles=("Tjeneste", "Tjenester", "Funksjon"),
    columns=(
        Column("tjeneste", "Tjeneste", ColumnType.CODE, ("Tjenestekode", "Funksjon")),
        Column("tjeneste_navn", "Tjenestenavn", ColumnType.TEXT, ("Tjeneste(T)", "Funksjonsnavn")),
        Column("kostra_funksjon", "KOSTRA funksjon", ColumnType.CODE, ("KOSTRA-funksjon", "Kostrafunksjon")),
        FROM_YEAR,
        TO_YEAR,
        NOTE,
    ),
    key=("tjeneste",),
    required=False,
)

ART = Sheet(
    name="art",
    label="Art",
    titles=("Art", "Arter", "Konto", "Kontoplan"),
    columns=(
        Column("art", "Art", ColumnType.CODE, ("Konto", "Artskode")),
        Column("art_navn", "Artsnavn", ColumnType.TEXT, ("Art(T)", "Kontonavn")),
        Column("kostra_art", "KOSTRA art", ColumnType.CODE, ("KOSTRA-art", "Kostraart")),
        Column("artsgruppe", "Artsgruppe", ColumnType.TEXT, ("Kontogruppe",), value_required=False),
        Column("sort", "Utgift/inntekt", ColumnType.CHOICE, ("Type", "Inntekt/utgift"), choices=("Utgift", "Inntekt")),
        FROM_YEAR,
        TO_YEAR,
        NOTE,
    ),
    key=("art",),
    required=False,
)

PROSJEKT = Sheet(
    name="prosjekt",
    label="Prosjekt",
    titles=("Prosjekt", "Prosjekter"),
    columns=(
        Column("prosjekt", "Prosjekt", ColumnType.CODE, ("Prosjektkode", "Prosjektnr")),
        Column("prosjekt_navn", "Prosjektnavn", ColumnType.TEXT, ("Prosjekt(T)",)),
        FROM_YEAR,
        TO_YEAR,
        NOTE,
    ),
    key=("prosjekt",),
    required=False,
)


def _codes(name: str, extra: str, columns: tuple[str, ...]) -> Register:
    return Register(
        table=f"budget_{name}",
        label=name,
        key=("code",),
        columns=("name", *columns, "from_year", "to_year"),
        select=f"""SELECT {name} AS code, {name}_navn AS name, {extra}
                          coalesce(from_year, 1990) AS from_year, to_year FROM {{stage_{name}}}""",
    )


# An ansvar that moves gets a new placement; the open one before it is closed at the year's end.
PLACEMENTS = """
    SELECT ansvar AS ansvar_id, coalesce(from_year, 1990) AS from_year, to_year,
           virksomhet AS virksomhet_id, rammeomrade AS rammeomrade_id FROM {stage_ansvar}
    UNION ALL
    SELECT p.ansvar_id, p.from_year, min(coalesce(s.from_year, 1990)) - 1, p.virksomhet_id, p.rammeomrade_id
    FROM roros_plassering p JOIN {stage_ansvar} s ON s.ansvar = p.ansvar_id
         AND coalesce(s.from_year, 1990) > p.from_year
         AND coalesce(s.from_year, 1990) <= coalesce(p.to_year, 9999)
    WHERE NOT EXISTS (SELECT 1 FROM {stage_ansvar} same
                      WHERE same.ansvar = p.ansvar_id AND coalesce(same.from_year, 1990) = p.from_year)
    GROUP BY p.ansvar_id, p.from_year, p.virksomhet_id, p.rammeomrade_id
"""

ORGANISASJON = WorkbookKind(
    layout=Layout(kind="organisasjon", label="Organisasjon og kontoplan", sheets=(ANSVAR, TJENESTE, ART, PROSJEKT)),
    target=RegisterTarget(
        registers=(
            Register(
                table="roros_rammeomrade",
                label="rammeområde",
                key=("number",),
                columns=("name", "operational"),
                select="""SELECT DISTINCT ON (rammeomrade) rammeomrade AS number, rammeomrade_navn AS name, operational
                          FROM {stage_ansvar} ORDER BY rammeomrade, coalesce(from_year, 1990) DESC, sheet_row""",
            ),
            Register(
                table="roros_virksomhet",
                label="virksomhet",
                key=("code",),
                columns=("name",),
                select="""SELECT DISTINCT ON (virksomhet) virksomhet AS code, virksomhet_navn AS name
                          FROM {stage_ansvar} ORDER BY virksomhet, coalesce(from_year, 1990) DESC, sheet_row""",
            ),
            Register(
                table="roros_ansvar",
                label="ansvar",
                key=("code",),
                columns=("name",),
                select="""SELECT DISTINCT ON (ansvar) ansvar AS code, ansvar_navn AS name
                          FROM {stage_ansvar} ORDER BY ansvar, coalesce(from_year, 1990) DESC, sheet_row""",
            ),
            Register(
                table="roros_plassering",
                label="plassering",
                key=("ansvar_id", "from_year"),
                columns=("to_year", "virksomhet_id", "rammeomrade_id"),
                select=PLACEMENTS,
            ),
            _codes("tjeneste", "kostra_funksjon,", ("kostra_funksjon",)),
            _codes(
                "art",
                "kostra_art, coalesce(artsgruppe, '') AS artsgruppe, sort = 'Inntekt' AS is_income,",
                ("kostra_art", "artsgruppe", "is_income"),
            ),
            _codes("prosjekt", "", ()),
        )
    ),
    checks=(
        Check(
            "placement-overlap",
            "ansvar",
            """SELECT DISTINCT s.sheet_row, s.ansvar AS value, o.sheet_row AS first_row
               FROM {stage} s JOIN {stage} o ON o.ansvar = s.ansvar AND o.sheet_row < s.sheet_row
                    AND coalesce(o.from_year, 1990) <= coalesce(s.to_year, 9999)
                    AND coalesce(s.from_year, 1990) <= coalesce(o.to_year, 9999)""",
            "ansvar",
        ),
        # A placement that begins later than the row's is not closed by it, and must not begin within its years.
        Check(
            "placement-stands",
            "ansvar",
            """SELECT DISTINCT ON (s.sheet_row) s.sheet_row, s.ansvar AS value, p.from_year AS other_year
               FROM {stage} s JOIN roros_plassering p ON p.ansvar_id = s.ansvar
                    AND p.from_year > coalesce(s.from_year, 1990) AND p.from_year <= coalesce(s.to_year, 9999)
               WHERE NOT EXISTS (SELECT 1 FROM {stage} same WHERE same.ansvar = s.ansvar
                                 AND coalesce(same.from_year, 1990) = p.from_year)
               ORDER BY s.sheet_row, p.from_year""",
            "ansvar",
        ),
        Check(
            "rammeomrade-two-names",
            "ansvar",
            """SELECT DISTINCT ON (s.rammeomrade) s.sheet_row, s.rammeomrade_navn AS value, o.rammeomrade_navn AS other
               FROM {stage} s JOIN {stage} o ON o.rammeomrade = s.rammeomrade AND o.sheet_row < s.sheet_row
                    AND (o.rammeomrade_navn, o.operational) IS DISTINCT FROM (s.rammeomrade_navn, s.operational)
                    AND o.to_year IS NOT DISTINCT FROM s.to_year ORDER BY s.rammeomrade""",
            "rammeomrade_navn",
        ),
        Check(
            "years-out-of-order",
            "ansvar",
            "SELECT sheet_row, to_year::text AS value, from_year FROM {stage} WHERE to_year < from_year",
            "to_year",
        ),
        *(
            too_long(sheet, column, length)
            for sheet in ("ansvar", "tjeneste", "art", "prosjekt")
            for column, length in ((sheet, CODE), (f"{sheet}_navn", NAME))
        ),
        too_long("ansvar", "virksomhet", CODE),
        too_long("ansvar", "virksomhet_navn", NAME),
        too_long("ansvar", "rammeomrade_navn", NAME),
        too_long("tjeneste", "kostra_funksjon", KOSTRA),
        too_long("art", "kostra_art", KOSTRA),
        too_long("art", "artsgruppe", GROUP),
        duplicates("tjeneste", ("tjeneste",), severity=Severity.ERROR, code="duplicate-code"),
        duplicates("art", ("art",), severity=Severity.ERROR, code="duplicate-code"),
        duplicates("prosjekt", ("prosjekt",), severity=Severity.ERROR, code="duplicate-code"),
    ),
    order=10,
)
