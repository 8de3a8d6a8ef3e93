"""Workbooks of the climate room, row by row."""

from __future__ import annotations

from typing import Any

EMISSIONS = ("Fylke", "Kommunenummer", "Kommune", "År", "Sektor", "Klimagass", "Utslipp (tonn CO2-ekvivalenter)")
PEOPLE = ("Kommune", "År", "Innbyggere", "Kilde")
TARGETS = ("Klimamål", "Kommune", "Basisår", "Målår", "Reduksjon i prosent", "Oppgitt mål i tonn", "Gjelder")
MEASURES = ("Nr", "Tiltak", "Sektor", "Ansvarlig (rolle)", "Frist", "Kostnad", "Årlig virkning i tonn", "Status")
NOTES = ("Kommune", "År", "Sektor", "Merknad til tallet")


def emission(
    sector: Any = "Jordbruk",
    tonnes: Any = 100,
    *,
    town: str = "Røros",
    year: Any = 2020,
    gas: Any = "CO2",
    number: Any = 5025,
) -> list[Any]:
    """One row of emissions."""
    return ["Trøndelag", number, town, year, sector, gas, tonnes]


def target(base: Any = 2009, year: Any = 2030, percent: Any = 40, printed: Any = None, basis: Any = None) -> list[Any]:
    """One target."""
    return ["Fra kobber til klima", "Røros", base, year, percent, printed, basis]


def measure(number: Any = 1, status: Any = "Iht. plan", deadline: Any = None, cost: Any = None) -> list[Any]:
    """One measure."""
    return [number, f"Tiltak {number}", "Veitrafikk", "Kommunedirektør", deadline, cost, None, status]
