"""What the front page says about sick leave: the rammeområder, last year and the target."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hr.addresses import node_address, year_address
from hr.findings import percent, year_finding
from hr.queries.sick_leave import WHOLE, Key, Share, SickLeaveBook, Window, sick_leave_book
from roros.lines import Missing
from roros.sections import Section, fitting_year
from roros.tables import BarColumn, DecimalColumn, FiguresTable, Line, LineKind, NameColumn, Phone
from roros.wording import listed


class FrontTable(FiguresTable):
    """The rammeområder with a bar and the target as a tick."""

    name = NameColumn(gettext_lazy("Område"), href="href")
    bar = BarColumn(gettext_lazy("Sykefravær som søyle"), of="total", over="over", target="target", wide=True)
    before = DecimalColumn(
        gettext_lazy("%(last_year)s"), muted=True, phone=Phone.LEFT, phone_label=gettext_lazy("Før:")
    )
    shown = DecimalColumn(gettext_lazy("%(year)s"), of="total", key=True)

    class Meta:
        orderable = False


def section(wanted: int) -> Section | None:
    """This will tell how high sick leave is in each rammeområde, and about the targets; None without figures.

    Every figure comes through the book, which hides small groups.
    """
    book = sick_leave_book()
    year = fitting_year(book.years, wanted)
    if year is None:
        return None
    records = [_record(book, area, year) for area in book.areas(year)]
    records.sort(key=lambda record: (isinstance(record["total"], Missing), _height(record), record["name"]))
    whole = _record(book, WHOLE, year)
    table = FrontTable(
        records,
        footer=[Line(whole, LineKind.SUM)],
        caption=_("Sykefravær i %(year)s.") % {"year": year},
        unit=_("Prosent av avtalte dagsverk"),
        explanation=_("Strek = mål") if any(record["target"] is not None for record in [*records, whole]) else "",
        words={"year": year, "last_year": year - 1},
    )
    return Section(
        "sykefravaer",
        year_finding(book, year).heading,
        _("Sykefravær per kvartal"),
        year_address(year),
        table=table.html,
        note=target_note(book, year),
    )


def target_note(book: SickLeaveBook, year: int) -> str:
    """This will say which targets are met and which are not; that there are none where none is decided."""
    met: list[str] = []
    missed: list[str] = []
    for key in [WHOLE, *book.areas(year)]:
        target, share = book.target(key, year), book.share(key, Window.year(year))
        if target is None or not isinstance(share, Share):
            continue
        words = {"name": book.name(key) or _("hele kommunen"), "target": percent(target)}
        (met if share.total <= target else missed).append(_("%(name)s (%(target)s)") % words)
    told = []
    if missed:
        told.append(_("Målet er ikke nådd: %(names)s.") % {"names": listed(missed)})
    if met:
        told.append(_("Målet er nådd: %(names)s.") % {"names": listed(met)})
    return " ".join(told) or _("Det er ikke vedtatt mål for %(year)s.") % {"year": year}


def _record(book: SickLeaveBook, key: Key, year: int) -> dict[str, Any]:
    now, before = book.share(key, Window.year(year)), book.share(key, Window.year(year - 1))
    target = book.target(key, year)
    return {
        "name": book.name(key) or _("Hele kommunen"),
        "href": node_address(key, year) if key != WHOLE else "",
        "total": now.total if isinstance(now, Share) else now,
        "before": before.total if isinstance(before, Share) else before,
        "target": target,
        "over": target is not None and isinstance(now, Share) and now.total > target,
    }


def _height(record: dict[str, Any]) -> Any:
    return 0 if isinstance(record["total"], Missing) else -record["total"]
