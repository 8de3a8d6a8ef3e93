"""How high is sick leave? Days over days for a unit, a rammeområde or the municipality, in any run of quarters.

Everything that a page, a chart or a file says goes through `SickLeaveBook.share`, which answers HIDDEN where a small
group would show. Nothing here hands out days: those are for the register, see `hr.queries.register`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from django.conf import settings

from hr.models import ControlPercent, Cover, Enhet, SickLeave, SickLeaveTarget
from hr.suppression import Cell, Hidden, hide
from roros.lines import Missing
from roros.models import Rammeomrade
from roros.numbers import round_half_away
from roros.together import read_together

NOTHING = Decimal(0)
QUARTERS = (1, 2, 3, 4)


class Level(StrEnum):
    """What a figure is about; the value is what addresses and files say."""

    UNIT = "enhet"
    AREA = "rammeomrade"
    WHOLE = "kommune"


@dataclass(frozen=True)
class Key:
    """One unit, rammeområde or the municipality."""

    level: Level
    code: str = ""


WHOLE = Key(Level.WHOLE)


@dataclass(frozen=True)
class Window:
    """A run of quarters, counted from year 0: `first` and `last` are year × 4 + quarter − 1."""

    first: int
    last: int

    @classmethod
    def year(cls, year: int) -> Window:
        """This will return the four quarters of a year."""
        return cls(year * 4, year * 4 + 3)

    @classmethod
    def quarter(cls, year: int, quarter: int) -> Window:
        """This will return one quarter."""
        return cls(year * 4 + quarter - 1, year * 4 + quarter - 1)

    @classmethod
    def rolling(cls, year: int, quarter: int) -> Window:
        """This will return the four quarters that end with this one."""
        return cls(year * 4 + quarter - 4, year * 4 + quarter - 1)

    @property
    def quarters(self) -> range:
        """This will return the numbers of the quarters."""
        return range(self.first, self.last + 1)

    @property
    def years(self) -> range:
        """This will return the years that the quarters touch."""
        return range(self.first // 4, self.last // 4 + 1)


@dataclass(frozen=True)
class Share:
    """Sick leave in percent of agreed days of work, unrounded."""

    short: Decimal
    long: Decimal
    total: Decimal


@dataclass(frozen=True)
class _Days:
    agreed: Decimal = NOTHING
    short: Decimal = NOTHING
    long: Decimal = NOTHING

    def __add__(self, other: _Days) -> _Days:
        return _Days(self.agreed + other.agreed, self.short + other.short, self.long + other.long)

    @property
    def share(self) -> Share | Missing:
        """Days over days; without agreed days there is no percent."""
        if not self.agreed:
            return Missing.MEANINGLESS
        return Share(
            self.short * 100 / self.agreed, self.long * 100 / self.agreed, (self.short + self.long) * 100 / self.agreed
        )


@dataclass(frozen=True)
class SickLeaveBook:
    """All sick leave that is read in, with what may be shown of it."""

    cells: tuple[Cell, ...]
    hidden: Hidden
    unit_names: Mapping[str, str]
    area_names: Mapping[str, str]
    targets: Mapping[tuple[int, str], SickLeaveTarget] = field(default_factory=dict)

    @cached_property
    def years(self) -> list[int]:
        """This will return the years with figures, the oldest first."""
        return sorted({cell.year for cell in self.cells})

    def last_quarter(self, year: int) -> int:
        """This will return the last quarter of a year that has figures; 0 when none has."""
        return max((cell.quarter for cell in self.cells if cell.year == year), default=0)

    def name(self, key: Key) -> str:
        """This will return what a unit or rammeområde is called; nothing for the municipality."""
        return self.area_names.get(key.code, "") if key.level is Level.AREA else self.unit_names.get(key.code, "")

    def areas(self, year: int) -> list[Key]:
        """This will return the rammeområder with figures in a year, by number."""
        return [Key(Level.AREA, str(area)) for area in sorted({cell.area for cell in self.cells if cell.year == year})]

    def units(self, year: int, area: Key | None = None) -> list[Key]:
        """This will return the units with figures in a year, in a rammeområde or in all, by code."""
        units = {cell.unit for cell in self._of(year) if area is None or str(cell.area) == area.code}
        return [Key(Level.UNIT, unit) for unit in sorted(units)]

    def area_of(self, unit: Key, year: int) -> Key | None:
        """This will return the rammeområde that a unit last reported under in a year."""
        cells = [cell for cell in self._of(year) if cell.unit == unit.code]
        return Key(Level.AREA, str(max(cells, key=lambda cell: cell.quarter).area)) if cells else None

    def employees(self, unit: Key, year: int) -> int | None:
        """This will return how many a unit had employed in the year's last quarter; None for fewer than the limit.

        Only units have a number: the sum of a rammeområde would tell how small its smallest unit is.
        """
        if (unit.code, year) in self.hidden.small:
            return None
        last = max((cell for cell in self._of(year) if cell.unit == unit.code), key=lambda cell: cell.quarter)
        return last.employees

    def is_small(self, unit: Key, year: int) -> bool:
        """This will return whether a unit is hidden for being small, not for the sake of another."""
        return (unit.code, year) in self.hidden.small

    def is_hidden(self, key: Key, year: int) -> bool:
        """This will return whether the figures of a year are hidden."""
        if key.level is Level.UNIT:
            return (key.code, year) in self.hidden.units
        if key.level is Level.AREA:
            return (int(key.code), year) in self.hidden.areas
        return year in self.hidden.whole

    def share(self, key: Key, window: Window) -> Share | Missing:
        """This will return the percents of a run of quarters: HIDDEN for a small group, UNKNOWN without figures.

        A run over more than one year needs every quarter; of one year the quarters that are there are taken.
        """
        quarters = self._days.get(key, {})
        found = [quarters[number] for number in window.quarters if number in quarters]
        if not found or (len(window.years) > 1 and len(found) < len(window.quarters)):
            return Missing.UNKNOWN
        if any(self.is_hidden(key, year) for year in window.years):
            return Missing.HIDDEN
        return sum(found, _Days()).share

    def change(self, key: Key, year: int) -> Decimal | Missing:
        """This will return how many prosentpoeng the total moved from the year before, to the same quarter."""
        now = self.share(key, Window.year(year))
        before = self.share(key, self.last_year(year))
        if isinstance(now, Missing):
            return now
        return before if isinstance(before, Missing) else now.total - before.total

    def last_year(self, year: int) -> Window:
        """This will return the quarters of the year before that have figures this year."""
        return Window(year * 4 - 4, year * 4 - 5 + (self.last_quarter(year) or 4))

    def contribution(self, area: Key, year: int) -> Decimal | None:
        """This will return how many prosentpoeng a rammeområde moved the municipality by; None when it is hidden.

        For ranking and never for showing: it rests on days.
        """
        now, before = Window.year(year), self.last_year(year)
        parts = []
        for window in (now, before):
            if isinstance(self.share(area, window), Missing) or isinstance(self.share(WHOLE, window), Missing):
                return None
            own, whole = (
                sum((self._days[key][number] for number in window.quarters if number in self._days[key]), _Days())
                for key in (area, WHOLE)
            )
            parts.append((own.short + own.long) * 100 / whole.agreed)
        return parts[0] - parts[1]

    def target(self, key: Key, year: int) -> Decimal | None:
        """This will return the target of a rammeområde or the municipality; a unit has that of its rammeområde."""
        if key.level is Level.UNIT:
            area = self.area_of(key, year)
            return self.target(area, year) if area else None
        found = self.targets.get((year, key.code))
        return found.percent if found else None

    def windows(self) -> Iterator[Window]:
        """This will yield every run of quarters that is shown anywhere: quarters, years and rolling years."""
        for year in self.years:
            yield Window.year(year)
            yield self.last_year(year)
            for quarter in QUARTERS:
                yield Window.quarter(year, quarter)
                yield Window.rolling(year, quarter)

    def keys(self) -> list[Key]:
        """This will return everything that has figures: the municipality, rammeområder, units."""
        return list(self._days)

    def published(self) -> Iterator[tuple[Key, Window, Share | Missing]]:
        """This will yield every figure that any page or file may state, hidden or not."""
        for key in self.keys():
            for window in dict.fromkeys(self.windows()):
                found = self.share(key, window)
                if found is not Missing.UNKNOWN:
                    yield key, window, found

    def _of(self, year: int) -> list[Cell]:
        return self._by_year.get(year, [])

    @cached_property
    def _by_year(self) -> dict[int, list[Cell]]:
        by_year: dict[int, list[Cell]] = {}
        for cell in self.cells:
            by_year.setdefault(cell.year, []).append(cell)
        return by_year

    @cached_property
    def _days(self) -> dict[Key, dict[int, _Days]]:
        """Days per quarter: summed over units, never over percents."""
        days: dict[Key, dict[int, _Days]] = {}
        for cell in self.cells:
            number = cell.year * 4 + cell.quarter - 1
            one = _Days(cell.agreed, cell.short, cell.long)
            for key in (WHOLE, Key(Level.AREA, str(cell.area)), Key(Level.UNIT, cell.unit)):
                quarters = days.setdefault(key, {})
                quarters[number] = quarters.get(number, _Days()) + one
        return days


def read_cells(*, years: list[int] | None = None) -> tuple[list[Cell], dict[str, str]]:
    """This will return the days of all units and quarters, of some years or all, and the units' names."""
    rows = SickLeave.objects.select_related("enhet").order_by("year", "quarter", "enhet_id")
    if years is not None:
        rows = rows.filter(year__in=years)
    cells, names = [], {}
    for row in rows:
        names[row.enhet_id] = row.enhet.name
        cells.append(_cell(row))
    return cells, names


