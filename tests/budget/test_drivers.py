"""What explains a deviation: the steps add up to the whole for any figures, and are those of the annual report."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.queries.deviations import DeviationRow, Known
from budget.queries.drivers import MOST_EACH_WAY, Drivers, explain, node_figures, parts_of_each
from budget.selection import Level, Selection
from roros.numbers import Scale, format_amount
from tests.budget.figures import balance, chart, organisation, supply

ALL = Known(last_year=True, actual=True, budget=True)

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
parts = st.lists(st.tuples(amounts, amounts), max_size=40).map(
    lambda pairs: [row(str(place), revised, actual) for place, (revised, actual) in enumerate(pairs)]
)


def row(code: str, revised: Decimal | None, actual: Decimal | None, name: str = "") -> DeviationRow:
    """One part with these kroner."""
    return DeviationRow(code, name or f"Art {code}", None, actual, revised, revised, revised)


@given(parts)
def test_the_steps_add_up_to_the_whole(rows: list[DeviationRow]) -> None:
    found = explain(Level.ART, rows)
    whole = sum((part.revised - part.actual for part in rows), Decimal(0))  # type: ignore[operator]
    assert found.deviation == whole == sum((step.deviation for step in found.steps), Decimal(0))
    assert found.revised == sum((step.revised for step in found.steps), Decimal(0))
    assert found.actual == sum((step.actual for step in found.steps), Decimal(0))
    assert len(found.shown) + found.other_count == len(rows)


@given(parts)
def test_each_step_begins_where_the_last_one_ended(rows: list[DeviationRow]) -> None:
    reached = Decimal(0)
    for step in explain(Level.ART, rows).steps:
        assert step.start == reached
        reached += step.deviation


@given(parts)
def test_what_is_shown_is_larger_than_what_is_folded_away(rows: list[DeviationRow]) -> None:
    found = explain(Level.ART, rows)
    shown = {step.code for step in found.shown}
    for upwards in (True, False):
        sizes = [abs(step.deviation) for step in found.shown if (step.deviation > 0) is upwards]
        hidden = [abs(part.deviation) for part in rows if part.code not in shown and part.deviation]  # type: ignore[arg-type]
        same_way = [
            abs(part.deviation)
            for part in rows
            if part.code not in shown and part.deviation and (part.deviation > 0) is upwards
        ]
        assert len(sizes) <= MOST_EACH_WAY + 1
        if sizes and len(hidden) > 1 and same_way:
            assert min(sizes) >= max(same_way)


def test_one_small_part_is_named_rather_than_called_one_other() -> None:
    found = explain(Level.ART, [row("1", Decimal(0), Decimal(1000)), row("2", Decimal(0), Decimal(1))])
    assert [step.code for step in found.shown] == ["1", "2"]
    assert found.others is None


def test_parts_without_a_figure_explain_nothing() -> None:
    found = explain(Level.ART, [row("1", None, Decimal(10))])
    assert found == Drivers(Level.ART, (), None, 0, Decimal(0), Decimal(0), Decimal(0))


def test_the_building_department_of_the_annual_report(demo: None) -> None:
    """The report names electricity (4 mill.), cleaning wages (1 mill.) and pensions (0.55 mill.)."""
    figures = node_figures(Selection(2021, rammeomrade="7"), [Level.ART, Level.ANSVAR], ALL)
    assert figures.whole.deviation == Decimal("-6051838.09")
    arts = explain(Level.ART, figures.parts[Level.ART])
    assert [(step.name, format_amount(step.deviation, Scale.TKR)) for step in arts.shown] == [
        ("Strøm", "−4 001".replace(" ", "\N{NO-BREAK SPACE}")),
        ("Lønn renhold", "−1 089".replace(" ", "\N{NO-BREAK SPACE}")),
        ("Pensjonsinnskudd", "−560"),
        ("Overføring til andre (private)", "−358"),
        ("Husleieinntekter", "−329"),
    ]
    assert arts.other_count == 42
    assert arts.others is not None
    assert arts.others.deviation == Decimal("284563.83")
    centres = explain(Level.ANSVAR, figures.parts[Level.ANSVAR])
    assert centres.deviation == arts.deviation == figures.whole.deviation


@pytest.mark.parametrize("number", [str(number) for number in range(1, 11)])
def test_every_level_adds_up_to_the_node(demo: None, number: str) -> None:
    figures = node_figures(Selection(2021, rammeomrade=number), Level, ALL)
    for level in Level:
        assert explain(level, figures.parts[level]).deviation == figures.whole.deviation
        assert sum(part.lines for part in figures.parts[level]) == figures.whole.lines


@pytest.mark.django_db
def test_filters_periods_and_last_year() -> None:
    organisation(("10", "V1", 1), ("20", "V2", 2))
    chart(arter=["1", "2"])
    balance("10", actual=5, original=4, amended=1, art="1", period=8)
    balance("10", actual=9, original=7, amended=1, art="1", period=13)
    balance("10", actual=3, art="2", period=8, year=2020)
    balance("20", actual=100, art="1", period=8)
    supply()
    found = node_figures(Selection(2021, period=8, rammeomrade="1"), [Level.ART], ALL)
    assert [
        (part.code, part.actual, part.revised, part.revised_year, part.last_year) for part in found.parts[Level.ART]
    ] == [
        ("1", 5, 5, 8, 0),
        ("2", 0, 0, 0, 3),
    ]
    assert (found.whole.actual, found.whole.original, found.whole.lines) == (5, 4, 1)


@pytest.mark.django_db
def test_what_was_never_read_in_is_no_figure() -> None:
    organisation(("10", "V1", 1))
    chart()
    balance("10", actual=5)
    found = node_figures(Selection(2021, ansvar="10"), [Level.ART], Known(last_year=False, actual=True, budget=False))
    assert (found.whole.last_year, found.whole.actual, found.whole.revised, found.whole.deviation) == (
        None,
        5,
        None,
        None,
    )


@pytest.mark.django_db
def test_a_node_without_lines_is_empty() -> None:
    found = node_figures(Selection(2021, ansvar="10"), [Level.ART], ALL)
    assert found.parts == {Level.ART: []}
    assert (found.whole.actual, found.whole.lines) == (0, 0)


@pytest.mark.django_db
def test_parts_of_several_units_at_once() -> None:
    organisation(("10", "V1", 1), ("20", "V2", 2), ("30", "V3", 3))
    chart(arter=["1", "2"])
    for ansvar, art, actual in (("10", "1", 1), ("10", "2", 2), ("20", "1", 4), ("30", "1", 8)):
        balance(ansvar, actual=actual, original=10, art=art)
    found = parts_of_each(Selection(2021), Level.VIRKSOMHET, ["V1", "V2"], Level.ART, ALL)
    assert {code: [(part.name, part.deviation) for part in own] for code, own in found.items()} == {
        "V1": [("Art 1", 9), ("Art 2", 8)],
        "V2": [("Art 1", 6)],
    }
    assert parts_of_each(Selection(2021), Level.VIRKSOMHET, [], Level.ART, ALL) == {}
