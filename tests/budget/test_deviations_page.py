"""The deviation page: what it shows, to whom, and what it answers to an address that cannot be."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from roros.models import Ansvar, DataVersion, Role
from roros.numbers import NBSP
from tests.budget.figures import balance, chart, organisation, reader, supply

SMALL = 1, 3


def text(markup: str) -> str:
    """The words of a piece of markup, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).replace(NBSP, " ").split())


def rows(response: HttpResponse, table: int = 0) -> list[str]:
    """The rows of a table on the page, each as its words."""
    tables = re.findall(r"<table.*?</table>", response.content.decode(), re.DOTALL)
    return [text(found) for found in re.findall(r"<tr.*?</tr>", tables[table], re.DOTALL)][1:]


def municipality(size: int) -> None:
    """One to three rammeområder with two virksomheter each, and central income."""
    placements = [(f"{n}{unit}", f"V{n}{unit}", n) for n in range(1, size + 1) for unit in (0, 1)]
    organisation(*placements, ("90", "V9", 9))
    tjenester = [f"{n}010" for n in range(1, size + 1)]
    chart(tjenester=[*tjenester, "8000"], arter=[f"{n}01000" for n in range(1, size + 1)], prosjekter=["P1", "P2"])
    for ansvar, _unit, number in placements:
        for prosjekt in ("", "P1"):
            balance(
                ansvar,
                actual=10,
                original=9,
                tjeneste=f"{number}010",
                art=f"{number}01000",
                prosjekt=prosjekt,
            )
    balance("90", actual=-30, original=-20, tjeneste="8000", art="101000")
    supply(2021)
    supply(2020, kinds=["regnskap"])


@pytest.fixture
def politician(demo: None, client: Client) -> Client:
    client.force_login(reader())
    return client


def test_front_of_the_deviations(politician: Client) -> None:
    page = politician.get("/avvik/2021/")
    assert page.status_code == 200
    assert page.context["finding"].heading == (
        "Fire av åtte områder brukte klart mer enn budsjettert. Helse og omsorg står for nesten halvparten"
    )
    assert page.context["finding"].lede.replace(NBSP, " ") == (
        "Tjenestene brukte 18,3 mill. kr mer enn revidert budsjett i 2021. "
        "Medregnet sentrale inntekter og finans gikk regnskapet 0,3 mill. kr dårligere enn budsjettert."
    )
    table = rows(page)
    assert (
        table[0]
        == "1 Stab og støtte 54 823 57 807 55 345 55 645 −2 162 −3,9 % Over grensen Forklaring : Stab og støtte"
    )
    assert table[3] == "Røros skole 42 535 46 253 45 705 45 705 −548 −1,2 %"  # children: the largest overspending first
    assert table[-4:] == [
        "Sum tjenester 347 287 373 222 354 633 354 933 −18 289 −5,2 %",
        "9 Sentrale inntekter −369 215 −391 669 −372 483 −372 783 18 887 5,1 %",
        "10 Finans 29 913 28 261 27 331 27 331 −930 −3,4 % Over grensen Forklaring : Finans",
        "Sum i regnskapet 7 985 9 813 9 481 9 481 −332 −3,5 %",
    ]
    assert rows(page, 1)[-1] == "Sum Frie disponible inntekter −369 215 −391 669 −372 483 −372 783 18 887 5,1 %"
    assert rows(page, 2)[-1] == "Sum Finansinntekter/-utgifter 29 913 28 261 27 331 27 331 −930 −3,4 %"
    caption = text(re.search(r"<caption.*?</caption>", page.content.decode(), re.DOTALL)[0])  # type: ignore[index]
    assert caption == (
        "Driftsregnskap januar–desember 2021. Beløp i 1000 kr. Minus = brukt mer enn budsjettert. "
        "«Over grensen» = merforbruk på minst 500 000 kr og 3 prosent."
    )


