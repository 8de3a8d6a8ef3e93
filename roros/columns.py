"""Columns of a table of figures: how one value is read, written, sorted and exported."""

from __future__ import annotations

import copy
import datetime
import html
from abc import ABC, abstractmethod
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import django_tables2
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from roros.components import OVER_LIMIT, Status, Text
from roros.exports import ExportColumn, Kind, Value
from roros.lines import Line, LineKind, Missing, Phone
from roros.numbers import Scale, format_amount, format_percent
from roros.templatetags.figures import day, icon, signed, status

if TYPE_CHECKING:
    from roros.tables import FiguresTable

EMPTY = SafeString("")


def escaped(value: Any) -> str:
    """This will return a text for markup, as `conditional_escape` does; plain text, which most is, the short way."""
    return html.escape(value) if type(value) is str else str(conditional_escape(value))


class FiguresColumn(django_tables2.Column):  # type: ignore[misc]
    """A column of any table here. `of` is the name in the record, if it is not the column's own.

    `export` is the name in exported files: the column's own when None, left out when "". `phone` and `tablet` say
    where the cell goes on small screens, `phone_label` is the word in front of it there.
    """

    css = ""
    kind = Kind.TEXT
    phone = Phone.HIDDEN
    tablet = True
    numeric = False

    def __init__(
        self,
        header: Text,
        *,
        of: str = "",
        export: str | None = None,
        export_label: Text = "",
        key: bool = False,
        muted: bool = False,
        wide_only: bool = False,
        phone: Phone | None = None,
        phone_label: Text = "",
        orderable: bool | None = None,
        **options: Any,
    ) -> None:
        super().__init__(header, orderable=orderable, **options)
        self.of = of
        self.export = export
        self.export_label = export_label
        self.is_key = key
        self.muted = muted
        self.wide_only = wide_only
        self.phone_label = phone_label
        if phone is not None:
            self.phone = phone
        elif key:
            self.phone = Phone.FIRST

    def __deepcopy__(self, memo: object) -> FiguresColumn:
        """Each table copies its columns; what they hold is never changed, so a shallow copy is enough."""
        return copy.copy(self)

    def bind(self, name: str) -> None:
        """This will tell the column the name it was declared under."""
        self.of = self.of or name
        self.export = name if self.export is None else self.export

    @property
    def classes(self) -> str:
        """This will return the css classes that head and cells share."""
        marks = (self.css, "muted" * self.muted, "wide-only" * self.wide_only, "not-tablet" * (not self.tablet))
        return " ".join(mark for mark in marks if mark)

    @property
    def opening(self) -> str:
        """This will return the opening tag of every cell in this column."""
        classes = " ".join(mark for mark in (self.classes, "deviation" * self.is_key, self.phone.value) if mark)
        label = format_html(' data-label="{}"', self.phone_label) if self.phone_label else ""
        return f'<td role="cell" class="{classes}"{label}>' if classes else f'<td role="cell"{label}>'

    @property
    def head_classes(self) -> str:
        """This will return the css classes of the column head."""
        return f"{self.classes} key".strip() if self.is_key else self.classes

    def write(self, line: Line, table: FiguresTable) -> str:
        """This will return the inside of one cell, escaped."""
        value = line.read(self.of)
        return "" if value is None else escaped(value)

    def sort_key(self, line: Line) -> Any:
        """This will return what to sort by; None comes last in both directions."""
        value = line.read(self.of)
        return None if isinstance(value, Missing) else value

    def export_columns(self, header: str) -> Iterator[ExportColumn]:
        """This will yield the columns that this one gives in a file."""
        if self.export:
            yield ExportColumn(self.export, str(self.export_label) or header, self.kind)

    def export_values(self, line: Line) -> Iterator[tuple[str, Value]]:
        """This will yield the values of one line in a file, unrounded."""
        if self.export:
            value = line.read(self.of)
            if isinstance(value, Missing):
                # "Hidden" is said in the file as on the page; a figure that is not there is an empty cell.
                value = value.value if value is Missing.HIDDEN else None
            yield self.export, value


