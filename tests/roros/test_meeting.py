"""The page for the council hall: the few things to know, and nothing else."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.budget.figures import reader
from tests.budget.test_deviations_page import text
from tests.roros.test_front import furnish, headings, municipality


def test_what_a_meeting_asks(demo: None, client: Client) -> None:
    client.force_login(reader())
    page = client.get("/mote/")
    assert headings(page) == [
        "Kommunen gikk rundt i 2021, men tjenestene brukte 18,3 mill. kr mer enn budsjettert",
        "Fire virksomheter brukte 14,9 mill. kr mer enn budsjettert. NAV brukte 2,5 mindre",
        "Øverhagaen er 32,8 mill. kr over rammen. 9 av 39 prosjekter er forsinket",
        "3 av 9 vedtak har passert fristen. 2 er ferdige",
    ]
    words = text(page.content.decode())
    assert "−18,3 mill. kr Avvik for tjenestene mot revidert budsjett, −5,2 %" in words
    assert "Bygningsadministrasjon −6,1 Strøm 4,0, lønn renhold 1,1, pensjonsinnskudd 0,6" in words
    assert "<table" not in page.content.decode()
    assert 'href="/mote/"' in client.get("/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 3])
def test_queries_do_not_grow(client: Client, size: int) -> None:
    municipality(size)
    furnish(size)
    client.force_login(reader())
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/mote/").status_code == 200
    assert len(queries) == 9  # session, user, roles, version; years, tables, parts; projects, decisions


@pytest.mark.django_db
def test_nothing_read_in_yet(client: Client) -> None:
    client.force_login(reader())
    assert "Ingen tall er lest inn ennå" in client.get("/mote/").content.decode()


@pytest.mark.django_db
def test_who_may_ask_and_how(client: Client) -> None:
    assert client.get("/mote/").headers["Location"] == "/logg-inn/?next=/mote/"
    client.force_login(reader(role=None))
    assert client.get("/mote/").status_code == 403
    client.force_login(reader("politiker"))
    assert client.post("/mote/").status_code == 405
