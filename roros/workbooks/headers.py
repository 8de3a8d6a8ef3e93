"""Which column is which: the header row is found by the names in it, wherever it stands."""

from __future__ import annotations

import datetime
import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from roros.periods import MONTH_NUMBERS, read_period
from roros.workbooks.declare import Column, ColumnType, Sheet
from roros.workbooks.header_words import (
    CREDIT,
    DEBIT,
    NAME_BESIDE,
    ROW_TOTAL,
    THIS_PERIOD,
    TO_DATE,
    YEAR_BEHIND,
    Cell,
    Label,
    Range,
    column_index,
    letter,
    normal,
    take_apart,
    title_scale,
)

SEARCHED_ROWS = 60  # a header stands within the first rows of a sheet, or there is none


@dataclass(frozen=True)
class MonthColumn:
    """A column that holds the amounts of one month."""

    index: int
    number: int
    year: int | None


@dataclass
class Header:
    """A header row and what its columns are. Rows and columns are counted from 0."""

    row: int
    first_row: int
    texts: tuple[str, ...]  # as printed, two rows joined
    columns: dict[str, int] = field(default_factory=dict)
    months: tuple[MonthColumn, ...] = ()
    debit: int = -1
    credit: int = -1
    row_total: int = -1
    scales: dict[int, int] = field(default_factory=dict)  # column -> kroner per unit
    accumulated: bool = False
    grouped: bool = False  # an upper row says which columns are this period's and which the year's to date
    missing: tuple[str, ...] = ()
    ambiguous: dict[str, tuple[int, ...]] = field(default_factory=dict)
    fingerprint: str = ""

    @property
    def complete(self) -> bool:
        """This will return whether every required column was found."""
        return not self.missing

    @property
    def names(self) -> frozenset[str]:
        """This will return the header texts as they are compared, to know the header when it is repeated."""
        return frozenset(normal(text) for text in self.texts if text.strip())

    def seen(self) -> str:
        """This will return the headers as a list for people: "A Ansvar, B Tjeneste"."""
        return ", ".join(f"{letter(i)} {' '.join(text.split())}" for i, text in enumerate(self.texts) if text.strip())


def find_header(
    rows: Sequence[Sequence[Cell]],
    sheet: Sheet,
    *,
    merged: Sequence[Range] = (),
    remembered: Mapping[str, Mapping[str, str]] | None = None,
    year: int | None = None,
) -> Header | None:
    """This will return the row of `rows` that looks most like the sheet's header; None when no row holds text.

    `rows` are the first rows of the sheet, from column A. `remembered` maps a header's fingerprint to the letters
    a person chose for it. `year` picks between "Regnskap 2020" and "Regnskap 2021".
    """
    best: Header | None = None
    best_score: tuple[int, ...] = ()
    for index, row in enumerate(rows[:SEARCHED_ROWS]):
        texts = sum(1 for cell in row if isinstance(cell, str) and cell.strip())
        if not texts:
            continue
        for two_rows in (False, True) if index else (False,):
            header = _match(
                rows, index, sheet, two_rows=two_rows, merged=merged, remembered=remembered or {}, year=year
            )
            required = sum(1 for column in sheet.columns if column.header_required)
            ambiguity = -len(header.ambiguous)
            found = required - len(header.missing)
            score = (found, int(header.grouped), len(header.columns), ambiguity, -int(two_rows))
            if best is None or score > best_score:
                best, best_score = header, score
    if best is not None and not best.columns and not best.months:
        # Nothing was recognised: show the fullest row with text, which is what a person would call the header.
        fullest = max(range(len(rows[:SEARCHED_ROWS])), key=lambda i: (_texts(rows[i]), -i))
        best = _match(rows, fullest, sheet, two_rows=False, merged=merged, remembered={}, year=year)
    return best


def _texts(row: Sequence[Cell]) -> int:
    """How full a row is, if it holds any text at all."""
    texts = any(isinstance(cell, str) and cell.strip() for cell in row)
    return sum(1 for cell in row if not isinstance(cell, str) or cell.strip()) if texts else 0


