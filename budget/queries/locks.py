"""Which months are closed for import and entry, who closed them, and who may write in them nevertheless."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

import pghistory
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from budget.models import PeriodEvent, PeriodException
from budget.queries.years import figure_years
from roros import history
from roros.actions import ActionRefused
from roros.models import Role, User
from roros.periods import CLOSING, MONTHS
from roros.templatetags.figures import day


@dataclass(frozen=True)
class PeriodState:
    """What holds for one period, and the event that said so; no event when the period was never closed."""

    year: int
    period: int
    closed: bool = False
    by: str = ""  # empty when the command line did it
    at: datetime.datetime | None = None
    reason: str = ""

    def __str__(self) -> str:
        """This will return the period for machines: "2021-08"."""
        return f"{self.year}-{self.period:02}"

    @property
    def name(self) -> str:
        """This will return the period's name: "august", "årsavslutning"."""
        return period_name(self.period)


def period_name(period: int) -> str:
    """This will return a period's name without the year: "august", "årsavslutning"."""
    return _("årsavslutning") if period == CLOSING else MONTHS[period - 1]


def periods_of(year: int) -> list[PeriodState]:
    """This will return the thirteen periods of a year with what holds for each."""
    newest = _newest(Q(year=year))
    return [newest.get((year, period), PeriodState(year, period)) for period in range(1, CLOSING + 1)]


def closed_periods(year: int) -> frozenset[int]:
    """This will return the closed periods of a year, whoever may have an exception."""
    return frozenset(period for (_year, period), state in _newest(Q(year=year)).items() if state.closed)


def locked_years() -> list[int]:
    """This will return the years that have figures or were ever locked, newest first."""
    years = set(figure_years()) | set(PeriodEvent.objects.values_list("year", flat=True).distinct())
    return sorted(years, reverse=True)


def last_period_with_accounts(year: int) -> int | None:
    """This will return how far the accounts of a year have come: what one wants to close next."""
    found = figure_years().get(year)
    return found.last_actual if found else None


class LogKind(StrEnum):
    """What a line of the log tells; the value is the word in exports."""

    CLOSED = "lukket"
    REOPENED = "åpnet"
    GRANTED = "unntak gitt"
    ENDED = "unntak avsluttet"


@dataclass(frozen=True)
class LogEntry:
    """One thing that was done to a period."""

    at: datetime.datetime
    kind: LogKind
    period: int
    by: str  # empty when the command line or raw SQL did it
    reason: str
    person: str = ""  # whom the exception is for
    until: datetime.date | None = None


def log(year: int) -> list[LogEntry]:
    """This will return everything that was ever done to the periods of a year, newest first."""
    events = PeriodEvent.objects.filter(year=year).order_by("-id")
    rows, versions = list(events), list(_exception_versions(year))
    people = User.objects.in_bulk(
        {event.by_id for event in rows if event.by_id}
        | {version.user_id for version in versions}
        | {who for version in versions if (who := _told(version).get("user"))}
    )
    names = {pk: str(user) for pk, user in people.items()}
    entries = [
        LogEntry(
            at=event.at,
            kind=LogKind.CLOSED if event.closed else LogKind.REOPENED,
            period=event.period,
            by=names.get(event.by_id or 0, ""),
            reason=event.reason,
        )
        for event in rows
    ]
    entries += [
        LogEntry(
            at=version.pgh_created_at,
            kind=LogKind.ENDED if version.pgh_label == history.ChangeKind.DELETE else LogKind.GRANTED,
            period=version.period,
            by=names.get(_told(version).get("user", 0), ""),
            reason=_told(version).get("reason", ""),
            person=names.get(version.user_id, ""),
            until=version.until,
        )
        for version in versions
    ]
    return sorted(entries, key=lambda entry: (entry.at, entry.period), reverse=True)


def exceptions(year: int) -> list[PeriodException]:
    """This will return the exceptions of a year that have not run out, by period and day."""
    standing = PeriodException.objects.filter(year=year, until__gte=timezone.localdate())
    return list(standing.select_related("user", "granted_by").order_by("period", "until", "id"))


