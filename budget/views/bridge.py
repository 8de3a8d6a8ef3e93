"""The bridge from original to revised budget: each adopted amendment and what it did, for any node."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budget.addresses import amendments_address, bridge_address, deviations_address, node_address
from budget.charts.bridge import bridge_chart
from budget.forms.view import ViewForm
from budget.queries.bridge import Bridge, bridge
from budget.queries.deviations import Known
from budget.queries.names import names_of
from budget.selection import WITHOUT, Level, Selection
from budget.tables.amendments import node_bridge_table
from budget.views.node import LONGEST_CODE
from budget.views.reading import NoFigures, figures_view, read_selection
from budget.views.story import subject
from roros.components import Crumb, Fact, PeriodLine
from roros.exports import requested_export
from roros.periods import CLOSING
from roros.wording import capital, money, spelled


@figures_view
def bridge_of_all(request: HttpRequest, year: int) -> HttpResponse:
    """This will show the bridge of the whole municipality, or of the filters in the address."""
    return _bridge(request, year, None, "")


@figures_view
def bridge_of_node(request: HttpRequest, year: int, level: Level, code: str) -> HttpResponse:
    """This will show the bridge of one node."""
    if len(code) > LONGEST_CODE or not code.isprintable():
        raise Http404  # no code can be so
    return _bridge(request, year, level, "" if code == WITHOUT and level.without else code)


def _bridge(request: HttpRequest, year: int, level: Level | None, code: str) -> HttpResponse:
    selection, years = read_selection(request, year, whole_year=True)  # the budget is decided for a year
    if level is not None:
        selection = replace(selection.where(**{level.value: code}), level=level)
    names = names_of(selection.filters)
    unknown = [code for level, code in selection.filters.items() if level not in names]
    if unknown:
        raise NoFigures(_("Koden %(code)s finnes ikke") % {"code": unknown[0]}, years)
    found = bridge(selection, Known.of(years, year))
    table = node_bridge_table(found, selection)
    name = capital(subject(selection, names))
    part = f"{level.value}-{code or WITHOUT}" if level else "kommunen"
    file = requested_export(request, lambda: table.export(f"bro-{year}-{part}", title=name))
    if file is not None:
        return file
    trail = [Crumb(_("Oversikt"), "/"), Crumb(_("Avvik"), deviations_address(Selection(year)))]
    if level is not None:
        trail.append(Crumb(names[level], node_address(replace(selection, period=CLOSING), level, code)))
    trail.append(Crumb(_("Fra opprinnelig til revidert"), bridge_address(selection, level, code)))
    context = {
        "name": name,
        "finding": _finding(found, name),
        "trail": trail,
        "period": PeriodLine(
            before=[Fact(f"{level.label} {code}")] if level and code else [],
            after=[Fact(_("Budsjett"), selection.as_period.months), Fact(_("Beløp i"), selection.scale.label)],
        ),
        "controls": ViewForm.of(selection, years[year]),
        "controls_summary": f"{selection.as_period.months} · {selection.scale.label}",
        "table": table,
        "chart": bridge_chart(found),
        "all_amendments": amendments_address(replace(selection, period=CLOSING, default_period=CLOSING)),
    }
    return render(request, "budget/bridge.html", context)


def _finding(found: Bridge, name: str) -> str:
    """How the budget came from original to revised, in a sentence."""
    if found.original is None or found.revised is None:
        return _("Det er ikke lest inn noe budsjett for %(name)s") % {"name": name}
    if not found.steps:
        return _("%(name)s: budsjettet er ikke endret") % {"name": name}
    count = ngettext("%(count)s endring", "%(count)s endringer", len(found.steps)) % {
        "count": spelled(len(found.steps))
    }
    words = {"name": name, "count": count, "amount": money(found.change)}
    if not found.change:
        return _("%(name)s: %(count)s, samme sum") % words
    if found.change > 0:
        return _("%(name)s: %(count)s ga %(amount)s mer") % words
    return _("%(name)s: %(count)s tok %(amount)s") % words
