"""The deviation table: for a whole year as the annual report prints it, and during the year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.queries.deviations import DeviationRow, Deviations
from budget.selection import Level, Selection, Structure
from roros.numbers import Scale
from roros.periods import MONTHS
from roros.tables import (
    AmountColumn,
    BarColumn,
    DeviationColumn,
    FiguresTable,
    Line,
    LineKind,
    Missing,
    NameColumn,
    PercentColumn,
    Phone,
    StatusColumn,
)
from roros.templatetags.figures import icon

Record = dict[str, Any]
FORECAST_COLUMNS = ("prognose", "prognoseavvik")  # during the year, where a signed round has forecasts
TAKEN_BY_FORECASTS = ("regnskap_fjor", "avvik_pst")  # they need the room of these, which the file still has


class Addresses(Protocol):
    """Where the rows of a table on a page lead."""

    def node(self, level: Level, row: DeviationRow) -> str:
        """This will return the page of the row."""

    def story(self, level: Level, row: DeviationRow) -> str:
        """This will return how the row's deviation was made."""

    def explained(self, level: Level, row: DeviationRow) -> str:
        """This will return what is said of the row's deviation; "" where there is nothing to say."""


class DrillColumn(NameColumn):
    """A name whose rows may lie a click away: `drill` in the record is the address that shows the table with them."""

    def write(self, line: Line, table: FiguresTable) -> str:
        """This will return the name with its code, and a chevron that opens the rows below."""
        href = line.read("drill")
        if not href or line.children:
            return super().write(line, table)
        text = (
            super().write(line, table).removeprefix('<span class="node no-drill">').removeprefix('<span class="node">')
        )
        label = str(self.fold) % {"name": line.read(self.of)}
        link = format_html('<a class="drill" href="{}" aria-label="{}">{}</a>', href, label, icon("chevron"))
        return SafeString(f'<span class="node">{link}{text.removesuffix("</span>")}</span>')


class RemarkColumn(StatusColumn):
    """That a row is past the limit, with a link that opens the explanation under it."""

    def write(self, line: Line, table: FiguresTable) -> str:
        """This will return the status and the link."""
        text = super().write(line, table)
        address = line.read("explained") if text else ""
        if not address:
            return text
        width = len(table.figure_columns)
        row = f"{address}{'&' if '?' in address else '?'}rad={width}"
        return format_html(
            '{} <a class="explain" href="{}" hx-get="{}" hx-target="closest tr" hx-swap="afterend">{}'
            '<span class="ds-sr-only">: {}</span></a>',
            SafeString(text),
            address,
            row,
            _("Forklaring"),
            line.read("name"),
        )


class ForecastDeviationColumn(AmountColumn):
    """What the year is expected to deviate; on a tablet it has no room beside figures of nine digits."""

    css = "expected"


class DrillTable(FiguresTable):
    """A table whose rows may lie a click away; all names then keep room for the chevron."""

    css = "deviations"

    folds = True

    class Meta:  # each table below names it again: django-tables2 does not inherit it
        order_by_field = "sorter"


class DeviationTable(DrillTable):
    """The whole year: last year, actual, original and revised budget, and the deviation with its bar."""

    Meta = DrillTable.Meta

    navn = DrillColumn(gettext_lazy("%(level)s"), of="name", code="shown_code", href="href")
    regnskap_fjor = AmountColumn(gettext_lazy("Regnskap %(last_year)s"), of="last_year", muted=True, wide_only=True)
    regnskap = AmountColumn(
        gettext_lazy("Regnskap %(year)s"), of="actual", phone=Phone.LEFT, phone_label=gettext_lazy("Brukt")
    )
    opprinnelig_budsjett = AmountColumn(gettext_lazy("Opprinnelig budsjett"), of="original", muted=True, wide_only=True)
    revidert_budsjett = AmountColumn(
        gettext_lazy("Revidert budsjett"), of="revised", phone=Phone.BESIDE, phone_label=gettext_lazy("av")
    )
    avvik = DeviationColumn(gettext_lazy("Avvik"), of="deviation", trace="story")
    bar = BarColumn(of="deviation", over="over_limit")
    avvik_pst = PercentColumn(gettext_lazy("Avvik i\N{NO-BREAK SPACE}%%"), of="percent")
    merknad = RemarkColumn(gettext_lazy("Merknad"), of="over_limit")


