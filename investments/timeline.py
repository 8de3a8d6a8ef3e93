"""What happened to a project, in order: decisions, reports, grants, forecasts and the day it should be done."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from investments.models import Area
from investments.queries.detail import ProjectDetail
from investments.tables import status_of
from roros.components import Status
from roros.wording import money


@dataclass(frozen=True)
class Event:
    """One thing that happened on a day, or is expected to."""

    day: datetime.date
    what: str
    note: str = ""
    status: Status | None = None
    is_expected: bool = False


def timeline(detail: ProjectDetail) -> list[Event]:
    """This will return everything with a date, the oldest first."""
    return sorted(_events(detail), key=lambda event: event.day)


def _events(detail: ProjectDetail) -> Iterator[Event]:
    for approval in detail.approvals:
        words = {"body": approval.body, "total": money(approval.total)}
        what = _("%(body)s satte rammen til %(total)s") % words
        note = _("Sak %(case)s") % {"case": approval.case_number}
        yield Event(approval.decided_on, what, f"{note}. {approval.text}" if approval.text else note)
    for grant in detail.financing:
        if grant.status_on:
            words = {"source": grant.source, "amount": money(grant.amount), "status": grant.get_status_display()}
            yield Event(grant.status_on, _("Tilskudd fra %(source)s: %(status)s, %(amount)s") % words)
    for forecast in detail.forecasts:
        what = _("Prognose: sluttkostnad %(cost)s") % {"cost": money(forecast.final_cost)}
        yield Event(forecast.made_on, what, forecast.text)
    for report in detail.reports:
        what = f"{report.get_period_display()} {report.year}"
        if report.area != Area.OVERALL:
            what = f"{what}, {report.get_area_display().lower()}"
        yield Event(report.reported_on, what, report.text, status_of(report.status))
    last = detail.forecast
    if last and last.completion:
        yield Event(last.completion, _("Ventet ferdig"), is_expected=True)
