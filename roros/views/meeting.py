"""Møtemodus: the few things to know in the council hall, on a phone."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

import budget.front
import investments.front
from budget.addresses import deviations_address
from budget.findings import front as front_findings
from budget.queries.expected import expected
from budget.queries.years import FigureYear, figure_years
from budget.selection import Level
from budget.views.reading import figures_view
from roros import access
from roros.components import Crumb
from roros.views.front import largest_units, newest_selection, outlook, period_line, read_figures


@figures_view
def meeting(request: HttpRequest) -> HttpResponse:
    """This will answer, on one short page: is it on track, who deviates most, what is off plan, what is overdue."""
    years = figure_years()
    if not years:
        return render(request, "roros/front_empty.html", {"may_import": access.may_import(request.user)})
    return render(request, "roros/meeting.html", _context(request, years))


def _context(request: HttpRequest, years: Mapping[int, FigureYear]) -> dict[str, object]:
    selection = newest_selection(years)
    figures = read_figures(selection, years)
    sections = (investments.front.section(selection.year), budget.front.decisions_section())
    return {
        "trail": [Crumb(_("Oversikt"), "/"), Crumb(_("Møtemodus"), reverse("meeting"))],
        "period": period_line(selection, years[selection.year]),
        "finding": front_findings.answer(figures.areas, selection.as_period),
        "outlook": outlook(figures.areas, expected(selection)),
        "services": figures.areas.total,
        "table_address": deviations_address(selection),
        "units_address": deviations_address(selection, level=Level.VIRKSOMHET),
        **largest_units(request, selection, figures),
        "sections": [section for section in sections if section is not None],
    }
