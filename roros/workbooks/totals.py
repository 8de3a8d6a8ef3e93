"""Sum rows: control totals that must agree with the lines above them, never data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from roros.workbooks.ledgers import NOTHING, total

_BARE = re.compile(
    r"(?:total|hoved|netto)?sum|total(?:t|sum)?|grand total|i alt|sum (?:totalt|total|alle|hele).*", re.I
)


@dataclass(frozen=True)
class SumRow:
    """One sum row as it stands in the file."""

    row: int
    text: str
    figures: tuple[Decimal | None, ...]  # one per slot; None where the cell is empty
    running: tuple[Decimal, ...]  # what the lines above add up to, from the first line
    agrees: bool  # with the lines since the start or since one of the sum rows above

    @property
    def is_total(self) -> bool:
        """This will return whether it equals everything above it."""
        return all(
            figure is None or figure == so_far for figure, so_far in zip(self.figures, self.running, strict=True)
        )

    @property
    def is_bare(self) -> bool:
        """This will return whether its text says the sum of everything: "Sum", "Totalt"."""
        return _BARE.fullmatch(self.text.strip().rstrip(":").strip()) is not None


@dataclass
class Totals:
    """Adds up the lines of a sheet, slot by slot, and compares the sum rows on the way."""

    slots: int
    running: list[Decimal] = field(default_factory=list)
    boundaries: list[tuple[Decimal, ...]] = field(default_factory=list)
    sum_rows: list[SumRow] = field(default_factory=list)
    lines_since: int = 0

    def __post_init__(self) -> None:
        self.running = [NOTHING] * self.slots
        self.boundaries = [tuple(self.running)]

    def add(self, slots: Sequence[Sequence[str]], lines: int) -> None:
        """This will add lines; each slot's amounts are staged texts."""
        for position, texts in enumerate(slots):
            self.running[position] += total(texts)
        self.lines_since += lines

    def sum_row(self, row: int, text: str, figures: Sequence[Decimal | None]) -> None:
        """This will compare a sum row with the lines above it."""
        running = tuple(self.running)
        agrees = any(
            all(
                figure is None or figure == so_far - start
                for figure, so_far, start in zip(figures, running, boundary, strict=True)
            )
            for boundary in reversed(self.boundaries)
        )
        self.sum_rows.append(SumRow(row, text, tuple(figures), running, agrees))
        if self.boundaries[-1] != running:
            self.boundaries.append(running)
        self.lines_since = 0

    def wrong(self) -> list[SumRow]:
        """This will return the sum rows that agree with no lines, and a last bare "Sum" that is not the total."""
        wrong = [row for row in self.sum_rows if not row.agrees]
        last = self.control()
        if last is not None and last.agrees and not last.is_total:
            wrong.append(last)
        return wrong

    def control(self) -> SumRow | None:
        """This will return the sum row that stands for the whole sheet, if there is one."""
        if not self.sum_rows or self.lines_since:
            return None
        last = self.sum_rows[-1]
        if last.is_total:
            return last
        earlier_bare = any(row.is_bare for row in self.sum_rows[:-1])
        return last if last.is_bare and not earlier_bare else None
