"""What a room offers to the front page: a finding, a short table or list, and the way to its page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from roros.components import Status, Text


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


def fitting_year(years: list[int] | tuple[int, ...], wanted: int) -> int | None:
    """This will return the year that the page is about, else the newest one before it, else the newest of all."""
    if not years:
        return None
    return max((year for year in years if year <= wanted), default=max(years))
