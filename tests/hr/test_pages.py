"""The pages of the room: who sees what, and what it costs."""

from __future__ import annotations

import json
import re
from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hr.models import SickLeave
from roros.models import ImportRun, Role
from tests.hr.days import signed_in

# Queries: session, user, roles and version of the figures come with every page.
PAGES = {
    "/sykefravaer/2021/": 7,
    "/sykefravaer/2021/rammeomrade/5/": 6,
    "/sykefravaer/2021/enhet/230/": 6,
    "/sykefravaer/2021/enhet/5020/": 6,
    "/sykefravaer/mal/": 5,
    "/personal/": 6,
    "/internkontroll/2021/": 8,
    "/internkontroll/2021/virksomhet/310/": 6,
}
CLOSED = ("/sykefravaer/2021/register/", "/sykefravaer/rad/ny/", "/personal/ny/", "/internkontroll/punkt/ny/")


@pytest.mark.parametrize(("address", "queries"), PAGES.items())
def test_page_works_within_its_queries(
    demo: None, client: Client, address: str, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    signed_in(client, Role.POLITIKER)
    with django_assert_num_queries(queries):
        response = client.get(address)
    assert response.status_code == HTTPStatus.OK
    assert response.content.decode().count("<h1>") == 1


@pytest.mark.parametrize("address", [*PAGES, *CLOSED])
def test_visitor_is_asked_to_sign_in(demo: None, client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == HTTPStatus.FOUND
    assert response["Location"].startswith("/logg-inn/")


@pytest.mark.parametrize("address", [*PAGES, *CLOSED])
def test_user_without_a_role_is_refused(demo: None, client: Client, address: str) -> None:
    assert signed_in(client, None).get(address).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("role", [Role.POLITIKER, Role.OKONOMI])
@pytest.mark.parametrize("address", CLOSED)
def test_reader_may_not_write(demo: None, client: Client, address: str, role: Role) -> None:
    signed_in(client, role)
    assert client.get(address).status_code == HTTPStatus.FORBIDDEN
    assert client.post(address, {}).status_code in (HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED)


@pytest.mark.parametrize(
    "address",
    [
        "/sykefravaer/1999/",
        "/sykefravaer/2021/rammeomrade/99/",
        "/sykefravaer/2021/enhet/99/",
        "/sykefravaer/2021/?_export=csv&tabell=ukjent",
        "/internkontroll/1999/",
        "/internkontroll/2021/virksomhet/99/",
    ],
)
def test_address_of_nothing_is_not_found(demo: None, client: Client, address: str) -> None:
    assert signed_in(client, Role.POLITIKER).get(address).status_code == HTTPStatus.NOT_FOUND


def test_front_addresses_lead_to_the_newest_year(demo: None, client: Client) -> None:
    signed_in(client, Role.POLITIKER)
    assert client.get("/sykefravaer/")["Location"] == "/sykefravaer/2021/"
    assert client.get("/internkontroll/")["Location"] == "/internkontroll/2021/"


def test_rooms_without_figures_say_so(db: None, client: Client) -> None:
    signed_in(client, Role.POLITIKER)
    for address in ("/sykefravaer/", "/personal/", "/internkontroll/"):
        assert client.get(address).status_code == HTTPStatus.OK


def test_heading_and_table_of_the_year(demo: None, client: Client) -> None:
    text = (
        signed_in(client, Role.POLITIKER).get("/sykefravaer/2021/").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    )
    assert "<h1>Sykefraværet steg til 8,3 prosent. Helse og omsorg trekker mest opp</h1>" in text
    assert "Alle 18 årsprosenter som lønnssystemet oppgir, stemmer med dagene." in text
    assert "Kulturskole er skjult fordi tallet for Kino ellers kunne regnes ut." in text


HIDDEN = {"100", "1140", "400", "5020", "5030", "6040", "620"}


def test_files_hide_what_pages_hide(demo: None, client: Client) -> None:
    signed_in(client, Role.OKONOMI)
    found = {}
    for name in ("sykefravaer-enhet", "sykefravaer-kvartal"):
        data = json.loads(client.get(f"/sykefravaer/2021/?_export=json&tabell={name}").content)
        found[name] = data["rows"]
    assert {row["enhet"] for row in found["sykefravaer-enhet"] if row["samlet_pst"] == ":"} == HIDDEN
    quarters = [row for row in found["sykefravaer-kvartal"] if row["niva"] == "enhet" and row["kode"] in HIDDEN]
    assert len(quarters) == 7 * 12
    for row in quarters:
        assert {row[name] for name in ("korttid_pst", "langtid_pst", "samlet_pst")} == {":"}
        assert row["rullerende_ar_pst"] in (":", None)


@pytest.mark.parametrize("unit", sorted(HIDDEN))
def test_page_of_a_hidden_unit_holds_no_figure(demo: None, client: Client, unit: str) -> None:
    text = signed_in(client, Role.ADMINISTRATOR).get(f"/sykefravaer/2021/enhet/{unit}/").content.decode()
    main = text.split("<main")[1].split("</main>")[0]
    assert re.search(r"\d,\d", main) is None
    assert "data-chart" not in main


@pytest.mark.parametrize("role", [Role.POLITIKER, Role.OKONOMI, Role.ADMINISTRATOR])
def test_days_and_history_of_small_groups_are_for_hr_alone(demo: None, client: Client, role: Role) -> None:
    row = SickLeave.objects.get(enhet_id="5020", year=2021, quarter=1)
    cover = SickLeave.objects.get(enhet_id="5030", year=2021, quarter=1)
    signed_in(client, role)
    for one in (row, cover):
        assert client.get(f"/sykefravaer/rad/{one.pk}/").status_code == HTTPStatus.FORBIDDEN


def test_register_shows_small_groups_to_hr_only(demo: None, client: Client) -> None:
    signed_in(client, Role.ADMINISTRATOR)
    rows = json.loads(client.get("/sykefravaer/2021/register/?_export=json").content)["rows"]
    assert HIDDEN.isdisjoint({row["enhet"] for row in rows})
    signed_in(client, Role.HR)
    rows = json.loads(client.get("/sykefravaer/2021/register/?_export=json").content)["rows"]
    assert {row["enhet"] for row in rows} >= HIDDEN
    assert len(rows) == 96


@pytest.mark.parametrize("role", [Role.OKONOMI, Role.ADMINISTRATOR])
def test_import_of_sick_leave_is_closed_to_others(demo: None, client: Client, role: Role) -> None:
    run = ImportRun.objects.get(kind="sykefravaer")
    signed_in(client, role)
    for part in ("", "fil/", "merket/", "framdrift/", "angre/"):
        assert client.get(f"/innlesing/{run.pk}/{part}").status_code == HTTPStatus.FORBIDDEN
    text = client.get("/innlesing/").content.decode()
    assert run.file_name not in text
    assert 'value="sykefravaer"' not in text


def test_hr_reads_in_sick_leave_but_no_accounts(demo: None, client: Client) -> None:
    run = ImportRun.objects.get(kind="sykefravaer")
    accounts = ImportRun.objects.filter(kind="regnskap").latest("pk")
    signed_in(client, Role.HR)
    assert client.get(f"/innlesing/{run.pk}/").status_code == HTTPStatus.OK
    assert client.get(f"/innlesing/{accounts.pk}/").status_code == HTTPStatus.FORBIDDEN
    text = client.get("/innlesing/").content.decode()
    assert 'value="sykefravaer"' in text
    assert 'value="regnskap"' not in text
