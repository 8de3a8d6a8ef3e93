"""Words for figures in a sentence: small numbers, amounts, lists. Each finding of a page is written with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from roros.numbers import NBSP, Scale, format_amount, round_half_away

MILLIONS_FROM = Decimal(100_000)  # a smaller amount would read 0,0 mill. or 0,1 mill.


@dataclass(frozen=True)
class Finding:
    """What a page found: the heading, at most two sentences, and the lede."""

    heading: str
    lede: str = ""


def capital(text: str) -> str:
    """This will return a text that can begin a sentence."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """This will return a text as it stands inside a sentence; an abbreviation keeps its capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def spelled(number: int, *, neuter: bool = False) -> str:
    """This will return a count as a word up to twelve, "ett" or "én" by gender, else in digits."""
    words = (
        *(_("ingen"), _("ett") if neuter else _("én"), _("to"), _("tre"), _("fire"), _("fem"), _("seks")),
        *(_("sju"), _("åtte"), _("ni"), _("ti"), _("elleve"), _("tolv")),
    )
    return words[number] if number < len(words) else format_amount(number, Scale.KR)


def listed(names: Sequence[str]) -> str:
    """This will return "a", "a og b" or "a, b og c"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s og %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def money(amount: Decimal) -> str:
    """This will return the size of an amount, without its sign: "6,1 mill. kr", and "23 455 kr" below 100 000 kr."""
    size = abs(amount)
    if size >= MILLIONS_FROM:
        return f"{format_amount(size, Scale.MILL)}{NBSP}mill.{NBSP}kr"
    return f"{format_amount(round_half_away(size), Scale.KR)}{NBSP}kr"
