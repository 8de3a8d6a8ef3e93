"""What was let out: per municipality, sector, gas and year, and per inhabitant. Sums are made in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet, Sum

from climate.models import Emission, EmissionNote, Population
from roros.columns import norwegian


@dataclass(frozen=True)
class Places:
    """Which municipalities and years there are figures for."""

    municipalities: tuple[str, ...]  # the own one first, then as Norwegians sort
    years: dict[str, tuple[int, ...]]  # the newest first

    @property
    def default(self) -> str:
        """This will return the municipality that a page shows unless told otherwise; "" without figures."""
        return self.municipalities[0] if self.municipalities else ""


@dataclass(frozen=True)
class Series:
    """One municipality's emissions per sector in all years."""

    municipality: str
    tonnes: dict[tuple[int, str], Decimal]

    @property
    def years(self) -> tuple[int, ...]:
        """This will return the years with figures, the oldest first."""
        return tuple(sorted({year for year, _sector in self.tonnes}))

    @property
    def sectors(self) -> tuple[str, ...]:
        """This will return the sectors, sorted."""
        return tuple(sorted({sector for _year, sector in self.tonnes}, key=norwegian))

    def of(self, year: int, sector: str) -> Decimal | None:
        """This will return a sector's emissions in a year; None when they are not known."""
        return self.tonnes.get((year, sector))

    def total(self, year: int) -> Decimal | None:
        """This will return what all sectors let out in a year; None when nothing is known."""
        found = [tonnes for (known, _sector), tonnes in self.tonnes.items() if known == year]
        return sum(found, Decimal(0)) if found else None


@dataclass(frozen=True)
class MunicipalityRow:
    """One municipality in one year."""

    name: str
    tonnes: Decimal
    inhabitants: int | None
    is_own: bool

    @property
    def per_inhabitant(self) -> Decimal | None:
        """This will return tonnes per inhabitant; None when nobody has told how many they are."""
        return self.tonnes / self.inhabitants if self.inhabitants else None


def places() -> Places:
    """This will return which municipalities and years have figures."""
    years: dict[str, list[int]] = {}
    for name, year in Emission.objects.order_by("-year").values_list("municipality", "year").distinct():
        years.setdefault(name, []).append(year)
    own = settings.MUNICIPALITY_NAME
    names = sorted(years, key=lambda name: (name != own, norwegian(name)))
    return Places(tuple(names), {name: tuple(found) for name, found in years.items()})


def series_of(municipality: str) -> Series:
    """This will return a municipality's emissions per year and sector."""
    return Series(municipality, {(year, sector): tonnes for year, sector, tonnes in emitted_by(municipality)})


def emitted_by(municipality: str) -> QuerySet[Emission, tuple[int, str, Decimal]]:
    """This will ask for (year, sector, tonnes) of a municipality."""
    found = Emission.objects.filter(municipality=municipality).order_by().values_list("year", "sector")
    return found.annotate(tonnes=Sum("tonnes"))


def gases_of(municipality: str, year: int) -> dict[tuple[str, str], Decimal]:
    """This will return a municipality's emissions in a year per (sector, gas)."""
    rows = Emission.objects.filter(municipality=municipality, year=year).values_list("sector", "gas", "tonnes")
    return {(sector, gas): tonnes for sector, gas, tonnes in rows}


def municipalities_in(year: int) -> list[MunicipalityRow]:
    """This will return every municipality in a year: the own one first, then those with the largest emissions."""
    own = settings.MUNICIPALITY_NAME
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT e.municipality, sum(e.tonnes), min(p.inhabitants)
               FROM climate_emission e
                    LEFT JOIN climate_population p ON p.municipality = e.municipality AND p.year = e.year
               WHERE e.year = %s GROUP BY e.municipality ORDER BY e.municipality <> %s, sum(e.tonnes) DESC""",
            [year, own],
        )
        return [MunicipalityRow(name, tonnes, people, name == own) for name, tonnes, people in cursor.fetchall()]


def inhabitants_of(municipality: str, years: Sequence[int]) -> dict[int, int]:
    """This will return how many lived there in those years, as far as is known."""
    rows = Population.objects.filter(municipality=municipality, year__in=years)
    return dict(rows.values_list("year", "inhabitants"))


def notes_of(municipality: str, years: Sequence[int]) -> list[EmissionNote]:
    """This will return the remarks to a municipality's figures in those years."""
    return list(EmissionNote.objects.filter(municipality=municipality, year__in=years).order_by("-year", "sector"))


def printed_order(year: int) -> list[tuple[str, str, Decimal]]:
    """This will return (municipality, sector, tonnes) of a year: by sector, municipalities as `municipalities_in`."""
    order = {row.name: place for place, row in enumerate(municipalities_in(year))}
    rows = (
        Emission.objects.filter(year=year)
        .order_by()
        .values_list("municipality", "sector")
        .annotate(tonnes=Sum("tonnes"))
    )
    return sorted(rows, key=lambda row: (norwegian(row[1]), order[row[0]]))
