"""What the shared page components are handed: plain values, no queries. See `templates/components/`."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Text: TypeAlias = "str | _StrPromise"  # text that a reader sees; lazy when it is declared before the language is known


class StatusKind(StrEnum):
    """The look of a status: the value names both the icon in the sprite and the css class."""

    OVER = "over"
    DELAYED = "delayed"
    MISSING = "missing"
    MINOR = "minor"
    WARNING = "warning"
    RETURNED = "returned"
    DONE = "done"
    DELIVERED = "delivered"
    ON_PLAN = "on-plan"
    NOT_ASSESSED = "not-assessed"
    NOT_STARTED = "not-started"
    STARTED = "started"
    ERROR = "error"


@dataclass(frozen=True)
class Status:
    """A word with an icon; colour never stands alone."""

    word: Text
    kind: StatusKind


OVER_LIMIT = Status(_("Over grensen"), StatusKind.OVER)


@dataclass(frozen=True)
class Crumb:
    """One step of the breadcrumb trail; the last one is the page itself."""

    label: Text
    href: str


class StepState(StrEnum):
    """Where a step stands on its line; the value is the css class."""

    PAST = "past"
    CURRENT = "current"
    AHEAD = "ahead"


@dataclass(frozen=True)
class Step:
    """One step of a process: a word, a date or remark, and where we are."""

    label: Text
    note: Text = ""
    state: StepState = StepState.AHEAD
    status: Status | None = None


@dataclass(frozen=True)
class Fact:
    """One line of the period line or of a list of facts: "Tall per" + "31. desember 2021"."""

    label: Text
    value: Text = ""
    href: str = ""


@dataclass(frozen=True)
class KeyFigure:
    """One of the few figures on top of a page; `value` is already formatted."""

    label: Text
    value: Text
    unit: Text = ""
    href: str = ""


@dataclass(frozen=True)
class SumLine:
    """One line of a calculation in kroner; more than one amount when a row holds both in and out."""

    label: Text
    amounts: tuple[Decimal | None, ...]
    note: Text = ""
    href: str = ""
    is_sum: bool = False
    signed: bool = False  # write the plus sign, for amendments
    decimals: int = 0  # 2 shows the øre


@dataclass(frozen=True)
class Story:
    """How a figure was made: the calculation, the largest ledger lines, where they came from, earlier values."""

    title: Text
    sums: Sequence[SumLine]
    largest: Sequence[SumLine] = ()
    all_lines: Fact | None = None
    source: Text = ""
    source_link: Fact | None = None
    earlier: Sequence[SumLine] = ()


@dataclass(frozen=True)
class Numbers:
    """The table of numbers behind a figure, already formatted: a head, and rows of a label and cells."""

    caption: Text
    unit: Text
    head: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True)
class PeriodLine:
    """The quiet line on top of every page with figures: which figures, how fresh, what was reported before."""

    as_of: datetime.date | None = None
    remark: Text = ""
    updated: datetime.date | None = None
    previous: Fact | None = None
    before: Sequence[Fact] = ()
    after: Sequence[Fact] = ()
