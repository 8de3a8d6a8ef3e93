"""The front page: does it go round, who deviates, what changed since the last report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

import budget.front
import climate.front
import hr.front
import investments.front
from budget.addresses import charts_address, deviations_address, node_address, story_address
from budget.findings import drivers as driver_findings
from budget.findings import front as front_findings
from budget.queries.curves import previous_report
from budget.queries.deviations import DeviationRow, Deviations, Known, several
from budget.queries.drivers import explain, parts_of_each
from budget.queries.expected import Expected, curve_and_expected, with_forecasts
from budget.queries.years import FigureYear, figure_years
from budget.selection import Level, Selection
from budget.tables.deviations import explanation
from budget.tables.drivers import areas_table, causes_table, share_table
from budget.views.node import report_name
from budget.views.reading import figures_view
from roros import access
from roros.charts import MonthlyFigures, year_to_date_chart
from roros.components import Fact, PeriodLine
from roros.numbers import Scale, format_amount
from roros.periods import Period
from roros.sections import Section
from roros.wording import capital, lower_first, spelled

MOST_UNITS = 5
MOST_CHANGED = 6


@dataclass(frozen=True)
class Changed:
    """One area's deviation at the last report and now, in kroner."""

    name: str
    href: str
    before: Decimal
    now: Decimal


@figures_view
def front_page(request: HttpRequest) -> HttpResponse:
    """This will show the newest year that has accounts, or say that nothing has been read in yet."""
    years = figure_years()
    if not years:
        return render(request, "roros/front_empty.html", {"may_import": access.may_import(request.user)})
    return render(request, "roros/front.html", _context(request, years))


def newest_selection(years: Mapping[int, FigureYear]) -> Selection:
    """This will return the newest year that has accounts, else the newest with a budget, through its last period."""
    year = next((each for each in years if years[each].has_actuals), max(years))
    return Selection(year, period=years[year].last_period, default_period=years[year].last_period)


def _context(request: HttpRequest, years: Mapping[int, FigureYear]) -> dict[str, object]:
    selection = newest_selection(years)
    year = selection.year
    figures = read_figures(selection, years)
    found = figures.areas
    months, forecasts = curve_and_expected(selection, years, services=bool(found.central))
    return {
        "finding": front_findings.answer(found, selection.as_period),
        "lede": front_findings.lede(found, figures.projects),
        "outlook": outlook(found, forecasts),
        "period": period_line(selection, years[year]),
        "together_finding": front_findings.together(found),
        "together": _together(request, selection, found),
        "curve_finding": driver_findings.curve_finding(months),
        "curve": year_to_date_chart(
            "maned",
            MonthlyFigures(months.actual, months.revised, months.last_year, months.expected),
            selection.as_period,
            title=_("Tjenestene, hittil i år") if found.central else _("Hele kommunen, hittil i år"),
        ),
        "areas_finding": front_findings.areas(found.rows),
        "areas": _areas(request, selection, found),
        "table_address": deviations_address(selection),
        "charts_address": charts_address(selection),
        "units_address": deviations_address(selection, level=Level.VIRKSOMHET),
        **largest_units(request, selection, figures, own=own_units(request.user, figures)),
        **_since_last(selection, figures),
        "sections": _rooms(year),
        "work": access.may_follow_up(request.user),
    }


def outlook(found: Deviations, forecasts: Expected | None) -> str:
    """This will say how the year will end by what the units have forecast; "" for a whole year, or with no forecast."""
    if forecasts is None:
        return ""
    return front_findings.outlook(with_forecasts(found, Level.RAMMEOMRADE, forecasts).total, forecasts.title)


@dataclass(frozen=True)
class FrontFigures:
    """The tables that the page is made of."""

    areas: Deviations
    units: list[DeviationRow]
    projects: list[DeviationRow]  # of the services
    before: Deviations | None  # the areas at the last report
    known: Known


def read_figures(selection: Selection, years: Mapping[int, FigureYear]) -> FrontFigures:
    """This will read all tables of a page with one query."""
    wanted = [replace(selection, level=level) for level in (Level.RAMMEOMRADE, Level.VIRKSOMHET, Level.PROSJEKT)]
    report = previous_report(selection.as_period)
    if report is not None:
        wanted.append(replace(selection, period=report.number))
    areas, units, projects, *before = several(wanted, years)
    known = Known.of(years, selection.year)
    return FrontFigures(areas, list(units.rows), list(projects.rows), before[0] if before else None, known)


def _rooms(year: int) -> list[Section]:
    """What the other rooms tell; a room without figures tells nothing."""
    offered = (
        investments.front.section(year),
        budget.front.decisions_section(),
        hr.front.section(year),
        climate.front.section(),
    )
    return [section for section in offered if section is not None]


def period_line(selection: Selection, year: FigureYear) -> PeriodLine:
    """This will say which figures these are, how fresh, and what was reported before."""
    period = selection.as_period
    report = previous_report(period)
    earlier = None
    if report:
        href = deviations_address(selection, period=report.number)
        earlier = Fact(report_name(report.number, report.year), href=href)
    return PeriodLine(
        as_of=period.ends_on,
        remark=_("årsregnskap") if period.is_year and year.has_actuals else "",
        updated=timezone.localtime(year.updated).date() if year.updated else None,
        previous=earlier,
    )


