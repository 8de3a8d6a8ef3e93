"""The pages of the entry grid: who may, what is saved, what is told, and how many questions they ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.actions.chart import adopt_original_budget
from budget.audit import figure_errors
from budget.forms.entries import cell_name, choice_name
from budget.models import PeriodEvent
from budget.queries.entries import CellKey
from roros.models import ImportRun, Role, User
from tests.budget.test_entries import EMPTY, WAGES, amount, cell, save
from tests.ledger_world import figures
from tests.people import person

GRID = "/foring/2021/?slag=regnskap&ansvar=1000"
QUERIES = 8


@pytest.fixture
def kari(loaded: None, client: Client) -> Iterator[User]:
    """Somebody who may enter figures, signed in."""
    user = person(Role.OKONOMI, name="kari")
    client.force_login(user)
    yield user
    assert figure_errors() == []


def name(key: CellKey, before: str = "0") -> str:
    return cell_name(key, Decimal(before))


def text(response: Any) -> str:
    return str(response.content.decode())


def test_the_grid_shows_what_stands(kari: User, client: Client) -> None:
    page = text(client.get(GRID))
    assert "1000 Ansvar 1000 har 210,50\xa0kr i regnskapet for 2021" in page or "210,50" in page
    assert f'name="{name(WAGES, "100.00")}" value="100,00"' in page.replace("&#x27;", "'")
    assert "Lønn" in page


def test_without_an_ansvar_one_is_asked_for(kari: User, client: Client) -> None:
    page = text(client.get("/foring/2021/"))
    assert "Velg ansvaret du vil føre på" in page
    assert "data-entry" not in page


def test_the_newest_year_is_where_one_starts(kari: User, client: Client) -> None:
    assert client.get("/foring/").headers["Location"] == "/foring/2021/"


def test_saving_changes_the_cells_and_tells_so(kari: User, client: Client) -> None:
    answer = client.post(
        GRID, {name(WAGES, "100.00"): "1\xa0234,50", name(WAGES._replace(period=3)): "−5", "reason": "Feilført"}
    )
    assert answer.status_code == 302
    assert [amount(WAGES), amount(WAGES._replace(period=3))] == [Decimal("1234.50"), Decimal(-5)]
    page = text(client.get(GRID))
    assert "2 celler er ført som nr." in page
    assert "fra 100,00 til 1\xa0234,50" in page, "the change is listed with what stood before"
    assert 'aria-describedby="endring-' in page
    assert "Endret fra 100,00 til 1\xa0234,50 av kari: Feilført" in page


def test_an_emptied_cell_holds_nothing(kari: User, client: Client) -> None:
    client.post(GRID, {name(WAGES, "100.00"): "", "reason": "Dobbeltført"})
    assert amount(WAGES) == 0


def test_a_form_without_script_sends_every_cell(kari: User, client: Client) -> None:
    fields = {name(WAGES._replace(period=month)): "" for month in range(3, 14)}
    client.post(
        GRID,
        {**fields, name(WAGES, "100.00"): "100,00", name(WAGES._replace(period=2), "110.50"): "111", "reason": "x"},
    )
    run = ImportRun.objects.get(kind="foring")
    assert (run.rows, amount(WAGES._replace(period=2))) == (1, Decimal(111))


@pytest.mark.parametrize(
    ("typed", "told"),
    [("hundre", "er ikke et tall"), ("1.234", "kan leses som"), ("1,234567", "to desimaler"), ("#REF!", "feilverdien")],
)
def test_what_is_no_amount_is_marked(kari: User, client: Client, typed: str, told: str) -> None:
    before = figures()
    answer = client.post(GRID, {name(WAGES, "100.00"): typed, name(EMPTY): "5", "reason": "x"})
    assert answer.status_code == 400
    assert told in text(answer)
    assert f'value="{typed}"' in text(answer), "what was typed is kept"
    assert figures() == before


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"reason": ""}, "Skriv en begrunnelse"),
        ({"reason": "x" * 501}, "500"),
    ],
)
def test_a_reason_is_needed(kari: User, client: Client, data: dict[str, str], told: str) -> None:
    before = figures()
    answer = client.post(GRID, {name(WAGES, "100.00"): "1", **data})
    assert (answer.status_code, told in text(answer)) == (400, True)
    assert figures() == before


def test_nothing_changed_is_said(kari: User, client: Client) -> None:
    answer = client.post(GRID, {name(WAGES, "100.00"): "100", "reason": "x"})
    assert (answer.status_code, "ingen celler er endret" in text(answer)) == (400, True)


def test_cells_of_other_ansvar_and_names_of_nobody_are_ignored(kari: User, client: Client) -> None:
    before = figures()
    answer = client.post(
        GRID,
        {
            name(EMPTY): "5",
            "c|1000|x": "1",
            "c|1000|1200|101000||99|0": "1",
            "c|1000|1200|101000||1|x": "1",
            "reason": "x",
        },
    )
    assert answer.status_code == 400
    assert figures() == before


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/foring/1850/", 404),
        ("/foring/2100/", 200),
        ("/foring/2021/?ansvar=4444", 400),
        ("/foring/2021/?ansvar=3999", 400),
        ("/foring/2021/?slag=endring&ansvar=1000", 400),
        (f"/foring/2021/?ansvar=1000&tjeneste={'9' * 21}", 400),
    ],
)
def test_addresses_that_cannot_be(kari: User, client: Client, address: str, status: int) -> None:
    assert client.get(address).status_code == status


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OKONOMI])
def test_others_may_not(loaded: None, client: Client, role: Role) -> None:
    client.force_login(person(role))
    before = figures()
    assert client.get("/foring/").status_code == 403
    assert client.get(GRID).status_code == 403
    assert client.post(GRID, {name(WAGES, "100.00"): "1", "reason": "x"}).status_code == 403
    assert client.post("/foring/2021/lim-inn/?ansvar=1000", {"block": "1"}).status_code == 403
    assert client.post("/foring/2021/lim-inn/lagre/?ansvar=1000", {"cells": "[]"}).status_code == 403
    assert client.post("/foring/2021/angre/1/").status_code == 403
    assert "/foring/" not in text(client.get("/"))
    assert figures() == before


def test_visitors_are_asked_to_sign_in(loaded: None, client: Client) -> None:
    assert client.get(GRID).status_code == 302


def test_a_row_is_added_and_what_was_typed_is_kept(kari: User, client: Client) -> None:
    new = {"add_row": "1", "ny-tjeneste": "2530", "ny-art": "118000", "ny-prosjekt": "111011"}
    answer = client.post(GRID, {name(WAGES, "100.00"): "7", **new})
    page = text(answer)
    assert answer.status_code == 200
    row = CellKey("1000", "2530", "118000", "111011", 4)
    assert (f'name="{name(row)}"' in page, 'value="7"' in page) == (True, True)
    assert 'name="rad" value="2530|118000|111011"' in page
    client.post(GRID, {"rad": "2530|118000|111011", name(row): "8,5", "reason": "Ny rad"})
    assert (amount(row), amount(WAGES)) == (Decimal("8.50"), Decimal(100))


@pytest.mark.parametrize(
    ("tjeneste", "art", "prosjekt", "told"),
    [
        ("", "118000", "", "Skriv både tjeneste og art"),
        ("9999", "118000", "", "Tjeneste «9999» finnes ikke"),
        ("2999", "118000", "", "gjelder ikke i 2021"),
        ("2530", "118000", "77", "Prosjekt «77» finnes ikke"),
    ],
)
def test_a_row_that_cannot_be(kari: User, client: Client, tjeneste: str, art: str, prosjekt: str, told: str) -> None:
    answer = client.post(
        GRID,
        {"add_row": "1", "ny-tjeneste": tjeneste, "ny-art": art, "ny-prosjekt": prosjekt, name(WAGES, "100.00"): "7"},
    )
    assert (answer.status_code, told in text(answer), 'value="7"' in text(answer)) == (400, True, True)


def test_closed_months_are_read_only(kari: User, client: Client) -> None:
    PeriodEvent.objects.create(year=2021, period=1, closed=True)
    page = text(client.get(GRID))
    assert f'name="{name(WAGES, "100.00")}"' not in page
    assert f'name="{name(WAGES._replace(period=2), "110.50")}"' in page
    assert "Januar 2021 ble lukket" in page
    before = figures()
    answer = client.post(GRID, {name(WAGES, "100.00"): "1", "reason": "x"})
    assert (answer.status_code, "Januar 2021 ble lukket" in text(answer)) == (400, True)
    assert figures() == before


def test_an_adopted_budget_is_read_only(kari: User, client: Client) -> None:
    budget = GRID.replace("regnskap", "budsjett")
    assert f'name="{name(WAGES, "100.00")}"' in text(client.get(budget))
    adopt_original_budget(year=2021, adopted_on=date(2020, 12, 17), case_number="20/854", body="Kommunestyret", by=kari)
    page = text(client.get(budget))
    assert ("data-before" in page, "vedtatt (sak 20/854)" in page) == (False, True)


def test_the_second_is_told_and_chooses(kari: User, client: Client) -> None:
    save(person(Role.OKONOMI, name="ola"), cell(WAGES, "100.00", "70.00"))
    mine = {name(WAGES, "100.00"): "80", "reason": "Mitt"}
    before = figures()
    answer = client.post(GRID, mine)
    page = text(answer)
    assert answer.status_code == 409
    assert "1 celle er endret av andre" in page
    assert "Du så 100,00. Nå står det 70,00, skrevet av ola" in page
    assert ("Behold min: 80,00" in page, "Ta deres: 70,00" in page) == (True, True)
    assert f'name="{choice_name(WAGES)}" value="min:70.00"' in page
    assert client.post(GRID, mine).status_code == 409, "without a choice nothing is overwritten"
    assert figures() == before
    theirs = client.post(GRID, {**mine, choice_name(WAGES): "deres", name(WAGES._replace(period=3)): "5"})
    assert (theirs.status_code, amount(WAGES), amount(WAGES._replace(period=3))) == (302, Decimal(70), Decimal(5))
    assert client.post(GRID, {**mine, choice_name(WAGES): "min:70.00"}).status_code == 302
    assert amount(WAGES) == Decimal(80)


def test_a_choice_is_overtaken_too(kari: User, client: Client) -> None:
    ola = person(Role.OKONOMI, name="ola")
    save(ola, cell(WAGES, "100.00", "70.00"))
    save(ola, cell(WAGES, "70.00", "71.00"))
    mine = {name(WAGES, "100.00"): "80", "reason": "Mitt", choice_name(WAGES): "min:70.00"}
    answer = client.post(GRID, mine)
    assert (answer.status_code, "Nå står det 71,00" in text(answer)) == (409, True)


def test_undo_of_ones_own(kari: User, client: Client) -> None:
    before = figures()
    client.post(GRID, {name(WAGES, "100.00"): "1", "reason": "Feil"})
    run = ImportRun.objects.get(kind="foring")
    address = f"/foring/2021/angre/{run.pk}/"
    assert address in text(client.get(GRID))
    assert client.get(address).status_code == 405
    answer = client.post(address, {"back": "slag=regnskap&ansvar=1000"}, follow=True)
    assert (answer.redirect_chain[-1][0], f"Føring {run.pk} er angret" in text(answer)) == (GRID, True)
    assert figures() == before
    assert address not in text(answer)


def test_undo_that_is_refused_says_why(kari: User, client: Client) -> None:
    first = save(kari, cell(WAGES, "100.00", "1"))
    save(person(Role.OKONOMI, name="ola"), cell(WAGES, "1", "2"))
    before = figures()
    answer = client.post(f"/foring/2021/angre/{first.pk}/", follow=True)
    assert "kan ikke angres nå" in text(answer)
    assert figures() == before


def test_others_entries_and_other_imports_are_not_undone_here(kari: User, client: Client) -> None:
    theirs = save(person(Role.OKONOMI, name="ola"), cell(WAGES, "100.00", "1"))
    assert client.post(f"/foring/2021/angre/{theirs.pk}/").status_code == 404
    assert client.post("/foring/2021/angre/1/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow(kari: User, client: Client, rows: int) -> None:
    for n in range(rows):
        save(kari, cell(CellKey("3200", "2530", ("101000", "111500", "118000")[n], "", 1 + n), "0", "5"))
    with CaptureQueriesContext(connection) as found:
        assert client.get("/foring/2021/?slag=regnskap&ansvar=3200").status_code == 200
    assert len(found) == QUERIES, [query["sql"][:80] for query in found.captured_queries]


def test_an_entry_is_the_source_of_its_figure(kari: User, client: Client) -> None:
    run = save(kari, cell(EMPTY, "0", "77"), reason="Strøm for juli")
    story = text(client.get(f"/avvik/2021/historie/?ansvar={EMPTY.ansvar}&periode=13&kolonne=regnskap"))
    assert (run.file_name in story, "Føringer" in story) == (True, True)
    lines = text(client.get(f"/avvik/2021/linjer/?ansvar={EMPTY.ansvar}&periode=13"))
    assert ("77,00" in lines, f"nr. {run.pk}" in lines) == (True, True)
    page = text(client.get(f"/innlesing/{run.pk}/"))
    assert ("1 linje er lest inn" in page, "juli 2021" in page) == (True, True)
    assert client.get(f"/innlesing/{run.pk}/fil/").getvalue().decode("utf-8-sig").endswith("Strøm for juli\r\n")


def test_the_way_in_is_in_the_footer(kari: User, client: Client) -> None:
    assert 'href="/foring/"' in text(client.get("/"))


def test_markup_in_reasons_is_text(kari: User, client: Client) -> None:
    save(kari, cell(WAGES, "100", "1"), reason="<b>x")
    assert "<b>x" not in text(client.get(GRID))
