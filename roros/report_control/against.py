"""A printed table beside the app's own: which row is which, and whether the figures are the same."""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from roros.components import Text
from roros.exports import IS_SUM, ExportTable, Kind, Value
from roros.numbers import round_half_away
from roros.report_control.findings import Disagreement, Rule, Verdict
from roros.report_control.misprints import likeliest
from roros.report_control.printed import (
    SUM_MARK,
    TOLERANCE,
    PrintedTable,
    Row,
    decimals,
    number,
    plain_column,
)

AppRow = Mapping[str, Value]
# A table of the app by name, year and filters; None when there is no such table or nothing in it.
Figures = Callable[[str, int | None, Mapping[str, str]], ExportTable | None]
ALIASES = {"ansvar": "kode"}  # key columns that the app's tables call something else
NAMES = ("navn", "rammeomrade")  # what a code makes superfluous
CODES = ("kode", "nr", "rammeomrade_nr")
# What figures of the app are called when they may have been printed by mistake.
MEANINGS: dict[str, Text] = {
    "avvik": _("avvik mot revidert budsjett"),
    "avvik_pst": _("avvik i prosent"),
    "regnskap": _("regnskapet"),
    "regnskap_fjor": _("regnskapet året før"),
    "opprinnelig_budsjett": _("opprinnelig budsjett"),
    "revidert_budsjett": _("revidert budsjett"),
}
# A remark may say that the figure is told without the costs of a project.
WITHOUT_PROJECT = re.compile(r"uten prosjekt (\d+)")


def words(value: object) -> str:
    """This will return a key so that two ways of writing it are the same."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = " ".join(str("" if value is None else value).casefold().split())
    return str(int(text)) if text.isdigit() else text


def candidate_names(title: str) -> Iterator[str]:
    """This will yield the names under which the app may export a printed table: its words in any order."""
    parts = title.replace("-", "_").split("_")
    orders = itertools.permutations(parts) if len(parts) <= 4 else [parts]
    for order in orders:
        yield "-".join(order)


@dataclass(frozen=True)
class AppTable:
    """The app's table, perhaps put together from several years."""

    name: str
    kinds: Mapping[str, Kind]
    rows: tuple[AppRow, ...]

    @classmethod
    def find(cls, table: PrintedTable, figures: Figures, year: int | None) -> AppTable | None:
        """This will return the app's table that a printed table shows; None when the app has none of that kind."""
        for name in candidate_names(ALIAS_TABLES.get(table.title, table.title)):
            wanted = [table.year] if table.year else _years(table, year)
            found = [export for one in wanted if (export := figures(name, one, {})) is not None]
            if found:
                return cls.of(found)
        return None

    @classmethod
    def of(cls, exports: Sequence[ExportTable]) -> AppTable:
        """This will join exports of the same table for several years."""
        rows: dict[tuple[str, ...], AppRow] = {}
        keys = [column.name for column in exports[0].columns if column.kind is Kind.TEXT or column.name in CODES]
        for export in exports:
            for place, row in enumerate(export.rows):
                named = tuple(words(row.get(name)) for name in keys)
                rows.setdefault((*named, words(bool(row.get(IS_SUM))), str(_nth(export, place, keys))), row)
        return cls(exports[0].name, {column.name: column.kind for column in exports[0].columns}, tuple(rows.values()))

    def value(self, row: AppRow, column: str) -> Decimal | None:
        """This will return a figure of the app; None for a hidden one, a text or an empty cell."""
        found = row.get(plain_column(column), row.get(column))
        if isinstance(found, bool) or found is None or isinstance(found, datetime.date):
            return None
        return found if isinstance(found, Decimal) else Decimal(found) if isinstance(found, int) else number(found)

    def in_kroner(self, column: str) -> bool:
        """This will say whether the app gives a column in kroner, so that the printed unit matters."""
        return self.kinds.get(plain_column(column), self.kinds.get(column)) is Kind.AMOUNT


ALIAS_TABLES = {"klimagassutslipp": "klima"}


def _nth(export: ExportTable, place: int, keys: Sequence[str]) -> int:
    """Which of the rows with the same keys a row is: two rows may be named alike."""
    named = [export.rows[place].get(name) for name in keys]
    return sum([row.get(name) for name in keys] == named for row in export.rows[:place])


def _years(table: PrintedTable, year: int | None) -> list[int | None]:
    """The years to ask for when the table's name tells none: the report's, the newest, and those of its rows."""
    told = (
        sorted({int(row["ar"]) for row in table.rows if row.get("ar", "").isdigit()}) if "ar" in table.columns else []
    )
    return list(dict.fromkeys([year, None, *told]))


