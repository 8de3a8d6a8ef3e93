"""How the year will end, on the front pages: by the forecasts of a signed round, and never by those of an open one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.findings.front import outlook
from budget.models import Round
from budget.queries.deviations import DeviationRow
from roros.caching import PAGES
from roros.numbers import NBSP
from tests.budget.figures import reader, supply
from tests.budget.forecast_rounds import open_round, say, sign
from tests.budget.test_deviations_page import text
from tests.roros.test_front import furnish, municipality

SAID = "Prognosen fra 2. tertial 2021: tjenestene bruker 2,2 mill. kr mer enn årets budsjett."


@pytest.fixture
def august(db: None, client: Client) -> Round:
    """Accounts through August, and an open round in which every unit expects to end at 1.5 mill. or more."""
    municipality(2)
    furnish(1)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM budget_activeslice")
    supply(2021, through=8)
    reporting = open_round()
    say(reporting, {"V10": 1_500_000, "V11": 1_500_000, "V20": 1_500_000, "V21": 1_300_000, "V9": None})
    client.force_login(reader())
    return reporting


@pytest.mark.parametrize("address", ["/", "/mote/"])
def test_a_signed_round_tells_how_the_year_will_end(august: Round, client: Client, address: str) -> None:
    assert "Prognosen" not in text(client.get(address).content.decode()), "an open round is a draft"
    sign(august)
    PAGES.clear()
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address)
    assert SAID in text(page.content.decode())
    assert len(queries) <= 12


@pytest.mark.parametrize(
    ("forecast", "words"),
    [
        (None, ""),
        (10_050_000, "Prognosen fra april: tjenestene ender året som budsjettert."),
        (9_000_000, "Prognosen fra april: tjenestene bruker 1,0 mill. kr mindre enn årets budsjett."),
        (11_234_567, "Prognosen fra april: tjenestene bruker 1,2 mill. kr mer enn årets budsjett."),
    ],
)
def test_the_sentence(forecast: int | None, words: str) -> None:
    services = DeviationRow(
        code="",
        name="",
        last_year=None,
        actual=Decimal(1),
        original=Decimal(1),
        revised=Decimal(1),
        revised_year=Decimal(10_000_000),
        lines=1,
        parts=1,
        forecast=None if forecast is None else Decimal(forecast),
    )
    assert outlook(services, "april").replace(NBSP, " ") == words
