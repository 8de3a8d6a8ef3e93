"""Who works on an import run just now: a session lock, which PostgreSQL gives back when the worker dies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection
from django.utils.translation import gettext as _

from roros.workbooks.kinds import ImportRefused

RUN_LOCKS = 7303  # advisory lock class: one lock per import run


@contextmanager
def claimed(run_id: int) -> Iterator[None]:
    """This will keep everybody else from working on the run; raises ImportRefused when somebody does already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [RUN_LOCKS, run_id])
        if not cursor.fetchone()[0]:
            busy = _("Innlesing %(run)s er under arbeid. Vent til den er ferdig.") % {"run": run_id}
            raise ImportRefused("busy", busy)
    try:
        yield
    finally:
        # A broken session has given the lock back already.
        if connection.connection is not None and not connection.needs_rollback and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [RUN_LOCKS, run_id])


def at_work(run_ids: Iterable[int]) -> frozenset[int]:
    """This will return those of the runs that a living process works on."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT objid::bigint FROM pg_locks
               WHERE locktype = 'advisory' AND objsubid = 2 AND classid = %s AND granted AND objid = ANY(%s::oid[])
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())""",
            [RUN_LOCKS, list(run_ids)],
        )
        return frozenset(row[0] for row in cursor.fetchall())
