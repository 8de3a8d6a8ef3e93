"""Base of every table of figures: lines with children and sums, sorting by plain URL, export, and a lean template.

A table is handed its numbers and asks for nothing. django-tables2 gives the declaration, the column order and the
sorting parameters; cells are written by the columns here, because its own rendering takes ten times as long:

    class DeviationTable(FiguresTable):
        name = NameColumn(_("Virksomhet"), code="code", href="href")
        actual = AmountColumn(_("Regnskap %(year)s"), phone=Phone.LEFT, phone_label=_("Brukt"), export="regnskap")
        deviation = DeviationColumn(_("Avvik"), export="avvik")
        bar = BarColumn(of="deviation", over="over_limit")

    table = DeviationTable(lines, footer=[Line(total, LineKind.SUM)], words={"year": 2021}, caption=…, request=request)
    {{ table.html }} in the page, table.export("avvik-virksomhet", note=…) for the file
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

import django_tables2
from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django_tables2.data import TableData

from roros.bar_columns import BarColumn, DumbbellColumn, PartsBarColumn, RatioBarColumn
from roros.bars import BarRange
from roros.columns import (
    AmountColumn,
    CountColumn,
    DateColumn,
    DecimalColumn,
    DeviationColumn,
    FiguresColumn,
    HtmlColumn,
    NameColumn,
    PercentColumn,
    StatusColumn,
    TextColumn,
)
from roros.components import Text
from roros.exports import IS_SUM, ExportColumn, ExportTable, Value
from roros.lines import Line, LineKind, Missing, Phone
from roros.numbers import Scale
from roros.remembered import hidden
from roros.templatetags.figures import icon

__all__ = [
    "AmountColumn",
    "BarColumn",
    "CountColumn",
    "DateColumn",
    "DecimalColumn",
    "DeviationColumn",
    "DumbbellColumn",
    "FiguresColumn",
    "FiguresTable",
    "HtmlColumn",
    "Line",
    "LineKind",
    "Missing",
    "NameColumn",
    "PartsBarColumn",
    "PercentColumn",
    "Phone",
    "RatioBarColumn",
    "StatusColumn",
    "TextColumn",
]

EMPTY = SafeString("")
_WORD = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class WrittenLine:
    """One line as markup, ready for the template."""

    attributes: SafeString
    cells: SafeString
    is_group: bool = False


class LineData(TableData):  # type: ignore[misc]
    """The lines as django-tables2 holds data; sorts parents among parents and children among children."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.data: list[Line] = list(lines)
        super().__init__(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def order_by(self, aliases: Iterable[str]) -> None:
        """This will sort by the named columns, the first one first; lines without a value come last."""
        for alias in reversed(list(aliases)):
            name = alias.removeprefix("-")
            column = self.table.columns[name].column
            column.bind(name)  # Meta.order_by sorts while the table is still being made
            self.data = _sorted(self.data, column, descending=alias.startswith("-"))


class FiguresTable(django_tables2.Table):  # type: ignore[misc]
    """A table of figures.

    `lines` are Line objects or bare records, `footer` the sums. `words` fill `%(year)s` in column heads. The caption
    says what and for which period; the unit follows from `scale` unless `unit` says otherwise; `explanation` holds the
    sign rule and the limit. `annual_report` prints a percent of a zero budget as the annual report does.
    """

    css = ""  # further classes of the table element
    empty: Text = ""  # the sentence shown when there are no lines
    further_exports: tuple[ExportColumn, ...] = ()  # columns of the file that the page does not show

    def __init__(
        self,
        lines: Iterable[Any],
        *,
        footer: Iterable[Any] = (),
        caption: Text = "",
        unit: Text | None = None,
        explanation: Text = "",
        words: Mapping[str, object] | None = None,
        scale: Scale = Scale.TKR,
        annual_report: bool = False,
        hide_caption: bool = False,
        request: HttpRequest | None = None,
        **options: Any,
    ) -> None:
        self.scale = scale
        self.words = words or {}
        self.annual_report = annual_report
        self.caption = caption
        self.hide_caption = hide_caption
        self.unit = _("Beløp i %(unit)s.") % {"unit": scale.label} if unit is None else unit
        self.explanation = explanation
        self.signs: set[str] = set()
        self.explained: dict[str, str] = {
            Missing.UNKNOWN: _("«..» betyr at tallet mangler."),
            Missing.HIDDEN: _("«:» betyr at tallet er skjult av hensyn til personvern."),
            Missing.MEANINGLESS: _("«–» betyr at prosenten ikke lar seg regne ut, fordi budsjettet er 0."),
        }
        self._ranges: dict[str, BarRange] = {}
        options.setdefault("template_name", "components/table.html")
        options.setdefault("empty_text", self.empty or _("Ingen rader å vise."))
        prefix = options.get("prefix") or ""
        super().__init__(LineData(_lines(lines, LineKind.ROW, f"{prefix}l")), **options)
        self.footer = _lines(footer, LineKind.SUM, f"{prefix}f")
        for name, column in self.figure_columns.items():
            column.bind(name)
        if request is not None:
            django_tables2.RequestConfig(request, paginate=False).configure(self)

    @property
    def figure_columns(self) -> dict[str, FiguresColumn]:
        """This will return the visible columns by name."""
        return {bound.name: bound.column for bound in self.columns.itervisible()}

    @property
    def optional(self) -> list[tuple[str, str, bool]]:
        """This will return the columns that a reader may leave out: name, words, whether it is shown now."""
        return [
            (bound.name, self.header(bound.name), bound.visible)
            for bound in self.columns.iterall()
            if not (isinstance(bound.column, NameColumn) or bound.column.is_key)
        ]

    def choose(self, names: Collection[str] | None) -> None:
        """This will leave out the optional columns that are not among these; None keeps all."""
        for name in hidden([name for name, _header, _shown in self.optional], names):
            self.columns.hide(name)

    @cached_property
    def folds(self) -> bool:
        """This will return whether any line opens to show others, here or at an address."""
        drills = [column for column in self.figure_columns.values() if isinstance(column, NameColumn) and column.drill]
        return any(
            (line.children and line.kind is not LineKind.GROUP) or any(line.read(column.drill) for column in drills)
            for line in [*self.data, *self.footer]
        )

    @property
    def html(self) -> SafeString:
        """This will return the whole table as markup."""
        return render_to_string(self.template_name, {"table": self})

    @property
    def classes(self) -> str:
        """This will return the css classes of the table element."""
        return f"figures stack {self.css}".strip()

    @property
    def is_empty(self) -> bool:
        """This will return whether there is no line to show."""
        return not len(self.data)

    def header(self, name: str) -> str:
        """This will return the text of a column head, with the words filled in."""
        text = str(self.columns[name].column.verbose_name)
        return _WORD.sub(lambda found: str(self.words[found[1]]), text).replace("%%", "%")

    def bar_range(self, column: BarColumn) -> BarRange:
        """This will return the one scale of a bar column, over all lines that have a bar."""
        if column.of not in self._ranges:
            lines = [line for line in self._everything() if line.has_bar and line.kind is not LineKind.GROUP]
            self._ranges[column.of] = BarRange.of(value for line in lines for value in column.values(line))
        return self._ranges[column.of]

    @cached_property
    def head(self) -> SafeString:
        """This will return the cells of the head row, with sorting links and `aria-sort`."""
        return SafeString("".join(self._head_cell(bound) for bound in self.columns.itervisible()))

    @cached_property
    def body(self) -> list[WrittenLine]:
        """This will return the lines of the body as markup, children after their parents."""
        return list(self._written(self.data))

    @cached_property
    def foot(self) -> list[WrittenLine]:
        """This will return the sums as markup."""
        return list(self._written(self.footer))

    @property
    def notes(self) -> list[str]:
        """This will return a sentence for each sign without a figure that the table printed; render the body first."""
        return [text for sign, text in self.explained.items() if sign in self.signs]

    def export(self, name: str, *, title: str = "", note: str = "") -> ExportTable:
        """This will return the table as shown, children and sums included, in kroner and unrounded."""
        columns = [
            column for key, shown in self.figure_columns.items() for column in shown.export_columns(self.header(key))
        ]
        columns += [column for column in self.further_exports if column.name not in {shown.name for shown in columns}]
        rows = [self.export_row(line, parent) for line, parent in self._families()]
        return ExportTable(name, columns, rows, note=note, title=title or str(self.caption))

    def export_row(self, line: Line, parent: Line | None) -> dict[str, Value]:
        """This will return one line as a row of the file; a room may add what its file needs, such as the parent."""
        row: dict[str, Value] = {column.name: line.read(column.name) for column in self.further_exports}
        for column in self.figure_columns.values():
            row.update(column.export_values(line))
        row[IS_SUM] = line.adds_up
        return row

    def _families(self) -> Iterator[tuple[Line, Line | None]]:
        for line in [*self.data, *self.footer]:
            if line.kind is not LineKind.GROUP:
                yield line, None
            for child in line.children:
                yield child, line

    def _everything(self) -> Iterator[Line]:
        for line, _parent in self._families():
            yield line

    def _head_cell(self, bound: Any) -> str:
        column: FiguresColumn = bound.column
        text: str = conditional_escape(self.header(bound.name))
        attributes = f' class="{column.head_classes}"' if column.head_classes else ""
        if isinstance(column, BarColumn):
            text = f'<span class="ds-sr-only">{text}</span>'
        elif bound.orderable:
            mark = EMPTY
            if bound.is_ordered:
                descending = bound.order_by_alias.is_descending
                attributes += f' aria-sort="{"descending" if descending else "ascending"}"'
                mark = icon("sort-down" if descending else "sort-up")
            address = conditional_escape(self._sort_address(bound.order_by_alias.next))
            text = f'<a href="{address}">{text}{mark}</a>'
        return f'<th role="columnheader" scope="col"{attributes}>{text}</th>'

    def _sort_address(self, alias: str) -> str:
        request = getattr(self, "request", None)
        query = request.GET.copy() if request is not None else QueryDict(mutable=True)
        query[self.prefixed_order_by_field] = alias
        query.pop("_export", None)
        return f"?{query.urlencode()}"

    def _written(self, lines: Iterable[Line]) -> Iterator[WrittenLine]:
        columns = [(column, column.opening) for column in self.figure_columns.values()]
        for line in lines:
            yield self._write(line, columns)
            for child in line.children:
                yield self._write(child, columns, parent=line)

    def _write(self, line: Line, columns: list[tuple[FiguresColumn, str]], parent: Line | None = None) -> WrittenLine:
        marks = line.kind.value
        if line.kind is LineKind.GROUP:
            inside = columns[0][0].write(line, self)
            cell = f'<th role="rowheader" scope="rowgroup" colspan="{len(columns)}">{inside}</th>'
            return WrittenLine(SafeString(f' class="{marks}"'), SafeString(cell), is_group=True)
        closing = "</th>"
        parts: list[str] = []
        for column, opening in columns:
            parts += (opening, column.write(line, self), closing)
            closing = "</td>"
        if line.children and line.open:
            marks += " open"
        if self._is_zero(line, columns):
            marks += " zero"
        attributes = f' class="{marks}"'
        if parent is not None:
            attributes += f' data-parent="{parent.key}"' + ("" if parent.open else " hidden")
        return WrittenLine(SafeString(attributes), SafeString("".join(parts)))

    @staticmethod
    def _is_zero(line: Line, columns: list[tuple[FiguresColumn, str]]) -> bool:
        """Whether every amount is 0: such a line is left out on a phone."""
        amounts = [line.read(column.of) for column, _opening in columns if isinstance(column, AmountColumn)]
        figures = [amount for amount in amounts if isinstance(amount, Decimal)]
        return bool(figures) and not any(figures) and not line.kind.is_sum


def _lines(items: Iterable[Any], kind: LineKind, prefix: str) -> list[Line]:
    """Bare records become lines; every line that folds gets a name of its own on the page."""
    lines = []
    for place, item in enumerate(items, 1):
        line = item if isinstance(item, Line) else Line(item, kind)
        if line.children:
            below = LineKind.ROW if line.kind is LineKind.GROUP else LineKind.CHILD
            children = (child if isinstance(child, Line) else Line(child) for child in line.children)
            placed = tuple(child if child.kind.is_sum else replace(child, kind=below) for child in children)
            line = replace(line, children=placed, key=line.key or f"{prefix}{place}")
        lines.append(line)
    return lines


def _sorted(lines: Sequence[Line], column: FiguresColumn, *, descending: bool) -> list[Line]:
    keyed = [(column.sort_key(line), _sorted_family(line, column, descending=descending)) for line in lines]
    known = sorted((item for item in keyed if item[0] is not None), key=lambda item: item[0], reverse=descending)
    unknown = [item for item in keyed if item[0] is None]
    return [line for _key, line in known + unknown]


def _sorted_family(line: Line, column: FiguresColumn, *, descending: bool) -> Line:
    if not line.children:
        return line
    return replace(line, children=tuple(_sorted(line.children, column, descending=descending)))
