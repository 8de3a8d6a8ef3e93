"""The tables of projects: those that need attention first, and as the annual report prints them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from investments.models import StatusWord
from investments.queries.detail import YearLine
from investments.queries.projects import ProjectRow, Totals, YearOfProjects
from investments.warnings import CLEARLY_PERCENT, is_clearly_over
from roros.components import Status, StatusKind, Text
from roros.lines import Missing
from roros.numbers import Scale, format_amount
from roros.tables import (
    AmountColumn,
    DeviationColumn,
    FiguresTable,
    Line,
    LineKind,
    NameColumn,
    Phone,
    RatioBarColumn,
    StatusColumn,
)

STATUS_KINDS = {
    StatusWord.ON_PLAN: StatusKind.ON_PLAN,
    StatusWord.DELAYED: StatusKind.DELAYED,
    StatusWord.DONE: StatusKind.DONE,
    StatusWord.NOT_ASSESSED: StatusKind.NOT_ASSESSED,
    StatusWord.NOT_STARTED: StatusKind.NOT_STARTED,
    StatusWord.ON_HOLD: StatusKind.RETURNED,
}


class Group(StrEnum):
    """Where a project stands in the list, those that need attention first; the value stands in the URL."""

    OVER = "over"
    DELAYED = "forsinket"
    ON_HOLD = "pa-vent"
    ON_PLAN = "iht-plan"
    NOT_STARTED = "ikke-startet"
    DONE = "ferdig"
    NOT_ASSESSED = "ikke-vurdert"
    NO_STATUS = "uten-status"
    OTHERS = "ovrige"

    @property
    def label(self) -> str:
        """What the group is called."""
        return str(_GROUP_LABELS[self])


_GROUP_LABELS: dict[Group, Text] = {
    Group.OVER: gettext_lazy("Klart over rammen"),
    Group.DELAYED: gettext_lazy("Forsinket"),
    Group.ON_HOLD: gettext_lazy("På vent"),
    Group.ON_PLAN: gettext_lazy("Iht. plan"),
    Group.NOT_STARTED: gettext_lazy("Ikke startet"),
    Group.DONE: gettext_lazy("Ferdig"),
    Group.NOT_ASSESSED: gettext_lazy("Ikke vurdert"),
    Group.NO_STATUS: gettext_lazy("Uten status"),
    Group.OTHERS: gettext_lazy("Øvrige prosjekter"),
}
_OF_STATUS = {
    StatusWord.DELAYED: Group.DELAYED,
    StatusWord.ON_HOLD: Group.ON_HOLD,
    StatusWord.ON_PLAN: Group.ON_PLAN,
    StatusWord.NOT_STARTED: Group.NOT_STARTED,
    StatusWord.DONE: Group.DONE,
    StatusWord.NOT_ASSESSED: Group.NOT_ASSESSED,
}
CALM = (Group.ON_PLAN, Group.NOT_STARTED, Group.DONE, Group.NOT_ASSESSED, Group.NO_STATUS)


class Arrangement(StrEnum):
    """How the list is divided; the value stands in the URL."""

    ATTENTION = "oppmerksomhet"
    RAMMEOMRADE = "rammeomrade"

    @property
    def label(self) -> str:
        """What the control says."""
        return _("Det som trenger oppmerksomhet") if self is Arrangement.ATTENTION else _("Rammeområde")


@dataclass(frozen=True)
class Shown:
    """A line as the columns read it."""

    name: str
    approved: Decimal | Missing | None = None
    accrued: Decimal | None = None
    remaining: Decimal | None = None
    revised: Decimal | Missing | None = None
    actual: Decimal | None = None
    status: Status | None = None
    href: str = ""


def status_of(word: StatusWord | str | None) -> Status | None:
    """This will return a status with its look; None when nothing was reported."""
    return Status(StatusWord(word).label, STATUS_KINDS[StatusWord(word)]) if word else None


def group_of(row: ProjectRow) -> Group:
    """This will return the first group that fits the project."""
    if row.is_other:
        return Group.OTHERS
    if is_clearly_over(row.approved, row.accrued):
        return Group.OVER
    return _OF_STATUS[row.status] if row.status else Group.NO_STATUS


def groups_of(rows: Sequence[ProjectRow]) -> dict[Group, list[ProjectRow]]:
    """This will divide the projects: the most over first, else the largest frame first; empty groups are left out."""
    found: dict[Group, list[ProjectRow]] = {}
    for group in Group:
        inside = [row for row in rows if group_of(row) is group]
        if inside:
            inside.sort(key=lambda row: row.remaining if group is Group.OVER else -row.approved or -row.accrued)
            found[group] = inside
    return found


class ProjectTable(FiguresTable):
    """Projects with their frame, what is used of it, and the year."""

    css = "inv spaced"
    name = NameColumn(gettext_lazy("Prosjekt"), href="href", orderable=False)
    approved = AmountColumn(
        gettext_lazy("Vedtatt ramme"), phone=Phone.LEFT, phone_label=gettext_lazy("Ramme"), orderable=False
    )
    accrued = AmountColumn(
        gettext_lazy("Brukt i alt"), phone=Phone.BESIDE, phone_label=gettext_lazy("Brukt"), orderable=False
    )
    bar = RatioBarColumn(gettext_lazy("Brukt av rammen"), of="accrued", frame="approved")
    remaining = DeviationColumn(gettext_lazy("Igjen av rammen"), orderable=False)
    revised = AmountColumn(gettext_lazy("Revidert budsjett %(year)s"), wide_only=True, orderable=False)
    actual = AmountColumn(gettext_lazy("Regnskap %(year)s"), wide_only=True, orderable=False)
    status = StatusColumn(gettext_lazy("Status"), orderable=False)


class YearTable(FiguresTable):
    """The money of one project over the years."""

    css = "spaced"
    name = NameColumn(gettext_lazy("År"), orderable=False)
    revised = AmountColumn(gettext_lazy("Revidert budsjett"), orderable=False)
    actual = AmountColumn(
        gettext_lazy("Regnskap"), phone=Phone.LEFT, phone_label=gettext_lazy("Regnskap"), orderable=False
    )
    accrued = AmountColumn(
        gettext_lazy("Brukt i alt"), phone=Phone.BESIDE, phone_label=gettext_lazy("I alt"), orderable=False
    )
    remaining = DeviationColumn(gettext_lazy("Igjen av rammen"), orderable=False)


def project_table(
    found: YearOfProjects,
    *,
    arrangement: Arrangement,
    group: Group | None,
    scale: Scale,
    others_href: str,
    request: HttpRequest | None = None,
) -> ProjectTable:
    """This will make the list of a year's projects, all of them or one group."""
    if group is not None:
        lines, footer = _one_group(found, group)
    elif arrangement is Arrangement.RAMMEOMRADE:
        lines, footer = _by_rammeomrade(found, others_href), [_sum(_("Sum"), found.total, LineKind.GRAND)]
    else:
        lines, footer = _by_attention(found), _attention_footer(found, others_href)
    first = _("De som trenger oppmerksomhet, står først.") if arrangement is Arrangement.ATTENTION and not group else ""
    rule = _("Søylen viser brukt av rammen; streken er hele rammen, og søylen stopper ved det dobbelte.")
    table = ProjectTable(
        lines,
        footer=footer,
        caption=first or _("Investeringsprosjekter %(year)s.") % {"year": found.year},
        explanation=rule,
        words={"year": found.year},
        scale=scale,
        empty_text=_("Ingen prosjekter i dette utvalget."),
        request=request,
    )
    table.explained[Missing.MEANINGLESS] = _("«–» betyr at prosjektet ikke har egen ramme.")
    return table


