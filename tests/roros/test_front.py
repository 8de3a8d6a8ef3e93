"""The front page: the answer first, in words that the figures hold up."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.models import Decision, DecisionStatus, Indicator, IndicatorTarget, IndicatorValue
from climate.models import Emission
from investments.models import Project, ProjectYear
from roros.models import DataVersion, Rammeomrade, Role
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
        "Fire av åtte rammeområder er over grensen",
        "56 prosent av avviket kom i oktober–desember",
        "Fire virksomheter brukte 14,9 mill. kr mer enn budsjettert. NAV brukte 2,5 mindre",
        "Tekniske områder snudde etter 2. tertial",
        "Øverhagaen er 32,8 mill. kr over rammen. 9 av 39 prosjekter er forsinket",
        "3 av 9 vedtak har passert fristen. 2 er ferdige",
        "Sykefraværet steg til 8,3 prosent. Helse og omsorg trekker mest opp",
        "Utslippene ligger 3 100 tonn over veien til 2030-målet",
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
    assert rows(page, 1)[6] == "7 Bygningsadministrasjon 18 342 12 290 −6 052 −49,2 %"
    assert rows(page, 1)[-1] == "Sum tjenester 373 222 354 933 −18 289 −5,2 %"
    assert [row.split(",")[0] for row in rows(page, 3)] == [
        "Bygningsadministrasjon −6",
        "Røros sykehjem −3",
        "Helse −3",
        "NAV 2",
        "Stab og støtte −2",
    ]
    assert rows(page, 3)[0].endswith("Strøm 4,0, lønn renhold 1,1, pensjonsinnskudd 0,6")
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
    assert set(figures) == {"maned"}


def test_what_the_rooms_tell(politician: Client) -> None:
    page = politician.get("/")
    markup = text(page.content.decode())
    assert "Øverhagaen 338,8 av 306,0 mill." in markup
    assert "11 prosjekter til er utenfor planen." in markup
    assert "Frist 01.05.2021. Sist behandlet: Formannskapet 19.08.2021, sak 80/21." in markup
    assert rows(page, 4)[0] == "Helse og omsorg 9,1 11,3"
    assert rows(page, 4)[-1] == "Hele kommunen 7,2 8,3"
    assert "Målet er nådd: Stab og støtte (4,5 prosent)." in markup
    assert rows(page, 5) == ["2009 23 727", "2020 23 089", "Mål 2030 16 609"]


def furnish(size: int) -> None:
    """As many rows in each of the other rooms."""
    area = Rammeomrade.objects.get(number=1)
    for number in range(1, size + 1):
        project = Project.objects.create(code=f"P{number}", name=f"Prosjekt {number}", rammeomrade=area)
        ProjectYear.objects.create(
            project=project, year=2021, approved_total=100, accrued_total=50, revised_budget=60, actual=50
        )
        decision = Decision.objects.create(
            code=f"2021-{number}", year=2021, number=number, title="Utrede", deadline=date(2021, 5, 1)
        )
        DecisionStatus.objects.create(decision=decision, status="forsinket", as_of=date(2021, 12, 31), reason="Rapport")
        indicator = Indicator.objects.create(code=f"m{number}", name=f"Måltall {number}", unit="%", place=number)
        IndicatorValue.objects.create(indicator=indicator, municipality="Røros", year=2021, value=1)
        IndicatorTarget.objects.create(indicator=indicator, year=2021, direction="min", value=2)
        Emission.objects.create(municipality="Røros", year=2010 + number, sector="Jordbruk", gas="CO2", tonnes=100)


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
@pytest.mark.parametrize("size", [1, 3])
def test_queries_with_every_room(client: Client, size: int) -> None:
    municipality(size)
    furnish(size)
    client.force_login(reader())
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/")
    assert page.status_code == 200
    assert {section.id for section in page.context["sections"]} == {"prosjekter", "vedtak", "klima"}
    assert len(queries) == 12  # session, user, roles, version; years, tables, curve, parts; one for each room
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/").status_code == 200
    assert len(queries) == 4  # session, user, roles, version


@pytest.mark.django_db
def test_a_room_without_figures_is_not_there(client: Client) -> None:
    municipality(1)
    client.force_login(reader())
    page = client.get("/")
    assert page.context["sections"] == []


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
