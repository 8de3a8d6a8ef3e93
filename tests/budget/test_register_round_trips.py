"""A register exported as xlsx, edited in one cell and read again shows exactly that change."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from budget.exports.registers import EXPORTS
from roros.models import ImportRun
from roros.table_registry import TableQuery
from tests.budget.register_files import bring, cell_of, codes, edited

State = ImportRun.State


def _set(header: str, row_text: str, value: Any) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        cell_of(sheet, header, row_text).value = value

    return change


ROUND_TRIPS: dict[str, tuple[str, str, Callable[[Worksheet], None], tuple[str, str, str]]] = {
    "a status": (
        "verbalvedtak",
        "verbalvedtak",
        _set("Status", "Utredning kommunale veier", "Ferdig"),
        ("status for vedtak 2021-8", "status: Forsinket", "status: Ferdig"),
    ),
    "a deadline": (
        "verbalvedtak",
        "verbalvedtak",
        _set("Frist", "Kartlegging behov barnehage", datetime.date(2021, 6, 30)),
        ("vedtak 2021-2", "frist: 2021-03-31", "frist: 2021-06-30"),
    ),
    "a case": (
        "politiske-saker",
        "saker",
        _set("Tittel", "13/21", "HELSEPLATTFORMEN"),
        ("sak Kommunestyret · 2021 · 13", "tittel: HELSEPLATTFORMEN - UTLØSNING AV OPSJON", "tittel: HELSEPLATTFORMEN"),
    ),
    "a target": (
        "handlingsregler",
        "maltall",
        _set("Mål", "100.6", 95),
        (
            "mål netto-lanegjeld-i-prosent-av-brutto-driftsinntekter-b · 2021",
            "mål: 90",
            "mål: 95",
        ),
    ),
    "a grant": (
        "korona-tilskudd",
        "koronatilskudd",
        _set("Merknad", "Vaksinasjon", "Engangstilskudd"),
        (
            "tilskudd korona · 2021 · Inntekter og økonomiske tiltak fra staten knyttet til korona · Vaksinasjon",
            "merknad: –",
            "merknad: Engangstilskudd",
        ),
    ),
    "pupils": (
        "elevtall",
        "elevtall",
        _set("Antall", "230", 231),
        ("elevtall 6-9 år · 2012", "antall: 230", "antall: 231"),
    ),
}


@pytest.mark.parametrize("case", ROUND_TRIPS)
def test_an_export_edited_in_one_cell_shows_exactly_that_change(demo: None, case: str) -> None:
    name, kind, change, expected = ROUND_TRIPS[case]
    table = EXPORTS[name](TableQuery(2021))

    untouched = bring(kind, edited(table, lambda sheet: None), year=2021, dry=True)
    assert (untouched.state, codes(untouched)) == (State.UNCHANGED, [])

    run = bring(kind, edited(table, change), year=2021, dry=True)
    assert (run.state, codes(run)) == (State.READY, [])
    assert [(found["key"], found["before"], found["after"]) for found in run.preview["changes"]] == [expected]
    assert (run.new, run.changed, run.removed) == (0, 1, 0)
