"""The year month by month: to date, through what was read in, last year in this year's structure."""

from __future__ import annotations

from decimal import Decimal

import pytest

from budget.queries.curves import Curve, curve, previous_report, report_periods
from budget.queries.years import FigureYear, figure_years
from budget.selection import Selection
from roros.periods import Period
from tests.budget.figures import balance, chart, organisation


def year(number: int, last_actual: int | None, *, has_budget: bool = True) -> FigureYear:
    return FigureYear(number, last_actual, has_budget, None, (), None)


def test_the_building_department_as_it_was_reported(demo: None) -> None:
    found = curve(Selection(2021, rammeomrade="7"), figure_years())
    assert [round(value) for value in found.deviations[:2]] == [-799_269, -1_847_103]
    assert found.deviation_at(Period(2021, 4)) == Decimal("-2035058.17")
    assert found.deviation_at(Period(2021, 8)) == Decimal("-2312443.73")
    assert found.deviation_at(Period(2021, 13)) == Decimal("-6051838.09")
    assert found.last_year[-1] == Decimal("11526524.44")


def test_services_alone(demo: None) -> None:
    found = curve(Selection(2021), figure_years(), services=True)
    assert round(found.deviations[-1]) == -18_289_006
    assert round(curve(Selection(2021), figure_years()).deviations[-1]) == -332_282


@pytest.mark.django_db
def test_accounts_stop_where_they_were_read_in_or_asked_for() -> None:
    organisation(("10", "V1", 1))
    chart()
    for period in range(1, 14):
        balance("10", actual=min(period, 3), original=2 * period, period=period)
        balance("10", actual=100, period=period, year=2020)
    years = {2021: year(2021, 3), 2020: year(2020, 13, has_budget=False)}
    found = curve(Selection(2021), years)
    assert found.actual == (1, 2, 3)
    assert found.revised == (2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 26)
    assert found.last_year == (100,) * 12
    assert found.deviations == (1, 2, 3)
    assert found.deviation_at(Period(2021, 4)) is None
    assert curve(Selection(2021, period=2), years).actual == (1, 2)
    earlier = curve(Selection(2020), years)
    assert (earlier.revised, earlier.last_year, earlier.deviations) == ((), (), ())


def test_what_the_two_proposals_give_for_the_rest_of_the_year(demo: None) -> None:
    found = curve(Selection(2021, rammeomrade="7", period=8), figure_years())
    assert len(found.expected) == 4
    low, high = found.expected[-1]
    actual, revised, last = found.actual[-1], found.revised[7], found.last_year[7]
    assert low == actual + found.revised[-1] - revised, "what is left of the budget comes on top"
    assert high == round(actual * found.last_year[-1] / last, 2), "the year goes on as last year's did"
    assert low < high < Decimal("18342000"), "neither saw the electricity of the autumn"
    assert curve(Selection(2021, rammeomrade="7"), figure_years()).expected == (), "the year is over"


def test_nothing_is_expected_without_a_profile() -> None:
    whole = tuple(Decimal(number) for number in range(1, 13))
    assert len(Curve(2021, whole[:8], whole, whole).expected) == 4
    assert Curve(2021, whole[:8], whole, ()).expected == ()
    assert Curve(2021, whole[:8], (), whole).expected == ()
    assert Curve(2021, (), whole, whole).expected == ()
    assert Curve(2021, whole[:8], whole, (Decimal(0),) * 12).expected == (), "nothing was booked last year"


def test_reports_of_the_year() -> None:
    assert report_periods(Period(2021, 12)) == [Period(2021, 4), Period(2021, 8), Period(2021, 13)]
    assert report_periods(Period(2021, 7)) == [Period(2021, 4)]
    assert previous_report(Period(2021, 13)) == Period(2021, 8)
    assert previous_report(Period(2021, 4)) is None
