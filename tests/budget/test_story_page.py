"""The story of any figure: formula, largest lines, where they came from; a page or a panel."""

from __future__ import annotations

from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.queries.story import Figure
from roros.models import Role
from roros.numbers import NBSP
from tests import ledger_world
from tests.budget.figures import reader

STORY = "/avvik/2021/historie/"


@pytest.fixture
def politician(demo: None, client: Client) -> Client:
    client.force_login(reader())
    return client


def sums(page: object) -> list[tuple[str, list[str]]]:
    """The lines of the calculation."""
    story = page.context["story"]  # type: ignore[attr-defined]
    return [(str(line.label), [f"{amount:.2f}" for amount in line.amounts]) for line in story.sums]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("regnskap", [("Regnskap 2021", ["9941814.84"])]),
        ("opprinnelig_budsjett", [("Opprinnelig budsjett", ["5941000.00"])]),
        ("revidert_budsjett", [("Opprinnelig budsjett", ["5941000.00"]), ("Revidert budsjett", ["5941000.00"])]),
        ("regnskap_fjor", [("Regnskap 2020", ["6340780.59"])]),
        (
            "avvik",
            [
                ("Opprinnelig budsjett", ["5941000.00"]),
                ("Revidert budsjett", ["5941000.00"]),
                ("− Regnskap", ["9941814.84"]),
                ("Avvik", ["-4000814.84"]),
            ],
        ),
    ],
)
def test_each_column_has_its_story(politician: Client, column: str, expected: list[tuple[str, list[str]]]) -> None:
    page = politician.get(f"{STORY}?rammeomrade=7&art=118000&kolonne={column}")
    assert sums(page) == expected
    heading = page.context["heading"].replace(NBSP, " ")
    assert heading.startswith(f"{Figure(column).label} for strøm i Bygningsadministrasjon er ")
    assert heading.endswith(" kr")
    assert len(page.context["story"].largest) == 3


def test_last_years_story_lists_last_years_lines(politician: Client) -> None:
    story = politician.get(f"{STORY}?rammeomrade=7&kolonne=regnskap_fjor").context["story"]
    assert story.title.replace(NBSP, " ") == "Slik er tallet laget: 11 526 524 kr"
    assert story.all_lines.href == "/avvik/2021/linjer/?rammeomrade=7&slag=regnskap_fjor"
    assert story.source.startswith("regnskap-2020.xlsx, arket «Regnskap 2020»")


def test_a_part_of_the_year(politician: Client) -> None:
    page = politician.get(f"{STORY}?rammeomrade=7&periode=8")
    assert [label for label, _amounts in sums(page)] == [
        "Opprinnelig budsjett til og med august",
        "Endring 2021-003",
        "Revidert budsjett til og med august",
        "− Regnskap til og med august",
        "Avvik",
    ]
    assert sums(page)[-1][1] == ["-2312443.73"]


def test_the_whole_municipality(politician: Client) -> None:
    page = politician.get(STORY)
    assert page.context["heading"].replace(NBSP, " ") == "Avvik for hele kommunen er −332 282 kr"
    assert len(page.context["story"].sums) == 1 + 9 + 3


def test_the_panel_alone(politician: Client) -> None:
    panel = politician.get(f"{STORY}?rammeomrade=7", headers={"hx-request": "true"}).content.decode()
    assert panel.startswith('<aside class="story"')
    assert "<html" not in panel


@pytest.mark.django_db
@pytest.mark.parametrize(("column", "queries"), [("avvik", 10), ("regnskap", 8), ("revidert_budsjett", 9)])
def test_queries_do_not_grow(client: Client, column: str, queries: int) -> None:
    ledger_world.build()
    ledger_world.load()
    client.force_login(reader())
    for filters in ("rammeomrade=1", "rammeomrade=3"):
        with CaptureQueriesContext(connection) as counted:
            assert client.get(f"{STORY}?{filters}&kolonne={column}").status_code == 200
        assert len(counted) == queries


@pytest.mark.django_db
def test_who_read_it_in_and_the_way_there(client: Client) -> None:
    ledger_world.build()
    by = ledger_world.user(Role.OKONOMI)
    run = ledger_world.imported(ledger_world.ledger_file(), by=by)
    client.force_login(by)
    story = client.get(f"{STORY}?ansvar=1000&kolonne=regnskap").context["story"]
    assert f"av økonomi, innlesing nr. {run.pk}." in story.source
    assert story.source_link.href == f"/innlesing/{run.pk}/"
    assert "uten-rolle" not in story.source


@pytest.mark.django_db
def test_a_source_that_is_missing_is_no_figure(client: Client) -> None:
    ledger_world.build()
    ledger_world.imported(ledger_world.ledger_file())
    client.force_login(reader())
    page = client.get(f"{STORY}?ansvar=1000")
    assert page.context["story"].title == "Slik er tallet laget: .. kr"
    assert page.context["story"].sums[0].amounts == (None,)


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("kolonne=prognose", 400, "Kolonnen «prognose» finnes ikke."),
        ("ansvar=0", 404, "Koden 0 finnes ikke"),
        ("periode=0", 400, "Perioden «0» finnes ikke."),
    ],
)
def test_addresses_that_cannot_be(politician: Client, query: str, status: int, words: str) -> None:
    answer = politician.get(f"{STORY}?{query}")
    assert answer.status_code == status
    assert words in unescape(answer.content.decode())


def test_nothing_to_post(politician: Client) -> None:
    assert politician.post(STORY).status_code == 405


@pytest.mark.django_db
def test_only_those_who_may_see_figures(client: Client) -> None:
    assert client.get(STORY).headers["Location"] == f"/logg-inn/?next={STORY}"
    client.force_login(reader(role=None))
    assert client.get(STORY).status_code == 403
