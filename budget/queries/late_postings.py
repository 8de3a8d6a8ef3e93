"""What was booked in a period after its report was signed, on which account, and by which import or entry."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import connection

Account = tuple[str, str, str, str]  # ansvar, tjeneste, art, prosjekt
Interval = tuple[datetime.datetime, datetime.datetime | None]  # until now when the end is None


@dataclass(frozen=True)
class Source:
    """The import or the entry that brought a late posting, or took it away."""

    run: int
    kind: str
    file_name: str
    at: datetime.datetime
    undone: bool


@dataclass(frozen=True)
class LatePosting:
    """An account whose figure to date at the same period is another than when the round was signed."""

    account: Account
    names: tuple[str, str, str]  # of ansvar, tjeneste and art
    before: Decimal
    after: Decimal
    periods: tuple[int, ...]  # the months that moved
    sources: tuple[Source, ...] = ()

    @property
    def difference(self) -> Decimal:
        """This will return what was added: positive is more expense."""
        return self.after - self.before


def late_postings(
    before: Iterable[Mapping[str, str]],
    after: Iterable[Mapping[str, str]],
    *,
    year: int,
    until: int,
    between: Interval,
) -> list[LatePosting]:
    """This will compare two tables of what each month holds, the largest difference first.

    Only accounts whose sum through the period `until` differs: a move between two of its months changes no report.
    """
    then, since = _by_account(before, until), _by_account(after, until)
    found: list[LatePosting] = []
    for account in then.keys() | since.keys():
        months, later = then.get(account, {}), since.get(account, {})
        first, second = (sum(one.values(), Decimal(0)) for one in (months, later))
        if first != second:
            moved = sorted(one for one in months.keys() | later.keys() if months.get(one) != later.get(one))
            found.append(LatePosting(account, ("", "", ""), first, second, tuple(moved)))
    if not found:
        return []
    names = _names(found)
    sources = _sources(found, year=year, until=until, between=between)
    told = [
        replace(
            posting,
            names=(
                names.get(("ansvar", posting.account[0]), ""),
                names.get(("tjeneste", posting.account[1]), ""),
                names.get(("art", posting.account[2]), ""),
            ),
            sources=tuple(sources.get(posting.account) or sources.get(None) or ()),
        )
        for posting in found
    ]
    return sorted(told, key=lambda posting: (-abs(posting.difference), posting.account))


def _by_account(rows: Iterable[Mapping[str, str]], until: int) -> dict[Account, dict[int, Decimal]]:
    found: dict[Account, dict[int, Decimal]] = {}
    for row in rows:
        period = int(row["periode"])
        if period <= until:
            account = (row["ansvar"], row["tjeneste"], row["art"], row["prosjekt"])
            found.setdefault(account, {})[period] = Decimal(row["regnskap"])
    return found


def _names(found: Collection[LatePosting]) -> dict[tuple[str, str], str]:
    ansvar, tjeneste, art, _prosjekt = (list(codes) for codes in zip(*(one.account for one in found), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT 'ansvar', code, name FROM roros_ansvar WHERE code = ANY(%(ansvar)s)
            UNION ALL SELECT 'tjeneste', code, name FROM budget_tjeneste WHERE code = ANY(%(tjeneste)s)
            UNION ALL SELECT 'art', code, name FROM budget_art WHERE code = ANY(%(art)s)
            """,
            {"ansvar": ansvar, "tjeneste": tjeneste, "art": art},
        )
        return {(level, code): name for level, code, name in cursor.fetchall()}


def _sources(
    found: Sequence[LatePosting], *, year: int, until: int, between: Interval
) -> dict[Account | None, list[Source]]:
    """What was read in, entered or undone in between, per account that it has a line on.

    An account that lost its only line is in no file of the interval: it gets what is under None, all of them.
    """
    columns = [list(codes) for codes in zip(*(one.account for one in found), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH runs AS MATERIALIZED (
                SELECT r.id, r.kind, r.file_name, r.state = 'undone' AS undone,
                       CASE WHEN r.state = 'undone' THEN r.undone_at ELSE r.committed_at END AS at
                FROM roros_importrun r
                WHERE r.kind IN ('regnskap', 'foring') AND (
                    (r.state = 'committed' AND r.committed_at > %(since)s
                     AND (%(until_moment)s IS NULL OR r.committed_at <= %(until_moment)s)
                     AND (r.kind = 'foring' OR %(until_moment)s IS NOT NULL OR EXISTS (
                         SELECT 1 FROM budget_activeslice s WHERE s.import_run_id = r.id AND s.year = %(year)s)))
                    OR (r.state = 'undone' AND r.committed_at <= %(since)s AND r.undone_at > %(since)s
                        AND (%(until_moment)s IS NULL OR r.undone_at <= %(until_moment)s)))),
            wanted AS (SELECT * FROM unnest(%(ansvar)s, %(tjeneste)s, %(art)s, %(prosjekt)s)
                       AS w(ansvar_id, tjeneste_id, art_id, prosjekt_id))
            SELECT DISTINCT l.ansvar_id, l.tjeneste_id, l.art_id, l.prosjekt_id,
                   r.id, r.kind, r.file_name, r.at, r.undone
            FROM runs r
                 LEFT JOIN (budget_ledgerline l JOIN wanted w USING (ansvar_id, tjeneste_id, art_id, prosjekt_id))
                 ON l.import_run_id = r.id AND l.kind = 'regnskap' AND l.year = %(year)s AND l.period <= %(until)s
            ORDER BY r.at, r.id
            """,
            {
                "since": between[0],
                "until_moment": between[1],
                "year": year,
                "until": until,
                **dict(zip(("ansvar", "tjeneste", "art", "prosjekt"), columns, strict=True)),
            },
        )
        records = cursor.fetchall()
    sources: dict[Account | None, list[Source]] = {}
    for *codes, run, kind, file_name, at, undone in records:
        source = Source(run, kind, file_name, at, undone)
        if codes[0] is not None:
            sources.setdefault((codes[0], codes[1], codes[2], codes[3]), []).append(source)
        if source not in sources.setdefault(None, []):
            sources[None].append(source)
    return sources
