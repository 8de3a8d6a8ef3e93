"""What my page tells those who meet in political bodies: what is new since the last meeting and the last report."""

from __future__ import annotations

import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budget.findings import changed as changed_findings
from budget.queries.changed import ChangedSince, since_last_signed
from budget.queries.meetings import SinceMeeting, last_meeting, newest_published, since_meeting
from budget.queries.rounds import title_of
from budget.tables.registers import decision_status
from roros import access
from roros.models import Role
from roros.numbers import Scale, format_amount
from roros.sections import Item, Section
from roros.templatetags.figures import day

MOST = 5  # of each kind


def sections(user: access.Someone, today: datetime.date) -> list[Section]:
    """This will tell a politician what is new; nothing for others, who see it where they work."""
    if Role.POLITIKER not in access.roles_of(user):
        return []
    meeting = last_meeting(today)
    changes = since_last_signed()
    found = [
        _meeting_section(since_meeting(meeting)) if meeting else None,
        _report_section(changes) if changes else None,
        _published_section(),
    ]
    return [section for section in found if section is not None]


def _meeting_section(since: SinceMeeting) -> Section:
    words = {"body": since.meeting.body, "day": day(since.meeting.day)}
    if not since.count:
        finding = _("Ingenting nytt er registrert siden %(body)s møttes %(day)s") % words
    else:
        finding = ngettext(
            "Én ting er ny siden %(body)s møttes %(day)s",
            "%(count)s ting er nye siden %(body)s møttes %(day)s",
            since.count,
        ) % {**words, "count": format_amount(since.count, Scale.KR)}
    reports = [
        Item(
            title_of(report),
            reverse("budget:signed_report", args=[report.pk]),
            note=_("publisert %(day)s") % {"day": day(report.published_at)},
        )
        for report in since.reports[:MOST]
    ]
    amendments = [
        Item(
            f"{one.number} {one.text}",
            reverse("budget:amendment", args=[one.year, one.number]),
            note=_("vedtatt av %(body)s %(day)s, sak %(case)s")
            % {"body": one.body, "day": day(one.decided_on), "case": one.case_number},
        )
        for one in since.amendments[:MOST]
    ]
    decisions = [
        Item(one.title, reverse("budget:decision", args=[one.code]), status=decision_status(status))
        for one, status in since.decisions[:MOST]
    ]
    shown = len(reports) + len(amendments) + len(decisions)
    return Section(
        "mote",
        finding,
        _("Alle saker"),
        reverse("budget:cases"),
        items=(*reports, *amendments, *decisions),
        note=_("%(count)s til vises ikke her.") % {"count": since.count - shown} if since.count > shown else "",
    )


def _report_section(changes: ChangedSince) -> Section:
    told = (
        (changes.late, changed_findings.late_finding),
        (changes.new_reds, changed_findings.reds_finding),
        (changes.forecasts, changed_findings.forecasts_finding),
        (changes.projects, changed_findings.projects_finding),
        (changes.decisions, changed_findings.decisions_finding),
        (changes.amendments, changed_findings.amendments_finding),
    )
    href = reverse("budget:changed_since", args=[changes.before.reporting.pk])
    finding = _("Endret siden %(report)s ble signert") % {"report": changes.before.title}
    if changes.is_empty:
        finding = changed_findings.heading(changes)
    return Section(
        "endret",
        finding,
        _("Alt som er endret siden %(report)s") % {"report": changes.before.title},
        href,
        items=tuple(Item(finding(changes), href) for rows, finding in told if rows),
    )


def _published_section() -> Section | None:
    newest = newest_published()
    if newest is None:
        return None
    words = {"report": title_of(newest), "day": day(newest.published_at)}
    return Section(
        "rapport",
        _("%(report)s er den nyeste rapporten, publisert %(day)s") % words,
        _("Les rapporten"),
        reverse("budget:signed_report", args=[newest.pk]),
    )
