"""The demo for tests: Røros 2021, imported once per run from the workbooks in roros/demo/ and never changed by a test.

    def test_of_figures(demo: None) -> None: ...        # instead of `db`: the figures are there, and rolled back after
    def test_of_page(demo: None, client: Client) -> None: ...

Tests with `db` have an empty database; tests with `demo` have a database of their own beside it. The first worker to
need it imports the workbooks into one, under a file lock; every worker then clones that one with CREATE DATABASE …
TEMPLATE, which takes a fraction of a second. A test runs in a transaction that is rolled back, so it may write. A test
that must commit takes its own clone with `demo_clone`.
"""

from __future__ import annotations

import fcntl
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

TEMPLATE = "test_roros_demo"


def load() -> None:
    """This will make the tables and import the workbooks of the demo, as `manage.py load_demo` does."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_demo", stdout=io.StringIO())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@contextmanager
def database(name: str) -> Iterator[None]:
    """This will let everything inside use another database of the same server."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def run_sql(*statements: str) -> None:
    """This will run statements that no transaction may hold, such as CREATE DATABASE."""
    with database("postgres"), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def copy_database(source: str, name: str) -> None:
    """This will make a database anew as a copy of another, whose last users are shown out: a copy allows none."""
    out = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{source}'"
    run_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", out, f"CREATE DATABASE {name} TEMPLATE {source}")


def is_there(name: str) -> bool:
    """This will say whether the server has a database of that name."""
    with database("postgres"), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


@pytest.fixture(scope="session")
def demo_template(
    django_test_environment: None,
    django_db_keepdb: bool,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """This will return the name of the database that clones are made of; it is loaded by whoever comes first."""
    folder = tmp_path_factory.getbasetemp()
    shared = folder.parent if folder.name.startswith("popen-") else folder  # what xdist workers have in common
    with _alone(shared / "demo.lock"), django_db_blocker.unblock():
        loaded = shared / "demo.loaded"
        if django_db_keepdb and not loaded.exists() and is_there(TEMPLATE):
            with database(TEMPLATE):
                call_command("migrate", verbosity=0, interactive=False)
            loaded.touch()
        if not loaded.exists():
            run_sql(f"DROP DATABASE IF EXISTS {TEMPLATE}", f"CREATE DATABASE {TEMPLATE}")
            with database(TEMPLATE):
                load()
            loaded.touch()
    return TEMPLATE


@pytest.fixture(scope="session")
def demo_clone(demo_template: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Callable[[str], str]]:
    """This will return a function that clones the demo under a name and returns the name of the database."""
    made: list[str] = []
    mine = os.environ.get("PYTEST_XDIST_WORKER", "alone")

    def clone(name: str) -> str:
        database_name = f"{TEMPLATE}_{mine}_{name}"
        with django_db_blocker.unblock():
            copy_database(demo_template, database_name)
        made.append(database_name)
        return database_name

    yield clone
    with django_db_blocker.unblock():
        run_sql(*(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in made))


@pytest.fixture(scope="session")
def demo_database(demo_clone: Callable[[str], str], django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """This will return the name of this worker's database with the demo in it, still right when all is done."""
    name = demo_clone("demo")
    yield name
    with django_db_blocker.unblock(), database(name):
        call_command("check_figures", stdout=io.StringIO())


@pytest.fixture
def demo(demo_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """This will run the test on the demo; whatever it writes is rolled back."""
    with django_db_blocker.unblock(), database(demo_database), transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
