"""A database that a test may commit to: the ledger refuses to be emptied, so each such test gets one of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from budget.audit import figure_errors
from tests import ledger_world
from tests.demo import copy_database, database, run_sql


@pytest.fixture(scope="session")
def scratch_template(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """This will return the name of a database with the small municipality in it and no figures."""
    empty = str(connection.settings_dict["NAME"])
    name = f"{empty}_world"
    with django_db_blocker.unblock():
        connection.close()
        copy_database(empty, name)
        with database(name):
            ledger_world.build()
    yield name
    with django_db_blocker.unblock():
        run_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def scratch(scratch_template: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """This will run the test on a database of its own and return its address, for other processes."""
    name = f"{connection.settings_dict['NAME']}_scratch"
    with django_db_blocker.unblock():
        copy_database(scratch_template, name)
        with database(name):
            yield urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
            assert figure_errors() == []
        run_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def loaded_database(scratch_template: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """This will return the name of a database with the small municipality and one import of each kind in it."""
    name = scratch_template.removesuffix("_world") + "_loaded"
    with django_db_blocker.unblock():
        copy_database(scratch_template, name)
        with database(name):
            ledger_world.load()
    yield name
    with django_db_blocker.unblock():
        with database(name):
            assert figure_errors() == []
        run_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def loaded(loaded_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """This will run the test on accounts, budget and one amendment; whatever it writes is rolled back."""
    with django_db_blocker.unblock(), database(loaded_database), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def world(db: None) -> None:
    """This will build the small municipality in a transaction that is rolled back."""
    ledger_world.build()
