"""Where imported amendments go: each new number is stored whole and adopted; those that stand are never touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from budget.balances import KEY, MONTHLY, apply_delta, lock_years
from budget.closed_periods import closed_finding, refuse_changes, refuse_undo, uploader
from budget.models import Amendment, LedgerLine
from budget.queries.locks import closed_to
from roros.models import ImportRun, User
from roros.workbooks.declare import Finding, Severity
from roros.workbooks.kinds import Change, Group, Preview, Staged

SHEET = "amendments"

LINE = "(year, period, ansvar, tjeneste, art, coalesce(prosjekt, ''), amount)"
STANDING_LINE = "(l.year, l.period, l.ansvar_id, l.tjeneste_id, l.art_id, l.prosjekt_id, l.amount)"

# Per number in the file: is it new, and if not, does it say what the adopted one says?
NUMBERS = f"""
    WITH staged AS (
             SELECT number, min(sheet_row) AS sheet_row, min(case_number) AS case_number, min(body) AS body,
                    min(decided_on) AS decided_on, min(text) AS text, count(*) AS n,
                    sum(amount) FILTER (WHERE amount > 0) AS moved,
                    array_agg({LINE}::text ORDER BY {LINE}::text) AS lines
             FROM {{stage}} GROUP BY number),
         standing AS (
             SELECT a.id, a.number, a.case_number, a.body, a.decided_on, a.text,
                    array_agg({STANDING_LINE}::text ORDER BY {STANDING_LINE}::text) AS lines
             FROM budget_amendment a JOIN budget_ledgerline l ON l.amendment_id = a.id
             WHERE a.status = 'vedtatt' GROUP BY a.id)
    SELECT s.number, s.sheet_row, s.n, s.moved, standing.id IS NULL AND draft.id IS NULL AS is_new,
           draft.id IS NOT NULL AS is_draft,
           (s.case_number, s.body, s.decided_on, s.text, s.lines) IS NOT DISTINCT FROM
           (standing.case_number, standing.body, standing.decided_on, standing.text, standing.lines) AS same
    FROM staged s LEFT JOIN standing USING (number)
         LEFT JOIN budget_amendment draft ON draft.number = s.number AND draft.status NOT IN ('vedtatt', 'angret')
    ORDER BY s.sheet_row
"""


@dataclass(frozen=True)
class AmendmentTarget:
    """The target of the workbook of adopted amendments (kommuneloven § 14-5: the council alone changes the budget)."""

    def lock(self, staged: Staged) -> None:
        """This will hold off every other writer of those years' figures until the transaction ends."""
        lock_years(staged.years)

    def base(self, staged: Staged) -> dict[str, Any]:
        """This will say which of the file's amendments are new now."""
        return {"new": [row["number"] for row in _numbers(staged) if row["is_new"]]}

    def preview(self, staged: Staged) -> Preview:
        """This will sum the new amendments per rammeområde (kroner) and refuse changes to adopted ones."""
        numbers = _numbers(staged)
        new = [row for row in numbers if row["is_new"]]
        return Preview(
            new=sum(row["n"] for row in new),
            changed=sum(not row["is_new"] and not row["same"] for row in numbers),
            removed=0,
            base={"new": [row["number"] for row in new]},
            groups=_groups(staged, [row["number"] for row in new]),
            changes=[Change(key=row["number"], before="", after=str(row["moved"] or 0)) for row in new],
            findings=[*_taken(staged, numbers), *_in_closed_months(staged, [row["number"] for row in new])],
        )

    def commit(self, staged: Staged, run: ImportRun, by: User | None) -> None:
        """This will store each new amendment with its lines, adopt it and move the revised budget.

        Raises ImportRefused when one of them has lines in a month that is closed to whoever saves it.
        """
        new = run.base["new"]
        refuse_changes(closed_to({row["month"] for row in _months(staged, new)}, by=by))
        with connection.cursor() as cursor:
            cursor.execute(
                f"""INSERT INTO budget_amendment
                        (number, year, case_number, body, decided_on, text, status, import_run_id)
                    SELECT number, min(year), min(case_number), min(body), min(decided_on), min(text), 'forslag', %s
                    FROM {staged.table(SHEET)} WHERE number = ANY(%s) GROUP BY number ORDER BY number""",
                [run.pk, new],
            )
            cursor.execute(
                f"""INSERT INTO budget_ledgerline
                        (kind, {KEY}, year, period, amount, import_run_id, amendment_id, sheet_row)
                    SELECT 'endring', s.ansvar, s.tjeneste, s.art, coalesce(s.prosjekt, ''), s.year, s.period,
                           s.amount, a.import_run_id, a.id, s.sheet_row
                    FROM {staged.table(SHEET)} s JOIN budget_amendment a ON a.number = s.number
                    WHERE a.import_run_id = %s""",
                [run.pk],
            )
        Amendment.objects.filter(import_run=run).update(status=Amendment.Status.ADOPTED)
        _apply(run, sign="")

    def undo(self, run: ImportRun, by: User | None) -> None:
        """This will withdraw the amendments that the run brought; later runs do not rest on them.

        Raises CannotUndo when one of them has lines in a closed month.
        """
        lock_years(run.amendments.values_list("year", flat=True))
        lines = LedgerLine.objects.filter(import_run=run, kind=LedgerLine.Kind.AMENDMENT)
        refuse_undo(run, set(lines.values_list("year", "period").distinct()), by=by)
        _apply(run, sign="-")
        # The database lets an adopted amendment be withdrawn only when its run is undone.
        ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.UNDONE, undone_at=run.committed_at)
        Amendment.objects.filter(import_run=run).update(status=Amendment.Status.WITHDRAWN)


