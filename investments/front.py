"""What the front page and the meeting page say about the investments: projects off plan."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from investments.findings import year_finding
from investments.models import StatusWord
from investments.queries.projects import ProjectRow, YearOfProjects, projects_nearest
from investments.tables import status_of
from investments.warnings import is_clearly_over
from roros.numbers import NBSP, Scale, format_amount
from roros.sections import Item, Section

MOST = 5


def section(wanted: int) -> Section | None:
    """This will tell which projects are off plan in a year; None without projects."""
    found = projects_nearest(wanted)
    if found is None:
        return None
    year = found.year
    off = off_plan(found)
    left = len(off) - len(off[:MOST])
    note = ngettext("Ett prosjekt til er utenfor planen.", "%(count)s prosjekter til er utenfor planen.", left)
    return Section(
        "prosjekter",
        year_finding(found).heading,
        _("Alle prosjekter i %(year)s") % {"year": year},
        reverse("investments:year", args=[year]),
        items=tuple(_item(row) for row in off[:MOST]),
        note=note % {"count": left} if left else "",
        empty=_("Ingen prosjekter er utenfor planen."),
    )


def off_plan(found: YearOfProjects) -> list[ProjectRow]:
    """This will return the projects that are clearly over their frame, the furthest first, then the delayed ones."""
    over = [row for row in found.named if is_clearly_over(row.approved, row.accrued)]
    delayed = [row for row in found.named if row.status is StatusWord.DELAYED and row not in over]
    over.sort(key=lambda row: (row.remaining, row.code))
    delayed.sort(key=lambda row: (-row.approved, row.code))
    return [*over, *delayed]


def _item(row: ProjectRow) -> Item:
    href = reverse("investments:project", args=[row.code])
    if is_clearly_over(row.approved, row.accrued):
        words = {"accrued": format_amount(row.accrued, Scale.MILL), "approved": format_amount(row.approved, Scale.MILL)}
        figure = _("%(accrued)s av %(approved)s mill.") % words
        return Item(row.called, href, figure.replace(" mill.", f"{NBSP}mill."), note=first_sentence(row.text))
    return Item(row.called, href, status=status_of(row.status), note=first_sentence(row.text))


def first_sentence(text: str) -> str:
    """This will return the first sentence of what the project said, so that the list stays short."""
    first, dot, _rest = text.strip().partition(". ")
    return first + dot.strip()
