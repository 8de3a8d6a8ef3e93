"""What was booked in a period after its report was signed, on which account, and by which import or entry."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
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
    names, sources = _told_of(found, year=year, until=until, between=between)
    told = [
        replace(
            posting,
            names=names[posting.account],
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


def _told_of(
    found: Sequence[LatePosting], *, year: int, until: int, between: Interval
) -> tuple[dict[Account, tuple[str, str, str]], dict[Account | None, list[Source]]]:
    """The names of each account, and what was read in, entered or undone in between, per account that it touched.

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
                       AS w(ansvar_id, tjeneste_id, art_id, prosjekt_id)),
            touched AS (SELECT DISTINCT l.ansvar_id, l.tjeneste_id, l.art_id, l.prosjekt_id, r.id
                        FROM runs r JOIN budget_ledgerline l
                             ON l.import_run_id = r.id AND l.kind = 'regnskap' AND l.year = %(year)s
                                AND l.period <= %(until)s
                        JOIN wanted w USING (ansvar_id, tjeneste_id, art_id, prosjekt_id))
            SELECT w.ansvar_id, w.tjeneste_id, w.art_id, w.prosjekt_id,
                   coalesce(a.name, ''), coalesce(t.name, ''), coalesce(k.name, ''),
                   r.id, r.kind, r.file_name, r.at, r.undone
            FROM wanted w
                 LEFT JOIN roros_ansvar a ON a.code = w.ansvar_id
                 LEFT JOIN budget_tjeneste t ON t.code = w.tjeneste_id
                 LEFT JOIN budget_art k ON k.code = w.art_id
                 LEFT JOIN (touched JOIN runs r USING (id)) USING (ansvar_id, tjeneste_id, art_id, prosjekt_id)
            UNION ALL
            SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, r.id, r.kind, r.file_name, r.at, r.undone FROM runs r
            ORDER BY at, id
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
    names: dict[Account, tuple[str, str, str]] = {}
    sources: dict[Account | None, list[Source]] = {}
    for ansvar, tjeneste, art, prosjekt, ansvar_name, tjeneste_name, art_name, run, *source in records:
        account = None if ansvar is None else (ansvar, tjeneste, art, prosjekt)
        if account is not None:
            names[account] = (ansvar_name, tjeneste_name, art_name)
        if run is not None:
            sources.setdefault(account, []).append(Source(run, *source))
    return names, sources