def _match(
    rows: Sequence[Sequence[Cell]],
    index: int,
    sheet: Sheet,
    *,
    two_rows: bool,
    merged: Sequence[Range],
    remembered: Mapping[str, Mapping[str, str]],
    year: int | None,
) -> Header:
    groups = _groups(rows[index - 1], index - 1, merged) if index else []
    printed, labels = _labels(rows[index], groups, two_rows=two_rows)
    header = Header(row=index, first_row=index - 1 if two_rows else index, texts=tuple(printed))
    header.grouped = two_rows and _is_grouped(rows, index, groups)
    header.fingerprint = hashlib.sha256("\t".join(normal(text) for text in printed).encode()).hexdigest()[:32]
    chosen = {
        name: column_index(at) for name, at in remembered.get(header.fingerprint, {}).items() if column_index(at) >= 0
    }
    header.columns.update(chosen)
    _assign(header, sheet, labels, year)
    _names_beside_codes(header, sheet, labels)
    if sheet.amount and sheet.period:
        _ledger_columns(header, sheet, rows[index], labels)
    _scales(header, sheet, labels, rows[:index])
    found = set(header.columns)
    if header.months:
        found |= {sheet.amount, sheet.period}
    if header.debit >= 0:
        found.add(sheet.amount)
    header.missing = tuple(c.name for c in sheet.columns if c.header_required and c.name not in found)
    return header


def _groups(row: Sequence[Cell], index: int, merged: Sequence[Range]) -> list[str]:
    """The upper header row with each group's text repeated over the columns it covers."""
    texts = [str(cell).strip() if isinstance(cell, str) else "" for cell in row]
    spans = [span for span in merged if span[0][0] <= index <= span[1][0]]
    for (_, left), (_, right) in spans:
        for column in range(left + 1, min(right + 1, len(texts))):
            texts[column] = texts[column] or texts[left]
    if not spans and sum(1 for text in texts if text) > 1:
        for column in range(1, len(texts)):
            texts[column] = texts[column] or texts[column - 1]
    return texts


def _labels(row: Sequence[Cell], groups: Sequence[str], *, two_rows: bool) -> tuple[list[str], list[Label]]:
    printed: list[str] = []
    labels: list[Label] = []
    for column, cell in enumerate(row):
        own = cell.strip() if isinstance(cell, str) else ("" if cell == "" else normal(cell))
        group = groups[column] if column < len(groups) else ""
        text = own
        mode_group = ""
        if two_rows and group:
            if normal(group) in TO_DATE | THIS_PERIOD and own:
                mode_group = "to date" if normal(group) in TO_DATE else "period"
                text = own
            elif normal(own) in TO_DATE | THIS_PERIOD:
                mode_group = "to date" if normal(own) in TO_DATE else "period"
                text = group
            else:
                text = own or group
        label = take_apart(text)
        if mode_group:
            label = Label(label.text, f"{normal(group)} {label.whole}", label.scale, mode_group)
        printed.append(f"{group} {own}".strip() if mode_group else text)
        labels.append(label)
    return printed, labels


def _is_grouped(rows: Sequence[Sequence[Cell]], index: int, groups: Sequence[str]) -> bool:
    """Whether the upper row names groups of columns and the lower one is still header, not a line."""
    if any(not isinstance(cell, str) for cell in rows[index]):
        return False
    below = [column for column, cell in enumerate(rows[index]) if isinstance(cell, str) and cell.strip()]
    modes = TO_DATE | THIS_PERIOD
    named = [column for column in below if column < len(groups) and groups[column]]
    return any(normal(groups[column]) in modes or normal(rows[index][column]) in modes for column in named)


@lru_cache(maxsize=256)
def _accepted(column: Column) -> dict[str, int]:
    """The header texts that mean this column, and how sure each is: higher is surer."""
    accepted: dict[str, int] = {}
    for rank, name in enumerate((column.label, column.name, *column.synonyms)):
        accepted.setdefault(normal(name), 100 if rank == 0 else 90 if rank == 1 else 80)
    return accepted


def _score(column: Column, label: Label, sheet: Sheet, year: int | None) -> int:
    """How sure it is that a header means a column; 0 is not at all."""
    accepted = _accepted(column)
    score = accepted.get(label.whole, 0)
    if column.type in (ColumnType.AMOUNT, ColumnType.DECIMAL):
        if not score and label.text != label.whole:
            score = max(0, accepted.get(label.text, 0) - 30)
        if not score and (match := YEAR_BEHIND.fullmatch(label.text)) and year in (None, int(match[2])):
            score = max(0, accepted.get(match[1], 0) - 40)
        if label.mode == "to date":
            if column.name != sheet.amount:
                return score if label.whole in accepted else 0
            score = score - 10 if score else 20 if label.text in TO_DATE else 0
    return score


