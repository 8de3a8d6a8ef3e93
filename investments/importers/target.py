"""Where the rows of the investment workbook go: registers, and statuses as reports that are added, never changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from investments.models import Area, FinancingKind, GrantStatus, ReportingPeriod, StatusReport, StatusWord
from roros.models import ImportRun, User
from roros.workbooks.kinds import Change, Preview, Staged
from roros.workbooks.registers import Register, RegisterTarget, lock_tables

NOTHING = "–"


def code_of(column: str, choices: type[TextChoices]) -> str:
    """This will return the SQL that turns a printed word into the word stored for it."""
    whens = " ".join(f"WHEN '{choice.label}' THEN '{choice.value}'" for choice in choices)
    return f"CASE {column} {whens} ELSE '' END"


REGISTERS = RegisterTarget(
    registers=(
        # A cell that is left out or empty keeps what stands: the year's list does not know everything.
        Register(
            table="investments_project",
            label=_("prosjekt"),
            key=("code",),
            columns=("name", "rammeomrade_id", "short_name", "responsible", "note"),
            select="""SELECT i.project AS code, i.name, i.rammeomrade AS rammeomrade_id,
                             coalesce(d.short_name, p.short_name, '') AS short_name,
                             coalesce(d.responsible, p.responsible, '') AS responsible,
                             coalesce(i.note, p.note, '') AS note
                      FROM {stage_investering} i
                           LEFT JOIN {stage_prosjekt} d ON d.project = i.project
                           LEFT JOIN investments_project p ON p.code = i.project""",
            labels={
                "name": gettext_lazy("Prosjekt"),
                "rammeomrade_id": gettext_lazy("Rammeområde"),
                "short_name": gettext_lazy("Kortnavn"),
                "responsible": gettext_lazy("Ansvarlig rolle"),
                "note": gettext_lazy("Merknad"),
            },
        ),
        Register(
            table="investments_projectyear",
            label=_("årstall"),
            key=("project_id", "year"),
            columns=("approved_total", "accrued_total", "revised_budget", "actual", "is_other"),
            select="""SELECT project AS project_id, %(year)s::int AS year, approved_total, accrued_total,
                             revised_budget, actual, coalesce(is_other, false) AS is_other
                      FROM {stage_investering}""",
            scope="year = %(year)s",
            labels={
                "approved_total": gettext_lazy("Vedtatt totalt"),
                "accrued_total": gettext_lazy("Påløpt totalt"),
                "revised_budget": gettext_lazy("Revidert budsjett"),
                "actual": gettext_lazy("Regnskap"),
                "is_other": gettext_lazy("Øvrig prosjekt"),
            },
        ),
        Register(
            table="investments_approval",
            label=_("vedtak om rammen"),
            key=("project_id", "case_number"),
            columns=("body", "decided_on", "total", "text"),
            select="""SELECT project AS project_id, case_number, body, decided_on, total, coalesce(text, '') AS text
                      FROM {stage_vedtak}""",
            labels={
                "body": gettext_lazy("Organ"),
                "decided_on": gettext_lazy("Vedtaksdato"),
                "total": gettext_lazy("Ny ramme"),
                "text": gettext_lazy("Vedtak"),
            },
        ),
        Register(
            table="investments_financing",
            label=_("finansiering"),
            key=("project_id", "kind", "source"),
            columns=("amount", "status", "status_on", "case_number", "note"),
            select=f"""SELECT project AS project_id, {code_of("kind", FinancingKind)} AS kind, source, amount,
                              {code_of("status", GrantStatus)} AS status, status_on,
                              coalesce(case_number, '') AS case_number, coalesce(note, '') AS note
                       FROM {{stage_finansiering}}""",
            labels={
                "amount": gettext_lazy("Beløp"),
                "status": gettext_lazy("Status"),
                "status_on": gettext_lazy("Statusdato"),
                "case_number": gettext_lazy("Saksnr"),
                "note": gettext_lazy("Merknad"),
            },
        ),
        Register(
            table="investments_forecast",
            label=_("prognose"),
            key=("project_id", "made_on"),
            columns=("final_cost", "completion", "text"),
            select="""SELECT project AS project_id, made_on, final_cost, completion, coalesce(text, '') AS text
                      FROM {stage_prognose}""",
            labels={
                "final_cost": gettext_lazy("Forventet sluttkostnad"),
                "completion": gettext_lazy("Forventet ferdig"),
                "text": gettext_lazy("Begrunnelse"),
            },
        ),
    )
)

# What the file says that differs from the latest report for the same project, period and area. A project without a
# status in the year's list, and without a report, is no difference.
STATUS_CHANGES = f"""
    WITH told AS (
        SELECT project AS project_id, %(year)s::int AS year, {ReportingPeriod.YEAR.value} AS period,
               '{Area.OVERALL.value}' AS area, {code_of("status", StatusWord)} AS status, coalesce(text, '') AS text,
               make_date(%(year)s::int, 12, 31) AS reported_on, '' AS reason
        FROM {{investering}}
        UNION ALL
        SELECT project, year,
               CASE period {" ".join(f"WHEN '{p.label}' THEN {p.value}" for p in ReportingPeriod)} END,
               {code_of("area", Area)}, {code_of("status", StatusWord)}, coalesce(text, ''), reported_on,
               coalesce(reason, '')
        FROM {{status}}),
    standing AS (
        SELECT DISTINCT ON (project_id, year, period, area) project_id, year, period, area, status, text
        FROM investments_statusreport ORDER BY project_id, year, period, area, id DESC)
    SELECT project_id, year, period, area, told.status, told.text, reported_on, reason, standing.status, standing.text
    FROM told LEFT JOIN standing USING (project_id, year, period, area)
    WHERE (told.status, told.text) IS DISTINCT FROM (coalesce(standing.status, ''), coalesce(standing.text, ''))
    ORDER BY year, period, project_id, area
