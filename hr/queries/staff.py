"""Staff figures, with the target that each is measured against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from hr.models import FigureKind, StaffFigure
from roros.lines import Missing

LEAVE = "foreldrepermisjon"  # indicators that begin so are about few people, by gender
LEAVE_COUNT = "antall"


@dataclass(frozen=True)
class StaffRow:
    """One figure as it may be shown."""

    id: int
    indicator: str
    group: str
    year: int | None
    kind: FigureKind
    value: Decimal | Missing
    unit: str
    note: str

    @property
    def sort_of_figure(self) -> str:
        """This will return what kind of figure this is, in a word."""
        return str(self.kind.label)


@dataclass(frozen=True)
class Goal:
    """An indicator with a target: where it began, where it is and where it shall be."""

    indicator: str
    unit: str
    first: StaffRow
    latest: StaffRow
    target: StaffRow

    @property
    def distance(self) -> Decimal | None:
        """This will return how much is left; negative when the target is passed. None when a figure is hidden."""
        if isinstance(self.latest.value, Missing) or isinstance(self.target.value, Missing):
            return None
        return self.target.value - self.latest.value

    @property
    def is_met(self) -> bool:
        """This will return whether the target is reached."""
        return self.distance is not None and self.distance <= 0


def staff_figures(*, year: int | None = None) -> list[StaffRow]:
    """This will return the figures in the order of the register, of one year or all."""
    rows = StaffFigure.objects.order_by("place", "id")
    shown = _without_small_groups(list(rows))
    return [row for row in shown if year is None or row.year == year]


def goals(rows: Iterable[StaffRow]) -> list[Goal]:
    """This will return the indicators that have a target and a result of the same group."""
    found = []
    by_indicator: dict[tuple[str, str], list[StaffRow]] = {}
    for row in rows:
        if row.year is not None:
            by_indicator.setdefault((row.indicator, row.group), []).append(row)
    for (indicator, _group), same in by_indicator.items():
        results = sorted((row for row in same if row.kind == FigureKind.RESULT), key=lambda row: row.year or 0)
        targets = sorted((row for row in same if row.kind == FigureKind.TARGET), key=lambda row: row.year or 0)
        if results and targets:
            found.append(Goal(indicator, results[-1].unit, results[0], results[-1], targets[-1]))
    return found


def _without_small_groups(rows: list[StaffFigure]) -> list[StaffRow]:
    """Parental leave of fewer people than the limit is not shown, neither their number nor how long they were away."""
    few = {
        (row.group, row.year)
        for row in rows
        if row.indicator.lower().startswith(LEAVE)
        and LEAVE_COUNT in row.indicator.lower()
        and row.kind == FigureKind.RESULT
        and row.value < settings.SMALL_GROUP
    }
    return [
        StaffRow(
            id=row.pk,
            indicator=row.indicator,
            group=row.group,
            year=row.year,
            kind=FigureKind(row.kind),
            value=Missing.HIDDEN
            if row.indicator.lower().startswith(LEAVE) and (row.group, row.year) in few
            else row.value.normalize() + 0,
            unit=row.unit,
            note=row.note,
        )
        for row in rows
    ]
