"""The addresses that tables and pages of the room lead to."""

from __future__ import annotations

from django.urls import reverse

from hr.queries.sick_leave import Key, Level


def year_address(year: int) -> str:
    """This will return the page of a year."""
    return reverse("hr:sick_leave_year", args=[year])


def node_address(key: Key, year: int) -> str:
    """This will return the page of a unit or rammeområde, or of the year for the municipality."""
    if key.level is Level.UNIT:
        return reverse("hr:sick_leave_unit", args=[year, key.code])
    if key.level is Level.AREA:
        return reverse("hr:sick_leave_area", args=[year, key.code])
    return year_address(year)
