"""A block copied from a spreadsheet: which cells it means, what it says in them, and everything that is wrong in it.

Pure: no queries. A block is addressed by its header when it has one that is known, else by the cell it is pasted in.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from django.utils.translation import gettext as _

from budget.paste_header import CODES, Plan, Wrong, amount_of, looks_like_header, read_plan
from budget.queries.entries import CellKey, RowKey
from roros.numbers import (
    AmbiguousNumber,
    EmptyNumber,
    NumberError,
    Scale,
    TooLarge,
    TooManyDecimals,
    format_amount,
    parse_amount,
)
from roros.periods import CLOSING, MONTHS, read_period
from roros.workbooks.cells import is_sum_text
from roros.workbooks.declare import Finding
from roros.workbooks.messages import text as message

Line: TypeAlias = "tuple[int, list[str]]"
ERROR_START = "#"  # #REF!, #I/T, ##### when the column is too narrow


@dataclass(frozen=True)
class PastedCell:
    """What a block wants in one cell, and where in the block it says so."""

    key: CellKey
    after: Decimal
    row: int
    column: int
    value: str


@dataclass
class Block:
    """A block as it was understood."""

    cells: list[PastedCell] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    rows: int = 0  # with figures
    empty: int = 0  # cells that say nothing, and so change nothing
    has_header: bool = False
    controlled: int = 0  # sums in the block that agree
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Anchor:
    """Where a block without codes is pasted: the rows of the grid from the focused cell down, and its month."""

    rows: Sequence[RowKey]
    period: int


def read_block(text: str, *, year: int, ansvar: str, anchor: Anchor | None) -> Block:
    """This will understand a block of tab-separated cells, and collect everything that is wrong in it."""
    block = Block()
    table = _table(text)
    first = next((place for place, (_number, row) in enumerate(table) if any(row)), None)
    if first is None:
        block.wrong.append(Wrong(0, 0, "", _("Utklippet er tomt. Kopier cellene i regnearket og prøv igjen.")))
        return block
    plan: Plan | None = None
    if looks_like_header(table[first][1]):
        block.has_header = True
        number, header = table[first]
        plan, block.wrong = read_plan(header, number, year)
        if block.wrong:
            return block
        table = table[first + 1 :]
    by_codes = plan is not None and plan.by_codes
    lines = [line for line in table if any(line[1])] if by_codes else table  # a blank row holds its place in the grid
    data = [line for line in lines if not _is_total(line[1], plan)]
    totals = [line for line in lines if _is_total(line[1], plan)]
    if not any(any(row) for _number, row in data):
        text = _("Blokken har ingen linjer med beløp: bare overskrift eller sum.")
        block.wrong.append(Wrong(0, 0, "", text))
        return block
    if plan is not None and by_codes:
        _read_by_codes(block, plan, data, year, ansvar)
    else:
        _read_by_place(block, plan, data, year, anchor)
    _check_totals(block, data, totals, plan)
    _refuse_repeated(block)
    return block


def _table(text: str) -> list[Line]:
    """The rows of the block with their numbers. A cell with a line break stands in quotes."""
    lines = csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")), delimiter="\t")
    try:
        rows = [[cell.strip() for cell in row] for row in lines]
    except csv.Error:
        return []
    while rows and not rows[-1]:
        rows.pop()  # the end of the text, not a row
    return [(number, row or [""]) for number, row in enumerate(rows, 1)]


def _is_total(row: Sequence[str], plan: Plan | None) -> bool:
    """A row whose first text is a sum: a control of the others, not data. A row with all its codes is data."""
    words = [cell for cell in row if cell and amount_of(cell) is None]
    if not words or not is_sum_text(words[0]):
        return False
    if plan is None or not plan.by_codes:
        return True
    return any(not (code := _at(row, plan.codes[name])) or is_sum_text(code) for name in ("tjeneste", "art"))


def _read_by_codes(block: Block, plan: Plan, data: Sequence[Line], year: int, ansvar: str) -> None:
    above: dict[str, str] = {}
    for number, row in data:
        codes = {name: _code(_at(row, place)) for name, place in plan.codes.items()}
        for name in ("ansvar", "tjeneste", "art"):
            if name in codes:  # a code that is written once holds for the rows under it
                codes[name] = above[name] = codes[name] or above.get(name, "")
        key = RowKey(codes.get("ansvar", "") or ansvar, codes["tjeneste"], codes["art"], codes.get("prosjekt", ""))
        lacking = next((name for name, code in zip(CODES, key, strict=True) if not code and name != "prosjekt"), "")
        if lacking:
            labels = {"ansvar": _("Ansvar"), "tjeneste": _("Tjeneste"), "art": _("Art")}
            text = _("%(label)s mangler i raden.") % {"label": labels[lacking]}
            block.wrong.append(Wrong(number, plan.codes.get(lacking, -1) + 1, "", text))
            continue
        if (told_year := _at(row, plan.year)) and told_year != str(year):
            block.wrong.append(Wrong(number, plan.year + 1, told_year, _wrong_year(told_year, told_year, year)))
            continue
        block.rows += 1
        if plan.months:
            given = [_take(block, key.cell(period), row, number, place) for place, period in plan.months.items()]
            _check_row_total(block, plan, row, number, [amount for amount in given if amount is not None])
            continue
        written = _at(row, plan.period)
        try:
            told, period = read_period(written)
        except ValueError:
            text = message(Finding("not-a-period", value=written))
            block.wrong.append(Wrong(number, plan.period + 1, written, text))
            continue
        if told is not None and told != year:
            block.wrong.append(Wrong(number, plan.period + 1, written, _wrong_year(written, str(told), year)))
            continue
        _take(block, key.cell(period), row, number, plan.amount)


def _wrong_year(value: str, told: str, year: int) -> str:
    return message(Finding("wrong-year", value=value, params={"year": told, "expected": str(year)}))


def _read_by_place(
    block: Block,
    plan: Plan | None,
    data: Sequence[Line],
    year: int,
    anchor: Anchor | None,
) -> None:
    if anchor is None or not anchor.rows:
        text = _("Blokken har ikke kodene Tjeneste og Art, så du må velge cellen i rutenettet som den limes inn fra.")
        block.wrong.append(Wrong(0, 0, "", text))
        return
    widths = {len(row) for _number, row in data}
    if len(widths) > 1:
        widest = max(widths)
        for number, row in data:
            if len(row) < widest:
                words = {"cells": len(row), "most": widest}
                text = _("Raden har %(cells)s celler, de andre har %(most)s. Kopier hele blokken på nytt.") % words
                block.wrong.append(Wrong(number, 0, "", text))
        return
    if len(data) > len(anchor.rows):
        words = {"rows": len(data), "room": len(anchor.rows)}
        text = _(
            "Blokken har %(rows)s rader, men det er bare %(room)s i rutenettet fra cellen du valgte og ned. "
            "Legg til radene som mangler, eller ta med Tjeneste og Art i blokken."
        )
        block.wrong.append(Wrong(data[len(anchor.rows)][0], 0, "", text % words))
        return
    if len(data) < len(anchor.rows):
        words = {"rows": len(data), "room": len(anchor.rows)}
        text = _(
            "Blokken har %(rows)s rader, og rutenettet %(room)s fra cellen du valgte og ned. "
            "Kontroller at radene hører sammen."
        )
        block.notes.append(text % words)
    months = dict(plan.months) if plan else {}
    if not months:
        width = widths.pop()
        last = anchor.period + width - 1
        if last > CLOSING:
            words = {"columns": width, "room": CLOSING - anchor.period + 1}
            text = _(
                "Blokken har %(columns)s kolonner, men det er bare %(room)s måneder fra cellen du valgte. "
                "Lim den inn lenger til venstre, eller ta bort kolonnen med sum."
            )
            block.wrong.append(Wrong(1, words["room"] + 1, "", text % words))
            return
        months = {place: anchor.period + place for place in range(width)}
    for (number, row), key in zip(data, anchor.rows, strict=False):
        block.rows += 1
        given = [_take(block, key.cell(period), row, number, place) for place, period in months.items()]
        if plan is not None:
            _check_row_total(block, plan, row, number, [amount for amount in given if amount is not None])


def _take(block: Block, key: CellKey, row: Sequence[str], number: int, place: int) -> Decimal | None:
    """Read one amount into the block; None when the cell says nothing or something wrong."""
    text = _at(row, place)
    if not text:
        block.empty += 1
        return None
    try:
        amount = parse_amount(text)
    except EmptyNumber:
        block.empty += 1
        return None
    except NumberError as error:
        block.wrong.append(Wrong(number, place + 1, text, why_not(text, error)))
        return None
    block.cells.append(PastedCell(key, amount, number, place + 1, text))
    return amount


def why_not(text: str, error: NumberError) -> str:
    """This will say why a text is no amount, in the words of the imports."""
    if text.startswith(ERROR_START):
        return message(Finding("error-cell", value=text))
    if text.startswith("="):
        return message(Finding("formula-without-value", value=text))
    if isinstance(error, AmbiguousNumber):
        first, second = (format_amount(reading, Scale.KR, decimals=2) for reading in error.readings)
        return message(Finding("ambiguous-number", value=text, params={"first": first, "second": second}))
    if isinstance(error, TooManyDecimals):
        return message(Finding("too-many-decimals", value=text))
    if isinstance(error, TooLarge):
        return message(Finding("too-large", value=text))
    return message(Finding("not-a-number", value=text))


def _check_row_total(block: Block, plan: Plan, row: Sequence[str], number: int, given: Sequence[Decimal]) -> None:
    """A row's own sum must be that of the months in the row."""
    total = amount_of(_at(row, plan.total)) if plan.total >= 0 else None
    if total is None:
        return
    if total == sum(given, Decimal(0)):
        block.controlled += 1
    elif not any(wrong.row == number for wrong in block.wrong):
        params = _difference(total, sum(given, Decimal(0)))
        text = message(Finding("row-total-differs", params=params))
        block.wrong.append(Wrong(number, plan.total + 1, _at(row, plan.total), text))


