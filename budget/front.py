"""What the front page and the meeting page say about decisions and måltall."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from budget.findings.registers import decisions_finding, indicators_finding, short_name, with_unit
from budget.queries.decisions import DecisionRow, newest_decisions
from budget.queries.maltall import IndicatorRow, indicator_years, indicators
from budget.tables.registers import MET, NOT_MET, ValueColumn, decision_status, followup_text, target_text
from roros.components import Status, StatusKind
from roros.numbers import NO_FIGURE
from roros.sections import Item, Section, fitting_year
from roros.tables import FiguresTable, NameColumn, Phone, StatusColumn, TextColumn
from roros.templatetags.figures import day

MOST = 5
NOT_JUDGED = Status(gettext_lazy("Ikke vurdert"), StatusKind.NOT_ASSESSED)


class TargetTable(FiguresTable):
    """The indicators against their targets, on few columns."""

    name = NameColumn(gettext_lazy("Måltall"), href="href")
    target = TextColumn(gettext_lazy("Mål"), phone=Phone.LEFT, phone_label=gettext_lazy("Mål:"))
    own = ValueColumn(gettext_lazy("%(year)s"), key=True, phone=Phone.FIRST)
    status = StatusColumn(gettext_lazy("Status"))

    class Meta:
        orderable = False


def indicators_section(wanted: int) -> Section | None:
    """This will tell which targets are met in a year; None without values."""
    year = fitting_year(indicator_years(), wanted)
    if year is None:
        return None
    rows = [row for row in indicators(year) if row.own is not None]
    caption = _("Måltall for %(name)s kommune i %(year)s.") % {"name": settings.MUNICIPALITY_NAME, "year": year}
    lines = [_indicator_line(row) for row in rows if row.target is not None]
    table = TargetTable(lines, caption=caption, unit="", words={"year": str(year)})
    without = len(rows) - len(lines)
    note = ngettext("Ett måltall har ikke mål.", "%(count)s måltall har ikke mål.", without) % {"count": without}
    return Section(
        "maltall",
        indicators_finding(rows, year),
        _("Alle måltall"),
        f"{reverse('budget:indicators')}?ar={year}",
        table=table.html if lines else None,
        note=note if without and lines else "",
        empty=_("Kommunestyret har ikke vedtatt mål for dette året."),
    )


def _indicator_line(row: IndicatorRow) -> dict[str, object]:
    return {
        "name": short_name(row.name).partition(" i prosent av ")[0],
        "href": reverse("budget:indicator", args=[row.code]) + f"?ar={row.year}",
        "own": with_unit(row.own.value, row.unit) if row.own else NO_FIGURE,
        "target": target_text(row),
        "status": NOT_JUDGED if row.is_met is None else MET if row.is_met else NOT_MET,
    }


def decisions_section() -> Section | None:
    """This will tell which decisions have passed their deadline; None without decisions."""
    rows = newest_decisions()
    if rows is None:
        return None
    overdue = sorted((row for row in rows if row.overdue), key=lambda row: (str(row.deadline), row.code))
    left = len(overdue) - len(overdue[:MOST])
    note = ngettext("Ett vedtak til har passert fristen.", "%(count)s vedtak til har passert fristen.", left)
    return Section(
        "vedtak",
        decisions_finding(rows, filtered=False),
        _("Alle vedtak kommunestyret har bedt om"),
        reverse("budget:decisions"),
        items=tuple(_decision_item(row) for row in overdue[:MOST]),
        note=note % {"count": left} if left else "",
        empty=_("Ingen vedtak har passert fristen."),
    )


def _decision_item(row: DecisionRow) -> Item:
    note = _("Frist %(day)s.") % {"day": day(row.deadline)}
    if row.followup is not None:
        note = f"{note} {_('Sist behandlet: %(when)s.') % {'when': followup_text(row)}}"
    return Item(row.title, reverse("budget:decision", args=[row.code]), status=decision_status(row.status), note=note)
