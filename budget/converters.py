"""What may stand in an address of the budget room; registered by importing this module."""

from __future__ import annotations

from django.urls import register_converter

from budget.selection import Level


class LevelConverter:
    """One of the levels, as the address names it."""

    regex = "|".join(Level)

    def to_python(self, value: str) -> Level:
        """This will return the level."""
        return Level(value)

    def to_url(self, value: str) -> str:
        """This will return what stands in the address."""
        return str(value)


register_converter(LevelConverter, "level")
