"""Charts as JSON: small, free of colours, and with the numbers beside them."""

import json
import re
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from roros.charts import Bar, Chart, Height, MonthlyFigures, Remark, deviation_chart, end_positions, year_to_date_chart
from roros.numbers import NBSP, Scale
from roros.periods import Period

GOLDEN = Path(__file__).parent / "golden"
ACTUAL = [
    Decimal(thousands * 1000)
    for thousands in (2588, 4894, 5957, 7258, 8420, 8620, 9813, 10417, 11516, 13091, 14821, 18342)
]
BUDGET = [
    Decimal(thousands * 1000)
    for thousands in (1789, 3047, 4190, 5223, 6117, 6469, 7349, 8105, 8958, 9953, 11094, 12290)
]
LAST_YEAR = [
    Decimal(thousands * 1000)
    for thousands in (1108, 1885, 3100, 4335, 5155, 5660, 7021, 7518, 8337, 9052, 10322, 11527)
]
BARS = [Bar("Helse & omsorg", Decimal("-8857451.04"), over_limit=True), Bar("Oppvekst", Decimal("811840.96"))]


def whole_year() -> Chart:
    remark = Remark(11, "Strøm okt.–des.:\n2,9 mill. over budsjett")
    figures = MonthlyFigures(ACTUAL, BUDGET, LAST_YEAR)
    return year_to_date_chart("maned", figures, Period(2021, 13), title="Brukt hittil i år", remark=remark)


def august() -> Chart:
    return year_to_date_chart("t2", MonthlyFigures(ACTUAL[:8], BUDGET), Period(2021, 8), title="Brukt hittil i år")


def test_a_field_shows_what_is_expected() -> None:
    expected = [(value - 100_000, value + 200_000) for value in BUDGET[8:]]
    figures = MonthlyFigures(ACTUAL[:8], BUDGET, LAST_YEAR, expected)
    chart = year_to_date_chart("t2", figures, Period(2021, 8), title="Brukt hittil i år")
    field = figure_of(chart)["data"][0]  # type: ignore[index]
    assert (field["fill"], field["meta"], field["x"]) == ("toself", "rule", [7, 8, 9, 10, 11, 11, 10, 9, 8, 7])
    assert field["y"][0] == field["y"][-1] == float(ACTUAL[7]) / 1e6, "it begins where the accounts end"
    assert "Grått felt" in chart.caption
    assert chart.numbers.head[-2:] == ("Ventet, lavest", "Ventet, høyest")
    assert [len(row) for row in chart.numbers.rows] == [7] * 12
    assert [cell.replace(NBSP, " ") for cell in chart.numbers.rows[-1][-2:]] == ["12 190", "12 490"]
    assert len(august().numbers.head) == 5


def deviations() -> Chart:
    return deviation_chart("avvik", BARS, title="Avvik", caption="Avvik fra revidert budsjett 2021.")


def figure_of(chart: Chart) -> dict[str, object]:
    block = re.fullmatch(r'<script type="application/json" id="[\w-]+">(.*)</script>', chart.json_block, re.DOTALL)
    assert block
    loaded: dict[str, object] = json.loads(block[1])
    return loaded


@pytest.mark.parametrize("name", ["whole_year", "august", "deviations"])
def test_figure_is_as_last_reviewed(name: str) -> None:
    """The golden file is the figure as somebody looked at it; write it anew only after looking again."""
    chart: Chart = {"whole_year": whole_year, "august": august, "deviations": deviations}[name]()
    assert figure_of(chart) == json.loads((GOLDEN / f"chart_{name}.json").read_text())


@pytest.mark.parametrize("chart", [whole_year(), august(), deviations()], ids=lambda chart: chart.id)
def test_figure_is_small_and_names_roles_not_colours(chart: Chart) -> None:
    block = chart.json_block
    assert len(block) < 3000
    assert not re.search(r"#[0-9a-fA-F]{6}|rgb\((?!a)", block)
    assert "<b>" not in json.dumps(figure_of(chart))