class TextColumn(FiguresColumn):
    """Text, left-aligned; a link when the record holds an address under `href`."""

    css = "t"
    phone = Phone.LINE

    def __init__(self, header: Text, *, href: str = "", **options: Any) -> None:
        super().__init__(header, **options)
        self.href = href

    def write(self, line: Line, table: FiguresTable) -> str:
        """This will return the text, as a link if there is an address."""
        text = super().write(line, table)
        address = line.read(self.href) if self.href else ""
        return f'<a href="{escaped(address)}">{text}</a>' if address and text else text

    def sort_key(self, line: Line) -> Any:
        """This will sort Norwegian texts as Norwegians do: æ, ø, å last."""
        value = line.read(self.of)
        return None if value is None else norwegian(str(value))


class HtmlColumn(FiguresColumn):
    """Ready-made markup that the record holds as a SafeString, such as a form; not sorted and not exported."""

    css = "t"
    phone = Phone.LINE

    def __init__(self, header: Text, **options: Any) -> None:
        super().__init__(header, **{"orderable": False, "export": "", **options})


class NameColumn(FiguresColumn):
    """The first column: fold button, code and name. `fold` is what the button opens: "Virksomheter i %(name)s".

    A line without children may have an address under `drill`, of the page that shows them: then it gets a link there.
    """

    phone = Phone.FIRST

    def __init__(
        self,
        header: Text,
        *,
        code: str = "",
        href: str = "",
        fold: Text = "",
        drill: str = "",
        export_code: str = "",
        **options: Any,
    ) -> None:
        super().__init__(header, **options)
        self.code = code
        self.href = href
        self.fold = fold or _("Vis det som inngår i %(name)s")
        self.drill = drill
        self.export_code = export_code or code

    opening = '<th role="rowheader" scope="row">'

    def write(self, line: Line, table: FiguresTable) -> str:
        """This will return the name with its code, link and fold button."""
        name = line.read(self.of)
        if line.kind is LineKind.GROUP:
            return self._group(line, name)
        href = line.read(self.href) if self.href else ""
        text = escaped(name)
        if href:
            text = f'<a href="{escaped(href)}">{text}</a>'
        code = line.read(self.code) if self.code else None
        if code not in (None, ""):
            text = f'<span class="code">{escaped(code)}</span> {text}'
        elif not table.folds:
            return text
        if line.kind.is_sum or line.kind is LineKind.CHILD:
            return text
        label = str(self.fold) % {"name": name}
        if line.children:
            return f'<span class="node">{self._button(line, icon("chevron"), label)}{text}</span>'
        if address := line.read(self.drill) if self.drill else "":
            link = format_html('<a class="drill" href="{}" aria-label="{}">{}</a>', address, label, icon("chevron"))
            return f'<span class="node">{link}{text}</span>'
        return f'<span class="node{" no-drill" * table.folds}">{text}</span>'

    def _group(self, line: Line, name: Text) -> SafeString:
        if not line.children:
            return conditional_escape(name)
        return self._button(
            line, format_html("{}{} ({})", icon("chevron"), name, sum(not child.kind.is_sum for child in line.children))
        )

    def _button(self, line: Line, content: SafeString, label: Text = "") -> SafeString:
        named = format_html(' aria-label="{}"', label) if label else EMPTY
        fold = SafeString(" data-fold-narrow") if line.fold_narrow else EMPTY
        return format_html(
            '<button class="drill" type="button" aria-expanded="{}" data-toggles="{}"{}{}>{}</button>',
            "true" if line.open else "false",
            line.key,
            named,
            fold,
            content,
        )

    def sort_key(self, line: Line) -> Any:
        """This will sort by name as Norwegians do."""
        return norwegian(str(line.read(self.of)))

    def export_columns(self, header: str) -> Iterator[ExportColumn]:
        """This will yield the code and the name."""
        if self.code:
            yield ExportColumn(self.export_code, _("Kode"))
        yield from super().export_columns(header)

    def export_values(self, line: Line) -> Iterator[tuple[str, Value]]:
        """This will yield the code and the name of one line."""
        if self.code:
            code = line.read(self.code)
            yield self.export_code, "" if code is None else str(code)
        if self.export:
            yield self.export, str(line.read(self.of))


