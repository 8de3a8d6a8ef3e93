"""The projects of the demo, read in through the engine, and people who look at them."""

from collections.abc import Callable

import pytest
from django.test import Client

from roros.models import ImportRun, Rammeomrade, Role, User
from tests.investments.world import AREAS
from tests.people import give


@pytest.fixture
def areas(db: None) -> None:
    """The rammeområder, with the names that the workbook uses."""
    Rammeomrade.objects.bulk_create(Rammeomrade(number=number, name=name) for number, name in AREAS.items())


@pytest.fixture
def projects(demo: None) -> ImportRun:
    """The demo, and the run that read in its projects."""
    return ImportRun.objects.get(kind="investeringer")


@pytest.fixture
def person() -> Callable[..., User]:
    """Makes a user with roles, in the database that the test asked for before."""

    def make(*roles: Role, name: str = "Kari") -> User:
        user = User.objects.create_user(f"{name}-{User.objects.count()}", first_name=name, last_name="Nordmann")
        return give(user, *roles)

    return make


@pytest.fixture
def okonomi(person: Callable[..., User], client: Client) -> Client:
    """Somebody who may change projects."""
    client.force_login(person(Role.OKONOMI))
    return client
