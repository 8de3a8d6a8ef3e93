"""Sentences about drivers: short and true for any figures, and those of the design for Røros 2021."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.findings import drivers as findings
from budget.queries.curves import Curve
from budget.queries.deviations import DeviationRow
from budget.queries.drivers import explain
from budget.selection import Level
from roros.numbers import NBSP
from roros.periods import Period

YEAR = Period(2021, 13)
amounts = st.one_of(st.none(), st.decimals(min_value=-(10**9), max_value=10**9, places=2), st.just(Decimal(0)))
names = st.text(alphabet="abcæøå ", min_size=1, max_size=60).map(lambda text: text.strip() or "navn")
rows = st.builds(lambda name, actual, revised: row(actual, revised, name), names, amounts, amounts)
curves = st.builds(
    lambda pairs, months: Curve(
        2021, tuple(one for one, _other in pairs[:months]), tuple(other for _one, other in pairs), ()
    ),
    st.lists(
        st.tuples(st.decimals(-(10**6), 10**6, places=2), st.decimals(-(10**6), 10**6, places=2)),
        min_size=12,
        max_size=12,
    ),
    st.integers(min_value=0, max_value=12),
)


def row(actual: object, revised: object, name: str = "Strøm", code: str = "1") -> DeviationRow:
    """A row with these kroner."""
    spent, budget = (None if value is None else Decimal(str(value)) for value in (actual, revised))
    return DeviationRow(code, name, None, spent, budget, budget, budget)


def plain(text: str) -> str:
    """The sentence with ordinary spaces."""
    return text.replace(NBSP, " ")


def node(
    actual: object, revised: object, *, level: Level = Level.ANSVAR, period: Period = YEAR, name: str = "Kino"
) -> str:
    return plain(findings.node_finding(name, level, row(actual, revised), explain(Level.ART, []), period))


@pytest.mark.parametrize(
    ("actual", "revised", "expected"),
    [
        (18_341_920, 12_290_082, "Kino brukte 6,1 mill. kr mer enn budsjettert"),
        (90_000, 113_400, "Kino brukte 23 400 kr mindre enn budsjettert"),
        (100, 555, "Kino brukte 455 kr mindre enn budsjettert"),
        (-2_096_000, -2_977_000, "Kino fikk inn 0,9 mill. kr mindre enn budsjettert"),
        (-3_000_000, -2_000_000, "Kino fikk inn 1,0 mill. kr mer enn budsjettert"),
        (300_000, -1_000_000, "Kino brukte 1,3 mill. kr mer enn budsjettert"),
        (420_000, 420_000, "Kino brukte 0,4 mill. kr, som budsjettert"),
        (420_000, 0, "Kino brukte 0,4 mill. kr uten budsjett"),
        (0, 0, "Kino har verken budsjett eller regnskap"),
        (420_000, None, "Kino brukte 0,4 mill. kr i 2021"),
        (None, 420_000, "Kino har et budsjett på 0,4 mill. kr i 2021"),
        (None, -420_000, "Kino har en budsjettert inntekt på 0,4 mill. kr i 2021"),
        (None, None, "Kino har ingen tall for 2021"),
    ],
)
def test_node(actual: object, revised: object, expected: str) -> None:
    assert node(actual, revised) == expected


def test_an_art_costs_or_gives() -> None:
    assert node(5_000_000, 1_000_000, level=Level.ART, name="Strøm") == "Strøm kostet 4,0 mill. kr mer enn budsjettert"
    assert node(-1_000_000, -2_000_000, level=Level.ART, name="Leie") == "Leie ga 1,0 mill. kr mindre enn budsjettert"


def test_a_part_of_the_year_is_named() -> None:
    text = node(5_000_000, 1_000_000, period=Period(2021, 8))
    assert text == "Kino brukte 4,0 mill. kr mer enn budsjettert til og med august"


def drivers(*deviations: int, names: tuple[str, ...] = ("Strøm", "Lønn renhold", "Pensjon", "Mat")) -> findings.Drivers:
    parts = [row(-deviation * 1000, 0, name, name) for deviation, name in zip(deviations, names, strict=False)]
    return explain(Level.ART, parts)


def test_the_largest_driver_follows() -> None:
    def second(*deviations: int) -> str:
        found = drivers(*deviations)
        text = findings.node_finding("Kino", Level.ANSVAR, row(-found.deviation, 0), found, YEAR)
        return plain(text).partition("budsjett. ")[2]

    assert second(-4000, -1100, -900) == "Strøm sto for 4,0"
    assert second(-4000, 3000) == "Strøm trakk mest, med 4,0"
    assert second(-2000, -2000) == ""  # two are equal
    assert second(-1000, -990, -980, -970) == "Strøm sto for 1,0"
    assert second(-4000) == ""  # the only part says nothing new


def test_causes_that_explain_most() -> None:
    def of(*deviations: int) -> str:
        return plain(findings.drivers_finding(drivers(*deviations)))

    assert of(-4000, -1100, -560, -400) == "Strøm, lønn renhold og pensjon forklarer 5,7 av 6,1 mill. kr"
    assert of(-4000, -200) == "Strøm forklarer 4,0 av 4,2 mill. kr"
    assert of(-4000, -3, -2) == "Strøm forklarer nesten hele avviket på 4,0 mill. kr"
    assert of(-4000) == "Strøm forklarer hele avviket på 4,0 mill. kr"
    assert of(-4000, 1000) == "Strøm ga 4,0, og resten trakk 1,0 tilbake"
    assert of(-4000, 4000) == "Avvikene går opp i null"
    assert of() == "Ingen avvik å forklare"
    assert of(0, 0) == "Ingen avvik å forklare"


def test_causes_in_a_line() -> None:
    assert plain(findings.causes(drivers(-4000, -1100, -560))) == "Strøm 4,0, lønn renhold 1,1, pensjon 0,6"
    assert plain(findings.causes(drivers(-4000, 2000))) == "Strøm 4,0. Lønn renhold trekker motsatt vei, 2,0"
    assert findings.causes(drivers()) == "Mange små avvik"


def test_parts_that_deviate_most() -> None:
    def of(*deviations: int) -> str:
        rows = [row(-deviation, 0, f"Bygg {place}") for place, deviation in enumerate(deviations, 1)]
        return findings.parts_finding(Level.ANSVAR, rows)

    assert of(-2904, -2288, -930) == "Bygg 1 og Bygg 2 har de største avvikene"
    assert of(-2904, -930, -930) == "Bygg 1 har det største avviket"
    assert of(-2904, 0) == "Hele avviket ligger på Bygg 1"
    assert of(0, 0) == "Ingen avvik mellom regnskap og budsjett"
    assert of(-5, -5) == "Ingen avvik over grensen"
    assert of(-600_000, -600_000, -600_000) == "Tre ansvar er over grensen"


def test_parts_without_a_budget() -> None:
    spent = [row(5_000_000, None, "Skole"), row(1, None, "Kino")]
    assert plain(findings.parts_finding(Level.ANSVAR, spent)) == "Skole brukte mest, 5,0 mill. kr"
    assert findings.parts_finding(Level.ANSVAR, [row(-5, None), row(-5, None)]) == "To ansvar har tall"
    assert findings.parts_finding(Level.ANSVAR, []) == "Ingen tall under dette nivået"


def months(*deviations: int) -> Curve:
    return Curve(2021, tuple(Decimal(-each) for each in deviations), (Decimal(0),) * 12, ())


def test_when_the_deviation_came() -> None:
    of = findings.curve_finding
    assert of(months(0, 0, 0, 0, 0, 0, 0, 0, -1, -3, -6, -10)) == "90 prosent av avviket kom i oktober–desember"
    assert of(months(-1, -2, -3, -4, -5, -6, -7, -8, -9, -10, -11, -12)) == "Avviket har vært negativt hele perioden"
    assert of(months(1, 2, 3, 4)) == "Avviket har vært positivt hele perioden"
    assert of(months(1, 2, -3)) == "Avviket snudde til minus i mars"
    assert of(months(-1, -2, 3)) == "Avviket snudde til pluss i mars"
    assert of(months(1, 0, 0)) == "Avviket har gått opp og ned gjennom året"
    assert of(months(0, 0)) == "Regnskapet har fulgt budsjettet hver måned"
    assert of(Curve(2021, (Decimal(1),), (), ())) == "Regnskapet måned for måned"
    assert of(Curve(2021, (), (Decimal(1),), ())) == "Budsjettet måned for måned"


def check(text: str, *, sentences: int = 2) -> None:
    """At most so many sentences of 15 words, never a minus zero."""
    parts = [part for part in text.replace("mill.", "mill").split(". ") if part]
    assert 1 <= len(parts) <= sentences, text
    for part in parts:
        assert len(part.split()) <= findings.MOST_WORDS, text
    assert "−0" not in text


@given(st.lists(rows, max_size=8), names.filter(lambda name: "." not in name), st.sampled_from(Level))
def test_every_sentence_is_short(parts: list[DeviationRow], name: str, level: Level) -> None:
    numbered = [row(part.actual, part.revised, part.name, str(place)) for place, part in enumerate(parts)]
    found = explain(Level.ART, numbered)
    whole = row(found.actual, found.revised)
    check(findings.node_finding(name, level, whole, found, Period(2021, 8)))
    check(findings.drivers_finding(found))
    check(findings.parts_finding(level, numbered))
    assert findings.causes(found)


@given(curves)
def test_every_curve_has_a_finding(curve: Curve) -> None:
    check(findings.curve_finding(curve), sentences=1)


def test_names_inside_a_sentence() -> None:
    assert findings.inside("Lønn renhold", Level.ART) == "lønn renhold"
    assert findings.inside("NAV", Level.TJENESTE) == "NAV"
    assert findings.inside("Skolebygg", Level.ANSVAR) == "Skolebygg"
    assert findings.listed(["a", "b", "c"]) == "a, b og c"
    assert findings.listed([]) == ""
