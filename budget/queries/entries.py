"""What the entry grid reads: what stands in each cell, who changed it, and what may not be entered."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from budget.models import BudgetYear, LedgerLine
from budget.queries.locks import closed_parts, closed_to
from budget.targets.entries import KIND, TABLE
from roros.models import ImportRun, User
from roros.periods import CLOSING

MOST_ROWS = 400  # on one page
MINE = 10
NOTHING = Decimal(0)


class RowKey(NamedTuple):
    """A row of the grid."""

    ansvar: str
    tjeneste: str
    art: str
    prosjekt: str = ""

    def cell(self, period: int) -> CellKey:
        """This will return one cell of the row."""
        return CellKey(*self, period)

    def __str__(self) -> str:
        return " · ".join(code for code in self if code)


class CellKey(NamedTuple):
    """A cell of the grid, inside one kind and year."""

    ansvar: str
    tjeneste: str
    art: str
    prosjekt: str
    period: int

    @property
    def row(self) -> RowKey:
        """This will return the row that the cell stands in."""
        return RowKey(*self[:4])


@dataclass(frozen=True)
class CellChange:
    """One cell that an entry changed."""

    key: CellKey
    before: Decimal
    after: Decimal
    reason: str
    run_id: int
    when: datetime.datetime
    who: str


@dataclass(frozen=True)
class GridRow:
    """One row with what stands in its months; a month without lines is missing from `amounts`."""

    key: RowKey
    tjeneste: str
    art: str
    prosjekt: str
    amounts: Mapping[int, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Writer:
    """Who last moved a cell."""

    who: str
    when: datetime.datetime | None


def ansvar_of_year(year: int) -> list[tuple[str, str]]:
    """This will list code and name of each ansvar that is placed in the year."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT a.code, a.name FROM roros_ansvar a WHERE EXISTS (
                   SELECT 1 FROM roros_plassering p WHERE p.ansvar_id = a.code
                   AND %s BETWEEN p.from_year AND coalesce(p.to_year, 9999)) ORDER BY a.code""",
            [year],
        )
        return [(code, name) for code, name in cursor.fetchall()]


def grid_rows(
    kind: LedgerLine.Kind,
    year: int,
    ansvar: str,
    *,
    tjeneste: str = "",
    art: str = "",
    extra: Iterable[RowKey] = (),
) -> list[GridRow]:
    """This will list the rows of an ansvar in code order: each account that has regnskap or budget in the year.

    `extra` are rows that the user has asked for; the amounts are of `kind` alone.
    """
    wanted = [row for row in extra if row.ansvar == ansvar]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH lines AS (
                     SELECT tjeneste_id, art_id, prosjekt_id, period,
                            sum(amount) FILTER (WHERE kind = %(kind)s) AS amount
                     FROM budget_activeline
                     WHERE year = %(year)s AND ansvar_id = %(ansvar)s AND kind IN ('regnskap', 'budsjett', 'endring')
                       AND (%(tjeneste)s = '' OR tjeneste_id = %(tjeneste)s) AND (%(art)s = '' OR art_id = %(art)s)
                     GROUP BY 1, 2, 3, 4),
                 found AS (
                     SELECT tjeneste_id, art_id, prosjekt_id,
                            array_agg(period ORDER BY period) FILTER (WHERE amount IS NOT NULL) AS periods,
                            array_agg(amount ORDER BY period) FILTER (WHERE amount IS NOT NULL) AS amounts
                     FROM lines GROUP BY 1, 2, 3),
                 keys AS (
                     SELECT tjeneste_id, art_id, prosjekt_id FROM found
                     UNION SELECT * FROM unnest(%(tjenester)s::text[], %(arter)s::text[], %(prosjekter)s::text[]))
            SELECT k.tjeneste_id, k.art_id, k.prosjekt_id,
                   ARRAY[coalesce(t.name, ''), coalesce(a.name, ''), coalesce(p.name, '')], f.periods, f.amounts
            FROM keys k LEFT JOIN found f USING (tjeneste_id, art_id, prosjekt_id)
            LEFT JOIN budget_tjeneste t ON t.code = k.tjeneste_id
            LEFT JOIN budget_art a ON a.code = k.art_id
            LEFT JOIN budget_prosjekt p ON p.code = k.prosjekt_id AND k.prosjekt_id <> ''
            ORDER BY k.tjeneste_id COLLATE "C", k.art_id COLLATE "C", k.prosjekt_id COLLATE "C"
            """,
            {
                **{"kind": kind, "year": year, "ansvar": ansvar, "tjeneste": tjeneste, "art": art},
                "tjenester": [row.tjeneste for row in wanted],
                "arter": [row.art for row in wanted],
                "prosjekter": [row.prosjekt for row in wanted],
            },
        )
        found = []
        for *codes, names, periods, amounts in cursor.fetchall():
            tjeneste_name, art_name, prosjekt_name = names
            held = dict(zip(periods or (), amounts or (), strict=True))
            found.append(GridRow(RowKey(ansvar, *codes), tjeneste_name, art_name, prosjekt_name, held))
    return found


