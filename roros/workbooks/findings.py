"""Collects what is wrong with one sheet, every cell of it, without drowning in a million of the same."""

from __future__ import annotations

from collections import Counter
from typing import Any

from roros.workbooks.cells import CellError, as_text
from roros.workbooks.declare import Column, Finding, Severity
from roros.workbooks.header_words import letter

MAX_OF_A_CODE = 5_000
MAX_VALUE = 200


class Findings:
    """The findings of one sheet. Past `MAX_OF_A_CODE` of one kind they are counted and summed up in one."""

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.list: list[Finding] = []
        self.counts: Counter[str] = Counter()

    def add(
        self,
        code: str,
        row: int = 0,
        index: int = -1,
        value: object = "",
        *,
        severity: Severity = Severity.ERROR,
        params: dict[str, str] | None = None,
    ) -> None:
        """This will note one finding; `index` is the column counted from 0, -1 for none."""
        self.counts[code] += 1
        if self.counts[code] > MAX_OF_A_CODE:
            return
        text = as_text(value)[:MAX_VALUE].replace("\x00", "")
        column = letter(index) if index >= 0 else ""
        self.list.append(Finding(code, severity, self.sheet, row, column, text, params or {}))

    def cell(self, error: CellError, row: int, index: int, value: Any, column: Column | None = None) -> None:
        """This will note that a cell cannot be read, and why."""
        params = error.params | ({"label": column.label} if column is not None else {})
        self.add(error.code, row, index, value, params=params)

    def all(self) -> list[Finding]:
        """This will return the findings by row; a kind that was cut short is summed up at the end."""
        found = sorted(self.list, key=lambda finding: (finding.row, len(finding.column), finding.column))
        for code, count in self.counts.items():
            if count > MAX_OF_A_CODE:
                more = {"kind": code, "count": str(count), "shown": str(MAX_OF_A_CODE)}
                found.append(Finding("more-of-the-same", Severity.ERROR, self.sheet, params=more))
        return found
