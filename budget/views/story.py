"""The story of any figure: how it adds up and where it came from; a whole page, or the panel alone for htmx."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from budget.addresses import deviations_address, node_address
from budget.findings import drivers as driver_findings
from budget.queries.curves import curve
from budget.queries.names import names_of
from budget.queries.story import Figure, figure_story
from budget.selection import ORGANISATION, Level, Selection, SelectionError
from budget.stories import KINDS, LISTED, tell
from budget.views.reading import NoFigures, figures_view, read_selection
from roros.components import Crumb, Fact, PeriodLine
from roros.numbers import Scale, format_amount
from roros.wording import capital


@figures_view
def story(request: HttpRequest, year: int) -> HttpResponse:
    """This will tell how a figure was made; `kolonne` names the column it stands in."""
    selection, years = read_selection(request, year)
    figure = _figure(request)
    names = names_of(selection.filters)
    unknown = [code for level, code in selection.filters.items() if level not in names]
    if unknown:
        raise NoFigures(_("Koden %(code)s finnes ikke") % {"code": unknown[0]}, years)
    found = figure_story(selection, KINDS[figure], LISTED[figure])
    months = curve(selection, years) if figure is Figure.DEVIATION else None
    told = tell(selection, figure, found, reader=request.user, curve=months)
    if getattr(request, "htmx", False):
        return render(request, "budget/_story.html", {"story": told})
    name = subject(selection, names)
    context = {
        "story": told,
        "name": name,
        "heading": _("%(figure)s for %(name)s er %(amount)s kr")
        % {"figure": figure.label, "name": name, "amount": format_amount(told.sums[-1].amounts[0], Scale.KR)},
        "trail": [
            Crumb(_("Oversikt"), "/"),
            Crumb(_("Avvik"), deviations_address(Selection(year))),
            *_node(selection, name),
            Crumb(_("Historien bak tallet"), request.get_full_path()),
        ],
        "period": PeriodLine(as_of=selection.as_period.ends_on, after=[Fact(_("Beløp i"), _("kroner"))]),
    }
    return render(request, "budget/figure_story.html", context)


def subject(selection: Selection, names: Mapping[Level, str]) -> str:
    """This will name inside a sentence what a selection is about: "strøm i Bygningsadministrasjon"."""
    filters = list(selection.filters)
    if not filters:
        return _("hele kommunen")
    inside_out = [level for level in reversed(filters) if level not in ORGANISATION]
    inside_out += [level for level in reversed(filters) if level in ORGANISATION][:1]
    return _(" i ").join(driver_findings.inside(names[level], level) for level in inside_out)


def _node(selection: Selection, name: str) -> list[Crumb]:
    """The node that the figure belongs to: the most detailed of its filters."""
    if not selection.filters:
        return []
    level, code = list(selection.filters.items())[-1]
    return [Crumb(capital(name), node_address(selection, level, code))]


def _figure(request: HttpRequest) -> Figure:
    wanted = request.GET.get("kolonne") or Figure.DEVIATION.value
    if wanted not in list(Figure):
        raise SelectionError([_("Kolonnen «%(name)s» finnes ikke.") % {"name": wanted[:40]}])
    return Figure(wanted)