def standing_amounts(kind: LedgerLine.Kind, year: int, keys: Collection[CellKey]) -> dict[CellKey, Decimal]:
    """This will return what stands in each of the cells that have lines; a cell without lines holds nothing, 0."""
    wanted = frozenset(keys)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT ansvar_id, tjeneste_id, art_id, prosjekt_id, period, sum(amount) FROM budget_activeline
               WHERE kind = %s AND year = %s AND ansvar_id = ANY(%s) GROUP BY 1, 2, 3, 4, 5""",
            [kind, year, sorted({key.ansvar for key in keys})],
        )
        return {key: amount for *codes, amount in cursor.fetchall() if (key := CellKey(*codes)) in wanted}


def locked_periods(year: int, by: User | None) -> dict[int, str]:
    """This will return the months that are closed to the user, each with who closed it and when."""
    closed = closed_to(((year, period) for period in range(1, CLOSING + 1)), by=by)
    return {state.period: capfirst("; ".join(closed_parts([state]))) for state in closed}


def adopted_case(kind: LedgerLine.Kind, year: int) -> str | None:
    """This will return the case in which the original budget was adopted; None for regnskap and an open budget."""
    if kind != LedgerLine.Kind.ORIGINAL:
        return None
    return BudgetYear.objects.filter(year=year).values_list("case_number", flat=True).first()


def adopted_text(year: int, case: str) -> str:
    """This will say why an adopted budget cannot be entered, and what to do instead."""
    return _(
        "Opprinnelig budsjett for %(year)s er vedtatt (sak %(case)s) og kan ikke endres. Bruk en budsjettendring."
    ) % {
        "year": year,
        "case": case,
    }


def cell_problems(
    kind: LedgerLine.Kind, year: int, keys: Collection[CellKey], by: User | None
) -> dict[CellKey, tuple[str, str]]:
    """This will say which cells cannot be entered: which of their codes, or "periode", is wrong, and why."""
    problems: dict[CellKey, tuple[str, str]] = {}
    bad = bad_codes(year, keys)
    case = adopted_case(kind, year)
    locked = locked_periods(year, by)
    for key in keys:
        for column, code in zip(COLUMNS, key[:4], strict=True):
            if (column, code) in bad:
                problems.setdefault(key, (column, bad[column, code]))
        if case is not None:
            problems.setdefault(key, ("slag", adopted_text(year, case)))
        if key.period in locked:
            text = _("%(closed)s. Be om at perioden åpnes, eller om et unntak.") % {"closed": locked[key.period]}
            problems.setdefault(key, ("periode", text))
    return problems


COLUMNS = ("ansvar", "tjeneste", "art", "prosjekt")
_REGISTERS = {
    "ansvar": ("roros_plassering", "ansvar_id"),
    "tjeneste": ("budget_tjeneste", "code"),
    "art": ("budget_art", "code"),
    "prosjekt": ("budget_prosjekt", "code"),
}


def bad_codes(year: int, keys: Collection[CellKey | RowKey]) -> dict[tuple[str, str], str]:
    """This will say which (column, code) among the keys do not exist, or not in that year, and why."""
    parts, parameters = [], {"year": year}
    for place, column in enumerate(COLUMNS):
        register, code = _REGISTERS[column]
        parts.append(
            f"""SELECT '{column}', seen.code, min(d.from_year), max(coalesce(d.to_year, 9999))
                FROM unnest(%({column})s::text[]) seen(code) LEFT JOIN {register} d ON d.{code} = seen.code
                GROUP BY 2 HAVING bool_or(%(year)s BETWEEN d.from_year AND coalesce(d.to_year, 9999)) IS NOT TRUE"""
        )
        parameters[column] = sorted({str(key[place]) for key in keys})  # type: ignore[assignment]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        return {
            (column, code): _outside(column, code, year, first, last) if first else _unknown(column, code)
            for column, code, first, last in cursor.fetchall()
        }


def _unknown(column: str, code: str) -> str:
    words = {
        "ansvar": _("Ansvar «%(code)s» finnes ikke."),
        "tjeneste": _("Tjeneste «%(code)s» finnes ikke."),
        "art": _("Art «%(code)s» finnes ikke."),
        "prosjekt": _("Prosjekt «%(code)s» finnes ikke."),
    }
    return words[column] % {"code": code}


def _outside(column: str, code: str, year: int, first: int, last: int) -> str:
    words = {
        "ansvar": _("Ansvar %(code)s er ikke plassert i %(year)s."),
        "tjeneste": _("Tjeneste %(code)s gjelder ikke i %(year)s."),
        "art": _("Art %(code)s gjelder ikke i %(year)s."),
        "prosjekt": _("Prosjekt %(code)s gjelder ikke i %(year)s."),
    }
    when = _("Gyldig fra %(first)s.") if last == 9999 else _("Gyldig %(first)s–%(last)s.")
    return f"{words[column] % {'code': code, 'year': year}} {when % {'first': first, 'last': last}}"


def writers(kind: LedgerLine.Kind, year: int, keys: Collection[CellKey]) -> dict[CellKey, Writer]:
    """This will say who last moved each cell: an entry, an import of its month, or the undoing of one."""
    columns = list(zip(*keys, strict=True)) or [()] * 5
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH cells AS (SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::int[])
                               AS c(ansvar, tjeneste, art, prosjekt, period)),
                 runs AS (
                     SELECT c.*, l.import_run_id AS run FROM cells c JOIN budget_ledgerline l
                         ON l.kind = %s AND l.year = %s AND l.period = c.period AND l.ansvar_id = c.ansvar
                            AND l.tjeneste_id = c.tjeneste AND l.art_id = c.art AND l.prosjekt_id = c.prosjekt
                     UNION
                     SELECT c.*, s.import_run_id FROM cells c JOIN budget_activeslice s
                         ON s.kind = %s AND s.year = %s AND s.period = c.period)
            SELECT DISTINCT ON (1, 2, 3, 4, 5) ansvar, tjeneste, art, prosjekt, period,
                   coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username, ''),
                   coalesce(r.undone_at, r.committed_at)
            FROM runs JOIN roros_importrun r ON r.id = runs.run
            LEFT JOIN roros_user u
                ON u.id = CASE WHEN r.undone_at IS NULL THEN r.committed_by_id ELSE r.undone_by_id END
            ORDER BY 1, 2, 3, 4, 5, coalesce(r.undone_at, r.committed_at) DESC NULLS LAST, r.id DESC
            """,
            [*(list(column) for column in columns), kind, year, kind, year],
        )
        return {CellKey(*row[:5]): Writer(row[5] or _("en innlesing"), row[6]) for row in cursor.fetchall()}