def _cell(row: SickLeave) -> Cell:
    return Cell(
        row.year,
        row.quarter,
        row.enhet_id,
        row.rammeomrade_id,
        row.employees,
        row.agreed_days,
        row.short_days,
        row.long_days,
    )


def read_covers() -> frozenset[tuple[int, str, str]]:
    """This will return the choices of what to hide beside small groups that were made before."""
    return frozenset(Cover.objects.values_list("year", "level", "code"))


def sick_leave_book() -> SickLeaveBook:
    """This will read everything about sick leave that pages need, with one query."""
    rows, units, targets, covers, areas = read_together(
        SickLeave.objects.order_by("year", "quarter", "enhet_id"),
        Enhet.objects.filter(sick_leave__isnull=False).distinct().values_list("code", "name"),
        SickLeaveTarget.objects.all(),
        Cover.objects.values_list("year", "level", "code"),
        Rammeomrade.objects.values_list("number", "name"),
    )
    cells = tuple(map(_cell, rows))
    return SickLeaveBook(
        cells=cells,
        hidden=hide(cells, limit=settings.SMALL_GROUP, covers=frozenset(covers)),
        unit_names=dict(units),
        area_names={str(number): name for number, name in areas},
        targets={(one.year, str(one.area or "")): one for one in targets},
    )


@dataclass(frozen=True)
class Disagreement:
    """A percent that another report prints, and what the days give."""

    area: Key
    year: int
    what: str
    printed: Decimal
    computed: Decimal


def control(book: SickLeaveBook, year: int) -> tuple[int, list[Disagreement]]:
    """This will compare a year's printed percents with the days: how many were compared, and which disagree.

    A hidden rammeområde is left out.
    """
    compared, found = 0, []
    for one in ControlPercent.objects.filter(year=year).order_by("rammeomrade_id"):
        area = Key(Level.AREA, str(one.rammeomrade_id))
        share = book.share(area, Window.year(year))
        if isinstance(share, Missing):
            continue
        for what in ("short", "long", "total"):
            printed, computed = getattr(one, what), round_half_away(getattr(share, what), 2)
            compared += 1
            if printed != computed:
                found.append(Disagreement(area, year, what, printed, computed))
    return compared, found
