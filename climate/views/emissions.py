"""The climate page: which way do the emissions go, and are we on the way to the target?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from budget.views.reading import figures_view
from climate.charts import sector_chart
from climate.exports import emissions_file
from climate.findings import (
    disagreement,
    emissions_finding,
    measures_finding,
    municipalities_finding,
    sectors_finding,
    target_facts,
)
from climate.forms import ViewForm
from climate.models import Emission, EmissionTarget, Measure, Population
from climate.queries.emissions import (
    gases_of,
    municipalities_in,
    notes_of,
    places,
    series_of,
)
from climate.queries.measures import measure_row, measures
from climate.queries.targets import Target, current, targets_of
from climate.register_tables import path_table, people_table, register_table
from climate.tables import gas_table, measure_table, municipality_table, sector_table, status_of
from roros import access, history
from roros.components import Crumb
from roros.exports import requested_export
from roros.table_registry import TableQuery


@figures_view
def show_emissions(request: HttpRequest) -> HttpResponse:
    """This will show a municipality's emissions, the way to its target, its neighbours and the measures."""
    known = places()
    may_edit = access.may_edit_registers(request.user)
    if not known.default:
        return render(request, "climate/emissions_none.html", {"trail": trail(), "may_edit": may_edit})
    form = ViewForm(request.GET, places=known)
    municipality, year = form.wanted()
    export = requested_export(request, lambda: emissions_file(TableQuery(year=year)))
    if export is not None:
        return export
    series = series_of(municipality)
    totals = {one: total for one in series.years if (total := series.total(one)) is not None}
    target = current(targets_of(municipality, totals), year)
    since = target.base_year if target and target.base_year <= year else series.years[0]
    neighbours = municipalities_in(year)
    own = next((row for row in neighbours if row.name == municipality), None)
    chart = sector_chart(series, since, year, target, title=_("Utslipp og veien til målet"))
    rows = measures()
    context = {
        "trail": trail(),
        "form": form,
        "municipality": municipality,
        "year": year,
        "is_newest": year == known.years[municipality][0],
        "finding": emissions_finding(series, since, year, target, own.inhabitants if own else None),
        "chart": chart,
        "target": target,
        "target_facts": target_facts(target, year, totals[year]) if target else [],
        "disagreement": disagreement(target) if target else "",
        "sector_heading": sectors_finding(series, since, year),
        "sector_table": sector_table(series, since, year, request=request),
        "notes": notes_of(municipality, [since, year]),
        "years_between": _gap(series.years, since, year),
        "since": since,
        "municipality_heading": municipalities_finding(neighbours),
        "municipality_table": municipality_table(neighbours, year, request=request) if len(neighbours) > 1 else None,
        "gas_table": gas_table(gases_of(municipality, year), year),
        "measure_heading": measures_finding(rows),
        "measure_table": measure_table(rows, request=request),
        "may_edit": may_edit,
    }
    return render(request, "climate/emissions.html", context)


@figures_view
def show_measure(request: HttpRequest, measure_id: int) -> HttpResponse:
    """This will show one measure with its history."""
    measure = get_object_or_404(Measure, pk=measure_id)
    context = {
        "measure": measure,
        "status": status_of(measure_row(measure)),
        "trail": [*trail(), Crumb(measure.title, request.path)],
        "changes": history.changes_of(measure),
        "may_edit": access.may_edit_registers(request.user),
    }
    return render(request, "climate/measure_show.html", context)


@figures_view
def show_target(request: HttpRequest, target_id: int) -> HttpResponse:
    """This will show what one target asks for, year by year, with its history."""
    row = get_object_or_404(EmissionTarget, pk=target_id)
    series = series_of(row.municipality)
    base = series.total(row.base_year)
    target = None if base is None else Target.of(row, base)
    known = [(one, total) for one in series.years if one >= row.base_year and (total := series.total(one)) is not None]
    context = {
        "row": row,
        "target": target,
        "facts": target_facts(target, *known[-1]) if target else [],
        "disagreement": disagreement(target) if target else "",
        "table": path_table(target, series) if target else None,
        "trail": [*trail(), Crumb(row.name, request.path)],
        "changes": history.changes_of(row),
        "may_edit": access.may_edit_registers(request.user),
    }
    return render(request, "climate/target_show.html", context)


@figures_view
def show_register(request: HttpRequest) -> HttpResponse:
    """This will list the single figures behind the climate page, with what was changed in them."""
    known = places()
    form = ViewForm(request.GET, places=known)
    municipality, year = form.wanted() if known.default else ("", 0)
    emissions = list(Emission.objects.filter(municipality=municipality, year=year).order_by("sector", "gas"))
    people = list(Population.objects.filter(municipality=municipality).order_by("-year"))
    notes = notes_of(municipality, [year])
    may_edit = access.may_edit_registers(request.user)
    context = {
        "trail": [*trail(), Crumb(_("Enkelttall"), request.path)],
        "form": form if known.default else None,
        "municipality": municipality,
        "year": year,
        "table": register_table(emissions, municipality, year, may_edit=may_edit, request=request),
        "people_table": people_table(people, municipality, may_edit=may_edit, request=request),
        "notes": notes,
        "changes": history.changes_of(*emissions, *people, *notes),
        "may_edit": may_edit,
    }
    return render(request, "climate/register_list.html", context)


def trail() -> list[Crumb]:
    """This will return the way to the climate page."""
    return [Crumb(_("Oversikt"), "/"), Crumb(_("Klima"), reverse("climate:emissions"))]


def _gap(years: tuple[int, ...], since: int, year: int) -> bool:
    """Whether years between the two are not read in."""
    between = [one for one in years if since < one < year]
    return len(between) < year - since - 1