def test_during_the_year(politician: Client) -> None:
    page = politician.get("/avvik/2021/?periode=8&skala=mill")
    head = text(re.search(r"<thead.*?</thead>", page.content.decode(), re.DOTALL)[0])  # type: ignore[index]
    assert head == (
        "Rammeområde og virksomhet Regnskap hiå. 2020 Regnskap hiå. 2021 Periodisert budsjett hiå. Avvik hiå. "
        "Avvik som søyle Avvik i % Revidert budsjett 2021 Merknad"
    )
    assert rows(page)[0] == "1 Stab og støtte 35,8 36,9 36,5 −0,3 −0,9 % 55,6"
    assert "til og med august 2021" in page.context["finding"].lede


def test_levels_inside_each_other(politician: Client) -> None:
    page = politician.get("/avvik/2021/?niva=tjeneste&rammeomrade=3")
    assert rows(page)[0] == "1200 Administrasjon 37 90 3 3 −87 −2914,4 %"
    assert rows(page)[-1] == "Sum 149 775 160 395 151 538 151 538 −8 857 −5,8 %"
    arts = politician.get("/avvik/2021/?niva=art&ansvar=6512")
    assert rows(arts)[-1].startswith("Sum ")
    assert arts.context["filters"][0].name == "Øverhagaen 1"
    assert arts.context["filters"][0].remove == "?niva=art"
    assert "fjern filteret" in arts.content.decode()


def test_groups_and_the_whole_municipality(politician: Client) -> None:
    grouped = rows(politician.get("/avvik/2021/?niva=virksomhet"))
    assert grouped[:3] == [
        "1 Stab og støtte",
        "100 Sentraladministrasjonen 54 823 57 807 55 345 55 645 −2 162 −3,9 % Over grensen "
        "Forklaring : Sentraladministrasjonen",
        "Sum Stab og støtte 54 823 57 807 55 345 55 645 −2 162 −3,9 %",
    ]
    page = politician.get("/avvik/2021/?niva=virksomhet&gruppe=ingen")
    assert rows(page)[0].startswith("100 Sentraladministrasjonen")
    assert page.context["grouping"] == ("Del på rammeområder", "?niva=virksomhet")
    flat = rows(politician.get("/avvik/2021/?niva=tjeneste&gruppe=ingen"))
    assert len([row for row in flat if row.startswith("2540 ")]) == 1  # in two rammeområder, one row


def test_sorting_ranks_the_whole_municipality(politician: Client) -> None:
    page = politician.get("/avvik/2021/?niva=virksomhet&sorter=avvik")
    assert [row.split(" ")[0] for row in rows(page)[:3]] == ["650", "310", "330"]
    assert 'aria-sort="ascending"' in page.content.decode()
    unsorted = politician.get("/avvik/2021/?sorter=finnes_ikke")
    assert rows(unsorted)[0].startswith("1 Stab og støtte")


def test_rows_open_below_the_first_level_by_address(politician: Client) -> None:
    closed = politician.get("/avvik/2021/?niva=tjeneste&rammeomrade=3").content.decode()
    drill = re.search(r'<a class="drill" href="([^"]+)" aria-label="([^"]+)"', closed)
    assert drill is not None
    assert (unescape(drill[1]), drill[2]) == (
        "?niva=tjeneste&rammeomrade=3&apne=1200",
        "Arter i Administrasjon",
    )
    assert 'class="child' not in closed
    opened = politician.get("/avvik/2021/" + unescape(drill[1]))
    (parent,) = [line for line in opened.context["table"].data if line.children]
    assert (parent.read("code"), parent.open) == ("1200", True)
    deviations = [child.read("deviation") for child in parent.children]
    assert len(deviations) > 1
    assert deviations == sorted(deviations)
    assert sum(deviations) == parent.read("deviation")
    assert opened.content.decode().count('class="child') == len(deviations)


def test_last_year_without_a_budget(politician: Client) -> None:
    page = politician.get("/avvik/2020/")
    assert rows(page)[0] == "1 Stab og støtte .. 54 823 .. .. .. .."
    assert "«..» betyr at tallet mangler." in page.content.decode()


def test_an_empty_selection_says_so(politician: Client) -> None:
    page = politician.get("/avvik/2021/?ansvar=1000&tjeneste=2530")
    assert page.status_code == 200
    assert page.context["finding"].heading == "Ingen tall i dette utvalget"
    assert "Ingen tall i dette utvalget." in page.content.decode()


