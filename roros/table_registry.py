"""The tables that rooms offer as files by name, beside the deviation tables: `export_table NAME` finds them here.

A room registers its tables in its app's `ready()`; the page's own `?_export=` calls the same function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from roros.exports import ExportTable


@dataclass(frozen=True)
class TableQuery:
    """What to export: the newest year when none is told; filters by name, such as `rammeomrade`."""

    year: int | None = None
    period: int | None = None
    filters: Mapping[str, str] = field(default_factory=dict)


class NoSuchTable(ValueError):
    """There is nothing to export for what was asked; the message is for the user."""


Export: TypeAlias = Callable[[TableQuery], ExportTable]

_exports: dict[str, Export] = {}


def register(name: str, export: Export) -> None:
    """This will make a table known by its name."""
    _exports[name] = export


def names() -> list[str]:
    """This will return the names of the rooms' tables, sorted."""
    return sorted(_exports)


def get(name: str) -> Export:
    """This will return what makes the table; KeyError for a name that nobody registered."""
    return _exports[name]
