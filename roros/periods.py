"""Accounting periods: a year and a month number, where 13 is the closing of the year. Pure: no Django, no clock."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass

CLOSING = 13  # the period for closing entries; it belongs to the year, after December
FIRST_YEAR, LAST_YEAR = 1990, 2100

MONTHS = (
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
)
MONTHS_SHORT = tuple(name[:3] for name in MONTHS)

# What people write for a month: the whole name, its first three letters, "sept", and the English forms that an
# accounting system set up in English prints.
_ENGLISH = {"january": 1, "february": 2, "march": 3, "may": 5, "june": 6, "july": 7, "october": 10, "december": 12}
_ENGLISH_SHORT = {"oct": 10, "dec": 12, "sept": 9}
MONTH_NUMBERS: dict[str, int] = (
    {name: number for number, name in enumerate(MONTHS, 1)}
    | {name: number for number, name in enumerate(MONTHS_SHORT, 1)}
    | _ENGLISH
    | _ENGLISH_SHORT
    | {"avslutning": CLOSING, "årsavslutning": CLOSING, "årsoppgjør": CLOSING}
)

_YEAR_FIRST = re.compile(r"(\d{4})\s*[-./\s]?\s*[pm]?\s*(\d{1,2})", re.IGNORECASE)
_YEAR_LAST = re.compile(r"(\d{1,2})\s*[-./\s]\s*(\d{4})")
_DATE_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_DATE_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?: .*)?")
_NUMBER = re.compile(r"(?:periode|per|p|måned|mnd)?\.?\s*(\d{1,2})\.?", re.IGNORECASE)
_NAMED = re.compile(r"([a-zæøå]+)\.?\s*[-/ ]?\s*(?:(\d{4})|'?(\d{2}))?", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Period:
    """One period of one accounting year: `Period(2021, 8)` is August, `Period(2021, 13)` the closing of 2021."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise ValueError(f"{self.year} is not a year between {FIRST_YEAR} and {LAST_YEAR}")
        if not 1 <= self.number <= CLOSING:
            raise ValueError(f"{self.number} is not a period between 1 and {CLOSING}")

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"

    @classmethod
    def parse(cls, text: str) -> Period:
        """This will return the period written as `2021-08`, `202108`, `august 2021`, `31.08.2021` or `2021` (the year).

        ValueError when the text names no period or leaves out the year.
        """
        text = text.strip()
        if re.fullmatch(r"\d{4}", text):
            return cls(int(text), CLOSING)
        year, number = read_period(text)
        if year is None:
            raise ValueError(f"{text!r} does not tell the year")
        return cls(year, number)

    @property
    def months(self) -> str:
        """This will return the span from January to the period: "Januar–august 2021", "Hele 2021"."""
        if self.number >= 12:
            return f"Hele {self.year}"
        if self.number == 1:
            return f"Januar {self.year}"
        return f"Januar–{MONTHS[self.number - 1]} {self.year}"

    @property
    def month(self) -> str:
        """This will return the name of this period alone: "august 2021", "avslutning 2021"."""
        name = "avslutning" if self.number == CLOSING else MONTHS[self.number - 1]
        return f"{name} {self.year}"

    @property
    def rollup_number(self) -> int:
        """This will return the period a page reads its balance to date from: from December on that is the year, 13."""
        return CLOSING if self.number >= 12 else self.number

    @property
    def is_year(self) -> bool:
        """This will return whether figures to date at this period are those of the whole year."""
        return self.number >= 12

    @property
    def ends_on(self) -> datetime.date:
        """This will return the last day of the period; the closing ends on 31 December."""
        month = min(self.number, 12)
        return datetime.date(self.year, month, calendar.monthrange(self.year, month)[1])

    def previous_year(self) -> Period:
        """This will return the same period one year earlier."""
        return Period(self.year - 1, self.number)


def read_period(text: str) -> tuple[int | None, int]:
    """This will return the year, if the text tells it, and the period number 1..13.

    Understands `202101`, `2021-01`, `2021/1`, `2021P01`, `01.2021`, `2021-01-31`, `31.01.2021`, `jan`, `Januar 2021`,
    `jan-21`, `Periode 1` and `1`. ValueError when the text names no period, or a year or month that does not exist.
    """
    text = " ".join(text.split())
    if match := _DATE_ISO.fullmatch(text):
        return _dated(int(match[1]), int(match[2]), int(match[3]))
    if match := _DATE_DOTTED.fullmatch(text):
        return _dated(int(match[3]), int(match[2]), int(match[1]))
    if match := _YEAR_FIRST.fullmatch(text):
        return _checked(int(match[1]), int(match[2]))
    if match := _YEAR_LAST.fullmatch(text):
        return _checked(int(match[2]), int(match[1]))
    if match := _NUMBER.fullmatch(text):
        return _checked(None, int(match[1]))
    if match := _NAMED.fullmatch(text):
        number = MONTH_NUMBERS.get(match[1].lower())
        if number:
            year = int(match[2]) if match[2] else 2000 + int(match[3]) if match[3] else None
            return _checked(year, number)
    raise ValueError(f"{text!r} is not a period")


def _dated(year: int, month: int, day: int) -> tuple[int, int]:
    datetime.date(year, month, day)
    _checked(year, month)
    return year, month


def _checked(year: int | None, number: int) -> tuple[int | None, int]:
    Period(FIRST_YEAR if year is None else year, number)
    return year, number
