"""Search: each room offers what it knows, by code and by name; a letter wrong is forgiven.

    SOURCES = (Source("virksomhet", _("Virksomheter"), "SELECT code, name, '' AS note, '' AS place FROM …", href),)
    search.register(lambda text, user: find(SOURCES, text))

Names are compared with the trigrams of PostgreSQL. A room asks one question for all of its sources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.db import connection

from roros.access import Someone
from roros.columns import norwegian
from roros.components import Text

SHORTEST, LONGEST = 2, 100  # letters of a search; a single digit is a code
MOST_HITS = 20  # per group
ONLY_ALIKE = 6  # the rank from which the text itself is not there
ALIKE = 0.45  # of the trigrams: "barnhage" finds Røros barnehage


@dataclass(frozen=True)
class Hit:
    """One thing found."""

    code: str
    name: str
    note: str
    href: str
    rank: int  # 0 is exactly the code; the higher, the less alike


@dataclass(frozen=True)
class Group:
    """What was found of one kind, the most alike first."""

    name: str
    label: Text
    hits: tuple[Hit, ...]
    total: int

    def certain(self) -> Group | None:
        """This will leave out what is only alike; None when nothing is left."""
        hits = tuple(hit for hit in self.hits if hit.rank < ONLY_ALIKE)
        total = self.total if len(hits) == len(self.hits) else len(hits)
        return Group(self.name, self.label, hits, total) if hits else None


@dataclass(frozen=True)
class Source:
    """One kind of thing: a SELECT of code, name, note (shown and searched too) and place (for the address)."""

    name: str
    label: Text
    select: str
    href: Callable[[str, str], str]  # of code and place


Provider: TypeAlias = Callable[[str, Someone], Sequence[Group]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """This will let a room answer searches; call it in the app's `ready()`."""
    _providers.append(provider)


def is_searchable(text: str) -> bool:
    """This will say whether a text is long enough to look for."""
    return len(text) >= SHORTEST or text.isdigit()


def search(text: str, user: Someone) -> list[Group]:
    """This will return what every room finds, the groups with an exact code or name first."""
    wanted = " ".join(text.split())[:LONGEST]
    if not is_searchable(wanted):
        return []
    found = [group for provider in _providers for group in provider(wanted, user)]
    # A letter wrong is forgiven only when the text as it was written is nowhere.
    found = [certain for group in found if (certain := group.certain())] or found
    best = {group.name: min(hit.rank for hit in group.hits) for group in found}
    return sorted(found, key=lambda group: best[group.name] > 1)  # stable: the rooms' own order


def find(sources: Iterable[Source], text: str) -> list[Group]:
    """This will look for a text in several kinds of things with one question to the database."""
    sources = tuple(sources)
    parts = " UNION ALL ".join(
        f"SELECT '{source.name}' AS kind, code::text, name::text, note::text, place::text FROM ({source.select}) s"
        for source in sources
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH things AS (
                SELECT *, lower(CASE WHEN %(text)s ~ '^[0-9]{{1,3}}$' THEN name ELSE name || ' ' || note END) AS words
                FROM ({parts}) all_things),
            ranked AS (
                SELECT kind, code, name, note, place, CASE
                    WHEN lower(code) = %(text)s THEN 0
                    WHEN lower(name) = %(text)s THEN 1
                    WHEN starts_with(lower(code), %(text)s) THEN 2
                    WHEN starts_with(lower(name), %(text)s) THEN 3
                    WHEN position(%(text)s IN code || ' ' || words) > 0 THEN 4
                    WHEN (SELECT bool_and(position(word IN lower(code) || ' ' || words) > 0)
                          FROM unnest(string_to_array(%(text)s, ' ')) word) THEN 5
                    WHEN %(text)s ~ '^[^0-9]{{4,}}$' AND word_similarity(%(text)s, words) >= %(alike)s
                        THEN {ONLY_ALIKE} + round((1 - word_similarity(%(text)s, words)) * 100)
                    END::int AS rank
                FROM things),
            found AS (
                SELECT *, count(*) OVER (PARTITION BY kind) AS total,
                       row_number() OVER (PARTITION BY kind ORDER BY rank, name, code) AS nth
                FROM ranked WHERE rank IS NOT NULL)
            SELECT kind, code, name, note, place, rank, total FROM found WHERE nth <= %(most)s
            """,
            {"text": text.lower(), "alike": ALIKE, "most": MOST_HITS},
        )
        rows = cursor.fetchall()
    groups = []
    for source in sources:
        mine = [row for row in rows if row[0] == source.name]
        hits = [
            Hit(code, name, note, source.href(code, place), rank) for _kind, code, name, note, place, rank, _n in mine
        ]
        hits.sort(key=lambda hit: (hit.rank, norwegian(hit.name), hit.code))
        if hits:
            groups.append(Group(source.name, source.label, tuple(hits), mine[0][6]))
    return groups
