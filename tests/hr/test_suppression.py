"""Nothing that is shown may give away what is hidden: decided for examples, and for random municipalities."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hr.queries.sick_leave import WHOLE, Key, Level, SickLeaveBook
from hr.suppression import Cell, hide
from roros.lines import Missing
from tests.hr.days import LIMIT, book, cell

PRIME = 2**61 - 1  # sums are solved modulo a prime: exact, and quicker than fractions


class Published:
    """Sums that somebody knows, as linear equations over the days of each unit and quarter."""

    def __init__(self) -> None:
        self.pivots: dict[int, dict[int, int]] = {}
        self.places: dict[tuple[str, int], int] = {}

    def add(self, sum_of: Iterable[tuple[str, int]]) -> None:
        left = self._reduced(sum_of)
        if left:
            pivot = min(left)
            inverse = pow(left[pivot], -1, PRIME)
            self.pivots[pivot] = {place: value * inverse % PRIME for place, value in left.items()}

    def tells(self, sum_of: Iterable[tuple[str, int]]) -> bool:
        """Whether the sum follows from the others."""
        return not self._reduced(sum_of)

    def _reduced(self, sum_of: Iterable[tuple[str, int]]) -> dict[int, int]:
        left = {self.places.setdefault(one, len(self.places)): 1 for one in sum_of}
        while True:
            place = min((place for place in left if place in self.pivots), default=None)
            if place is None:
                return left
            factor = left[place]
            for other, value in self.pivots[place].items():
                left[other] = (left.get(other, 0) - factor * value) % PRIME
            left = {other: value for other, value in left.items() if value}


def days_of(cells: Iterable[Cell], key: Key, quarters: Iterable[int]) -> list[tuple[str, int]]:
    """The days that a figure is a sum of."""
    wanted = set(quarters)
    return [
        (one.unit, one.year * 4 + one.quarter - 1)
        for one in cells
        if one.year * 4 + one.quarter - 1 in wanted
        and (
            key == WHOLE
            or (key.level is Level.AREA and str(one.area) == key.code)
            or (key.level is Level.UNIT and one.unit == key.code)
        )
    ]


def learn(known: Published, shown: SickLeaveBook) -> list[list[tuple[str, int]]]:
    """Add everything that is shown, as if every percent told its days; return what is hidden."""
    hidden = []
    for key, window, share in shown.published():
        days = days_of(shown.cells, key, window.quarters)
        if share is Missing.HIDDEN:
            hidden.append(days)
        else:
            known.add(days)
    return hidden


def test_four_employees_are_hidden_and_five_are_shown() -> None:
    shown = book([cell("a", employees=4), cell("b", employees=5), cell("c", employees=40)])
    assert shown.hidden.small == {("a", 2021)}
    assert not shown.is_hidden(Key(Level.UNIT, "b"), 2021)
    assert shown.employees(Key(Level.UNIT, "a"), 2021) is None
    assert shown.employees(Key(Level.UNIT, "b"), 2021) == 5


def test_one_small_quarter_hides_the_whole_year_and_no_other() -> None:
    cells = [
        cell(unit, year=year, quarter=quarter, employees=4 if (unit, year, quarter) == ("a", 2021, 3) else 30)
        for unit in ("a", "b", "c")
        for year in (2020, 2021)
        for quarter in (1, 2, 3, 4)
    ]
    hidden = hide(cells, limit=LIMIT)
    assert hidden.small == {("a", 2021)}
    assert {year for _unit, year in hidden.units} == {2021}


def test_the_cover_is_the_smallest_that_is_at_least_twice_the_limit() -> None:
    cells = [cell("felles", employees=9), cell("kino", employees=3), cell("kulturskole", employees=11)]
    assert hide(cells, limit=LIMIT).units == {("kino", 2021), ("kulturskole", 2021)}
    without = [cell("felles", employees=9), cell("kino", employees=3), cell("arkiv", employees=6)]
    assert hide(without, limit=LIMIT).units == {("kino", 2021), ("felles", 2021)}


def test_two_small_groups_that_are_few_together_are_covered_as_well() -> None:
    cells = [cell("a", employees=1), cell("b", employees=2), cell("c", employees=40)]
    assert hide(cells, limit=LIMIT).units == {("a", 2021), ("b", 2021), ("c", 2021)}


def test_two_small_groups_that_are_enough_together_cover_each_other() -> None:
    cells = [cell("a", employees=4), cell("b", employees=4), cell("c", employees=40)]
    assert hide(cells, limit=LIMIT).units == {("a", 2021), ("b", 2021)}


def test_a_small_rammeomrade_is_hidden_and_another_beside_it() -> None:
    cells = [
        cell("a", area=1, employees=3),
        cell("b", area=2, employees=12),
        cell("c", area=2, employees=30),
        cell("d", area=3, employees=90),
    ]
    hidden = hide(cells, limit=LIMIT)
    assert hidden.areas == {(1, 2021), (2, 2021)}
    assert hidden.small_areas == {(1, 2021)}
    assert hidden.units == {("a", 2021), ("b", 2021)}


def test_a_municipality_with_one_small_rammeomrade_alone_shows_nothing() -> None:
    assert hide([cell("a", employees=3)], limit=LIMIT).whole == {2021}


def test_a_sum_of_nothing_tells_that_everybody_was_well() -> None:
    cells = [
        cell("a", employees=3, short="0"),
        cell("b", employees=12, short="0"),
        cell("c", employees=30, short="0"),
        cell("d", employees=90, short="8"),
    ]
    assert ("d", 2021) in hide(cells, limit=LIMIT).units


def test_a_cover_that_was_chosen_is_chosen_again() -> None:
    before = [cell("a", employees=3), cell("b", employees=11), cell("c", employees=12)]
    covers = hide(before, limit=LIMIT).covers
    assert covers == {(2021, "enhet", "a"), (2021, "enhet", "b")}
    corrected = [cell("a", employees=3), cell("b", employees=14), cell("c", employees=12)]
    assert hide(corrected, limit=LIMIT).units == {("a", 2021), ("c", 2021)}
    assert hide(corrected, limit=LIMIT, covers=covers).units == {("a", 2021), ("b", 2021)}


def test_a_small_group_that_grew_still_covers_the_one_beside_it() -> None:
    before = [cell("a", employees=4), cell("b", employees=4), cell("c", employees=30)]
    covers = hide(before, limit=LIMIT).covers
    grown = [cell("a", employees=4), cell("b", employees=6), cell("c", employees=30)]
    assert ("b", 2021) in hide(grown, limit=LIMIT, covers=covers).units
    both_grown = [cell("a", employees=5), cell("b", employees=6), cell("c", employees=30)]
    assert hide(both_grown, limit=LIMIT, covers=covers).units == frozenset()


def test_an_earlier_cover_is_free_when_nobody_is_small() -> None:
    cells = [cell("a", employees=5), cell("b", employees=11)]
    assert hide(cells, limit=LIMIT, covers={(2021, "enhet", "b")}).units == frozenset()


def test_change_from_a_hidden_year_is_hidden() -> None:
    cells = [
        cell(unit, year=year, employees=3 if (unit, year) == ("a", 2020) else 20)
        for unit in ("a", "b", "c")
        for year in (2020, 2021)
    ]
    shown = book(cells)
    a = Key(Level.UNIT, "a")
    assert not shown.is_hidden(a, 2021)
    assert shown.change(a, 2021) is Missing.HIDDEN


def test_the_check_itself_finds_a_leak() -> None:
    """With the small unit alone hidden, the sum and the sibling give it away: the equations must say so."""
    known = Published()
    known.add([("a", 1), ("b", 1)])
    known.add([("b", 1)])
    assert known.tells([("a", 1)])
    assert not known.tells([("a", 2)])


units = st.integers(2, 7)
sizes = st.one_of(st.integers(0, 6), st.integers(5, 40))


@st.composite
def municipalities(draw: st.DrawFn) -> list[Cell]:
    """Units in up to three rammeområder over two years; sizes, places and quarters may differ between quarters."""
    cells = []
    for number in range(draw(units)):
        home, size = draw(st.integers(1, 3)), draw(sizes)
        for year in (2020, 2021):
            moves, present = draw(st.booleans()), draw(st.integers(1, 4))
            for quarter in range(1, 5):
                if quarter > present and draw(st.booleans()):
                    continue
                employees = draw(sizes) if draw(st.integers(0, 5)) == 0 else size
                area = home % 3 + 1 if moves and quarter > 2 and draw(st.integers(0, 3)) == 0 else home
                short, long = draw(st.integers(0, 9)), draw(st.integers(0, 9))
                cells.append(
                    Cell(year, quarter, f"u{number}", area, employees, Decimal(100), Decimal(short), Decimal(long))
                )
    assume(cells)
    return cells


@settings(max_examples=250, deadline=None)
@given(municipalities())
def test_no_hidden_figure_follows_from_what_is_shown(cells: list[Cell]) -> None:
    shown = book(cells)
    known = Published()
    hidden = learn(known, shown)
    assert [days for days in hidden if known.tells(days)] == []
    small = {(one.unit, one.year) for one in cells if one.employees < LIMIT}
    assert small <= shown.hidden.units


@settings(max_examples=150, deadline=None)
@given(municipalities(), st.lists(st.tuples(st.integers(0, 40), sizes), max_size=4))
def test_files_from_before_and_after_corrections_give_nothing_away(
    cells: list[Cell], corrections: list[tuple[int, int]]
) -> None:
    """The same days, but corrected numbers of employees: what was hidden in both files stays hidden from both."""
    known = Published()
    covers: set[tuple[int, str, str]] = set()
    always: set[tuple[str, int]] | None = None
    for place, employees in [(0, cells[0].employees), *corrections]:
        old = cells[place % len(cells)]
        cells = [
            Cell(c.year, c.quarter, c.unit, c.area, employees, c.agreed, c.short, c.long) if c is old else c
            for c in cells
        ]
        shown = book(cells, covers=frozenset(covers))
        covers |= shown.hidden.covers
        learn(known, shown)
        small = set(shown.hidden.small)
        always = small if always is None else always & small
    for unit, year in always or set():
        for quarter in range(1, 5):
            days = [
                (c.unit, c.year * 4 + c.quarter - 1)
                for c in cells
                if (c.unit, c.year, c.quarter) == (unit, year, quarter)
            ]
            assert not days or not known.tells(days)


def test_published_holds_everything_that_pages_and_files_ask_for() -> None:
    """Quarters, years, the part of last year that is compared with, and rolling years of every level."""
    shown = book([cell("a", quarter=quarter, year=year) for year in (2020, 2021) for quarter in (1, 2, 3, 4)])
    windows = {window for key, window, _share in shown.published() if key == WHOLE}
    assert len(windows) == 8 + 2 + 3  # quarters, years, rolling years over the turn


@pytest.mark.parametrize("limit", [1, 5, 10])
def test_limit_is_a_setting(limit: int) -> None:
    cells = [cell(f"u{employees}", employees=employees) for employees in range(1, 12)]
    small = {unit for unit, _year in hide(cells, limit=limit).small}
    assert small == {f"u{employees}" for employees in range(1, limit)}
