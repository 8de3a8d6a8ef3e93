"""How well it was guessed, and how the methods would have done: checked against figures worked out by hand."""

from __future__ import annotations

import io
import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from budget.findings.forecasts import back_test_finding, hit_finding
from budget.models import Forecast, Round
from budget.queries.back_test import back_test
from budget.queries.hit_rate import hit_rate
from budget.queries.years import figure_years
from budget.tables.hit_rate import hit_table, score_table, trial_table
from roros.numbers import NBSP
from tests.budget.forecast_rounds import open_round, say, sign
from tests.budget.test_forecasts import small

D = Decimal
REST, SEASON = Forecast.Method.REMAINING_BUDGET, Forecast.Method.SEASON


def signed(amounts: dict[str, int], period: int = 8) -> Round:
    """A signed round of the small municipality, whose year ends at 90 per ansvar."""
    made = open_round(period)
    say(made, amounts)
    return sign(made)


def test_every_forecast_meets_its_year(db: None) -> None:
    small(through=13)
    first, second = signed({"V1": 150, "V2": 100}, 4), signed({"V1": 200}, 8)
    with CaptureQueriesContext(connection) as queries:
        found = hit_rate()
    assert len(queries) == 1
    assert [(each.round, each.title) for each in found.of(2021)] == [
        (first.pk, "1. tertial 2021"),
        (second.pk, "2. tertial 2021"),
    ]
    one, two = found.of(2021)
    assert (one.total.forecast, one.total.outcome, one.total.revised) == (D(250), D(270), D(360))
    assert (one.total.miss, one.total.percent, one.mean_absolute) == (D(-20), D("-5.6"), D(20))  # −30 and +10
    assert (one.total.expected, one.total.became) == (D(110), D(90))
    assert (two.total.miss, two.total.outcome) == (D(20), D(180))  # only of the unit that said something
    assert [(unit.code, len(unit.by_round)) for unit in found.units[2021]] == [("V1", 2), ("V2", 1)]
    assert found.years == [2021]
    assert hit_finding(found.of(2021)).heading.replace(NBSP, " ") == "Prognosen i 2. tertial 2021 var 20 kr for høy"
    assert hit_finding([one]).heading.replace(NBSP, " ") == "Prognosen i 1. tertial 2021 var 20 kr for lav"
    assert hit_finding([]).heading == "Treffsikkerheten kan ikke vises ennå"
    rows = hit_table(2021, found.of(2021), found.units[2021]).export("prognosetreff").rows
    assert rows[0] == {
        "kode": "V1",
        "navn": "Virksomhet V1",
        "revised": D(240),
        "outcome": D(180),
        "prognose_1": D(150),
        "bom_1": D(-30),
        "bom_1_pst": D("-12.5"),
        "prognose_2": D(200),
        "bom_2": D(20),
        "bom_2_pst": D("8.3"),
        "er_sum": False,
    }
    assert rows[1]["bom_2"] is None  # V2 said nothing the second time
    assert rows[1]["outcome"] == D(90)


def test_a_draft_and_an_unfinished_year_have_no_hits(db: None) -> None:
    small()
    signed({"V1": 200})
    assert hit_rate().rounds == []  # the accounts stop in August
    say(open_round(9), {"V1": 210})
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE budget_activeslice SET period = 12 WHERE kind = 'regnskap' AND period = 8 AND year = 2021"
        )
    assert [each.title for each in hit_rate().rounds] == ["2. tertial 2021"]  # and not the draft of September


def test_the_newest_forecast_of_the_round_counts(db: None) -> None:
    small(through=13)
    made = open_round()
    say(made, {"V1": 200})
    say(made, {"V1": 190})
    sign(made)
    assert hit_rate().rounds[0].total.forecast == D(190)


# -- the back-test


def test_the_demo_year_tells_the_methods_apart(demo: None) -> None:
    years = figure_years()
    with CaptureQueriesContext(connection) as queries:
        found = back_test(2021, years)
    assert len(queries) == 2  # one per period
    figures = {
        (score.period, score.method.value): (
            score.mean_absolute,
            score.absolute_percent,
            score.bias,
            score.services.miss,
            score.services.percent,
            score.everything.miss,
        )
        for score in found.scores
    }
    assert figures == {
        (4, "rest-budsjett"): (
            *(D("995638.84"), D("5.3"), D("-796150.36")),
            *(D("-17597491.65"), D("-5.0"), D("-8931878.63")),
        ),
        (4, "sesong"): (
            *(D("1057177.98"), D("5.7"), D("-42358.47")),
            *(D("-3275445.82"), D("-0.9"), D("-3083749.66")),
        ),
        (8, "rest-budsjett"): (
            *(D("635694.62"), D("3.4"), D("-531840.29")),
            *(D("-13918372.32"), D("-3.9"), D("-9465141.72")),
        ),
        (8, "sesong"): (
            *(D("710776.01"), D("3.8"), D("-35554.30")),
            *(D("-4488938.52"), D("-1.3"), D("-4662726.63")),
        ),
    }
    assert {score.units for score in found.scores} == {19}
    assert [unit.name for unit in found.left_out] == ["Gavekonto", "VAR - Selvkost"]


