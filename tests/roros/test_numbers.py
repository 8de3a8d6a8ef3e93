"""Amounts and percents: reading, rounding, deviation, writing."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roros.numbers import (
    AmbiguousNumber,
    EmptyNumber,
    NotANumber,
    Scale,
    TooLarge,
    TooManyDecimals,
    deviation,
    deviation_percent,
    format_amount,
    format_percent,
    parse_amount,
    round_half_away,
    to_ore,
)

kroner = st.decimals(min_value=Decimal("-99999999999.99"), max_value=Decimal("99999999999.99"), places=2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1234", "1234.00"),
        ("1234,5", "1234.50"),
        ("1234.50", "1234.50"),
        ("1 234,50", "1234.50"),
        ("1\u00a0234\u00a0567,89", "1234567.89"),
        ("1\u202f234,00", "1234.00"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234.567", "1234567.00"),
        ("1,234,567.8", "1234567.80"),
        ("1.234.567,89", "1234567.89"),
        ("-12,00", "-12.00"),
        ("\u221212", "-12.00"),
        ("–12", "-12.00"),
        ("- 12", "-12.00"),
        ("12-", "-12.00"),
        ("1 234,50-", "-1234.50"),
        ("(12,5)", "-12.50"),
        ("+12", "12.00"),
        ("kr 12", "12.00"),
        ("kr -12", "-12.00"),
        ("-12 kr", "-12.00"),
        ("1 234,-", "1234.00"),
        ("-1 234,-", "-1234.00"),
        (",5", "0.50"),
        ("0", "0.00"),
        ("-0", "0.00"),
        ("1234,000", "1234.00"),
    ],
)
def test_reads_norwegian_amounts(text: str, expected: str) -> None:
    assert str(parse_amount(text)) == expected


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("1.234", (1234, Decimal("1.234"))),
        ("1,234", (1234, Decimal("1.234"))),
        ("-12.500", (-12500, Decimal("-12.500"))),
        ("999,000", (999000, Decimal("999.000"))),
    ],
)
def test_refuses_an_amount_with_two_readings_and_names_them(text: str, readings: tuple[int, Decimal]) -> None:
    with pytest.raises(AmbiguousNumber) as caught:
        parse_amount(text)
    assert caught.value.readings == readings


@pytest.mark.parametrize("text", ["", "  ", "-", "\u2212", "\u00a0", "–", "kr", None])
def test_nothing_or_a_dash_is_no_figure(text: str | None) -> None:
    with pytest.raises(EmptyNumber):
        parse_amount(text)


@pytest.mark.parametrize(
    "text",
    ["12 34", "1 23 456", "1.23.456", "1,234.567,8", "tolv", "12a", "--12", "12,", "1..2", "#REF!", "½", "١٢", "()"],
)
def test_refuses_what_is_no_number(text: str) -> None:
    with pytest.raises(NotANumber):
        parse_amount(text)


@pytest.mark.parametrize("value", [True, float("nan"), float("inf"), Decimal("NaN")])
def test_refuses_values_that_are_no_figure(value: float | Decimal) -> None:
    with pytest.raises(NotANumber):
        parse_amount(value)


@pytest.mark.parametrize("value", ["0,123", "1234,567", 1234.567, 0.001, Decimal("0.005"), 1.005])
def test_refuses_more_than_two_real_decimals(value: str | float | Decimal) -> None:
    with pytest.raises(TooManyDecimals):
        parse_amount(value)


@pytest.mark.parametrize("value", [1e14, "100000000000000", -1e300, Decimal(10) ** 14])
def test_refuses_what_no_column_can_hold(value: str | float | Decimal) -> None:
    with pytest.raises(TooLarge):
        parse_amount(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.1 + 0.2, "0.30"),
        (12345678901.23, "12345678901.23"),
        (9813175.879999999, "9813175.88"),
        (-1e-12, "0.00"),
        (-50000.0, "-50000.00"),
        (1e10, "10000000000.00"),
        (17, "17.00"),
    ],
)
def test_a_float_is_read_by_its_shortest_form_without_noise(value: float, expected: str) -> None:
    assert str(parse_amount(value)) == expected


def test_other_figures_keep_more_decimals() -> None:
    assert parse_amount(7.596, places=6) == Decimal("7.596")
    assert parse_amount("2394,414", places=6) == Decimal("2394.414")


@settings(deadline=None)
@given(kroner)
def test_every_amount_survives_a_float(amount: Decimal) -> None:
    assert parse_amount(float(amount)) == amount


@settings(deadline=None)
@given(kroner)
def test_kroner_with_ore_read_back_as_they_were_written(amount: Decimal) -> None:
    assert parse_amount(format_amount(amount, Scale.KR, decimals=2)) == amount


@settings(deadline=None)
@given(st.integers(min_value=-(10**9), max_value=10**9), st.sampled_from(list(Scale)))
def test_round_figures_read_back_at_every_scale(units: int, scale: Scale) -> None:
    amount = units * scale.divisor
    written = format_amount(amount, scale, decimals=1)
    assert parse_amount(written) * scale.divisor == amount


@settings(deadline=None)
@given(kroner)
def test_whole_ore(amount: Decimal) -> None:
    assert Decimal(to_ore(amount)) / 100 == amount


def test_a_fraction_of_an_ore_is_not_lost() -> None:
    with pytest.raises(TooManyDecimals):
        to_ore(Decimal("0.005"))


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("0.5", 0, "1"),
        ("-0.5", 0, "-1"),
        ("2.5", 0, "3"),
        ("-0.4", 0, "0"),
        ("1.25", 1, "1.3"),
        ("-1.25", 1, "-1.3"),
        ("1250", -2, "1.3E+3"),
    ],
)
def test_rounds_half_away_from_zero(value: str, places: int, expected: str) -> None:
    assert str(round_half_away(Decimal(value), places)) == expected


def test_no_figure_stays_no_figure() -> None:
    assert round_half_away(None) is None
    assert deviation(None, Decimal(1)) is None
    assert deviation(Decimal(1), None) is None
    assert deviation_percent(None, Decimal(1)) is None
    assert deviation_percent(Decimal(1), None) is None


@settings(deadline=None)
@given(kroner, kroner)
def test_deviation_is_budget_minus_actual(revised: Decimal, actual: Decimal) -> None:
    result = deviation(revised, actual)
    assert result + actual == revised
    assert (result > 0) == (actual < revised)


def test_a_net_income_area_that_took_in_more_has_a_positive_deviation() -> None:
    assert deviation(Decimal(-4004), Decimal(-4094)) == 90


@settings(deadline=None)
@given(kroner, kroner)
def test_percent_has_the_sign_of_the_deviation_and_one_decimal(revised: Decimal, actual: Decimal) -> None:
    dev = deviation(revised, actual)
    percent = deviation_percent(dev, revised)
    if revised == 0:
        assert percent is None
    else:
        assert percent is not None
        assert abs(percent * abs(revised) - dev * 100) <= abs(revised) / 20
        assert percent * dev >= 0
        assert percent.as_tuple().exponent == -1


def test_percent_of_a_tiny_budget() -> None:
    assert deviation_percent(Decimal(2985 - 89981), Decimal(2985)) == Decimal("-2914.4")


@pytest.mark.parametrize(
    ("value", "scale", "decimals", "expected"),
    [
        (Decimal("1234567.50"), Scale.KR, None, "1\u00a0234\u00a0568"),
        (Decimal("1234567.50"), Scale.KR, 2, "1\u00a0234\u00a0567,50"),
        (Decimal("-6052499.99"), Scale.TKR, None, "\u22126\u00a0052"),
        (Decimal("-6050000"), Scale.MILL, None, "\u22126,1"),
        (Decimal("-0.4"), Scale.KR, None, "0"),
        (Decimal("-49999"), Scale.MILL, None, "0,0"),
        (Decimal(500), Scale.TKR, None, "1"),
        (0, Scale.TKR, None, "0"),
        (None, Scale.KR, None, ".."),
    ],
)
def test_writes_amounts(value: Decimal | None, scale: Scale, decimals: int | None, expected: str) -> None:
    assert format_amount(value, scale, decimals=decimals) == expected


def test_writes_percents() -> None:
    assert format_percent(Decimal("-3.9")) == "\u22123,9\u00a0%"
    assert format_percent(Decimal("-2914.4")) == "\u22122914,4\u00a0%"
    assert format_percent(None) == "–"
    assert format_percent(None, annual_report=True) == "0,0\u00a0%"


def test_scales_name_their_unit() -> None:
    assert [scale.label for scale in Scale] == ["kr", "1000\u00a0kr", "mill.\u00a0kr"]
    assert Scale("tkr") is Scale.TKR
