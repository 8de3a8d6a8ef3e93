"""Rows that are no lines: blank rows, repeated headers, sum rows, headings of groups, remarks."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any

from roros.workbooks.cells import as_text, is_blank, is_sum_text
from roros.workbooks.declare import ColumnType, Sheet
from roros.workbooks.header_words import normal
from roros.workbooks.headers import Header

_PAGE = re.compile(r"side \d+(?: (?:av|of) \d+)?|page \d+(?: of \d+)?")
_DIGITS = re.compile(r"\d+")
_KEYS = (ColumnType.CODE, ColumnType.PERIOD, ColumnType.YEAR, ColumnType.INTEGER, ColumnType.DATE)


class Verdict(Enum):
    """What a row is."""

    LINE = "line"
    NOTHING = "nothing"
    SUM = "sum"
    HEADING = "heading"  # names a group whose lines follow
    REMARK = "remark"
    ONLY_AMOUNT = "only amount"


class Furniture:
    """What stands around the lines of a sheet and may come again on every page: titles, print date, header."""

    def __init__(self, header: Header, above: Iterable[Sequence[Any]]) -> None:
        self.names = header.names
        self.titles = {
            _masked(normal(cell)) for row in above for cell in row if isinstance(cell, str) and cell.strip()
        } | self.names

    def is_header(self, text: str) -> bool:
        """This will return whether the text is one of the sheet's own headers."""
        return normal(text) in self.names

    def is_furniture(self, row: Sequence[Any]) -> bool:
        """This will return whether the row holds nothing but what also stands above the lines."""
        found = False
        for cell in row:
            if is_blank(cell) or isinstance(cell, (datetime.date, datetime.datetime)):
                continue
            if not self._is_familiar(cell):
                return False
            found = True
        return found

    def _is_familiar(self, cell: object) -> bool:
        if isinstance(cell, str):
            text = normal(cell)
            return _masked(text) in self.titles or _PAGE.fullmatch(text) is not None
        return isinstance(cell, float) and as_text(cell) in self.names


def _masked(text: str) -> str:
    return _DIGITS.sub("#", text)


def judge(row: Sequence[Any], sheet: Sheet, header: Header, furniture: Furniture) -> tuple[Verdict, str]:
    """This will say what a doubtful row is, with the text that tells it."""
    filled = [(index, cell) for index, cell in enumerate(row) if not is_blank(cell)]
    if not filled or furniture.is_furniture(row):
        return Verdict.NOTHING, ""
    keys = {
        header.columns[column.name]
        for column in sheet.columns
        if column.name in header.columns and column.value_required and column.type in _KEYS
    }
    cells = dict(filled)
    sum_text = next((cell.strip() for _, cell in filled if isinstance(cell, str) and is_sum_text(cell)), "")
    if sum_text and (not keys or any(key not in cells or _is_sum(cells[key]) for key in keys)):
        return Verdict.SUM, sum_text
    if not (sheet.amount and sheet.period):
        return Verdict.LINE, ""
    return _judge_ledger_row(cells, keys, sheet, header)


def _judge_ledger_row(cells: dict[int, Any], keys: set[int], sheet: Sheet, header: Header) -> tuple[Verdict, str]:
    amounts = {header.columns.get(sheet.amount, -1), header.debit, header.credit} | {m.index for m in header.months}
    has_amount = any(index in cells for index in amounts)
    if has_amount:
        if keys and not keys & set(cells):
            return Verdict.ONLY_AMOUNT, next(as_text(cells[index]) for index in sorted(amounts) if index in cells)
        return Verdict.LINE, ""
    groups = {header.columns[c.name] for c in sheet.columns if c.inherit and c.name in header.columns}
    names = {header.columns[c.name] for c in sheet.columns if c.label_of and c.name in header.columns}
    named, lacking = cells.keys() & groups, keys - cells.keys()
    if cells.keys() <= groups | names and named and lacking and max(named) < min(lacking):
        only = next(iter(cells.values()))
        if not (len(cells) == 1 and _is_prose(only)):
            return Verdict.HEADING, ""
    if len(cells) == 1 and _is_prose(next(iter(cells.values()))):
        return Verdict.REMARK, as_text(next(iter(cells.values())))
    return Verdict.LINE, ""


def _is_sum(cell: object) -> bool:
    return isinstance(cell, str) and is_sum_text(cell)


def _is_prose(cell: object) -> bool:
    """Words, not a code with its name: at least two of them, and the first without a digit."""
    if not isinstance(cell, str):
        return False
    words = cell.split()
    return len(words) > 1 and not any(character.isdigit() for character in words[0])
