"""Small bars inside table cells, as svg. Geometry stands in attributes only: no inline style, strict CSP.

The viewBox is 100 × 10 and stretches with the cell; lines keep their width through `vector-effect` in the css. The
number stands beside every bar, so bars are hidden from screen readers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.safestring import SafeString, mark_safe

_WIDTH = Decimal(100)


class Tone(StrEnum):
    """What a bar says; the value is its css class."""

    WITHIN = ""
    OVER = "over"
    SUM = "sum"


@dataclass(frozen=True)
class BarRange:
    """The common scale of all bars in a table; it always holds 0."""

    low: Decimal
    high: Decimal

    @classmethod
    def of(cls, values: Iterable[Decimal | None]) -> BarRange:
        """This will return the smallest range that holds every value and zero."""
        low = high = Decimal(0)
        for value in values:
            if value is not None:
                low, high = min(low, value), max(high, value)
        return cls(low, high)

    def x(self, value: Decimal) -> Decimal:
        """This will return the place of a value on the line from 0 to 100, held inside it."""
        span = self.high - self.low
        if not span:
            return Decimal(0)
        return min(max((value - self.low) * _WIDTH / span, Decimal(0)), _WIDTH)


def deviation_bar(
    value: Decimal,
    scale: BarRange,
    *,
    tone: Tone = Tone.WITHIN,
    start: Decimal | None = None,
    target: Decimal | None = None,
) -> SafeString:
    """This will draw one bar from zero, or from `start` in a waterfall, with the zero line and a tick at the target."""
    begin = Decimal(0) if start is None else start
    low, high = sorted((scale.x(begin), scale.x(begin + value)))
    parts = _rect(low, high) + _tick("bar-zero", scale.x(Decimal(0)))
    if target is not None:
        parts += _tick("bar-target", scale.x(target))
    return _svg(tone.value, parts)


def parts_bar(first: Decimal, second: Decimal, scale: BarRange, *, target: Decimal | None = None) -> SafeString:
    """This will draw two parts of one whole, the first light and the second dark, with a tick at the target."""
    middle, end = scale.x(first), scale.x(first + second)
    parts = _rect(Decimal(0), middle, "part-light") + _rect(middle, end, "part-dark") + _tick("bar-zero", Decimal(0))
    if target is not None:
        parts += _tick("bar-target", scale.x(target))
    return _svg("", parts)


def ratio_bar(used: Decimal, frame: Decimal | None) -> SafeString:
    """This will draw how much of a frame is used: the line is the whole frame, copper beyond it, cut at the double."""
    middle = _WIDTH / 2
    if not frame or frame < 0:
        return _svg("", _tick("bar-zero", middle))
    end = min(max(used / frame * middle, Decimal(0)), _WIDTH)
    parts = _rect(Decimal(0), min(end, middle))
    if end > middle:
        parts += _rect(middle, end, "copper")
    return _svg("", parts + _tick("bar-zero", middle))


def dumbbell(before: Decimal, now: Decimal, scale: BarRange) -> SafeString:
    """This will draw a ring for the value before and a dot for the value now; copper when it went up."""
    x_before, x_now = scale.x(before), scale.x(now)
    up = " up" if now > before else ""
    return _svg(
        "dumbbell",
        _flat("track", Decimal(0), _WIDTH)
        + _flat(f"stem{up}", x_before, x_now)
        + _flat("before", x_before, x_before)
        + _flat("before-hole", x_before, x_before)
        + _flat(f"now{up}", x_now, x_now),
    )


def _svg(classes: str, parts: str) -> SafeString:
    name = f"bar {classes}" if classes else "bar"
    return mark_safe(  # noqa: S308 - built from numbers and the class names above only
        f'<svg class="{name}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f"{parts}</svg>"
    )


def _rect(low: Decimal, high: Decimal, name: str = "") -> str:
    classes = f'class="{name}" ' if name else ""
    return f'<rect {classes}x="{_place(low)}" y="0" width="{_place(high - low)}" height="10"/>'


def _tick(name: str, x: Decimal) -> str:
    return f'<line class="{name}" x1="{_place(x)}" x2="{_place(x)}" y1="-4" y2="14"/>'


def _flat(name: str, x1: Decimal, x2: Decimal) -> str:
    return f'<line class="{name}" x1="{_place(x1)}" x2="{_place(x2)}" y1="5" y2="5"/>'


def _place(x: Decimal) -> str:
    return f"{x:.2f}".rstrip("0").rstrip(".")