"""


@dataclass(frozen=True)
class InvestmentTarget:
    """The registers, and the status reports beside them."""

    registers: RegisterTarget

    def lock(self, staged: Staged) -> None:
        """This will hold off other imports of projects and statuses."""
        self.registers.lock(staged)
        lock_tables([StatusReport._meta.db_table])

    def base(self, staged: Staged) -> dict[str, Any]:
        """This will digest what the import would change in registers and statuses."""
        return self.registers.base(staged) | {"statuses": _digest(_status_changes(staged))}

    def preview(self, staged: Staged) -> Preview:
        """This will list every row and every status that would be new, changed or gone."""
        rows = self.registers.preview(staged)
        reports = _status_changes(staged)
        new = sum(standing is None for *_told, standing, _text in reports)
        return Preview(
            new=rows.new + new,
            changed=rows.changed + len(reports) - new,
            removed=rows.removed,
            base={**rows.base, "statuses": _digest(reports)},
            changes=(*rows.changes, *map(_shown, reports)),
        )

    def commit(self, staged: Staged, run: ImportRun, by: User | None) -> None:
        """This will write the registers and add a report for each status that differs."""
        self.registers.commit(staged, run, by)
        fields = ("project_id", "year", "period", "area", "status", "text", "reported_on", "reason")
        StatusReport.objects.bulk_create(
            StatusReport(**dict(zip(fields, change, strict=False)), recorded_by=by, import_run=run)
            for change in _status_changes(staged)
        )

    def undo(self, run: ImportRun, by: User | None) -> None:
        """This will take the run's reports away and put every register row back; CannotUndo when one was changed."""
        StatusReport.objects.filter(import_run=run).delete()
        self.registers.undo(run, by)


def _status_changes(staged: Staged) -> list[tuple[Any, ...]]:
    tables = {"investering": staged.table("investering"), "status": staged.table("status")}
    with connection.cursor() as cursor:
        cursor.execute(STATUS_CHANGES.format(**tables), {"year": staged.year})
        changes: list[tuple[Any, ...]] = cursor.fetchall()
    return changes


def _digest(changes: list[tuple[Any, ...]]) -> str:
    return hashlib.sha256(json.dumps(changes, default=str).encode()).hexdigest()


def _shown(change: tuple[Any, ...]) -> Change:
    project, year, period, area, status, text, *_rest, before_status, before_text = change
    key = _("status %(project)s · %(period)s %(year)s · %(area)s") % {
        "project": project,
        "period": ReportingPeriod(period).label,
        "year": year,
        "area": Area(area).label,
    }
    before = "" if before_status is None else _words(before_status, before_text)
    return Change(key=key, before=before, after=_words(status, text))


def _words(status: str, text: str) -> str:
    word = str(StatusWord(status).label) if status else NOTHING
    return f"{word}: {text}" if text else word


TARGET = InvestmentTarget(REGISTERS)
