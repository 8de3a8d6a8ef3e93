"""One cell to one staged text, by the type of its column. What cannot be read with certainty raises CellError."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Final

from roros.numbers import (
    AmbiguousNumber,
    EmptyNumber,
    NumberError,
    TooLarge,
    TooManyDecimals,
    parse_amount,
)
from roros.periods import FIRST_YEAR, LAST_YEAR, read_period
from roros.workbooks.declare import Column, ColumnType

MISSING: Final = "\\N"  # how COPY writes "no value"
BAD: Final = "\x00"  # stands for a cell that must be looked at; PostgreSQL has no such text
MEMO_SIZE = 100_000

_DECIMALS = Context(prec=40, rounding=ROUND_HALF_UP)
_MICRO = Decimal("0.000001")
_SIMPLE = re.compile(r"-?\d{1,13}(?:[.,]\d{1,2})?", re.ASCII)
_BLANK = re.compile(r"\s*")
_CODE_AND_TEXT = re.compile(r"(\S*\d\S*?)\s*(?:\s|[:;–—]\s|\s-\s)\s*[-–—:;]?\s*(\S.*)", re.DOTALL)
_WHOLE_FLOAT = re.compile(r"(\d+)\.0+", re.ASCII)
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": None})
_NUMERIC_DATE = re.compile(r"(\d{1,2})([./-])\s?(\d{1,2})[./-]\s?(\d{4}|\d{2})(?:[ T]\d.*)?", re.ASCII)
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]\d.*)?", re.ASCII)
_SUM = re.compile(
    r"(?:del|total|netto|hoved)?sum\b|total(?:t|sum)?\b|grand total\b|i alt\b|sum(?=\d)|[*=]+\s*(?:sum|total)",
    re.IGNORECASE,
)
_YES = frozenset({"ja", "j", "sann", "true", "x", "1", "yes", "y", "t"})
_NO = frozenset({"nei", "n", "usann", "false", "0", "no", "f"})


class ErrorValue(str):
    """A cell that holds an error such as #REF!; calamine alone would read it as empty."""

    __slots__ = ()


class NoCachedValue(str):
    """A cell that holds a formula without a stored result."""

    __slots__ = ()


class CellError(Exception):
    """A cell that cannot be read: the code of the message and what fills it."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Memo(dict[Any, str]):
    """Remembers the staged text of each value, for columns where the same values come back.

    A value that cannot be read, and one that may mark a sum row or a repeated header, gives BAD; `errors` and
    `aside` then tell which it was.
    """

    def __init__(self, read: Callable[[Any], str], aside: Callable[[str], bool] | None = None) -> None:
        super().__init__()
        self.read = read
        self.is_aside = aside
        self.errors: dict[Any, CellError] = {}
        self.aside: dict[Any, str | None] = {}
        self.spaces: set[str] = set()  # empty cells that hold space

    def read_all(self, cells: Sequence[Any]) -> tuple[list[str], Sequence[Any]]:
        """This will return the staged texts of many cells, and the cells with TRUE and FALSE as words.

        The words are needed where figures stand too: a look-up takes True for 1.0.
        """
        texts = list(map(self.__getitem__, cells))
        if (1 in self or 0 in self) and bool in set(map(type, cells)):
            cells = [as_text(cell) if isinstance(cell, bool) else cell for cell in cells]
            texts = list(map(self.__getitem__, cells))
        return texts, cells

    def __missing__(self, value: Any) -> str:
        if isinstance(value, bool):
            return self[as_text(value)]
        if len(self) >= MEMO_SIZE:
            self.clear()
        if value and is_blank(value):
            self.spaces.add(value)
        text = BAD
        try:
            text = self.read(value)
        except CellError as error:
            self.errors[value] = error
        if self.is_aside is not None and isinstance(value, str) and self.is_aside(value):
            self.aside[value] = None if text is BAD else text
            text = BAD
        self[value] = text
        return text


def is_blank(cell: object) -> bool:
    """This will return whether a cell is empty or holds only space."""
    return isinstance(cell, str) and not isinstance(cell, (ErrorValue, NoCachedValue)) and not cell.strip()


def is_sum_text(text: str) -> bool:
    """This will return whether a text marks a sum row: "Sum", "Sum ansvar 1000", "Totalt", "Delsum"."""
    return _SUM.match(text.strip()) is not None


def escape(text: str) -> str:
    """This will return the text as COPY's text format writes it."""
    return text.translate(_ESCAPES)


