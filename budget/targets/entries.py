"""Where entries (føringer) go: a line per changed cell, beside the files that supply the same months.

An entry adds a difference. Its lines count while it is committed; what each cell held before and after is kept beside
them, for whoever asks later who changed it, from what and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budget.balances import KEY, MONTHLY, apply_delta, lock_years
from budget.models import BudgetYear, LedgerLine
from budget.queries.locks import closed_message, closed_parts, closed_to
from roros.models import ImportRun, User
from roros.periods import MONTHS
from roros.workbooks.declare import Finding
from roros.workbooks.kinds import CannotUndo, Change, Group, Preview, Staged

KIND = "foring"
SHEET = "entries"
TABLE = LedgerLine._meta.db_table  # what the kept before and after are of
MAX_CHANGES_SHOWN = 500

# The cells of an entry: what stands now (`before`), what is added (`amount`) and how many lines stand there.
CELL_COLUMNS = """
    sheet_row integer, kind text, year integer, period integer, ansvar_id text, tjeneste_id text, art_id text,
    prosjekt_id text, before numeric, amount numeric, standing bigint, reason text
"""
COMPARE = """
    CREATE TEMP TABLE {name} AS
    SELECT s.sheet_row, s.slag AS kind, s.year, s.period, s.ansvar AS ansvar_id, s.tjeneste AS tjeneste_id,
           s.art AS art_id, coalesce(s.prosjekt, '') AS prosjekt_id, coalesce(now.amount, 0) AS before,
           CASE WHEN s.after = coalesce(now.amount, 0) THEN 0 ELSE s.amount END AS amount,
           coalesce(now.n, 0) AS standing, coalesce(s.reason, '') AS reason, s.before AS seen
    FROM {stage} s
    LEFT JOIN (
        SELECT kind, year, period, ansvar_id, tjeneste_id, art_id, prosjekt_id, sum(amount) AS amount, count(*) AS n
        FROM budget_activeline
        WHERE kind IN ('regnskap', 'budsjett') AND year = ANY(%(years)s)
          AND ansvar_id = ANY (ARRAY(SELECT DISTINCT ansvar FROM {stage}))
        GROUP BY 1, 2, 3, 4, 5, 6, 7) now
    ON (now.kind, now.year, now.period, now.ansvar_id, now.tjeneste_id, now.art_id, now.prosjekt_id) =
       (s.slag, s.year, s.period, s.ansvar, s.tjeneste, s.art, coalesce(s.prosjekt, ''))
"""


@dataclass(frozen=True)
class EntryTarget:
    """The target of entries, read from a file. The grid writes the same lines through `write`."""

    def lock(self, staged: Staged) -> None:
        """This will hold off every other writer of those years' figures until the transaction ends."""
        lock_years(staged.years)

    def base(self, staged: Staged) -> dict[str, Any]:
        """This will identify what stands in the file's cells now."""
        _compare(staged, "base")
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {DIGEST} FROM {staged.table('base')}")
            (digest,) = cursor.fetchone()
            cursor.execute(f"DROP TABLE {staged.table('base')}")
        return {"standing": digest}

    def preview(self, staged: Staged) -> Preview:
        """This will say what each cell would become; refuses cells that hold something else than the file saw."""
        _compare(staged, "compared")
        table = staged.table("compared")
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {DIGEST} FROM {table}")
            base = {"standing": cursor.fetchone()[0]}
        new, changed = counts(table)
        return Preview(
            new=new,
            changed=changed,
            removed=0,
            base=base,
            groups=groups(table),
            changes=changes(table),
            findings=(*_overtaken(staged, table), *_forbidden(staged, table)) if new or changed else (),
        )

    def commit(self, staged: Staged, run: ImportRun, by: User | None) -> None:
        """This will add the lines. What stands is what the preview saw: the engine has compared."""
        write(staged.table("compared"), run)

    def undo(self, run: ImportRun, by: User | None) -> None:
        """This will take the lines out again.

        Raises CannotUndo when a later entry changed one of the same cells, a month is closed, or the lines are of an
        original budget that has been adopted since.
        """
        lines = LedgerLine.objects.filter(import_run=run)
        years = set(lines.values_list("year", flat=True).distinct())
        lock_years(years)
        adopted = lines.filter(kind=LedgerLine.Kind.ORIGINAL).filter(year__in=BudgetYear.objects.values("year")).first()
        if adopted is not None:
            raise CannotUndo(
                "adopted",
                _(
                    "Føring %(run)s kan ikke angres: opprinnelig budsjett for %(year)s er vedtatt og kan ikke endres. "
                    "Bruk en budsjettendring."
                )
                % {"run": run.pk, "year": adopted.year},
            )
        _refuse_closed(run, by)
        later = _later(run)
        if later:
            raise CannotUndo(
                "later-import",
                _(
                    "Føring %(run)s kan ikke angres nå, for føring %(later)s har endret noen av de samme cellene "
                    "etterpå. Angre føring %(last)s først."
                )
                % {"run": run.pk, "later": ", ".join(map(str, later)), "last": later[-1]},
            )
        _apply(run, sign="-")


