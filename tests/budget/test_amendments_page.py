"""From original to revised budget: the year's amendments and each of them."""

from __future__ import annotations

from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.models import Amendment
from roros.models import Role
from roros.numbers import NBSP
from tests import ledger_world
from tests.budget.figures import reader
from tests.budget.test_deviations_page import rows

YEAR = "/budsjettendringer/2021/"


@pytest.fixture
def politician(demo: None, client: Client) -> Client:
    client.force_login(reader())
    return client


@pytest.fixture
def small(db: None, client: Client) -> Client:
    ledger_world.build()
    ledger_world.load()
    client.force_login(reader())
    return client


def plain(value: object) -> str:
    return str(value).replace(NBSP, " ")


def test_the_year(politician: Client) -> None:
    page = politician.get(YEAR)
    assert plain(page.context["finding"]) == "Ni endringer flyttet 7,8 mill. kr, uten å endre summen"
    assert page.context["bridge_finding"] == "To rammeområder fikk endret ramme"
    assert rows(page)[0] == "1 Stab og støtte 55 345 +300 55 645"
    assert rows(page)[-1] == "Sum 9 481 0 9 481"
    assert rows(page, 1)[:3] == [
        "2021-001 Tertialrapport 1. tertial 2021: økt rammetilskudd dekker økte forsikringspremier "
        "Kommunestyret 17.06.2021, sak 51/21 +300 −300 0",
        "1 Stab og støtte +300 0 +300",
        "9 Sentrale inntekter 0 −300 −300",
    ]


def test_the_bridge_adds_up(politician: Client) -> None:
    page = politician.get(YEAR)
    for line in [*page.context["bridge"].data, *page.context["bridge"].footer]:
        assert line.read("original") + line.read("amended") == line.read("revised")
    for line in page.context["table"].data:
        assert line.read("net") == 0
        assert sum(child.read("net") for child in line.children) == 0


def test_one_node(politician: Client) -> None:
    page = politician.get(f"{YEAR}?rammeomrade=1")
    assert plain(page.context["finding"]) == "To endringer økte budsjettet med 0,3 mill. kr"
    assert [line.read("code") for line in page.context["table"].data] == ["2021-001", "2021-002"]
    school = politician.get(f"{YEAR}?ansvar=6500")
    assert plain(school.context["finding"]) == "Én endring senket budsjettet med 1,0 mill. kr"
    assert (
        plain(school.context["bridge_finding"])
        == "Bygningsadministrasjon fikk endret rammen mest, med 1,0 mill. kr mindre"
    )
    centre = politician.get(f"{YEAR}?ansvar=6503")
    assert (
        plain(centre.context["bridge_finding"])
        == "Bygningsadministrasjon fikk endret rammen mest, med 1,0 mill. kr mer"
    )


def test_none(politician: Client) -> None:
    page = politician.get(f"{YEAR}?rammeomrade=4")
    assert page.context["finding"] == "Ingen vedtatte budsjettendringer for Næring i 2021"
    assert page.context["bridge_finding"] == "Rammene er de samme som i opprinnelig budsjett"
    assert "Ingen vedtatte budsjettendringer i dette utvalget." in page.content.decode()
    assert "Det er ikke lest inn noe budsjett." in politician.get("/budsjettendringer/2020/").content.decode()


def test_the_year_as_a_file(politician: Client) -> None:
    head, first, *_rest = politician.get(f"{YEAR}?_export=csv").content.decode().splitlines()
    assert head == "nr,navn,vedtatt,gitt,tatt,netto,er_sum"
    assert first.startswith("2021-001,")
    assert first.endswith(",300000.00,-300000.00,0.00,true")


def test_one_amendment(politician: Client) -> None:
    page = politician.get(f"{YEAR}2021-003/")
    assert plain(page.context["finding"]) == "Endring 2021-003 flyttet 1,0 mill. kr. Summen er uendret"
    assert [(str(fact.label), fact.value) for fact in page.context["facts"]][:4] == [
        ("Sak", "51/21"),
        ("Vedtatt av", "Kommunestyret"),
        ("Dato", "17.06.2021"),
        ("Hva den gjelder", "Omdisponering fra forvaltningsutgifter til drift av skolelokaler"),
    ]
    source = page.context["facts"][4]
    assert source.value.startswith("budsjettendringer-2021.xlsx, lest inn ")
    assert source.href == ""  # a politician may not see imports
    assert rows(page)[0] == (
        "123000 Vedlikehold og byggtjenester 6500 Bygningsforvaltning felles 1210 Forvatningsutgifter "
        "7 Bygningsadministrasjon jul–des −640 000,00"
    )
    assert rows(page)[-1] == "Sum 0,00"
    assert sum(line.read("amount") for line in page.context["table"].data) == 0


