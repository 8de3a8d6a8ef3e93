"""The words of headers: how they are compared, and the units, months and directions they hide."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

Cell: TypeAlias = str | int | float | bool | datetime.date | datetime.datetime | datetime.time | datetime.timedelta
Range: TypeAlias = tuple[tuple[int, int], tuple[int, int]]

TO_DATE = frozenset(
    {"hittil i år", "hittil", "akkumulert", "akk", "akkumulert hittil i år", "hiå", "beløp hittil i år", "beløp hittil"}
)
THIS_PERIOD = frozenset({"denne periode", "denne perioden", "perioden", "periodens beløp", "måned", "denne måned"})
DEBIT = frozenset({"debet", "debit", "debet beløp", "beløp debet", "debetbeløp"})
CREDIT = frozenset({"kredit", "kreditt", "credit", "kredit beløp", "beløp kredit", "kreditbeløp"})
ROW_TOTAL = frozenset({"sum", "totalt", "total", "hele året", "året", "sum året", "årssum", "årsbudsjett", "sum år"})
YEAR_BEHIND = re.compile(r"(.+?) ((?:19|20)\d\d)")
NAME_BESIDE = frozenset({"tekst", "navn", "betegnelse", "beskrivelse", "t", "benevnelse"})

_UNIT_WORDS = r"(?:kr|kroner|nok)"
_THOUSANDS = r"(?:(?:i )?(?:hele )?(?:1000|1 000|tusen) ?" + _UNIT_WORDS + r"?|i tkr|tkr|tnok|nok 1000)"
_MILLIONS = r"(?:(?:i )?mill(?:ioner)? ?" + _UNIT_WORDS + r"?|i mkr|mkr|mnok)"
_SCALES = ((1000, re.compile(rf"\b{_THOUSANDS}$")), (1_000_000, re.compile(rf"\b{_MILLIONS}$")))
_KRONER = re.compile(rf"\b(?:i )?(?:hele )?{_UNIT_WORDS}$")
_TITLE_SCALES = (
    (1000, re.compile(rf"\bi (?:hele )?(?:1000|1 000|tusen)\b|\btkr\b|^(?:1000|1 000) {_UNIT_WORDS}$")),
    (1_000_000, re.compile(r"\bi (?:hele )?(?:mill|millioner)\b|\bmkr\b")),
)
_MODE = re.compile(
    r"^(?:(?P<to_date>hittil i år|hittil|akkumulert|akk)|(?P<period>denne perioden?|denne måned|perioden)) |"
    r" (?:(?P<to_date_last>hittil i år|hittil|akkumulert|akk)|(?P<period_last>denne perioden?|denne måned|perioden))$"
)


@lru_cache(maxsize=4096)
def _normal_text(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[^\w%]+|_", " ", text).split())


def normal(cell: object) -> str:
    """This will return a header as it is compared: NFC letters, small, without punctuation and extra space."""
    if isinstance(cell, str):
        return _normal_text(cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, (datetime.datetime, datetime.date)):
        return f"{cell.year}-{cell.month:02d}"
    return str(cell)


def letter(index: int) -> str:
    """This will return the letter of a column counted from 0: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_index(name: str) -> int:
    """This will return the column of a letter, counted from 0: A is 0, AA is 26; -1 when it is no letter."""
    index = 0
    for character in name.strip().upper():
        if not "A" <= character <= "Z":
            return -1
        index = index * 26 + ord(character) - 64
    return index - 1


@dataclass(frozen=True)
class Label:
    """One column's header, taken apart."""

    text: str  # normalised, without unit and mode
    whole: str  # normalised
    scale: int | None  # None: the header does not say
    mode: str  # "", "period", "to date"


def take_apart(text: str) -> Label:
    """This will return a header without its unit and without "hittil i år" or "denne periode", and what those said."""
    whole = normal(text)
    rest, scale, mode = whole, None, ""
    for factor, pattern in _SCALES:
        if match := pattern.search(rest):
            scale, rest = factor, rest[: match.start()].strip()
            break
    else:
        if (match := _KRONER.search(rest)) and match.start():
            scale, rest = 1, rest[: match.start()].strip()
    if rest in TO_DATE:
        mode = "to date"
    elif match := _MODE.search(rest):
        mode = "to date" if match["to_date"] or match["to_date_last"] else "period"
        rest = (rest[: match.start()] + " " + rest[match.end() :]).strip()
    return Label(rest, whole, scale, mode)


def title_scale(rows: Sequence[Sequence[Cell]]) -> int:
    """This will return the kroner per unit by the lines above the header: 1 unless they say 1000 kr or mill. kr."""
    for row in rows:
        for cell in row:
            if isinstance(cell, str):
                text = normal(cell)
                for factor, pattern in _TITLE_SCALES:
                    if pattern.search(text):
                        return factor
    return 1
