"""Which accounting year and period each line belongs to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from roros.workbooks.cells import MISSING
from roros.workbooks.declare import Sheet
from roros.workbooks.findings import Findings
from roros.workbooks.headers import Header

MAX_REMEMBERED = 5_000
_BEHIND = re.compile(r" ((?:19|20)\d\d)$")


class Years:
    """Finds the year of lines: from a year column, else the period, else the header's months, else as told."""

    def __init__(self, sheet: Sheet, header: Header, told: int | None, findings: Findings) -> None:
        self.sheet, self.header, self.findings = sheet, header, findings
        self.told = str(told) if told is not None else ""
        self.is_ledger = bool(sheet.amount and sheet.period)
        self.of_period: dict[Any, str] = {}  # period cell -> its year, "" when the cell does not tell
        self.counts: Counter[str] = Counter()
        self.lines: dict[str, list[tuple[int, Any]]] = {}  # year -> first lines, while no year was told
        self.unknown = False
        self.periods: set[int] = set()

    @property
    def column(self) -> int:
        """This will return the column that tells the year, -1 when none does."""
        columns = self.header.columns
        return columns.get(self.sheet.year, columns.get(self.sheet.period, -1))

    def read(
        self, outs: dict[str, list[str]], raw: dict[str, Sequence[Any]], numbers: Sequence[int]
    ) -> list[str] | None:
        """This will return the staged year of each line, None when the sheet has no years, and check them."""
        sheet = self.sheet
        if sheet.period in outs:
            self.periods.update(int(text) for text in set(outs[sheet.period]) if text != MISSING)
        written = outs.get(sheet.year)
        by_period: list[str] | None = None
        if sheet.period in raw:
            by_period = self._by_period(raw[sheet.period])
        if written is None and by_period is None and not self.is_ledger:
            return None
        if written is not None:
            years = [year if year != MISSING else "" for year in written]
            if by_period is not None:
                self._compare(years, by_period, raw[sheet.period], numbers)
                years = [year or other for year, other in zip(years, by_period, strict=True)]
        else:
            years = by_period or [""] * len(numbers)
        if self.header.months and not self.told and all(month.year for month in self.header.months):
            years = [year or str(self.header.months[0].year) for year in years]
        if "" in years:
            years = [year or self.told for year in years]
        found = Counter(years)
        self.unknown = self.unknown or (self.is_ledger and "" in found)
        if self.is_ledger:
            cells = raw.get(sheet.year, raw.get(sheet.period, numbers))
            self._check(years, found, cells, numbers)
        self.counts.update(found)
        return [year or MISSING for year in years]

    def _by_period(self, cells: Sequence[Any]) -> list[str] | None:
        told = {self.of_period.get(cell, "") for cell in set(cells)}
        if told <= {""}:
            return None
        if len(told) == 1:
            return [*told] * len(cells)
        return [self.of_period.get(cell, "") for cell in cells]

    def _compare(self, years: list[str], by_period: list[str], cells: Sequence[Any], numbers: Sequence[int]) -> None:
        """A year column that says something else than the period beside it."""
        pairs = set(zip(years, by_period, strict=True))
        if all(year == other or not other or not year for year, other in pairs):
            return
        for year, other, cell, number in zip(years, by_period, cells, numbers, strict=True):
            if other and year and year != other:
                self.findings.add(
                    "year-conflict", number, self.header.columns[self.sheet.period], cell, params={"year": year}
                )

    def _check(self, years: list[str], found: Counter[str], cells: Sequence[Any], numbers: Sequence[int]) -> None:
        if self.told:
            if set(found) <= {self.told, ""}:
                return
            for year, cell, number in zip(years, cells, numbers, strict=True):
                if year not in (self.told, ""):
                    self.findings.add(
                        "wrong-year", number, self.column, cell, params={"year": year, "expected": self.told}
                    )
            return
        for wanted in found:
            kept = self.lines.setdefault(wanted, [])
            if len(kept) < MAX_REMEMBERED:
                chosen = [(n, cell) for n, cell, year in zip(numbers, cells, years, strict=True) if year == wanted]
                kept += chosen[: MAX_REMEMBERED - len(kept)]

    def conclude(self) -> tuple[int, ...]:
        """This will report a year that is unknown or mixed, and return the years found."""
        if self.header.months and self.is_ledger:
            self._check_months()
        if self.unknown:
            self.findings.add("year-unknown")
        known = Counter({year: count for year, count in self.counts.items() if year})
        if not known and not self.is_ledger:
            known = self._behind_headers()
        if self.is_ledger and not self.told and len(known) > 1:
            most = known.most_common(1)[0][0]
            for year, lines in self.lines.items():
                if year not in (most, ""):
                    for number, cell in lines:
                        self.findings.add(
                            "wrong-year", number, self.column, cell, params={"year": year, "expected": most}
                        )
        return tuple(sorted(int(year) for year in known))

    def _behind_headers(self) -> Counter[str]:
        """The one year that the headers of the columns name: "Rev. bud. 2021", "Regnskap 2021"."""
        texts = (self.header.texts[at] for at in self.header.columns.values() if at < len(self.header.texts))
        found = Counter(match[1] for text in texts if (match := _BEHIND.search(text.strip())))
        return found if len(found) == 1 else Counter()

    def _check_months(self) -> None:
        expected = self.told or str(self.header.months[0].year or "")
        for month in self.header.months:
            self.periods.add(month.number)
            if month.year is not None and expected and str(month.year) != expected:
                value = self.header.texts[month.index]
                self.findings.add(
                    "wrong-year",
                    self.header.row + 1,
                    month.index,
                    value,
                    params={"year": str(month.year), "expected": expected},
                )
