"""The forecast pages: who sees what, who may send, and that no draft leaks into a file."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.models import Forecast, Round, RoundTask, TaskStep
from budget.queries.forecasts import proposals
from roros import table_registry
from roros.models import Role
from roros.numbers import NBSP
from roros.table_registry import NoSuchTable, TableQuery
from tests.budget.figures import supply
from tests.budget.forecast_rounds import economist, open_round, say, sign, somebody
from tests.budget.test_forecasts import small

D = Decimal
PAGE = "/prognoser/2021/"


def words(markup: str) -> str:
    """The words of a piece of markup, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).replace(NBSP, " ").replace("\N{SOFT HYPHEN}", "").split())


def rows(response: HttpResponse, table: int = 0) -> list[str]:
    """The rows of a table on the page, each as its words."""
    tables = re.findall(r"<table.*?</table>", response.content.decode(), re.DOTALL)
    return [words(found) for found in re.findall(r"<tr.*?</tr>", tables[table], re.DOTALL)][1:]


def heading(response: HttpResponse) -> str:
    """The finding of the page."""
    found: str = response.context["finding"].heading
    return found.replace(NBSP, " ")


@pytest.fixture
def drafts(demo: None) -> Round:
    """The first tertial signed as proposed; the second open, with the building department dearer than proposed."""
    first = open_round(4)
    say(first, dict.fromkeys(proposals(2021, 4)))
    sign(first)
    second = open_round(8)
    say(second, dict.fromkeys(proposals(2021, 8)))
    say(second, {"650": 16_500_000}, reason="Strøm")
    return second


def signed_in(client: Client, role: Role, **scope: str | int) -> Client:
    """The client as somebody with the role."""
    client.force_login(somebody(role, name=f"som-{role.value}", **scope))  # type: ignore[arg-type]
    return client


# -- the page


def test_the_draft_for_those_who_may_read_all(drafts: Round, client: Client) -> None:
    page = signed_in(client, Role.OKONOMI).get(PAGE)
    assert heading(page) == (
        "Kommunen ventes å ende 7,2 mill. kr bedre enn budsjettert i 2021. "
        "Lengst over budsjettet er Bygningsadministrasjon med 4,2 mill. kr"
    )
    assert page.context["finding"].lede.replace(NBSP, " ") == (
        "Utkast fra 2. tertial 2021, som ikke er signert. Tjenestene ventes å bruke 6,3 mill. kr mer enn budsjettert. "
        "Det er 1,4 mill. kr dårligere enn i 1. tertial 2021."
    )
    table = rows(page)
    assert "7 Bygningsadministrasjon 12 290 16 500 −4 210 −34,3 % 14 325 −2 175 Over grensen" in table
    assert table[1].startswith("2 Oppvekst")
    assert table[2].startswith("Røros barnehage")  # the one furthest over its budget comes first
    assert table[-1].startswith("Sum kommunen 9 481 2 246 7 235")


def test_a_reader_sees_what_is_signed_and_nothing_else(drafts: Round, client: Client) -> None:
    page = signed_in(client, Role.POLITIKER).get(PAGE)
    assert "Prognosen er gitt i 1. tertial 2021" in page.context["finding"].lede
    assert "16 500" not in words(page.content.decode())
    assert "2. tertial" not in page.content.decode()
    for form in ("csv", "json", "xlsx"):
        file = client.get(PAGE, {"_export": form})
        assert file.status_code == 200
        assert b"16500000" not in file.content
    assert client.get(PAGE, {"runde": drafts.pk}).status_code == 400
    with pytest.raises(NoSuchTable):
        table_registry.get("prognoser")(TableQuery(2021, 8))
    registered = table_registry.get("prognoser")(TableQuery(2021))
    assert {row["runde"] for row in registered.rows} == {"1. tertial 2021"}


def test_a_leader_sees_the_own_draft_on_request(drafts: Round, client: Client) -> None:
    signed_in(client, Role.VIRKSOMHETSLEDER, virksomhet="650")
    assert "1. tertial 2021" in client.get(PAGE).context["finding"].lede  # the whole municipality comes first
    page = client.get(PAGE, {"runde": drafts.pk})
    assert heading(page) == "Bygningsadministrasjon ventes å ende 4,2 mill. kr dårligere enn budsjettert i 2021"
    assert len(rows(page)) == 1
    told = json.loads(client.get(PAGE, {"runde": drafts.pk, "_export": "json"}).content, parse_float=D)
    assert [row["navn"] for row in told["rows"]] == ["Bygningsadministrasjon"]


