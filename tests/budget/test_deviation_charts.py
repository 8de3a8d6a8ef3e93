"""The page that draws deviations: steps that add up, bars that lead somewhere, and who may see them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.charts.deviations import parts_chart, waterfall_chart
from budget.charts.whole import whole_chart
from budget.findings.deviations import whole_finding
from budget.queries.deviations import DeviationRow
from budget.selection import Level
from roros.charts import Chart
from tests.budget.figures import reader
from tests.budget.test_deviations_page import text
from tests.roros.test_charts import GOLDEN, figure_of
from tests.roros.test_front import municipality

ADDRESS = "/avvik/2021/figurer/"


def row(code: str, actual: int, revised: int) -> DeviationRow:
    budget = Decimal(revised * 1000)
    return DeviationRow(code, f"Område {code}", None, Decimal(actual * 1000), budget, budget, budget)


ROWS = [row("1", 57_807, 55_645), row("2", 93_536, 94_347), row("3", 160_395, 151_538), row("4", 420, 420)]
TOTAL = row("", 312_158, 301_950)


def waterfall() -> Chart:
    chart = waterfall_chart(ROWS, TOTAL)
    assert chart
    return chart


def parts() -> Chart:
    chart = parts_chart(Level.RAMMEOMRADE, ROWS, href=lambda code: f"/inn/{code}/")
    assert chart
    return chart


@pytest.mark.parametrize("name", ["waterfall", "parts"])
def test_figure_is_as_last_reviewed(name: str) -> None:
    """The golden file is the figure as somebody looked at it; write it anew only after looking again."""
    chart = {"waterfall": waterfall, "parts": parts}[name]()
    assert figure_of(chart) == json.loads(Path(GOLDEN / f"chart_{name}.json").read_text())


def test_each_step_begins_where_the_last_one_ended() -> None:
    data: Any = figure_of(waterfall())["data"]
    steps = {
        name: (base, size)
        for trace in data
        for name, base, size in zip(trace["y"], trace["base"], trace["x"], strict=True)
    }
    assert steps == {
        "Område 3": (0, -8.857),
        "Område 1": (-8.857, -2.162),
        "Område 2": (-11.019, 0.811),
        "Samlet avvik": (0, -10.208),
    }


def unit(code: str, area: str, actual: int, revised: int) -> DeviationRow:
    return replace(row(code, actual, revised), name=f"Enhet {code}", rammeomrade=area)


def test_the_whole_budget_in_one_picture() -> None:
    units = [unit("10", "1", 20_000, 15_645), unit("11", "1", 37_807, 40_000), unit("20", "2", 93_536, 94_347)]
    chart = whole_chart(ROWS, [*units, unit("40", "4", 500, 0), unit("41", "4", -500, -20)])
    assert chart
    data: Any = figure_of(chart)["data"]
    placed = {
        (trace["meta"], name, base): size
        for trace in data
        for name, base, size in zip(trace["y"], trace["base"], trace["x"], strict=True)
    }
    assert placed == {
        ("slag", "Område 1", 0): 40,
        ("copper", "Område 1", 40): 15.645,
        ("slag", "Område 2", 0): 94.347,
    }
    assert [cells[0] for cells in chart.numbers.rows] == [
        *("Område 1: Enhet 11", "Område 1: Enhet 10", "Område 2: Enhet 20")
    ]
    assert [cells[-1] for cells in chart.numbers.rows] == ["", "Over grensen", ""]


def test_the_largest_part_is_named_if_there_is_one() -> None:
    assert whole_finding(ROWS) == "Område 3 er størst, med 50 prosent av budsjettet"
    assert whole_finding([ROWS[0], ROWS[0]]) == whole_finding(ROWS[:1]) == "Budsjettet per rammeområde og virksomhet"


def test_nothing_to_draw() -> None:
    assert whole_chart(ROWS, []) is None
    assert waterfall_chart(ROWS[:1], TOTAL) is None
    assert parts_chart(Level.RAMMEOMRADE, ROWS[3:], href=str) is None


def figures(page: Any) -> dict[str, Any]:
    blocks = re.findall(
        r'<script type="application/json" id="(\w+)-data">(.*?)</script>', page.content.decode(), re.DOTALL
    )
    return {name: json.loads(block) for name, block in blocks}


def test_from_the_whole_to_the_node(demo: None, client: Client) -> None:
    client.force_login(reader())
    page = client.get(ADDRESS)
    drawn = figures(page)
    assert set(drawn) == {"fossefall", "helheten", "deler", "maned"}
    links = {link for trace in drawn["deler"]["data"] for link in trace["customdata"]}
    assert f"{ADDRESS}?rammeomrade=3" in links
    markup = page.content.decode()
    assert all(f'href="{link}"' in markup for link in links)  # the same ways without a mouse
    inside = client.get(f"{ADDRESS}?rammeomrade=3")
    assert set(figures(inside)) == {"deler", "maned"}
    assert "Helse og omsorg" in text(inside.content.decode())
    unit = client.get(
        f"{ADDRESS}?rammeomrade=3&virksomhet=" + re.findall(r"virksomhet=(\d+)", inside.content.decode())[0]
    )
    ansvar = [link for trace in figures(unit)["deler"]["data"] for link in trace["customdata"]]
    assert all(link.startswith("/avvik/2021/ansvar/") for link in ansvar)
    assert client.get(ansvar[0]).status_code == 200
    file = client.get(f"{ADDRESS}?_export=csv")
    assert file.headers["Content-Type"].startswith("text/csv")


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 3])
def test_queries_do_not_grow(client: Client, size: int) -> None:
    municipality(size)
    client.force_login(reader())
    with CaptureQueriesContext(connection) as queries:
        assert client.get(ADDRESS).status_code == 200
    assert len(queries) == 8


@pytest.mark.django_db
def test_what_cannot_be_shown(client: Client) -> None:
    municipality(1)
    client.force_login(reader())
    assert client.get("/avvik/1999/figurer/").status_code == 404
    assert client.get(f"{ADDRESS}?rammeomrade=77").status_code == 404
    assert client.get(f"{ADDRESS}?periode=99").status_code == 400


@pytest.mark.django_db
def test_who_may_ask_and_how(client: Client) -> None:
    assert client.get(ADDRESS).headers["Location"] == f"/logg-inn/?next={ADDRESS}"
    client.force_login(reader(role=None))
    assert client.get(ADDRESS).status_code == 403
    client.force_login(reader("politiker"))
    assert client.post(ADDRESS).status_code == 405
