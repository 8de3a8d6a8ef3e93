"""The story of one figure: how it adds up, the lines and amendments behind it, and where they came from."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from budget.queries.scope import line_scope
from budget.selection import Selection

LARGEST = 3


class Figure(StrEnum):
    """A column of the deviation table whose story can be told; the value stands in the URL."""

    DEVIATION = "avvik"
    ACTUAL = "regnskap"
    ORIGINAL = "opprinnelig_budsjett"
    REVISED = "revidert_budsjett"
    LAST_YEAR = "regnskap_fjor"

    @property
    def label(self) -> str | Promise:
        """This will return what the column is called."""
        return _LABELS[self]


_LABELS: dict[Figure, str | Promise] = {
    Figure.DEVIATION: _("Avvik"),
    Figure.ACTUAL: _("Regnskap"),
    Figure.ORIGINAL: _("Opprinnelig budsjett"),
    Figure.REVISED: _("Revidert budsjett"),
    Figure.LAST_YEAR: _("Regnskap i fjor"),
}


class LineKind(StrEnum):
    """Which ledger lines; the value stands in the URL. Last year's are those that this year's structure gathers."""

    ACTUAL = "regnskap"
    ORIGINAL = "budsjett"
    AMENDMENT = "endring"
    LAST_YEAR = "regnskap_fjor"

    @property
    def label(self) -> str | Promise:
        """This will return the word for the kind."""
        return _KINDS[self]

    @property
    def stored(self) -> str:
        """This will return the kind that the lines have in the ledger."""
        return LineKind.ACTUAL.value if self is LineKind.LAST_YEAR else self.value


_KINDS: dict[LineKind, str | Promise] = {
    LineKind.ACTUAL: _("Regnskap"),
    LineKind.ORIGINAL: _("Opprinnelig budsjett"),
    LineKind.AMENDMENT: _("Budsjettendringer"),
    LineKind.LAST_YEAR: _("Regnskap i fjor"),
}


@dataclass(frozen=True)
class Source:
    """The lines of one kind that one import run supplied to a figure."""

    kind: LineKind
    run_id: int | None
    file_name: str
    sheet: str
    first_row: int | None
    last_row: int | None
    lines: int
    amount: Decimal
    imported_at: datetime.datetime | None
    imported_by: str  # a role, never a person's name
    case_number: str = ""  # the council's case for the original budget, where it is recorded


@dataclass(frozen=True)
class AmendmentEffect:
    """What one adopted amendment did to a figure: kroner added and taken."""

    number: str
    case_number: str
    body: str
    decided_on: datetime.date
    added: Decimal
    taken: Decimal

    @property
    def net(self) -> Decimal:
        """This will return what the amendment changed the budget by."""
        return self.added + self.taken


@dataclass(frozen=True)
class LargeLine:
    """One of the largest lines behind a figure."""

    ansvar: str
    ansvar_name: str
    tjeneste: str
    art: str
    art_name: str
    period: int
    year: int
    amount: Decimal
    sheet_row: int | None
    run_id: int | None


@dataclass(frozen=True)
class FigureStory:
    """What a figure is made of, in kroner; a source that was never read in is missing from `sources`."""

    sources: tuple[Source, ...]
    amendments: tuple[AmendmentEffect, ...]
    largest: tuple[LargeLine, ...]

    def amount(self, kind: LineKind) -> Decimal | None:
        """This will return the sum of the lines of a kind; None when none was read in."""
        found = [source.amount for source in self.sources if source.kind is kind]
        return sum(found, Decimal(0)) if found else None

    def lines(self, kind: LineKind) -> int:
        """This will return how many lines of a kind are behind the figure."""
        return sum(source.lines for source in self.sources if source.kind is kind)


def figure_story(selection: Selection, kinds: Sequence[LineKind], largest_of: LineKind) -> FigureStory:
    """This will gather sources, amendments and the largest lines of a selection; the kinds are of one year."""
    sources = _sources(selection, kinds)
    amendments = _amendments(selection) if LineKind.AMENDMENT in kinds else ()
    total = sum((source.amount for source in sources if source.kind is largest_of), Decimal(0))
    return FigureStory(sources, amendments, _largest(selection, largest_of, income=total < 0))


def line_year(selection: Selection, kind: LineKind) -> int:
    """This will return the year that lines of the kind are booked in."""
    return selection.year - 1 if kind is LineKind.LAST_YEAR else selection.year


def _sources(selection: Selection, kinds: Sequence[LineKind]) -> tuple[Source, ...]:
    """One row per kind and run. A kind that was read in for the year, but holds nothing here, has a row of 0."""
    (year,) = {line_year(selection, kind) for kind in kinds}
    held = line_scope(selection, year)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH sums AS (
                SELECT b.kind, b.import_run_id, min(b.sheet_row) AS first, max(b.sheet_row) AS last,
                       count(*) AS n, sum(b.amount) AS amount
                FROM {held.source} WHERE b.kind = ANY(%(stored)s) AND {held.condition} GROUP BY 1, 2)
            SELECT w.name, s.import_run_id, coalesce(r.file_name, ''), coalesce(r.sheets -> 0 ->> 'sheet', ''),
                   s.first, s.last, coalesce(s.n, 0), coalesce(s.amount, 0), r.committed_at,
                   (SELECT string_agg(role, ',' ORDER BY role) FROM roros_roleassignment a
                    WHERE a.user_id = r.committed_by_id),
                   CASE WHEN w.stored = 'budsjett' THEN
                       coalesce((SELECT case_number FROM budget_budgetyear y WHERE y.year = %(year)s), '') ELSE '' END
            FROM unnest(%(names)s::text[], %(stored)s::text[]) w(name, stored)
            LEFT JOIN sums s ON s.kind = w.stored
            LEFT JOIN roros_importrun r ON r.id = s.import_run_id
            WHERE s.n > 0
               OR EXISTS (SELECT 1 FROM budget_activeslice c WHERE c.kind = w.stored AND c.year = %(year)s)
               OR w.stored = 'endring' AND EXISTS (
                   SELECT 1 FROM budget_amendment a WHERE a.year = %(year)s AND a.status = 'vedtatt')
            ORDER BY w.name, s.import_run_id
            """,
            {
                **held.parameters,
                "names": [kind.value for kind in kinds],
                "stored": [kind.stored for kind in kinds],
            },
        )
        return tuple(
            Source(LineKind(name), run, file_name, sheet, first, last, count, amount, when, roles or "", case)
            for name, run, file_name, sheet, first, last, count, amount, when, roles, case in cursor.fetchall()
        )


