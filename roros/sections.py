"""Sections that rooms offer to the front page, and rendered parts that are kept as long as no figure moved."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.safestring import SafeString

from roros.access import access_scope
from roros.caching import code_version
from roros.components import Status, Text
from roros.models import DataVersion

KEPT_SECONDS = 24 * 60 * 60  # the version in the key is what makes a part stale; this only frees the memory


@dataclass(frozen=True)
class Item:
    """One line of a list: what it is, a figure or a status beside it, and a sentence below."""

    label: Text
    href: str
    figure: Text = ""
    status: Status | None = None
    note: Text = ""


@dataclass(frozen=True)
class Section:
    """What a room tells on the front page: a finding, a short table or list, and the way to its page."""

    id: str
    finding: Text
    link_label: Text
    href: str
    table: SafeString | None = None
    items: tuple[Item, ...] = ()
    note: Text = ""
    empty: Text = ""  # said in place of a list without lines


def kept(request: HttpRequest, name: str, build: Callable[[], str]) -> SafeString:
    """This will return a rendered part, built anew when figures, access, code or address are other than last time.

    The version is read before the part is built: a part that was built while figures moved is kept under the old
    version, which nobody asks for again. The part must not hold anything of the user but what the scope names.
    """
    if settings.DEBUG:
        return SafeString(build())
    version = DataVersion.objects.values_list("version", flat=True).first()
    parts = (name, version, access_scope(request.user), request.get_full_path(), code_version())
    key = f"part-{hashlib.sha256(repr(parts).encode()).hexdigest()}"
    found: str | None = cache.get(key)
    if found is None:
        found = build()
        cache.set(key, found, KEPT_SECONDS)
    return SafeString(found)


def fitting_year(years: list[int] | tuple[int, ...], wanted: int) -> int | None:
    """This will return the year that the page is about, else the newest one before it, else the newest of all."""
    if not years:
        return None
    return max((year for year in years if year <= wanted), default=max(years))