class RunningDeviationTable(DrillTable):
    """During the year: actual to date against the budget to date, and the budget of the whole year."""

    Meta = DrillTable.Meta

    navn = DrillColumn(gettext_lazy("%(level)s"), of="name", code="shown_code", href="href")
    regnskap_fjor = AmountColumn(
        gettext_lazy("Regnskap hiå. %(last_year)s"), of="last_year", muted=True, wide_only=True
    )
    regnskap = AmountColumn(
        gettext_lazy("Regnskap hiå. %(year)s"), of="actual", phone=Phone.LEFT, phone_label=gettext_lazy("Brukt")
    )
    revidert_budsjett = AmountColumn(
        gettext_lazy("Periodisert budsjett hiå."), of="revised", phone=Phone.BESIDE, phone_label=gettext_lazy("av")
    )
    avvik = DeviationColumn(gettext_lazy("Avvik hiå."), of="deviation", trace="story")
    bar = BarColumn(of="deviation", over="over_limit")
    avvik_pst = PercentColumn(gettext_lazy("Avvik i\N{NO-BREAK SPACE}%%"), of="percent")
    revidert_budsjett_aret = AmountColumn(
        gettext_lazy("Revidert budsjett %(year)s"), of="revised_year", muted=True, wide_only=True
    )
    prognose = AmountColumn(gettext_lazy("Prognose"), of="forecast", wide_only=True)
    prognoseavvik = ForecastDeviationColumn(
        gettext_lazy("Prognose\N{SOFT HYPHEN}avvik"),
        of="forecast_deviation",
        phone=Phone.LINE,
        phone_label=gettext_lazy("Prognoseavvik"),
    )
    merknad = RemarkColumn(gettext_lazy("Merknad"), of="over_limit")


def deviation_table(
    selection: Selection,
    found: Deviations,
    *,
    children: Sequence[DeviationRow] = (),
    addresses: Addresses | None = None,
    total_label: str = "",
    drills: bool = True,
    explained: bool = True,
    forecast_round: str = "",
    **options: Any,
) -> FiguresTable:
    """This will set up the table of a selection. Without addresses it is for a file only.

    `total_label` names the sum where it has a name of its own; `drills=False` leaves out the way to the level below,
    and `explained=False` what another table on the page has said. `forecast_round` is whose forecasts the rows hold;
    without one there are no columns for them.
    """
    make = RunningDeviationTable if not selection.is_year else DeviationTable
    builder = _Lines(selection, children, addresses, total_label, drills=drills and addresses is not None)
    table = make(
        builder.body(found),
        footer=builder.foot(found),
        caption=options.pop("caption", None) or caption(selection),
        explanation=explanation(forecast_round) if explained else "",
        exclude=() if selection.is_year else TAKEN_BY_FORECASTS if forecast_round else FORECAST_COLUMNS,
        words={"level": _heading(selection), "year": selection.year, "last_year": selection.year - 1},
        scale=selection.scale,
        order_by=selection.order or None,
        empty_text=_("Ingen tall i dette utvalget."),
        **options,
    )
    wraps = selection.level is not Level.RAMMEOMRADE  # long names need more than one line
    marks = {"deviations": not wraps, "kroner": selection.scale is Scale.KR, "forecasts": bool(forecast_round)}
    table.css = " ".join(mark for mark, applies in marks.items() if applies)
    if selection.level.below:
        column = table.columns["navn"].column
        column.fold = _("%(levels)s i %%(name)s") % {"levels": selection.level.below.plural}
    return table


def caption(selection: Selection, what: str = "") -> str:
    """This will say what the table holds and for which period: "Driftsregnskap januar–august 2021."."""
    words = {
        "what": what or _("Driftsregnskap"),
        "month": MONTHS[min(selection.period, 12) - 1],
        "year": selection.year,
    }
    if selection.period == 1:
        return _("%(what)s januar %(year)s.") % words
    return _("%(what)s januar–%(month)s %(year)s.") % words


def explanation(forecast_round: str = "") -> str:
    """This will explain the sign and the limit, once per table, and where the forecasts are from."""
    rule = _(
        "Minus = brukt mer enn budsjettert. «Over grensen» = merforbruk på minst %(amount)s kr og %(percent)s prosent."
    ) % {
        "amount": f"{settings.DEVIATION_LIMIT_AMOUNT:,}".replace(",", "\N{NO-BREAK SPACE}"),
        "percent": settings.DEVIATION_LIMIT_PERCENT,
    }
    return f"{rule} {forecast_note(forecast_round)}" if forecast_round else rule


def forecast_note(forecast_round: str) -> str:
    """This will say which round the forecasts are from."""
    return _("Prognosen er fra %(round)s.") % {"round": forecast_round}


def structure_note(selection: Selection) -> str:
    """This will say in which organisation last year is shown."""
    words = {"last": selection.year - 1, "year": selection.year}
    if selection.structure is Structure.AS_REPORTED:
        return _("Regnskapet for %(last)s er vist slik det ble rapportert.") % words
    return _("Regnskapet for %(last)s er vist i strukturen for %(year)s.") % words


def _heading(selection: Selection) -> str:
    level, below = selection.level, selection.level.below
    if level is Level.RAMMEOMRADE:
        return _("Rammeområde og virksomhet")
    if selection.opened and below:
        return _("%(level)s og %(below)s") % {"level": level.label, "below": below.label.lower()}
    return level.label