def _amendments(selection: Selection) -> tuple[AmendmentEffect, ...]:
    held = line_scope(selection, selection.year)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT a.number, a.case_number, a.body, a.decided_on,
                   coalesce(sum(b.amount) FILTER (WHERE b.amount > 0), 0),
                   coalesce(sum(b.amount) FILTER (WHERE b.amount < 0), 0)
            FROM {held.source} JOIN budget_amendment a ON a.id = b.amendment_id
            WHERE b.kind = 'endring' AND {held.condition} GROUP BY a.id ORDER BY a.decided_on, a.number
            """,
            held.parameters,
        )
        return tuple(AmendmentEffect(*row) for row in cursor.fetchall())


def _largest(selection: Selection, kind: LineKind, *, income: bool) -> tuple[LargeLine, ...]:
    """The largest expenses, or the largest incomes where the figure itself is an income."""
    held = line_scope(selection, line_year(selection, kind))
    direction = "ASC" if income else "DESC"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT l.ansvar_id, coalesce(n.name, ''), l.tjeneste_id, l.art_id, coalesce(t.name, ''), l.period, l.year,
                   l.amount, l.sheet_row, l.import_run_id
            FROM (SELECT b.* FROM {held.source} WHERE b.kind = %(kind)s AND {held.condition}
                  ORDER BY b.amount {direction}, b.id LIMIT {LARGEST}) l
            LEFT JOIN roros_ansvar n ON n.code = l.ansvar_id LEFT JOIN budget_art t ON t.code = l.art_id
            ORDER BY l.amount {direction}, l.id
            """,
            {**held.parameters, "kind": kind.stored},
        )
        return tuple(LargeLine(*row) for row in cursor.fetchall())
