"""Which figures of sick leave must not be shown, so that nobody can tell how ill a handful of people were. Pure.

A unit with fewer employees than the limit is hidden for the whole year in which it is that small. Other units, and at
need rammeområder, are hidden beside it, so that no sum, sibling, quarter or rolling year that is shown gives it away.

Why this holds, for somebody who knows the days behind every percent that is shown: whatever is shown is a sum over
quarters of sums over units. What is hidden is hidden for all quarters of a year. So for each quarter the hidden units
take part in what is shown only through one sum per rammeområde (or, where rammeområder are hidden, one sum of what is
hidden in them), and each such sum has at least two units and as many employees as the limit. Days may be moved from
one of them to another without changing anything that is shown. See docs/adr/0011-suppression.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

UnitYear = tuple[str, int]
AreaYear = tuple[int, int]
Quarter = tuple[int, int]  # year and quarter


@dataclass(frozen=True)
class Cell:
    """One unit in one quarter."""

    year: int
    quarter: int
    unit: str
    area: int
    employees: int
    agreed: Decimal
    short: Decimal
    long: Decimal

    @property
    def when(self) -> Quarter:
        """The quarter."""
        return (self.year, self.quarter)


@dataclass(frozen=True)
class Hidden:
    """What is hidden. `small` are the units that are the reason; the others cover them."""

    small: frozenset[UnitYear] = frozenset()
    units: frozenset[UnitYear] = frozenset()
    areas: frozenset[AreaYear] = frozenset()
    small_areas: frozenset[AreaYear] = frozenset()
    whole: frozenset[int] = frozenset()  # years in which even the municipality is hidden

    @property
    def covers(self) -> frozenset[tuple[int, str, str]]:
        """This will return what is hidden, as it is kept: year, level, code."""
        units = {(year, "enhet", unit) for unit, year in self.units}
        areas = {(year, "rammeomrade", str(area)) for area, year in self.areas}
        return frozenset(units | areas)


def hide(cells: Iterable[Cell], *, limit: int, covers: Collection[tuple[int, str, str]] = ()) -> Hidden:
    """This will decide what to hide. `covers` is what was hidden before, which stays so beside what is small now.

    Otherwise two files from before and after a correction, each showing what the other hides, would tell together.
    """
    by_year: dict[int, list[Cell]] = {}
    for cell in cells:
        by_year.setdefault(cell.year, []).append(cell)
    years = [_Year(year, found, limit, covers).settled() for year, found in sorted(by_year.items())]
    return Hidden(
        small=frozenset((unit, one.year) for one in years for unit in one.small),
        units=frozenset((unit, one.year) for one in years for unit in one.units),
        areas=frozenset((area, one.year) for one in years for area in one.areas),
        small_areas=frozenset((area, one.year) for one in years for area in one.small_areas),
        whole=frozenset(one.year for one in years if one.whole),
    )


@dataclass
class _Year:
    """One year while it is being decided. Only ever hides more, so it comes to an end."""

    year: int
    cells: list[Cell]
    limit: int
    earlier: Collection[tuple[int, str, str]]
    units: set[str] = field(default_factory=set)
    areas: set[int] = field(default_factory=set)
    small: frozenset[str] = frozenset()
    small_areas: frozenset[int] = frozenset()
    whole: bool = False

    def settled(self) -> _Year:
        """Hide until nothing that is shown gives a hidden figure away."""
        self.employees = self._fewest()
        self.by_area: dict[int, dict[Quarter, list[Cell]]] = {}
        for cell in self.cells:
            self.by_area.setdefault(cell.area, {}).setdefault(cell.when, []).append(cell)
        self.small = frozenset(unit for unit, number in self.employees.items() if number < self.limit)
        self.units = set(self.small)
        self.small_areas = frozenset(
            area for area, quarters in self.by_area.items() if min(map(self._number, quarters.values())) < self.limit
        )
        self.areas = set(self.small_areas)
        while self._recall() or self._cover_in_areas() or self._cover_among_areas():
            pass
        return self

    def _recall(self) -> bool:
        """Hide again what was hidden before, where something is hidden beside it; return whether there was any."""
        before = len(self.units) + len(self.areas)
        if self.areas:
            self.areas.update(area for area in self.by_area if (self.year, "rammeomrade", str(area)) in self.earlier)
        touched = {cell.area for cell in self.cells if cell.unit in self.units} | self.areas
        self.units.update(
            cell.unit for cell in self.cells if cell.area in touched and (self.year, "enhet", cell.unit) in self.earlier
        )
        return len(self.units) + len(self.areas) > before

    def _cover_in_areas(self) -> bool:
        """Hide one more unit beside those that a shown rammeområde would give away; return whether there was need."""
        for area in sorted(set(self.by_area) - self.areas):
            for when in sorted(self.by_area[area]):
                cells = self.by_area[area][when]
                inside = [cell for cell in cells if cell.unit in self.units]
                if not inside or not self._tells(inside):
                    continue
                if not self._hide_one_of([cell.unit for cell in cells if cell.unit not in self.units]):
                    self.areas.add(area)  # nobody is left to hide behind
                return True
        return False

    def _cover_among_areas(self) -> bool:
        """Hide one more rammeområde, or unit in a hidden one, when the municipality would give them away."""
        for area in sorted(self.areas):
            for _when, cells in sorted(self.by_area[area].items()):
                # A hidden rammeområde whose units are all shown would only be an addition away.
                if not any(cell.unit in self.units for cell in cells):
                    self._hide_one_of([cell.unit for cell in cells])
                    return True
        if self.whole:
            for when in sorted({cell.when for cell in self.cells}):
                if not any(when in self.by_area[area] for area in self.areas):
                    self._hide_one_area(when)  # else the municipality is the sum of what is shown
                    return True
            return False
        for when in sorted({cell.when for cell in self.cells if cell.area in self.areas}):
            at = [self.by_area[area][when] for area in sorted(self.areas) if when in self.by_area[area]]
            if len(at) < 2:  # what is left of the municipality is that rammeområde
                self._hide_one_area(when)
                return True
            inside = [cell for cells in at for cell in cells if cell.unit in self.units]
            if self._tells(inside):
                if not self._hide_one_of([cell.unit for cells in at for cell in cells if cell.unit not in self.units]):
                    self._hide_one_area(when)
                return True
        return False

    def _tells(self, inside: list[Cell]) -> bool:
        """Whether the sum of some hidden units would tell about one of them, or about too few people."""
        agreed = sum((cell.agreed for cell in inside), Decimal(0))
        short = sum((cell.short for cell in inside), Decimal(0))
        long = sum((cell.long for cell in inside), Decimal(0))
        return (
            len(inside) < 2
            or self._number(inside) < self.limit
            # Nobody was ill, or everybody always: then each part of the sum is known too.
            or not short
            or not long
            or short + long == agreed
        )

    def _hide_one_of(self, units: list[str]) -> bool:
        """Hide the best cover among the units: the smallest that is at least twice the limit.

        Twice the limit, so that the small group is the lesser part of the sum; the largest where none is that large.
        """
        if not units:
            return False
        ample = [unit for unit in units if self.employees[unit] >= 2 * self.limit]
        if ample:
            self.units.add(min(ample, key=lambda unit: (self.employees[unit], unit)))
        else:
            self.units.add(max(units, key=lambda unit: (self.employees[unit], unit)))
        return True

    def _hide_one_area(self, when: Quarter) -> None:
        """Hide the rammeområde with the fewest employees that has figures in the quarter; else the municipality."""
        candidates = [area for area in self.by_area if area not in self.areas and when in self.by_area[area]]
        if candidates:
            self.areas.add(min(candidates, key=lambda area: (self._number(self.by_area[area][when]), area)))
        else:
            self.whole = True

    def _fewest(self) -> dict[str, int]:
        fewest: dict[str, int] = {}
        for cell in self.cells:
            fewest[cell.unit] = min(fewest.get(cell.unit, cell.employees), cell.employees)
        return fewest

    @staticmethod
    def _number(cells: Iterable[Cell]) -> int:
        return sum(cell.employees for cell in cells)
