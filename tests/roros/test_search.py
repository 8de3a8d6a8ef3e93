"""The search page: every kind is found by code and by name, a wrong letter is forgiven, drafts are not shown."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.models import Amendment
from roros.models import Role, User
from roros.search import search
from tests.budget.register_files import person

QUERIES = 6


@pytest.fixture
def reader(demo: None) -> User:
    return person("leser", Role.POLITIKER)


def found(text: str, user: User) -> dict[str, list[str]]:
    return {group.name: [f"{hit.code} {hit.name}".strip() for hit in group.hits] for group in search(text, user)}


@pytest.mark.parametrize(
    ("text", "kind", "first"),
    [
        ("Helse og omsorg", "rammeomrade", "3 Helse og omsorg"),
        ("230", "virksomhet", "230 Røros barnehage"),
        ("røros barnehage", "virksomhet", "230 Røros barnehage"),
        ("6512", "ansvar", "6512 Øverhagaen 1"),
        ("ØVERHAGAEN", "ansvar", "6512 Øverhagaen 1"),
        ("2020", "tjeneste", "2020 Grunnskole"),
        ("grunnskole", "tjeneste", "2020 Grunnskole"),
        ("111011", "prosjekt", "111011"),
        ("Kartlegging behov barnehage", "vedtak", "2 Kartlegging behov barnehage"),
        ("51/21", "sak", "51/21"),
        ("2021-001", "endring", "2021-001"),
        ("I3002", "investering", "I3002"),
        ("elbil er ledig", "klimatiltak", "Ikke godtgjørelse for fossil privatbil når elbil er ledig"),
        ("fra kobber", "klimamal", "Fra kobber til klima"),
        ("disposisjonsfond prosent", "maltall", "Disposisjonsfond i prosent"),
        ("korona", "tema", "Korona"),
    ],
)
def test_every_kind_is_found(reader: User, text: str, kind: str, first: str) -> None:
    assert found(text, reader)[kind][0].startswith(first)


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("barnhage", "virksomhet", "230 Røros barnehage"),
        ("bygningsadministrasjn", "rammeomrade", "7 Bygningsadministrasjon"),
        ("gjøsvikka sykehjem", "virksomhet", "320 Gjøsvika sykehjem"),
    ],
)
def test_a_wrong_letter_is_forgiven(reader: User, text: str, kind: str, name: str) -> None:
    assert name in found(text, reader)[kind]


def test_a_text_that_stands_somewhere_is_not_guessed_at(reader: User) -> None:
    assert set(found("6512", reader)) == {"ansvar"}
    assert all("barnehage" in name.lower() for name in found("barnehage", reader)["virksomhet"])


@pytest.mark.parametrize(
    "text", ["", " ", "x", "%", "_", "zzzzqqq", "'; DROP TABLE roros_user; --", "\\", "%s", "x" * 300]
)
def test_odd_texts_find_nothing_and_break_nothing(reader: User, text: str) -> None:
    assert found(text, reader) == {}


def test_names_are_sorted_as_norwegians_sort(reader: User) -> None:
    names = [name.split(" ", 1)[1] for name in found("sykehjem", reader)["virksomhet"]]
    assert names == sorted(names, key=lambda name: name.lower().translate(str.maketrans("æøå", "{|}")))


def test_a_proposed_amendment_is_not_found(reader: User) -> None:
    Amendment.objects.create(
        number="2021-077", year=2021, case_number="99/21", body="Formannskapet", text="Hemmelig kutt"
    )
    assert found("Hemmelig kutt", reader) == {}
    assert found("2021-077", reader) == {}


def test_somebody_without_a_role_finds_nothing(demo: None) -> None:
    assert search("barnehage", person("ukjent", None)) == []


def test_the_page_links_to_pages_that_exist(reader: User, client: Client) -> None:
    client.force_login(reader)
    for text in ("helse", "51/21", "2021-001", "6512", "I3002", "klima", "lånegjeld", "korona", "127000"):
        for group in search(text, reader):
            assert client.get(group.hits[0].href).status_code == 200, group.hits[0]


def test_the_page_groups_what_it_finds_with_few_questions(reader: User, client: Client) -> None:
    client.force_login(reader)
    client.get("/sok/?q=barnehage")
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/sok/?q=barnehage")
    text = answer.content.decode()
    assert len(queries) == QUERIES
    assert "treff på «barnehage»" in text
    assert '<a href="/avvik/2021/virksomhet/230/">230 Røros barnehage</a>' in text
    assert 'value="barnehage"' in text
    assert 'href="/sok/"' in text  # from the masthead
    assert "Ingen treff på «zzzzqqq»" in client.get("/sok/?q=zzzzqqq").content.decode()
    assert "Hva leter du etter?" in client.get("/sok/").content.decode()
    assert "Skriv minst 2 bokstaver" in client.get("/sok/?q=x").content.decode()
    assert client.get(f"/sok/?q={'x' * 300}").status_code == 400
    assert "&lt;script&gt;" in client.get("/sok/?q=<script>").content.decode()


@pytest.mark.django_db
def test_visitors_sign_in_and_people_without_a_role_are_refused(client: Client) -> None:
    assert client.get("/sok/?q=a")["Location"].startswith("/logg-inn/")
    client.force_login(person("ukjent", None))
    assert client.get("/sok/?q=aa").status_code == 403
    client.force_login(person("pernille", Role.POLITIKER))
    assert client.get("/sok/?q=aa").status_code == 200
    assert client.post("/sok/", {"q": "aa"}).status_code == 405
