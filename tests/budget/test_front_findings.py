"""Sentences of the front page: true and short for any figures."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.findings import front as findings
from budget.queries.deviations import DeviationRow, Deviations, Known
from roros.numbers import NBSP
from roros.periods import Period
from tests.budget.test_driver_findings import amounts, check, names

YEAR = Period(2021, 13)
ALL = Known(last_year=True, actual=True, budget=True)


def row(
    actual: object, revised: object, name: str = "Skole", *, operational: bool = True, code: str = "1"
) -> DeviationRow:
    """A rammeområde with these kroner."""
    spent, budget = (None if value is None else Decimal(str(value)) for value in (actual, revised))
    return DeviationRow(code, name, None, spent, budget, budget, budget, operational=operational)


def mill(deviation: float, name: str = "Skole", *, budget: int = 100) -> DeviationRow:
    """An area with this deviation, in millions."""
    revised = budget * 1_000_000
    return row(Decimal(revised) - Decimal(str(deviation)) * 1_000_000, revised, name)


def tax(deviation: float, name: str = "Sentrale inntekter", *, budget: int = -100) -> DeviationRow:
    return mill(deviation, name, budget=budget)


def found(services: float, *central: DeviationRow) -> Deviations:
    return Deviations([mill(services)], central, ALL)


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        (
            found(-18.3, tax(18.2)),
            "Kommunen gikk rundt i 2021, men tjenestene brukte 18,3 mill. kr mer enn budsjettert",
        ),
        (found(1, tax(-1)), "Kommunen gikk rundt i 2021, og tjenestene brukte 1,0 mill. kr mindre enn budsjettert"),
        (
            found(-1, tax(0.9, budget=-10)),
            "Kommunen holdt budsjettet i 2021, men tjenestene brukte 1,0 mill. kr mer enn budsjettert",
        ),
        (found(-0.1), "Kommunen holdt budsjettet i 2021"),
        (found(-5), "Kommunen brukte 5,0 mill. kr mer enn budsjettert i 2021"),
        (
            found(-5, tax(-1)),
            "Kommunen brukte 6,0 mill. kr mer enn budsjettert i 2021. "
            "Tjenestene brukte 5,0 mill. kr mer enn budsjettert",
        ),
        (
            found(-5, tax(9)),
            "Kommunen brukte 4,0 mill. kr mindre enn budsjettert i 2021. "
            "Tjenestene brukte 5,0 mill. kr mer enn budsjettert",
        ),
        (found(0, tax(0)), "Kommunen gikk rundt i 2021"),
    ],
)
def test_does_it_go_round(figures: Deviations, expected: str) -> None:
    assert plain(findings.answer(figures, YEAR)) == expected


def test_the_lede_says_what_weighed_against_it() -> None:
    def lede(figures: Deviations, *projects: DeviationRow) -> str:
        return plain(findings.lede(figures, projects))

    korona = row(7_400_000, 0, "Korona", code="111011")
    assert lede(found(-18.3, tax(18.9)), korona) == (
        "Sentrale inntekter veide opp for det. 7,4 av de 18,3 millionene gjelder prosjektet Korona."
    )
    assert lede(found(-18.3, tax(10))) == "Sentrale inntekter veide opp for det meste."
    assert lede(found(-18.3, tax(5))) == "Sentrale inntekter ga 5,0 mill. kr mer enn budsjettert."
    assert lede(found(18.3, tax(-5))) == "Sentrale inntekter ga 5,0 mill. kr mindre enn budsjettert."
    assert lede(found(-18.3, tax(1)), row(100, 0, code="1"), row(9_000_000, 0, code="")) == ""
    assert findings.lede(Deviations([row(1, None)], (), Known(False, True, False)), []) == ""


def test_areas_in_a_sentence() -> None:
    assert plain(findings.area_sentence(mill(-0.9, "Finans"))) == "Finans kostet 0,9 mill. kr mer enn budsjettert"
    assert findings.area_sentence(mill(0, "Finans")) == "Finans ble som budsjettert"
    assert findings.together(found(-1)) == "Tjenestene mot budsjettet"
    assert findings.together(found(-1, tax(1), mill(-2, "Finans"))).startswith("Finans kostet")


def test_areas_past_the_limit_are_counted() -> None:
    assert findings.areas([mill(-9), mill(-8), mill(1)]) == "To av tre rammeområder er over grensen"
    assert findings.areas([mill(-9, "Helse"), mill(1)]) == "Helse er over grensen"
    assert findings.areas([mill(-9), mill(-9)]) == "Alle to rammeområder er over grensen"
    assert findings.areas([mill(1)]) == "Ingen rammeområder er over grensen"
    assert findings.areas([row(1, None), row(1, None)]) == "To rammeområder"


def test_units_that_deviate_most() -> None:
    def of(*deviations: float) -> str:
        return plain(findings.largest_units([mill(each, f"Enhet {place}") for place, each in enumerate(deviations)]))

    assert of(-6.1, -3.4, 2.5) == "To virksomheter brukte 9,5 mill. kr mer enn budsjettert. Enhet 2 brukte 2,5 mindre"
    assert of(-6.1) == "Én virksomhet brukte 6,1 mill. kr mer enn budsjettert"
    assert of(2, 3) == "To virksomheter brukte 5,0 mill. kr mindre enn budsjettert"
    assert of() == "Ingen virksomheter avviker fra budsjettet"


def test_what_changed_since_the_last_report() -> None:
    def of(*pairs: tuple[str, int, int]) -> str:
        million = 1_000_000
        return findings.changed(
            [(name, Decimal(before) * million, Decimal(now) * million) for name, before, now in pairs], "2. tertial"
        )

    assert of(("Helse", -6, -9), ("Teknisk", 3, -1)) == "Teknisk snudde etter 2. tertial"
    assert of(("Helse", -6, -9), ("Teknisk", 3, 1)) == "Helse endret seg mest etter 2. tertial"
    assert of(("Helse", -6, -6)) == "Ingen endring etter 2. tertial"
    assert of() == "Ingen endring etter 2. tertial"


areas = st.lists(
    st.builds(
        row,
        amounts.filter(lambda value: value is not None),
        amounts.filter(lambda value: value is not None),
        names.filter(lambda name: "." not in name and len(name.split()) < 5),
    ),
    min_size=1,
    max_size=6,
)


@given(areas, st.lists(areas.map(lambda rows: rows[0]), max_size=2), st.integers(min_value=1, max_value=13))
def test_every_sentence_is_short(services: list[DeviationRow], central: list[DeviationRow], number: int) -> None:
    figures = Deviations(services, central, ALL)
    check(findings.answer(figures, Period(2021, number)))
    check(findings.together(figures), sentences=1)
    check(findings.areas(services), sentences=1)
    check(findings.largest_units(services))
    lede = findings.lede(figures, services)
    assert not lede or lede.endswith(".")