def year_table(lines: Sequence[YearLine], *, scale: Scale) -> YearTable:
    """This will make the table of the money over the years."""
    shown = [
        Shown(
            name=_("Til og med %(year)s") % {"year": line.year} if line.is_opening else str(line.year),
            revised=Missing.UNKNOWN if line.revised is None else line.revised,
            actual=line.actual,
            accrued=line.accrued,
            remaining=line.remaining,
        )
        for line in lines
    ]
    return YearTable(shown, caption=_("Budsjett og regnskap per år."), scale=scale)


def over_label(found: Group) -> str:
    """This will name a group with its rule, where it has one."""
    if found is not Group.OVER:
        return found.label
    limit = format_amount(settings.DEVIATION_LIMIT_AMOUNT)
    return _("Klart over rammen (minst %(limit)s kr og %(percent)s prosent)") % {
        "limit": limit,
        "percent": CLEARLY_PERCENT,
    }


def _line(row: ProjectRow) -> Shown:
    return Shown(
        name=row.name,
        approved=row.approved or Missing.MEANINGLESS,
        accrued=row.accrued,
        remaining=row.remaining,
        revised=row.revised,
        actual=row.actual,
        status=status_of(row.status),
        href=reverse("investments:project", args=[row.code]),
    )


def _sum(name: str, sums: Totals, kind: LineKind, href: str = "") -> Line:
    shown = Shown(
        name, sums.approved or Missing.MEANINGLESS, sums.accrued, sums.remaining, sums.revised, sums.actual, href=href
    )
    return Line(shown, kind, has_bar=False)


def _by_attention(found: YearOfProjects) -> list[Line]:
    return [
        Line(
            Shown(over_label(group)),
            LineKind.GROUP,
            children=tuple(Line(_line(row)) for row in rows),
            open=True,
            fold_narrow=group in CALM,
        )
        for group, rows in groups_of(found.named).items()
    ]


def _attention_footer(found: YearOfProjects, others_href: str) -> list[Line]:
    footer = [_sum(_("Sum"), found.total, LineKind.GRAND)]
    if found.others:
        name = _("Øvrige prosjekter (%(count)s)") % {"count": len(found.others)}
        footer.insert(0, _sum(name, Totals.of(found.others), LineKind.SUB, others_href))
    return footer


def _by_rammeomrade(found: YearOfProjects, others_href: str) -> list[Line]:
    lines = []
    for number in sorted({row.rammeomrade for row in found.rows}):
        inside = [row for row in found.rows if row.rammeomrade == number]
        children = [Line(_line(row)) for row in inside if not row.is_other]
        if others := [row for row in inside if row.is_other]:
            children.append(_sum(_("Sum øvrige prosjekter"), Totals.of(others), LineKind.SUB, others_href))
        children.append(_sum(_("Sum"), Totals.of(inside), LineKind.SUM))
        lines.append(Line(Shown(inside[0].rammeomrade_name), LineKind.GROUP, tuple(children), open=True))
    return lines


def _one_group(found: YearOfProjects, group: Group) -> tuple[list[Line], list[Line]]:
    rows = groups_of(found.rows).get(group, [])
    return [Line(_line(row)) for row in rows], [_sum(_("Sum"), Totals.of(rows), LineKind.GRAND)] if rows else []
