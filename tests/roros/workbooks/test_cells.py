"""One cell at a time, through a register with a column of each type."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from tests.roros.workbooks.layouts import REGISTER, Read, read_bytes
from tests.workbooks import text, xlsx

N = "\\N"
HEADER = ["Prosjektnr", "Navn", "Rammeområde", "Budsjett", "Andel", "Vedtatt", "Lite", "Status", "Fra år"]
COLUMN = {name: position for position, name in enumerate(HEADER)}


def read_cell(column: str, cell: Any) -> Read:
    line: list[Any] = ["I1", "Bru", 1, "", "", "", "", "", ""]
    line[COLUMN[column]] = cell
    return read_bytes(xlsx([HEADER, line]), layout=REGISTER)


@pytest.mark.parametrize(
    ("column", "cell", "staged"),
    [
        ("Prosjektnr", 7.0, "7"),
        ("Prosjektnr", "0070", "0070"),
        ("Prosjektnr", " I1001 ", "I1001"),
        ("Prosjektnr", "7.0", "7"),
        ("Prosjektnr", "2021-001", "2021-001"),
        ("Navn", "A\u030as ", "\u00c5s"),
        ("Navn", 51.0, "51"),
        ("Navn", 0.5, "0.5"),
        ("Navn", datetime.date(2021, 3, 1), "2021-03-01"),
        ("Navn", "to\nlinjer\tog \\", "to\\nlinjer\\tog \\\\"),
        ("Navn", True, "SANN"),
        ("Rammeområde", 3.0, "3"),
        ("Rammeområde", "3", "3"),
        ("Rammeområde", "", N),
        ("Budsjett", 1234.5, "1234.50"),
        ("Budsjett", "1 234,5", "1234.50"),
        ("Budsjett", "", N),
        ("Andel", 47.8, "47.8"),
        ("Andel", 214.63200000000003, "214.632"),
        ("Andel", 1 / 3, "0.333333"),
        ("Andel", "3,5 %", "3.5"),
        ("Andel", -0.0, "0"),
        ("Andel", 10.0, "10"),
        ("Vedtatt", datetime.date(2021, 6, 17), "2021-06-17"),
        ("Vedtatt", datetime.datetime(2021, 6, 17, 9), "2021-06-17"),  # noqa: DTZ001 - as in the file
        ("Vedtatt", "17.06.2021", "2021-06-17"),
        ("Vedtatt", "17. 6. 2021", "2021-06-17"),
        ("Vedtatt", "17.6.21", "2021-06-17"),
        ("Vedtatt", "17/6/2021", "2021-06-17"),
        ("Vedtatt", "2021-06-17", "2021-06-17"),
        ("Lite", "ja", "t"),
        ("Lite", "X", "t"),
        ("Lite", True, "t"),
        ("Lite", "nei", "f"),
        ("Lite", 0, "f"),
        ("Lite", "", "f"),
        ("Status", "FERDIG", "Ferdig"),
        ("Status", " iht.  plan", "Iht. plan"),
        ("Fra år", 2021, "2021"),
        ("Fra år", "2021", "2021"),
        ("Fra år", datetime.date(2021, 1, 1), "2021"),
    ],
)
def test_reads(column: str, cell: Any, staged: str) -> None:
    read = read_cell(column, cell)
    assert read.errors == []
    assert read.lines[0][COLUMN[column] + 1] == staged


@pytest.mark.parametrize(
    ("column", "cell", "code", "params"),
    [
        ("Prosjektnr", "", "empty-value", {"label": "Prosjektnr"}),
        ("Prosjektnr", "  ", "empty-value", {"label": "Prosjektnr"}),
        ("Prosjektnr", 7.5, "not-a-code", {}),
        ("Prosjektnr", datetime.date(2021, 1, 1), "not-a-code", {}),
        ("Rammeområde", 1.5, "not-an-integer", {}),
        ("Rammeområde", "en", "not-a-number", {}),
        ("Rammeområde", 11, "out-of-range", {"minimum": "1", "maximum": "10"}),
        ("Budsjett", "1.234", "ambiguous-number", {"first": "1234", "second": "1,234"}),
        ("Budsjett", "-1,234", "ambiguous-number", {"first": "-1234", "second": "-1,234"}),
        ("Budsjett", 0.001, "too-many-decimals", {}),
        ("Budsjett", 1e15, "too-large", {}),
        ("Budsjett", "tolv", "not-a-number", {}),
        ("Budsjett", datetime.date(2021, 1, 1), "not-a-number", {}),
        ("Andel", "mye", "not-a-number", {}),
        ("Andel", 1e20, "too-large", {}),
        ("Vedtatt", "03/04/2021", "ambiguous-date", {"first": "03.04.2021", "second": "04.03.2021"}),
        ("Vedtatt", "31.02.2021", "not-a-date", {}),
        ("Vedtatt", 44197, "not-a-date", {}),
        ("Vedtatt", "våren 2021", "not-a-date", {}),
        ("Lite", "kanskje", "not-a-boolean", {}),
        ("Status", "Nesten", "not-a-choice", {"choices": "Ferdig, Iht. plan"}),
        ("Fra år", 21, "not-a-year", {}),
        ("Fra år", "2021/22", "not-a-year", {}),
    ],
)
def test_refuses(column: str, cell: Any, code: str, params: dict[str, str]) -> None:
    read = read_cell(column, cell)
    (error,) = read.errors
    assert (error.code, error.row, error.column) == (code, 2, "ABCDEFGHI"[COLUMN[column]])
    assert {name: value for name, value in error.params.items() if name != "label" or code == "empty-value"} == params


def test_true_is_never_taken_for_one() -> None:
    rows = [
        ["Prosjektnr", "Navn", "Rammeområde", "Budsjett"],
        [1, "Bru", 1, 1],
        [True, "Vei", 1, 1],
        [2, "Sti", True, True],
    ]
    read = read_bytes(xlsx(rows), layout=REGISTER)
    assert [line[1] for line in read.lines] == ["1", "SANN"]
    assert read.where == [("not-a-number", 4, "C", "SANN"), ("not-a-number", 4, "D", "SANN")]


def test_control_characters_are_dropped() -> None:
    read = read_bytes(text([HEADER, ["I1", "B\x1aru", "1", *[""] * 6]]), name="p.csv", layout=REGISTER)
    assert read.lines[0][2] == "B\x1aru"


def test_a_name_that_begins_like_a_sum_is_still_a_line() -> None:
    rows = [HEADER, ["I1", "Sum øvrige prosjekter", 1, 10, *[""] * 5], ["Sum", "", "", 10, *[""] * 5]]
    read = read_bytes(xlsx(rows), layout=REGISTER)
    assert read.errors == []
    assert [line[1:3] for line in read.lines] == [["I1", "Sum øvrige prosjekter"]]
    assert (read.sheet.control_total, read.sheet.total) == ("10.00", "10.00")
