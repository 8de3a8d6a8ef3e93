"""Numbers, amounts and lists as they stand in a sentence."""

from __future__ import annotations

from decimal import Decimal

import pytest

from roros.numbers import NBSP
from roros.wording import capital, listed, lower_first, money, spelled


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("6051838", "6,1 mill. kr"),
        ("-6051838", "6,1 mill. kr"),
        ("100000", "0,1 mill. kr"),
        ("99999.49", "99 999 kr"),
        ("48134", "48 134 kr"),
        ("0.5", "1 kr"),
        ("0", "0 kr"),
    ],
)
def test_amounts(amount: str, words: str) -> None:
    assert money(Decimal(amount)).replace(NBSP, " ") == words


def test_counts() -> None:
    assert [spelled(number) for number in (0, 1, 4, 12, 13, 1300)] == [
        *("ingen", "én", "fire", "tolv", "13"),
        f"1{NBSP}300",
    ]
    assert spelled(1, neuter=True) == "ett"


def test_lists() -> None:
    assert [listed(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a og b", "a, b og c"]


def test_first_letters() -> None:
    assert [capital(text) for text in ("åtte", "")] == ["Åtte", ""]
    assert [lower_first(text) for text in ("Finans", "HR", "")] == ["finans", "HR", ""]
