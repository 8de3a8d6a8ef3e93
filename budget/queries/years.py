"""Which years have figures, how far they reach, and how fresh they are."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import connection

from roros.periods import CLOSING, Period


@dataclass(frozen=True)
class FigureYear:
    """What is known about one year. A year that was never imported is not there at all."""

    year: int
    last_actual: int | None  # the last period with accounts; None when the year has only a budget
    has_budget: bool
    updated: datetime.datetime | None  # when an import or amendment last moved a figure
    files: tuple[str, ...]  # the workbooks that the accounts came from
    read_on: datetime.datetime | None  # when the newest of them was committed

    @property
    def has_actuals(self) -> bool:
        """This will return whether accounts have been imported."""
        return self.last_actual is not None

    @property
    def last_period(self) -> int:
        """This will return the period that pages show unless told otherwise; the whole year from December on."""
        return Period(self.year, self.last_actual or CLOSING).rollup_number


def figure_years() -> dict[int, FigureYear]:
    """This will return every year that has accounts or a budget, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH sources AS (
                SELECT s.kind, s.year, s.period, r.committed_at, r.file_name
                FROM budget_activeslice s JOIN roros_importrun r ON r.id = s.import_run_id
                UNION ALL
                SELECT 'endring', a.year, NULL, coalesce(r.committed_at, s.at), NULL
                FROM budget_amendment a LEFT JOIN roros_importrun r ON r.id = a.import_run_id
                     LEFT JOIN budget_amendmentstep s ON s.amendment_id = a.id AND s.status = 'vedtatt'
                WHERE a.status = 'vedtatt')
            SELECT year, max(period) FILTER (WHERE kind = 'regnskap'), bool_or(kind <> 'regnskap'), max(committed_at),
                   array_agg(DISTINCT file_name) FILTER (WHERE kind = 'regnskap'),
                   max(committed_at) FILTER (WHERE kind = 'regnskap')
            FROM sources GROUP BY year ORDER BY year DESC
            """
        )
        return {
            year: FigureYear(year, last, has_budget, updated, tuple(files or ()), read_on)
            for year, last, has_budget, updated, files, read_on in cursor.fetchall()
        }
