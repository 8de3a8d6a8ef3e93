"""Tables of the node and the front page: the steps of a deviation, the parts of a node. Handed their figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.queries.deviations import DeviationRow
from budget.queries.drivers import Driver, Drivers
from budget.selection import Level, Selection
from budget.tables.deviations import explanation
from roros.lines import Line, LineKind, Phone
from roros.numbers import Scale
from roros.tables import (
    AmountColumn,
    BarColumn,
    DeviationColumn,
    FiguresTable,
    NameColumn,
    PercentColumn,
    TextColumn,
)
from roros.wording import lower_first

Address = Callable[[str], str]  # where a code leads


class DriversTable(FiguresTable):
    """From zero to the whole deviation: each bar begins where the one before it ended."""

    navn = NameColumn(gettext_lazy("%(level)s"), of="name", href="href", export="navn")
    revidert_budsjett = AmountColumn(
        gettext_lazy("Budsjett"), of="revised", muted=True, phone=Phone.BESIDE, phone_label=gettext_lazy("av")
    )
    regnskap = AmountColumn(gettext_lazy("Regnskap"), of="actual", phone=Phone.LEFT, phone_label=gettext_lazy("Brukt"))
    bar = BarColumn(of="deviation", start="start", over="over_limit", wide=True)
    avvik = DeviationColumn(gettext_lazy("Avvik"), of="deviation", trace="story")


class PartsTable(FiguresTable):
    """The parts of a node, each a click from its own page."""

    css = "parts"
    navn = NameColumn(gettext_lazy("%(level)s"), of="name", code="code", href="href", export="navn", export_code="kode")
    regnskap = AmountColumn(gettext_lazy("Regnskap"), of="actual", phone=Phone.LEFT, phone_label=gettext_lazy("Brukt"))
    revidert_budsjett = AmountColumn(
        gettext_lazy("%(budget)s"), of="revised", phone=Phone.BESIDE, phone_label=gettext_lazy("av")
    )
    avvik = DeviationColumn(gettext_lazy("Avvik"), of="deviation", trace="story")
    bar = BarColumn(of="deviation", over="over_limit")
    avvik_pst = PercentColumn(gettext_lazy("I\N{NO-BREAK SPACE}%%"), of="percent")

    class Meta:
        order_by_field = "sorter"


class ShareTable(FiguresTable):
    """A few areas and their deviation: name, bar and figure."""

    navn = NameColumn(gettext_lazy("Område"), of="name", href="href", export="navn")
    bar = BarColumn(of="deviation", over="over_limit", wide=True)
    avvik = DeviationColumn(gettext_lazy("Avvik"), of="deviation", trace="story")


class CausesTable(FiguresTable):
    """The units that deviate most, and what made most of it."""

    navn = NameColumn(gettext_lazy("Virksomhet"), of="name", href="href", export="navn")
    bar = BarColumn(of="deviation", over="over_limit")
    avvik = DeviationColumn(gettext_lazy("Avvik"), of="deviation", trace="story")
    arsak = TextColumn(gettext_lazy("Det meste skyldes"), of="causes", orderable=False)


class AreasTable(FiguresTable):
    """The rammeområder beside their bars."""

    css = "areas"
    navn = NameColumn(gettext_lazy("Rammeområde"), of="name", code="code", href="href", export="navn", export_code="nr")
    regnskap = AmountColumn(gettext_lazy("Regnskap"), of="actual", phone=Phone.LEFT, phone_label=gettext_lazy("Brukt"))
    revidert_budsjett = AmountColumn(
        gettext_lazy("Budsjett"), of="revised", phone=Phone.BESIDE, phone_label=gettext_lazy("av"), muted=True
    )
    avvik = DeviationColumn(gettext_lazy("Avvik"), of="deviation", trace="story")
    avvik_pst = PercentColumn(gettext_lazy("I\N{NO-BREAK SPACE}%%"), of="percent")


def drivers_table(
    drivers: Drivers, selection: Selection, *, node: Address | None = None, story: Address | None = None, **options: Any
) -> DriversTable:
    """This will set up the waterfall of a deviation; the sum row is the whole, exactly."""
    lines = [Line(_step(driver, node, story)) for driver in drivers.shown]
    if drivers.others is not None:
        name = _("%(count)s andre %(levels)s, netto") if drivers.shown else _("%(count)s %(levels)s")
        words = {"count": drivers.other_count, "levels": drivers.level.plural.lower()}
        if drivers.other_count == 1:
            name, words["levels"] = _("1 %(levels)s til"), drivers.level.label.lower()
        lines.append(Line(_step(replace(drivers.others, name=name % words), None, None)))
    total = {
        "name": _("Samlet avvik"),
        "revised": drivers.revised,
        "actual": drivers.actual,
        "deviation": drivers.deviation,
    }
    return DriversTable(
        lines,
        footer=[Line(total, LineKind.SUM)] if lines else [],
        caption=_("Avvik per %(level)s.") % {"level": drivers.level.label.lower()},
        explanation=_("Hver søyle begynner der den forrige slutter"),
        words={"level": drivers.level.label},
        scale=selection.scale,
        empty_text=_("Ingen avvik å forklare i denne perioden."),
        orderable=False,
        **options,
    )


def _step(driver: Driver, node: Address | None, story: Address | None) -> dict[str, Any]:
    return {
        "name": driver.name,
        "revised": driver.revised,
        "actual": driver.actual,
        "deviation": driver.deviation,
        "start": driver.start,
        "over_limit": driver.over_limit,
        "href": node(driver.code) if node else "",
        "story": story(driver.code) if story else "",
    }


def parts_table(
    level: Level,
    rows: Sequence[DeviationRow],
    whole: DeviationRow,
    selection: Selection,
    *,
    node: Address | None = None,
    story: Address | None = None,
    **options: Any,
) -> PartsTable:
    """This will list the parts of a node, the largest overspending first, with their sum."""
    known = [row for row in rows if row.actual or row.revised or row.last_year]
    known.sort(key=lambda row: (row.deviation is None, row.deviation, row.code))
    return PartsTable(
        [Line(record(row, node, story)) for row in known],
        footer=[Line({**record(whole), "name": _("Sum"), "code": ""}, LineKind.SUM, has_bar=False)] if known else [],
        caption=_("Per %(level)s %(period)s.") % {"level": level.label.lower(), "period": _period(selection)},
        explanation=explanation(),
        words={
            "level": level.label,
            "budget": _("Revidert budsjett") if selection.is_year else _("Periodisert budsjett"),
        },
        scale=selection.scale,
        order_by=selection.order or None,
        empty_text=_("Ingen tall i denne perioden."),
        **options,
    )


def share_table(rows: Sequence[DeviationRow], total: DeviationRow, **options: Any) -> ShareTable:
    """This will set up services, central income and finance against each other, and their sum."""
    footer = [Line({**record(total), "name": _("Sum i regnskapet")}, LineKind.SUM)]
    return ShareTable(rows_of(rows, **_addresses(options)), footer=footer, scale=Scale.MILL, orderable=False, **options)


def causes_table(
    rows: Sequence[tuple[DeviationRow, str]], *, node: Address | None, story: Address | None, **options: Any
) -> CausesTable:
    """This will set up the units that deviate most, each with its causes in a sentence."""
    lines = [Line({**record(row, node, story), "causes": text}) for row, text in rows]
    return CausesTable(lines, scale=Scale.MILL, orderable=False, **options)


def areas_table(rows: Sequence[DeviationRow], total: DeviationRow, **options: Any) -> AreasTable:
    """This will set up the rammeområder with their sum."""
    footer = [Line({**record(total), "name": _("Sum tjenester"), "code": ""}, LineKind.SUM)]
    return AreasTable(rows_of(rows, **_addresses(options)), footer=footer, orderable=False, **options)


def rows_of(rows: Sequence[DeviationRow], node: Address | None = None, story: Address | None = None) -> list[Line]:
    """This will make lines of rows, with the addresses they lead to."""
    return [Line(record(row, node, story)) for row in rows]


def record(row: DeviationRow, node: Address | None = None, story: Address | None = None) -> dict[str, Any]:
    """This will return what the columns read of a row."""
    return {
        "name": row.name,
        "code": row.code,
        "last_year": row.last_year,
        "actual": row.actual,
        "original": row.original,
        "revised": row.revised,
        "deviation": row.deviation,
        "percent": row.percent,
        "over_limit": row.over_limit,
        "href": node(row.code) if node else "",
        "story": story(row.code) if story and row.deviation is not None else "",
    }


def _addresses(options: dict[str, Any]) -> dict[str, Any]:
    return {name: options.pop(name) for name in ("node", "story") if name in options}


def _period(selection: Selection) -> str:
    months = selection.as_period.months
    return str(selection.year) if selection.is_year else lower_first(months)