def _together(request: HttpRequest, selection: Selection, found: Deviations) -> object:
    services = replace(found.total, name=_services_name(len(found.rows)))
    return share_table(
        [services, *found.central],
        found.grand_total,
        node=lambda code: node_address(selection, Level.RAMMEOMRADE, code) if code else deviations_address(selection),
        story=lambda code: story_address(selection.where(rammeomrade=code)) if code else "",
        caption=_("Avvik fra revidert budsjett %(year)s.") % {"year": selection.year},
        unit=_("Millioner kroner"),
        request=request,
    )


def _services_name(count: int) -> str:
    if count == 1:
        return _("Ett rammeområde (tjenestene)")
    number = capital(spelled(count))
    return _("%(count)s rammeområder (tjenestene)") % {"count": number}


def _areas(request: HttpRequest, selection: Selection, found: Deviations) -> object:
    return areas_table(
        found.rows,
        found.total,
        node=lambda code: node_address(selection, Level.RAMMEOMRADE, code),
        story=lambda code: story_address(selection.where(rammeomrade=code)),
        caption=_("Rammeområder, %(period)s.") % {"period": _months(selection.as_period)},
        explanation=explanation(),
        request=request,
    )


def own_units(user: access.Someone, figures: FrontFigures) -> list[DeviationRow]:
    """This will return the units that the user leads, and those of the rammeområder the user is kommunalsjef of."""
    led, headed = access.led_virksomheter(user), {str(number) for number in access.headed_rammeomrader(user)}
    own = [row for row in figures.units if row.code and (row.code in led or row.rammeomrade in headed)]
    return sorted(own, key=_by_size)


def largest_units(
    request: HttpRequest, selection: Selection, figures: FrontFigures, *, own: Sequence[DeviationRow] = ()
) -> dict[str, object]:
    """This will return the units of the services that deviate most, either way, each with what made most of it.

    The reader's own units are told of in the same way, on top.
    """
    largest = sorted((row for row in figures.units if row.deviation), key=_by_size)[:MOST_UNITS]
    codes = list(dict.fromkeys(row.code for row in (*own, *largest)))
    parts = parts_of_each(selection, Level.VIRKSOMHET, codes, Level.ART, figures.known)
    causes = {code: driver_findings.causes(explain(Level.ART, parts[code])) for code in codes}
    told = [(row, causes[row.code]) for row in largest]
    words = {"count": spelled(len(largest)), "year": selection.year}
    caption = _("De %(count)s største avvikene fra revidert budsjett %(year)s.") % words
    if len(largest) == 1:
        caption = _("Det største avviket fra revidert budsjett %(year)s.") % words
    return {
        "units_finding": front_findings.largest_units(largest),
        "told": [
            {
                "name": row.name,
                "href": node_address(selection, Level.VIRKSOMHET, row.code),
                "deviation": row.deviation,
                "causes": text,
            }
            for row, text in told
        ],
        "units": _units_table(request, selection, told, caption),
        **_own(request, selection, [(row, causes[row.code] if row.deviation else "") for row in own]),
    }


def _own(request: HttpRequest, selection: Selection, told: list[tuple[DeviationRow, str]]) -> dict[str, object]:
    if not told:
        return {}
    rows = [row for row, _text in told]
    finding = front_findings.area_sentence(rows[0]) if len(rows) == 1 else front_findings.largest_units(rows)
    caption = _("Det du har ansvaret for, mot revidert budsjett %(year)s.") % {"year": selection.year}
    return {"own_finding": finding, "own": _units_table(request, selection, told, caption)}


def _units_table(
    request: HttpRequest, selection: Selection, told: list[tuple[DeviationRow, str]], caption: str
) -> object:
    return causes_table(
        told,
        node=lambda code: node_address(selection, Level.VIRKSOMHET, code),
        story=lambda code: story_address(selection.where(virksomhet=code)),
        caption=caption,
        unit=_("Millioner kroner"),
        empty_text=_("Ingen virksomheter avviker fra budsjettet i denne perioden."),
        request=request,
    )


def _by_size(row: DeviationRow) -> tuple[Decimal, str]:
    return -abs(row.deviation or Decimal(0)), row.code


def _since_last(selection: Selection, figures: FrontFigures) -> dict[str, object]:
    """Each area's deviation at the last report and now, the largest change first."""
    report = previous_report(selection.as_period)
    found, before = figures.areas, figures.before
    if report is None or before is None:
        return {}
    earlier = {row.code: row.deviation for row in (*before.rows, *before.central)}
    pairs = [
        Changed(
            str(row.name),
            node_address(selection, Level.RAMMEOMRADE, row.code),
            earlier.get(row.code) or Decimal(0),
            row.deviation,
        )
        for row in (*found.rows, *found.central)
        if row.deviation is not None
    ]
    pairs.sort(key=lambda pair: -abs(pair.now - pair.before))
    name = report_name(report.number, report.year).rsplit(" ", 1)[0]
    shown = [pair for pair in pairs if format_amount(pair.now, Scale.MILL) != format_amount(pair.before, Scale.MILL)]
    finding = front_findings.changed([(pair.name, pair.before, pair.now) for pair in pairs], name)
    return {
        "changed_finding": finding,
        "changed": shown[:MOST_CHANGED],
        "changed_from": report.ends_on,
        "changed_to": selection.as_period.ends_on,
    }


def _months(period: Period) -> str:
    return lower_first(period.months)
