"""The page of one node: why it deviates, and whether the figure can be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from budget.addresses import bridge_address, deviations_address, node_address, story_address
from budget.findings import drivers as driver_findings
from budget.forms.view import ViewForm
from budget.queries.curves import Curve, curve, previous_report
from budget.queries.deviations import DeviationRow, Known
from budget.queries.drivers import Drivers, NodeFigures, explain, node_figures
from budget.queries.names import names_of
from budget.queries.story import Figure, figure_story
from budget.queries.years import FigureYear
from budget.selection import ORGANISATION, WITHOUT, Level, Selection
from budget.stories import KINDS, LISTED, tell
from budget.tables.drivers import PartsTable, drivers_table, parts_table
from budget.views.reading import NoFigures, figures_view, read_selection
from budget.views.story import subject
from roros.charts import Chart, MonthlyFigures, year_to_date_chart
from roros.components import Crumb, Fact, KeyFigure, PeriodLine
from roros.exports import requested_export
from roros.numbers import Scale, format_amount, format_percent
from roros.wording import capital

LONGEST_CODE = 20


@figures_view
def node(request: HttpRequest, year: int, level: Level, code: str) -> HttpResponse:
    """This will show a node of any level, with further filters from the address."""
    own = level
    if len(code) > LONGEST_CODE or not code.isprintable():
        raise Http404  # no code can be so
    asked, years = read_selection(request, year)
    code = "" if code == WITHOUT and own.without else code
    selection = replace(asked.where(**{own.value: code}), level=own)
    names = names_of(selection.filters)
    unknown = [code for level, code in selection.filters.items() if level not in names]
    if unknown:
        raise NoFigures(_("Koden %(code)s finnes ikke") % {"code": unknown[0]}, years)
    known = Known.of(years, year)
    found = node_figures(selection, Level, known)
    name = capital(subject(selection, names))

    parts_level = _parts_level(selection, found)
    parts = _parts(request, parts_level, found, selection)
    export = requested_export(request, lambda: parts.export(f"avvik-{own.value}-{code or WITHOUT}", title=name))
    if export is not None:
        return export

    driver_levels = _driver_levels(selection, found, parts_level)
    drivers = [explain(one, found.parts[one]) for one in driver_levels]
    figure = _told(found.whole)
    months = curve(selection, years)
    story = figure_story(selection, KINDS[figure], LISTED[figure])
    detail = list(selection.filters)[-1]
    finding = driver_findings.node_finding(name, detail, found.whole, drivers[0], selection.as_period)
    context = {
        "name": name,
        "finding": finding,
        "trail": _trail(own, selection, found, names),
        "period": _period_line(own, code, selection, years[year]),
        "controls": ViewForm.of(selection, years[year]),
        "controls_summary": f"{selection.as_period.months} · {selection.scale.label}",
        "figures": _key_figures(selection, found.whole),
        "chart": _chart(months, selection, name),
        "chart_finding": driver_findings.curve_finding(months),
        "drivers": [_driver(request, selection, one) for one in drivers if figure is Figure.DEVIATION],
        "parts": parts,
        "parts_finding": driver_findings.parts_finding(parts_level, found.parts[parts_level]),
        "story": tell(selection, figure, story, reader=request.user, curve=months),
        "table_address": deviations_address(selection, level=parts_level),
        "bridge_address": bridge_address(selection, own, code),
    }
    return render(request, "budget/node_detail.html", context)


def _told(row: DeviationRow) -> Figure:
    """The figure whose story the page tells: the deviation, or what there is where one side is missing."""
    if row.deviation is not None:
        return Figure.DEVIATION
    return Figure.ACTUAL if row.revised is None else Figure.REVISED


def _parts_level(selection: Selection, found: NodeFigures) -> Level:
    """The first level below that tells parts apart; art only where nothing else does."""
    filters = selection.filters
    reached = max((list(Level).index(level) for level in filters if level in ORGANISATION), default=-1)
    below = [level for place, level in enumerate(Level) if place > reached and level not in filters]
    several = [level for level in below if len(found.parts[level]) > 1 and level is not Level.ART]
    alone: list[Level] = [level for level in below if level is not Level.ART]
    return next(iter([*several, *alone]), Level.ART)


def _driver_levels(selection: Selection, found: NodeFigures, parts_level: Level) -> list[Level]:
    """The arts first; then the ansvar, where the list of parts does not show them already."""
    causes: tuple[Level, ...] = (Level.ART, Level.TJENESTE, Level.ANSVAR, Level.PROSJEKT)
    levels: list[Level] = [next((level for level in causes if level not in selection.filters), Level.ART)]
    if (
        Level.ANSVAR not in selection.filters
        and parts_level is not Level.ANSVAR
        and Level.ANSVAR not in levels
        and len(found.parts[Level.ANSVAR]) > 1
    ):
        levels.append(Level.ANSVAR)
    return levels


def _driver(request: HttpRequest, selection: Selection, drivers: Drivers) -> dict[str, object]:
    level = drivers.level
    return {
        "id": level.value,
        "finding": driver_findings.drivers_finding(drivers),
        "table": drivers_table(
            drivers,
            selection,
            node=lambda part: node_address(selection, level, part),
            story=lambda part: story_address(selection.where(**{level.value: part})),
            request=request,
            prefix=f"{level.value}-",
        ),
    }


def _parts(request: HttpRequest, level: Level, found: NodeFigures, selection: Selection) -> PartsTable:
    return parts_table(
        level,
        found.parts[level],
        found.whole,
        selection,
        node=lambda part: node_address(selection, level, part),
        story=lambda part: story_address(selection.where(**{level.value: part})),
        request=request,
    )


def _trail(own: Level, selection: Selection, found: NodeFigures, names: Mapping[Level, str]) -> list[Crumb]:
    """Overview, deviations, the one part above at each level of the organisation, the page itself."""
    trail = [Crumb(_("Oversikt"), "/"), Crumb(_("Avvik"), deviations_address(Selection(selection.year)))]
    for level in ORGANISATION:
        above = found.parts[level]
        if level is own:
            break
        if len(above) == 1 and above[0].code:
            label = names.get(level, above[0].name)
            trail.append(Crumb(label, node_address(Selection(selection.year), level, above[0].code)))
    return [*trail, Crumb(names[own], node_address(selection, own, getattr(selection, own.value)))]


def _period_line(own: Level, code: str, selection: Selection, year: FigureYear) -> PeriodLine:
    period = selection.as_period
    before = [Fact(f"{own.label} {code}")] if code else []
    report = previous_report(period)
    earlier = None
    if report:
        href = node_address(replace(selection, period=report.number), own, code)
        earlier = Fact(report_name(report.number, report.year), href=href)
    return PeriodLine(
        as_of=period.ends_on,
        remark=_("årsregnskap") if period.is_year and (year.last_actual or 0) >= 12 else "",
        updated=timezone.localtime(year.read_on).date() if year.read_on else None,
        previous=earlier,
        before=before,
        after=[Fact(_("Beløp i"), selection.scale.label)],
    )


def report_name(number: int, year: int) -> str:
    """This will return what the report after a period is called: "2. tertial 2021"."""
    words = {"year": year, "number": number // 4}
    return _("%(number)s. tertial %(year)s") % words if number < 12 else _("årsregnskap %(year)s") % words


def _key_figures(selection: Selection, row: DeviationRow) -> list[KeyFigure]:
    """The five figures that a reader asks for first."""
    scale = selection.scale
    suffix = "" if selection.is_year else _(" hiå.")
    trace = "#historie" if row.deviation is not None else ""
    figures = [
        KeyFigure(_("Regnskap %(year)s") % {"year": selection.year} + suffix, format_amount(row.actual, scale)),
        KeyFigure(
            _("Revidert budsjett") if selection.is_year else _("Periodisert budsjett hiå."),
            format_amount(row.revised, scale),
        ),
        KeyFigure(_("Avvik") + suffix, format_amount(row.deviation, scale), href=trace),
        KeyFigure(_("Avvik i prosent"), format_percent(row.percent)),
        KeyFigure(
            _("Regnskap %(year)s") % {"year": selection.year - 1} + suffix,
            format_amount(row.last_year, scale),
            href=story_address(selection, Figure.LAST_YEAR) if row.last_year is not None else "",
        ),
    ]
    if not selection.is_year:
        label = _("Revidert budsjett %(year)s") % {"year": selection.year}
        figures.append(KeyFigure(label, format_amount(row.revised_year, scale)))
    return figures


def _chart(months: Curve, selection: Selection, name: str) -> Chart | None:
    """The month curve, in millions or, for a small node, in thousands; None without any figure."""
    values = [*months.actual, *months.revised, *months.last_year]
    if not any(values):
        return None
    largest = max(abs(value) for value in values)
    return year_to_date_chart(
        "maned",
        MonthlyFigures(months.actual, months.revised, months.last_year, months.expected),
        selection.as_period,
        title=_("%(name)s, hittil i år") % {"name": name},
        scale=Scale.MILL if largest >= 1_000_000 else Scale.TKR,
    )
