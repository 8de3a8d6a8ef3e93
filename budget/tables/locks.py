"""The tables of the page of periods; handed their rows, they ask for nothing."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.models import PeriodException
from budget.queries.locks import LogEntry, LogKind, PeriodState, period_name
from roros.components import Status, StatusKind
from roros.exports import ExportColumn, Kind
from roros.tables import FiguresTable, HtmlColumn, NameColumn, Phone, StatusColumn, TextColumn
from roros.templatetags.figures import day, moment

CLOSED = Status(gettext_lazy("Lukket"), StatusKind.DONE)
OPEN = Status(gettext_lazy("Åpen"), StatusKind.NOT_STARTED)
KINDS = {
    LogKind.CLOSED: gettext_lazy("Lukket"),
    LogKind.REOPENED: gettext_lazy("Åpnet"),
    LogKind.GRANTED: gettext_lazy("Unntak gitt"),
    LogKind.ENDED: gettext_lazy("Unntak avsluttet"),
}


class PeriodTable(FiguresTable):
    """The thirteen periods with what holds for each."""

    name = NameColumn(gettext_lazy("Periode"))
    state = StatusColumn(gettext_lazy("Tilstand"), phone=Phone.FIRST)
    by = TextColumn(gettext_lazy("Av"), phone_label=gettext_lazy("Av"))
    at = TextColumn(gettext_lazy("Når"), phone=Phone.HIDDEN)
    reason = TextColumn(gettext_lazy("Begrunnelse"), muted=True)
    change = HtmlColumn(gettext_lazy("Endre"))

    class Meta:
        orderable = False


def period_table(states: Sequence[PeriodState], *, caption: str, may_change: bool) -> PeriodTable:
    """This will list the periods; those who may change them get a link where a period can be opened."""
    lines = [
        {
            "name": capfirst(state.name),
            "state": CLOSED if state.closed else OPEN,
            "by": state.by or (_("kommandolinjen") if state.at else ""),
            "at": day(state.at) if state.at else "",
            "reason": state.reason,
            "change": _link(reverse("budget:period_reopen", args=[state.year, state.period]), _("Åpne"), state.name)
            if state.closed
            else None,
        }
        for state in states
    ]
    return PeriodTable(lines, caption=caption, unit="", exclude=() if may_change else ("change",))


class ExceptionTable(FiguresTable):
    """Those who may write in a closed period."""

    empty = gettext_lazy("Ingen har unntak nå.")
    user = NameColumn(gettext_lazy("Hvem"))
    period = TextColumn(gettext_lazy("Periode"))
    until = TextColumn(gettext_lazy("Til og med"), phone_label=gettext_lazy("Til og med"))
    reason = TextColumn(gettext_lazy("Begrunnelse"), muted=True)
    granted = TextColumn(gettext_lazy("Gitt av"), phone_label=gettext_lazy("Gitt av"))
    change = HtmlColumn(gettext_lazy("Endre"))

    class Meta:
        orderable = False


def exception_table(rows: Sequence[PeriodException], *, caption: str, may_change: bool) -> ExceptionTable:
    """This will list the exceptions that stand; those who may change them can end one."""
    lines = [
        {
            "user": str(row.user),
            "period": period_name(row.period),
            "until": day(row.until),
            "reason": row.reason,
            "granted": f"{row.granted_by or _('kommandolinjen')} {day(row.granted_at)}",
            "change": _link(reverse("budget:period_exception_end", args=[row.pk]), _("Avslutt"), str(row.user)),
        }
        for row in rows
    ]
    return ExceptionTable(lines, caption=caption, unit="", hide_caption=True, exclude=() if may_change else ("change",))


class LogTable(FiguresTable):
    """Everything that was done to the periods, newest first."""

    empty = gettext_lazy("Ingen periode er lukket ennå.")
    further_exports = (
        ExportColumn("tidspunkt", gettext_lazy("Tidspunkt"), Kind.DATE),
        ExportColumn("periode", gettext_lazy("Periodenummer"), Kind.INTEGER),
        ExportColumn("unntak_for", gettext_lazy("Unntak for")),
        ExportColumn("unntak_til_og_med", gettext_lazy("Unntak til og med"), Kind.DATE),
    )
    what = NameColumn(gettext_lazy("Hva"), export="hendelse")
    period = TextColumn(gettext_lazy("Periode"), export="periode_navn")
    when = TextColumn(gettext_lazy("Når"), export="")
    by = TextColumn(gettext_lazy("Av"), phone_label=gettext_lazy("Av"), export="av")
    about = TextColumn(gettext_lazy("Gjelder"), export="")
    reason = TextColumn(gettext_lazy("Begrunnelse"), muted=True, export="begrunnelse")

    class Meta:
        orderable = False


def log_table(entries: Sequence[LogEntry], *, caption: str) -> LogTable:
    """This will list the log."""
    lines = [
        {
            "what": str(KINDS[entry.kind]),
            "period": period_name(entry.period),
            "when": moment(entry.at),
            "by": entry.by or _("kommandolinjen"),
            "about": _about(entry.person, entry.until),
            "reason": entry.reason,
            "tidspunkt": timezone.localtime(entry.at).replace(microsecond=0),
            "periode": entry.period,
            "unntak_for": entry.person,
            "unntak_til_og_med": entry.until,
        }
        for entry in entries
    ]
    hidden = () if any(entry.person for entry in entries) else ("about",)
    return LogTable(lines, caption=caption, unit="", hide_caption=True, exclude=hidden)


def _about(person: str, until: datetime.date | None) -> str:
    return _("%(person)s, til og med %(until)s") % {"person": person, "until": day(until)} if person else ""


def _link(href: str, label: str, what: str) -> SafeString:
    return format_html('<a href="{}">{}<span class="ds-sr-only"> {}</span></a>', href, label, what)
