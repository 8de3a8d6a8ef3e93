"""The bridge from original to revised budget adds up for every node, and shows only what is adopted."""

from __future__ import annotations

import json
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.queries.bridge import bridge
from budget.queries.deviations import Known, deviations
from budget.queries.years import figure_years
from budget.selection import Level, Selection
from roros.numbers import NBSP
from tests import ledger_world
from tests.budget.figures import reader

WHOLE = "/avvik/2021/bro/"
SCHOOL = "/avvik/2021/virksomhet/650/bro/"


@pytest.fixture
def politician(demo: None, client: Client) -> Client:
    client.force_login(reader())
    return client


@pytest.mark.parametrize("level", [Level.RAMMEOMRADE, Level.VIRKSOMHET])
def test_every_node_of_the_demo_adds_up(demo: None, level: Level) -> None:
    years = figure_years()
    known = Known.of(years, 2021)
    rows = deviations(Selection(2021, level=level), years, apart=False).rows
    assert len(rows) >= 10
    changed = 0
    for row in rows:
        found = bridge(Selection(2021).where(**{level.value: row.code}), known)
        assert found.original == row.original
        assert found.revised == row.revised
        assert found.original is not None
        assert found.original + found.change == found.revised
        if found.steps:
            changed += 1
            assert found.steps[-1].after == found.revised
    assert changed


def test_the_whole_municipality_nets_to_zero(politician: Client) -> None:
    page = politician.get(WHOLE)
    assert page.context["finding"] == "Hele kommunen: ni endringer, samme sum"
    assert page.context["chart"] is None
    lines = page.context["table"].data
    assert lines[0].read("name") == "Opprinnelig budsjett"
    assert [line.read("code") for line in lines[1:3]] == ["2021-001", "2021-002"]
    assert {line.read("net") for line in lines[1:]} == {Decimal(0)}


def test_one_node(politician: Client) -> None:
    page = politician.get("/avvik/2021/rammeomrade/1/bro/")
    assert page.context["finding"].replace(NBSP, " ") == "Stab og støtte: to endringer ga 0,3 mill. kr mer"
    table = page.context["table"]
    original, *steps = table.data
    (revised,) = table.footer
    assert original.read("after") + sum(step.read("net") for step in steps) == revised.read("after")
    first = steps[0]
    assert first.read("decided") == "Kommunestyret 17.06.2021, sak 51/21"
    assert first.read("href") == "/budsjettendringer/2021/2021-001/"
    drawn = json.loads(page.context["chart"].figure.to_json())["data"]
    assert [bar["y"] for bar in drawn] == [["2021-001"], ["Samlet endring"]]  # the other one moved within


def test_a_tjeneste_inside_an_ansvar_and_nodes_that_nothing_changed(politician: Client) -> None:
    page = politician.get("/avvik/2021/rammeomrade/4/bro/")
    assert page.context["finding"] == "Næring: budsjettet er ikke endret"
    node = politician.get("/avvik/2021/ansvar/6500/bro/?art=123000")
    data, (revised,) = node.context["table"].data, node.context["table"].footer
    assert data[0].read("after") + sum(step.read("net") for step in data[1:]) == revised.read("after")


def test_the_node_page_and_the_list_lead_here(politician: Client) -> None:
    assert 'href="/avvik/2021/virksomhet/650/bro/"' in politician.get("/avvik/2021/virksomhet/650/").content.decode()
    assert f'href="{WHOLE}"' in politician.get("/budsjettendringer/2021/").content.decode()


def test_as_a_file(politician: Client) -> None:
    head, *rows = politician.get("/avvik/2021/rammeomrade/1/bro/?_export=csv").content.decode().splitlines()
    assert head == "nr,navn,vedtatt,gitt,tatt,virkning,budsjett,saksnr,organ,vedtaksdato,er_sum"
    assert rows[0].startswith(",Opprinnelig budsjett,,,,,")
    assert rows[1].endswith(",51/21,Kommunestyret,2021-06-17,false")
    assert rows[-1].endswith(",,,true")


def test_a_year_without_a_budget(politician: Client) -> None:
    page = politician.get("/avvik/2020/bro/")
    assert "Det er ikke lest inn noe budsjett" in page.context["finding"]
    assert page.context["table"].is_empty


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/avvik/1999/bro/", 404, "Det finnes ingen tall for 1999"),
        ("/avvik/2021/ansvar/0/bro/", 404, "Koden 0 finnes ikke"),
        ("/avvik/2021/ansvar/%00/bro/", 404, ""),
        (f"{WHOLE}?periode=x", 400, "Perioden «x» finnes ikke."),
        (f"{WHOLE}?_export=pdf", 400, "Tabellen finnes som csv, xlsx og json."),
    ],
)
def test_addresses_that_cannot_be(politician: Client, address: str, status: int, words: str) -> None:
    answer = politician.get(address)
    assert answer.status_code == status
    assert words in unescape(answer.content.decode())


def test_nothing_to_post(politician: Client) -> None:
    assert politician.post(WHOLE).status_code == 405
    assert politician.post(SCHOOL).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("address", [WHOLE, SCHOOL])
def test_only_those_who_may_see_figures(client: Client, address: str) -> None:
    assert client.get(address).headers["Location"] == f"/logg-inn/?next={address}"
    client.force_login(reader(role=None))
    assert client.get(address).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 3])
def test_queries_do_not_grow(client: Client, size: int) -> None:
    ledger_world.build()
    moves = [(f"2021-00{number}", ledger_world.MOVE[1]) for number in range(1, size + 1)]
    ledger_world.imported(ledger_world.ledger_file(), "budsjett")
    ledger_world.imported(ledger_world.amendments_file(moves), "budsjettendringer")
    client.force_login(reader())
    with CaptureQueriesContext(connection) as counted:
        page = client.get("/avvik/2021/ansvar/3100/bro/")
    assert len(page.context["table"].data) == size + 1
    assert len(counted) == 8