def test_a_kommunalsjef_sees_the_own_rammeomrade(drafts: Round, client: Client) -> None:
    page = signed_in(client, Role.KOMMUNALSJEF, rammeomrade=6).get(PAGE, {"runde": drafts.pk})
    assert [row.split(" ")[0] for row in rows(page)][:2] == ["6", "Brann"]
    assert "Dine virksomheter ventes å ende" in heading(page)
    assert not any("Bygningsadministrasjon" in row for row in rows(page))


def test_hits_and_back_test_stand_below(drafts: Round, client: Client) -> None:
    page = signed_in(client, Role.POLITIKER).get(PAGE)
    assert page.context["hit_finding"].heading.replace(NBSP, " ") == (
        "Prognosen i 1. tertial 2021 var 8,9 mill. kr for lav"
    )
    assert "650 Bygningsadministrasjon 12 290 18 342 14 325 −4 017 −32,7 %" in rows(page, 2)
    assert client.get(PAGE, {"tabell": "prognosetreff", "_export": "csv"}).content.count(b"\r\n") == 25
    assert b"bom_sesong_8" in client.get(PAGE, {"tabell": "tilbakeprove", "_export": "csv"}).content
    for chart in ("hit_chart", "test_chart"):
        assert page.context[chart].numbers.rows
        assert page.context[chart].source.startswith("Kilde: regnskap-2021.xlsx")


def test_a_year_without_rounds_says_so(demo: None, client: Client) -> None:
    page = signed_in(client, Role.POLITIKER).get(PAGE)
    assert heading(page) == "Ingen prognoser å vise for 2021"
    assert page.context["scores"] is not None
    assert client.get("/prognoser/").headers["Location"] == PAGE
    assert client.get("/prognoser/1999/").status_code == 404
    assert client.get(PAGE, {"tabell": "finnes-ikke"}).status_code == 404
    assert client.get(PAGE, {"tabell": "prognosetreff", "_export": "csv"}).status_code == 404
    assert client.get(PAGE, {"_export": "pdf"}).status_code == 400


def test_nobody_without_a_role(demo: None, client: Client) -> None:
    assert client.get(PAGE).status_code == 302
    client.force_login(somebody(name="ingen"))
    assert client.get(PAGE).status_code == 403


@pytest.mark.parametrize("units", [("V1",), ("V1", "V2", "V3")])
def test_queries_do_not_grow_with_units(db: None, client: Client, units: tuple[str, ...]) -> None:
    small(through=13, units=len(units))
    sign(_said(4, units))
    _said(8, units)
    signed_in(client, Role.KOMMUNALSJEF, rammeomrade=1)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)
    assert len(queries) == QUERIES


QUERIES = 11


def _said(period: int, units: tuple[str, ...]) -> Round:
    made = open_round(period)
    say(made, dict.fromkeys(units))
    return made


# -- the form


def address(reporting: Round, unit: str = "650") -> str:
    return f"/prognoser/runde/{reporting.pk}/{unit}/"


def start(reporting: Round) -> None:
    """The first step of every task, as opening a round leaves it: the page of a task tells it."""
    for task in RoundTask.objects.filter(round=reporting):
        TaskStep.objects.create(task=task, state=task.state, by=economist())


def test_a_leader_takes_the_proposal(demo: None, client: Client) -> None:
    reporting = open_round()
    start(reporting)
    signed_in(client, Role.VIRKSOMHETSLEDER, virksomhet="650")
    answer = client.post(address(reporting), {"method": "sesong", "amount": "", "reason": ""})
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/rapportering/{reporting.pk}/650/"
    made = Forecast.objects.get()
    assert (made.amount, made.proposed, made.made_by.username) == (  # type: ignore[union-attr]
        D("15972122.88"),
        D("15972122.88"),
        "som-virksomhetsleder",
    )


