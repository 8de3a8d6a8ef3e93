"""Verbal decisions and how they are followed up: one row per decision."""

from __future__ import annotations

from budget.importers.register_checks import YEAR, date_in_century, labels_of, too_long, year_known
from budget.models import Decision, FollowUp, StatusWord
from budget.targets.decisions import STATUS_DATE, DecisionTarget
from roros.workbooks.check import duplicates
from roros.workbooks.declare import Column, ColumnType, Layout, Severity, Sheet
from roros.workbooks.kinds import Check, WorkbookKind
from roros.workbooks.registers import Register

SHEET = "decisions"


def _optional(name: str, label: str, type_: ColumnType, *synonyms: str) -> Column:
    return Column(name, label, type_, synonyms, header_required=False, value_required=False)


DECISIONS = Sheet(
    name=SHEET,
    label="Verbalvedtak",
    titles=("Verbalvedtak", "Vedtak", "Vedtaksoppfølging"),
    columns=(
        Column("number", "Nr", ColumnType.INTEGER, ("Nummer", "Vedtak nr", "Vedtaksnr"), minimum="1", maximum="99999"),
        YEAR,
        Column("title", "Tittel", ColumnType.TEXT, ("Oppdrag", "Vedtak")),
        Column("status", "Status", ColumnType.CHOICE, choices=tuple(str(label) for label in StatusWord.labels)),
        _optional("status_date", "Status per", ColumnType.DATE, "Statusdato", "Status dato"),
        _optional("status_text", "Beskrivelse status", ColumnType.TEXT, "Statusbeskrivelse"),
        _optional("case_number", "Saksreferanse", ColumnType.TEXT, "Saksref", "Arkivsak"),
        _optional("deadline", "Frist", ColumnType.DATE, "Fristdato"),
        _optional("deadline_text", "Fristtekst", ColumnType.TEXT, "Frist i vedtaket"),
        _optional("followup_case", "Oppfølging sak", ColumnType.TEXT, "Oppfølgingssak"),
        _optional("followup_body", "Oppfølging organ", ColumnType.TEXT, "Oppfølgingsorgan"),
        _optional("followup_date", "Oppfølging dato", ColumnType.DATE, "Oppfølgingsdato"),
        _optional("followup_place", "Oppfølging nr", ColumnType.INTEGER),
        _optional("owner_role", "Oppdragseier (rolle)", ColumnType.TEXT, "Oppdragseier"),
        _optional("responsible_role", "Ansvarlig (rolle)", ColumnType.TEXT, "Ansvarlig"),
        _optional("text", "Sammendrag", ColumnType.TEXT, "Beskrivelse", "Tekst"),
        _optional("rammeomrade", "Rammeområde", ColumnType.INTEGER, "Rammeområdenr"),
        _optional("project_code", "Prosjekt", ColumnType.CODE, "Prosjektkode"),
        _optional("amendment", "Budsjettendring", ColumnType.TEXT, "Endringsnr"),
    ),
    key=("year", "number"),
    year="year",
)

CODE = "coalesce(s.year, %(year)s::int) || '-' || s.number"
# Columns that the municipality's own lists do not have leave what is registered here when the cell is empty.
DECISION_ROWS = f"""
    SELECT {CODE} AS code, coalesce(s.year, %(year)s::int) AS year, s.number, s.title, coalesce(s.text, '') AS text,
           coalesce(s.case_number, '') AS case_number, s.deadline, coalesce(s.deadline_text, '') AS deadline_text,
           coalesce(s.owner_role, '') AS owner_role, coalesce(s.responsible_role, '') AS responsible_role,
           coalesce(s.rammeomrade, d.rammeomrade_id) AS rammeomrade_id,
           coalesce(s.project_code, d.project_code, '') AS project_code,
           coalesce(a.id, d.amendment_id) AS amendment_id
    FROM {{stage_{SHEET}}} s LEFT JOIN budget_decision d ON d.code = {CODE}
         LEFT JOIN budget_amendment a ON a.number = s.amendment AND a.status = 'vedtatt'"""

VERBALVEDTAK = WorkbookKind(
    layout=Layout(kind="verbalvedtak", label="Verbalvedtak", sheets=(DECISIONS,)),
    target=DecisionTarget(
        registers=(
            Register(
                table="budget_decision",
                labels=labels_of(Decision),
                label="vedtak",
                key=("code",),
                columns=(
                    "year",
                    "number",
                    "title",
                    "text",
                    "case_number",
                    "deadline",
                    "deadline_text",
                    "owner_role",
                    "responsible_role",
                    "rammeomrade_id",
                    "project_code",
                    "amendment_id",
                ),
                select=DECISION_ROWS,
            ),
            Register(
                table="budget_followup",
                labels=labels_of(FollowUp),
                label="oppfølging av vedtak",
                key=("decision_id", "place"),
                columns=("case_number", "body", "decided_on"),
                select=f"""SELECT {CODE} AS decision_id, coalesce(s.followup_place, 1) AS place,
                                  s.followup_case AS case_number, coalesce(s.followup_body, '') AS body,
                                  s.followup_date AS decided_on
                           FROM {{stage_{SHEET}}} s WHERE s.followup_case IS NOT NULL""",
                # A row that says which follow-up it holds, and holds none, removes it.
                scope=f"""(decision_id, place) IN (SELECT {CODE}, coalesce(s.followup_place, 1)
                                                  FROM {{stage_{SHEET}}} s)""",
            ),
        )
    ),
    checks=(
        year_known(SHEET),
        duplicates(SHEET, ("number", "year"), severity=Severity.ERROR),
        date_in_century(SHEET, "deadline"),
        date_in_century(SHEET, "followup_date"),
        date_in_century(SHEET, "status_date"),
        Check(
            "status-date-in-future",
            SHEET,
            f"SELECT sheet_row, to_char({STATUS_DATE}, 'DD.MM.YYYY') AS value FROM {{stage}} s"
            f" WHERE s.status_date IS NOT NULL AND {STATUS_DATE} > current_date",
            "status_date",
        ),
        Check(
            "followup-without-case",
            SHEET,
            "SELECT sheet_row, coalesce(followup_body, followup_date::text) AS value FROM {stage}"
            " WHERE followup_case IS NULL AND (followup_body IS NOT NULL OR followup_date IS NOT NULL)",
            "followup_case",
        ),
        Check(
            "unknown-rammeomrade",
            SHEET,
            "SELECT sheet_row, rammeomrade::text AS value FROM {stage} s WHERE rammeomrade IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM roros_rammeomrade r WHERE r.number = s.rammeomrade)",
            "rammeomrade",
        ),
        Check(
            "unknown-amendment",
            SHEET,
            "SELECT sheet_row, amendment AS value FROM {stage} s WHERE amendment IS NOT NULL AND NOT EXISTS"
            " (SELECT 1 FROM budget_amendment a WHERE a.number = s.amendment AND a.status = 'vedtatt')",
            "amendment",
        ),
        too_long(SHEET, "case_number", 40),
        too_long(SHEET, "followup_case", 40),
        too_long(SHEET, "followup_body", 100),
        too_long(SHEET, "owner_role", 100),
        too_long(SHEET, "responsible_role", 100),
        too_long(SHEET, "project_code", 20),
    ),
    needs_year=True,
    order=120,
)
