"""Columns that draw a bar: one scale for the whole table, the number in the column beside it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from roros.bars import BarRange, Tone, deviation_bar, dumbbell, parts_bar, ratio_bar
from roros.columns import FiguresColumn
from roros.components import Text
from roros.lines import Line, LineKind, Phone

if TYPE_CHECKING:
    from roros.tables import FiguresTable


class BarColumn(FiguresColumn):
    """A bar per line on one scale for the whole table. `over` names what makes it copper, `start` a waterfall."""

    css = "s"
    phone = Phone.FIRST

    def __init__(
        self,
        header: Text = "",
        *,
        over: str = "",
        start: str = "",
        target: str = "",
        wide: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(header or _("Avvik som søyle"), **{"orderable": False, "export": "", **options})
        self.over = over
        self.start = start
        self.target = target
        if wide:
            self.css = "s bar-wide"

    def values(self, line: Line) -> Iterator[Decimal | None]:
        """This will yield every value of a line that the scale must hold."""
        value, start = self._figure(line, self.of), self._figure(line, self.start) or Decimal(0)
        yield self._figure(line, self.start)
        yield None if value is None else start + value
        yield self._figure(line, self.target)

    def write(self, line: Line, table: FiguresTable) -> str:
        """This will return the bar, or nothing where the line has no figure or another scale."""
        return self.draw(line, table.bar_range(self)) if line.has_bar and line.kind is not LineKind.GROUP else ""

    def draw(self, line: Line, scale: BarRange) -> str:
        """This will draw the bar of one line."""
        value = self._figure(line, self.of)
        if value is None:
            return ""
        tone = Tone.SUM if line.kind.is_sum else Tone.OVER if self.over and line.read(self.over) else Tone.WITHIN
        start, target = self._figure(line, self.start), self._figure(line, self.target)
        return deviation_bar(value, scale, tone=tone, start=start, target=target)

    @staticmethod
    def _figure(line: Line, name: str) -> Decimal | None:
        value = line.read(name) if name else None
        return value if isinstance(value, Decimal) else None


class PartsBarColumn(BarColumn):
    """Two parts of one whole: `of` is the light part, `second` the dark one."""

    def __init__(self, header: Text, *, second: str, **options: Any) -> None:
        super().__init__(header, **options)
        self.second = second

    def values(self, line: Line) -> Iterator[Decimal | None]:
        """This will yield the whole and the target."""
        first, second = self._figure(line, self.of), self._figure(line, self.second)
        yield None if first is None or second is None else first + second
        yield self._figure(line, self.target)

    def draw(self, line: Line, scale: BarRange) -> str:
        """This will draw both parts, or nothing when one is missing."""
        first, second = self._figure(line, self.of), self._figure(line, self.second)
        if first is None or second is None:
            return ""
        return parts_bar(first, second, scale, target=self._figure(line, self.target))


class RatioBarColumn(BarColumn):
    """How much of a frame is used: `of` is what is used, `frame` the whole."""

    def __init__(self, header: Text, *, frame: str, **options: Any) -> None:
        super().__init__(header, **options)
        self.frame = frame

    def draw(self, line: Line, scale: BarRange) -> str:
        """This will draw the used part of the frame."""
        used = self._figure(line, self.of)
        return "" if used is None else ratio_bar(used, self._figure(line, self.frame))


class DumbbellColumn(BarColumn):
    """Before and now: `of` is now, `before` the ring."""

    def __init__(self, header: Text, *, before: str, **options: Any) -> None:
        super().__init__(header, **options)
        self.before = before

    def values(self, line: Line) -> Iterator[Decimal | None]:
        """This will yield both values."""
        yield self._figure(line, self.of)
        yield self._figure(line, self.before)

    def draw(self, line: Line, scale: BarRange) -> str:
        """This will draw ring and dot, or nothing when one is missing."""
        before, now = self._figure(line, self.before), self._figure(line, self.of)
        return "" if before is None or now is None else dumbbell(before, now, scale)
