"""What every page of figures begins with: which year, which selection, and a clear answer to an impossible address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from budget.queries.years import FigureYear, figure_years
from budget.selection import Selection, SelectionError
from roros import access
from roros.caching import figures_page
from roros.periods import CLOSING
from roros.remembered import scale_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class NoFigures(Http404):
    """There are no figures at this address; the message says what is missing, and the page where there are some."""

    def __init__(self, message: str, years: Mapping[int, FigureYear]) -> None:
        super().__init__(message)
        self.message = message
        self.years = years


def figures_view(view: View[P]) -> View[P]:
    """This will make a page that only reads figures: for those who may see them, 304 when nothing moved.

    An address that asks for something that cannot be is answered with 400 and what is wrong with it, a year or code
    that does not exist with 404 and where there are figures.
    """

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except SelectionError as invalid:
            return render(request, "budget/selection_invalid.html", {"problems": invalid.messages}, status=400)
        except NoFigures as missing:
            context = {"message": missing.message, "years": list(missing.years)}
            return render(request, "budget/figures_missing.html", context, status=404)

    closed: View[P] = access.requires(access.may_see_figures)(figures_page(require_safe(answer)))
    return closed


def read_selection(
    request: HttpRequest, year: int, *, whole_year: bool = False
) -> tuple[Selection, Mapping[int, FigureYear]]:
    """This will return the state that the address asks for and the years with figures; NoFigures for other years.

    Without a period in the address it is through the last month with accounts, or the whole year where that is asked.
    """
    years = figure_years()
    if year not in years:
        raise NoFigures(_("Det finnes ingen tall for %(year)s") % {"year": year}, years)
    default = CLOSING if whole_year else years[year].last_period
    return Selection.read(request.GET, year=year, default_period=default, default_scale=scale_of(request)), years
