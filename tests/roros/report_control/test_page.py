"""Who may control a report, and what bad input gives."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from roros.models import Role
from tests.budget.register_files import person

pytestmark = pytest.mark.django_db
PAGE = "/rapportkontroll/"


def test_administrator_and_okonomi_control_others_do_not(client: Client) -> None:
    assert client.get(PAGE)["Location"].startswith("/logg-inn/")
    for name, role in (("ukjent", None), ("pernille", Role.POLITIKER)):
        client.force_login(person(name, role))
        assert client.get(PAGE).status_code == 403
        assert client.post(PAGE, {"demo": "1"}).status_code == 403
    for name, role in (("ada", Role.ADMINISTRATOR), ("olav", Role.OKONOMI)):
        client.force_login(person(name, role))
        assert client.get(PAGE).status_code == 200


def test_the_page_asks_few_questions(client: Client) -> None:
    client.force_login(person())
    client.get(PAGE)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(PAGE).status_code == 200
    assert len(queries) == 3


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "Velg en arbeidsbok"),
        ({"year": "1850", "demo": "1"}, "1990"),
        ({"file": b""}, "Filen er tom"),
        ({"file": b"ikke en arbeidsbok"}, "xlsx"),
    ],
)
def test_bad_input_is_explained(client: Client, sent: dict[str, object], told: str) -> None:
    client.force_login(person())
    values: dict[str, object] = dict(sent)
    if isinstance(values.get("file"), bytes):
        values["file"] = io.BytesIO(values["file"])  # type: ignore[arg-type]
        values["file"].name = "rapport.xlsx"  # type: ignore[attr-defined]
    answer = client.post(PAGE, values)
    assert answer.status_code == 200
    assert told in answer.content.decode()