def _numbers(staged: Staged) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS.format(stage=staged.table(SHEET)))
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _taken(staged: Staged, numbers: list[dict[str, Any]]) -> list[Finding]:
    sheet = staged.sheets[SHEET]
    return [
        Finding(
            code="amendment-drafted" if row["is_draft"] else "amendment-adopted",
            severity=Severity.ERROR,
            sheet=sheet.sheet,
            row=row["sheet_row"],
            column=sheet.mapping.get("number", ""),
            value=row["number"],
        )
        for row in numbers
        if not row["is_new"] and not row["same"]
    ]


def _months(staged: Staged, new: list[str]) -> list[dict[str, Any]]:
    """The months that each new amendment has lines in, and the first row of each."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT number, year, period, min(sheet_row) FROM {staged.table(SHEET)} WHERE number = ANY(%s)
                GROUP BY 1, 2, 3 ORDER BY 4""",
            [new],
        )
        return [
            {"number": number, "month": (year, period), "row": row} for number, year, period, row in cursor.fetchall()
        ]


def _in_closed_months(staged: Staged, new: list[str]) -> list[Finding]:
    """One finding per new amendment that has lines in closed months."""
    rows = _months(staged, new)
    closed = {
        (state.year, state.period): state for state in closed_to({row["month"] for row in rows}, by=uploader(staged))
    }
    touched: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["month"] in closed:
            touched.setdefault(row["number"], []).append(row)
    sheet = staged.sheets[SHEET]
    return [
        closed_finding(
            _("Budsjettendring %(number)s har linjer i en lukket periode") % {"number": number},
            sorted((closed[row["month"]] for row in found), key=str),
            sheet=sheet.sheet,
            row=min(row["row"] for row in found),
            column=sheet.mapping.get("number", ""),
            value=number,
        )
        for number, found in touched.items()
    ]


def _groups(staged: Staged, new: list[str]) -> list[Group]:
    """The revised budget per rammeområde before and after, for the areas that the new amendments touch."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH moved AS (
                SELECT coalesce(p.rammeomrade_id::text, s.ansvar) AS code, p.rammeomrade_id AS number,
                       sum(s.amount) AS amount, count(*) AS n
                FROM {staged.table(SHEET)} s LEFT JOIN roros_plassering p ON p.ansvar_id = s.ansvar
                     AND s.year BETWEEN p.from_year AND coalesce(p.to_year, 9999)
                WHERE s.number = ANY(%(new)s) GROUP BY 1, 2),
            revised AS (
                SELECT p.rammeomrade_id AS number, sum(b.original + b.amended) AS amount
                FROM budget_balance b JOIN roros_plassering p ON p.ansvar_id = b.ansvar_id
                     AND b.year BETWEEN p.from_year AND coalesce(p.to_year, 9999)
                WHERE b.year = ANY(%(years)s) AND b.period = 13 GROUP BY 1)
            SELECT r.number, r.name, moved.code, coalesce(revised.amount, 0), moved.amount, moved.n
            FROM moved LEFT JOIN roros_rammeomrade r USING (number) LEFT JOIN revised USING (number)
            ORDER BY r.number NULLS LAST, moved.code
            """,
            {"new": new, "years": list(staged.years)},
        )
        return [
            Group(
                label=f"{number} {name}" if number is not None else "",
                before=before,
                after=before + moved,
                new=n,
                changed=0,
                removed=0,
                code="" if number is not None else code,
            )
            for number, name, code, before, moved, n in cursor.fetchall()
        ]


def _apply(run: ImportRun, *, sign: str) -> None:
    lines = f"(SELECT * FROM budget_ledgerline WHERE import_run_id = {run.pk}) lines"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""CREATE TEMP TABLE delta_amendments AS
                SELECT year, period, {KEY}, d_actual, d_original, {sign}d_amended AS d_amended, {sign}d_lines AS d_lines
                FROM ({MONTHLY.format(lines=lines)}) monthly"""
        )
        apply_delta("delta_amendments")
        cursor.execute("DROP TABLE delta_amendments")
