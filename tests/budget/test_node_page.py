"""The page of a node: why it deviates, at every level, to whom, and what it answers to an address that cannot be."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.tables.drivers import DriversTable, PartsTable
from roros.models import DataVersion
from roros.numbers import NBSP
from tests.budget.figures import balance, chart, organisation, reader, supply
from tests.budget.test_deviations_page import rows, text

SMALL = 1, 3
BUILDINGS = "/avvik/2021/rammeomrade/7/"


@pytest.fixture
def politician(demo: None, client: Client) -> Client:
    client.force_login(reader())
    return client


def headings(page: object) -> list[str]:
    """The findings of the page."""
    markup = page.content.decode()  # type: ignore[attr-defined]
    return [text(found) for found in re.findall(r"<h[12][^>]*>(.*?)</h[12]>", markup, re.DOTALL)]


def test_the_building_department(politician: Client) -> None:
    page = politician.get(BUILDINGS)
    assert page.status_code == 200
    assert headings(page) == [
        "Bygningsadministrasjon brukte 6,1 mill. kr mer enn budsjettert. Strøm sto for 4,0",
        "58 prosent av avviket kom i oktober–desember",
        "Strøm, lønn renhold og pensjonsinnskudd forklarer 5,6 av 6,1 mill. kr",
        "Skolebygg og Helsebygg har de største avvikene",
        "Slik er tallet laget: −6 051 838 kr",
    ]
    assert [plain(figure.value) for figure in page.context["figures"]] == [
        "18 342",
        "12 290",
        "−6 052",
        "−49,2 %",
        "11 527",
    ]
    assert rows(page, 0)[-1] == "desember 18 342 12 290 −6 052 11 527"
    assert rows(page, 1) == [
        "Strøm 5 941 9 942 −4 001",
        "Lønn renhold 5 340 6 428 −1 089",
        "Pensjonsinnskudd 883 1 443 −560",
        "Overføring til andre (private) 900 1 258 −358",
        "Husleieinntekter −9 518 −9 189 −329",
        "42 andre arter, netto 8 744 8 460 285",
        "Samlet avvik 12 290 18 342 −6 052",
    ]
    assert rows(page, 2)[0] == "6503 Skolebygg 9 489 6 585 −2 904 −44,1 %"
    assert rows(page, 2)[-1] == "Sum 18 342 12 290 −6 052 −49,2 %"


def plain(value: object) -> str:
    return str(value).replace(NBSP, " ")


def test_the_panel_tells_how_the_figure_was_made(politician: Client) -> None:
    story = politician.get(BUILDINGS).context["story"]
    assert [(str(line.label), [plain(f"{amount:.0f}") for amount in line.amounts]) for line in story.sums] == [
        ("Opprinnelig budsjett", ["12290082"]),
        ("Endring 2021-003", ["1000000", "-1000000"]),
        ("Revidert budsjett", ["12290082"]),
        ("− Regnskap", ["18341920"]),
        ("Avvik", ["-6051838"]),
    ]
    assert story.sums[1].note == "kommunestyret 17.06.2021, sak 51/21"
    assert [(plain(line.note), f"{line.amounts[0]}") for line in story.largest] == [
        ("6503 · 2220 · 118000 · 12.2021 · rad 25 600", "847543.40"),
        ("6503 · 2220 · 118000 · 11.2021 · rad 25 599", "511109.17"),
        ("6506 · 2610 · 118000 · 12.2021 · rad 26 768", "458900.59"),
    ]
    assert (plain(story.all_lines.label), story.all_lines.href) == (
        "Alle 2 416 linjer",
        "/avvik/2021/linjer/?rammeomrade=7",
    )
    assert plain(story.source).startswith("regnskap-2021.xlsx, arket «Regnskap 2021», rad 24 769–27 184. Lest inn ")
    assert story.source_link is None  # a politician may not see imports
    assert [(plain(line.label), f"{line.amounts[0]:.0f}") for line in story.earlier] == [
        ("Per 30. april", "-2035058"),
        ("Per 31. august", "-2312444"),
        ("Per 31. desember", "-6051838"),
    ]


def test_the_chart_holds_the_numbers(politician: Client) -> None:
    markup = politician.get(BUILDINGS).content.decode()
    block = re.search(r'<script type="application/json" id="maned-data">(.*?)</script>', markup, re.DOTALL)
    assert block is not None
    lines = {trace["name"]: trace["y"][-1] for trace in json.loads(block[1])["data"]}
    assert lines == {"Regnskap 2020": 11.527, "Budsjett": 12.29, "Regnskap 2021": 18.342}


@pytest.mark.parametrize(
    ("address", "first", "trail"),
    [
        (
            "virksomhet/310/",
            "Røros sykehjem brukte 3,4 mill. kr mer enn budsjettert",
            ["Helse og omsorg", "Røros sykehjem"],
        ),
        (
            "ansvar/6503/",
            "Skolebygg brukte 2,9 mill. kr mer enn budsjettert",
            ["Bygningsadministrasjon", "Bygningsadministrasjon", "Skolebygg"],
        ),
        ("tjeneste/2020/", "Grunnskole brukte 2,5 mill. kr mindre enn budsjettert", ["Grunnskole"]),
        (
            "art/118000/?rammeomrade=7",
            "Strøm i Bygningsadministrasjon kostet 4,0 mill. kr mer enn budsjettert",
            ["Bygningsadministrasjon", "Bygningsadministrasjon", "Strøm"],
        ),
        ("prosjekt/111011/", "Korona kostet 7,4 mill. kr uten budsjett", ["Korona"]),
        (
            "ansvar/6503/?tjeneste=2220&art=118000",
            "Strøm i skolelokaler i Skolebygg kostet 1,5 mill. kr mer enn budsjettert",
            None,
        ),
        ("rammeomrade/9/", "Sentrale inntekter fikk inn 18,9 mill. kr mer enn budsjettert", None),
    ],
)
def test_every_level_has_a_page(politician: Client, address: str, first: str, trail: list[str] | None) -> None:
    page = politician.get(f"/avvik/2021/{address}")
    assert plain(page.context["finding"]).startswith(first)
    if trail is not None:
        assert [crumb.label for crumb in page.context["trail"]] == ["Oversikt", "Avvik", *trail]
    for driver in page.context["drivers"]:
        table = driver["table"]
        assert isinstance(table, DriversTable)
        assert sum(line.read("deviation") for line in table.data) == table.footer[0].read("deviation")
    parts = page.context["parts"]
    assert isinstance(parts, PartsTable)
    assert sum(line.read("deviation") for line in parts.data) == parts.footer[0].read("deviation")


def test_rows_lead_down_inside_the_filters(politician: Client) -> None:
    parts = politician.get("/avvik/2021/rammeomrade/3/").context["parts"]
    assert parts.data.data[0].read("href") == "/avvik/2021/virksomhet/310/?rammeomrade=3"
    assert parts.data.data[0].read("story") == "/avvik/2021/historie/?rammeomrade=3&virksomhet=310"
    page = politician.get("/avvik/2021/ansvar/6503/?periode=8")
    step = page.context["drivers"][0]["table"].data.data[0]
    assert step.read("href") == f"/avvik/2021/art/{step.read('href').split('/')[4]}/?periode=8&ansvar=6503"
    assert politician.get(step.read("href")).context["period"].as_of.isoformat() == "2021-08-31"


def test_during_the_year(politician: Client) -> None:
    page = politician.get(f"{BUILDINGS}?periode=8&skala=kr")
    assert plain(page.context["finding"]).startswith(
        "Bygningsadministrasjon brukte 2,3 mill. kr mer enn budsjettert til og med august"
    )
    assert [str(figure.label) for figure in page.context["figures"]][-1] == "Revidert budsjett 2021"
    assert page.context["period"].previous.label == "1. tertial 2021"
    assert "Periodisert budsjett" in text(page.context["parts"].html)


def test_a_year_without_a_budget(politician: Client) -> None:
    page = politician.get("/avvik/2020/rammeomrade/7/")
    assert plain(page.context["finding"]) == "Bygningsadministrasjon brukte 11,5 mill. kr i 2020"
    assert page.context["drivers"] == []
    assert plain(page.context["story"].title) == "Slik er tallet laget: 11 526 524 kr"


def test_a_node_without_lines_says_so(politician: Client) -> None:
    page = politician.get("/avvik/2021/art/118000/?ansvar=1000")
    assert page.status_code == 200
    assert page.context["chart"] is None
    assert "Ingen tall i denne perioden." in page.content.decode()


def test_the_parts_as_a_file(politician: Client) -> None:
    file = politician.get(f"{BUILDINGS}?_export=csv")
    assert file["Content-Disposition"] == 'attachment; filename="avvik-rammeomrade-7.csv"'
    lines = file.content.decode().splitlines()
    assert lines[0] == "kode,navn,regnskap,revidert_budsjett,avvik,avvik_pst,er_sum"
    assert lines[-1] == ",Sum,18341920.09,12290082.00,-6051838.09,-49.2,true"
    assert politician.get(f"{BUILDINGS}?_export=pdf").status_code == 400


def municipality(size: int) -> None:
    """One to three virksomheter with as many ansvar, tjenester and arts."""
    placements = [(f"{unit}{centre}", f"V{unit}", 1) for unit in range(size) for centre in range(size)]
    organisation(*placements)
    codes = [str(code) for code in range(size)]
    chart(tjenester=codes, arter=codes, prosjekter=["P1"])
    for ansvar, _unit, _number in placements:
        for code in codes:
            balance(ansvar, actual=10, original=9, tjeneste=code, art=code, prosjekt="P1")
    supply(2021)


@pytest.mark.django_db
@pytest.mark.parametrize("size", SMALL)
def test_queries_do_not_grow(client: Client, size: int) -> None:
    municipality(size)
    client.force_login(reader())
    for address in ("rammeomrade/1/", "virksomhet/V0/", "ansvar/00/", "tjeneste/0/", "art/0/", "prosjekt/P1/"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(f"/avvik/2021/{address}").status_code == 200
        assert len(queries) == 11


def test_nothing_new_is_answered_with_304(politician: Client) -> None:
    politician.get(BUILDINGS)  # sets the form token, which is part of what a page is
    page = politician.get(BUILDINGS)
    assert page["Cache-Control"] == "private, no-cache"
    again = politician.get(BUILDINGS, headers={"if-none-match": page["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    DataVersion.objects.update(version=99)
    assert politician.get(BUILDINGS, headers={"if-none-match": page["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/avvik/2021/rammeomrade/77/", 404, "Koden 77 finnes ikke"),
        ("/avvik/2021/art/uten/", 404, "Koden uten finnes ikke"),
        ("/avvik/2021/art/118000/?ansvar=0", 404, "Koden 0 finnes ikke"),
        ("/avvik/1999/rammeomrade/7/", 404, "Det finnes ingen tall for 1999"),
        ("/avvik/2021/kommune/7/", 404, "Siden finnes ikke"),
        ("/avvik/2021/art/%00/", 404, "Siden finnes ikke"),
        (f"/avvik/2021/art/{'9' * 21}/", 404, "Siden finnes ikke"),
        (f"{BUILDINGS}?periode=14", 400, "Perioden «14» finnes ikke. Velg 1 til 13."),
        (f"{BUILDINGS}?skala=euro", 400, "Skalaen «euro» finnes ikke."),
    ],
)
def test_addresses_that_cannot_be(politician: Client, address: str, status: int, words: str) -> None:
    answer = politician.get(address)
    assert answer.status_code == status
    assert words in unescape(answer.content.decode())


def test_nothing_to_post(politician: Client) -> None:
    assert politician.post(BUILDINGS).status_code == 405


@pytest.mark.django_db
def test_only_those_who_may_see_figures(client: Client) -> None:
    municipality(1)
    address = "/avvik/2021/rammeomrade/1/"
    assert client.get(address).headers["Location"] == f"/logg-inn/?next={address}"
    client.force_login(reader(role=None))
    assert client.get(address).status_code == 403
