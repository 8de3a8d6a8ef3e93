"""No page may hold the database for long: queries of the web server have a time limit, imports lift it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created


def limit_queries() -> None:
    """This will give every new database connection of this process the readers' time limit."""
    connection_created.connect(_limit, dispatch_uid="roros.timeouts")


def _limit(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = %s", [settings.READER_STATEMENT_TIMEOUT])


@contextmanager
def unlimited() -> Iterator[None]:
    """This will let long work run its course; the limit of the connection, if any, holds again afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        (before,) = cursor.fetchone()
        cursor.execute("SET statement_timeout = 0")
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = %s", [before])