def cell_history(kind: LedgerLine.Kind, year: int, ansvar: str) -> list[CellChange]:
    """This will list what entries have changed for an ansvar and still counts, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.key ->> 'tjeneste', c.key ->> 'art', c.key ->> 'prosjekt', (c.key ->> 'period')::int,
                      (c.before ->> 'amount')::numeric, (c.after ->> 'amount')::numeric,
                      coalesce(c.after ->> 'reason', ''), r.id, r.committed_at,
                      coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username, '')
               FROM roros_importrun r JOIN roros_importchange c ON c.run_id = r.id AND c."table" = %s
               LEFT JOIN roros_user u ON u.id = r.committed_by_id
               WHERE r.kind = %s AND r.state = 'committed' AND c.key @> jsonb_build_object(
                   'kind', %s::text, 'year', %s::int, 'ansvar', %s::text)
               ORDER BY r.committed_at DESC, c.id DESC""",
            [TABLE, KIND, kind, year, ansvar],
        )
        return [
            CellChange(
                CellKey(ansvar, tjeneste, art, prosjekt, period), before, after, reason, run, when, who or _("systemet")
            )
            for tjeneste, art, prosjekt, period, before, after, reason, run, when, who in cursor.fetchall()
        ]


def entries_of(user: User, year: int) -> list[ImportRun]:
    """This will list the user's latest entries in a year, the newest first."""
    states = (ImportRun.State.COMMITTED, ImportRun.State.UNDONE)
    runs = ImportRun.objects.filter(kind=KIND, year=year, created_by=user, state__in=states)
    return list(runs.defer("findings", "base", "sheets").order_by("-committed_at", "-id")[:MINE])
