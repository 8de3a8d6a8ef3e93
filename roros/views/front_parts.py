"""Parts of the front page that come after the page itself: each is a page of its own, at its own address.

The måltall are below the first screen. What waits for the reader changes with every draft and is never kept.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

import budget.front
from budget.front_work import work_of
from budget.queries.years import figure_years
from budget.views.reading import figures_view
from roros import access
from roros.components import Crumb
from roros.views.front import newest_selection


@figures_view
def targets(request: HttpRequest) -> HttpResponse:
    """This will tell which targets are met, for the front page."""
    years = figure_years()
    section = budget.front.indicators_section(newest_selection(years).year) if years else None
    return _part(request, "front_targets", _("Måltallene i korte trekk"), {"section": section})


@access.requires(access.may_follow_up)
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """This will tell what waits for the reader in the open round, and for økonomi how it stands."""
    return _part(request, "front_work", _("Det som venter på deg"), {"work": work_of(request.user)})


def _part(request: HttpRequest, url_name: str, title: str, context: dict[str, object]) -> HttpResponse:
    """The part alone for htmx; with the frame of a page around it for anybody who comes to its address."""
    trail = [Crumb(_("Oversikt"), "/"), Crumb(title, reverse(url_name))]
    page = "part" if request.headers.get("HX-Request") else "page"
    return render(request, f"roros/{url_name}_{page}.html", {"trail": trail, "title": title, **context})
