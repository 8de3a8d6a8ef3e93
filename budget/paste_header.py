"""What the columns of a pasted block hold, when it has a header; and how what is wrong in it is told. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from budget.importers.accounts import ACCOUNT_COLUMNS
from budget.importers.hovedbok import AMOUNT_SYNONYMS, PERIOD, YEAR
from roros.numbers import NumberError, parse_amount
from roros.periods import read_period
from roros.workbooks.cells import is_sum_text
from roros.workbooks.declare import Finding
from roros.workbooks.header_words import NAME_BESIDE, ROW_TOTAL, YEAR_BEHIND, letter, normal
from roros.workbooks.messages import text as message

CODES = ("ansvar", "tjeneste", "art", "prosjekt")


@dataclass(frozen=True)
class Wrong:
    """One thing wrong in a block; row and column are the block's own, counted from 1."""

    row: int
    column: int
    value: str
    text: str

    @property
    def place(self) -> str:
        """This will return where in the block: "rad 3, kolonne B"."""
        if not self.row:
            return ""
        if not self.column:
            return _("rad %(row)s") % {"row": self.row}
        return _("rad %(row)s, kolonne %(column)s") % {"row": self.row, "column": letter(self.column - 1)}


@dataclass(frozen=True)
class Plan:
    """What each column of the block holds."""

    codes: Mapping[str, int] = field(default_factory=dict)
    months: Mapping[int, int] = field(default_factory=dict)  # column -> period
    period: int = -1
    amount: int = -1
    total: int = -1
    year: int = -1

    @property
    def by_codes(self) -> bool:
        """This will say whether each row names its account itself."""
        return "tjeneste" in self.codes and "art" in self.codes


def looks_like_header(row: Sequence[str]) -> bool:
    """This will say whether a row is a header: words, and at least one of them is a header that is known."""
    filled = [cell for cell in row if cell]
    if any(is_sum_text(cell) for cell in filled[:1]) or not filled:
        return False
    if any(amount_of(cell) is not None and column_of(cell) is None for cell in filled):
        return False
    named = [cell for cell in filled if column_of(cell) is not None and not cell.isdigit()]
    return bool(named)


def column_of(text: str) -> str | int | None:
    """This will return what a header says its column holds: a name, a month number, or nothing that is known."""
    name = normal(text)
    if name in _NAMES:
        return _NAMES[name]
    bare = YEAR_BEHIND.fullmatch(name)
    if name in ROW_TOTAL or (bare and bare[1] in ROW_TOTAL):
        return "total"
    try:
        return read_period(text)[1]
    except ValueError:
        return None


def _names() -> dict[str, str]:
    names = {}
    for column in (*ACCOUNT_COLUMNS, PERIOD, YEAR):
        for word in (column.label, *column.synonyms):
            names[normal(word)] = column.name
    for word in ("Beløp", *AMOUNT_SYNONYMS):
        if normal(word) not in ROW_TOTAL:
            names[normal(word)] = "amount"
    return names


_NAMES = _names()


def read_plan(header: Sequence[str], number: int, year: int) -> tuple[Plan, list[Wrong]]:
    """This will say what each column holds, and what is wrong with the header."""
    wrong: list[Wrong] = []
    codes: dict[str, int] = {}
    months: dict[int, int] = {}
    single = {"period": -1, "amount": -1, "total": -1, "year": -1}
    for place, text in enumerate(header):
        found = column_of(text) if text else ""
        if isinstance(found, int):
            why = _why_no_month(text, year, taken=found in months.values())
            if why:
                wrong.append(Wrong(number, place + 1, text, why))
            months[place] = found
        elif found in CODES:
            codes[str(found)] = place
        elif found in single:
            single[str(found)] = place
        elif found is None and normal(text) not in NAME_BESIDE:
            why = _("Kolonnen «%(value)s» er ukjent. Ta den ut, eller gi den navn som Tjeneste, Art eller en måned.")
            wrong.append(Wrong(number, place + 1, text, why % {"value": text}))
    if not wrong:
        why = _why_not_enough(codes, bool(months), listed=single["period"] >= 0 and single["amount"] >= 0)
        if why:
            wrong.append(Wrong(number, 0, "", why))
    return Plan(codes, months, **single), wrong


def _why_no_month(text: str, year: int, *, taken: bool) -> str:
    told = read_period(text)[0]
    if told is not None and told != year:
        params = {"year": str(told), "expected": str(year)}
        return message(Finding("wrong-year", value=text, params=params))
    return _("Måneden står i to kolonner. Behold én av dem.") if taken else ""


def _why_not_enough(codes: Mapping[str, int], months: bool, *, listed: bool) -> str:
    if not months and not listed:
        return _("Overskriften har ingen måneder, og ikke både Periode og Beløp. Ta med det ene eller det andre.")
    if codes and ("tjeneste" not in codes or "art" not in codes):
        return _("Overskriften må ha både Tjeneste og Art, eller ingen av dem.")
    if not months and not codes:
        return _("Periode og Beløp trenger også Tjeneste og Art.")
    return ""


def amount_of(text: str) -> Decimal | None:
    """This will read an amount; None when the text is none."""
    try:
        return parse_amount(text)
    except NumberError:
        return None
