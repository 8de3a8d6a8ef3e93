"""Kroner and percent: read, compute, write. Pure: no Django, never float arithmetic on amounts."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from typing import overload

NBSP = "\u00a0"
MINUS = "\u2212"
NO_FIGURE = ".."
NO_PERCENT = "–"
LARGEST = Decimal(10) ** 14  # numeric(16, 2) holds 14 digits before the point

_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_SPACES = " \u00a0\u202f\u2009\u2007\u2008\u2002\u2003\u205f"
_MINUSES = "-\u2212\u2013\u2010\u2011\ufe63\uff0d"
_TO_PLAIN = str.maketrans(dict.fromkeys(_SPACES, " ") | dict.fromkeys(_MINUSES, "-"))
_CURRENCY = re.compile(r"^(?:kr\.?|nok)\s*|\s*(?:kr\.?|nok)$", re.IGNORECASE)
_PLAIN = re.compile(r"\d+")
_SPACED = re.compile(r"\d{1,3}(?: \d{3})+")
_QUANTUM = {places: Decimal(1).scaleb(-places) for places in range(10)}


class NumberError(ValueError):
    """A text that cannot be read as one certain number."""


class NotANumber(NumberError):
    """A text that is no number at all."""


class EmptyNumber(NotANumber):
    """Nothing, or a lone dash: no figure, which is not the same as 0."""


class TooManyDecimals(NotANumber):
    """A number with more decimals than its column has."""


class TooLarge(NotANumber):
    """A number that no amount column can hold."""


class AmbiguousNumber(NumberError):
    """A text with two readings, such as `1.234`."""

    def __init__(self, text: str, readings: tuple[Decimal, Decimal]) -> None:
        super().__init__(f"{text!r} may be {readings[0]} or {readings[1]}")
        self.readings = readings


class Scale(StrEnum):
    """How amounts are shown. The value is what stands in a URL."""

    KR = "kr"
    TKR = "tkr"
    MILL = "mill"

    @property
    def label(self) -> str:
        """This will return the unit as it stands in a caption: "kr", "1000 kr", "mill. kr"."""
        return {Scale.KR: "kr", Scale.TKR: f"1000{NBSP}kr", Scale.MILL: f"mill.{NBSP}kr"}[self]

    @property
    def divisor(self) -> Decimal:
        """This will return how many kroner one unit is."""
        return _DIVISORS[self]

    @property
    def decimals(self) -> int:
        """This will return how many decimals the unit is shown with unless told otherwise."""
        return 1 if self is Scale.MILL else 0


_DIVISORS = {Scale.KR: Decimal(1), Scale.TKR: Decimal(1000), Scale.MILL: Decimal(1_000_000)}


def parse_amount(value: str | float | Decimal | None, *, places: int = 2) -> Decimal:
    """This will return the amount that a person or a spreadsheet wrote, with exactly `places` decimals.

    A float, as spreadsheets hold numbers, is read by its shortest decimal form; noise far behind the last place is
    removed, real further decimals are refused. Raises AmbiguousNumber for a text with two readings, EmptyNumber for
    nothing or a lone dash, TooManyDecimals, TooLarge or plain NotANumber.
    """
    if value is None:
        raise EmptyNumber("no value")
    if isinstance(value, bool):
        raise NotANumber(f"{value} is not a number")
    if isinstance(value, str):
        number = _parse_text(value)
    elif isinstance(value, float):
        number = _from_float(value, places)
    else:
        number = Decimal(value)
        if not number.is_finite():
            raise NotANumber(f"{value} is not a number")
    if abs(number) >= LARGEST:
        raise TooLarge(f"{value} is too large")
    exact = number.quantize(_QUANTUM[places], context=_EXACT)
    if exact != number:
        raise TooManyDecimals(f"{value} has more than {places} decimals")
    return abs(exact) if exact.is_zero() else exact


def _from_float(value: float, places: int) -> Decimal:
    if not math.isfinite(value):
        raise NotANumber(f"{value} is not a number")
    shortest = Decimal(repr(value))
    rounded = shortest.quantize(_QUANTUM[places], context=_EXACT) if abs(value) < 1e30 else shortest
    # Sums in a spreadsheet drift in the last bits of the largest term; a ten-thousandth of the last place covers it.
    # So does a few units in the last place of a very large figure, which cannot hold the decimals any better.
    tolerance = max(_QUANTUM[places] / 10_000, min(4 * Decimal(math.ulp(value)), _QUANTUM[places] / 10))
    return rounded if abs(shortest - rounded) <= tolerance else shortest


def _parse_text(text: str) -> Decimal:
    plain = text.translate(_TO_PLAIN).strip()
    plain = _CURRENCY.sub("", plain).strip()
    if plain in ("", "-", "--"):
        raise EmptyNumber("no value")
    body, negative = _sign(plain)
    # "1 234,-" is how a price is written: the dash stands for no øre.
    body = _CURRENCY.sub("", body).strip()
    try:
        number = _unsigned(body, text)
    except AmbiguousNumber as error:
        first, second = error.readings
        raise AmbiguousNumber(text, (-first, -second) if negative else (first, second)) from None
    return -number if negative else number


def _sign(plain: str) -> tuple[str, bool]:
    if plain.endswith((",-", ".-")):
        plain = plain[:-2]
    if plain.startswith("(") and plain.endswith(")"):
        return plain[1:-1].strip(), True
    if plain.startswith("-"):
        return plain[1:].strip(), True
    if plain.endswith("-"):
        return plain[:-1].strip(), True
    return plain.removeprefix("+").strip(), False


def _unsigned(body: str, text: str) -> Decimal:
    point, comma = body.count("."), body.count(",")
    if not point and not comma:
        return Decimal(_whole(body, " ", text))
    if point and comma:
        decimal_sign = "." if body.rindex(".") > body.rindex(",") else ","
        whole, _, fraction = body.rpartition(decimal_sign)
        grouping = "," if decimal_sign == "." else "."
        return _joined(_whole(whole, grouping, text), fraction, text)
    sign = "." if point else ","
    if point + comma > 1:
        return Decimal(_whole(body, sign, text))
    whole, _, fraction = body.partition(sign)
    decimal = _joined(_whole(whole or "0", " ", text), fraction, text)
    # Three digits behind a single sign: thousands or decimals, unless the part in front cannot be a group of thousands.
    if len(fraction) == 3 and re.fullmatch(r"[1-9]\d{0,2}", whole):
        raise AmbiguousNumber(text, (Decimal(whole + fraction), decimal))
    return decimal


def _whole(body: str, grouping: str, text: str) -> str:
    """The digits of a whole number that may be grouped in thousands by one kind of sign."""
    if _PLAIN.fullmatch(body) and body.isascii():
        return body
    grouped = body.replace(grouping, " ") if " " not in body or grouping == " " else ""
    if _SPACED.fullmatch(grouped) and grouped.isascii():
        return grouped.replace(" ", "")
    raise NotANumber(f"{text!r} is not a number")


def _joined(whole: str, fraction: str, text: str) -> Decimal:
    if not (fraction.isdigit() and fraction.isascii()):
        raise NotANumber(f"{text!r} is not a number")
    return Decimal(f"{whole}.{fraction}")


def to_ore(amount: Decimal) -> int:
    """This will return the amount in whole øre; TooManyDecimals when it holds a fraction of an øre."""
    ore = amount * 100
    if ore != ore.to_integral_value():
        raise TooManyDecimals(f"{amount} holds a fraction of an øre")
    return int(ore)


@overload
def round_half_away(value: Decimal, places: int = 0) -> Decimal: ...
@overload
def round_half_away(value: None, places: int = 0) -> None: ...
@overload
def round_half_away(value: Decimal | None, places: int = 0) -> Decimal | None: ...
def round_half_away(value: Decimal | None, places: int = 0) -> Decimal | None:
    """This will return the value rounded half away from zero; None stays None."""
    if value is None:
        return None
    rounded = value.quantize(Decimal(1).scaleb(-places), context=_EXACT)
    return abs(rounded) if rounded.is_zero() else rounded


@overload
def deviation(revised: Decimal, actual: Decimal) -> Decimal: ...
@overload
def deviation(revised: Decimal | None, actual: Decimal | None) -> Decimal | None: ...
def deviation(revised: Decimal | None, actual: Decimal | None) -> Decimal | None:
    """This will return revised budget minus actual: positive is spent less, negative more; None if one is missing."""
    if revised is None or actual is None:
        return None
    return revised - actual


def deviation_percent(dev: Decimal | None, revised: Decimal | None) -> Decimal | None:
    """This will return the deviation in percent of |revised budget|, one decimal; None for a budget of 0 or none."""
    if dev is None or revised is None or revised.is_zero():
        return None
    return round_half_away(_EXACT.divide(dev * 100, abs(revised)), 1)


def format_amount(value: Decimal | int | None, scale: Scale = Scale.KR, *, decimals: int | None = None) -> str:
    """This will return the amount as a Norwegian reader expects it: "−1 234", ".." for no figure, never "−0".

    `decimals` overrules the scale's own: `decimals=2` with Scale.KR shows the øre and loses nothing.
    """
    if value is None:
        return NO_FIGURE
    places = scale.decimals if decimals is None else decimals
    return _format(_EXACT.divide(Decimal(value), scale.divisor), places)


def format_percent(value: Decimal | None, *, annual_report: bool = False) -> str:
    """This will return a percent with one decimal: "−3,9 %"; no percent prints "–", in the annual report "0,0 %".

    Without a space between thousands, as the annual report prints "−2914,4 %".
    """
    if value is None:
        if not annual_report:
            return NO_PERCENT
        value = Decimal(0)
    return f"{_format(value, 1).replace(NBSP, '')}{NBSP}%"


def _format(value: Decimal, places: int) -> str:
    rounded = value.quantize(_QUANTUM[places], context=_EXACT)
    sign = MINUS if rounded < 0 else ""
    digits = f"{abs(rounded):,.{places}f}"
    return sign + digits.replace(",", NBSP).replace(".", ",")
