"""What a reader chose last: the scale of amounts and the columns of a table. An address that says something else wins.

Kept in cookies of the site alone, so that it works without a script and before anybody signs in.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from django.http import HttpRequest, HttpResponseBase

from roros.numbers import Scale

SCALE, COLUMNS = "skala", "kolonner"
CHOSEN, COLUMN = "valgt", "kolonne"  # in an address: that columns were chosen, and each of them
YEAR = 365 * 24 * 60 * 60
_SCALES = frozenset(scale.value for scale in Scale)
_NAMES = re.compile(r"[a-z_]{0,40}(?:\.[a-z_]{1,40}){0,30}\Z", re.ASCII)


def scale_of(request: HttpRequest) -> Scale:
    """This will return the scale that the reader chose last; 1000 kr for a new reader."""
    value = request.COOKIES.get(SCALE, "")
    return Scale(value) if value in _SCALES else Scale.TKR


def columns_of(request: HttpRequest) -> frozenset[str] | None:
    """This will return the columns that the address names, else those the reader chose last; None for all."""
    if CHOSEN in request.GET:
        return _named(".".join(request.GET.getlist(COLUMN)))
    return _named(request.COOKIES[COLUMNS]) if COLUMNS in request.COOKIES else None


def choices_of(request: HttpRequest) -> tuple[str, ...]:
    """This will return all that is remembered, for the keys of kept pages."""
    columns = columns_of(request)
    return (scale_of(request).value, "" if columns is None else ".".join(sorted(columns)))


def remember(request: HttpRequest, response: HttpResponseBase) -> None:
    """This will remember what the address asks for."""
    scale, columns = request.GET.get(SCALE, ""), columns_of(request)
    if scale in _SCALES and scale != request.COOKIES.get(SCALE):
        _keep(response, SCALE, scale)
    if CHOSEN in request.GET and columns is not None:
        _keep(response, COLUMNS, ".".join(sorted(columns)))


def _keep(response: HttpResponseBase, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True)


def _named(text: str) -> frozenset[str] | None:
    return frozenset(filter(None, text.split("."))) if _NAMES.match(text) else None


def kept_parameters(request: HttpRequest) -> list[tuple[str, str]]:
    """This will return what the form that chooses columns must not lose of the address."""
    leave = (CHOSEN, COLUMN, "_export")
    return [(name, value) for name, values in request.GET.lists() if name not in leave for value in values]


def hidden(optional: Collection[str], chosen: Collection[str] | None) -> list[str]:
    """This will return those of the optional columns that are not chosen."""
    return [] if chosen is None else [name for name in optional if name not in chosen]