def clean(text: str) -> str:
    """This will return the text in NFC, without space around it."""
    return unicodedata.normalize("NFC", text).strip()


def as_text(cell: object) -> str:
    """This will return a cell as a person would write it: whole numbers without ".0", ISO dates, SANN and USANN."""
    if isinstance(cell, str):
        return clean(cell)
    if isinstance(cell, bool):
        return "SANN" if cell else "USANN"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e16 else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    return str(cell)


def reader(
    column: Column, replacements: Mapping[str, str] | None = None, *, scale: int = 1, blank_error: str = "empty-value"
) -> Callable[[Any], str]:
    """This will return the function that reads the column's cells into staged text."""
    read = _READERS[column.type]
    replaced = replacements or {}
    lowest = Decimal(column.minimum) if column.minimum else None
    highest = Decimal(column.maximum) if column.maximum else None

    def read_cell(cell: Any) -> str:
        if isinstance(cell, ErrorValue):
            raise CellError("error-cell")
        if isinstance(cell, NoCachedValue):
            raise CellError("formula-without-value")
        if is_blank(cell):
            if column.type is ColumnType.BOOLEAN:
                return "f"
            if column.value_required:
                raise CellError(blank_error)
            return MISSING
        text = read(cell, column) if scale == 1 else read_amount(cell, scale)
        if lowest is not None or highest is not None:
            _check_range(text, lowest, highest)
        return replaced.get(text, text)

    return read_cell


def _check_range(text: str, lowest: Decimal | None, highest: Decimal | None) -> None:
    figure = Decimal(text)
    if (lowest is not None and figure < lowest) or (highest is not None and figure > highest):
        raise CellError("out-of-range", minimum=_figure(lowest), maximum=_figure(highest))


def _figure(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}".replace(".", ",")


def read_amount(cell: object, scale: int = 1) -> str:
    """This will return an amount in kroner with two decimals; `scale` is how many kroner one unit is."""
    if isinstance(cell, (datetime.date, datetime.time, datetime.timedelta)):
        raise CellError("not-a-number")
    if scale == 1 and isinstance(cell, str) and _SIMPLE.fullmatch(cell):
        point = cell.replace(",", ".")
        whole, _, ore = point.partition(".")
        return f"{whole}.{ore:0<2}"
    number = _number(cell, 2 if scale == 1 else 5 if scale == 1000 else 8)
    try:
        kroner = parse_amount(number * scale)
    except TooManyDecimals:
        raise CellError("too-many-decimals") from None
    except TooLarge:
        raise CellError("too-large") from None
    return f"{kroner:f}"


def _number(cell: object, places: int) -> Decimal:
    if not isinstance(cell, (str, int, float)):
        raise CellError("not-a-number")
    try:
        return parse_amount(cell, places=places)
    except EmptyNumber:
        raise CellError("empty-amount") from None
    except AmbiguousNumber as error:
        first, second = (f"{reading:f}".replace(".", ",") for reading in error.readings)
        raise CellError("ambiguous-number", first=first, second=second) from None
    except TooManyDecimals:
        raise CellError("too-many-decimals") from None
    except TooLarge:
        raise CellError("too-large") from None
    except NumberError:
        raise CellError("not-a-number") from None


def _amount(cell: object, _column: Column) -> str:
    return read_amount(cell)


def _decimal(cell: object, _column: Column) -> str:
    if isinstance(cell, str):
        cell = cell.strip().removesuffix("%")
        number = _number(cell, 9)
    elif isinstance(cell, float) and not isinstance(cell, bool):
        if abs(cell) >= 1e14 or cell != cell:
            raise CellError("too-large" if cell == cell else "not-a-number")
        number = Decimal(repr(cell))
    else:
        number = _number(cell, 6)
    number = number.quantize(_MICRO, context=_DECIMALS)
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _code(cell: object, _column: Column) -> str:
    return split_code(cell)[0]


