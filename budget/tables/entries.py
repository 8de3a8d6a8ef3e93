"""The entry grid as the template draws it: rows, cells, sums, marks. Handed its figures."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from budget.actions.entries import Overtaken
from budget.forms.entries import MINE, GridInput, cell_name, choice_name, extra_value
from budget.queries.entries import CellChange, CellKey, GridRow, RowKey
from roros.numbers import Scale, format_amount
from roros.periods import CLOSING, MONTHS, MONTHS_SHORT

NOTHING = Decimal(0)
MOST_CHANGES = 100


def figure(amount: Decimal | None) -> str:
    """This will write an amount as a cell shows it: nothing when there is nothing."""
    return "" if amount is None else format_amount(amount, Scale.KR, decimals=2)


@dataclass(frozen=True)
class Month:
    """The head of a column."""

    number: int
    name: str
    short: str
    locked: str = ""  # who closed it and when


def months(locked: Mapping[int, str]) -> list[Month]:
    """This will return the heads of the thirteen months."""
    return [
        Month(
            number,
            MONTHS[number - 1] if number < CLOSING else _("avslutning"),
            MONTHS_SHORT[number - 1] if number < CLOSING else _("avsl."),
            locked.get(number, ""),
        )
        for number in range(1, CLOSING + 1)
    ]


@dataclass(frozen=True)
class Field:
    """One cell: what stands in it, what was typed, and what there is to say about it."""

    name: str
    period: int
    before: str  # as a machine writes it, for the script
    shown: str
    locked: bool = False
    error: str = ""
    mark: str = ""  # the id of what was changed here
    title: str = ""
    dirty: bool = False


@dataclass(frozen=True)
class Row:
    """One row of the grid."""

    number: int
    key: RowKey
    tjeneste: str
    art: str
    prosjekt: str
    fields: Sequence[Field]
    total: str


@dataclass(frozen=True)
class Mark:
    """One earlier change, in the list under the grid."""

    id: str
    change: CellChange
    month: str
    names: str
    before: str
    after: str


@dataclass(frozen=True)
class Conflict:
    """One cell where somebody was first: what each wants."""

    name: str
    mine_value: str  # tells that the user has seen what stands there now
    month: str
    row: str
    mine: str
    theirs: str
    seen: str
    who: str
    when: datetime.datetime | None


@dataclass(frozen=True)
class EntryGrid:
    """Everything that the grid shows."""

    months: Sequence[Month]
    rows: Sequence[Row]
    sums: Sequence[str]
    total: Decimal
    marks: Sequence[Mark] = field(default=())
    hidden_marks: int = 0
    extra: Sequence[str] = field(default=())

    @property
    def total_shown(self) -> str:
        """This will write the sum of all cells."""
        return figure(self.total)

    @property
    def locked(self) -> list[str]:
        """This will return why months cannot be entered, each reason once."""
        return list(dict.fromkeys(month.locked for month in self.months if month.locked))


def entry_grid(
    rows: Sequence[GridRow],
    *,
    locked: Mapping[int, str],
    read_only: bool,
    history: Sequence[CellChange],
    typed: GridInput,
    refused: Mapping[CellKey, str],
) -> EntryGrid:
    """This will lay out the rows with what was typed on top."""
    shown = {row.key for row in rows}
    marks = _marks([change for change in history if change.key.row in shown], rows)
    newest: dict[CellKey, Mark] = {}
    for mark in marks:
        newest.setdefault(mark.change.key, mark)
    heads = months(locked)
    errors = {**typed.wrong, **refused}
    drawn = []
    for number, row in enumerate(rows, 1):
        fields = [
            _field(row.key.cell(head.number), row.amounts.get(head.number), head, read_only, newest, typed, errors)
            for head in heads
        ]
        total = sum(row.amounts.values(), NOTHING)
        drawn.append(Row(number, row.key, row.tjeneste, row.art, row.prosjekt, fields, figure(total)))
    sums = [sum((row.amounts.get(head.number, NOTHING) for row in rows), NOTHING) for head in heads]
    listed = marks[:MOST_CHANGES]
    return EntryGrid(
        heads,
        drawn,
        [figure(amount) for amount in sums],
        sum(sums, NOTHING),
        listed,
        len(marks) - len(listed),
        [extra_value(row) for row in typed.extra],
    )


def _field(
    key: CellKey,
    amount: Decimal | None,
    head: Month,
    read_only: bool,
    newest: Mapping[CellKey, Mark],
    typed: GridInput,
    errors: Mapping[CellKey, str],
) -> Field:
    seen = typed.seen.get(key, amount if amount is not None else NOTHING)
    mark = newest.get(key)
    return Field(
        name=cell_name(key, seen),
        period=head.number,
        before=str(seen),
        shown=typed.typed.get(key, figure(amount)),
        locked=read_only or bool(head.locked),
        error=errors.get(key, ""),
        mark=mark.id if mark else "",
        title=_("Endret fra %(before)s til %(after)s av %(who)s: %(reason)s")
        % {"before": mark.before, "after": mark.after, "who": mark.change.who, "reason": mark.change.reason}
        if mark
        else "",
        dirty=key in typed.typed,
    )


def _marks(history: Sequence[CellChange], rows: Sequence[GridRow]) -> list[Mark]:
    names = {row.key: f"{row.key.tjeneste} {row.tjeneste}, {row.key.art} {row.art}" for row in rows}
    return [
        Mark(
            f"endring-{place}",
            change,
            month_of(change.key.period),
            names[change.key.row] + (f", {change.key.prosjekt}" if change.key.prosjekt else ""),
            figure(change.before),
            figure(change.after),
        )
        for place, change in enumerate(history, 1)
    ]


def month_of(period: int) -> str:
    """This will write the month of a cell without the year."""
    return MONTHS[period - 1] if period < CLOSING else _("avslutning")


def conflicts(overtaken: Collection[Overtaken]) -> list[Conflict]:
    """This will list the cells where the user must choose."""
    return [
        Conflict(
            choice_name(one.cell.key),
            f"{MINE}{one.now}",
            month_of(one.cell.key.period),
            str(one.cell.key.row),
            figure(one.cell.after),
            figure(one.now),
            figure(one.cell.before),
            one.who,
            one.when,
        )
        for one in overtaken
    ]
