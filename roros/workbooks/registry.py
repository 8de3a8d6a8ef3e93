"""Which kinds of workbook there are. A room registers its own when Django starts."""

from __future__ import annotations

from roros.workbooks.kinds import WorkbookKind

_kinds: dict[str, WorkbookKind] = {}


def register(kind: WorkbookKind) -> None:
    """This will make the kind known; ValueError if its name is taken by another."""
    if _kinds.get(kind.name, kind) is not kind:
        raise ValueError(f"workbook kind {kind.name!r} is registered twice")
    _kinds[kind.name] = kind


def get(name: str) -> WorkbookKind:
    """This will return the kind; KeyError if nobody registered it."""
    return _kinds[name]


def all_kinds() -> list[WorkbookKind]:
    """This will return every kind, those that others build on first."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.name))
