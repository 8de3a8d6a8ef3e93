"""Ledgers as they come from the wild: every layout gives exactly the lines it means, or is refused."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roros.periods import MONTHS
from roros.workbooks.ledgers import Accumulated
from tests.roros.workbooks.layouts import LINES, STAGED, N, read_bytes, renumbered
from tests.workbooks import LEDGER_HEADER, xlsx


def test_a_plain_ledger() -> None:
    read = read_bytes(xlsx([LEDGER_HEADER, *LINES]))
    assert read.result.findings == []
    assert read.lines == STAGED
    sheet = read.sheet
    assert (sheet.rows, sheet.header_row, sheet.total, sheet.control_total) == (3, 1, "80.60", None)
    assert (sheet.years, sheet.periods) == ((2021,), (1, 2, 13))
    assert sheet.labels == {"ansvar": {"1000": "Politikk", "6512": "Øverhagaen 1"}}
    assert sheet.mapping == {
        "ansvar": "A",
        "ansvar_navn": "B",
        "tjeneste": "C",
        "art": "D",
        "prosjekt": "E",
        "period": "F",
        "amount": "G",
    }


def test_title_rows_print_date_and_a_sum_row() -> None:
    rows: list[list[Any]] = [
        ["Regnskap 2021. Klient 25 Røros kommune"],
        ["Utskriftsdato", datetime.datetime(2022, 2, 17, 9, 12)],  # noqa: DTZ001 - as in the file
        [],
        LEDGER_HEADER,
        *LINES,
        ["Sum", "", "", "", "", "", 80.6],
    ]
    read = read_bytes(xlsx(rows))
    assert read.result.findings == []
    assert read.lines == renumbered(STAGED, 5, 6, 7)
    assert (read.sheet.control_total, read.sheet.total) == ("80.60", "80.60")
    assert (read.sheet.printed_at, read.sheet.header_row) == ("2022-02-17T09:12:00", 4)


def test_a_print_date_in_one_cell() -> None:
    read = read_bytes(xlsx([["Utskriftsdato: 17.02.2022 09:12"], LEDGER_HEADER, *LINES]))
    assert read.sheet.printed_at == "2022-02-17T09:12:00"


def test_a_sum_row_that_disagrees_is_refused_with_both_figures() -> None:
    read = read_bytes(xlsx([LEDGER_HEADER, *LINES, ["Sum", "", "", "", "", "", 80.5]]))
    assert read.where == [("sum-differs", 5, "G", "80.50")]
    assert read.errors[0].params == {"text": "Sum", "file": "80.50", "rows": "80.60", "difference": "-0.10"}
    assert (read.sheet.control_total, read.sheet.total) == ("80.50", "80.60")


def test_columns_in_any_order_under_synonyms_and_among_others() -> None:
    rows = [
        ["Bilagsnr", "SALDO", "konto", "  Måned ", "Funksjon:", "Koststed", "Merknad"],
        [17, 100.5, "105000", "202101", "1000", "1000", "husk"],
    ]
    read = read_bytes(xlsx(rows))
    assert read.result.findings == []
    assert read.lines == [["2", "1000", N, "1000", "105000", N, "2021", "1", "100.50"]]
    assert read.sheet.mapping == {"ansvar": "F", "tjeneste": "E", "art": "C", "period": "D", "amount": "B"}


def test_header_letters_may_be_decomposed() -> None:
    rows = [["Ansvar", "Tjeneste", "Art", "Periode", "Belo\u0308p".replace("o\u0308", "ø"), "A\u030ar"]]
    rows.append(["1000", "1000", "105000", "jan", 5, 2021])  # type: ignore[list-item]
    read = read_bytes(xlsx(rows))
    assert read.lines == [["2", "1000", N, "1000", "105000", N, "2021", "1", "5.00"]]


def test_a_sheet_that_does_not_begin_in_a1() -> None:
    rows = [[], [], *[["", "", *line] for line in [LEDGER_HEADER, *LINES]]]
    read = read_bytes(xlsx(rows))
    assert read.lines == renumbered(STAGED, 4, 5, 6)
    assert read.sheet.mapping["amount"] == "I"


def test_a_two_row_merged_header_reads_this_period_and_not_the_year_to_date() -> None:
    rows = [
        ["Ansvar", "Tjeneste", "Art", "Periode", "Denne periode", "", "Hittil i år", ""],
        ["", "", "", "", "Regnskap", "Avvik", "Regnskap", "Avvik"],
        ["1000", "1000", "105000", "202102", 10, 1, 30, 3],
    ]
    merged = ["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1", "G1:H1"]
    read = read_bytes(xlsx(rows, merged=merged))
    assert read.result.findings == []
    assert read.lines == [["3", "1000", N, "1000", "105000", N, "2021", "2", "10.00"]]
    assert read.sheet.notes == ("two-row-header",)


def test_a_two_row_header_with_the_kind_of_figure_on_top() -> None:
    rows = [
        ["Ansvar", "Tjeneste", "Art", "Periode", "Regnskap", "", "Fjoråret", ""],
        ["", "", "", "", "Denne periode", "Hittil i år", "Denne periode", "Hittil i år"],
        ["1000", "1000", "105000", "202102", 10, 30, 9, 29],
    ]
    read = read_bytes(xlsx(rows, merged=["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1", "G1:H1"]))
    assert read.result.findings == []
    assert read.lines == [["3", "1000", N, "1000", "105000", N, "2021", "2", "10.00"]]


def test_a_two_row_header_with_bare_groups() -> None:
    rows = [
        ["Ansvar", "Tjeneste", "Art", "Periode", "Hittil i år", "Denne periode"],
        ["", "", "", "", "Regnskap", "Regnskap"],
        ["1000", "1000", "105000", "202102", 30, 10],
    ]
    read = read_bytes(xlsx(rows))
    assert read.result.findings == []
    assert read.lines == [["3", "1000", N, "1000", "105000", N, "2021", "2", "10.00"]]


def test_code_and_text_in_one_cell() -> None:
    rows = [
        ["Ansvar", "Tjeneste", "Art", "Periode", "Beløp"],
        ["6512 Øverhagaen 1", "2020 - Grunnskole", "101000: Fastlønn", "202101", 1],
    ]
    read = read_bytes(xlsx(rows))
    assert read.lines == [["2", "6512", "Øverhagaen 1", "2020", "101000", N, "2021", "1", "1.00"]]
    assert read.sheet.labels == {"ansvar": {"6512": "Øverhagaen 1"}}


def test_a_code_with_two_readings_is_refused() -> None:
    read = read_bytes(xlsx([LEDGER_HEADER, ["10 000", "", "1000", "105000", "", "202101", 1]]))
    assert read.where == [("ambiguous-code", 2, "A", "10 000")]
    assert (read.errors[0].params["first"], read.errors[0].params["second"]) == ("10", "10000")


def test_codes_written_as_numbers() -> None:
    read = read_bytes(xlsx([LEDGER_HEADER, [1000, "", 1000.0, 105000, 7, 202101, 1]]))
    assert read.lines == [["2", "1000", N, "1000", "105000", "7", "2021", "1", "1.00"]]


@pytest.mark.parametrize("headers", [MONTHS, [name[:3].title() for name in MONTHS], [f"{m} 2021" for m in MONTHS]])
def test_months_as_twelve_columns(headers: list[str]) -> None:
    amounts = [float(month) for month in range(1, 13)]
    amounts[4] = ""  # type: ignore[call-overload]
    rows = [["Ansvar", "Tjeneste", "Art", *headers, "Sum"], ["1000", "1000", "105000", *amounts, 73]]
    read = read_bytes(xlsx(rows), year=2021)
    assert read.result.findings == []
    assert read.lines == [
        ["2", "1000", N, "1000", "105000", N, "2021", str(month), f"{month}.00"] for month in range(1, 13) if month != 5
    ]
    assert read.sheet.mapping["amount"] == "D-O"
    assert (read.sheet.total, read.sheet.rows, read.sheet.notes) == ("73.00", 11, ("months",))


def test_month_columns_headed_by_dates_tell_the_year() -> None:
    dates = [datetime.date(2021, month, 1) for month in range(1, 13)]
    read = read_bytes(xlsx([["Ansvar", "Tjeneste", "Art", *dates], ["1000", "1000", "105000", *range(1, 13)]]))
    assert read.result.findings == []
    assert [line[6:] for line in read.lines] == [["2021", str(m), f"{m}.00"] for m in range(1, 13)]


def test_month_columns_headed_by_numbers() -> None:
    read = read_bytes(xlsx([["Ansvar", "Tjeneste", "Art", *range(1, 14)], ["1", "1", "1", *range(1, 14)]]), year=2021)
    assert [line[7:] for line in read.lines] == [[str(m), f"{m}.00"] for m in range(1, 14)]


def test_a_row_total_that_disagrees_with_its_months_is_refused() -> None:
    rows = [["Ansvar", "Tjeneste", "Art", *MONTHS, "Totalt"], ["1000", "1000", "105000", *[1] * 12, 13]]
    read = read_bytes(xlsx(rows), year=2021)
    assert read.where == [("row-total-differs", 2, "P", "13")]
    assert read.errors[0].params == {"file": "13.00", "rows": "12.00", "difference": "1.00"}


def test_twelve_empty_months_are_an_empty_amount() -> None:
    rows = [["Ansvar", "Tjeneste", "Art", *MONTHS], ["1000", "1000", "105000", *[""] * 12], ["1", "1", "1", *[1] * 12]]
    assert read_bytes(xlsx(rows), year=2021).where == [("empty-amount", 2, "D", "")]


def test_a_sum_row_under_twelve_months() -> None:
    rows = [["Ansvar", "Tjeneste", "Art", *MONTHS], ["1", "1", "1", *[1] * 12], ["2", "1", "1", *[2] * 12]]
    good = read_bytes(xlsx([*rows, ["Sum", "", "", *[3] * 12]]), year=2021)
    assert (good.errors, good.sheet.control_total) == ([], "36.00")
    bad = read_bytes(xlsx([*rows, ["Sum", "", "", *[3] * 11, 4]]), year=2021)
    assert bad.where == [("sum-differs", 4, "O", "4.00")]


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("januar", ["2021", "1"]),
        ("Aug 2021", ["2021", "8"]),
        (datetime.date(2021, 3, 31), ["2021", "3"]),
        (datetime.datetime(2021, 3, 31, 12), ["2021", "3"]),  # noqa: DTZ001 - as in the file
        ("31.03.2021", ["2021", "3"]),
        ("2021-03", ["2021", "3"]),
        (202103, ["2021", "3"]),
        (3, ["2021", "3"]),
        ("13", ["2021", "13"]),
    ],
)
def test_periods_in_every_form(period: object, expected: list[str]) -> None:
    read = read_bytes(xlsx([LEDGER_HEADER, ["1000", "", "1000", "105000", "", period, 1]]), year=2021)
    assert read.result.findings == []
    assert read.lines[0][6:8] == expected


def test_debit_and_credit_columns() -> None:
    rows = [
        ["Ansvar", "Tjeneste", "Art", "Periode", "Debet", "Kredit"],
        ["1", "1", "1", "202101", 100.5, ""],
        ["1", "1", "2", "202101", "", 40],
        ["1", "1", "3", "202101", 10, -1],
        ["Sum", "", "", "", 110.5, 39],
    ]
    read = read_bytes(xlsx(rows))
    assert read.errors == []
    assert [line[-1] for line in read.lines] == ["100.50", "-40.00", "11.00"]
    assert (read.sheet.total, read.sheet.control_total) == ("71.50", "71.50")
    assert read.sheet.mapping["amount"] == "E-F"


def test_neither_debit_nor_credit_is_an_empty_amount() -> None:
    rows = [["Ansvar", "Tjeneste", "Art", "Periode", "Debet", "Kredit"], ["1", "1", "1", "202101", "", ""]]
    rows.append(["1", "1", "2", "202101", 1, ""])  # type: ignore[list-item]
    assert read_bytes(xlsx(rows)).where == [("empty-amount", 2, "E", "")]


def test_credit_amounts_that_are_all_negative_have_two_readings() -> None:
    rows = [["Ansvar", "Tjeneste", "Art", "Periode", "Debet", "Kredit"], ["1", "1", "1", "202101", "", -40]]
    read = read_bytes(xlsx(rows))
    assert read.where == [("credit-sign", 2, "F", "-40.00")]
    assert read.errors[0].params == {"first": "40.00", "second": "-40.00"}


@pytest.mark.parametrize("header", ["Beløp i 1000 kr", "Beløp (1000 kr)", "Beløp (tkr)", "Regnskap i hele tusen"])
def test_amounts_in_thousands_by_their_header(header: str) -> None:
    rows = [
        ["Ansvar", "Tjeneste", "Art", "Periode", header],
        ["1", "1", "1", "202101", 12.345],
        ["Sum", "", "", "", 12.345],
    ]
    read = read_bytes(xlsx(rows))
    assert read.result.findings == []
    assert (read.lines[0][-1], read.sheet.control_total, read.sheet.notes) == (
        "12345.00",
        "12345.00",
        ("thousands", "sum-rows"),
    )


def test_amounts_in_thousands_by_the_title() -> None:
    rows = [["Regnskap 2021. Tall i 1000 kr"], LEDGER_HEADER, *LINES]
    assert [line[-1] for line in read_bytes(xlsx(rows)).lines] == ["100500.00", "-20000.00", "100.00"]


def test_a_title_with_a_thousand_in_it_changes_nothing() -> None:
    rows = [["Klient 1000 Røros. Bilag over 1000 kr"], LEDGER_HEADER, *LINES]
    assert read_bytes(xlsx(rows)).sheet.total == "80.60"


def test_accumulated_amounts_become_monthly() -> None:
    rows = [
        ["Ansvar", "Tjeneste", "Art", "Periode", "Hittil i år"],
        ["1", "1", "1", "202101", 100],
        ["1", "1", "1", "202102", 150.5],
        ["1", "1", "2", "202102", 7],
        ["1", "1", "1", "202103", 140],
        ["1", "1", "2", "202103", 7],
    ]
    read = read_bytes(xlsx(rows))
    assert read.result.findings == []
    assert [(line[0], line[4], line[7], line[8]) for line in read.lines] == [
        ("2", "1", "1", "100.00"),
        ("3", "1", "2", "50.50"),
        ("4", "2", "2", "7.00"),
        ("5", "1", "3", "-10.50"),
        ("6", "2", "3", "0.00"),
    ]
    assert (read.sheet.total, read.sheet.rows, read.sheet.notes) == ("147.00", 5, ("accumulated",))


def test_accumulated_amounts_with_a_month_missing_are_refused() -> None:
    rows = [["Ansvar", "Tjeneste", "Art", "Periode", "Hittil i år"], ["1", "1", "1", "202102", 100]]
    read = read_bytes(xlsx(rows))
    assert read.where == [("accumulated-gap", 2, "", "")]
    assert read.errors[0].params == {"period": "2", "missing": "1"}


def test_an_accumulated_line_that_vanishes_is_refused() -> None:
    rows = [
        ["Ansvar", "Tjeneste", "Art", "Periode", "Hittil i år"],
        ["1", "1", "1", "202101", 100],
        ["1", "1", "2", "202101", 7],
        ["1", "1", "1", "202102", 100],
    ]
    assert read_bytes(xlsx(rows)).where == [("accumulated-gap", 3, "", "")]


@settings(deadline=None)
@given(st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1, max_size=13))
def test_differences_of_accumulated_amounts_are_the_amounts(amounts: list[Decimal]) -> None:
    accumulated = Accumulated()
    running = Decimal(0)
    for period, amount in enumerate(amounts, 1):
        running += amount
        accumulated.add(key=("2021", "1"), year="2021", period=period, amount=f"{running:.2f}", row=period, fields=[])
    assert list(accumulated.gaps()) == []
    assert [own for _row, _fields, own in accumulated.monthly()] == amounts
