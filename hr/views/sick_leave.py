"""Which way does sick leave go, and are we on the target?"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from hr import exports, tables
from hr.addresses import node_address, year_address
from hr.charts import multiples, multiples_numbers, node_chart
from hr.findings import cover_notes, driver, node_finding, share_finding, why_hidden, year_finding
from hr.queries.sick_leave import Key, Level, SickLeaveBook, control, sick_leave_book
from hr.views.reading import SICK_LEAVE, page, period_line, quarter_fact, tabs, trail
from roros import access
from roros.components import Crumb
from roros.exports import requested_export

FILES = {
    "sykefravaer": exports.sick_leave_table,
    "sykefravaer-enhet": exports.units_table,
    "sykefravaer-kvartal": exports.quarters_table,
}


@page
def newest_year(request: HttpRequest) -> HttpResponseBase:
    """This will lead to the newest year with figures, or say that there are none."""
    book = sick_leave_book()
    if book.years:
        return redirect(year_address(book.years[-1]))
    context = {
        "trail": trail(Crumb(_("Sykefravær"), request.path)),
        "tabs": tabs(SICK_LEAVE),
        "may_import": access.may_see_small_groups(request.user),
    }
    return render(request, "hr/sick_leave_empty.html", context)


@page
def show_year(request: HttpRequest, year: int) -> HttpResponseBase:
    """This will show a year: the municipality and the rammeområder over time, and what the sick leave consists of."""
    book = _book(year)
    file = requested_export(request, lambda: FILES[_file_name(request)](book))
    if file is not None:
        return file
    compared, wrong = control(book, year)
    context = {
        **_common(request, book, year),
        "trail": trail(Crumb(_("Sykefravær"), reverse("hr:sick_leave")), Crumb(str(year), request.path)),
        "tabs": tabs(SICK_LEAVE),
        "finding": year_finding(book, year),
        "multiples": multiples(book, year, copper=driver(book, year)),
        "numbers": multiples_numbers(book, year),
        "has_target": any(book.target(area, year) is not None for area in book.areas(year)),
        "share_finding": share_finding(book, year),
        "table": tables.areas_table(book, year, request=request),
        "notes": [note for area in book.areas(year) for note in cover_notes(book, area, year)],
        "files": [
            (_("Rammeområder"), "sykefravaer"),
            (_("Enheter"), "sykefravaer-enhet"),
            (_("Kvartaler"), "sykefravaer-kvartal"),
        ],
        "compared": compared,
        "wrong": [(book.name(one.area), one.printed, one.computed) for one in wrong],
        "may_edit": access.may_edit_staff(request.user),
    }
    return render(request, "hr/sick_leave_year.html", context)


@page
def show_area(request: HttpRequest, year: int, number: int) -> HttpResponseBase:
    """This will show one rammeområde with its units."""
    book = _book(year)
    area = Key(Level.AREA, str(number))
    if area not in book.areas(year):
        raise Http404
    file = requested_export(request, lambda: exports.units_table(book, area=area.code))
    if file is not None:
        return file
    context = {
        **_node(request, book, area, year),
        "units": tables.units_table(book, area, year, request=request),
        "units_heading": _("Enheter i %(name)s") % {"name": book.name(area)},
        "notes": cover_notes(book, area, year),
    }
    return render(request, "hr/sick_leave_node.html", context)


@page
def show_unit(request: HttpRequest, year: int, code: str) -> HttpResponseBase:
    """This will show one unit; of a hidden one only that it is hidden, and why."""
    book = _book(year)
    unit = Key(Level.UNIT, code)
    area = book.area_of(unit, year)
    if area is None:
        raise Http404
    return render(request, "hr/sick_leave_node.html", _node(request, book, unit, year, above=area))


def _node(
    request: HttpRequest, book: SickLeaveBook, key: Key, year: int, *, above: Key | None = None
) -> dict[str, Any]:
    crumbs = [Crumb(_("Sykefravær"), reverse("hr:sick_leave")), Crumb(str(year), year_address(year))]
    if above is not None:
        crumbs.append(Crumb(book.name(above), node_address(above, year)))
    hidden = book.is_hidden(key, year)
    return {
        **_common(request, book, year),
        "trail": trail(*crumbs, Crumb(book.name(key), request.path)),
        "name": book.name(key),
        "finding": node_finding(book, key, year),
        "chart": None if hidden else node_chart(book, key, year),
        "quarters": tables.quarters_table(book, key, year),
        "hidden": why_hidden(book, key, year) if hidden else "",
        "years": [(one, node_address(key, one)) for one in book.years if _has(book, key, one)],
    }


def _common(request: HttpRequest, book: SickLeaveBook, year: int) -> dict[str, Any]:
    return {
        "year": year,
        "period": period_line("sykefravaer", quarter_fact(year, book.last_quarter(year))),
        "years": [(one, year_address(one)) for one in book.years],
    }


def _has(book: SickLeaveBook, key: Key, year: int) -> bool:
    return key in (book.areas(year) if key.level is Level.AREA else book.units(year))


def _book(year: int) -> SickLeaveBook:
    book = sick_leave_book()
    if year not in book.years:
        raise Http404
    return book


def _file_name(request: HttpRequest) -> str:
    name = request.GET.get("tabell", "sykefravaer")
    if name not in FILES:
        raise Http404
    return name
