"""What is sent to the paste pages by others than the pages themselves, and blocks read without a page."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from budget.models import PeriodEvent, Tjeneste
from budget.paste import Anchor, read_block
from budget.queries.entries import CellKey
from roros.models import User
from tests.budget.test_paste import ADDRESS, SAVE, WAGES, Pasted, block, kari
from tests.ledger_world import figures

__all__ = ["kari"]  # a fixture

CODES = '"3100","2530","101000",""'


@pytest.mark.parametrize(
    "cells", ["", "x", "[[1]]", f'[[{CODES},14,"0","1"]]', f'[[{CODES},1,"0","x"]]', f'[[{CODES},1,"0",[]]]', "{}", "1"]
)
def test_confirmations_that_no_page_wrote(kari: User, client: Client, cells: str) -> None:
    before = figures()
    assert client.post(SAVE, {"cells": cells, "reason": "x"}).status_code == 400
    assert figures() == before


def test_a_confirmation_needs_a_reason_and_open_months(kari: User, client: Client) -> None:
    pasted = Pasted(client, block(("10", "20"), ("30", "40")))
    before = figures()
    assert (pasted.confirm(reason=" "), "Skriv en begrunnelse" in pasted.page) == (400, True)
    assert "30,00" in pasted.page, "the cells are still there"
    PeriodEvent.objects.create(year=2021, period=2, closed=True)
    assert (pasted.confirm(), "Februar 2021 ble lukket" in pasted.page) == (400, True)
    assert figures() == before


def test_pasting_is_posted(kari: User, client: Client) -> None:
    assert (client.get(ADDRESS).status_code, client.get(SAVE).status_code) == (405, 405)
    assert client.post(ADDRESS, {"block": ""}).status_code == 400
    assert client.post(ADDRESS, {"block": "1", "rows": "[[1,2,3,4,5,6,7]]", "anchor": "9"}).status_code == 400


def test_a_block_without_codes_needs_a_place() -> None:
    found = read_block("1\t2", year=2021, ansvar="3100", anchor=Anchor([], 1))
    assert [wrong.text for wrong in found.wrong] == [
        "Blokken har ikke kodene Tjeneste og Art, så du må velge cellen i rutenettet som den limes inn fra."
    ]


def test_cells_with_line_breaks_and_quotes_are_cells() -> None:
    text = 'Tjeneste\tArt\t"Art\n(T)"\tMars\n2530\t101000\t"Lønn, ""fast"""\t5\n'
    found = read_block(text, year=2021, ansvar="3100", anchor=None)
    assert [(one.key, one.after) for one in found.cells] == [(CellKey("3100", "2530", "101000", "", 3), Decimal(5))]


def test_names_that_sound_like_sums_are_data(kari: User, client: Client) -> None:
    Tjeneste.objects.filter(code="2530").update(name="Sum og rest")
    pasted = Pasted(client, block(("Tjeneste(T)", "Tjeneste", "Art", "Mars"), ("Sum og rest", "2530", "101000", "1")))
    assert set(pasted.changes) == {WAGES(3)}
