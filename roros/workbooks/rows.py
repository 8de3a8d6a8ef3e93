"""The rows of one sheet become lines for COPY, thousands at a time and column by column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import compress, islice
from typing import Any, TextIO

from roros.workbooks.cells import BAD, MISSING, CellError, Memo, as_text, is_sum_text, period_of, reader
from roros.workbooks.declare import Column, ColumnType, Severity, Sheet, SheetResult
from roros.workbooks.findings import Findings
from roros.workbooks.groups import Group, Groups
from roros.workbooks.header_words import letter
from roros.workbooks.headers import Header
from roros.workbooks.ledgers import CreditSigns, Slot, read_amounts, total
from roros.workbooks.lines import Lines
from roros.workbooks.names import Names
from roros.workbooks.oddities import Furniture, Verdict, judge
from roros.workbooks.totals import Totals
from roros.workbooks.years import Years

CHUNK = 1024  # rows at a time: few enough to stay in the processor's cache


@dataclass(frozen=True)
class Source:
    """Where a sheet's rows come from, beside the rows themselves."""

    name: str
    bad_cells: Mapping[int, Mapping[int, str]]  # sheet row -> column -> what calamine does not tell


class SheetReader:
    """Reads one sheet whose header is known. Findings gather in `findings`; lines go to `out`."""

    def __init__(
        self,
        sheet: Sheet,
        header: Header,
        *,
        source: Source,
        year: int | None,
        out: TextIO,
        furniture: Furniture,
        replacements: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.sheet, self.header = sheet, header
        self.furniture, self.bad_cells, self.replacements = furniture, source.bad_cells, replacements
        self.findings = Findings(source.name)
        self.years = Years(sheet, header, year, self.findings)
        self.names = Names(sheet, replacements)
        self.columns = [c for c in sheet.columns if c.name in header.columns and c.name != sheet.amount]
        self.memos = self.names.memos = {c.name: self._memo(c) for c in self.columns}
        self.slots, self.slot_names = self._slots()
        self.totals = Totals(len(self.slots))
        self.lines = Lines(sheet, header, self.slots, out)
        self.row_total = self._optional_slot(header.row_total) if header.months and header.row_total >= 0 else None
        used = (*header.columns.values(), *(slot.index for slot in self.slots), header.row_total)
        self.width = max(used) + 1
        self.groups = Groups(
            [Group(c.name, header.columns[c.name], self.memos[c.name]) for c in self.columns if c.inherit]
        )
        self.credit = CreditSigns()

    # -- setting up ---------------------------------------------------------------------------------------------

    def _memo(self, column: Column) -> Memo:
        replaced = self.replacements.get(column.name, {})
        scale = self.header.scales.get(self.header.columns[column.name], 1) if column.type is ColumnType.AMOUNT else 1
        read = reader(column, replaced, scale=scale)
        if column.type is ColumnType.CODE:
            read = self.names.reader(column.name, read)
        elif column.type is ColumnType.PERIOD:
            read = self._period_reader(read)
        if column.type in (ColumnType.CODE, ColumnType.TEXT):
            return Memo(read, self._is_aside)
        return Memo(read)

    def _is_aside(self, text: str) -> bool:
        return is_sum_text(text) or self.furniture.is_header(text)

    def _period_reader(self, read: Callable[[Any], str]) -> Callable[[Any], str]:
        def read_period_cell(cell: Any) -> str:
            text = read(cell)
            if text != MISSING:
                year, _number = period_of(cell)
                self.years.of_period[cell] = str(year) if year is not None else ""
            return text

        return read_period_cell

    def _slots(self) -> tuple[list[Slot], list[str]]:
        """The columns of amounts, and which declared column each belongs to."""
        header, sheet = self.header, self.sheet
        if sheet.amount and sheet.amount not in header.columns:
            months = [(month.index, month.number, month.year) for month in header.months]
            places = months or [(header.debit, 0, None), (header.credit, 0, None)]
            return [self._optional_slot(*place) for place in places], [sheet.amount] * len(places)
        names = [sheet.amount] if sheet.amount else [c.name for c in self.columns if c.type is ColumnType.AMOUNT]
        slots = []
        for name in names:
            index = header.columns[name]
            read = reader(sheet.column(name), scale=self._scale(index), blank_error="empty-amount")
            slots.append(Slot(index, Memo(read) if name == sheet.amount else self.memos[name], self._scale(index) != 1))
        return slots, names

    def _optional_slot(self, index: int, period: int = 0, year: int | None = None) -> Slot:
        """A column of amounts where a cell may be empty: the line has others."""
        column = replace(self.sheet.column(self.sheet.amount), value_required=False)
        scale = self._scale(index)
        return Slot(index, Memo(reader(column, scale=scale)), scale != 1, period, year)

    def _scale(self, index: int) -> int:
        return self.header.scales.get(index, 1)

    # -- reading ------------------------------------------------------------------------------------------------

    def read(self, rows: Iterable[list[Any]], number: int, on_rows: Callable[[int], None]) -> None:
        """This will read all rows; `number` is the sheet row of the first, `on_rows` is told how far it has come."""
        source = iter(rows)
        while chunk := list(islice(source, CHUNK)):
            self._read_chunk(chunk, number)
            number += len(chunk)
            on_rows(number - 1)

    def _read_chunk(self, rows: list[list[Any]], number: int) -> None:
        if self.bad_cells:
            for position, row in enumerate(rows):
                for index, value in self.bad_cells.get(number + position, {}).items():
                    if index < len(row):
                        row[index] = value
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        if len(columns) < self.width:
            columns += [("",) * len(rows)] * (self.width - len(columns))
        outs, doubtful = self.groups.read(rows, columns, number) if self.groups.groups else ({}, set())
        for column in self.columns:
            memo = self.memos[column.name]
            if column.name not in outs:
                index = self.header.columns[column.name]
                outs[column.name], columns[index] = memo.read_all(columns[index])
            if (memo.errors or memo.aside or column.inherit) and BAD in outs[column.name]:
                doubtful.update(i for i, text in enumerate(outs[column.name]) if text == BAD)
        slots = [
            outs[name] if name != self.sheet.amount else read_amounts(columns[slot.index], slot)
            for slot, name in zip(self.slots, self.slot_names, strict=True)
        ]
        self._doubt_amounts(slots, doubtful)
        kept = self._sift(rows, number, outs, slots, doubtful)
        if self.header.credit >= 0 and not self.credit.positive:
            self.credit.see(slots[1], number)
        self._write(number, columns, outs, slots, kept)

    def _doubt_amounts(self, slots: list[list[str]], doubtful: set[int]) -> None:
        for slot, texts in zip(self.slots, slots, strict=True):
            if slot.memo.errors and BAD in texts:
                doubtful.update(i for i, text in enumerate(texts) if text == BAD)
        if self.sheet.amount and len(slots) > 1 and MISSING in slots[0]:
            doubtful.update(i for i, texts in enumerate(zip(*slots, strict=True)) if set(texts) <= {MISSING})

    def _sift(
        self,
        rows: list[list[Any]],
        number: int,
        outs: dict[str, list[str]],
        slots: list[list[str]],
        doubtful: set[int],
    ) -> list[bool] | None:
        """Judge the doubtful rows, keeping the running totals on the way. None: every row is a line."""
        if not doubtful:
            self.totals.add(slots, len(rows))
            return None
        kept = [True] * len(rows)
        start = 0
        for position in sorted(doubtful):
            if start < position:
                self.totals.add([texts[start:position] for texts in slots], position - start)
            start = position + 1
            kept[position] = self._judge(rows[position], number + position, position, outs, slots)
            if kept[position]:
                self.totals.add([texts[position : position + 1] for texts in slots], 1)
        if start < len(rows):
            self.totals.add([texts[start:] for texts in slots], len(rows) - start)
        return kept

    def _judge(
        self, row: list[Any], number: int, position: int, outs: dict[str, list[str]], slots: list[list[str]]
    ) -> bool:
        verdict, text = judge(row, self.sheet, self.header, self.furniture)
        if verdict is not Verdict.LINE and self.groups.groups:
            self.groups.not_inherited(number)
        if verdict is Verdict.NOTHING:
            return False
        if verdict is Verdict.SUM:
            self._sum_row(row, number, text)
            return False
        if verdict is Verdict.HEADING:
            self.groups.headings.append(number)
            return False
        if verdict is Verdict.REMARK:
            self.findings.add("text-row-skipped", number, value=text, severity=Severity.WARNING)
            return False
        if verdict is Verdict.ONLY_AMOUNT:
            self.findings.add("only-amount", number, self.slots[0].index, text)
            return False
        return self._line(row, number, position, outs, slots)

    def _line(
        self, row: list[Any], number: int, position: int, outs: dict[str, list[str]], slots: list[list[str]]
    ) -> bool:
        """Report every cell of the line that cannot be read; return whether the line stands."""
        good = True
        for column in self.columns:
            if outs[column.name][position] != BAD:
                continue
            index = self.header.columns[column.name]
            cell = _cell(row, index)
            memo = self.memos[column.name]
            text = memo.aside.get(cell)
            if text is not None:
                outs[column.name][position] = text
                continue
            good = False
            # A group cell with nothing above it to inherit is simply empty.
            error = memo.errors.get(cell) or CellError("empty-value")
            self.findings.cell(error, number, index, cell, column)
        for slot, texts, name in zip(self.slots, slots, self.slot_names, strict=True):
            if texts[position] == BAD and name == self.sheet.amount:
                good = False
                cell = _cell(row, slot.index)
                self.findings.cell(slot.memo.errors[cell], number, slot.index, cell, self.sheet.column(name))
        if good and len(slots) > 1 and self.sheet.amount and all(texts[position] == MISSING for texts in slots):
            self.findings.add("empty-amount", number, self.slots[0].index)
            return False
        return good

    def _sum_row(self, row: list[Any], number: int, text: str) -> None:
        figures: list[Decimal | None] = []
        for slot in self.slots:
            cell = _cell(row, slot.index)
            staged = slot.memo[cell]
            if staged == BAD and as_text(cell) not in ("", "-"):
                self.findings.cell(slot.memo.errors[cell], number, slot.index, cell, None)
            figures.append(None if staged in (BAD, MISSING) else Decimal(staged))
        if any(figure is not None for figure in figures):
            self.totals.sum_row(number, text, figures)

    # -- writing ------------------------------------------------------------------------------------------------

    def _write(
        self,
        number: int,
        columns: Sequence[Sequence[Any]],
        outs: dict[str, list[str]],
        slots: list[list[str]],
        kept: list[bool] | None,
    ) -> None:
        numbers: Sequence[int] = range(number, number + len(slots[0] if slots else next(iter(outs.values()))))
        raw = {name: columns[index] for name, index in self.header.columns.items()}
        if kept is not None:
            numbers = list(compress(numbers, kept))
            outs = {name: list(compress(texts, kept)) for name, texts in outs.items()}
            slots = [list(compress(texts, kept)) for texts in slots]
            raw = {name: tuple(compress(cells, kept)) for name, cells in raw.items()}
        if not numbers:
            return
        if self.row_total is not None:
            cells = columns[self.row_total.index]
            self._check_row_totals(self.row_total, numbers, list(compress(cells, kept)) if kept else cells, slots)
        self.names.learn(outs, raw)
        years = self.years.read(outs, raw, numbers)
        fields = [outs.get(column.name) for column in self.sheet.columns]
        if self.sheet.year and years is not None:
            fields[self.lines.at[self.sheet.year]] = years
        self.lines.put(list(map(str, numbers)), fields, slots)

    def _check_row_totals(
        self, slot: Slot, numbers: Sequence[int], cells: Sequence[Any], slots: list[list[str]]
    ) -> None:
        """The sum of the months that stands beside them must agree with them."""
        written = read_amounts(cells, slot)
        for number, cell, text, months in zip(numbers, cells, written, zip(*slots, strict=True), strict=True):
            if text == BAD:
                self.findings.cell(slot.memo.errors[cell], number, slot.index, cell)
            elif text != MISSING and (summed := total(months)) != (figure := Decimal(text)):
                params = {"file": text, "rows": _amount(summed), "difference": _amount(figure - summed)}
                self.findings.add("row-total-differs", number, slot.index, cell, params=params)

    # -- concluding ---------------------------------------------------------------------------------------------

    def finish(self, copy_file: str, printed_at: str) -> SheetResult:
        """This will check what only the whole sheet can tell and return the result."""
        years = self.years.conclude()
        summed = self.lines.finish(self.findings)
        if summed is None and (self.sheet.amount or len(self.slots) == 1):
            summed = _net(self.totals.running, self.header)
        self._check_sums()
        self._check_groups()
        if self.credit.unclear:
            plain = self.credit.value.lstrip("-")
            self.findings.add(
                "credit-sign",
                self.credit.first_negative,
                self.header.credit,
                self.credit.value,
                params={"first": plain, "second": f"-{plain}"},
            )
        control = self.totals.control()
        comparable = (
            control is not None and self.lines.accumulated is None and (self.sheet.amount or len(self.slots) == 1)
        )
        return SheetResult(
            name=self.sheet.name,
            sheet=self.findings.sheet,
            header_row=self.header.row + 1,
            mapping=self._mapping(),
            rows=self.lines.rows,
            copy_file=copy_file,
            control_total=_amount(_net(control.figures, self.header)) if comparable and control is not None else None,
            total=_amount(summed) if summed is not None else None,
            years=years,
            periods=tuple(sorted(self.years.periods)),
            labels=self.names.found,
            printed_at=printed_at,
            fingerprint=self.header.fingerprint,
            notes=self._notes(),
        )

    def _check_sums(self) -> None:
        for row in self.totals.wrong():
            for slot, figure, running in zip(self.slots, row.figures, row.running, strict=True):
                if figure is not None and figure != running:
                    self.findings.add(
                        "sum-differs",
                        row.row,
                        slot.index,
                        _amount(figure),
                        params={
                            "text": row.text,
                            "file": _amount(figure),
                            "rows": _amount(running),
                            "difference": _amount(figure - running),
                        },
                    )

    def _check_groups(self) -> None:
        doubtful = self.groups.doubtful()
        for group in doubtful:
            for row in group.blanks:
                self.findings.add(
                    "empty-value", row, group.index, params={"label": self.sheet.column(group.name).label}
                )
        for row in self.groups.headings if doubtful else self.groups.idle_headings():
            self.findings.add("empty-amount", row, self.slots[0].index)

    def _mapping(self) -> dict[str, str]:
        mapping = {name: letter(index) for name, index in self.header.columns.items()}
        if self.sheet.amount and self.sheet.amount not in mapping:
            mapping[self.sheet.amount] = f"{letter(self.slots[0].index)}-{letter(self.slots[-1].index)}"
        return mapping

    def _notes(self) -> tuple[str, ...]:
        used = {
            "thousands": any(scale == 1000 for scale in self.header.scales.values()),
            "millions": any(scale == 1_000_000 for scale in self.header.scales.values()),
            "months": bool(self.header.months),
            "debit-credit": self.header.debit >= 0,
            "accumulated": self.lines.accumulated is not None,
            "inherited": self.groups.used,
            "sum-rows": bool(self.totals.sum_rows),
            "two-row-header": self.header.first_row < self.header.row,
        }
        return tuple(note for note, is_used in used.items() if is_used)


def _cell(row: Sequence[Any], index: int) -> Any:
    cell = row[index] if index < len(row) else ""
    return as_text(cell) if isinstance(cell, bool) else cell


def _net(figures: Sequence[Decimal | None], header: Header) -> Decimal:
    known = [figure if figure is not None else Decimal(0) for figure in figures]
    return known[0] - known[1] if header.debit >= 0 else sum(known, Decimal(0))


def _amount(value: Decimal) -> str:
    return f"{value:.2f}"