def test_one_amendment_as_a_file_and_sorted(politician: Client) -> None:
    lines = politician.get(f"{YEAR}2021-003/?_export=csv").content.decode().splitlines()
    assert lines[0].startswith("rammeomrade,periode,belop,art_kode")
    assert lines[-1].split(",")[2] == "0.00"
    page = politician.get(f"{YEAR}2021-003/?sorter=belop")
    amounts = [line.read("amount") for line in page.context["table"].data]
    assert amounts == sorted(amounts)


@pytest.mark.django_db
def test_those_who_import_find_the_import(client: Client) -> None:
    ledger_world.build()
    by = ledger_world.user(Role.OKONOMI)
    run = ledger_world.imported(ledger_world.amendments_file([ledger_world.MOVE]), "budsjettendringer", by=by)
    client.force_login(by)
    facts = client.get(f"{YEAR}2021-001/").context["facts"]
    assert facts[4].href == f"/innlesing/{run.pk}/"


def test_drafts_are_nowhere(small: Client) -> None:
    draft = {"year": 2021, "case_number": "1/22", "body": "Kommunestyret", "text": "Hemmelig forslag"}
    Amendment.objects.create(number="2021-099", status=Amendment.Status.PROPOSED, **draft)
    assert "2021-099" not in small.get(YEAR).content.decode()
    answer = small.get(f"{YEAR}2021-099/")
    assert answer.status_code == 404
    assert "Hemmelig" not in answer.content.decode()
    assert "Hemmelig" not in small.get(f"{YEAR}?_export=json").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 3])
def test_queries_do_not_grow(client: Client, size: int) -> None:
    ledger_world.build()
    moves = [(f"2021-00{number}", ledger_world.MOVE[1]) for number in range(1, size + 1)]
    ledger_world.imported(ledger_world.ledger_file(), "budsjett")
    ledger_world.imported(ledger_world.amendments_file(moves), "budsjettendringer")
    client.force_login(reader())
    with CaptureQueriesContext(connection) as counted:
        page = client.get(YEAR)
    assert len(page.context["table"].data) == size
    assert len(counted) == 7
    with CaptureQueriesContext(connection) as counted:
        assert client.get(f"{YEAR}2021-001/").status_code == 200
    assert len(counted) == 6


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        (f"{YEAR}2021-999/", 404, "Det er ikke vedtatt noen budsjettendring 2021-999"),
        ("/budsjettendringer/2020/2021-001/", 404, "Det er ikke vedtatt noen budsjettendring 2021-001"),
        (f"{YEAR}%00/", 404, "Det er ikke vedtatt noen budsjettendring"),
        ("/budsjettendringer/1999/", 404, "Det finnes ingen tall for 1999"),
        (f"{YEAR}?ansvar=0", 404, "Koden 0 finnes ikke"),
        (f"{YEAR}?periode=x", 400, "Perioden «x» finnes ikke."),
        (f"{YEAR}?_export=pdf", 400, "Tabellen finnes som csv, xlsx og json."),
    ],
)
def test_addresses_that_cannot_be(small: Client, address: str, status: int, words: str) -> None:
    answer = small.get(address)
    assert answer.status_code == status
    assert words in unescape(answer.content.decode())


@pytest.mark.parametrize("address", [YEAR, f"{YEAR}2021-001/"])
def test_nothing_to_post(small: Client, address: str) -> None:
    assert small.post(address).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("address", [YEAR, f"{YEAR}2021-001/"])
def test_only_those_who_may_see_figures(client: Client, address: str) -> None:
    assert client.get(address).headers["Location"] == f"/logg-inn/?next={address}"
    client.force_login(reader(role=None))
    assert client.get(address).status_code == 403
