"""The app's tables for the control of a printed report, by the names that `export_table` knows them under."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.http import QueryDict

from budget.exports import files as exports
from budget.queries.years import figure_years
from budget.selection import Selection, SelectionError, Structure
from roros import table_registry
from roros.exports import ExportTable
from roros.report_control.against import Figures
from roros.table_registry import NoSuchTable, TableQuery


def app_figures() -> Figures:
    """This will return what gives a table of the app by name, year and filters; each is made once."""
    made: dict[tuple[object, ...], ExportTable | None] = {}

    def figures(name: str, year: int | None, filters: Mapping[str, str]) -> ExportTable | None:
        key = (name, year, *sorted(filters.items()))
        if key not in made:
            made[key] = _made(name, year, filters)
        return made[key]

    return figures


def _made(name: str, year: int | None, filters: Mapping[str, str]) -> ExportTable | None:
    make: Callable[[str, int | None, Mapping[str, str]], ExportTable]
    if name in table_registry.names():
        make = _of_a_room
    elif name in exports.names():
        make = _of_figures
    else:
        return None
    try:
        table = make(name, year, filters)
    except (NoSuchTable, SelectionError):
        return None
    return table if table.rows else None


def _of_a_room(name: str, year: int | None, filters: Mapping[str, str]) -> ExportTable:
    return table_registry.get(name)(TableQuery(year, None, filters))


def _of_figures(name: str, year: int | None, filters: Mapping[str, str]) -> ExportTable:
    years = figure_years()
    year = year or max(years, default=None)
    if year not in years:
        raise NoSuchTable(name)
    data = QueryDict(mutable=True)
    data.update({"struktur": Structure.THIS_YEAR.value, **filters})
    selection = Selection.read(data, year=year, default_period=years[year].last_period)
    return exports.export_table(name, selection, years)
