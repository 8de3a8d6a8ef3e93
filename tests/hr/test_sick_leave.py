"""Percents are days over days, for any unit and any run of quarters; hand-computed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hr.findings import cover_notes, driver, node_finding, share_finding, year_finding
from hr.models import SickLeaveTarget
from hr.queries.sick_leave import WHOLE, Key, Level, Share, Window
from hr.tables import MET, NOT_MET, areas_table, share_record, units_table
from roros.lines import Missing
from roros.numbers import round_half_away
from tests.hr.days import book, cell

AREA = Key(Level.AREA, "1")
BIG, LESSER = Key(Level.UNIT, "big"), Key(Level.UNIT, "lesser")


def total(share: Share | Missing) -> Decimal:
    assert isinstance(share, Share)
    return share.total


def test_percent_of_a_parent_is_days_over_days_and_not_a_mean() -> None:
    shown = book(
        [
            cell("big", agreed="9000", short="90", long="360"),  # 5 %
            cell("lesser", agreed="1000", short="50", long="150"),  # 20 %
        ]
    )
    window = Window.quarter(2021, 1)
    assert [total(shown.share(key, window)) for key in (BIG, LESSER)] == [5, 20]
    assert total(shown.share(AREA, window)) == Decimal("6.5")  # 650 of 10 000; the mean would be 12,5
    assert total(shown.share(WHOLE, window)) == Decimal("6.5")


def test_year_and_rolling_year_weigh_their_quarters() -> None:
    days = [("1000", "10"), ("2000", "100"), ("1000", "10"), ("4000", "400")]
    cells = [
        cell("big", year=year, quarter=quarter, agreed=agreed, short="0.5", long=long)
        for year, factor in ((2020, "0"), (2021, ""))
        for quarter, (agreed, long) in enumerate(days, 1)
        for long in [factor or long]
    ]
    shown = book(cells)
    assert total(shown.share(BIG, Window.year(2021))) == Decimal("6.525")  # 522 of 8000
    rolling = total(shown.share(BIG, Window.rolling(2021, 1)))  # three quarters of 2020 and one of 2021
    assert rolling == Decimal("12.0") * 100 / 8000
    assert shown.share(BIG, Window.rolling(2020, 3)) is Missing.UNKNOWN


def test_part_of_a_year_is_compared_with_the_same_part_of_the_last() -> None:
    cells = [cell("big", year=2020, quarter=quarter, long=long) for quarter, long in ((1, "40"), (2, "40"), (3, "900"))]
    cells += [cell("big", year=2021, quarter=quarter, long="50") for quarter in (1, 2)]
    assert book(cells).change(BIG, 2021) == 1


def test_no_agreed_days_gives_no_percent() -> None:
    shown = book([cell("big", agreed="0", short="0", long="0")])
    assert shown.share(BIG, Window.year(2021)) is Missing.MEANINGLESS


def test_a_unit_has_the_target_of_its_rammeomrade() -> None:
    target = SickLeaveTarget(year=2021, area=1, percent=Decimal("4.0"))
    shown = book([cell("big"), cell("lesser", area=2)], targets={(2021, "1"): target})
    assert shown.target(BIG, 2021) == 4
    assert shown.target(LESSER, 2021) is None
    assert share_record(shown, BIG, 2021)["goal"] == MET
    above = book([cell("big", long="31")], targets={(2021, "1"): target})
    assert share_record(above, BIG, 2021)["goal"] == NOT_MET


def year(area: int, percent: str, when: int, *, agreed: str = "1000", short: str = "10") -> object:
    long = Decimal(percent) * Decimal(agreed) / 100 - Decimal(short)
    return cell(f"u{area}", area=area, year=when, agreed=agreed, short=short, long=str(long))


@pytest.mark.parametrize(
    ("before", "now", "heading"),
    [
        ("7.2", "8.3", "Sykefraværet steg til 8,3 prosent. Område 1 trekker mest opp"),
        ("8.3", "7.2", "Sykefraværet sank til 7,2 prosent. Område 1 trekker mest ned"),
        ("8.31", "8.33", "Sykefraværet er uendret, 8,3 prosent"),
    ],
)
def test_year_finding_says_which_way(before: str, now: str, heading: str) -> None:
    shown = book([year(1, before, 2020), year(1, now, 2021)])  # type: ignore[list-item]
    assert year_finding(shown, 2021).heading.replace("\N{NO-BREAK SPACE}", " ") == heading


def test_year_finding_without_a_year_before() -> None:
    finding = year_finding(book([year(1, "8.3", 2021)]), 2021)  # type: ignore[list-item]
    assert finding.heading.replace("\N{NO-BREAK SPACE}", " ") == "Sykefraværet er 8,3 prosent"
    assert finding.lede == ""


def test_the_driver_moved_the_municipality_most_not_itself() -> None:
    cells = [
        year(1, "5", 2020, agreed="10000"),
        year(1, "6", 2021, agreed="10000"),
        year(2, "5", 2020, agreed="500"),
        year(2, "9", 2021, agreed="500"),
    ]
    assert driver(book(cells), 2021) == AREA  # type: ignore[arg-type]


def test_lede_says_what_moved_and_where_it_was_halved() -> None:
    cells = [
        year(1, "6", 2020, agreed="10000", short="100"),
        year(1, "9", 2021, agreed="10000", short="90"),
        year(2, "6", 2020, agreed="500", short="5"),
        year(2, "2", 2021, agreed="500", short="5"),
    ]
    lede = year_finding(book(cells), 2021).lede.replace("\N{NO-BREAK SPACE}", " ")  # type: ignore[arg-type]
    assert lede == (
        "Langtidsfraværet i Område 1 gikk fra 5,0 til 8,1 prosent. Korttidsfraværet gikk ned i samme periode. "
        "I Område 2 er det mer enn halvert, fra 6,0 til 2,0 prosent."
    )


def test_hidden_unit_is_told_why() -> None:
    shown = book([cell("a", employees=3), cell("b", employees=11), cell("c", employees=30)])
    small, cover = Key(Level.UNIT, "a"), Key(Level.UNIT, "b")
    assert node_finding(shown, small, 2021).lede == (
        "Enheten har så få ansatte at tallet kunne si noe om enkeltpersoner."
    )
    assert node_finding(shown, cover, 2021).lede == (
        "Tallet er skjult fordi tall for en liten enhet ellers kunne regnes ut."
    )
    assert cover_notes(shown, AREA, 2021) == ["Enhet b er skjult fordi tallet for Enhet a ellers kunne regnes ut."]


def test_hidden_year_says_so() -> None:
    shown = book([cell("a", employees=3)])
    assert year_finding(shown, 2021).heading == "Sykefraværet i 2021 kan ikke vises"
    assert share_finding(shown, 2021) == "Korttid og langtid per rammeområde"


def test_tables_print_a_colon_for_what_is_hidden() -> None:
    shown = book([cell("a", employees=3), cell("b", employees=11), cell("c", employees=30, long="60")])
    html = units_table(shown, AREA, 2021).html
    assert html.count("færre enn 5") == 1
    hidden = [share_record(shown, Key(Level.UNIT, unit), 2021) for unit in "ab"]
    for record in hidden:
        assert {record[name] for name in ("total", "short", "long", "change")} == {Missing.HIDDEN}
    rows = list(areas_table(shown, 2021).data[0].children)
    assert [row.read("name") for row in rows] == ["Enhet c", "Enhet a", "Enhet b"]


def test_rounding_is_half_away_from_zero() -> None:
    shown = book([cell("big", agreed="20000", short="0", long="1645")])
    assert round_half_away(total(shown.share(BIG, Window.year(2021))), 2) == Decimal("8.23")