DIGEST = """md5(coalesce(string_agg(concat_ws('|', kind, year, period, ansvar_id, tjeneste_id, art_id, prosjekt_id,
                                              before), E'\\n' ORDER BY sheet_row), ''))"""


def counts(table: str) -> tuple[int, int]:
    """This will count the cells of a table of cells that are new, and those that are changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(*) FILTER (WHERE standing = 0), count(*) FILTER (WHERE standing > 0)
                FROM {table} WHERE amount <> 0"""
        )
        new, changed = cursor.fetchone()
        return new, changed


def write(table: str, run: ImportRun) -> None:
    """This will add a line per cell that changes, keep its before and after, and move the balances."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO budget_ledgerline (kind, {KEY}, year, period, amount, import_run_id, sheet_row)
                SELECT kind, {KEY}, year, period, amount, %s, sheet_row FROM {table} WHERE amount <> 0
                ORDER BY sheet_row""",
            [run.pk],
        )
        cursor.execute(
            f"""INSERT INTO roros_importchange (run_id, "table", key, before, after)
                SELECT %s, %s, jsonb_build_object('kind', kind, 'year', year, 'period', period, 'ansvar', ansvar_id,
                                                  'tjeneste', tjeneste_id, 'art', art_id, 'prosjekt', prosjekt_id),
                       jsonb_build_object('amount', before::numeric(17, 2)::text),
                       jsonb_build_object('amount', (before + amount)::numeric(17, 2)::text, 'reason', reason)
                FROM {table} WHERE amount <> 0 ORDER BY sheet_row""",
            [run.pk, TABLE],
        )
    _apply(run, sign="")


def groups(table: str) -> list[Group]:
    """This will sum the cells that change per rammeområde, before and after (kroner)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT r.number, r.name, CASE WHEN r.number IS NULL THEN c.ansvar_id END AS unplaced,
                       sum(before), sum(before + amount),
                       count(*) FILTER (WHERE standing = 0), count(*) FILTER (WHERE standing > 0)
                FROM {table} c
                LEFT JOIN roros_plassering p ON p.ansvar_id = c.ansvar_id
                     AND c.year BETWEEN p.from_year AND coalesce(p.to_year, 9999)
                LEFT JOIN roros_rammeomrade r ON r.number = p.rammeomrade_id
                WHERE amount <> 0 GROUP BY 1, 2, 3 ORDER BY 1, 3"""
        )
        return [
            Group(
                label=f"{number} {name}" if number is not None else "",
                before=before,
                after=after,
                new=new,
                changed=changed,
                removed=0,
                code=unplaced or "",
            )
            for number, name, unplaced, before, after, new, changed in cursor.fetchall()
        ]


def changes(table: str) -> list[Change]:
    """This will list the cells that change, as the page of an import lists them."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT year, period, {KEY}, before, before + amount FROM {table} WHERE amount <> 0
                ORDER BY sheet_row LIMIT {MAX_CHANGES_SHOWN}"""
        )
        return [
            Change(
                key=f"{year}-{period:02} " + " · ".join(code for code in codes if code),
                before=str(before),
                after=str(after),
            )
            for year, period, *codes, before, after in cursor.fetchall()
        ]


def _compare(staged: Staged, suffix: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            COMPARE.format(name=staged.table(suffix), stage=staged.table(SHEET)), {"years": list(staged.years)}
        )