def test_files_hold_what_the_page_shows(politician: Client) -> None:
    csv = politician.get("/avvik/2021/?niva=virksomhet&rammeomrade=3&_export=csv")
    assert csv["Content-Disposition"] == 'attachment; filename="avvik-virksomhet.csv"'
    lines = csv.content.decode().splitlines()
    assert len(lines) == 1 + 6 + 1
    assert lines[-1].endswith("-5.8,true")
    central = politician.get("/avvik/2021/?tabell=sentrale-inntekter&_export=csv").content.decode().splitlines()
    assert central[-1].startswith("9,Sentrale inntekter,,Sum Frie disponible inntekter,kr,-369215235.66,")
    opened = politician.get("/avvik/2021/?apne=3&_export=csv").content.decode().splitlines()
    assert opened[0].startswith("nr,overordnet,navn,")
    assert [line.split(",")[:3] for line in opened[3:5]] == [
        ["3", "", "Helse og omsorg"],
        ["310", "3", "Røros sykehjem"],
    ]
    assert (opened[3].endswith(",true"), opened[4].endswith(",false")) == (True, True)
    assert politician.get("/avvik/2021/?_export=xlsx").content[:2] == b"PK"
    assert politician.get("/avvik/2021/?_export=json").json()["rows"][0]["avvik"] == -2161998.69


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/avvik/2021/?niva=hus", 400, "Nivået «hus» finnes ikke."),
        ("/avvik/2021/?periode=0", 400, "Perioden «0» finnes ikke."),
        ("/avvik/2021/?_export=pdf", 400, "Tabellen finnes som csv, xlsx og json."),
        ("/avvik/2019/", 404, "Det finnes ingen tall for 2019"),
        ("/avvik/2021/?ansvar=9999", 404, "Ansvar 9999 finnes ikke"),
        ("/avvik/2021/?tabell=hemmelig&_export=csv", 404, "Siden finnes ikke"),
        ("/avvik/?aar=2019", 404, "Det finnes ingen tall for 2019"),
        ("/avvik/?niva=hus", 400, "Nivået «hus» finnes ikke."),
    ],
)
def test_addresses_that_cannot_be(politician: Client, address: str, status: int, words: str) -> None:
    answer = politician.get(address)
    assert answer.status_code == status
    assert words in answer.content.decode()
    if words.startswith("Det finnes ingen"):
        assert 'href="/avvik/2021/"' in answer.content.decode()


def test_newest_year_and_tidy_addresses(politician: Client) -> None:
    assert politician.get("/avvik/")["Location"] == "/avvik/2021/"
    assert politician.get("/avvik/?aar=tull")["Location"] == "/avvik/2021/"
    asked = "/avvik/?aar=2020&niva=rammeomrade&periode=13&skala=kr&struktur=arets&ansvar=&tjeneste=2530"
    assert politician.get(asked)["Location"] == "/avvik/2020/?skala=kr&tjeneste=2530"
    assert politician.get("/avvik/")["Location"] == "/avvik/2021/?skala=kr", "the scale is remembered"


@pytest.mark.django_db
def test_before_the_first_import(client: Client) -> None:
    client.force_login(reader())
    answer = client.get("/avvik/")
    assert answer.status_code == 404
    assert "Ingen tall er lest inn ennå" in answer.content.decode()


@pytest.mark.django_db
def test_a_year_that_is_not_over_shows_its_last_month(client: Client) -> None:
    organisation(("1", "A", 1))
    chart()
    balance("1", period=8, actual=5, original=7)
    balance("1", period=13, actual=5, original=9)
    supply(2021, through=8)
    client.force_login(reader())
    page = client.get("/avvik/2021/?skala=kr")
    assert rows(page)[0] == "1 Område 1 .. 5 7 2 28,6 % 9"
    assert page.context["period"].as_of.isoformat() == "2021-08-31"
    assert [number for number, _name in page.context["form"].fields["periode"].choices][-1] == "8"
    whole = client.get("/avvik/2021/?periode=13")
    assert [(str(fact.label), fact.value) for fact in whole.context["period"].after] == [
        ("Regnskapet er lest inn til og med", "august")
    ]
    january = client.get("/avvik/2021/?periode=1")
    assert "Driftsregnskap januar 2021." in january.content.decode()
    only_budget = client.get("/avvik/2021/?_export=csv&tabell=budsjettendringer")
    assert len(only_budget.content.decode().splitlines()) == 1


