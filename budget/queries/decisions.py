"""What has the council asked for, how does it stand at a date, and which cases have there been?"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Max, Q

from budget.models import CouncilCase, Decision, DecisionStatus, FollowUp, StatusWord

_REFERENCE = re.compile(r"([0-9]{1,5})\s*/\s*([0-9]{2}|[0-9]{4})", re.ASCII)
CLOSED = frozenset({StatusWord.DONE.value, StatusWord.DROPPED.value})  # nothing more is expected


@dataclass(frozen=True)
class FollowedUp:
    """One case in which a decision was followed up."""

    id: int
    place: int
    case_number: str
    body: str
    decided_on: datetime.date | None


@dataclass(frozen=True)
class DecisionRow:
    """One decision as it stood at a date."""

    code: str
    year: int
    number: int
    title: str
    text: str
    case_number: str
    deadline: datetime.date | None
    deadline_text: str
    owner_role: str
    responsible_role: str
    rammeomrade: int | None
    rammeomrade_name: str
    project_code: str
    amendment: str
    status: str  # a StatusWord, or "" when nothing was reported at that date
    status_text: str
    status_date: datetime.date | None
    followup: FollowedUp | None = None  # the latest one
    overdue: bool = False

    @property
    def is_closed(self) -> bool:
        """This will return whether nothing more is expected."""
        return self.status in CLOSED

    @property
    def status_label(self) -> str:
        """This will return the status as a word."""
        return str(StatusWord(self.status).label) if self.status else ""


@dataclass(frozen=True)
class DecisionFilter:
    """Which decisions a list holds; empty means all."""

    year: int | None = None
    status: str = ""
    owner: str = ""
    rammeomrade: int | None = None
    overdue: bool = False

    def keeps(self, row: DecisionRow) -> bool:
        """This will say whether a row is among them."""
        return (
            (not self.status or row.status == self.status)
            and (not self.owner or self.owner in (row.owner_role, row.responsible_role))
            and (self.rammeomrade is None or row.rammeomrade == self.rammeomrade)
            and (not self.overdue or row.overdue)
        )


@dataclass(frozen=True)
class StatusReport:
    """One status of one decision: what was reported, who reported it, when and why."""

    id: int
    status: str
    as_of: datetime.date
    text: str
    reason: str
    recorded_at: datetime.datetime
    recorded_by: str
    import_run: int | None
    file_name: str

    @property
    def label(self) -> str:
        """This will return the status as a word."""
        return str(StatusWord(self.status).label)


@dataclass(frozen=True)
class Gap:
    """Numbers that are missing in one body's cases of one year, from `first` through `last`."""

    body: str
    year: int
    first: int
    last: int

    @property
    def numbers(self) -> list[str]:
        """This will return the missing numbers as they are written: 44/21."""
        return [f"{number}/{self.year % 100:02d}" for number in range(self.first, self.last + 1)]


def newest_report_date() -> datetime.date | None:
    """This will return the last date that any status holds from: what a list shows unless told otherwise."""
    newest: datetime.date | None = DecisionStatus.objects.aggregate(newest=Max("as_of"))["newest"]
    return newest


def decision_years() -> list[int]:
    """This will return the budget years that have decisions, the newest first."""
    return list(Decision.objects.values_list("year", flat=True).distinct().order_by("-year"))


def decisions(
    as_of: datetime.date, *, year: int | None = None, code: str | None = None, wanted: DecisionFilter | None = None
) -> list[DecisionRow]:
    """This will return the decisions as they stood at the end of a day, in the order of year and number.

    A decision is overdue when its deadline is before that day and it was not done then.
    """
    return [row for row in _decisions(as_of, year=year, code=code) if wanted is None or wanted.keeps(row)]


def newest_decisions() -> list[DecisionRow] | None:
    """This will return the decisions as they stood at the last date that any status holds from, with one query.

    None when nothing has been reported yet.
    """
    rows = _decisions(None)
    return rows if any(row.status for row in rows) else None


