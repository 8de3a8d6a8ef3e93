"""Group cells written once: an empty cell takes the value above it, where that is the only reading."""

from __future__ import annotations

import sys
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from roros.workbooks.cells import BAD, Memo, is_blank, is_sum_text

MAX_REMEMBERED = 20_000


@dataclass
class Group:
    """One column whose empty cells may inherit. `repeats` tells that the file writes the value on every row."""

    name: str
    index: int
    memo: Memo
    carried: str | None = None
    repeats: bool = False
    blanks: list[int] = field(default_factory=list)  # sheet rows that inherited


class Groups:
    """The inheriting columns of a sheet, outermost first (the order of the columns in the file)."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self.groups = sorted(groups, key=lambda group: group.index)
        self.headings: list[int] = []  # rows that only name a group

    @property
    def used(self) -> bool:
        """This will return whether any cell inherited its value."""
        return any(group.blanks for group in self.groups)

    def read(
        self, rows: Sequence[Sequence[Any]], columns: Sequence[Sequence[Any]], number: int
    ) -> tuple[dict[str, list[str]], set[int]]:
        """This will return the staged texts of the inheriting columns and the positions of rows to look at closely.

        `number` is the sheet row of the first of `rows`.
        """
        raw = [columns[group.index] for group in self.groups]
        full = []
        for position, group in enumerate(self.groups):
            read, raw[position] = group.memo.read_all(raw[position])
            full.append(read)
        if not any(_has_blank(group.memo, cells) for group, cells in zip(self.groups, raw, strict=True)):
            self._learn(raw, full)
            return {group.name: texts for group, texts in zip(self.groups, full, strict=True)}, set()
        texts: dict[str, list[str]] = {group.name: [] for group in self.groups}
        doubtful: set[int] = set()
        for position, cells in enumerate(zip(*raw, strict=True)):
            inherited = self._read_row(cells, texts, number + position, rows[position])
            if inherited == len(cells) or (inherited and _mentions_sum(rows[position])):
                doubtful.add(position)
        return texts, doubtful

    def _learn(self, raw: Sequence[Sequence[Any]], full: Sequence[Sequence[str]]) -> None:
        """No cell is empty: remember the last values, and whether values repeat."""
        for position, group in enumerate(self.groups):
            if not group.repeats:
                group.repeats = _repeats(raw[: position + 1])
            if full[position][-1] != BAD:
                group.carried = full[position][-1]

    def _read_row(self, cells: Sequence[Any], texts: dict[str, list[str]], row: int, whole: Sequence[Any]) -> int:
        """Read one row's group cells; return how many of them were empty."""
        empty = 0
        outer_changed = False
        nothing = all(is_blank(cell) for cell in whole)
        for position, (group, cell) in enumerate(zip(self.groups, cells, strict=True)):
            if is_blank(cell):
                empty += 1
                if not nothing and group.carried is not None and len(group.blanks) < MAX_REMEMBERED:
                    group.blanks.append(row)
                texts[group.name].append(BAD if group.carried is None or nothing else group.carried)
                continue
            text = group.memo[cell]
            texts[group.name].append(text)
            if text == BAD:
                if cell in group.memo.aside:  # a sum row ends the groups it stands in
                    self._forget(position)
                continue
            if text == group.carried and not outer_changed:
                group.repeats = group.repeats or not group.blanks or group.blanks[-1] < row - 1
            else:
                outer_changed = True
                self._forget(position + 1)
            group.carried = text
        return empty

    def _forget(self, position: int) -> None:
        for group in self.groups[position:]:
            group.carried = None

    def not_inherited(self, row: int) -> None:
        """This will take back that the row inherited: it turned out to be no line."""
        for group in self.groups:
            if group.blanks and group.blanks[-1] == row:
                group.blanks.pop()
            elif row in group.blanks:
                group.blanks.remove(row)

    def idle_headings(self) -> list[int]:
        """This will return the rows that name a group from which no line inherits: lines without an amount, rather."""
        heirs = sorted({row for group in self.groups for row in group.blanks})
        if len(heirs) >= MAX_REMEMBERED:
            return []
        ends = [*self.headings[1:], sys.maxsize]
        return [
            row for row, end in zip(self.headings, ends, strict=False) if bisect(heirs, row) == bisect(heirs, end - 1)
        ]

    def doubtful(self) -> list[Group]:
        """This will return the columns that repeat their value on some rows and leave it out on others.

        There an empty cell may be a group cell or a mistake; no one can tell which.
        """
        return [group for group in self.groups if group.repeats and group.blanks]


def _has_blank(memo: Memo, cells: Sequence[Any]) -> bool:
    return "" in cells or any(space in cells for space in memo.spaces)


def _repeats(raw: Sequence[Sequence[Any]]) -> bool:
    """Whether a value of the last column follows itself while every outer column stays the same."""
    before: tuple[Any, ...] | None = None
    for cells in zip(*raw, strict=True):
        if cells == before:
            return True
        before = cells
    return False


def _mentions_sum(row: Sequence[Any]) -> bool:
    return any(isinstance(cell, str) and is_sum_text(cell) for cell in row)
