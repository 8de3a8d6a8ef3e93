"""Checklists: what each virksomhet answers to each question."""

from __future__ import annotations

from hr.importers.checks import STAFF_ROLES, known_area, too_long
from hr.importers.sick_leave import AREA, AREA_NAME, YEAR
from hr.models import Answer
from roros.workbooks.check import duplicates
from roros.workbooks.declare import Column, ColumnType, Layout, Severity, Sheet
from roros.workbooks.kinds import Check, WorkbookKind
from roros.workbooks.registers import Register, RegisterTarget

SHEET = "answers"

ANSWERS = Sheet(
    name=SHEET,
    label="Sjekklistesvar",
    titles=("Sjekklistesvar", "Svar", "sjekkliste"),
    columns=(
        YEAR,
        Column("virksomhet", "Virksomhet", ColumnType.CODE, ("Virksomhetskode", "Enhet")),
        Column(
            "virksomhet_name",
            "Virksomhetsnavn",
            ColumnType.TEXT,
            label_of="virksomhet",
            header_required=False,
            value_required=False,
        ),
        AREA,
        AREA_NAME,
        Column("category", "Kategori", ColumnType.TEXT, ("Sjekkliste",)),
        Column("question", "Spørsmål", ColumnType.TEXT, ("Sjekkpunkt", "Punkt")),
        Column("answer", "Svar", ColumnType.CHOICE, ("Status",), choices=tuple(Answer.values), value_required=False),
        Column("note", "Merknad", ColumnType.TEXT, ("Kommentar",), header_required=False, value_required=False),
    ),
    key=("year", "virksomhet", "category", "question"),
    year="year",
)

SJEKKLISTE = WorkbookKind(
    layout=Layout(kind="sjekkliste", label="Sjekklister for internkontroll", sheets=(ANSWERS,)),
    target=RegisterTarget(
        registers=(
            Register(
                table="hr_checklistanswer",
                label="svar",
                key=("year", "virksomhet_id", "category", "question"),
                columns=("rammeomrade_id", "answer", "note", "place"),
                select=f"""SELECT s.year, s.virksomhet AS virksomhet_id, s.category, s.question,
                                  s.area AS rammeomrade_id, coalesce(s.answer, '') AS answer,
                                  coalesce(s.note, '') AS note,
                                  coalesce(a.place, row_number() OVER (PARTITION BY s.year, s.virksomhet
                                                                       ORDER BY s.sheet_row)) AS place
                           FROM {{stage_{SHEET}}} s LEFT JOIN hr_checklistanswer a
                                ON (a.year, a.virksomhet_id, a.category, a.question)
                                   = (s.year, s.virksomhet, s.category, s.question)""",
                # A virksomhet answers the whole checklist of a year.
                scope=f"(year, virksomhet_id) IN (SELECT s.year, s.virksomhet FROM {{stage_{SHEET}}} s)",
                labels={"rammeomrade_id": "Rammeområde", "answer": "Svar", "note": "Merknad", "place": "Rekkefølge"},
            ),
        )
    ),
    checks=(
        Check(
            "unknown-virksomhet",
            SHEET,
            """SELECT sheet_row, virksomhet AS value FROM {stage} s
               WHERE NOT EXISTS (SELECT 1 FROM roros_virksomhet v WHERE v.code = s.virksomhet)""",
            "virksomhet",
        ),
        known_area(SHEET),
        duplicates(SHEET, ("question", "category", "virksomhet", "year"), severity=Severity.ERROR),
        too_long(SHEET, "category", 200),
        too_long(SHEET, "question", 300),
    ),
    order=181,
    roles=STAFF_ROLES,
)