def _check_totals(block: Block, data: Sequence[Line], totals: Sequence[Line], plan: Plan | None) -> None:
    """A sum row must be the sum of the rows above it, since the sum row before; or of all of them."""
    if any(wrong.row for wrong in block.wrong):
        return  # what cannot be read cannot be summed
    places = (
        set(plan.months) | {plan.amount, plan.total} - {-1}
        if plan
        else set(range(max(map(len, (r for _n, r in data)))))
    )
    since = 0
    for number, row in totals:
        label = next(cell for cell in row if cell and amount_of(cell) is None)
        for place in places:
            told = amount_of(_at(row, place))
            if told is None:
                continue
            ways = [
                sum((amount_of(_at(line, place)) or Decimal(0) for n, line in data if first < n < number), Decimal(0))
                for first in {since, 0}
            ]
            if told in ways:
                block.controlled += 1
                continue
            params = {"text": label, **_difference(told, ways[-1])}
            block.wrong.append(
                Wrong(number, place + 1, _at(row, place), message(Finding("sum-differs", params=params)))
            )
        since = number


def _difference(told: Decimal, summed: Decimal) -> dict[str, str]:
    return {"file": str(told), "rows": str(summed), "difference": str(told - summed)}


def _refuse_repeated(block: Block) -> None:
    seen: dict[CellKey, PastedCell] = {}
    for cell in block.cells:
        first = seen.setdefault(cell.key, cell)
        if first is not cell:
            month = MONTHS[cell.key.period - 1] if cell.key.period <= len(MONTHS) else _("avslutning")
            params = {"first_row": str(first.row)}
            text = message(Finding("duplicate-row", value=f"{cell.key.row} · {month}", params=params))
            block.wrong.append(Wrong(cell.row, cell.column, cell.value, text))


def _at(row: Sequence[str], place: int) -> str:
    return row[place] if 0 <= place < len(row) else ""


def _code(text: str) -> str:
    """A code, also where its name stands behind it in the same cell."""
    return text.split(maxsplit=1)[0] if text else ""