def _assign(header: Header, sheet: Sheet, labels: Sequence[Label], year: int | None) -> None:
    candidates: list[tuple[int, int, int]] = []
    for position, column in enumerate(sheet.columns):
        if column.name in header.columns:
            continue
        for index, label in enumerate(labels):
            score = _score(column, label, sheet, year) if label.whole else 0
            if score:
                candidates.append((score, position, index))
    candidates.sort(key=lambda item: (-item[0], item[1], item[2]))
    taken = set(header.columns.values())
    scores: dict[str, int] = {}
    for score, position, index in candidates:
        name = sheet.columns[position].name
        if index in taken:
            continue
        if name not in header.columns:
            header.columns[name] = index
            scores[name] = score
            taken.add(index)
        elif scores.get(name) == score:
            header.ambiguous[name] = (*header.ambiguous.get(name, (header.columns[name],)), index)
    amount = header.columns.get(sheet.amount, -1)
    header.accumulated = amount >= 0 and labels[amount].mode == "to date" if amount < len(labels) else False


def _names_beside_codes(header: Header, sheet: Sheet, labels: Sequence[Label]) -> None:
    """A header such as "Tekst" or "Ansvar(T)" right of a code column holds the names of the codes."""
    for column in sheet.columns:
        code = header.columns.get(column.label_of, -1)
        known = column.name in header.columns and column.name not in header.ambiguous
        if not column.label_of or known or code < 0:
            continue
        beside = code + 1
        taken = {at for name, at in header.columns.items() if name != column.name}
        if beside >= len(labels) or beside in taken or code >= len(labels):
            continue
        text = labels[beside].whole
        own = labels[code].whole
        if text in NAME_BESIDE or text in {f"{own} {word}" for word in NAME_BESIDE} or text == f"{own}navn":
            header.columns[column.name] = beside
            header.ambiguous.pop(column.name, None)


def _ledger_columns(header: Header, sheet: Sheet, row: Sequence[Cell], labels: Sequence[Label]) -> None:
    taken = set(header.columns.values())
    if sheet.amount not in header.columns:
        for index, label in enumerate(labels):
            if label.text in DEBIT and header.debit < 0:
                header.debit = index
            elif label.text in CREDIT and header.credit < 0:
                header.credit = index
        if header.debit < 0 or header.credit < 0:
            header.debit = header.credit = -1
    if sheet.period in header.columns or header.debit >= 0:
        return
    months = _month_columns(row, labels, taken)
    if len(months) < 2:
        return
    header.months = months
    header.ambiguous.pop(sheet.amount, None)
    total = header.columns.pop(sheet.amount, -1)  # "Beløp" or "Budsjett" beside twelve months is their sum
    for index, label in enumerate(labels):
        if total < 0 and index not in taken and label.text in ROW_TOTAL:
            total = index
    header.row_total = total
    header.accumulated = any(labels[month.index].mode == "to date" for month in months)


def _month_columns(row: Sequence[Cell], labels: Sequence[Label], taken: set[int]) -> tuple[MonthColumn, ...]:
    months: list[MonthColumn] = []
    bare = 0
    for index, cell in enumerate(row):
        if index in taken or cell == "" or isinstance(cell, bool):
            continue
        if isinstance(cell, (datetime.datetime, datetime.date)):
            months.append(MonthColumn(index, cell.month, cell.year))
            continue
        text = normal(cell) if not isinstance(cell, str) else _month_text(cell, labels[index])
        try:
            year, number = read_period(text)
        except ValueError:
            continue
        bare += text.isdigit() and year is None
        months.append(MonthColumn(index, number, year))
    distinct = {(month.year, month.number) for month in months}
    if len(distinct) != len(months):
        return ()
    # Bare numbers are months only when they are all there: 1, 2, 3 … 12, perhaps 13.
    if bare and [month.number for month in months] not in (list(range(1, 13)), list(range(1, 14))):
        return ()
    return tuple(months)


def _month_text(cell: str, label: Label) -> str:
    """The part of a header that may name a month: "Budsjett jan 2021" and "Beløp januar" name one too."""
    text = unicodedata.normalize("NFC", cell).strip().casefold()
    try:
        read_period(text)
    except ValueError:
        words = label.text.split()
        for position, word in enumerate(words):
            if word in MONTH_NUMBERS and position in (0, 1):
                return " ".join(words[position : position + 2])
    return text


def _scales(header: Header, sheet: Sheet, labels: Sequence[Label], above: Sequence[Sequence[Cell]]) -> None:
    general = title_scale(above)
    amounts = {
        header.columns[c.name] for c in sheet.columns if c.type is ColumnType.AMOUNT and c.name in header.columns
    }
    amounts |= {month.index for month in header.months} | {header.debit, header.credit, header.row_total}
    for index in amounts:
        if 0 <= index < len(labels):
            scale = labels[index].scale
            header.scales[index] = general if scale is None else scale
