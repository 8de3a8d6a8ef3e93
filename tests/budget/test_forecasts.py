"""What the system proposes, what is recorded, and what nobody may change."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budget.actions.forecasts import make_forecast
from budget.models import Forecast, Round, RoundTask
from budget.queries.forecasts import (
    ansvar_proposals,
    ansvar_rows,
    earlier_forecasts,
    forecast_of_municipality,
    forecasts_of,
    proposals,
    remaining_budget,
    season,
    standing,
)
from roros.actions import ActionRefused
from roros.models import Plassering, Role
from tests.budget.figures import balance, chart, organisation, supply
from tests.budget.forecast_rounds import economist, open_round, say, sign, somebody

D = Decimal
AMOUNTS = st.decimals(-10_000_000, 10_000_000, places=2)


def small(*, through: int = 8, units: int = 2) -> None:
    """Up to three units, the first with two ansvar: each ansvar has budgeted 120 and spent 90 by August."""
    lines = [("10", "V1", 1, 110), ("11", "V1", 1, 60), ("20", "V2", 2, 0), ("30", "V3", 1, 0)][: units + 1]
    organisation(*(line[:3] for line in lines))
    chart()
    for ansvar, _unit, _area, last in lines:
        balance(ansvar, actual=90, original=70, amended=10, period=8)
        balance(ansvar, actual=90, original=100, amended=20, period=13)
        if last:
            balance(ansvar, actual=last // 2, year=2020, period=8)
            balance(ansvar, actual=last, year=2020, period=13)
    supply(2021, through=through)
    supply(2020, kinds=["regnskap"])


# -- what is proposed


def test_remaining_budget_of_the_building_department(demo: None) -> None:
    found = proposals(2021, 8)["650"]
    assert found.name == "Bygningsadministrasjon"
    assert (found.actual, found.revised_year) == (D("10417470.73"), D("12290082.00"))
    assert found.remaining_budget == D("14602525.73")  # 10 417 470,73 + (12 290 082 − 8 105 027)
    assert found.season == D("15972122.88")  # 10 417 470,73 × 11 526 524,44 / 7 517 925,57
    assert proposals(2021, 4)["650"].remaining_budget == D("14325140.17")


def test_one_query_however_many_units(demo: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert len(proposals(2021, 8)) == 23
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries:
        assert list(proposals(2021, 8, "650")) == ["650"]
    assert len(queries) == 1


def test_a_unit_is_the_sum_of_its_ansvar_and_the_municipality_of_its_units(demo: None) -> None:
    units = proposals(2021, 8)
    for code, unit in units.items():
        parts = ansvar_proposals(2021, 8, code).values()
        assert sum(part.remaining_budget or D(0) for part in parts) == unit.remaining_budget
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(actual) FILTER (WHERE period = 8) + sum(original + amended) FILTER (WHERE period = 13)"
            " - sum(original + amended) FILTER (WHERE period = 8) FROM budget_balance WHERE year = 2021"
        )
        (municipality,) = cursor.fetchone()
    assert sum(unit.remaining_budget or D(0) for unit in units.values()) == municipality


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS), min_size=3, max_size=3))
def test_the_sums_hold_for_any_amounts(db: None, lines: list[tuple[Decimal, Decimal, Decimal]]) -> None:
    with transaction.atomic():
        organisation(("10", "V1", 1), ("11", "V1", 1), ("20", "V2", 2))
        chart()
        supply(2021, through=8)
        for ansvar, (actual, to_date, year) in zip(("10", "11", "20"), lines, strict=True):
            balance(ansvar, actual=actual, original=to_date, period=8)
            balance(ansvar, actual=actual, original=year, period=13)
        units = proposals(2021, 8)
        parts = ansvar_proposals(2021, 8, "V1")
        assert units["V1"].remaining_budget == sum(part.remaining_budget or D(0) for part in parts.values())
        expected = sum((actual + year - to_date for actual, to_date, year in lines), D(0))
        assert sum(unit.remaining_budget or D(0) for unit in units.values()) == expected
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("actual", "last_to_date", "last_year", "proposed"),
    [
        (D(90), D(60), D(100), D("150.00")),
        (D("-90"), D("-60"), D("-100"), D("-150.00")),
        (D(100), D(3), D(10), D("333.33")),  # rounded once, at the end
        (D(0), D(60), D(100), D("0.00")),
        (None, D(60), D(100), None),  # no accounts this year
        (D(90), D(0), D(100), None),  # nothing by then last year
        (D(90), D(60), D(-100), None),  # an expense that became an income
        (D(-90), D(60), D(100), None),  # an income does not follow an expense
        (D(90), D(1), D(1000), None),  # less than a tenth of an even share
    ],
)
def test_when_a_season_says_something(
    actual: Decimal | None, last_to_date: Decimal, last_year: Decimal, proposed: Decimal | None
) -> None:
    assert season(actual, last_to_date, last_year, 8) == proposed


def test_remaining_budget_needs_accounts_and_budget() -> None:
    assert remaining_budget(D(90), D(80), D(120)) == D(130)
    assert remaining_budget(None, D(80), D(120)) is None
    assert remaining_budget(D(90), None, None) is None


def test_a_month_without_accounts_is_taken_from_the_budget(db: None) -> None:
    small(through=7)
    balance("10", actual=80, original=60, period=7)
    found = ansvar_proposals(2021, 8, "V1")["10"]
    assert (found.through, found.actual, found.remaining_budget) == (7, D(80), D(80 + 120 - 60))


def test_nothing_is_proposed_without_accounts(db: None) -> None:
    small()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM budget_activeslice WHERE kind = 'regnskap' AND year = 2021")
    found = proposals(2021, 8)["V1"]
    assert (found.actual, found.remaining_budget, found.season) == (None, None, None)


def test_from_december_on_the_year_is_what_it_is(demo: None) -> None:
    found = proposals(2021, 12)["650"]
    assert found.remaining_budget == found.season == found.outcome == D("18341920.09")


def test_last_year_is_shown_in_this_years_organisation(db: None) -> None:
    small()
    Plassering.objects.filter(ansvar="11").update(to_year=2020)
    Plassering.objects.create(ansvar_id="11", virksomhet_id="V2", rammeomrade_id=2, from_year=2021)
    found = proposals(2021, 8)
    assert found["V1"].last_year == D(110)
    assert found["V2"].last_year == D(60)


# -- what is recorded


@pytest.fixture
def reporting(db: None) -> Round:
    """The small municipality with the second tertial open."""
    small()
    return open_round()


def test_a_proposal_is_taken_as_it_is(reporting: Round) -> None:
    (made,) = say(reporting, {"V1": None})
    assert (made.amount, made.proposed, made.reason) == (D(260), D(260), "")
    assert made.made_by == economist()


def test_an_adjustment_needs_a_reason(reporting: Round) -> None:
    with pytest.raises(ActionRefused, match=r"Forslaget er 260 kr\. Skriv hvorfor"):
        say(reporting, {"V1": 300}, reason=" ")
    say(reporting, {"V1": 300}, reason="Strøm")
    assert standing(reporting)["V1"].amount == D(300)
    with pytest.raises(IntegrityError), transaction.atomic():  # the database says the same
        Forecast.objects.create(round=reporting, virksomhet_id="V1", method="sesong", proposed=1, amount=2)


def test_each_one_is_kept_and_the_newest_stands(reporting: Round) -> None:
    say(reporting, {"V1": None})
    say(reporting, {"V1": 300})
    say(reporting, {"V1": 300})  # again: the same
    assert [each.amount for each in forecasts_of(reporting, "V1")] == [D(300), D(260)]
    assert standing(reporting)["V1"].amount == D(300)
    for change in ("UPDATE budget_forecast SET amount = proposed", "DELETE FROM budget_forecast"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_an_ansvar_is_forecast_on_its_own(reporting: Round) -> None:
    make_forecast(
        round=reporting, virksomhet="V1", ansvar="10", method="sesong", amount=None, reason="", by=economist()
    )
    assert standing(reporting) == {}
    assert [(row.code, row.forecast) for row in ansvar_rows(reporting, "V1")] == [("10", D(180)), ("11", None)]
    with pytest.raises(ActionRefused, match="20 har ingen tall i 2021"):  # an ansvar of another unit
        make_forecast(
            round=reporting, virksomhet="V1", ansvar="20", method="sesong", amount=None, reason="", by=economist()
        )


def test_a_season_without_last_year_is_refused(reporting: Round) -> None:
    with pytest.raises(ActionRefused, match="Fjorårets regnskap gir ingen sesongprofil for Virksomhet V2"):
        make_forecast(round=reporting, virksomhet="V2", method="sesong", amount=D(1), reason="x", by=economist())


def test_only_those_who_answer_for_the_unit(reporting: Round) -> None:
    leader = somebody(Role.VIRKSOMHETSLEDER, name="leder", virksomhet="V1")
    say(reporting, {"V1": None}, by=leader)
    for user, unit in (
        (leader, "V2"),
        (somebody(Role.KOMMUNALSJEF, name="sjef", rammeomrade=1), "V1"),
        (somebody(Role.POLITIKER, name="politiker"), "V1"),
        (somebody(Role.REVISOR, name="revisor"), "V1"),
    ):
        with pytest.raises(ActionRefused, match="Bare lederen for virksomheten og økonomi"):
            say(reporting, {unit: None}, by=user)


def test_what_is_delivered_waits_for_its_return(reporting: Round) -> None:
    RoundTask.objects.filter(virksomhet="V1").update(state=RoundTask.State.DELIVERED)
    with pytest.raises(ActionRefused, match=r"Rapporten er levert\. Den må returneres"):
        say(reporting, {"V1": None})
    RoundTask.objects.filter(virksomhet="V1").update(state=RoundTask.State.RETURNED)
    say(reporting, {"V1": None})


def test_a_signed_round_takes_no_more(reporting: Round) -> None:
    say(reporting, {"V1": None})
    sign(reporting)
    with pytest.raises(ActionRefused, match=r"2\. tertial 2021 er signert"):
        say(reporting, {"V1": 300})
    with pytest.raises(IntegrityError), transaction.atomic():
        Forecast.objects.create(round=reporting, virksomhet_id="V1", method="sesong", proposed=1, amount=1)


def test_the_round_before(reporting: Round) -> None:
    assert earlier_forecasts(reporting, "V1").first() is None
    balance("10", actual=10, original=10, period=4)
    first = open_round(4)
    say(first, {"V1": 250})
    found = earlier_forecasts(reporting, "V1").first()
    assert found is not None
    assert (found.amount, found.round) == (D(250), first)


def test_what_the_municipality_expects(reporting: Round) -> None:
    assert forecast_of_municipality(2021) is None
    say(reporting, {"V1": 300})
    assert forecast_of_municipality(2021) is None  # a draft is nobody's but the follow-up's
    sign(reporting)
    found = forecast_of_municipality(2021)
    assert found is not None
    assert (found.round, found.revised, found.forecast, found.deviation) == ("2. tertial 2021", D(240), D(300), D(-60))
    assert (found.units, found.missing) == (1, 1)
    assert forecast_of_municipality(2020) is None
