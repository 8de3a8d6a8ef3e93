"""Upkeep of the balances to date: the only code that writes them, always in the transaction that moves a line.

A delta is a temporary table of (year, period, four codes, d_actual, d_original, d_amended, d_lines): what is added
to the month. Applying it costs by the size of the change, not of the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

LEDGER_LOCKS = 7301  # advisory lock class: one lock per year of the ledger

KEY = "ansvar_id, tjeneste_id, art_id, prosjekt_id"

# The sums of the lines that count, by month. `{where}` narrows it.
MONTHLY = """
    SELECT year, period, ansvar_id, tjeneste_id, art_id, prosjekt_id,
           coalesce(sum(amount) FILTER (WHERE kind = 'regnskap'), 0) AS d_actual,
           coalesce(sum(amount) FILTER (WHERE kind = 'budsjett'), 0) AS d_original,
           coalesce(sum(amount) FILTER (WHERE kind = 'endring'), 0) AS d_amended,
           count(*) AS d_lines
    FROM {lines} GROUP BY year, period, ansvar_id, tjeneste_id, art_id, prosjekt_id
"""

# A month's change becomes a change to date of that month and every later one through 13.
TO_DATE = """
    SELECT k.year, p.period, k.ansvar_id, k.tjeneste_id, k.art_id, k.prosjekt_id,
           sum(coalesce(d.d_actual, 0)) OVER upto AS actual,
           sum(coalesce(d.d_original, 0)) OVER upto AS original,
           sum(coalesce(d.d_amended, 0)) OVER upto AS amended,
           sum(coalesce(d.d_lines, 0)) OVER upto AS lines
    FROM (SELECT year, ansvar_id, tjeneste_id, art_id, prosjekt_id, min(period) AS first
          FROM {monthly} GROUP BY 1, 2, 3, 4, 5) k
    JOIN generate_series(1, 13) AS p(period) ON p.period >= k.first
    LEFT JOIN {monthly} d ON d.year = k.year AND d.period = p.period AND d.ansvar_id = k.ansvar_id
         AND d.tjeneste_id = k.tjeneste_id AND d.art_id = k.art_id AND d.prosjekt_id = k.prosjekt_id
    WINDOW upto AS (PARTITION BY k.year, k.ansvar_id, k.tjeneste_id, k.art_id, k.prosjekt_id ORDER BY p.period)
"""


def lock_years(years: Iterable[int]) -> None:
    """This will hold off every other writer of those years' figures until the transaction ends."""
    with connection.cursor() as cursor:
        for year in sorted(set(years)):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LEDGER_LOCKS, year])


def apply_delta(table: str) -> None:
    """This will add a delta table to the balances and remove balances that no line is left behind."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            MERGE INTO budget_balance b
            USING (SELECT * FROM ({TO_DATE.format(monthly=table)}) c
                   WHERE actual <> 0 OR original <> 0 OR amended <> 0 OR lines <> 0
                   ORDER BY year, period, {KEY}) d
            ON b.year = d.year AND b.period = d.period AND b.ansvar_id = d.ansvar_id
               AND b.tjeneste_id = d.tjeneste_id AND b.art_id = d.art_id AND b.prosjekt_id = d.prosjekt_id
            WHEN MATCHED AND b.lines + d.lines = 0 THEN DELETE
            WHEN MATCHED THEN UPDATE SET actual = b.actual + d.actual, original = b.original + d.original,
                 amended = b.amended + d.amended, lines = b.lines + d.lines
            WHEN NOT MATCHED THEN INSERT (year, period, {KEY}, actual, original, amended, lines)
                 VALUES (d.year, d.period, d.ansvar_id, d.tjeneste_id, d.art_id, d.prosjekt_id,
                         d.actual, d.original, d.amended, d.lines)
            """
        )


def rebuild(year: int) -> None:
    """This will recompute a year's balances from the lines that count: a repair, and the yardstick of `differences`."""
    lock_years([year])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM budget_balance WHERE year = %s", [year])
        cursor.execute("CREATE TEMP TABLE rebuilt ON COMMIT DROP AS " + _monthly_of_year(), {"year": year})
        cursor.execute(
            f"INSERT INTO budget_balance (year, period, {KEY}, actual, original, amended, lines)"
            f" SELECT year, period, {KEY}, actual, original, amended, lines"
            f" FROM ({TO_DATE.format(monthly='rebuilt')}) c ORDER BY year, period, {KEY}"
        )
        cursor.execute("DROP TABLE rebuilt")


def differences(year: int, *, limit: int = 100) -> list[str]:
    """This will list balances of the year that disagree with the lines that count; empty when all is well."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH monthly AS ({_monthly_of_year()}), expected AS ({TO_DATE.format(monthly="monthly")})
            SELECT coalesce(b.period, e.period),
                   {", ".join(f"coalesce(b.{name}, e.{name})" for name in KEY.split(", "))},
                   b.actual, e.actual, b.original, e.original, b.amended, e.amended, b.lines, e.lines
            FROM (SELECT * FROM budget_balance WHERE year = %(year)s) b
            FULL JOIN expected e ON b.period = e.period AND b.ansvar_id = e.ansvar_id
                 AND b.tjeneste_id = e.tjeneste_id AND b.art_id = e.art_id AND b.prosjekt_id = e.prosjekt_id
            WHERE (b.actual, b.original, b.amended, b.lines) IS DISTINCT FROM
                  (e.actual, e.original, e.amended, e.lines)
            ORDER BY 1, 2, 3, 4, 5 LIMIT %(limit)s
            """,
            {"year": year, "limit": limit},
        )
        return [
            f"{year}-{row[0]:02} {'/'.join(row[1:5])}: balance {row[5::2]}, ledger {row[6::2]}"
            for row in cursor.fetchall()
        ]


def _monthly_of_year() -> str:
    return MONTHLY.format(lines="(SELECT * FROM budget_activeline WHERE year = %(year)s) lines")
