"""The deviation page: who deviates, and by how much."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from budget.addresses import deviations_address, explained_address, node_address, story_address
from budget.exports import files as exports
from budget.findings.deviations import deviation_finding
from budget.forms.controls import Controls, FurtherFilters, active_filters, summary
from budget.queries.codes import choices
from budget.queries.deviations import DeviationRow, Deviations, children, deviations
from budget.queries.expected import expected, rows_with_forecasts, with_forecasts
from budget.queries.names import names_of
from budget.queries.years import FigureYear, figure_years
from budget.selection import ORGANISATION, Level, Selection
from budget.tables.deviations import Addresses, caption, deviation_table
from budget.views.reading import NoFigures, figures_view, read_selection
from roros.components import Crumb, Fact, PeriodLine
from roros.exports import requested_export
from roros.periods import MONTHS
from roros.remembered import columns_of, kept_parameters, scale_of
from roros.tables import FiguresTable


@figures_view
def newest_deviations(request: HttpRequest) -> HttpResponse:
    """This will lead to the deviations of the year asked for, or the newest with accounts, with a tidy address."""
    years = figure_years()
    if not years:
        raise NoFigures(_("Ingen tall er lest inn ennå"), years)
    wanted = request.GET.get("aar", "")
    newest = next((each for each in sorted(years, reverse=True) if years[each].has_actuals), max(years))
    year = int(wanted) if wanted.isdecimal() and len(wanted) == 4 else newest
    if year not in years:
        raise NoFigures(_("Det finnes ingen tall for %(year)s") % {"year": year}, years)
    default_period, default_scale = years[year].last_period, scale_of(request)
    selection = Selection.read(request.GET, year=year, default_period=default_period, default_scale=default_scale)
    return redirect(reverse("budget:deviations", args=[year]) + selection.url_parameters())


@figures_view
def show_deviations(request: HttpRequest, year: int) -> HttpResponse:
    """This will show one level of the municipality, or of a part of it, with sums and a way down from each row."""
    selection, years = read_selection(request, year)
    names = names_of(selection.filters)
    for level, code in selection.filters.items():
        if level not in names:
            raise NoFigures(_("%(level)s %(code)s finnes ikke") % {"level": level.label, "code": code}, years)
    file = requested_export(request, lambda: exports.export_table(_table_name(request, selection), selection, years))
    if file is not None:
        return file
    forecasts = expected(selection)
    found = with_forecasts(deviations(selection, years, grouped=selection.shows_groups), selection.level, forecasts)
    subject = next(iter(reversed(names.values())), "")
    table = deviation_table(
        selection,
        found,
        children=rows_with_forecasts(_children(selection, years, found), selection.level.below, forecasts),
        addresses=_Ways(selection),
        forecast_round=forecasts.title if forecasts else "",
        request=request,
    )
    table.choose(columns_of(request))
    context = {
        "selection": selection,
        "trail": _trail(selection),
        "period": _period_line(selection, years[year]),
        "finding": deviation_finding(selection, found, subject=subject),
        "form": Controls(selection, years),
        "further": FurtherFilters(selection, choices(year)),
        "summary": summary(selection),
        "filters": active_filters(selection, names),
        "grouping": _grouping(selection),
        "table": table,
        "kept_parameters": kept_parameters(request),
        "central_tables": _central_tables(selection, years, found),
        "source": exports.source(years, selection),
    }
    return render(request, "budget/deviation_list.html", context)


CODE = "Kode0Her"  # stands for a code in the pattern of an address; no code of a register looks like it


class _Ways(Addresses):
    """Rows lead to their node, their deviation to its story, inside the filters of the page."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.patterns: dict[tuple[str, Level, str, str], str] = {}

    def node(self, level: Level, row: DeviationRow) -> str:
        """This will return the page of the row."""
        return self._filled("node", level, row, lambda code: node_address(self._inside(level, row), level, code))

    def explained(self, level: Level, row: DeviationRow) -> str:
        """This will return what is said of the row's deviation: only of what is past the limit."""
        if not row.over_limit or not row.code or level not in ORGANISATION:
            return ""
        return explained_address(self._inside(level, row), level, row.code)

    def story(self, level: Level, row: DeviationRow) -> str:
        """This will return how the row's deviation was made."""
        return self._filled(
            "story",
            level,
            row,
            lambda code: story_address(self._inside(level, row).where(**{level.value: code})),
        )

    def _filled(self, kind: str, level: Level, row: DeviationRow, address: Callable[[str], str]) -> str:
        """The address of a row: rows of a table differ in their code alone, so that it is put together once.

        A code with other signs than letters and digits is written differently in a path and in a query.
        """
        if not (row.code.isascii() and row.code.isalnum()):
            return address(row.code)
        key = (kind, level, row.rammeomrade, row.parent)
        if key not in self.patterns:
            self.patterns[key] = address(CODE)
        return self.patterns[key].replace(CODE, row.code)

    def _inside(self, level: Level, row: DeviationRow) -> Selection:
        inside = self.selection
        if inside.shows_groups and level in (Level.VIRKSOMHET, Level.TJENESTE, Level.ART):
            inside = inside.where(rammeomrade=row.rammeomrade)
        if row.parent:
            inside = inside.where(**{inside.level.value: row.parent})
        return inside


