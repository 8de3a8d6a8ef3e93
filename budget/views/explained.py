"""Why a row is past the limit, in short: what drives the deviation, and what the leader said in a signed round."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from budget.addresses import deviations_address, explained_address, node_address
from budget.findings import drivers as driver_findings
from budget.queries.deviations import Known
from budget.queries.drivers import explain, node_figures
from budget.queries.explanations import signed_explanation
from budget.queries.names import names_of
from budget.queries.rounds import title_of
from budget.rich_text import rendered
from budget.selection import Level
from budget.views.reading import NoFigures, figures_view, read_selection
from roros.components import Crumb

WIDEST = 30  # columns


@figures_view
def explained(request: HttpRequest, year: int, level: Level, code: str) -> HttpResponse:
    """This will tell it as a row under the one that asked, or as a page of its own."""
    asked, years = read_selection(request, year)
    selection = replace(asked.where(**{level.value: code}), level=level)
    name = names_of({level: code}).get(level)
    if name is None:
        raise NoFigures(_("Koden %(code)s finnes ikke") % {"code": code}, years)
    found = node_figures(selection, [Level.ART], Known.of(years, year))
    drivers = explain(Level.ART, found.parts[Level.ART])
    said = signed_explanation(year, level.value, code)
    width = request.GET.get("rad", "")
    context = {
        "name": name,
        "finding": driver_findings.node_finding(name, level, found.whole, drivers, selection.as_period),
        "causes": driver_findings.causes(drivers) if found.whole.deviation else "",
        "said": said,
        "round": title_of(said.round) if said else "",
        "texts": [
            (label, rendered(text))
            for label, text in (
                (_("Årsak"), said.cause),
                (_("Konsekvens"), said.consequence),
                (_("Tiltak"), said.measure),
            )
            if text
        ]
        if said
        else [],
        "node": node_address(selection, level, code),
        "width": int(width) if width.isdecimal() and 0 < int(width) <= WIDEST else 1,
        "trail": [
            Crumb(_("Oversikt"), "/"),
            Crumb(_("Avvik"), deviations_address(selection.where(**{level.value: None}))),
            Crumb(_("Forklaring"), explained_address(selection, level, code)),
        ],
    }
    page = "row" if request.headers.get("HX-Request") else "page"
    return render(request, f"budget/explained_{page}.html", context)
