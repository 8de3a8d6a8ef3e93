"""The front page: the answer first, in words that the figures hold up."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from roros.models import DataVersion, Role
from roros.numbers import NBSP
from tests.budget.figures import balance, chart, organisation, reader, supply
from tests.budget.test_deviations_page import rows, text


@pytest.fixture
def politician(demo: None, client: Client) -> Client:
    client.force_login(reader())
    return client


def headings(page: object) -> list[str]:
    markup = page.content.decode()  # type: ignore[attr-defined]
    return [text(found) for found in re.findall(r"<h[12][^>]*>(.*?)</h[12]>", markup, re.DOTALL)]


def test_the_answer_comes_first(politician: Client) -> None:
    page = politician.get("/")
    assert headings(page) == [
        "Kommunen gikk rundt i 2021, men tjenestene brukte 18,3 mill. kr mer enn budsjettert",
        "Sentrale inntekter ga 18,9 mill. kr mer enn budsjettert",
        "56 prosent av avviket kom i oktober–desember",
        "Fire av åtte rammeområder er over grensen",
        "Fire virksomheter brukte 14,9 mill. kr mer enn budsjettert. NAV brukte 2,5 mindre",
        "Tekniske områder snudde etter 2. tertial",
    ]
    assert page.context["lede"].replace(NBSP, " ") == (
        "Sentrale inntekter veide opp for det. 7,4 av de 18,3 millionene gjelder prosjektet Korona."
    )
    period = page.context["period"]
    assert (period.as_of.isoformat(), str(period.remark), period.previous.label) == (
        "2021-12-31",
        "årsregnskap",
        "2. tertial 2021",
    )


def test_the_tables(politician: Client) -> None:
    page = politician.get("/")
    assert rows(page, 0) == [
        "Åtte rammeområder (tjenestene) −18,3",
        "Sentrale inntekter 18,9",
        "Finans −0,9",
        "Sum i regnskapet −0,3",
    ]
    assert rows(page, 3)[6] == "7 Bygningsadministrasjon 18 342 12 290 −6 052 −49,2 %"
    assert rows(page, 3)[-1] == "Sum tjenester 373 222 354 933 −18 289 −5,2 %"
    assert [row.split(",")[0] for row in rows(page, 4)] == [
        "Bygningsadministrasjon −6",
        "Røros sykehjem −3",
        "Helse −3",
        "NAV 2",
        "Stab og støtte −2",
    ]
    assert rows(page, 4)[0].endswith("Strøm 4,0, lønn renhold 1,1, pensjonsinnskudd 0,6")
    changed = {pair.name: (round(pair.before), round(pair.now)) for pair in page.context["changed"]}
    assert changed["Bygningsadministrasjon"] == (-2_312_444, -6_051_838)


def test_charts_hold_the_numbers(politician: Client) -> None:
    markup = politician.get("/").content.decode()
    figures = {
        name: json.loads(block)
        for name, block in re.findall(
            r'<script type="application/json" id="(\w+)-data">(.*?)</script>', markup, re.DOTALL
        )
    }
    assert figures["maned"]["data"][-1]["y"][-1] == 373.222
    bars = dict(pair for trace in figures["omrader"]["data"] for pair in zip(trace["y"], trace["x"], strict=True))
    assert bars["Bygningsadministrasjon"] == -6.052
    assert len(bars) == 8


def municipality(size: int) -> None:
    """One to three rammeområder with two virksomheter each, and central income; August is reported."""
    placements = [(f"{number}{unit}", f"V{number}{unit}", number) for number in range(1, size + 1) for unit in (0, 1)]
    organisation(*placements, ("90", "V9", 9))
    chart(arter=["1", "2"], prosjekter=["P1"])
    for period in (8, 13):
        for ansvar, _unit, _number in placements:
            balance(ansvar, actual=1_000_000, original=900_000, period=period, art="1", prosjekt="P1")
        balance("90", actual=-1_000_000, original=-900_000, period=period, art="2")
    supply(2021)


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 3])
def test_queries_do_not_grow(client: Client, size: int) -> None:
    municipality(size)
    client.force_login(reader())
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/").status_code == 200
    assert len(queries) == 12


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kinds", "through", "finding"),
    [
        (["regnskap"], 13, "Tjenestene kostet 4,0 mill. kr i 2021. Budsjettet er ikke lest inn"),
        (["budsjett"], 13, "Tjenestene har 3,6 mill. kr i budsjett for 2021. Regnskapet er ikke lest inn"),
        (
            ["regnskap", "budsjett"],
            8,
            "Kommunen holdt budsjettet til og med august 2021. Tjenestene brukte 0,4 mill. kr mer enn budsjettert",
        ),
    ],
)
def test_what_is_missing_is_said(client: Client, kinds: list[str], through: int, finding: str) -> None:
    municipality(2)
    connection.cursor().execute("DELETE FROM budget_activeslice")
    supply(2021, kinds=kinds, through=through)
    client.force_login(reader())
    page = client.get("/")
    assert page.status_code == 200
    assert page.context["finding"].replace(NBSP, " ") == finding


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "words", "link"),
    [
        (Role.POLITIKER, "Økonomiavdelingen leser inn regnskap og budsjett", False),
        (Role.OKONOMI, "Les inn organisasjonen først, så budsjett og regnskap.", True),
    ],
)
def test_nothing_read_in_yet(client: Client, role: Role, words: str, link: bool) -> None:
    client.force_login(reader(role=role))
    markup = client.get("/").content.decode()
    assert "Ingen tall er lest inn ennå" in markup
    assert words in markup
    assert ('<a href="/innlesing/">Gå til innlesing</a>' in markup) is link


def test_nothing_new_is_answered_with_304(politician: Client) -> None:
    politician.get("/")  # sets the form token, which is part of what a page is
    page = politician.get("/")
    assert politician.get("/", headers={"if-none-match": page["ETag"]}).status_code == 304
    DataVersion.objects.update(version=99)
    assert politician.get("/", headers={"if-none-match": page["ETag"]}).status_code == 200


def test_nothing_to_post(politician: Client) -> None:
    assert politician.post("/").status_code == 405


@pytest.mark.django_db
def test_only_those_who_may_see_figures(client: Client) -> None:
    assert client.get("/").headers["Location"] == "/logg-inn/?next=/"
    client.force_login(reader(role=None))
    assert client.get("/").status_code == 403
