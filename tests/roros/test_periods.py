"""Periods: labels, reading what people write, the step to another year."""

import datetime

import pytest

from roros.periods import Period, read_period


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("202101", (2021, 1)),
        ("2021-01", (2021, 1)),
        ("2021/1", (2021, 1)),
        ("2021 01", (2021, 1)),
        ("2021P07", (2021, 7)),
        ("2021M07", (2021, 7)),
        ("202113", (2021, 13)),
        ("01.2021", (2021, 1)),
        ("2021-08-31", (2021, 8)),
        ("2021-08-31 00:00:00", (2021, 8)),
        ("31.08.2021", (2021, 8)),
        ("jan", (None, 1)),
        ("Jan.", (None, 1)),
        ("Sept", (None, 9)),
        ("januar 2021", (2021, 1)),
        ("MAI 2021", (2021, 5)),
        ("okt-21", (2021, 10)),
        ("Oct 21", (2021, 10)),
        ("des'21", (2021, 12)),
        ("Årsavslutning", (None, 13)),
        ("Periode 4", (None, 4)),
        ("1.", (None, 1)),
        (" 13 ", (None, 13)),
    ],
)
def test_reads_what_people_write_for_a_period(text: str, expected: tuple[int | None, int]) -> None:
    assert read_period(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "0", "14", "202100", "202114", "30.02.2021", "2021-13-01", "1879-05", "uke 3", "-", "tertial 1", "12345"],
)
def test_refuses_what_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a|out of range|must be"):
        read_period(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-08", Period(2021, 8)),
        ("202113", Period(2021, 13)),
        ("2021", Period(2021, 13)),
        ("mars 2021", Period(2021, 3)),
    ],
)
def test_parses_a_period_with_its_year(text: str, expected: Period) -> None:
    assert Period.parse(text) == expected


def test_a_period_without_year_is_not_parsed() -> None:
    with pytest.raises(ValueError, match="does not tell the year"):
        Period.parse("august")


@pytest.mark.parametrize(("year", "number"), [(2021, 0), (2021, 14), (1989, 1), (2101, 1)])
def test_a_period_outside_the_calendar_cannot_be_made(year: int, number: int) -> None:
    with pytest.raises(ValueError, match="is not a"):
        Period(year, number)


@pytest.mark.parametrize(
    ("number", "months", "month"),
    [
        (1, "Januar 2021", "januar 2021"),
        (8, "Januar–august 2021", "august 2021"),
        (12, "Hele 2021", "desember 2021"),
        (13, "Hele 2021", "avslutning 2021"),
    ],
)
def test_labels(number: int, months: str, month: str) -> None:
    period = Period(2021, number)
    assert (period.months, period.month) == (months, month)


def test_text_form_reads_back() -> None:
    for number in range(1, 14):
        period = Period(2021, number)
        assert Period.parse(str(period)) == period


def test_december_and_closing_read_the_year() -> None:
    assert [Period(2021, number).rollup_number for number in (1, 11, 12, 13)] == [1, 11, 13, 13]
    assert [Period(2021, number).is_year for number in (1, 11, 12, 13)] == [False, False, True, True]


def test_ends_on_the_last_day() -> None:
    assert Period(2020, 2).ends_on == datetime.date(2020, 2, 29)
    assert Period(2021, 8).ends_on == datetime.date(2021, 8, 31)
    assert Period(2021, 13).ends_on == datetime.date(2021, 12, 31)


def test_previous_year_and_order() -> None:
    assert Period(2021, 8).previous_year() == Period(2020, 8)
    assert sorted([Period(2021, 2), Period(2020, 13), Period(2021, 1)]) == [
        Period(2020, 13),
        Period(2021, 1),
        Period(2021, 2),
    ]