def test_another_amount_needs_a_reason_and_all_are_shown(demo: None, client: Client) -> None:
    reporting = open_round()
    signed_in(client, Role.VIRKSOMHETSLEDER, virksomhet="650")
    sent = {"method": "rest-budsjett", "amount": "16 500 000", "reason": ""}
    answer = client.post(address(reporting), sent)
    assert answer.status_code == 200
    assert "Forslaget er 14 602 525,73 kr" in words(answer.content.decode())
    assert not Forecast.objects.exists()
    client.post(address(reporting), {**sent, "reason": "Strøm"})
    client.post(address(reporting), {**sent, "amount": "16 700 000", "reason": "Mer strøm"})
    page = words(client.get(address(reporting)).content.decode())
    assert "2 prognoser i runden" in page
    assert page.index("16 700 000 kr") < page.index("16 500 000 kr")
    assert "Prognoseavvik −4 409 918 kr" in page


@pytest.mark.parametrize("amount", ["mye", "1.234", "1234,567"])
def test_an_amount_that_cannot_be_read_is_refused(demo: None, client: Client, amount: str) -> None:
    reporting = open_round()
    signed_in(client, Role.OKONOMI)
    answer = client.post(address(reporting), {"method": "rest-budsjett", "amount": amount, "reason": "x"})
    assert answer.status_code == 200
    assert answer.context["panel"].form.errors["amount"]
    assert client.post(address(reporting), {"method": "magefølelse"}).context["panel"].form.errors["method"]
    assert not Forecast.objects.exists()


def test_an_ansvar_has_its_own_form(demo: None, client: Client) -> None:
    reporting = open_round()
    signed_in(client, Role.VIRKSOMHETSLEDER, virksomhet="650")
    page = client.get(address(reporting))
    assert "6503 Skolebygg 6 585 5 723 7 966 9 067 .. .." in rows(page)
    answer = client.post(f"{address(reporting)}6503/", {"method": "sesong"})
    assert answer.headers["Location"] == address(reporting)
    assert Forecast.objects.get().ansvar_id == "6503"
    assert "6503 Skolebygg 6 585 5 723 7 966 9 067 9 067 −2 482" in rows(client.get(address(reporting)))
    assert client.get(f"{address(reporting)}2000/").status_code == 404  # of another unit


@pytest.mark.parametrize(
    ("role", "scope", "reads", "sends"),
    [
        (Role.OKONOMI, {}, 200, 302),
        (Role.VIRKSOMHETSLEDER, {"virksomhet": "650"}, 200, 302),
        (Role.VIRKSOMHETSLEDER, {"virksomhet": "200"}, 403, 403),
        (Role.KOMMUNALSJEF, {"rammeomrade": 7}, 200, 403),
        (Role.KOMMUNALSJEF, {"rammeomrade": 2}, 403, 403),
        (Role.KOMMUNEDIREKTOR, {}, 200, 403),
        (Role.REVISOR, {}, 200, 403),
        (Role.ADMINISTRATOR, {}, 200, 403),
        (Role.HR, {}, 403, 403),
        (Role.POLITIKER, {}, 403, 403),
    ],
)
def test_who_may_read_and_send(
    demo: None, client: Client, role: Role, scope: dict[str, str | int], reads: int, sends: int
) -> None:
    reporting = open_round()
    signed_in(client, role, **scope)
    assert client.get(address(reporting)).status_code == reads
    assert client.post(address(reporting), {"method": "rest-budsjett"}).status_code == sends
    assert Forecast.objects.count() == (sends == 302)


def test_what_does_not_exist(demo: None, client: Client) -> None:
    reporting = open_round()
    signed_in(client, Role.OKONOMI)
    assert client.get("/prognoser/runde/999999/650/").status_code == 404
    assert client.get(address(reporting, "nei")).status_code == 404


def test_a_signed_round_shows_why_nothing_can_be_sent(drafts: Round, client: Client) -> None:
    sign(drafts)
    signed_in(client, Role.OKONOMI)
    page = client.get(address(drafts))
    assert "2. tertial 2021 er signert" in words(page.content.decode())
    assert b"Lagre prognosen" not in page.content
    answer = client.post(address(drafts), {"method": "rest-budsjett"})
    assert "2. tertial 2021 er signert" in words(answer.content.decode())
    assert Forecast.objects.filter(round=drafts, virksomhet="650").count() == 2


def test_no_figures_no_proposal(db: None, client: Client) -> None:
    small()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM budget_activeslice WHERE year = 2021")
    supply(2021, kinds=["budsjett"])
    reporting = open_round()
    signed_in(client, Role.OKONOMI)
    assert "Det finnes ingen tall å foreslå en prognose fra" in words(
        client.get(address(reporting, "V1")).content.decode()
    )