class FigureColumn(FiguresColumn, ABC):
    """Base of the columns with one figure to the right; keeps track of the signs that a note must explain."""

    numeric = True

    def write(self, line: Line, table: FiguresTable) -> str:
        """This will return the figure as text, or the sign for a missing one."""
        value = line.read(self.of)
        text = value.value if isinstance(value, Missing) else self.format(value, table)
        if text in table.explained:
            table.signs.add(text)
        return text

    @abstractmethod
    def format(self, value: Any, table: FiguresTable) -> str:
        """This will return a figure that is not hidden as text."""


class AmountColumn(FigureColumn):
    """Kroner at the table's scale; in files kroner and øre."""

    kind = Kind.AMOUNT

    def __init__(self, header: Text, *, plus: bool = False, **options: Any) -> None:
        super().__init__(header, **options)
        self.plus = plus

    def format(self, value: Decimal | None, table: FiguresTable) -> str:
        """This will return the amount at the table's scale."""
        text = format_amount(value, table.scale)
        return signed(text) if self.plus else text


class DeviationColumn(AmountColumn):
    """The figure that answers the question: semibold; a dotted link to its story when `trace` names the address."""

    def __init__(self, header: Text, *, trace: str = "", **options: Any) -> None:
        super().__init__(header, **{"key": True, **options})
        self.trace = trace

    def write(self, line: Line, table: FiguresTable) -> str:
        """This will return the amount, linked to the story of how it was made."""
        text = super().write(line, table)
        href = line.read(self.trace) if self.trace else ""
        return f'<a class="traced" href="{escaped(href)}">{text}</a>' if href else text


class PercentColumn(FigureColumn):
    """A percent with one decimal; "–" when there is none, or "0,0 %" in a table of the annual report."""

    kind = Kind.PERCENT
    phone = Phone.RIGHT
    tablet = False

    def format(self, value: Decimal | None, table: FiguresTable) -> str:
        """This will return the percent, as the annual report prints it if the table belongs there."""
        return format_percent(value, annual_report=table.annual_report)


class DecimalColumn(FigureColumn):
    """A figure that is not kroner: a percent without its sign, tonnes, days."""

    kind = Kind.DECIMAL

    def __init__(self, header: Text, *, places: int = 1, plus: bool = False, **options: Any) -> None:
        super().__init__(header, **options)
        self.places = places
        self.plus = plus

    def format(self, value: Decimal | None, table: FiguresTable) -> str:
        """This will return the figure with the column's number of decimals."""
        text = format_amount(value, Scale.KR, decimals=self.places)
        return signed(text) if self.plus else text


class CountColumn(FigureColumn):
    """How many: a whole number."""

    kind = Kind.INTEGER

    def format(self, value: int | None, table: FiguresTable) -> str:
        """This will return the number with spaces between thousands."""
        return format_amount(value, Scale.KR)


class DateColumn(FigureColumn):
    """A date: 31.08.2021 on the page, ISO in files."""

    kind = Kind.DATE
    css = "t"
    phone = Phone.LEFT

    def format(self, value: datetime.date | None, table: FiguresTable) -> str:
        """This will return the date as Norwegians write it."""
        return day(value)


class StatusColumn(FiguresColumn):
    """A word with an icon. The record holds a Status, or True where `when` applies (past the limit)."""

    css = "t st"
    phone = Phone.LINE

    def __init__(self, header: Text, *, when: Status = OVER_LIMIT, **options: Any) -> None:
        super().__init__(header, **options)
        self.when = when

    def _status(self, line: Line) -> Status | None:
        value = line.read(self.of)
        if isinstance(value, Status):
            return value
        return self.when if value else None

    def write(self, line: Line, table: FiguresTable) -> str:
        """This will return the status, or nothing."""
        found = self._status(line)
        return status(found) if found else ""

    def sort_key(self, line: Line) -> Any:
        """This will sort by the word; lines without a status come last."""
        found = self._status(line)
        return norwegian(str(found.word)) if found else None

    def export_values(self, line: Line) -> Iterator[tuple[str, Value]]:
        """This will yield the word."""
        if self.export:
            found = self._status(line)
            yield self.export, str(found.word) if found else ""


def norwegian(text: str) -> str:
    """This will return a text that sorts æ, ø and å after z, without regard to case."""
    return text.lower().translate(_NORWEGIAN)


_NORWEGIAN = str.maketrans("æøå", "{|}")
