"""Where regnskap and opprinnelig budsjett go: lines are added, and the slice (kind, year, period) turns to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from budget.balances import KEY, apply_delta, lock_years
from budget.closed_periods import closed_findings, refuse_changes, refuse_undo, uploader
from budget.models import ActiveSlice, BudgetYear, LedgerLine
from budget.queries.locks import closed_to
from roros.models import ImportRun, User
from roros.workbooks.declare import Finding, Severity
from roros.workbooks.kinds import CannotUndo, Change, Group, Preview, Staged

SHEET = "ledger"
MAX_CHANGES_SHOWN = 500

# What the file says against what stands, per ledger key and month. Old lines: those of the slices' active runs.
COMPARE = """
    CREATE TEMP TABLE {name} AS
    WITH fresh AS (
             SELECT year, period, ansvar AS ansvar_id, tjeneste AS tjeneste_id, art AS art_id,
                    coalesce(prosjekt, '') AS prosjekt_id, amount, n
             FROM {keys}),
         standing AS (
             SELECT l.year, l.period, l.ansvar_id, l.tjeneste_id, l.art_id, l.prosjekt_id,
                    sum(l.amount) AS amount, count(*) AS n
             FROM budget_activeslice s
             JOIN budget_ledgerline l ON l.import_run_id = s.import_run_id AND l.kind = s.kind
                  AND l.year = s.year AND l.period = s.period
             WHERE s.kind = %(kind)s
               AND (s.year, s.period) IN (SELECT * FROM unnest(%(years)s::int[], %(periods)s::int[]))
             GROUP BY 1, 2, 3, 4, 5, 6)
    SELECT year, period, ansvar_id, tjeneste_id, art_id, prosjekt_id,
           standing.amount AS before, fresh.amount AS after,
           coalesce(fresh.n, 0) - coalesce(standing.n, 0) AS d_lines
    FROM fresh FULL JOIN standing USING (year, period, ansvar_id, tjeneste_id, art_id, prosjekt_id)