def _decisions(as_of: datetime.date | None, *, year: int | None = None, code: str | None = None) -> list[DecisionRow]:
    """The one query; without a date at the last one that any status holds from."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH looked AS (SELECT coalesce(%(as_of)s, (SELECT max(as_of) FROM budget_decisionstatus)) AS at)
            SELECT d.code, d.year, d.number, d.title, d.text, d.case_number, d.deadline, d.deadline_text,
                   d.owner_role, d.responsible_role, d.rammeomrade_id, coalesce(r.name, ''), d.project_code,
                   coalesce(a.number, ''), coalesce(s.status, ''), coalesce(s.text, ''), s.as_of,
                   f.id, f.place, f.case_number, f.body, f.decided_on, looked.at
            FROM looked CROSS JOIN budget_decision d
                 LEFT JOIN roros_rammeomrade r ON r.number = d.rammeomrade_id
                 LEFT JOIN budget_amendment a ON a.id = d.amendment_id AND a.status = 'vedtatt'
                 LEFT JOIN LATERAL (SELECT * FROM budget_decisionstatus s
                                    WHERE s.decision_id = d.code AND s.as_of <= looked.at
                                    ORDER BY s.as_of DESC, s.id DESC LIMIT 1) s ON true
                 LEFT JOIN LATERAL (SELECT * FROM budget_followup f
                                    WHERE f.decision_id = d.code AND coalesce(f.decided_on <= looked.at, true)
                                    ORDER BY f.decided_on DESC NULLS LAST, f.place DESC LIMIT 1) f ON true
            WHERE (%(year)s IS NULL OR d.year = %(year)s) AND (%(code)s IS NULL OR d.code = %(code)s)
            ORDER BY d.year DESC, d.number
            """,
            {"as_of": as_of, "year": year, "code": code},
        )
        return [_row(record) for record in cursor.fetchall()]


def _row(record: Sequence[Any]) -> DecisionRow:
    row, followup, as_of = DecisionRow(*record[:17]), record[17:-1], record[-1]
    late = row.deadline is not None and as_of is not None and row.deadline < as_of
    return replace(row, followup=FollowedUp(*followup) if followup[0] else None, overdue=late and not row.is_closed)


def status_reports(code: str) -> list[StatusReport]:
    """This will return every status that was reported about a decision, the one that holds last on top."""
    reports = (
        DecisionStatus.objects.filter(decision_id=code)
        .select_related("recorded_by", "import_run")
        .order_by("-as_of", "-id")
    )
    return [
        StatusReport(
            id=report.pk,
            status=report.status,
            as_of=report.as_of,
            text=report.text,
            reason=report.reason,
            recorded_at=report.recorded_at,
            recorded_by=str(report.recorded_by) if report.recorded_by else "",
            import_run=report.import_run_id,
            file_name=report.import_run.file_name if report.import_run else "",
        )
        for report in reports
    ]


def followups(code: str) -> list[FollowUp]:
    """This will return the cases in which a decision was followed up, in order."""
    return list(FollowUp.objects.filter(decision_id=code).order_by("place"))


def case_years() -> list[int]:
    """This will return the years that have council cases, the newest first."""
    return list(CouncilCase.objects.values_list("year", flat=True).distinct().order_by("-year"))


def case_bodies() -> list[str]:
    """This will return the bodies that have cases."""
    return list(CouncilCase.objects.values_list("body", flat=True).distinct().order_by("body"))


def cases(year: int | None = None, *, body: str = "", text: str = "") -> list[CouncilCase]:
    """This will return the cases of a year, those whose title or number holds every word of the text."""
    found = CouncilCase.objects.all()
    if year is not None:
        found = found.filter(year=year)
    if body:
        found = found.filter(body=body)
    for word in text.split():
        if match := _REFERENCE.fullmatch(word):
            found = found.filter(number=int(match[1]), year=int(match[2]) + (2000 if len(match[2]) == 2 else 0))
        else:
            found = found.filter(Q(title__icontains=word))
    return list(found.order_by("-year", "body", "number"))


def gaps(year: int | None = None) -> list[Gap]:
    """This will return the numbers that are missing from 1 through the last case of each body and year."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT body, year, before + 1, number - 1 FROM (
                SELECT body, year, number,
                       coalesce(lag(number) OVER (PARTITION BY body, year ORDER BY number), 0) AS before
                FROM budget_councilcase WHERE %(year)s IS NULL OR year = %(year)s) numbered
            WHERE number > before + 1 ORDER BY body, year, number
            """,
            {"year": year},
        )
        return [Gap(*record) for record in cursor.fetchall()]


def cases_of(followed_up: Iterable[FollowUp]) -> dict[int, CouncilCase]:
    """This will return the registered case of each follow-up that has one, by the follow-up's id."""
    wanted: dict[tuple[str, int, int], list[int]] = {}
    for followup in followed_up:
        if match := _REFERENCE.fullmatch(followup.case_number.strip()):
            year = int(match[2]) + (2000 if len(match[2]) == 2 else 0)
            wanted.setdefault((followup.body, year, int(match[1])), []).append(followup.pk)
    if not wanted:
        return {}
    conditions = [Q(body=body, year=year, number=number) for body, year, number in wanted]
    found = CouncilCase.objects.filter(reduce(or_, conditions))
    return {key: case for case in found for key in wanted[case.body, case.year, case.number]}
