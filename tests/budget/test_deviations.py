"""Actual against budget: rows, sums, what is unknown, and last year's organisation."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budget.models import Balance
from budget.queries.deviations import DeviationRow, Known, add, children, deviations
from budget.queries.years import figure_years
from budget.selection import Level, Selection, Structure
from roros.models import Ansvar, Plassering
from tests.budget.figures import YEARS, balance, chart, organisation, supply

pytestmark = pytest.mark.django_db
WHOLE = Selection(2021)
amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


def row(actual: Decimal | int | None, revised: Decimal | int | None) -> DeviationRow:
    def kroner(value: Decimal | int | None) -> Decimal | None:
        return None if value is None else Decimal(value)

    return DeviationRow("1", "Én", None, kroner(actual), kroner(revised), kroner(revised), kroner(revised))


def test_rows_have_names_figures_and_code_order() -> None:
    organisation(("100", "A", 1), ("20", "B", 2), ("1000", "C", 10), operational=(1, 2))
    chart()
    balance("20", actual=90, original=100)
    balance("100", actual=Decimal("10.25"), original=5, amended=3)
    balance("100", actual=7, year=2020)
    balance("1000", actual=-1, original=-2)
    found = deviations(WHOLE, YEARS)
    assert [
        (each.code, each.name, each.last_year, each.actual, each.original, each.revised) for each in found.rows
    ] == [
        ("1", "Område 1", 7, Decimal("10.25"), 5, 8),
        ("2", "Område 2", 0, 90, 100, 100),
    ]
    assert [(each.code, each.operational, each.deviation) for each in found.central] == [("10", False, -1)]
    assert (found.total.actual, found.grand_total.actual) == (Decimal("100.25"), Decimal("99.25"))


def test_rammeomrader_sort_by_number() -> None:
    organisation(("1", "A", 2), ("2", "B", 10), ("3", "C", 1), operational=(1, 2, 10))
    chart()
    for ansvar in ("1", "2", "3"):
        balance(ansvar, actual=1)
    assert [each.code for each in deviations(WHOLE, YEARS).rows] == ["1", "2", "10"]


def test_posts_in_one_source_only_are_shown() -> None:
    organisation(("1", "A", 1))
    chart(tjenester=("2010", "2020", "2030", "2040"))
    balance("1", tjeneste="2010", actual=5)
    balance("1", tjeneste="2020", original=6)
    balance("1", tjeneste="2030", actual=7, year=2020)
    balance("1", tjeneste="2040")
    rows = deviations(replace(WHOLE, level=Level.TJENESTE), YEARS).rows
    assert [(each.code, each.last_year, each.actual, each.revised) for each in rows] == [
        ("2010", 0, 5, 0),
        ("2020", 0, 0, 6),
        ("2030", 7, 0, 0),
        ("2040", 0, 0, 0),
    ]


def test_figures_that_were_never_imported_are_unknown() -> None:
    organisation(("1", "A", 1))
    chart()
    balance("1", actual=5)
    supply(2021, kinds=["regnskap"])
    found = deviations(WHOLE, figure_years())
    assert [(each.last_year, each.actual, each.revised, each.deviation, each.percent) for each in found.rows] == [
        (None, 5, None, None, None)
    ]
    assert (found.total.actual, found.total.revised, found.total.deviation) == (5, None, None)


def test_a_page_at_a_period_reads_that_period_only() -> None:
    organisation(("1", "A", 1))
    chart()
    balance("1", period=8, actual=80, original=70, amended=5)
    balance("1", period=13, actual=130, original=100, amended=20)
    balance("1", period=8, actual=8, year=2020)
    balance("1", period=13, actual=13, year=2020)
    (found,) = deviations(Selection(2021, period=8), YEARS).rows
    assert (found.last_year, found.actual, found.revised, found.revised_year) == (8, 80, 75, 120)


def test_filters_of_any_level_combine() -> None:
    organisation(("11", "A", 1), ("12", "A", 1), ("21", "B", 2))
    chart(tjenester=("2010", "2020"), arter=("101000", "102000"), prosjekter=("P1",))
    balance("11", tjeneste="2010", art="101000", actual=1)
    balance("11", tjeneste="2020", art="101000", actual=2, prosjekt="P1")
    balance("12", tjeneste="2010", art="102000", actual=4)
    balance("21", tjeneste="2010", art="101000", actual=8)

    def total(**filters: str) -> Decimal | None:
        return deviations(WHOLE.where(**filters), YEARS).total.actual

    assert total(rammeomrade="1") == 7
    assert total(virksomhet="B") == 8
    assert total(ansvar="11") == 3
    assert total(tjeneste="2010", rammeomrade="1") == 5
    assert total(art="101000", tjeneste="2010") == 9
    assert total(prosjekt="P1") == 2
    assert total(prosjekt="") == 13
    assert total(ansvar="12", tjeneste="2020") == 0


def test_central_areas_are_rows_when_asked_for() -> None:
    organisation(("1", "A", 1), ("90", "Z", 9))
    chart(tjenester=("2010", "8000"))
    balance("1", actual=1)
    balance("90", tjeneste="8000", actual=-5)
    inside = deviations(replace(WHOLE, level=Level.TJENESTE, rammeomrade="9"), YEARS)
    assert ([each.code for each in inside.rows], inside.central) == (["8000"], [])
    only = deviations(replace(WHOLE, tjeneste="8000"), YEARS)
    assert ([each.code for each in only.rows], only.central) == (["9"], [])


def test_a_code_that_is_both_in_services_and_finance_is_not_whole() -> None:
    organisation(("1", "A", 1), ("90", "Z", 9))
    chart(arter=("101000", "181000"))
    balance("1", art="101000", actual=1)
    balance("1", art="181000", actual=2)
    balance("90", art="181000", actual=-5)
    found = deviations(replace(WHOLE, level=Level.ART), YEARS)
    assert [(each.code, each.actual, each.is_whole) for each in found.rows] == [
        ("101000", 1, True),
        ("181000", 2, False),
    ]
    assert (found.total.actual, found.grand_total.actual) == (3, -2)


def test_an_ansvar_that_is_closed_stays_where_it_last_was() -> None:
    organisation(("1", "A", 1), ("2", "B", 2))
    chart()
    Plassering.objects.filter(ansvar="2").update(to_year=2020)
    balance("1", actual=10)
    balance("2", actual=20, year=2020)
    found = deviations(WHOLE, YEARS)
    assert [(each.code, each.last_year, each.actual) for each in found.rows] == [("1", 0, 10), ("2", 20, 0)]


def test_last_year_in_this_years_structure_and_as_reported() -> None:
    organisation(("1", "A", 1), ("2", "B", 2))
    chart()
    Plassering.objects.filter(ansvar="2").update(to_year=2020)
    Plassering.objects.create(ansvar_id="2", virksomhet_id="A", rammeomrade_id=1, from_year=2021)
    balance("2", actual=20, year=2020)
    balance("2", actual=30)
    this_year = deviations(WHOLE, YEARS).rows
    assert [(each.code, each.last_year, each.actual) for each in this_year] == [("1", 20, 30)]
    reported = deviations(replace(WHOLE, structure=Structure.AS_REPORTED), YEARS).rows
    assert [(each.code, each.last_year, each.actual) for each in reported] == [("1", 0, 30), ("2", 20, 0)]


def test_an_ansvar_without_a_place_is_never_dropped() -> None:
    organisation(("1", "A", 1))
    chart()
    Ansvar.objects.create(code="9", name="Uten plass")
    balance("9", actual=4, year=2020)
    balance("1", actual=1)
    found = deviations(WHOLE, YEARS)
    assert [(each.code, each.name, each.last_year) for each in found.rows] == [
        ("1", "Område 1", 0),
        ("", "Ikke plassert", 4),
    ]
    assert [each.code for each in deviations(replace(WHOLE, level=Level.ANSVAR, rammeomrade=""), YEARS).rows] == ["9"]


def test_groups_have_their_own_sums() -> None:
    organisation(("1", "A", 1), ("2", "B", 2))
    chart(tjenester=("2010", "2020"))
    balance("1", tjeneste="2010", actual=1)
    balance("1", tjeneste="2020", actual=2)
    balance("2", tjeneste="2010", actual=4)
    grouped = deviations(replace(WHOLE, level=Level.TJENESTE), YEARS, grouped=True)
    assert [(total.code, total.actual, [each.code for each in rows]) for total, rows in grouped.by_rammeomrade()] == [
        ("1", 3, ["2010", "2020"]),
        ("2", 4, ["2010"]),
    ]
    flat = deviations(replace(WHOLE, level=Level.TJENESTE), YEARS)
    assert [(each.code, each.actual) for each in flat.rows] == [("2010", 5), ("2020", 2)]


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("level", list(Level))
def test_one_query_for_the_rows_of_a_level(level: Level, size: int) -> None:
    organisation(*((str(number), f"V{number}", number) for number in range(1, size + 1)))
    chart()
    for number in range(1, size + 1):
        balance(str(number), actual=1)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        deviations(replace(WHOLE, level=level), YEARS)
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries:
        children(replace(WHOLE, level=level), YEARS, ["1", "2", "3"])
    assert len(queries) == (1 if level.below else 0)


keys = st.tuples(
    st.sampled_from(["11", "12", "21", "90"]),
    st.sampled_from(["2010", "2020"]),
    st.sampled_from(["101000", "102000"]),
    st.sampled_from(["", "P1"]),
    st.sampled_from([2020, 2021]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(figures=st.dictionaries(keys, st.tuples(amounts, amounts, amounts), min_size=1, max_size=20))
def test_children_sum_to_their_parent_at_every_level(figures: dict[tuple[str, ...], tuple[Decimal, ...]]) -> None:
    with transaction.atomic():
        organisation(("11", "A", 1), ("12", "A", 1), ("21", "B", 2), ("90", "Z", 9))
        chart(tjenester=("2010", "2020"), arter=("101000", "102000"), prosjekter=("P1",))
        for (ansvar, tjeneste, art, prosjekt, year), (actual, original, amended) in figures.items():
            balance(
                ansvar,
                tjeneste=tjeneste,
                art=art,
                prosjekt=prosjekt,
                year=int(year),
                actual=actual,
                original=original,
                amended=amended,
            )
        known = Known.of(YEARS, 2021)
        ledger = sum((each.actual for each in Balance.objects.filter(year=2021)), Decimal(0))
        for level in Level:
            selection = replace(WHOLE, level=level)
            found = deviations(selection, YEARS)
            assert found.grand_total.actual == ledger
            assert found.grand_total.deviation == (found.grand_total.revised or 0) - ledger
            if level.below is None:
                continue
            below = children(selection, YEARS, [each.code for each in found.rows])
            for parent in found.rows:
                parts = add((child for child in below if child.parent == parent.code), known=known)
                assert (parts.last_year, parts.actual, parts.original, parts.revised, parts.lines) == (
                    parent.last_year,
                    parent.actual,
                    parent.original,
                    parent.revised,
                    parent.lines,
                )
        transaction.set_rollback(True)


@given(actual=amounts, revised=amounts)
def test_deviation_and_percent_rules(actual: Decimal, revised: Decimal) -> None:
    found = row(actual, revised)
    assert found.deviation == revised - actual
    if revised == 0:
        assert found.percent is None
    else:
        assert found.percent is not None
        assert abs(found.percent - found.deviation * 100 / abs(revised)) <= Decimal("0.05")
    assert not (found.over_limit and actual <= revised)


@pytest.mark.parametrize(
    ("actual", "revised", "over"),
    [
        (10_500_000, 10_000_000, True),  # exactly both limits or more
        (10_499_999, 10_000_000, False),  # a krone too little
        (20_599_999, 20_000_000, False),  # enough kroner, not quite 3 percent
        (20_600_000, 20_000_000, True),
        (500_000, 0, True),  # nothing was budgeted
        (-9_000_000, -10_000_000, True),  # less income than budgeted
        (9_000_000, 10_000_000, False),
        (None, 10_000_000, False),
        (10_000_000, None, False),
    ],
)
def test_limit_needs_both_kroner_and_percent(actual: int | None, revised: int | None, over: bool) -> None:
    assert row(actual, revised).over_limit is over


def test_income_areas_have_the_same_sign() -> None:
    """−4 094 against −4 004 is 90 better than budgeted."""
    found = row(-4094, -4004)
    assert (found.deviation, found.percent) == (90, Decimal("2.2"))


def test_years_tell_what_was_imported_and_when() -> None:
    run = supply(2021, through=8)
    supply(2020, kinds=["regnskap"])
    years = figure_years()
    assert list(years) == [2021, 2020]
    assert (years[2021].last_actual, years[2021].last_period, years[2021].has_budget) == (8, 8, True)
    assert (years[2020].last_period, years[2020].has_budget) == (13, False)
    assert (years[2021].files, years[2021].read_on) == (("regnskap-2021.xlsx",), run.committed_at)
