"""When did a political body meet last, and what has been decided, reported and published since?"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from budget.models import Amendment, CouncilCase, Decision, DecisionStatus, Round


@dataclass(frozen=True)
class Meeting:
    """The last meeting in the register of cases."""

    body: str
    day: datetime.date


@dataclass(frozen=True)
class SinceMeeting:
    """What came after a meeting: amendments, decisions with a new status, and signed reports that were published."""

    meeting: Meeting
    amendments: tuple[Amendment, ...]
    decisions: tuple[tuple[Decision, str], ...]  # with the status that was reported last
    reports: tuple[Round, ...]

    @property
    def count(self) -> int:
        """This will return how many things that is."""
        return len(self.amendments) + len(self.decisions) + len(self.reports)


def last_meeting(before: datetime.date) -> Meeting | None:
    """This will return the newest meeting before a day that a case in the register names; None without dates."""
    found = CouncilCase.objects.filter(decided_on__lt=before).order_by("-decided_on", "body").first()
    return Meeting(found.body, found.decided_on) if found and found.decided_on else None


def since_meeting(meeting: Meeting) -> SinceMeeting:
    """This will gather what came after the day of a meeting, in three queries."""
    reported = DecisionStatus.objects.filter(decision=OuterRef("pk"), as_of__gt=meeting.day).order_by("-as_of", "-pk")
    decisions = Decision.objects.annotate(reported=Subquery(reported.values("status")[:1])).filter(
        reported__isnull=False
    )
    return SinceMeeting(
        meeting,
        amendments=tuple(
            Amendment.objects.adopted().filter(decided_on__gt=meeting.day).order_by("-decided_on", "number")
        ),
        decisions=tuple((one, one.reported) for one in decisions.order_by("year", "number")),
        reports=tuple(
            Round.objects.filter(state=Round.State.PUBLISHED, published_at__date__gt=meeting.day).order_by(
                "-published_at"
            )
        ),
    )


def newest_published() -> Round | None:
    """This will return the report that was published last."""
    return Round.objects.filter(state=Round.State.PUBLISHED).order_by("-published_at").first()
