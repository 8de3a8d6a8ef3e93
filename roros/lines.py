"""The lines of a table of figures: a record with its children, and how the line is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class LineKind(StrEnum):
    """How a line is shown; the value is its css class."""

    ROW = "row"
    CHILD = "child"  # under a row that folds
    GROUP = "group"  # a head over the lines that follow
    SUB = "sum sub"  # a quiet sum
    SUM = "sum"
    GRAND = "sum grand"  # the last sum, which equals the ledger

    @property
    def is_sum(self) -> bool:
        """This will return whether the line adds up others."""
        return self in _SUMS


_SUMS = frozenset({LineKind.SUB, LineKind.SUM, LineKind.GRAND})


class Missing(StrEnum):
    """A cell without a figure: what it prints. A record may hold one of these in place of a figure."""

    UNKNOWN = ".."
    HIDDEN = ":"
    MEANINGLESS = "–"


class Phone(StrEnum):
    """Where a cell stands when a table becomes a list on a phone; the value is its css class.

    Name and key figure share the first line, the bar fills the second; the third holds LEFT, BESIDE it, and RIGHT.
    """

    LEFT = "phone-left"
    BESIDE = "phone-beside"
    RIGHT = "phone-right"
    LINE = "phone-line"  # a line of its own
    HIDDEN = "phone-hidden"
    FIRST = ""  # the name and the key figure


@dataclass(frozen=True)
class Line:
    """One line of a table. `record` is a dataclass, a model or a mapping; columns read it by name."""

    record: Any
    kind: LineKind = LineKind.ROW
    children: tuple[Line, ...] = ()
    open: bool = False  # whether the children are shown at first
    has_bar: bool = True  # False where the bar would need another scale
    fold_narrow: bool = False  # a group that starts folded on a phone
    key: str = ""  # what the fold button names; the table fills it in

    def read(self, name: str) -> Any:
        """This will return what the record holds under that name; None when a mapping does not have it."""
        record = self.record
        if type(record) is dict or isinstance(record, Mapping):  # nearly all are, and that is told at once
            return record.get(name)
        return getattr(record, name)

    @property
    def adds_up(self) -> bool:
        """This will return whether other lines of the table are counted in this one."""
        return self.kind.is_sum or (bool(self.children) and self.kind is not LineKind.GROUP)
