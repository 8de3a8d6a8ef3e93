"""Where rows of decisions go: registers as usual, and statuses as reports that stand over the older ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from budget.models import DecisionStatus, StatusWord
from roros.models import ImportRun, User
from roros.workbooks.kinds import CannotUndo, Staged
from roros.workbooks.registers import Register, RegisterTarget, RowChange, lock_tables

STATUS_TABLE = "budget_decisionstatus"
# The date that a row's status holds from: its own, else the end of the year that the list reports on.
STATUS_DATE = "coalesce(s.status_date, make_date(coalesce(s.year, %(year)s::int), 12, 31))"
REPORTS = Register(
    table=STATUS_TABLE, label="status for vedtak", key=("vedtak",), columns=("status", "tekst"), select=""
)
CODES = {str(label): value for value, label in StatusWord.choices}


@dataclass(frozen=True)
class DecisionTarget(RegisterTarget):
    """Decisions and follow-ups are registers; a status that differs from the one that stood then is a new report."""

    sheet: str = "decisions"

    def lock(self, staged: Staged) -> None:
        """This will hold off other imports of decisions until the transaction ends."""
        super().lock(staged)
        lock_tables([STATUS_TABLE])

    def commit(self, staged: Staged, run: ImportRun, by: User | None) -> None:
        """This will write the registers, then report the statuses that differ."""
        super().commit(staged, run, by)
        DecisionStatus.objects.bulk_create(
            DecisionStatus(
                decision_id=row["code"],
                status=CODES[row["status"]],
                as_of=row["as_of"],
                text=row["text"],
                recorded_by=by,
                import_run=run,
            )
            for row in self._reports(staged)
        )

    def undo(self, run: ImportRun, by: User | None) -> None:
        """This will take away the run's own reports, then put the registers back; raises CannotUndo when it cannot."""
        lock_tables([STATUS_TABLE])
        mine = DecisionStatus.objects.filter(import_run=run)
        for report in mine.select_related("decision"):
            if DecisionStatus.objects.filter(decision=report.decision, id__gt=report.pk).exists():
                raise CannotUndo(
                    "changed-since",
                    _("Innlesing %(run)s kan ikke angres: vedtaket «%(decision)s» har fått en ny status etterpå.")
                    % {"run": run.pk, "decision": report.decision.title},
                )
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('budget.undoing_run', %s, true)", [str(run.pk)])
            mine.delete()
            cursor.execute("SELECT set_config('budget.undoing_run', '', true)")
        super().undo(run, by)

    def _changes(self, staged: Staged) -> list[RowChange]:
        return [*super()._changes(staged), *map(_as_change, self._reports(staged))]

    def _reports(self, staged: Staged) -> list[dict[str, Any]]:
        """The staged statuses that differ from the status that stood at their date."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                WITH staged AS (
                    SELECT coalesce(s.year, %(year)s::int) || '-' || s.number AS code, s.status,
                           coalesce(s.status_text, '') AS text, {STATUS_DATE} AS as_of, s.sheet_row
                    FROM {staged.table(self.sheet)} s)
                SELECT staged.code, staged.status, staged.text, staged.as_of, stood.status, stood.text
                FROM staged LEFT JOIN LATERAL (
                    SELECT d.status, d.text FROM {STATUS_TABLE} d
                    WHERE d.decision_id = staged.code AND d.as_of <= staged.as_of
                    ORDER BY d.as_of DESC, d.id DESC LIMIT 1) stood ON true
                ORDER BY staged.sheet_row
                """,
                {"year": staged.year},
            )
            names = ("code", "status", "text", "as_of", "stood", "stood_text")
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        # A list without descriptions leaves the description that stands.
        return [
            row
            for row in rows
            if row["stood"] != CODES.get(row["status"]) or row["text"] not in ("", row["stood_text"])
        ]


def _as_change(row: dict[str, Any]) -> RowChange:
    words = {value: str(label) for value, label in StatusWord.choices}
    before = {"status": words[row["stood"]], "tekst": row["stood_text"]} if row["stood"] else None
    after = {"status": row["status"], "tekst": row["text"]}
    return RowChange(REPORTS, {"vedtak": row["code"]}, before, after)
