"""The page that draws deviations: where the shape tells more than a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from budget.addresses import charts_address, deviations_address, node_address, story_address
from budget.charts.deviations import parts_chart, waterfall_chart
from budget.charts.whole import whole_chart
from budget.exports import files as exports
from budget.findings import drivers as driver_findings
from budget.findings import front as front_findings
from budget.findings.deviations import deviation_finding, whole_finding
from budget.forms.view import ViewForm
from budget.queries.curves import Curve, curve
from budget.queries.deviations import Deviations, deviations
from budget.queries.names import names_of
from budget.queries.years import FigureYear
from budget.selection import ORGANISATION, Level, Selection
from budget.tables.drivers import parts_table
from budget.views.reading import NoFigures, figures_view, read_selection
from roros.charts import Chart, MonthlyFigures, year_to_date_chart
from roros.components import Crumb, Fact, PeriodLine
from roros.exports import requested_export
from roros.numbers import Scale


@figures_view
def deviation_charts(request: HttpRequest, year: int) -> HttpResponse:
    """This will draw the way from budget to accounts, the parts that deviate, and the year month by month."""
    asked, years = read_selection(request, year)
    names = names_of(asked.filters)
    for level, code in asked.filters.items():
        if level not in names:
            raise NoFigures(_("%(level)s %(code)s finnes ikke") % {"level": level.label, "code": code}, years)
    level = _level(asked)
    selection = replace(asked, level=level, opened=(), grouped=True)
    found = deviations(selection, years)
    table = parts_table(
        level,
        found.rows,
        found.total,
        selection,
        node=lambda code: drill_address(selection, level, code),
        story=lambda code: story_address(selection.where(**{level.value: code})),
        exclude=("bar",),  # the figure beside has them
        request=request,
    )
    file = requested_export(request, lambda: table.export(f"avvik-{level.value}", title=_("Avvik")))
    if file is not None:
        return file
    months = curve(selection, years, services=bool(found.central))
    source = exports.source(years, selection)
    everything = [*found.rows, *found.central]
    context = {
        "trail": _trail(selection, names),
        "period": _period_line(selection, years[year]),
        "finding": deviation_finding(selection, found, subject=next(iter(reversed(names.values())), "")),
        "controls": ViewForm.of(selection, years[year]),
        "controls_summary": f"{selection.as_period.months} · {selection.scale.label}",
        "waterfall_finding": front_findings.together(found),
        "waterfall": None
        if names
        else waterfall_chart(
            everything,
            found.grand_total,
            source=source,
            data=_csv(deviations_address(replace(selection, level=Level.RAMMEOMRADE))),
        ),
        **({} if names else _whole(selection, years, found, source)),
        "parts_finding": driver_findings.parts_finding(level, found.rows),
        "parts": parts_chart(
            level,
            found.rows,
            href=lambda code: drill_address(selection, level, code),
            source=source,
            data=_csv(charts_address(selection)),
        ),
        "table": table,
        "curve_finding": driver_findings.curve_finding(months),
        "curve": _curve(months, selection, source, services=bool(found.central)),
        "table_address": deviations_address(selection),
    }
    return render(request, "budget/deviation_charts.html", context)


def _whole(selection: Selection, years: Mapping[int, FigureYear], found: Deviations, source: str) -> dict[str, object]:
    """The picture of the whole budget, for the page of the whole municipality."""
    by_unit = replace(selection, level=Level.VIRKSOMHET)
    units = deviations(by_unit, years, grouped=True).rows
    data = _csv(deviations_address(by_unit))
    return {
        "whole_finding": whole_finding(found.rows),
        "whole": whole_chart(found.rows, units, source=source, data=data),
    }


def drill_address(selection: Selection, level: Level, code: str) -> str:
    """This will return where a bar leads: the figures of the part, and from the last level the page of the node."""
    if level in (Level.RAMMEOMRADE, Level.VIRKSOMHET):
        return charts_address(selection.where(**{level.value: code}))
    return node_address(selection, level, code)


def _level(selection: Selection) -> Level:
    """The level below the most detailed part of the organisation that is filtered on."""
    reached = [place for place, level in enumerate(ORGANISATION) if level in selection.filters]
    return list(Level)[max(reached) + 1] if reached else Level.RAMMEOMRADE


def _csv(address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'_export': 'csv'})}"


def _trail(selection: Selection, names: Mapping[Level, str]) -> list[Crumb]:
    """From the whole into the part, each step a page of figures."""
    whole = selection.where(**{level.value: None for level in Level})
    trail = [
        Crumb(_("Oversikt"), "/"),
        Crumb(_("Avvik"), deviations_address(replace(whole, level=Level.RAMMEOMRADE))),
        Crumb(_("Figurer"), charts_address(whole)),
    ]
    held = whole
    for level, name in names.items():
        held = held.where(**{level.value: selection.filters[level]})
        trail.append(Crumb(name, charts_address(held)))
    return trail


def _period_line(selection: Selection, year: FigureYear) -> PeriodLine:
    period = selection.as_period
    return PeriodLine(
        as_of=period.ends_on,
        remark=_("årsregnskap") if period.is_year and year.has_actuals else "",
        updated=timezone.localtime(year.updated).date() if year.updated else None,
        after=[Fact(_("Beløp i"), selection.scale.label)],
    )


def _curve(months: Curve, selection: Selection, source: str, *, services: bool) -> Chart | None:
    values = [*months.actual, *months.revised, *months.last_year]
    if not any(values):
        return None
    largest = max(abs(value) for value in values)
    return year_to_date_chart(
        "maned",
        MonthlyFigures(months.actual, months.revised, months.last_year, months.expected),
        selection.as_period,
        title=_("Tjenestene, hittil i år") if services else _("Hittil i år"),
        scale=Scale.MILL if largest >= Scale.MILL.divisor else Scale.TKR,
        source=source,
    )