def split_code(cell: object) -> tuple[str, str]:
    """This will return the code of a cell and the name written behind it: "6512 Øverhagaen 1" has both."""
    if isinstance(cell, float):
        if not cell.is_integer() or abs(cell) >= 1e15:
            raise CellError("not-a-code")
        return str(int(cell)), ""
    if isinstance(cell, (datetime.date, datetime.time, datetime.timedelta)):
        raise CellError("not-a-code")
    text = " ".join(as_text(cell).split())
    if match := _CODE_AND_TEXT.fullmatch(text):
        code, name = match[1].rstrip(":;-–—"), match[2]
        if re.fullmatch(r"[\d ]+", name) and code.isdigit():
            raise CellError("ambiguous-code", first=code, second=text.replace(" ", ""))
        return escape(code), name
    if match := _WHOLE_FLOAT.fullmatch(text):
        text = match[1]
    return escape(text), ""


def _text(cell: object, _column: Column) -> str:
    return escape(as_text(cell))


def _integer(cell: object, _column: Column) -> str:
    number = _number(cell, 9) if isinstance(cell, str) else _number(cell, 2)
    if number != number.to_integral_value():
        raise CellError("not-an-integer")
    return str(int(number))


def _year(cell: object, _column: Column) -> str:
    if isinstance(cell, (datetime.datetime, datetime.date)):
        return str(cell.year)
    text = as_text(cell)
    if match := _WHOLE_FLOAT.fullmatch(text):
        text = match[1]
    if not (text.isdigit() and text.isascii() and FIRST_YEAR <= int(text[:9]) <= LAST_YEAR):
        raise CellError("not-a-year")
    return str(int(text))


def period_of(cell: object) -> tuple[int | None, int]:
    """This will return the year, if the cell tells it, and the period number; CellError when it is no period."""
    if isinstance(cell, (datetime.datetime, datetime.date)):
        text = f"{cell.year}-{cell.month:02d}"
    else:
        text = clean(as_text(cell))
        if match := _WHOLE_FLOAT.fullmatch(text):
            text = match[1]
    try:
        return read_period(text)
    except ValueError:
        raise CellError("not-a-period") from None


def _period(cell: object, _column: Column) -> str:
    return str(period_of(cell)[1])


def _date(cell: object, _column: Column) -> str:
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    if not isinstance(cell, str):
        raise CellError("not-a-date")
    text = " ".join(cell.split())
    try:
        if match := _ISO_DATE.fullmatch(text):
            return datetime.date(int(match[1]), int(match[2]), int(match[3])).isoformat()
        if match := _NUMERIC_DATE.fullmatch(text):
            day, month, year = int(match[1]), int(match[3]), int(match[4])
            year += 2000 if year < 100 else 0
            date = datetime.date(year, month, day)
            if match[2] == "/" and day <= 12 and day != month:
                other = datetime.date(year, day, month)
                raise CellError("ambiguous-date", first=f"{date:%d.%m.%Y}", second=f"{other:%d.%m.%Y}")
            return date.isoformat()
    except ValueError:
        pass
    raise CellError("not-a-date")


def _boolean(cell: object, _column: Column) -> str:
    word = as_text(cell).casefold()
    if word in _YES:
        return "t"
    if word in _NO:
        return "f"
    raise CellError("not-a-boolean")


def _choice(cell: object, column: Column) -> str:
    word = " ".join(as_text(cell).casefold().split())
    for choice in column.choices:
        if " ".join(clean(choice).casefold().split()) == word:
            return escape(choice)
    raise CellError("not-a-choice", choices=", ".join(column.choices))


_READERS: dict[ColumnType, Callable[[Any, Column], str]] = {
    ColumnType.CODE: _code,
    ColumnType.TEXT: _text,
    ColumnType.INTEGER: _integer,
    ColumnType.YEAR: _year,
    ColumnType.PERIOD: _period,
    ColumnType.AMOUNT: _amount,
    ColumnType.DECIMAL: _decimal,
    ColumnType.DATE: _date,
    ColumnType.BOOLEAN: _boolean,
    ColumnType.CHOICE: _choice,
}