"""


@dataclass(frozen=True)
class SliceTarget:
    """The target of ledger files: each month in the file's span is taken over from whoever supplied it before."""

    kind: LedgerLine.Kind

    def lock(self, staged: Staged) -> None:
        """This will hold off every other writer of those years' figures until the transaction ends."""
        lock_years(staged.years)

    def base(self, staged: Staged) -> dict[str, Any]:
        """This will say which run supplies each month of the file's span now; null where none does."""
        return {"slices": self._active(_span(staged))}

    def preview(self, staged: Staged) -> Preview:
        """This will compare key by key and month by month, and sum per rammeområde before and after (kroner)."""
        base = self.base(staged)
        self._compare(staged)
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT count(*) FILTER (WHERE before IS NULL),
                           count(*) FILTER (WHERE before <> after OR (before = after AND d_lines <> 0)),
                           count(*) FILTER (WHERE after IS NULL) FROM {_table(staged)}"""
            )
            new, changed, removed = cursor.fetchone()
        closed, differing = closed_to(_span(staged), by=uploader(staged)), _differing(staged)
        kept = {str(state) for state in closed}
        taken_over = {period: run for period, run in base["slices"].items() if run is not None and period not in kept}
        return Preview(
            new=new,
            changed=changed,
            removed=removed,
            base=base,
            groups=_groups(staged),
            changes=_changes(staged),
            replaces=sorted(set(taken_over.values())),
            periods=sorted(taken_over),
            findings=[
                *closed_findings(closed, differing, sheet=staged.sheets[SHEET].sheet),
                *self._adopted(staged),
                *self._entries(staged),
            ]
            if new or changed or removed
            else (),
        )

    def commit(self, staged: Staged, run: ImportRun, by: User | None) -> None:
        """This will add the lines, turn the slices to the run and move the balances by the difference.

        The comparison of the preview still holds: the engine has seen that its base has not moved. Closed months in
        which nothing differs stay with the run that supplied them; raises ImportRefused when something does differ.
        """
        closed = closed_to(_span(staged), by=by)
        refuse_changes(closed, _differing(staged))
        kept = {str(state) for state in closed}
        with connection.cursor() as cursor:
            cursor.execute(
                f"""INSERT INTO budget_ledgerline
                        (kind, {KEY}, year, period, amount, import_run_id, sheet_row)
                    SELECT %s, ansvar, tjeneste, art, coalesce(prosjekt, ''), year, period, amount, %s, sheet_row
                    FROM {staged.table(SHEET)}""",
                [self.kind, run.pk],
            )
        self._turn({period: run.pk for period in run.base["slices"] if period not in kept})
        self._apply(_table(staged))
        with connection.cursor() as cursor:
            # The first page after a large import must not wait for autovacuum to find out how large it was.
            cursor.execute("ANALYZE budget_ledgerline, budget_balance")

    def undo(self, run: ImportRun, by: User | None) -> None:
        """This will turn the slices back to what stood before.

        Raises CannotUndo when a later import has taken one of them over, one is closed, or the original budget is
        adopted.
        """
        before: dict[str, int | None] = run.base["slices"]
        years = {int(period[:4]) for period in before}
        lock_years(years)
        if self.kind == LedgerLine.Kind.ORIGINAL and BudgetYear.objects.filter(year__in=years).exists():
            raise CannotUndo("adopted", _adopted(run, min(years)))
        now = self._active([(int(period[:4]), int(period[5:])) for period in before])
        # A closed month in which nothing differed was left with the run that supplied it.
        later = sorted({other for period, other in now.items() if other not in (None, run.pk, before[period])})
        if later:
            raise CannotUndo("later-import", _later(run, later))
        slices = {period: former for period, former in before.items() if now[period] == run.pk}
        refuse_undo(run, {(int(period[:4]), int(period[5:])) for period in slices}, by=by)
        with connection.cursor() as cursor:
            cursor.execute(
                COMPARE_RUNS.format(name=f"undo_{run.pk}"),
                {
                    "kind": self.kind,
                    "run": run.pk,
                    "years": [int(period[:4]) for period in slices],
                    "periods": [int(period[5:]) for period in slices],
                    "runs": list(slices.values()),
                },
            )
        self._turn(slices)
        self._apply(f"undo_{run.pk}")
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE undo_{run.pk}")

    def _compare(self, staged: Staged) -> None:
        span = _span(staged)
        with connection.cursor() as cursor:
            cursor.execute(
                COMPARE.format(name=_table(staged), keys=staged.keys(SHEET)),
                {"kind": self.kind, "years": [year for year, _p in span], "periods": [period for _y, period in span]},
            )

    def _active(self, span: list[tuple[int, int]]) -> dict[str, int | None]:
        years = {year for year, _period in span}
        standing = {
            (slice_.year, slice_.period): slice_.import_run_id
            for slice_ in ActiveSlice.objects.filter(kind=self.kind, year__in=years)
        }
        return {f"{year}-{period:02}": standing.get((year, period)) for year, period in span}

    def _turn(self, slices: dict[str, int | None]) -> None:
        """Point each month at a run; None leaves it without a supplier."""
        for period, run in slices.items():
            year, number = int(period[:4]), int(period[5:])
            if run is None:
                ActiveSlice.objects.filter(kind=self.kind, year=year, period=number).delete()
            else:
                ActiveSlice.objects.update_or_create(
                    kind=self.kind, year=year, period=number, defaults={"import_run_id": run}
                )

    def _apply(self, table: str) -> None:
        amount = "coalesce(after, 0) - coalesce(before, 0)"
        actual, original = (amount, "0") if self.kind == LedgerLine.Kind.ACTUAL else ("0", amount)
        with connection.cursor() as cursor:
            cursor.execute(
                f"""CREATE TEMP TABLE delta_{table} AS
                    SELECT year, period, {KEY}, {actual} AS d_actual, {original} AS d_original,
                           0::numeric AS d_amended, d_lines
                    FROM {table} WHERE {amount} <> 0 OR d_lines <> 0"""
            )
            apply_delta(f"delta_{table}")
            cursor.execute(f"DROP TABLE delta_{table}")

    def _adopted(self, staged: Staged) -> list[Finding]:
        """An adopted original budget admits no difference."""
        if self.kind != LedgerLine.Kind.ORIGINAL:
            return []
        adopted = BudgetYear.objects.filter(year__in=staged.years).order_by("year")
        return [
            Finding(
                code="budget-adopted",
                sheet=staged.sheets[SHEET].sheet,
                params={"year": str(budget.year), "case": budget.case_number},
            )
            for budget in adopted
        ]

    def _entries(self, staged: Staged) -> list[Finding]:
        """Corrections in the months of the file stay, in addition to it: the file may hold them already."""
        span = _span(staged)
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT count(*), sum(l.amount) FROM budget_ledgerline l
                   JOIN roros_importrun r ON r.id = l.import_run_id AND r.kind = 'foring' AND r.state = 'committed'
                   WHERE l.kind = %s AND (l.year, l.period) IN (SELECT * FROM unnest(%s::int[], %s::int[]))""",
                [self.kind, [year for year, _period in span], [period for _year, period in span]],
            )
            count, total = cursor.fetchone()
        if not count:
            return []
        sheet = staged.sheets[SHEET].sheet
        params = {"count": str(count), "total": str(total)}
        return [Finding(code="entries-stand", severity=Severity.WARNING, sheet=sheet, params=params)]