def writers() -> QuerySet[User]:
    """This will return those who may import and enter figures, by name: an exception helps nobody else."""
    people = User.objects.filter(is_active=True, roles__role__in=(Role.ADMINISTRATOR, Role.OKONOMI)).distinct()
    return people.order_by("first_name", "last_name", "username")


def closed_to(months: Iterable[tuple[int, int]], *, by: User | None) -> list[PeriodState]:
    """This will return those of the (year, period) pairs that are closed to this person, in order."""
    wanted = set(months)
    if not wanted:
        return []
    years = {year for year, _period in wanted}
    closed = [state for key, state in _newest(Q(year__in=years)).items() if key in wanted and state.closed]
    if closed and by is not None:
        excepted = set(
            PeriodException.objects.filter(year__in=years, user=by, until__gte=timezone.localdate()).values_list(
                "year", "period"
            )
        )
        closed = [state for state in closed if (state.year, state.period) not in excepted]
    return sorted(closed, key=lambda state: (state.year, state.period))


def refuse_closed(*, year: int, periods: Iterable[int], by: User | None) -> None:
    """This will raise ActionRefused when any of the periods is closed to this person: which, by whom, what to do."""
    closed = closed_to(((year, period) for period in periods), by=by)
    if closed:
        raise ActionRefused(closed_message(closed))


def closed_message(closed: Sequence[PeriodState]) -> str:
    """This will write which months are closed, by whom and when, and what to do about it."""
    return _("%(closed)s. Be økonomi om å åpne perioden, eller om et unntak.") % {
        "closed": capfirst("; ".join(closed_parts(closed)))
    }


def closed_parts(closed: Sequence[PeriodState]) -> list[str]:
    """This will write each closing once: "januar–august 2021 ble lukket av Kari Nordmann 10.09.2021"."""
    parts = []
    for (year, by, on), group in groupby(closed, key=_closing):
        words = {"periods": period_list([state.period for state in group]), "year": year, "by": by, "on": day(on)}
        text = (
            _("%(periods)s %(year)s ble lukket av %(by)s %(on)s") if by else _("%(periods)s %(year)s ble lukket %(on)s")
        )
        parts.append(text % words)
    return parts


def period_list(periods: Iterable[int]) -> str:
    """This will write periods as people say them: "januar–mars, mai og årsavslutning"."""
    spans: list[list[int]] = []
    for period in sorted(set(periods)):
        if spans and spans[-1][-1] == period - 1 and period != CLOSING:
            spans[-1].append(period)
        else:
            spans.append([period])
    words = [
        period_name(span[0]) if len(span) == 1 else f"{period_name(span[0])}–{period_name(span[-1])}" for span in spans
    ]
    return (
        words[0]
        if len(words) == 1
        else _("%(first)s og %(last)s")
        % {
            "first": ", ".join(words[:-1]),
            "last": words[-1],
        }
    )


def _exception_versions(year: int) -> QuerySet[Any]:
    """Each exception that was given and ended, with who and why."""
    versions: QuerySet[Any] = pghistory.core.event_models(tracks_model=PeriodException)[0]._default_manager.all()
    return versions.filter(year=year)


def _told(version: Any) -> dict[str, Any]:
    told: dict[str, Any] = version.pgh_context or {}
    return told


def _closing(state: PeriodState) -> tuple[int, str, datetime.date | None]:
    return state.year, state.by, timezone.localdate(state.at) if state.at else None


def _newest(condition: Q) -> dict[tuple[int, int], PeriodState]:
    """The newest event of each period, which says what holds."""
    found = (
        PeriodEvent.objects.filter(condition)
        .select_related("by")
        .order_by("year", "period", "-id")
        .distinct("year", "period")
    )
    return {
        (event.year, event.period): PeriodState(
            event.year, event.period, event.closed, str(event.by) if event.by else "", event.at, event.reason
        )
        for event in found
    }
