"""What the rooms say on the front page: each sentence has a rule and a fallback."""

from __future__ import annotations

from decimal import Decimal

import pytest

from climate.front import path_finding
from climate.queries.targets import Target
from investments.front import first_sentence
from roros.sections import fitting_year


@pytest.mark.parametrize(
    ("years", "wanted", "found"),
    [([2021, 2020], 2021, 2021), ([2019, 2022], 2021, 2019), ([2022], 2021, 2022), ([], 2021, None)],
)
def test_the_year_that_fits(years: list[int], wanted: int, found: int | None) -> None:
    assert fitting_year(years, wanted) == found


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Ferdig. Alt er levert.", "Ferdig."),
        ("Uten punktum", "Uten punktum"),
        ("Avsluttet 2.3.2021", "Avsluttet 2.3.2021"),
        ("", ""),
    ],
)
def test_the_first_sentence(text: str, first: str) -> None:
    assert first_sentence(text) == first


@pytest.mark.parametrize(
    ("year", "emitted", "finding"),
    [
        (2020, 10_150, "Utslippene ligger 2 200 tonn over veien til 2030-målet"),
        (2020, 7_900, "Utslippene ligger 100 tonn under veien til 2030-målet"),
        (2020, 7_990, "Utslippene følger veien til 2030-målet"),
        (2010, 10_000, ""),
        (2030, 6_000, ""),
    ],
)
def test_the_path_in_words(year: int, emitted: int, finding: str) -> None:
    target = Target(1, "Mål", 2010, 2030, Decimal(40), None, False, Decimal(10_000))
    assert path_finding(target, year, Decimal(emitted)).replace("\N{NO-BREAK SPACE}", " ") == finding