class _Lines:
    """Rows become lines: with their children, their addresses and their group."""

    def __init__(
        self,
        selection: Selection,
        children: Sequence[DeviationRow],
        addresses: Addresses | None,
        total_label: str,
        *,
        drills: bool,
    ) -> None:
        self.drills = drills
        self.total_label = total_label
        self.selection = selection
        self.addresses = addresses
        self.children: dict[tuple[str, str], list[DeviationRow]] = {}
        for child in children:
            area = child.rammeomrade if selection.shows_groups else ""
            self.children.setdefault((area, child.parent), []).append(child)

    def body(self, found: Deviations) -> list[Line]:
        """The rows, in groups with a head and a sum where the selection asks for it."""
        if not self.selection.shows_groups:
            return [self.line(row) for row in found.rows]
        lines: list[Line] = []
        for total, rows in found.by_rammeomrade():
            head = {"name": f"{total.code} {total.name}".strip()}
            lines.append(Line(head, LineKind.GROUP))
            lines += [self.line(row) for row in rows]
            area = {"rammeomrade": total.code, "rammeomrade_name": total.name}
            label = _("Sum %(name)s") % {"name": total.name}
            lines.append(self.sum_line(total, label, LineKind.SUB, file_name="Sum", **area))
        return lines

    def foot(self, found: Deviations) -> list[Line]:
        """The sum of the rows; then what is no service, and the sum that equals the ledger."""
        if not found.rows:
            return []
        if not found.central:
            one = {row.rammeomrade for row in found.rows}
            first = found.rows[0]
            area: Record = {}
            if len(one) == 1 and self.selection.level is not Level.RAMMEOMRADE:
                area = {"rammeomrade": first.rammeomrade, "rammeomrade_name": first.rammeomrade_name}
            label = self.total_label or _("Sum")
            file_name = self.total_label or ("Sum" if area else "Totalsum")
            return [self.sum_line(found.total, label, LineKind.GRAND, file_name=file_name, **area)]
        lines = [self.sum_line(found.total, _("Sum tjenester"), LineKind.SUM, file_name="Totalsum")]
        for row in found.central:
            record = self.record(row, Level.RAMMEOMRADE) | {"adds_up": True}
            lines.append(Line(record, LineKind.ROW, has_bar=False))
        lines.append(self.sum_line(found.grand_total, _("Sum i regnskapet"), LineKind.GRAND))
        return lines

    def line(self, row: DeviationRow) -> Line:
        """One row, with the rows below it when they are there, the largest overspending first."""
        area = row.rammeomrade if self.selection.shows_groups else ""
        below = self.selection.level.below
        is_open = row.code in self.selection.opened
        record = self.record(row, self.selection.level)
        found = self.children.get((area, row.code), [])
        if below is None or row.parts < 2 or not (found or self.drills):
            return Line(record)
        if found:
            inside = sorted(found, key=lambda child: (child.deviation is None, child.deviation, child.code))
            parts = tuple(Line(self.record(child, below)) for child in inside)
            return Line(record, children=parts, open=is_open)
        opened = (*self.selection.opened, row.code)
        return Line(record | {"drill": self.selection.url_parameters(opened=opened)})

    def record(self, row: DeviationRow, level: Level) -> Record:
        """What the columns read of a row."""
        has_story = row.deviation is not None and row.is_whole  # the story of a code is told for all of it
        hides_code = level is Level.VIRKSOMHET and self.selection.level is Level.RAMMEOMRADE
        return _figures(row) | {
            "name": row.name,
            "code": row.code,
            "shown_code": "" if hides_code else row.code,
            "parent": row.parent,
            "href": self.addresses.node(level, row) if self.addresses else "",
            "story": self.addresses.story(level, row) if self.addresses and has_story else "",
            "explained": self.addresses.explained(level, row) if self.addresses else "",
        }

    def sum_line(self, row: DeviationRow, label: str, kind: LineKind, *, file_name: str = "", **area: str) -> Line:
        """One sum; `file_name` is what the exported file calls it."""
        record = (
            _figures(row) | {"name": label, "code": "", "over_limit": False, "file_name": file_name or label} | area
        )
        return Line(record, kind, has_bar=False)


def _figures(row: DeviationRow) -> Record:
    return {
        "last_year": row.last_year,
        "actual": row.actual,
        "original": row.original,
        "revised": row.revised,
        "revised_year": row.revised_year,
        "forecast": row.forecast,
        "forecast_deviation": row.forecast_deviation,
        "deviation": row.deviation,
        "percent": Missing.UNKNOWN if row.deviation is None else row.percent,
        "over_limit": row.over_limit,
        "rammeomrade": row.rammeomrade,
        "rammeomrade_name": row.rammeomrade_name if row.rammeomrade or row.code else "",
    }
