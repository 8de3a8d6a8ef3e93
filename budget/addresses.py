"""Where a figure leads: its node, its story, its ledger lines and its amendments, with the filters it has."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from budget.queries.story import Figure, LineKind
from budget.selection import WITHOUT, Level, Selection
from roros.periods import CLOSING


def deviations_address(selection: Selection, **changes: Any) -> str:
    """This will return the address of the deviation table of a selection."""
    return reverse("budget:deviations", args=[selection.year]) + selection.url_parameters(**changes)


def charts_address(selection: Selection, **changes: Any) -> str:
    """This will return the page where the deviations of a selection are drawn."""
    return reverse("budget:deviation_charts", args=[selection.year]) + selection.url_parameters(
        **{"level": Level.RAMMEOMRADE, "opened": (), "order": "", "grouped": True, **changes}
    )


def node_address(selection: Selection, level: Level, code: str) -> str:
    """This will return the page of one code inside a selection; an ansvar needs no filter on what is above it."""
    inside = selection.where(**{level.value: None})
    if level is Level.ANSVAR:
        inside = inside.where(rammeomrade=None, virksomhet=None)
    query = inside.url_parameters(level=Level.RAMMEOMRADE, opened=(), order="", grouped=True)
    return reverse("budget:node", args=[selection.year, level.value, code or WITHOUT]) + query


def explained_address(selection: Selection, level: Level, code: str) -> str:
    """This will return what is said of the deviation of one code of the organisation."""
    query = Selection(selection.year, period=selection.period, default_period=selection.default_period).url_parameters()
    return reverse("budget:explained", args=[selection.year, level.value, code]) + query


def story_address(selection: Selection, figure: Figure = Figure.DEVIATION) -> str:
    """This will return the story of one figure of a selection."""
    query = selection.url_parameters(level=Level.RAMMEOMRADE, opened=(), order="", grouped=True)
    extra = urlencode({"kolonne": figure.value}) if figure is not Figure.DEVIATION else ""
    return _join(reverse("budget:story", args=[selection.year]), query, extra)


def lines_address(selection: Selection, kind: LineKind = LineKind.ACTUAL) -> str:
    """This will return the ledger lines of a selection."""
    query = selection.url_parameters(level=Level.RAMMEOMRADE, opened=(), order="", grouped=True)
    extra = urlencode({"slag": kind.value}) if kind is not LineKind.ACTUAL else ""
    return _join(reverse("budget:lines", args=[selection.year]), query, extra)


def amendments_address(selection: Selection) -> str:
    """This will return the amendments that touch a selection."""
    query = selection.url_parameters(level=Level.RAMMEOMRADE, opened=(), order="", grouped=True)
    return reverse("budget:amendments", args=[selection.year]) + query


def amendment_address(year: int, number: str) -> str:
    """This will return the page of one amendment."""
    return reverse("budget:amendment", args=[year, number])


def draft_address(year: int, pk: int) -> str:
    """This will return the page of an amendment that is not adopted."""
    return reverse("budget:amendment_draft", args=[year, pk])


def bridge_address(selection: Selection, level: Level | None = None, code: str = "") -> str:
    """This will return the way from original to revised budget, of one node or of the whole municipality."""
    inside = selection if level is None else selection.where(**{level.value: None})
    query = inside.url_parameters(
        level=Level.RAMMEOMRADE, opened=(), order="", grouped=True, period=CLOSING, default_period=CLOSING
    )
    if level is None:
        return reverse("budget:bridge", args=[selection.year]) + query
    return reverse("budget:bridge", args=[selection.year, level.value, code or WITHOUT]) + query


def _join(path: str, query: str, extra: str) -> str:
    if not extra:
        return path + query
    return f"{path}{query}&{extra}" if query else f"{path}?{extra}"
