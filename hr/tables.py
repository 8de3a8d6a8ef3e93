"""The tables of the room; handed their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hr.addresses import node_address
from hr.findings import figure
from hr.models import FigureKind, SickLeave
from hr.queries.sick_leave import WHOLE, Key, Share, SickLeaveBook, Window
from hr.queries.staff import StaffRow
from roros.components import Status, StatusKind
from roros.lines import Missing
from roros.tables import (
    CountColumn,
    DecimalColumn,
    FiguresTable,
    Line,
    LineKind,
    NameColumn,
    PartsBarColumn,
    Phone,
    StatusColumn,
    TextColumn,
)

Record = dict[str, Any]

MET = Status(gettext_lazy("Nådd"), StatusKind.ON_PLAN)
NOT_MET = Status(gettext_lazy("Ikke nådd"), StatusKind.OVER)
YEARS_SHOWN = 3


class EmployeesColumn(CountColumn):
    """How many are employed; small groups are not counted out."""

    phone = Phone.LEFT

    def write(self, line: Line, table: FiguresTable) -> str:
        """This will return the number; sums have none, for it would tell how small the smallest unit is."""
        return "" if line.kind.is_sum else super().write(line, table)

    def format(self, value: int | None, table: FiguresTable) -> str:
        """This will return the number, or that there are fewer than the limit."""
        if value is None:
            return _("færre enn %(limit)s") % {"limit": settings.SMALL_GROUP}
        return super().format(value, table)


class ShareTable(FiguresTable):
    """Sick leave of the last years with its two parts, as a bar with the target."""

    name = NameColumn(gettext_lazy("%(what)s"), href="href")
    employees = EmployeesColumn(gettext_lazy("Ansatte"), phone_label=gettext_lazy("Ansatte:"))
    year_a = DecimalColumn(gettext_lazy("%(year_a)s"), muted=True)
    year_b = DecimalColumn(gettext_lazy("%(year_b)s"), muted=True)
    total = DecimalColumn(gettext_lazy("%(year)s"), key=True)
    bar = PartsBarColumn(gettext_lazy("Korttid og langtid"), of="short", second="long", target="target", wide=True)
    short_shown = DecimalColumn(
        gettext_lazy("Korttid"), of="short", phone=Phone.LEFT, phone_label=gettext_lazy("Korttid")
    )
    long_shown = DecimalColumn(
        gettext_lazy("Langtid"), of="long", phone=Phone.BESIDE, phone_label=gettext_lazy("langtid")
    )
    change = DecimalColumn(gettext_lazy("Endring, prosentpoeng"), plus=True, wide_only=True)
    goal = StatusColumn(gettext_lazy("Mål"))

    class Meta:
        order_by_field = "sorter"


def share_record(book: SickLeaveBook, key: Key, year: int) -> Record:
    """This will return what a line says about a unit, a rammeområde or the municipality."""
    now = book.share(key, Window.year(year))
    target = book.target(key, year)
    total = now.total if isinstance(now, Share) else now
    return {
        "name": book.name(key) or _("Hele kommunen"),
        "href": node_address(key, year) if key != WHOLE else "",
        "employees": book.employees(key, year) if key in book.units(year) else None,
        "year_a": _total(book, key, year - 2),
        "year_b": _total(book, key, year - 1),
        "total": total,
        "short": now.short if isinstance(now, Share) else now,
        "long": now.long if isinstance(now, Share) else now,
        "target": target,
        "change": book.change(key, year),
        "goal": None if target is None or isinstance(total, Missing) else MET if total <= target else NOT_MET,
    }


def areas_table(book: SickLeaveBook, year: int, **options: Any) -> FiguresTable:
    """This will list the rammeområder with their units, the highest first, and the municipality below."""
    lines = []
    for area in book.areas(year):
        units = [Line(share_record(book, unit, year)) for unit in book.units(year, area)]
        lines.append(Line(share_record(book, area, year), children=tuple(_highest_first(units))))
    return _table(
        book,
        year,
        _highest_first(lines),
        footer=[Line(share_record(book, WHOLE, year), LineKind.GRAND)],
        what=_("Rammeområde"),
        without=["employees"],
        **options,
    )


def units_table(book: SickLeaveBook, area: Key, year: int, **options: Any) -> FiguresTable:
    """This will list the units of a rammeområde, the highest first, and the rammeområde below."""
    lines = [Line(share_record(book, unit, year)) for unit in book.units(year, area)]
    total = share_record(book, area, year) | {"href": ""}
    return _table(
        book,
        year,
        _highest_first(lines),
        footer=[Line(total, LineKind.GRAND)],
        what=_("Enhet"),
        without=[],
        **options,
    )


def _table(
    book: SickLeaveBook,
    year: int,
    lines: Sequence[Line],
    *,
    footer: Sequence[Line],
    what: str,
    without: list[str],
    **options: Any,
) -> FiguresTable:
    hidden = [name for name, one in (("year_a", year - 2), ("year_b", year - 1)) if one not in book.years]
    if not any(line.read("target") for line in [*lines, *footer]):
        hidden.append("goal")
    parts = _("Lys søyle = korttid (1–16 dager), mørk = langtid.")
    return ShareTable(
        lines,
        footer=footer,
        caption=year_caption(book, year),
        unit=_("Prosent av avtalte dagsverk."),
        explanation=parts if "goal" in hidden else f"{parts} {_('Strek = mål.')}",
        words={"what": what, "year": year, "year_a": year - 2, "year_b": year - 1},
        exclude=[*without, *hidden],
        **options,
    )


def year_caption(book: SickLeaveBook, year: int) -> str:
    """This will say which part of the year the figures are for."""
    last = book.last_quarter(year)
    if last in (0, 4):
        return _("Året %(year)s.") % {"year": year}
    return _("Til og med %(quarter)s. kvartal %(year)s.") % {"quarter": last, "year": year}


class QuarterTable(FiguresTable):
    """One unit or rammeområde, quarter by quarter."""

    name = NameColumn(gettext_lazy("Kvartal"), orderable=False)
    short = DecimalColumn(
        gettext_lazy("Korttid"), phone=Phone.LEFT, phone_label=gettext_lazy("Korttid"), orderable=False
    )
    long = DecimalColumn(
        gettext_lazy("Langtid"), phone=Phone.BESIDE, phone_label=gettext_lazy("langtid"), orderable=False
    )
    total = DecimalColumn(gettext_lazy("Samlet"), key=True, orderable=False)
    change = DecimalColumn(gettext_lazy("Endring fra året før, prosentpoeng"), plus=True, orderable=False)
    rolling = DecimalColumn(gettext_lazy("Siste fire kvartaler"), orderable=False, phone=Phone.RIGHT)


def quarters_table(book: SickLeaveBook, key: Key, year: int) -> FiguresTable:
    """This will list the quarters of the last years, the newest first."""
    rows: list[Record] = []
    for one in range(year, year - YEARS_SHOWN, -1):
        for quarter in range(4, 0, -1):
            now = book.share(key, Window.quarter(one, quarter))
            if now is Missing.UNKNOWN:
                continue
            before = book.share(key, Window.quarter(one - 1, quarter))
            rolling = book.share(key, Window.rolling(one, quarter))
            rows.append(
                {
                    "name": _("%(quarter)s. kvartal %(year)s") % {"quarter": quarter, "year": one},
                    "short": now.short if isinstance(now, Share) else now,
                    "long": now.long if isinstance(now, Share) else now,
                    "total": now.total if isinstance(now, Share) else now,
                    "change": _difference(now, before),
                    "rolling": rolling.total if isinstance(rolling, Share) else rolling,
                }
            )
    return QuarterTable(rows, caption=_("Kvartal for kvartal."), unit=_("Prosent av avtalte dagsverk."))


class TargetTable(FiguresTable):
    """Targets for sick leave."""

    name = NameColumn(gettext_lazy("Gjelder"), href="href", orderable=False)
    percent = DecimalColumn(gettext_lazy("Høyst"), key=True, orderable=False)
    decision = TextColumn(gettext_lazy("Vedtatt eller satt i"), orderable=False)


class StaffTable(FiguresTable):
    """Staff figures of one group of indicators."""

    indicator = NameColumn(gettext_lazy("Indikator"), href="href")
    group = TextColumn(gettext_lazy("Gruppe"))
    year = TextColumn(gettext_lazy("År"), phone=Phone.LEFT)
    shown = TextColumn(gettext_lazy("Verdi"), key=True, orderable=False)
    note = TextColumn(gettext_lazy("Merknad"), orderable=False)

    class Meta:
        order_by_field = "sorter"


def staff_table(rows: Sequence[StaffRow], *, sees_all: bool, **options: Any) -> FiguresTable:
    """This will list staff figures; names lead to the figure with its history."""
    records = [
        {
            "indicator": row.indicator,
            "group": row.group,
            "year": " ".join(
                word
                for word in (row.sort_of_figure if row.kind != FigureKind.RESULT else "", str(row.year or ""))
                if word
            ),
            "shown": figure(row.value, row.unit),
            "note": row.note,
            "href": reverse("hr:staff_figure", args=[row.id]) if sees_all or row.value is not Missing.HIDDEN else "",
        }
        for row in rows
    ]
    explained = _("«:» er skjult av hensyn til personvern.") if any(row.value is Missing.HIDDEN for row in rows) else ""
    return StaffTable(records, caption=_("Personaltall."), unit="", explanation=explained, **options)


class DaysTable(FiguresTable):
    """The register of sick leave, in days, for those who keep it."""

    name = NameColumn(gettext_lazy("Enhet"), code="code", href="href")
    quarter = TextColumn(gettext_lazy("Kvartal"), phone=Phone.LEFT)
    employees = CountColumn(gettext_lazy("Ansatte"), phone=Phone.HIDDEN)
    agreed = DecimalColumn(gettext_lazy("Avtalte dagsverk"), phone=Phone.RIGHT)
    short = DecimalColumn(gettext_lazy("Korttid"), phone=Phone.HIDDEN)
    long = DecimalColumn(gettext_lazy("Langtid"), phone=Phone.HIDDEN)
    hidden = TextColumn(gettext_lazy("Vises for andre"))

    class Meta:
        order_by_field = "sorter"


def days_table(rows: Iterable[SickLeave], book: SickLeaveBook, **options: Any) -> FiguresTable:
    """This will list quarters of units in days, and whether others may see them."""
    records = [
        {
            "name": row.enhet.name,
            "code": row.enhet_id,
            "href": reverse("hr:sick_leave_row", args=[row.pk]),
            "quarter": f"{row.get_quarter_display()} {row.year}",
            "employees": row.employees,
            "agreed": row.agreed_days,
            "short": row.short_days,
            "long": row.long_days,
            "hidden": _("Skjult") if (row.enhet_id, row.year) in book.hidden.units else _("Ja, som prosent"),
        }
        for row in rows
    ]
    return DaysTable(records, unit=_("Dagsverk."), **options)


def _total(book: SickLeaveBook, key: Key, year: int) -> Decimal | Missing:
    found = book.share(key, Window.year(year))
    return found.total if isinstance(found, Share) else found


def _difference(now: Share | Missing, before: Share | Missing) -> Decimal | Missing:
    if isinstance(now, Missing):
        return now
    return before if isinstance(before, Missing) else now.total - before.total


def _highest_first(lines: Sequence[Line]) -> list[Line]:
    """Those without a figure last."""
    return sorted(
        lines,
        key=lambda line: (isinstance(line.read("total"), Missing), -_number(line.read("total")), line.read("name")),
    )


def _number(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)