def test_text_from_the_data_is_neither_markup_nor_the_end_of_the_block() -> None:
    bars = [Bar('</script><script>alert(1)</script><a href="https://x">', Decimal(1))]
    chart = deviation_chart("x", bars, title="t", caption="c")
    assert chart.json_block.count("</script>") == 1
    assert "<a" not in json.dumps(figure_of(chart))
    assert "<script>" not in render_to_string("components/chart.html", {"chart": chart}).replace(
        '<script type="application/json"', ""
    )


def test_numbers_behind_the_figure_are_all_there() -> None:
    numbers = whole_year().numbers
    assert numbers.head == ("Til og med", "Regnskap 2021", "Budsjett", "Avvik", "Regnskap 2020")
    assert len(numbers.rows) == 12
    assert [cell.replace("\u00a0", " ") for cell in map(str, numbers.rows[-1])] == [
        "desember",
        "18 342",
        "12 290",
        "−6 052",
        "11 527",
    ]


def test_months_that_have_not_been_are_missing_and_not_zero() -> None:
    rows = august().numbers.rows
    assert rows[7][3] != ".."
    assert rows[8][1] == rows[8][3] == rows[8][4] == ".."


def test_line_that_ends_during_the_year_is_labelled_away_from_the_others() -> None:
    layout = figure_of(august())["layout"]
    label = next(note for note in layout["annotations"] if note["text"].startswith("Regnskap"))  # type: ignore[index]
    assert (label["x"], label["xanchor"], label["yshift"]) == (7, "right", 14)


def test_empty_series_are_left_out() -> None:
    chart = year_to_date_chart("x", MonthlyFigures([], BUDGET), Period(2021, 1), title="t")
    assert [trace["name"] for trace in figure_of(chart)["data"]] == ["Budsjett"]  # type: ignore[attr-defined]
    assert year_to_date_chart("x", MonthlyFigures([]), Period(2021, 1), title="t").numbers.rows == ()


def test_scale_is_said_beside_the_chart() -> None:
    chart = deviation_chart("x", BARS, title="t", caption="c", scale=Scale.TKR)
    assert chart.unit == "1000 kroner"
    assert figure_of(chart)["data"][0]["text"] == ["−8\u00a0857"]  # type: ignore[index]


def test_many_bars_get_a_taller_chart() -> None:
    assert deviations().height is Height.MEDIUM
    assert deviation_chart("x", BARS * 4, title="t", caption="c").height is Height.TALL


@pytest.mark.parametrize("number", range(1, 14))
def test_axis_holds_zero_and_every_value(number: int) -> None:
    values = [Decimal(number) ** 7 * sign for sign in (1, -1)]
    chart = year_to_date_chart("x", MonthlyFigures(values), Period(2021, 2), title="t", scale=Scale.KR)
    axis = figure_of(chart)["layout"]["yaxis"]  # type: ignore[index]
    low, high = axis["range"]
    assert low <= min(values)
    assert high >= max(values)
    assert 0 in axis["tickvals"]
    assert 3 <= len(axis["tickvals"]) <= 8


@given(st.lists(st.decimals(min_value=-500, max_value=500, places=1), min_size=1, max_size=6))
def test_labels_never_overlap_and_keep_their_order(values: list[Decimal]) -> None:
    places = end_positions(values, Decimal(17))
    pairs = sorted(zip(values, places, strict=True))
    gaps = [upper[1] - lower[1] for lower, upper in pairwise(pairs)]
    assert all(abs(gap) >= Decimal("16.999") for gap in gaps)
    assert sorted(places) == [place for _value, place in sorted(zip(values, places, strict=True))]


def test_labels_far_apart_stay_where_they_are() -> None:
    assert end_positions([Decimal(100), Decimal(0)], Decimal(17)) == [Decimal(100), Decimal(0)]


def test_chart_on_the_page_has_words_and_a_table() -> None:
    html = render_to_string("components/chart.html", {"chart": whole_year()})
    assert 'role="group" aria-label="Brukt hittil i år. Linjediagram' in html
    assert 'data-chart="maned-data"' in html
    assert '<script type="application/json" id="maned-data">' in html
    assert "Vis tallene bak figuren" in html
    assert html.count('<th scope="row">') == 12
    assert "style=" not in html