def test_the_unit_that_ended_worst_is_found_by_its_figures(demo: None) -> None:
    found = back_test(2021, figure_years())
    assert found.worst is not None
    assert (found.worst.name, found.worst.deviation) == ("Bygningsadministrasjon", D("-6051838.09"))
    assert found.worst.trials[8, REST].miss == D("-3739394.36")
    assert found.worst.trials[8, SEASON].miss == D("-2369797.21")
    finding = back_test_finding(found)
    assert finding.heading.replace(NBSP, " ") == (
        "Etter august ville fjorårets sesong bommet med 4,5 mill. kr for tjenestene, "
        "resten av budsjettet med 13,9 mill. kr"
    )
    assert finding.lede.replace(NBSP, " ") == (
        "Bygningsadministrasjon endte 6,1 mill. kr over budsjettet; forslagene varslet 2,3 mill. kr til 3,7 mill. kr."
    )


def test_the_scores_are_made_of_the_trials(demo: None) -> None:
    found = back_test(2021, figure_years())
    comparable = [unit for unit in found.units if unit.operational and len(unit.trials) == 4]
    for score in found.scores:
        misses = [unit.trials[score.period, score.method].miss for unit in comparable]
        assert score.mean_absolute is not None
        assert abs(sum(abs(miss) for miss in misses) / len(misses) - score.mean_absolute) < D("0.01")


def test_a_year_without_budget_and_year_before_says_so(demo: None) -> None:
    found = back_test(2020, figure_years())
    assert (found.is_done, found.lacks_budget, found.lacks_last_year, found.worst) == (False, True, True, None)
    finding = back_test_finding(found)
    assert finding.heading == "Metodene kan ikke prøves på 2020"
    assert finding.lede == (
        "Budsjettet for 2020 er ikke lest inn, så resten av budsjettet er ukjent. "
        "Regnskapet for 2019 er ikke lest inn, så 2020 har ingen sesongprofil."
    )


def test_a_year_that_runs_cannot_be_tested(db: None) -> None:
    small()
    found = back_test(2021, figure_years())
    assert (found.is_done, found.lacks_outcome) == (False, True)
    assert back_test_finding(found).lede == "Regnskapet for hele 2021 er ikke lest inn."


def test_one_method_alone(db: None) -> None:
    small(through=13)
    found = back_test(2021, figure_years(), periods=(8,))
    # V2 has no last year: sesong leaves it out, and its sums count with the other method.
    assert [(score.method, score.units, score.mean_absolute) for score in found.scores] == [
        (REST, 1, D("80.00")),  # 260 against 180
        (SEASON, 1, D("180.00")),  # 360 against 180
    ]
    assert found.scores[1].services.proposed == D(360 + 130)
    assert [unit.code for unit in found.left_out] == ["V2"]


def test_the_tables_hold_every_unit(demo: None) -> None:
    found = back_test(2021, figure_years())
    units = trial_table(found).export("tilbakeprove")
    assert len(units.rows) == 23
    row = next(row for row in units.rows if row["kode"] == "650")
    assert (row["forslag_rest_8"], row["bom_rest_8"], row["bom_rest_8_pst"]) == (
        D("14602525.73"),
        D("-3739394.36"),
        D("-30.4"),
    )
    scores = score_table(found).export("tilbakeprove-samlet")
    assert [(row["periode"], row["metode"]) for row in scores.rows] == [
        (4, "rest-budsjett"),
        (4, "sesong"),
        (8, "rest-budsjett"),
        (8, "sesong"),
    ]


def test_the_command_says_the_same(demo: None) -> None:
    out = io.StringIO()
    call_command("back_test", "--year", "2021", stdout=out)
    said = out.getvalue().replace(NBSP, " ")
    assert "sesong etter april: snittbom 1 057 178 kr (5,7 %), skjevhet −42 358 kr, 19 virksomheter" in said
    out = io.StringIO()
    call_command("back_test", "--json", stdout=out)
    told = json.loads(out.getvalue(), parse_float=Decimal)
    assert told["year"] == 2021
    assert told["scores"]["rows"][3]["snittbom"] == D("710776.01")
    assert len(told["units"]["rows"]) == 23
    with pytest.raises(CommandError, match="Budsjettet for 2020 er ikke lest inn"):
        call_command("back_test", "--year", "2020", stdout=io.StringIO())
    with pytest.raises(CommandError, match="Det finnes ingen tall for 1999"):
        call_command("back_test", "--year", "1999", stdout=io.StringIO())
