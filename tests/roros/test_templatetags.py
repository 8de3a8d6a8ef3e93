"""Filters and tags that write figures, dates, statuses and icons."""

import datetime
from decimal import Decimal

import pytest
from django.template import Context, Template

from roros.components import OVER_LIMIT, Status, StatusKind
from roros.numbers import Scale

NBSP = "\u00a0"


def render(source: str, **context: object) -> str:
    return Template("{% load figures %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("source", "value", "expected"),
    [
        ("{{ value|amount:'tkr' }}", Decimal("-2161998.88"), f"−2{NBSP}162"),
        ("{{ value|amount }}", Decimal("-499.99"), "0"),
        ("{{ value|amount }}", None, ".."),
        ("{{ value|kr }}", Decimal("-6051838.10"), f"−6{NBSP}051{NBSP}838"),
        ("{{ value|ore }}", Decimal("847543.4"), f"847{NBSP}543,40"),
        ("{{ value|tkr }}", Decimal("500"), "1"),
        ("{{ value|tkr }}", Decimal("-500"), "−1"),
        ("{{ value|mill }}", Decimal("-18289000"), "−18,3"),
        ("{{ value|magnitude|mill }}", Decimal("-18289000"), "18,3"),
        ("{{ value|magnitude|mill }}", None, ".."),
        ("{{ value|tkr|signed }}", Decimal("812000"), "+812"),
        ("{{ value|tkr|signed }}", Decimal("-812000"), "−812"),
        ("{{ value|tkr|signed }}", Decimal("0"), "0"),
        ("{{ value|tkr|signed }}", None, ".."),
        ("{{ value|decimal }}", Decimal("8.25"), "8,3"),
        ("{{ value|decimal:0 }}", Decimal("23089.4"), f"23{NBSP}089"),
        ("{{ value|count }}", 27255, f"27{NBSP}255"),
        ("{{ value|percent }}", Decimal("-3.9"), f"−3,9{NBSP}%"),
        ("{{ value|percent }}", None, "–"),
        ("{{ value|percent_of_zero }}", None, f"0,0{NBSP}%"),
        ("{{ value|unit }}", Scale.TKR, f"1000{NBSP}kr"),
        ("{{ value|unit }}", "mill", f"mill.{NBSP}kr"),
        ("{{ value|day }}", datetime.date(2021, 8, 31), "31.08.2021"),
        ("{{ value|day }}", None, ".."),
        ("{{ value|day_long }}", datetime.date(2021, 12, 1), f"1.{NBSP}desember 2021"),
        ("{{ value|isoday }}", datetime.date(2021, 12, 1), "2021-12-01"),
        ("{{ value|isoday }}", None, ""),
        ("{{ value|size }}", 918_400, f"918{NBSP}kB"),
        ("{{ value|size }}", 12, f"1{NBSP}kB"),
        ("{{ value|size }}", 2_449_000, f"2,4{NBSP}MB"),
        ("{{ value|size }}", None, ".."),
    ],
)
def test_filter(source: str, value: object, expected: str) -> None:
    assert render(source, value=value) == expected


def test_moments_are_shown_in_local_time() -> None:
    late = datetime.datetime(2021, 12, 31, 23, 30, tzinfo=datetime.UTC)
    assert render("{{ value|moment }}", value=late) == f"01.01.2022 kl.{NBSP}00.30"
    assert render("{{ value|day }}", value=late) == "01.01.2022"
    assert render("{{ value|moment }}", value=None) == ".."


def test_scale_that_does_not_exist_is_an_error_and_not_a_wrong_figure() -> None:
    with pytest.raises(ValueError, match="tusen"):
        render("{{ value|amount:'tusen' }}", value=Decimal(1))


def test_status_is_a_word_with_an_icon() -> None:
    expected = (
        '<span class="status delayed"><svg class="icon" aria-hidden="true" focusable="false">'
        '<use href="#i-delayed"/></svg>Forsinket</span>'
    )
    assert render("{% status value %}", value=Status("Forsinket", StatusKind.DELAYED)) == expected
    assert render('{% status "Forsinket" "delayed" %}') == expected
    assert "Over grensen" in render("{% status value %}", value=OVER_LIMIT)


def test_status_from_data_is_escaped_and_unknown_looks_are_refused() -> None:
    assert "<b>" not in render("{% status value %}", value=Status("<b>", StatusKind.DONE))
    with pytest.raises(ValueError, match="purple"):
        render('{% status "Ord" "purple" %}')


def test_every_status_has_an_icon_in_the_sprite() -> None:
    sprite = render('{% include "components/sprite.html" %}')
    for kind in StatusKind:
        assert f'id="i-{kind.value}"' in sprite