def _overtaken(staged: Staged, table: str) -> list[Finding]:
    """The cells that the file says held something else than they hold."""
    sheet = staged.sheets[SHEET]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT sheet_row, seen, before FROM {table} WHERE amount <> 0 AND seen <> before ORDER BY sheet_row"
        )
        return [
            Finding(
                code="entry-overtaken",
                sheet=sheet.sheet,
                row=row,
                column=sheet.mapping.get("before", ""),
                value=str(seen),
                params={"now": str(before)},
            )
            for row, seen, before in cursor.fetchall()
        ]


def _forbidden(staged: Staged, table: str) -> list[Finding]:
    """Months that are closed for whoever sent the file, adopted budgets, and a file that was entered before."""
    sheet = staged.sheets[SHEET]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT min(c.sheet_row), b.year, b.case_number FROM {table} c JOIN budget_budgetyear b USING (year)
                WHERE c.kind = 'budsjett' AND c.amount <> 0 GROUP BY 2, 3 ORDER BY 1"""
        )
        adopted = [
            Finding(
                code="budget-adopted",
                sheet=sheet.sheet,
                row=row,
                column=sheet.mapping.get("slag", ""),
                params={"year": str(year), "case": case},
            )
            for row, year, case in cursor.fetchall()
        ]
        cursor.execute(
            """SELECT other.id FROM roros_importrun mine JOIN roros_importrun other
                   ON other.file_id = mine.file_id AND other.kind = mine.kind AND other.state = 'committed'
               WHERE mine.id = %s ORDER BY 1 DESC LIMIT 1""",
            [staged.run_id],
        )
        again = [
            Finding(code="entry-same-file", sheet=sheet.sheet, params={"run": str(run)}) for (run,) in cursor.fetchall()
        ]
    return [*_closed(staged, table), *adopted, *again]


def month_name(year: int, period: int) -> str:
    """This will write a month as it is said: "mars 2021", "avslutningen av 2021"."""
    if period <= len(MONTHS):
        return f"{MONTHS[period - 1]} {year}"
    return _("avslutningen av %(year)s") % {"year": year}


def _closed(staged: Staged, table: str) -> list[Finding]:
    """The months of the cells that are closed to whoever brought the file, each in the first row that meets it."""
    sheet = staged.sheets[SHEET]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT year, period, min(sheet_row), count(*) FROM {table} WHERE amount <> 0 GROUP BY 1, 2")
        months = {(year, period): (row, count) for year, period, row, count in cursor.fetchall()}
    uploader = ImportRun.objects.select_related("created_by").get(pk=staged.run_id).created_by
    found = []
    for state in closed_to(months, by=uploader):
        row, count = months[state.year, state.period]
        what = ngettext("Filen fører %(count)s beløp her", "Filen fører %(count)s beløp her", count) % {"count": count}
        params = {"what": what, "closed": capfirst("; ".join(closed_parts([state])))}
        column = sheet.mapping.get("period", "")
        found.append(Finding("period-closed", sheet=sheet.sheet, row=row, column=column, params=params))
    return found


def _refuse_closed(run: ImportRun, by: User | None) -> None:
    months = LedgerLine.objects.filter(import_run=run).values_list("year", "period").distinct()
    if closed := closed_to(months, by=by):
        words = {"run": run.pk, "why": closed_message(closed)}
        raise CannotUndo("period-closed", _("Føring %(run)s kan ikke angres. %(why)s") % words)


def _later(run: ImportRun) -> list[int]:
    """The later entries that changed one of the run's cells and still count."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT r.id FROM roros_importchange mine
               JOIN roros_importchange other ON other.key = mine.key AND other."table" = mine."table"
               JOIN roros_importrun r ON r.id = other.run_id AND r.kind = %s AND r.state = 'committed'
                    AND (r.committed_at, r.id) > (SELECT committed_at, id FROM roros_importrun WHERE id = %s)
               WHERE mine.run_id = %s ORDER BY 1""",
            [KIND, run.pk, run.pk],
        )
        return [number for (number,) in cursor.fetchall()]


def _apply(run: ImportRun, *, sign: str) -> None:
    lines = f"(SELECT * FROM budget_ledgerline WHERE import_run_id = {run.pk}) lines"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""CREATE TEMP TABLE delta_entries AS
                SELECT year, period, {KEY}, {sign}d_actual AS d_actual, {sign}d_original AS d_original,
                       0::numeric AS d_amended, {sign}d_lines AS d_lines
                FROM ({MONTHLY.format(lines=lines)}) monthly"""
        )
        apply_delta("delta_entries")
        cursor.execute("DROP TABLE delta_entries")
