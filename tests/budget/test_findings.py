"""The heading of the deviation page: true for every data set."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.findings.deviations import deviation_finding, share, when
from budget.queries.deviations import DeviationRow, Deviations, Known
from budget.selection import Level, Selection
from roros.numbers import NBSP
from roros.wording import capital, spelled

ALL = Known(last_year=True, actual=True, budget=True)
AREAS = Selection(2021)


def row(name: str, actual: int | Decimal, revised: int | Decimal, code: str = "") -> DeviationRow:
    spent, budget = Decimal(actual), Decimal(revised)
    return DeviationRow(code or name, name, Decimal(0), spent, budget, budget, budget, lines=1)


def heading(*rows: DeviationRow, level: Level = Level.RAMMEOMRADE) -> str:
    return deviation_finding(Selection(2021, level=level), Deviations(rows, (), ALL)).heading.replace(NBSP, " ")


def lede(*rows: DeviationRow, central: tuple[DeviationRow, ...] = (), subject: str = "", period: int = 13) -> str:
    found = deviation_finding(Selection(2021, period=period), Deviations(rows, central, ALL), subject=subject)
    return found.lede.replace(NBSP, " ")


WITHIN = row("Kultur", 100, 100)
OVER = row("Helse", 11_000_000, 10_000_000)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), "Ingen tall i dette utvalget"),
        ((WITHIN, row("Næring", 1, 1)), "Ingen av to områder er over grensen"),
        ((OVER, WITHIN), "Ett av to områder brukte klart mer enn budsjettert. Helse står for alt merforbruket"),
        (
            (OVER, row("Skole", 9, 10)),
            "Ett av to områder brukte klart mer enn budsjettert. Helse står for alt merforbruket",
        ),
        (
            (OVER, row("Skole", 13_000_000, 10_000_000)),
            "Alle to områder brukte klart mer enn budsjettert. Skole står for 75 prosent av merforbruket",
        ),
        # Two are equally large: none of them is "størst".
        ((OVER, row("Skole", 11_000_000, 10_000_000), WITHIN), "To av tre områder brukte klart mer enn budsjettert"),
        ((OVER,), "Helse brukte klart mer enn budsjettert"),
        ((WITHIN,), "Kultur er innenfor grensen"),
        # Less income than budgeted is not spending.
        (
            (row("Skatt", -8_000_000, -10_000_000), WITHIN),
            "Ett av to områder er over grensen. Størst er Skatt med 2,0 mill. kr",
        ),
        ((row("Skatt", -8_000_000, -10_000_000),), "Skatt er over grensen"),
    ],
)
def test_heading(rows: tuple[DeviationRow, ...], expected: str) -> None:
    assert heading(*rows) == expected


def test_arts_may_be_income_so_nothing_is_said_of_spending() -> None:
    assert heading(OVER, WITHIN, level=Level.ART) == "Én av to arter er over grensen. Størst er Helse med 1,0 mill. kr"


def test_rows_that_share_a_code_are_not_counted_as_services() -> None:
    rows = row("Grunnskole", 100, 100, "2020"), row("Grunnskole", 100, 100, "2020")
    assert heading(*rows, level=Level.TJENESTE) == "Ingen av to poster er over grensen"


def test_without_a_budget_or_accounts_nothing_is_said_of_deviations() -> None:
    only_actual = DeviationRow("1", "Helse", None, Decimal(2_000_000), None, None, None)
    known = Known(last_year=False, actual=True, budget=False)
    found = deviation_finding(AREAS, Deviations([only_actual], (), known))
    assert found.heading.replace(NBSP, " ") == "Tjenestene hadde netto utgifter på 2,0 mill. kr i 2021"
    assert found.lede == "Budsjettet for 2021 er ikke lest inn, så det er ingen avvik å vise."
    only_budget = DeviationRow("1", "Helse", None, None, Decimal(1), Decimal(1), Decimal(1))
    known = Known(last_year=False, actual=False, budget=True)
    assert (
        deviation_finding(AREAS, Deviations([only_budget], (), known)).heading == "Regnskapet for 2021 er ikke lest inn"
    )
    income = DeviationRow("9", "Skatt", None, Decimal(-2_000_000), None, None, None)
    known = Known(last_year=False, actual=True, budget=False)
    found = deviation_finding(AREAS, Deviations([income], (), known), subject="Skatt")
    assert found.heading.replace(NBSP, " ") == "Skatt hadde netto inntekter på 2,0 mill. kr i 2021"


def test_lede_against_the_budget() -> None:
    assert lede(OVER) == "Tjenestene brukte 1,0 mill. kr mer enn revidert budsjett i 2021."
    assert lede(row("Skole", 9_000_000, 10_000_000), subject="Skole") == (
        "Skole brukte 1,0 mill. kr mindre enn revidert budsjett i 2021."
    )
    assert lede(WITHIN) == "Tjenestene traff revidert budsjett i 2021."
    assert lede(OVER, period=8) == "Tjenestene brukte 1,0 mill. kr mer enn periodisert budsjett til og med august 2021."
    income = row("Skatt", -11_000_000, -10_000_000)
    assert lede(income, subject="Skatt") == "Skatt ga 1,0 mill. kr mer enn revidert budsjett i 2021."
    assert lede(row("Skatt", -9_000_000, -10_000_000), subject="Skatt") == (
        "Skatt ga 1,0 mill. kr mindre enn revidert budsjett i 2021."
    )


@pytest.mark.parametrize(
    ("actual", "ending"),
    [
        (-2_000_000, "gikk regnskapet 1,0 mill. kr bedre enn budsjettert."),
        (-1_000_000, "gikk regnskapet som budsjettert."),
        (-500_000, "gikk regnskapet 0,5 mill. kr dårligere enn budsjettert."),
    ],
)
def test_lede_with_central_income(actual: int, ending: str) -> None:
    central = (row("Sentrale inntekter", actual, 0), row("Finans", 0, 0))
    assert lede(OVER, central=central).endswith(f"Medregnet sentrale inntekter og finans {ending}")


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (320, "nesten en tredel"),
        (333, "en tredel"),
        (450, "nesten halvparten"),
        (464, "nesten halvparten"),
        (495, "halvparten"),
        (500, "halvparten"),
        (510, "over halvparten"),
        (590, "59 prosent av merforbruket"),
        (666, "to tredeler"),
        (120, "12 prosent av merforbruket"),
    ],
)
def test_shares_in_words(part: int, words: str) -> None:
    assert share(Decimal(part), Decimal(1000)) == words


def test_time_in_words() -> None:
    assert [when(Selection(2021, period=period)) for period in (1, 8, 13)] == [
        "i januar 2021",
        "til og med august 2021",
        "i 2021",
    ]


figures = st.integers(-(10**8), 10**8)


@given(st.lists(st.tuples(figures, figures), max_size=8), st.sampled_from(Level))
def test_heading_is_short_and_counts_right(pairs: list[tuple[int, int]], level: Level) -> None:
    rows = [row(f"Rad {place}", actual, revised) for place, (actual, revised) in enumerate(pairs)]
    found = deviation_finding(Selection(2021, level=level), Deviations(rows, (), ALL))
    sentences = found.heading.replace("mill.", "mill").split(". ")
    assert 1 <= len(sentences) <= 2
    assert all(len(sentence.split()) <= 15 for sentence in sentences)
    over = sum(each.over_limit for each in rows)
    if len(rows) > 1:
        start = "Alle" if sentences[0].startswith("Alle") else capital(spelled(over))
        assert sentences[0].startswith((start, "Ett" if over == 1 else start))
    if "står for" in found.heading or "Størst" in found.heading:
        worst = min(rows, key=lambda each: each.deviation or 0)
        assert worst.name in sentences[1]
