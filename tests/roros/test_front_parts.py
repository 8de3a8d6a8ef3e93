"""What the front page tells each role on top, and the parts that come after the page."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.models import Round, RoundTask
from roros.models import Role, User
from tests.budget.test_deviations_page import rows, text
from tests.people import person
from tests.roros.test_front import headings

PART = {"HX-Request": "true"}


def open_round() -> Round:
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
    for unit, area in (("650", 7), ("310", 3)):
        RoundTask.objects.create(round=found, virksomhet_id=unit, rammeomrade_id=area)
    return found


def front(client: Client, user: User) -> object:
    client.force_login(user)
    return client.get("/")


def test_a_leader_sees_the_own_unit_first(demo: None, client: Client) -> None:
    page = front(client, person(Role.VIRKSOMHETSLEDER, virksomhet="650"))
    assert headings(page)[1] == "Bygningsadministrasjon kostet 6,1 mill. kr mer enn budsjettert"
    assert rows(page, 0) == ["Bygningsadministrasjon −6,1 Strøm 4,0, lønn renhold 1,1, pensjonsinnskudd 0,6"]


def test_a_kommunalsjef_sees_all_units_of_the_area(demo: None, client: Client) -> None:
    page = front(client, person(Role.KOMMUNALSJEF, rammeomrade=3))
    assert [row.split(" −")[0] for row in rows(page, 0)][:2] == ["Røros sykehjem", "Helse"]
    assert len(rows(page, 0)) == 6


def test_two_leaders_share_no_page(demo: None, client: Client) -> None:
    front(client, person(Role.VIRKSOMHETSLEDER, virksomhet="650"))
    other = front(client, person(Role.VIRKSOMHETSLEDER, name="per", virksomhet="310"))
    assert rows(other, 0)[0].startswith("Røros sykehjem")


def test_a_politician_is_not_asked_to_work(demo: None, client: Client) -> None:
    page = front(client, person(Role.POLITIKER))
    assert "/oversikt/arbeid/" not in page.content.decode()  # type: ignore[attr-defined]
    assert client.get("/oversikt/arbeid/").status_code == 403


@pytest.mark.django_db
def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    for address in ("/oversikt/arbeid/", "/oversikt/maltall/"):
        assert client.get(address).headers["Location"] == f"/logg-inn/?next={address}"


def test_what_waits_for_a_leader(demo: None, client: Client) -> None:
    found = open_round()
    client.force_login(person(Role.VIRKSOMHETSLEDER, virksomhet="650"))
    words = text(client.get("/oversikt/arbeid/", headers=PART).content.decode())
    assert "Én oppgave venter på deg, og fristen er ute" in words
    assert "Lever 2. tertial 2021 for" in words
    assert f"/rapportering/{found.pk}/650/" in client.get("/oversikt/arbeid/").content.decode()
    assert "uforklarte" not in words


def test_what_okonomi_sees_of_the_round(demo: None, client: Client) -> None:
    open_round()
    client.force_login(person(Role.OKONOMI))
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/oversikt/arbeid/", headers=PART)
    words = text(page.content.decode())
    assert "2. tertial 2021 er åpen: 0 av 2 er levert, 0 er kvalitetssikret." in words
    assert "virksomheter har uforklarte avvik over grensen" in words
    assert "Sist lest inn" in words
    assert len(queries) == 10  # session, user, roles; tasks, holders, round, its tasks, figures, texts, imports
    assert "ETag" not in page


def test_without_a_round(demo: None, client: Client) -> None:
    client.force_login(person(Role.OKONOMI))
    words = text(client.get("/oversikt/arbeid/", headers=PART).content.decode())
    assert "Ingen rapporteringsrunde er åpnet" in words


def test_the_targets_come_as_a_part_and_as_a_page(demo: None, client: Client) -> None:
    client.force_login(person(Role.POLITIKER))
    with CaptureQueriesContext(connection) as queries:
        part = client.get("/oversikt/maltall/", headers=PART)
    assert rows(part, 0)[0] == "Netto lånegjeld høyst 90,0 % 100,6 % Ikke nådd"
    assert "<html" not in part.content.decode()
    assert len(queries) == 10
    page = client.get("/oversikt/maltall/")
    assert page.content.decode().count("<h1>") == 1