def _children(selection: Selection, years: Mapping[int, FigureYear], found: Deviations) -> list[DeviationRow]:
    """Every virksomhet under its rammeområde; further down only under the rows that are opened."""
    if selection.level is Level.RAMMEOMRADE:
        parents = [row.code for row in found.rows if row.parts > 1]
    else:
        parents = list(selection.opened)
    return children(selection, years, parents, grouped=selection.shows_groups)


def _central_tables(
    selection: Selection, years: Mapping[int, FigureYear], found: Deviations
) -> list[tuple[str, FiguresTable, str]]:
    """A table of its own for each rammeområde that is no driftsområde: heading, table, name of the file."""
    if selection.filters or selection.level is not Level.RAMMEOMRADE or not found.central:
        return []
    rows = exports.central_rows(selection, years)
    tables = []
    for area in found.central:
        known = exports.CENTRAL.get(area.code)
        inside = exports.central_selection(selection, area.code)
        table = deviation_table(
            inside,
            rows[area.code],
            addresses=_Ways(inside),
            total_label=known.total_label if known else "",
            caption=caption(inside, area.name),
            drills=False,
            explained=False,
            orderable=False,
        )
        tables.append((area.name, table, known.name if known else ""))
    return tables


def _table_name(request: HttpRequest, selection: Selection) -> str:
    """The table of the page, or the one that a link names."""
    name = request.GET.get("tabell") or f"avvik-{selection.level.value}"
    if name not in exports.names():
        raise Http404
    return name


def _trail(selection: Selection) -> list[Crumb]:
    return [
        Crumb(_("Oversikt"), "/"),
        Crumb(_("Avvik"), reverse("budget:deviations")),
        Crumb(f"{selection.level.plural} {selection.year}", deviations_address(selection)),
    ]


def _period_line(selection: Selection, year: FigureYear) -> PeriodLine:
    """Which day the figures are for and how fresh they are; where the accounts stop earlier, that too."""
    after = []
    if year.last_actual is not None and year.last_actual < min(selection.period, len(MONTHS)):
        after.append(Fact(_("Regnskapet er lest inn til og med"), MONTHS[year.last_actual - 1]))
    return PeriodLine(as_of=selection.as_period.ends_on, updated=year.updated, after=after)


def _grouping(selection: Selection) -> tuple[str, str] | None:
    """The link that gathers the rows of the municipality, or divides them on rammeområder again."""
    if selection.shows_groups:
        return _("Vis samlet for kommunen"), selection.url_parameters(grouped=False, opened=())
    divided = replace(selection, grouped=True, order="", opened=())
    return (_("Del på rammeområder"), divided.url_parameters() or "?") if divided.shows_groups else None
