"""The sheets of a file, whatever its format, as rows from A1 on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from roros.workbooks.cells import ErrorValue, NoCachedValue
from roros.workbooks.delimited import read_rows
from roros.workbooks.header_words import Range

HEAD_ROWS = 64
MAX_COLUMNS = 1_000  # more than any ledger has, few enough to be read


class TooWideError(Exception):
    """A sheet with far more columns than any of ours: one stray cell far to the right is enough."""


@dataclass
class SheetSource(ABC):
    """One sheet. `rows` may be called more than once."""

    name: str
    hidden: bool = False
    bad_cells: Mapping[int, Mapping[int, str]] = field(default_factory=dict)

    @abstractmethod
    def rows(self) -> Iterator[list[Any]]:
        """This will yield every row from the first of the sheet, from column A."""

    @property
    def merged(self) -> Sequence[Range]:
        """This will return the merged ranges, counted from 0."""
        return ()

    def head(self) -> list[list[Any]]:
        """This will return the first rows, with error cells in their place."""
        rows = [list(row) for row in islice(self.rows(), HEAD_ROWS)]
        for number, cells in self.bad_cells.items():
            for column, value in cells.items():
                if number <= len(rows) and column < len(rows[number - 1]):
                    rows[number - 1][column] = value
        return rows


@dataclass
class CalamineSource(SheetSource):
    """A sheet of a workbook; loaded when it is first asked for."""

    load: Callable[[str], CalamineSheet] = field(kw_only=True)

    @cached_property
    def sheet(self) -> CalamineSheet:
        """This will return the loaded sheet."""
        sheet = self.load(self.name)
        if sheet.total_width > MAX_COLUMNS:
            raise TooWideError(self.name)
        return sheet

    @property
    def merged(self) -> Sequence[Range]:
        """This will return the merged ranges, counted from 0."""
        return self.sheet.merged_cell_ranges or ()

    def rows(self) -> Iterator[list[Any]]:
        """This will yield every row from the first of the sheet, from column A."""
        start = self.sheet.start
        if start is None:
            return iter(())
        if start[1] == 0:
            return self.sheet.iter_rows()
        margin = [""] * start[1]
        return (margin + row for row in self.sheet.iter_rows())


@dataclass
class TextSource(SheetSource):
    """The one sheet of a text file."""

    path: Path = Path()

    def rows(self) -> Iterator[list[Any]]:
        """This will yield every line of the file."""
        return read_rows(self.path)


def open_workbook(
    path: Path, bad_cells: Mapping[str, Mapping[int, Mapping[int, tuple[str, str]]]]
) -> list[SheetSource]:
    """This will return the worksheets of a workbook; `path` must have the extension of its content."""
    workbook = CalamineWorkbook.from_path(path)
    return [
        CalamineSource(
            name=sheet.name,
            hidden=sheet.visible != SheetVisibleEnum.Visible,
            bad_cells={
                row: {column: _bad(*what) for column, what in cells.items()}
                for row, cells in bad_cells.get(sheet.name, {}).items()
            },
            load=workbook.get_sheet_by_name,
        )
        for sheet in workbook.sheets_metadata
        if sheet.typ in (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet)
    ]


def _bad(kind: str, text: str) -> str:
    return ErrorValue(text) if kind == "error" else NoCachedValue(text)


def open_text(path: Path, name: str) -> list[SheetSource]:
    """This will return the one sheet of a text file."""
    return [TextSource(name=name, path=path)]
