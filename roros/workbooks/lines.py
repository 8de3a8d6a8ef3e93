"""Lines on their way to COPY: one per row, one per month of a row, or the monthly part of accumulated amounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import repeat
from typing import TextIO

from roros.workbooks.cells import MISSING
from roros.workbooks.declare import ColumnType, Sheet
from roros.workbooks.findings import Findings
from roros.workbooks.headers import Header
from roros.workbooks.ledgers import Accumulated, Slot, net

_NOT_OF_THE_KEY = (ColumnType.TEXT, ColumnType.AMOUNT, ColumnType.DECIMAL, ColumnType.PERIOD)


class Lines:
    """Writes the lines of one sheet; `rows` counts them."""

    def __init__(self, sheet: Sheet, header: Header, slots: Sequence[Slot], out: TextIO) -> None:
        self.sheet, self.header, self.slots, self.out = sheet, header, slots, out
        self.rows = 0
        self.at = {column.name: position for position, column in enumerate(sheet.columns)}
        self.accumulated = Accumulated() if header.accumulated and sheet.amount and sheet.period else None

    def put(self, numbers: list[str], fields: list[list[str] | None], slots: list[list[str]]) -> None:
        """This will write some rows: their numbers, the texts of each declared column, and the amounts."""
        filled: list[Iterable[str]] = [texts if texts is not None else repeat(MISSING) for texts in fields]
        if not self.sheet.amount:
            self._write(numbers, filled)
            return
        amount = self.at[self.sheet.amount]
        if not self.header.months:
            filled[amount] = slots[0] if len(slots) == 1 else net(slots[0], slots[1])
            self._write(numbers, filled)
            return
        period = self.at[self.sheet.period]
        ways: list[list[list[str]]] = []
        for slot, texts in zip(self.slots, slots, strict=True):
            filled = list(filled)
            filled[amount], filled[period] = texts, repeat(str(slot.period))
            if self.sheet.year and slot.year is not None:
                filled[self.at[self.sheet.year]] = repeat(str(slot.year))
            ways.append([list(line) for line in zip(numbers, *filled, strict=False)])
        self._take([line for months in zip(*ways, strict=True) for line in months if line[amount + 1] != MISSING])

    def _write(self, numbers: list[str], fields: Sequence[Iterable[str]]) -> None:
        if self.accumulated is not None:
            self._take([list(line) for line in zip(numbers, *fields, strict=False)])
            return
        self.rows += len(numbers)
        self.out.write("\n".join(map("\t".join, zip(numbers, *fields, strict=False))))
        self.out.write("\n")

    def _take(self, lines: list[list[str]]) -> None:
        self.rows += len(lines)
        if self.accumulated is None:
            self.out.writelines("\t".join(line) + "\n" for line in lines)
            return
        amount, period = self.at[self.sheet.amount] + 1, self.at[self.sheet.period] + 1
        year = self.at[self.sheet.year] + 1 if self.sheet.year else 0
        of_key = [at for at, column in enumerate(self.sheet.columns, 1) if column.type not in _NOT_OF_THE_KEY]
        for line in lines:
            self.accumulated.add(
                key=(line[year] if year else "", *(line[at] for at in of_key)),
                year=line[year] if year else "",
                period=int(line[period]),
                amount=line[amount],
                row=int(line[0]),
                fields=line,
            )

    def finish(self, findings: Findings) -> Decimal | None:
        """This will write the monthly lines of accumulated amounts and return their sum; None for other amounts."""
        if self.accumulated is None:
            return None
        for gap in self.accumulated.gaps():
            findings.add("accumulated-gap", gap.row, params={"period": str(gap.period), "missing": str(gap.missing)})
        self.rows, summed = 0, Decimal(0)  # lines alike were summed
        for _row, fields, own in self.accumulated.monthly():
            fields[self.at[self.sheet.amount] + 1] = f"{own:.2f}"
            summed += own
            self.rows += 1
            self.out.write("\t".join(fields) + "\n")
        return summed