@pytest.mark.django_db
def test_a_code_without_figures_can_still_be_seen_and_removed(client: Client) -> None:
    municipality(1)
    Ansvar.objects.create(code="77", name="Nytt ansvar")
    client.force_login(reader())
    page = client.get("/avvik/2021/?ansvar=77&gruppe=ingen&prosjekt=uten")
    assert '<option value="77" selected>77</option>' in page.content.decode()
    assert [(each.name, each.remove) for each in page.context["filters"]] == [
        ("Nytt ansvar", "?prosjekt=uten&gruppe=ingen"),
        ("Uten prosjekt", "?ansvar=77&gruppe=ingen"),
    ]


@pytest.mark.django_db
def test_a_year_with_a_budget_only(client: Client) -> None:
    organisation(("1", "A", 1))
    chart()
    balance("1", original=7)
    supply(2022, kinds=["budsjett"])
    balance("1", year=2022, original=9)
    client.force_login(reader())
    page = client.get("/avvik/2022/")
    assert page.context["finding"].heading == "Regnskapet for 2022 er ikke lest inn"
    assert page.context["source"] == ""


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/avvik/", "/avvik/2021/", "/avvik/2021/?_export=csv"])
def test_closed_to_those_without_a_role(client: Client, address: str) -> None:
    municipality(1)
    visitor = client.get(address)
    assert (visitor.status_code, visitor["Location"].partition("?")[0]) == (302, "/logg-inn/")
    client.force_login(reader(role=None))
    refused = client.get(address)
    assert refused.status_code == 403
    assert "Område 1" not in refused.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/avvik/", "/avvik/2021/"])
def test_reads_only(client: Client, address: str) -> None:
    municipality(1)
    client.force_login(reader())
    assert client.post(address).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("size", SMALL)
@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 9),  # session, user, roles, version, years, rows, children, choices, central tables
        ("niva=virksomhet", 7),
        ("niva=virksomhet&apne=V10&apne=V11", 8),
        ("niva=ansvar", 7),
        ("niva=tjeneste", 7),
        ("niva=tjeneste&rammeomrade=1", 8),  # and the names of the filters
        ("niva=art&rammeomrade=1&ansvar=10", 8),
        ("niva=prosjekt", 7),
        ("_export=csv", 6),
        ("tabell=sentrale-inntekter&_export=csv", 6),
    ],
)
def test_queries_do_not_grow_with_rows(client: Client, query: str, count: int, size: int) -> None:
    municipality(size)
    client.force_login(reader())
    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"/avvik/2021/?{query}")
    assert page.status_code == 200
    assert len(queries) == count


@pytest.mark.django_db
def test_304_until_a_figure_moves(client: Client) -> None:
    municipality(1)
    client.force_login(reader())
    client.get("/avvik/2021/")  # the form token is made
    first = client.get("/avvik/2021/")
    assert first["Cache-Control"] == "private, no-cache"
    assert "Cookie" in first["Vary"]
    again = client.get("/avvik/2021/", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    DataVersion.objects.update(version=2)
    assert client.get("/avvik/2021/", headers={"if-none-match": first["ETag"]}).status_code == 200


@pytest.mark.django_db
def test_a_kept_page_is_nobody_elses(client: Client) -> None:
    municipality(1)
    client.force_login(reader())
    first = client.get("/avvik/2021/")
    client.force_login(reader("rådgiver", role=Role.OKONOMI))
    assert client.get("/avvik/2021/", headers={"if-none-match": first["ETag"]}).status_code == 200
    client.force_login(reader("gjest", role=None))
    assert client.get("/avvik/2021/", headers={"if-none-match": first["ETag"]}).status_code == 403
