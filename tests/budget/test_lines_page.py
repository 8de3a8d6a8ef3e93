"""The ledger lines behind a figure: paged, sorted, narrowed, as a file."""

from __future__ import annotations

from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.queries import lines as queries
from roros.numbers import NBSP
from tests import ledger_world
from tests.budget.figures import reader
from tests.budget.test_deviations_page import rows
from tests.ledger_world import Line

LINES = "/avvik/2021/linjer/"


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


def test_the_lines_of_the_building_department(politician: Client) -> None:
    page = politician.get(f"{LINES}?rammeomrade=7&sorter=-belop")
    assert page.context["heading"].replace(NBSP, " ") == "2 416 linjer gir 18 341 920 kr for Bygningsadministrasjon"
    assert rows(page)[0].startswith("118000 Strøm 6503 Skolebygg 2220 Skolelokaler 12 847 543,40 25 600 nr. ")
    assert rows(page)[-1] == "Sum av alle 2 416 linjer 18 341 920,09"
    assert len(rows(page)) == queries.PAGE_SIZE + 1
    assert "Side 1 av 25 (2 416 rader)" in page.content.decode().replace(NBSP, " ")


def test_pages_hold_every_line_once(politician: Client) -> None:
    seen = []
    for number in range(1, 4):
        page = politician.get(f"{LINES}?ansvar=6503&art=118000&sorter=belop&page={number}")
        seen += [line.read("rad") for line in page.context["table"].data]
        if not page.context["page"].has_next():
            break
    assert len(seen) == len(set(seen)) == page.context["page"].paginator.count == 12


@pytest.mark.parametrize("column", queries.ORDERS)
def test_sorting_is_that_of_the_database(small: Client, column: str) -> None:
    for descending in ("", "-"):
        data = small.get(f"{LINES}?sorter={descending}{column}").context["table"].data.data
        values = [line.read(column) for line in data]
        assert len(values) == 6
        assert values == sorted(values, reverse=bool(descending))


def test_kinds_of_lines(small: Client) -> None:
    def amounts(query: str) -> list[str]:
        return [str(line.read("belop")) for line in small.get(f"{LINES}?{query}").context["table"].data]

    assert amounts("slag=regnskap&ansvar=1000") == ["100.00", "110.50"]
    assert amounts("slag=budsjett&ansvar=1000&periode=1") == ["100.00"]
    assert amounts("slag=endring&periode=13") == ["-25.00", "25.00"]
    assert amounts("slag=endring") == []  # accounts reach March, the amendment is from June
    assert amounts("slag=regnskap_fjor") == []
    assert amounts("prosjekt=111011") == ["40.00"]
    assert amounts("prosjekt=uten&rammeomrade=3") == ["900.25"]
    assert amounts("virksomhet=900") == ["-1000.00", "-1100.75"]
    assert amounts("rammeomrade=uten") == []


def test_an_amendments_lines_name_it(small: Client) -> None:
    assert "2021-001" in rows(small.get(f"{LINES}?slag=endring&periode=13"))[0]


def test_one_line_and_none(small: Client) -> None:
    assert small.get(f"{LINES}?prosjekt=111011").context["heading"] == "Én linje på 40 kr for Korona"
    empty = small.get(f"{LINES}?slag=regnskap_fjor")
    assert empty.context["heading"] == "Ingen linjer for hele kommunen"
    assert "Ingen linjer i dette utvalget." in empty.content.decode()


def test_the_form_keeps_what_is_chosen(small: Client) -> None:
    markup = small.get(f"{LINES}?rammeomrade=3&art=101000&slag=budsjett&struktur=rapportert").content.decode()
    assert '<option value="budsjett" selected>' in markup
    assert '<input type="hidden" name="rammeomrade" value="3"' in markup
    assert '<input type="hidden" name="struktur" value="rapportert"' in markup
    assert 'name="art" value="101000"' in markup


def test_all_lines_as_a_file(politician: Client) -> None:
    file = politician.get(f"{LINES}?rammeomrade=7&_export=csv")
    assert file["Content-Disposition"] == 'attachment; filename="linjer-regnskap-2021.csv"'
    head, *lines, total = file.content.decode().splitlines()
    assert head == (
        "periode,belop,rad,art_kode,art_navn,ansvar_kode,ansvar_navn,tjeneste_kode,tjeneste_navn,prosjekt_kode,"
        "prosjekt_navn,ar,innlesing,fil,endring,er_sum"
    )
    assert len(lines) == 2416
    assert total.split(",")[1] == "18341920.09"


def test_a_file_has_an_end(small: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("budget.views.lines.MOST_EXPORTED", 5)
    answer = small.get(f"{LINES}?_export=csv")
    assert answer.status_code == 400
    assert "En fil kan ha høyst 5 linjer." in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 3])
def test_queries_do_not_grow(client: Client, size: int) -> None:
    ledger_world.build()
    found: list[Line] = [("1000", "1200", "101000", "", month, "100.00") for month in range(1, size + 1)]
    ledger_world.imported(ledger_world.ledger_file(found))
    client.force_login(reader())
    with CaptureQueriesContext(connection) as counted:
        page = client.get(f"{LINES}?ansvar=1000&sorter=-rad")
    assert len(page.context["table"].data) == size
    assert len(counted) == 8


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("slag=prognose", 400, "Slaget «prognose» finnes ikke."),
        ("sorter=passord", 400, "Tabellen kan ikke sorteres på «passord»."),
        ("art=0", 404, "Koden 0 finnes ikke"),
        ("_export=pdf", 400, "Tabellen finnes som csv, xlsx og json."),
    ],
)
def test_addresses_that_cannot_be(small: Client, query: str, status: int, words: str) -> None:
    answer = small.get(f"{LINES}?{query}")
    assert answer.status_code == status
    assert words in unescape(answer.content.decode())


def test_a_page_beyond_the_last_is_the_last(small: Client) -> None:
    assert small.get(f"{LINES}?page=99").context["page"].number == 1


def test_nothing_to_post(small: Client) -> None:
    assert small.post(LINES).status_code == 405


@pytest.mark.django_db
def test_only_those_who_may_see_figures(client: Client) -> None:
    assert client.get(LINES).headers["Location"] == f"/logg-inn/?next={LINES}"
    client.force_login(reader(role=None))
    assert client.get(LINES).status_code == 403
