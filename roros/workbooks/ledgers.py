"""The shapes an amount comes in: one column, twelve month columns, debit and credit, accumulated, in 1000 kr."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from roros.workbooks.cells import BAD, MISSING, Memo, as_text

LIMIT = 1e14
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Slot:
    """One column of amounts that can be summed and compared with a sum row."""

    index: int
    memo: Memo
    scaled: bool  # not in kroner: every cell goes through Decimal
    period: int = 0  # of a month column
    year: int | None = None


def read_amounts(cells: Sequence[Any], slot: Slot) -> list[str]:
    """This will return the cells as kroner with two decimals.

    The shortcut is taken only for a float that its two-decimal text gives back exactly.
    """
    memo = slot.memo
    if slot.scaled:
        return memo.read_all(cells)[0]
    if set(map(type, cells)) == {float}:
        texts = ["%.2f" % cell for cell in cells]  # noqa: UP031 - the fastest way, on the hottest line
        if tuple(map(float, texts)) == tuple(cells) and max(cells) < LIMIT and min(cells) > -LIMIT:
            return texts
    read = []
    for cell in cells:
        if type(cell) is float and -LIMIT < cell < LIMIT:
            text = "%.2f" % cell  # noqa: UP031
            read.append(text if float(text) == cell else memo[cell])
        else:
            read.append(memo[as_text(cell) if isinstance(cell, bool) else cell])
    return read


def total(texts: Sequence[str]) -> Decimal:
    """This will return the exact sum of staged amounts; cells without a figure do not count."""
    if MISSING in texts or BAD in texts:
        texts = [text for text in texts if text not in (MISSING, BAD)]
    return sum(map(Decimal, texts), NOTHING)


def net(debit: Sequence[str], credit: Sequence[str]) -> list[str]:
    """This will return debit minus credit for each line; an empty side counts as nothing, two empty sides as BAD."""
    result = []
    for plus, minus in zip(debit, credit, strict=True):
        if BAD in (plus, minus) or plus == minus == MISSING:
            result.append(BAD)
        else:
            amount = (Decimal(plus) if plus != MISSING else NOTHING) - (Decimal(minus) if minus != MISSING else NOTHING)
            result.append(f"{amount:.2f}")
    return result


@dataclass
class CreditSigns:
    """Remembers the signs in the credit column: all negative may mean two things."""

    positive: bool = False
    first_negative: int = 0
    value: str = ""

    def see(self, texts: Sequence[str], first_row: int) -> None:
        """This will look at the credit amounts of some lines."""
        for offset, text in enumerate(texts):
            if text in (MISSING, BAD) or not Decimal(text):
                continue
            if not text.startswith("-"):
                self.positive = True
                return
            if not self.first_negative:
                self.first_negative, self.value = first_row + offset, text

    @property
    def unclear(self) -> bool:
        """This will return whether every credit amount is negative."""
        return bool(self.first_negative) and not self.positive


@dataclass(frozen=True)
class Gap:
    """A place where accumulated amounts cannot be turned into monthly ones."""

    row: int
    period: int
    missing: int


@dataclass
class Accumulated:
    """Lines whose amounts run from January; gives each period's own amount, the difference from the one before."""

    amounts: dict[tuple[str, ...], dict[int, Decimal]] = field(default_factory=dict)
    lines: dict[tuple[str, ...], dict[int, tuple[int, list[str]]]] = field(default_factory=dict)
    periods: dict[str, set[int]] = field(default_factory=dict)

    def add(self, *, key: tuple[str, ...], year: str, period: int, amount: str, row: int, fields: list[str]) -> None:
        """This will take one line; lines alike in key and period are summed. `key` begins with the year."""
        amounts = self.amounts.setdefault(key, {})
        amounts[period] = amounts.get(period, NOTHING) + Decimal(amount)
        self.lines.setdefault(key, {}).setdefault(period, (row, fields))
        self.periods.setdefault(year, set()).add(period)

    def gaps(self) -> Iterator[Gap]:
        """This will yield what is missing: months the file skips, and lines that vanish while they hold an amount."""
        for year, found in self.periods.items():
            lacking = sorted(set(range(1, max(found))) - found)
            if lacking:
                row = min(by_period[min(by_period)][0] for key, by_period in self.lines.items() if key[0] == year)
                yield Gap(row, max(found), lacking[0])
        for key, amounts in self.amounts.items():
            expected = [period for period in sorted(self.periods[key[0]]) if period > min(amounts)]
            held = amounts[min(amounts)]
            last_row = self.lines[key][min(amounts)][0]
            for period in expected:
                if period in amounts:
                    held, last_row = amounts[period], self.lines[key][period][0]
                elif held:
                    yield Gap(last_row, period, period)
                    break

    def monthly(self) -> Iterator[tuple[int, list[str], Decimal]]:
        """This will yield each line's row number, its fields and the amount of its own period, in row order."""
        lines = []
        for key, amounts in self.amounts.items():
            before = NOTHING
            for period in sorted(amounts):
                row, fields = self.lines[key][period]
                lines.append((row, period, fields, amounts[period] - before))
                before = amounts[period]
        for row, _period, fields, amount in sorted(lines, key=lambda line: (line[0], line[1])):
            yield row, fields, amount
