"""What a climate target asks for: its tonnes, the path to it, what is left, and whether two printed figures agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from climate.models import EmissionTarget
from climate.queries.emissions import Series, emitted_by
from roros.numbers import round_half_away
from roros.together import read_together

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Target:
    """A target beside the emissions of its base year."""

    id: int
    name: str
    base_year: int
    target_year: int
    percent: Decimal
    printed: Decimal | None  # the tonnes that somebody wrote down for it
    follows_printed: bool
    base: Decimal  # the emissions of the base year
    decision: str = ""
    source: str = ""

    @classmethod
    def of(cls, row: EmissionTarget, base: Decimal) -> Target:
        """This will return the stored target beside the emissions of its base year."""
        return cls(
            id=row.pk,
            name=row.name,
            base_year=row.base_year,
            target_year=row.target_year,
            percent=row.percent,
            printed=row.printed_tonnes,
            follows_printed=row.basis == EmissionTarget.Basis.PRINTED,
            base=base,
            decision=row.decision,
            source=row.source,
        )

    @property
    def from_percent(self) -> Decimal:
        """This will return the tonnes that the percent gives."""
        return self.base * (HUNDRED - self.percent) / HUNDRED

    @property
    def tonnes(self) -> Decimal:
        """This will return the tonnes that the pages follow."""
        return self.printed if self.follows_printed and self.printed is not None else self.from_percent

    @property
    def printed_percent(self) -> Decimal | None:
        """This will return the reduction that the printed tonnes are, in percent of the base year."""
        if self.printed is None or not self.base:
            return None
        return (self.base - self.printed) * HUNDRED / self.base

    @property
    def agrees(self) -> bool:
        """This will say whether the printed tonnes are those of the percent, as far as they were written out."""
        if self.printed is None:
            return True
        places = max(0, -int(self.printed.normalize().as_tuple().exponent))
        return round_half_away(self.from_percent, places) == self.printed

    def path(self, year: int) -> Decimal:
        """This will return where the emissions should be in a year when they fall by as many tonnes every year."""
        if year <= self.base_year:
            return self.base
        if year >= self.target_year:
            return self.tonnes
        done = Decimal(year - self.base_year) / (self.target_year - self.base_year)
        return self.base + (self.tonnes - self.base) * done

    def left(self, year: int, emitted: Decimal) -> Left:
        """This will return what is left to cut after a year with these emissions."""
        return Left(emitted, self.tonnes, self.target_year - year)


@dataclass(frozen=True)
class Left:
    """What is left to cut."""

    emitted: Decimal
    target: Decimal
    years: int  # until the target year; 0 or less when it has come

    @property
    def tonnes(self) -> Decimal:
        """This will return the tonnes above the target; negative when it is passed."""
        return self.emitted - self.target

    @property
    def is_reached(self) -> bool:
        """This will say whether the emissions are at the target or below it."""
        return self.tonnes <= 0

    @property
    def percent(self) -> Decimal | None:
        """This will return the cut in percent of the emissions now."""
        return self.tonnes * HUNDRED / self.emitted if self.emitted else None

    @property
    def yearly(self) -> Decimal | None:
        """This will return the cut that every year must bring; None when the target year has come or it is reached."""
        return self.tonnes / self.years if self.years > 0 and not self.is_reached else None


def targets_of(municipality: str, totals: dict[int, Decimal]) -> list[Target]:
    """This will return the municipality's targets whose base year has figures, the nearest first."""
    return _with_base(_rows(municipality), totals)


def emissions_and_targets(municipality: str) -> tuple[Series, dict[int, Decimal], list[Target]]:
    """This will return a municipality's emissions, the total of each year, and its targets, with one query."""
    emitted, rows = read_together(emitted_by(municipality), _rows(municipality))
    series = Series(municipality, {(year, sector): tonnes for year, sector, tonnes in emitted})
    totals = {year: total for year in series.years if (total := series.total(year)) is not None}
    return series, totals, _with_base(rows, totals)


def _rows(municipality: str) -> QuerySet[EmissionTarget]:
    return EmissionTarget.objects.filter(municipality=municipality).order_by("target_year")


def _with_base(rows: Iterable[EmissionTarget], totals: dict[int, Decimal]) -> list[Target]:
    return [Target.of(row, totals[row.base_year]) for row in rows if row.base_year in totals]


def current(targets: list[Target], year: int) -> Target | None:
    """This will return the target to look at after a year: the nearest one ahead, else the last one."""
    ahead = [target for target in targets if target.target_year >= year]
    return ahead[0] if ahead else targets[-1] if targets else None
