"""The rows of one sheet become lines for COPY, thousands at a time and column by column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import compress, islice, repeat
from typing import Any, TextIO

from roros.workbooks.cells import (
    BAD,
    MISSING,
    CellError,
    Memo,
    as_text,
    escape,
    is_sum_text,
    period_of,
    reader,
    split_code,
)
from roros.workbooks.declare import Column, ColumnType, Severity, Sheet, SheetResult
from roros.workbooks.findings import Findings
from roros.workbooks.groups import Group, Groups
from roros.workbooks.headers import Header, letter
from roros.workbooks.ledgers import Accumulated, CreditSigns, Slot, net, read_amounts, total
from roros.workbooks.oddities import Furniture, Verdict, judge
from roros.workbooks.totals import Totals
from roros.workbooks.years import Years

CHUNK = 1024  # rows at a time: few enough to stay in the processor's cache
_UNESCAPED = (("\\t", "\t"), ("\\n", "\n"), ("\\r", "\r"), ("\\\\", "\\"))
_KEY_TYPES = (ColumnType.TEXT, ColumnType.AMOUNT, ColumnType.DECIMAL, ColumnType.PERIOD)


class Names:
    """The names written beside codes, in their own column or behind the code in its cell."""

    def __init__(self, sheet: Sheet, replacements: Mapping[str, Mapping[str, str]]) -> None:
        self.labels = {column.label_of: column.name for column in sheet.columns if column.label_of}
        self.replaced = {name: set(codes.values()) for name, codes in replacements.items()}
        self.behind: dict[str, dict[Any, str]] = {}  # code column -> cell -> name behind the code
        self.found: dict[str, dict[str, str]] = {}
        self.memos: Mapping[str, Memo] = {}
        self.known: dict[str, tuple[int, int]] = {}

    def reader(self, name: str, read: Callable[[Any], str]) -> Callable[[Any], str]:
        """This will return `read` for a code column, made to remember names behind codes."""
        behind = self.behind.setdefault(name, {})

        def read_code(cell: Any) -> str:
            text = read(cell)
            if isinstance(cell, str) and text != MISSING and (words := split_code(cell)[1]):
                behind[cell] = escape(words)
            return text

        return read_code

    def learn(self, outs: dict[str, list[str]], raw: Mapping[str, Sequence[Any]]) -> None:
        """This will remember the names of some lines, and stage names behind codes where no column holds them."""
        for code, label in self.labels.items():
            if code not in outs:
                continue
            if label in outs and not self._news(code, label):
                continue
            behind = self.behind.get(code)
            if label not in outs:
                if not behind:
                    continue
                outs[label] = [behind.get(cell, MISSING) for cell in raw[code]]
            found = self.found.setdefault(code, {})
            for key, name in set(zip(outs[code], outs[label], strict=True)):
                if name != MISSING and key != MISSING and key not in self.replaced.get(code, ()):
                    found.setdefault(_plain(key), _plain(name))

    def _news(self, code: str, label: str) -> bool:
        """Whether any new code or name has come since last time."""
        known = len(self.memos[code]), len(self.memos[label])
        news = self.known.get(code) != known
        self.known[code] = known
        return news


def _plain(text: str) -> str:
    if "\\" in text:
        for written, meant in _UNESCAPED:
            text = text.replace(written, meant)
    return text


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
        self.sheet, self.header, self.out = sheet, header, out
        self.furniture, self.bad_cells, self.replacements = furniture, source.bad_cells, replacements
        self.findings = Findings(source.name)
        self.years = Years(sheet, header, year, self.findings)
        self.names = Names(sheet, replacements)
        self.rows = 0
        self.columns = [c for c in sheet.columns if c.name in header.columns and c.name != sheet.amount]
        self.memos = self.names.memos = {c.name: self._memo(c) for c in self.columns}
        self.slots, self.slot_names = self._slots()
        self.totals = Totals(len(self.slots))
        self.row_total = self._row_total()
        used = (*header.columns.values(), *(slot.index for slot in self.slots), header.row_total)
        self.width = max(used) + 1
        self.groups = Groups(
            [Group(c.name, header.columns[c.name], self.memos[c.name]) for c in self.columns if c.inherit]
        )
        self.credit = CreditSigns()
        self.accumulated = Accumulated() if header.accumulated and self.years.is_ledger else None

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
        header, sheet = self.header, self.sheet
        if sheet.amount and sheet.amount not in header.columns:
            column = replace(sheet.column(sheet.amount), value_required=False)
            if header.months:
                slots = [
                    Slot(
                        m.index,
                        Memo(reader(column, scale=self._scale(m.index))),
                        self._scale(m.index) != 1,
                        m.number,
                        m.year,
                    )
                    for m in header.months
                ]
            else:
                slots = [
                    Slot(index, Memo(reader(column, scale=self._scale(index))), self._scale(index) != 1)
                    for index in (header.debit, header.credit)
                ]
            return slots, [sheet.amount] * len(slots)
        names = [sheet.amount] if sheet.amount else [c.name for c in self.columns if c.type is ColumnType.AMOUNT]
        slots = []
        for name in names:
            index = header.columns[name]
            read = reader(sheet.column(name), scale=self._scale(index), blank_error="empty-amount")
            slots.append(Slot(index, Memo(read) if name == sheet.amount else self.memos[name], self._scale(index) != 1))
        return slots, names

    def _row_total(self) -> Slot | None:
        index = self.header.row_total
        if index < 0 or not self.header.months:
            return None
        column = replace(self.sheet.column(self.sheet.amount), value_required=False)
        return Slot(index, Memo(reader(column, scale=self._scale(index))), self._scale(index) != 1)

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
            self._check_row_totals(
                numbers,
                columns[self.row_total.index] if kept is None else list(compress(columns[self.row_total.index], kept)),
                slots,
            )
        self.names.learn(outs, raw)
        years = self.years.read(outs, raw, numbers)
        fields = [outs.get(column.name) for column in self.sheet.columns]
        if self.sheet.year and years is not None:
            fields[self._position(self.sheet.year)] = years
        self._put(list(map(str, numbers)), fields, slots)

    def _put(self, numbers: list[str], fields: list[list[str] | None], slots: list[list[str]]) -> None:
        filled: list[Iterable[str]] = [texts if texts is not None else repeat(MISSING) for texts in fields]
        if not self.sheet.amount:
            self._lines(numbers, filled)
            return
        amount = self._position(self.sheet.amount)
        if not self.header.months:
            filled[amount] = slots[0] if len(slots) == 1 else net(slots[0], slots[1])
            self._lines(numbers, filled)
            return
        period = self._position(self.sheet.period)
        ways: list[list[list[str]]] = []
        for slot, texts in zip(self.slots, slots, strict=True):
            filled = list(filled)
            filled[amount], filled[period] = texts, repeat(str(slot.period))
            if self.sheet.year and slot.year is not None:
                filled[self._position(self.sheet.year)] = repeat(str(slot.year))
            ways.append([list(line) for line in zip(numbers, *filled, strict=False)])
        lines = [line for months in zip(*ways, strict=True) for line in months if line[amount + 1] != MISSING]
        self._lines_of(lines)

    def _lines(self, numbers: list[str], fields: Sequence[Iterable[str]]) -> None:
        if self.accumulated is None:
            self.rows += len(numbers)
            self.out.write("\n".join(map("\t".join, zip(numbers, *fields, strict=False))))
            self.out.write("\n")
        else:
            self._lines_of([list(line) for line in zip(numbers, *fields, strict=False)])

    def _lines_of(self, lines: list[list[str]]) -> None:
        self.rows += len(lines)
        if self.accumulated is None:
            self.out.writelines("\t".join(line) + "\n" for line in lines)
            return
        amount, period = self._position(self.sheet.amount) + 1, self._position(self.sheet.period) + 1
        year = self._position(self.sheet.year) + 1 if self.sheet.year else 0
        of_key = [position for position, column in enumerate(self.sheet.columns, 1) if column.type not in _KEY_TYPES]
        for line in lines:
            self.accumulated.add(
                key=(line[year] if year else "", *(line[position] for position in of_key)),
                year=line[year] if year else "",
                period=int(line[period]),
                amount=line[amount],
                row=int(line[0]),
                fields=line,
            )

    def _position(self, name: str) -> int:
        return next(i for i, column in enumerate(self.sheet.columns) if column.name == name)

    def _check_row_totals(self, numbers: Sequence[int], cells: Sequence[Any], slots: list[list[str]]) -> None:
        """The sum of the months that stands beside them must agree with them."""
        assert self.row_total is not None
        written = read_amounts(cells, self.row_total)
        for number, cell, text, months in zip(numbers, cells, written, zip(*slots, strict=True), strict=True):
            if text == BAD:
                self.findings.cell(self.row_total.memo.errors[cell], number, self.row_total.index, cell)
            elif text != MISSING and (summed := total(months)) != (figure := Decimal(text)):
                params = {"file": text, "rows": _amount(summed), "difference": _amount(figure - summed)}
                self.findings.add("row-total-differs", number, self.row_total.index, cell, params=params)

    # -- concluding ---------------------------------------------------------------------------------------------

    def finish(self, copy_file: str, printed_at: str) -> SheetResult:
        """This will check what only the whole sheet can tell and return the result."""
        years = self.years.conclude()
        summed = self._finish_lines()
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
        comparable = control is not None and self.accumulated is None and (self.sheet.amount or len(self.slots) == 1)
        return SheetResult(
            name=self.sheet.name,
            sheet=self.findings.sheet,
            header_row=self.header.row + 1,
            mapping=self._mapping(),
            rows=self.rows,
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

    def _finish_lines(self) -> Decimal | None:
        """Write the monthly lines of accumulated amounts; return the sum of all lines."""
        if self.accumulated is None:
            if not self.sheet.amount and len(self.slots) != 1:
                return None
            return _net(self.totals.running, self.header)
        summed = Decimal(0)
        amount = self._position(self.sheet.amount) + 1
        for gap in self.accumulated.gaps():
            self.findings.add(
                "accumulated-gap", gap.row, params={"period": str(gap.period), "missing": str(gap.missing)}
            )
        self.rows = 0  # lines alike were summed
        for _row, fields, own in self.accumulated.monthly():
            fields[amount] = f"{own:.2f}"
            summed += own
            self.rows += 1
            self.out.write("\t".join(fields) + "\n")
        return summed

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
        if doubtful:
            for row in self.groups.headings:
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
            "accumulated": self.accumulated is not None,
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
