"""Forecasts in the deviation table during the year: those of a signed round, in sums only where all are there."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from roros.models import Role
from tests.budget.figures import reader
from tests.budget.forecast_rounds import open_round, say, sign, somebody
from tests.budget.test_deviations_page import SMALL, municipality, rows, text


@pytest.fixture
def forecasts(db: None) -> None:
    """Two units in area 1 and two in area 2, all with forecasts in a signed round."""
    municipality(2)
    with connection.cursor() as cursor:  # the same figures to date
        cursor.execute(
            "INSERT INTO budget_balance (year, period, ansvar_id, tjeneste_id, art_id, prosjekt_id, actual, original,"
            " amended, lines) SELECT year, 8, ansvar_id, tjeneste_id, art_id, prosjekt_id, actual, original, amended,"
            " lines FROM budget_balance WHERE period = 13"
        )
    reporting = open_round()
    say(reporting, {"V10": 30, "V11": None, "V20": 20, "V21": 21, "V9": -50})
    sign(reporting)


def head(page: HttpResponse) -> str:
    return text(re.search(r"<thead.*?</thead>", page.content.decode(), re.DOTALL)[0]).replace(  # type: ignore[index]
        "\N{SOFT HYPHEN}", ""
    )


def test_forecasts_of_the_signed_round_stand_in_the_table(forecasts: None, client: Client) -> None:
    client.force_login(reader())
    page = client.get("/avvik/2021/?periode=8&skala=kr")
    assert head(page).endswith("Revidert budsjett 2021 Prognose Prognoseavvik Merknad")
    table = rows(page)
    assert table[0].endswith("36 50 −14")
    assert table[1].endswith("18 30 −12")  # the virksomhet with the largest overspending
    assert table[-3].endswith("72 91 −19")  # services: 30 + 20 + 20 + 21
    assert table[-1].endswith("52 41 11")  # with central income: budget −20, forecast −50
    assert "Prognosen er fra 2. tertial 2021." in text(page.content.decode())
    with_units = client.get("/avvik/2021/?periode=8&niva=virksomhet&rammeomrade=2&skala=kr")
    assert rows(with_units)[0].endswith("18 20 −2")


def test_the_file_has_the_forecasts(forecasts: None, client: Client) -> None:
    client.force_login(reader())
    file = client.get("/avvik/2021/?periode=8&niva=virksomhet&_export=csv").content.decode().splitlines()
    columns = file[0].split(",")
    assert columns[-3:] == ["prognose", "prognoseavvik", "er_sum"]
    assert [line.split(",")[-3:] for line in file if ",V10," in line] == [["30.00", "-12.00", "false"]]
    year = client.get("/avvik/2021/?niva=virksomhet&_export=csv").content.decode().splitlines()
    assert "prognose" not in year[0].split(",")


@pytest.mark.parametrize("where", ["periode=13", "periode=8&niva=art", "periode=8&tjeneste=1010"])
def test_no_forecast_columns_where_nobody_forecasts(forecasts: None, client: Client, where: str) -> None:
    client.force_login(reader())
    assert "Prognose" not in head(client.get(f"/avvik/2021/?{where}"))


def test_a_draft_is_not_in_the_table_nor_the_file(db: None, client: Client) -> None:
    municipality(1)
    say(open_round(), {"V10": 77})
    client.force_login(somebody(Role.OKONOMI, name="okonom"))
    page = client.get("/avvik/2021/?periode=8&niva=virksomhet&skala=kr")
    assert "Prognose" not in head(page)
    assert b"prognose" not in client.get("/avvik/2021/?periode=8&niva=virksomhet&_export=json").content


def test_a_sum_without_all_its_forecasts_is_unknown(db: None, client: Client) -> None:
    municipality(2)
    reporting = open_round()
    say(reporting, {"V10": 30, "V20": 20, "V21": 21})
    sign(reporting)
    client.force_login(reader())
    table = rows(client.get("/avvik/2021/?periode=8&skala=kr"))
    first = next(row for row in table if row.startswith("1 "))
    second = next(row for row in table if row.startswith("2 "))
    assert first.endswith("36 .. ..")
    assert second.endswith("36 41 −5")
    assert next(row for row in table if row.startswith("Sum tjenester")).endswith("72 .. ..")


@pytest.mark.parametrize("size", SMALL)
def test_queries_during_the_year(db: None, client: Client, size: int) -> None:
    municipality(size)
    reporting = open_round()
    say(reporting, {"V10": 30})
    sign(reporting)
    client.force_login(reader())
    client.get("/avvik/2021/?periode=8")
    with CaptureQueriesContext(connection) as queries:
        client.get("/avvik/2021/?periode=8&skala=kr")
    assert len(queries) == QUERIES_DURING_THE_YEAR


QUERIES_DURING_THE_YEAR = 10
