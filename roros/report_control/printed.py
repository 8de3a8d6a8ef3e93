"""A printed table: rows of keys and figures as text, which columns are which, and how exactly figures were written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property

Row = Mapping[str, str]

SUM_MARK, UNIT, ALL_TRUE = "er_sum", "enhet", ("true", "ja", "1", "sann", "x")
# Columns that hold numbers and yet name a row.
KEYS = frozenset(
    (
        *("nr", "ar", "kode", "ansvar", "rammeomrade_nr", "saksnr", "lopenr", "prosjektnr", "prosjekt"),
        *("periode", "kvartal", "aldersgruppe", "tabell"),
    )
)
REMARK = re.compile(r"merknad|kontekst|status|beskrivelse|kommentar|sammendrag")
TOLERANCE = re.compile(r"^toleranse")
DIVISORS = {"kr": Decimal(1), "tkr": Decimal(1000), "1000 kr": Decimal(1000), "mill": Decimal(1_000_000)}
_SUFFIX = re.compile(r"_(kr|tkr|mill)$")
_YEAR = re.compile(r"_((?:19|20|21)\d\d)$")


def number(text: str) -> Decimal | None:
    """This will return the figure that a cell holds; None for an empty cell or a text."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def decimals(value: Decimal) -> int:
    """This will return how many decimals a figure is written with."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def is_percent(column: str) -> bool:
    """This will say whether a column holds percents, which no sum adds up."""
    return column.endswith(("pst", "prosent", "andel"))


@dataclass(frozen=True)
class PrintedTable:
    """One table of a report."""

    name: str  # "avvik_virksomhet_2021"
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def year(self) -> int | None:
        """This will return the year that ends the name."""
        found = _YEAR.search(self.name)
        return int(found[1]) if found else None

    @property
    def title(self) -> str:
        """This will return the name without its year."""
        return _YEAR.sub("", self.name)

    @cached_property
    def has_units(self) -> bool:
        """This will say whether the column `enhet` tells units; elsewhere it names an organisational unit."""
        return UNIT in self.columns and any(row[UNIT] and number(row[UNIT]) is None for row in self.rows)

    @cached_property
    def figure_columns(self) -> tuple[str, ...]:
        """This will return the columns whose filled cells all are figures, and that do not name rows."""
        return tuple(column for column in self.columns if self._holds_figures(column))

    @cached_property
    def key_columns(self) -> tuple[str, ...]:
        """This will return the columns that name rows."""
        return tuple(
            column
            for column in self.columns
            if column not in self.figure_columns
            and not column.startswith("er_")
            and not (column == UNIT and self.has_units)
            and not TOLERANCE.match(column)
            and any(row[column] for row in self.rows)
        )

    @cached_property
    def naming_columns(self) -> tuple[str, ...]:
        """This will return the key columns that are no remarks."""
        return tuple(column for column in self.key_columns if not REMARK.search(column))

    def is_sum(self, row: Row) -> bool:
        """This will say whether a row adds up others."""
        return row.get(SUM_MARK, "").lower() in ALL_TRUE

    def figure(self, row: Row, column: str) -> Decimal | None:
        """This will return a printed figure."""
        return number(row.get(column, ""))

    def step(self, row: Row, column: str) -> Decimal:
        """This will return the smallest difference that the column can show: 0.1 with one decimal.

        Trailing zeros may be lost on the way here, so the most exact cell with the same unit decides.
        """
        return Decimal(1).scaleb(-self._places[column, self._unit(row)])

    def divisor(self, row: Row, column: str) -> Decimal:
        """This will return how many kroner one unit of a figure in kroner is."""
        suffix = _SUFFIX.search(column)
        return DIVISORS.get(suffix[1] if suffix else self._unit(row), Decimal(1))

    def unit(self, row: Row, column: str) -> str:
        """This will return the unit for people: "1000 kr", "%", "" when it is not told."""
        suffix = _SUFFIX.search(column)
        unit = suffix[1] if suffix else self._unit(row)
        return "%" if is_percent(column) else "1000 kr" if unit == "tkr" else unit

    def label(self, row: Row) -> str:
        """This will name a row for people: its keys with something in them."""
        return " · ".join(dict.fromkeys(row[column] for column in self.naming_columns if row[column]))

    def _unit(self, row: Row) -> str:
        return row[UNIT] if self.has_units else ""

    @cached_property
    def _places(self) -> dict[tuple[str, str], int]:
        places: dict[tuple[str, str], int] = {}
        for row in self.rows:
            for column in self.figure_columns:
                value = self.figure(row, column)
                key = column, self._unit(row)
                places[key] = max(places.get(key, 0), decimals(value) if value is not None else 0)
        return places

    def _holds_figures(self, column: str) -> bool:
        if column in KEYS or column == UNIT or column.startswith("er_") or TOLERANCE.match(column):
            return False
        filled = [row[column] for row in self.rows if row[column]]
        return bool(filled) and all(number(text) is not None for text in filled)


def plain_column(column: str) -> str:
    """This will return a column's name without its unit: `regnskap_tkr` is `regnskap`."""
    return _SUFFIX.sub("", column)


def group_of(table: PrintedTable, total: Row) -> Sequence[Row]:
    """This will return the rows that a sum row adds up.

    The sum of rammeområde 2 names no virksomhet, but rammeområde 2: it adds up the rows of 2, and nothing where those
    are not printed. A grand total has no key in common with any row: it adds up all.
    """
    parts = [row for row in table.rows if not table.is_sum(row)]
    shared = [column for column in grouping_columns(table, parts) if total[column]]
    return [row for row in parts if all(row[column] == total[column] for column in shared)]


def grouping_columns(table: PrintedTable, parts: Sequence[Row]) -> list[str]:
    """This will return the key columns that some sum has in common with rows that it adds up."""
    sums = [row for row in table.rows if table.is_sum(row)]
    return [
        column
        for column in table.naming_columns
        if {row[column] for row in sums if row[column]} & {row[column] for row in parts}
    ]