@dataclass(frozen=True)
class Pair:
    """A printed table and the app's, row by row."""

    table: PrintedTable
    app: AppTable

    @cached_property
    def names(self) -> tuple[tuple[str, str], ...]:
        """This will return the key columns that both have: the printed name and the app's."""
        pairs = ((column, ALIASES.get(column, column)) for column in self.table.naming_columns)
        return tuple((column, name) for column, name in pairs if name in self.app.kinds)

    @cached_property
    def _by_key(self) -> dict[tuple[str, ...], AppRow]:
        return self._index([name for _column, name in self.names])

    @cached_property
    def _by_code(self) -> dict[tuple[str, ...], AppRow]:
        return self._index([name for _column, name in self.names if name not in NAMES])

    def _index(self, names: Sequence[str]) -> dict[tuple[str, ...], AppRow]:
        found: dict[tuple[str, ...], AppRow] = {}
        for row in self.app.rows:
            found.setdefault((self._mark(bool(row.get(IS_SUM))), *(words(row.get(name)) for name in names)), row)
        return found

    def _mark(self, is_sum: bool) -> str:
        """A table that marks no sums may print some."""
        return words(is_sum) if SUM_MARK in self.table.columns else ""

    def row(self, printed: Row) -> AppRow | None:
        """This will return the app's row for a printed one: all keys alike, or the codes if there is one."""
        mark = self._mark(self.table.is_sum(printed))
        whole = self._by_key.get((mark, *(words(printed[column]) for column, _name in self.names)))
        if whole is not None or not self.names:
            return whole if self.names else None
        has_code = any(printed[column] for column, name in self.names if name in CODES[:2])
        codes = (mark, *(words(printed[column]) for column, name in self.names if name not in NAMES))
        return self._by_code.get(codes) if has_code else None

    def value(self, app_row: AppRow, printed: Row, column: str) -> Decimal | None:
        """This will return the app's figure in the printed unit."""
        value = self.app.value(app_row, column)
        if value is None or not self.app.in_kroner(column):
            return value
        return value / self.table.divisor(printed, column)

    def beside(self, printed: Row, column: str) -> list[tuple[str, Decimal | None]]:
        """This will return the app's other figures of a row, which may have been printed by mistake."""
        found = self.row(printed)
        if found is None:
            return []
        return [
            (str(MEANINGS.get(name, name)), self.value(found, printed, name))
            for name, kind in self.app.kinds.items()
            if kind in (Kind.AMOUNT, Kind.DECIMAL, Kind.PERCENT)
        ]

    @cached_property
    def _printed_rows(self) -> set[int]:
        return {id(found) for row in self.table.rows if (found := self.row(row)) is not None}

    def absent(self, total: Row, column: str) -> list[tuple[str, Decimal]]:
        """This will return the app's rows that the table does not print, in the unit of a sum."""
        rows = []
        for row in self.app.rows:
            value = self.value(row, total, column)
            if id(row) not in self._printed_rows and not row.get(IS_SUM) and value:
                label = " ".join(str(row.get(name)) for _column, name in self.names if row.get(name) not in (None, ""))
                rows.append((label, value))
        return rows

    def check(self, figures: Figures, year: int | None) -> Iterator[tuple[Row, str, Disagreement | None]]:
        """This will yield one item for each printed figure that the app has too: None where they agree."""
        for row in self.table.rows:
            found = self.row(row)
            if found is None:
                continue
            for column in self.table.figure_columns:
                printed = self.table.figure(row, column)
                exact = self.value(found, row, column)
                if printed is None or exact is None:
                    continue
                exact -= self._without(row, column, figures, year)
                yield row, column, self._judged(row, column, printed, exact)

    def _without(self, row: Row, column: str, figures: Figures, year: int | None) -> Decimal:
        """What the remark of a row says that the printed figure leaves out."""
        remark = WITHOUT_PROJECT.search(" ".join(row[name] for name in self.table.key_columns))
        if remark is None:
            return Decimal(0)
        export = figures(self.app.name, self.table.year or year, {"prosjekt": remark[1]})
        if export is None:
            return Decimal(0)
        part = Pair(self.table, AppTable.of([export]))
        found = part.row(row)
        return Decimal(0) if found is None else part.value(found, row, column) or Decimal(0)

    def _judged(self, row: Row, column: str, printed: Decimal, exact: Decimal) -> Disagreement | None:
        step = self.table.step(row, column)
        computed = round_half_away(exact, decimals(step))
        told = [number(row[name]) for name in self.table.columns if TOLERANCE.match(name)]
        room = next((value for value in told if value is not None), Decimal(0))
        if printed == computed or abs(printed - exact) <= room:
            return None
        rounding = abs(printed - exact) < step
        own = str(MEANINGS.get(plain_column(column), plain_column(column)))
        others = [(name, value) for name, value in self.beside(row, column) if name != own]
        return Disagreement(
            verdict=Verdict.ROUNDING if rounding else Verdict.ERROR,
            rule=Rule.APP,
            table=self.table.name,
            row=self.table.label(row),
            column=column,
            printed=printed,
            computed=computed,
            step=step,
            unit=self.table.unit(row, column),
            misprint="" if rounding else likeliest(printed, computed, step, others),
        )
