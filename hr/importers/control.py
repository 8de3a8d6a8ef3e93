"""The lists of internal control: one sheet per list, or one sheet with a column that names the list."""

from __future__ import annotations

from dataclasses import replace

from hr.importers.checks import STAFF_ROLES, too_long
from hr.models import ControlKind
from roros.workbooks.check import duplicates
from roros.workbooks.declare import Column, ColumnType, Finding, Layout, Severity, Sheet
from roros.workbooks.header_words import normal
from roros.workbooks.kinds import Check, Preview, Staged, WorkbookKind
from roros.workbooks.registers import Register, RegisterTarget

ALL = "all_lists"
NAMES = {kind: f"list_{kind.name.lower()}" for kind in ControlKind}  # names of the staged sheets

COLUMNS = (
    Column("name", "Navn", ColumnType.TEXT, ("Punkt", "Tittel")),
    Column("description", "Beskrivelse", ColumnType.TEXT, ("Innhold",), header_required=False, value_required=False),
    Column("year", "År", ColumnType.YEAR, ("Årstall",)),
    Column("status", "Status", ColumnType.TEXT, ("Resultat",), header_required=False, value_required=False),
)
SHEETS = (
    *(
        Sheet(
            name=NAMES[kind],
            label=str(kind.label),
            titles=(str(kind.label),),
            columns=COLUMNS,
            key=("name", "year"),
            required=False,
            year="year",
        )
        for kind in ControlKind
    ),
    Sheet(
        name=ALL,
        label="Internkontroll",
        titles=("Internkontroll", "internkontroll"),
        columns=(Column("kind", "Type", ColumnType.TEXT, ("Liste",)), *COLUMNS),
        key=("kind", "name", "year"),
        required=False,
        year="year",
    ),
)

# Priorities carry their year in files: "prioritering_2021".
KIND = "CASE WHEN s.kind ~ '^prioritering_[0-9]{{4}}$' THEN 'prioritering' ELSE s.kind END"
LISTS = " UNION ALL ".join(
    [
        *(
            f"SELECT '{kind}' AS kind, name, year, description, status, sheet_row FROM {{stage_{NAMES[kind]}}}"
            for kind in ControlKind
        ),
        f"SELECT {KIND} AS kind, name, year, description, status, sheet_row FROM {{stage_{ALL}}} s",
    ]
)
KNOWN = ", ".join(f"'{kind}'" for kind in ControlKind)


class ControlTarget(RegisterTarget):
    """The register of all lists. A sheet is a list only by its name: any sheet with these columns looks alike."""

    def preview(self, staged: Staged) -> Preview:
        """This will list the changes and refuse a file whose sheets are not known lists."""
        found = []
        titles = {name: normal(str(kind.label)) for kind, name in NAMES.items()}
        strangers = {
            sheet.sheet for name, sheet in staged.sheets.items() if name != ALL and normal(sheet.sheet) != titles[name]
        }
        found += [Finding("unknown-control-list", sheet=name, value=name) for name in sorted(strangers)]
        return replace(super().preview(staged), findings=tuple(found))


INTERNKONTROLL = WorkbookKind(
    layout=Layout(kind="internkontroll", label="Internkontroll", sheets=SHEETS),
    target=ControlTarget(
        registers=(
            Register(
                table="hr_controlitem",
                label="internkontroll",
                key=("kind", "name", "year"),
                columns=("description", "status", "place"),
                select=f"""SELECT l.kind, l.name, l.year, coalesce(l.description, '') AS description,
                                  coalesce(l.status, '') AS status,
                                  coalesce(i.place, row_number() OVER (PARTITION BY l.kind
                                                                       ORDER BY l.sheet_row)) AS place
                           FROM ({LISTS}) l
                                LEFT JOIN hr_controlitem i ON (i.kind, i.name, i.year) = (l.kind, l.name, l.year)""",
                # A list of a year that the file holds is whole: what it lacks is removed.
                scope=f"(kind, year) IN (SELECT kind, year FROM ({LISTS}) l)",
                labels={"description": "Beskrivelse", "status": "Status", "place": "Rekkefølge"},
            ),
        )
    ),
    checks=(
        Check(
            "unknown-control-kind",
            ALL,
            f"""SELECT sheet_row, kind AS value, $known${KNOWN.replace("'", "")}$known$ AS known
                FROM {{stage}} s WHERE {KIND} NOT IN ({KNOWN})""",
            "kind",
        ),
        duplicates(ALL, ("kind", "name", "year"), severity=Severity.ERROR),
        too_long(ALL, "name", 200),
        too_long(ALL, "status", 200),
        *(duplicates(name, ("name", "year"), severity=Severity.ERROR) for name in NAMES.values()),
        *(too_long(name, column, 200) for name in NAMES.values() for column in ("name", "status")),
    ),
    order=180,
    roles=STAFF_ROLES,
)
