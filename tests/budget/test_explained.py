"""The explanation under a row: the driver always, the leader's words when they are signed."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.models import Explanation, Round
from roros.models import Role
from tests.people import person

ADDRESS = "/avvik/2021/virksomhet/650/forklaring/"


@pytest.fixture
def reader(demo: None, client: Client) -> Client:
    client.force_login(person(Role.POLITIKER))
    return client


def explain() -> Round:
    day = datetime.date(2021, 9, 20)
    found = Round.objects.create(
        year=2021,
        kind=Round.Kind.SECOND_TERTIAL,
        period=8,
        limit_amount=500_000,
        limit_percent=3,
        leader_deadline=day,
        chief_deadline=day,
        economy_deadline=day,
        director_deadline=day,
    )
    Explanation.objects.create(
        round=found, level="virksomhet", code="650", kind="reelt", cause="Strømmen ble **dyr**.", measure="Spare."
    )
    return found


def test_the_table_offers_it_for_rows_past_the_limit(reader: Client) -> None:
    markup = reader.get("/avvik/2021/?niva=virksomhet").content.decode()
    assert f'href="{ADDRESS}" hx-get="{ADDRESS}?rad=9"' in markup
    assert "/virksomhet/600/forklaring/" not in markup  # within the limit


def test_without_a_signed_round_the_driver_is_told(reader: Client) -> None:
    explain()
    row = reader.get(f"{ADDRESS}?rad=9", headers={"HX-Request": "true"}).content.decode()
    assert row.startswith('<tr role="row" class="explained"><td role="cell" colspan="9">')
    assert "Strøm 4,0, lønn renhold 1,1, pensjonsinnskudd 0,6." in row
    assert "Ingen signert rapport i år forklarer dette avviket." in row
    assert "dyr" not in row  # a draft is not for everybody


def test_the_signed_words_are_shown_within_few_queries(reader: Client) -> None:
    found = explain()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # signing asks for more than this test needs
        cursor.execute("UPDATE budget_round SET state = 'signert', signed_at = now() WHERE id = %s", [found.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")
    with CaptureQueriesContext(connection) as queries:
        page = reader.get(ADDRESS)
    markup = page.content.decode()
    assert "<strong>dyr</strong>" in markup
    assert "Forklart i 2. tertial 2021." in markup
    assert markup.count("<h1>") == 1
    assert len(queries) == 8  # session, user, roles, version; years, name, figures, explanation


def test_an_address_of_nothing(reader: Client) -> None:
    assert reader.get("/avvik/2021/virksomhet/nei/forklaring/").status_code == 404
    assert reader.get(f"{ADDRESS}?rad=mange").status_code == 200


@pytest.mark.django_db
def test_closed_to_strangers(client: Client) -> None:
    assert client.get(ADDRESS).status_code == 302
    client.force_login(person(name="ingen"))
    assert client.get(ADDRESS).status_code == 403
