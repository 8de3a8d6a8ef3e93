"""The tables of forecasts as files by name: for `export_table` and the page alike. Nothing here is a draft."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from budget.queries.back_test import BackTest, back_test
from budget.queries.forecasts import proposals, signed_rounds, standing_in
from budget.queries.hit_rate import hit_rate
from budget.queries.outlook import RoundForecasts, outlook
from budget.queries.years import figure_years
from budget.tables.forecasts import forecast_table
from budget.tables.hit_rate import hit_table, score_table, trial_table
from roros.exports import ExportTable
from roros.periods import CLOSING
from roros.table_registry import NoSuchTable, TableQuery


def forecasts_file(query: TableQuery) -> ExportTable:
    """This will return the forecasts of a signed round: of the period asked for, else the newest of the year."""
    year = _year(query)
    rounds = list(signed_rounds(year))
    amounts = standing_in(rounds) if rounds else {}
    said = [RoundForecasts(each, amounts[each.pk], False, False) for each in rounds if amounts[each.pk]]
    wanted = [each for each in said if query.period in (None, each.reporting.period)]
    if not wanted:
        raise NoSuchTable(_("Ingen signert runde i %(year)s har prognoser.") % {"year": year})
    shown = wanted[0]
    before = next((each for each in said if each.reporting.period < shown.reporting.period), None)
    found = outlook(shown, before, proposals(year, CLOSING))
    return forecast_table(year, shown, before, found).export("prognoser")


def hits_file(query: TableQuery) -> ExportTable:
    """This will return every signed forecast of a year against its accounts."""
    year, found = _year(query), hit_rate()
    rounds = found.of(year)
    if not rounds:
        raise NoSuchTable(_("%(year)s har ingen signerte prognoser å måle mot regnskapet.") % {"year": year})
    return hit_table(year, rounds, found.units[year]).export("prognosetreff")


def back_test_file(query: TableQuery) -> ExportTable:
    """This will return what each method would have proposed for every virksomhet, and how far off it was."""
    return trial_table(_tested(query)).export("tilbakeprove")


def scores_file(query: TableQuery) -> ExportTable:
    """This will return how each method did over all virksomheter."""
    return score_table(_tested(query)).export("tilbakeprove-samlet")


def _tested(query: TableQuery) -> BackTest:
    test = back_test(_year(query), figure_years())
    if not test.is_done:
        raise NoSuchTable(_("Metodene kan ikke prøves på %(year)s.") % {"year": test.year})
    return test


def _year(query: TableQuery) -> int:
    if query.year is not None:
        return query.year
    years = figure_years()
    if not years:
        raise NoSuchTable(_("Ingen tall er lest inn ennå."))
    return next((each for each in sorted(years, reverse=True) if years[each].has_actuals), max(years))


TABLES: dict[str, Callable[[TableQuery], ExportTable]] = {
    "prognoser": forecasts_file,
    "prognosetreff": hits_file,
    "tilbakeprove": back_test_file,
    "tilbakeprove-samlet": scores_file,
}
