"""The readers' time limit."""

import pytest
from django.db import OperationalError, connection
from pytest_django import Settings

from roros.timeouts import _limit, unlimited


def timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
def test_a_page_that_takes_too_long_is_stopped(settings: Settings) -> None:
    settings.READER_STATEMENT_TIMEOUT = 20
    _limit(connection)
    with pytest.raises(OperationalError, match="statement timeout"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")


@pytest.mark.django_db
def test_long_work_lifts_the_limit_and_puts_it_back(settings: Settings) -> None:
    settings.READER_STATEMENT_TIMEOUT = 20
    _limit(connection)
    with unlimited(), connection.cursor() as cursor:
        assert timeout() == "0"
        cursor.execute("SELECT pg_sleep(0.05)")
    assert timeout() == "20ms"