# A run's lines against those of the runs that supplied the same months before it.
COMPARE_RUNS = """
    CREATE TEMP TABLE {name} AS
    WITH slices AS (SELECT * FROM unnest(%(years)s::int[], %(periods)s::int[], %(runs)s::bigint[])
                        AS s(year, period, run)),
         fresh AS (
             SELECT l.year, l.period, l.ansvar_id, l.tjeneste_id, l.art_id, l.prosjekt_id,
                    sum(l.amount) AS amount, count(*) AS n
             FROM slices s JOIN budget_ledgerline l ON l.import_run_id = s.run AND l.kind = %(kind)s
                  AND l.year = s.year AND l.period = s.period
             GROUP BY 1, 2, 3, 4, 5, 6),
         standing AS (
             SELECT year, period, ansvar_id, tjeneste_id, art_id, prosjekt_id, sum(amount) AS amount, count(*) AS n
             FROM budget_ledgerline WHERE import_run_id = %(run)s AND kind = %(kind)s
                  AND (year, period) IN (SELECT s.year, s.period FROM slices s)
             GROUP BY 1, 2, 3, 4, 5, 6)
    SELECT year, period, ansvar_id, tjeneste_id, art_id, prosjekt_id,
           standing.amount AS before, fresh.amount AS after,
           coalesce(fresh.n, 0) - coalesce(standing.n, 0) AS d_lines
    FROM fresh FULL JOIN standing USING (year, period, ansvar_id, tjeneste_id, art_id, prosjekt_id)
"""


def _table(staged: Staged) -> str:
    return staged.table("compared")


def _span(staged: Staged) -> list[tuple[int, int]]:
    """The months from the file's first through its last, per year: a month without lines in between is emptied."""
    sheet = staged.sheets[SHEET]
    if len(sheet.years) == 1 and sheet.periods:
        return [(sheet.years[0], period) for period in range(min(sheet.periods), max(sheet.periods) + 1)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT year, min(period), max(period) FROM {staged.keys(SHEET)} GROUP BY year ORDER BY year")
        return [(year, period) for year, first, last in cursor.fetchall() for period in range(first, last + 1)]


def _differing(staged: Staged) -> dict[tuple[int, int], int]:
    """How many amounts the file changes, per month; months in which it says what stands are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT year, period, count(*) FROM {_table(staged)}
                WHERE before IS DISTINCT FROM after OR d_lines <> 0 GROUP BY 1, 2"""
        )
        return {(year, period): count for year, period, count in cursor.fetchall()}


def _groups(staged: Staged) -> list[Group]:
    """Sums per rammeområde before and after, and a line of its own for each ansvar that is not placed."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT r.number, r.name, CASE WHEN r.number IS NULL THEN c.ansvar_id END AS unplaced,
                       sum(before), sum(after),
                       count(*) FILTER (WHERE before IS NULL),
                       count(*) FILTER (WHERE before <> after OR (before = after AND d_lines <> 0)),
                       count(*) FILTER (WHERE after IS NULL)
                FROM {_table(staged)} c
                LEFT JOIN roros_plassering p ON p.ansvar_id = c.ansvar_id
                     AND c.year BETWEEN p.from_year AND coalesce(p.to_year, 9999)
                LEFT JOIN roros_rammeomrade r ON r.number = p.rammeomrade_id
                GROUP BY 1, 2, 3 ORDER BY 1, 3"""
        )
        return [
            Group(
                label=f"{number} {name}" if number is not None else "",
                before=before,
                after=after,
                new=new,
                changed=changed,
                removed=removed,
                code=unplaced or "",
            )
            for number, name, unplaced, before, after, new, changed, removed in cursor.fetchall()
        ]


def _changes(staged: Staged) -> list[Change]:
    """The keys and months that change, not those that are only new: those are the file itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT year, period, {KEY}, before, after FROM {_table(staged)}
                WHERE before IS NOT NULL AND (before IS DISTINCT FROM after OR d_lines <> 0)
                ORDER BY 1, 2, 3, 4, 5, 6 LIMIT {MAX_CHANGES_SHOWN}"""
        )
        return [
            Change(
                key=f"{year}-{period:02} " + " · ".join(code for code in codes if code),
                before="" if before is None else str(before),
                after="" if after is None else str(after),
            )
            for year, period, *codes, before, after in cursor.fetchall()
        ]


def _later(run: ImportRun, later: list[int]) -> str:
    return _(
        "Innlesing %(run)s kan ikke angres nå, for innlesing %(later)s har erstattet tallene dens etterpå. "
        "Angre innlesing %(last)s først."
    ) % {"run": run.pk, "later": ", ".join(map(str, later)), "last": later[-1]}


def _adopted(run: ImportRun, year: int) -> str:
    return _(
        "Innlesing %(run)s kan ikke angres: opprinnelig budsjett for %(year)s er vedtatt og kan ikke endres. "
        "Bruk en budsjettendring."
    ) % {"run": run.pk, "year": year}
