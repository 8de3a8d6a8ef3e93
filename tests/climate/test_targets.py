"""What a target asks for, and what the headings say of it: each sentence has a rule and a fallback."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest

from climate.findings import (
    disagreement,
    emissions_finding,
    measures_finding,
    municipalities_finding,
    sectors_finding,
    target_facts,
)
from climate.queries.emissions import MunicipalityRow, Series
from climate.queries.measures import MeasureRow
from climate.queries.targets import Target, current
from climate.tables import status_of
from roros.components import StatusKind
from roros.numbers import NBSP, round_half_away

BASE, NOW = Decimal("23727.2"), Decimal("23089.1")
REPORT = Target(1, "Fra kobber til klima", 2009, 2030, Decimal(40), Decimal(16609), True, BASE)


def plain(text: object) -> str:
    return str(text).replace(NBSP, " ")


def series(**totals: Decimal | int) -> Series:
    return Series("Røros", {(int(year[1:]), "Jordbruk"): Decimal(tonnes) for year, tonnes in totals.items()})


def row(name: str, tonnes: int, people: int | None, own: bool = False) -> MunicipalityRow:
    return MunicipalityRow(name, Decimal(tonnes), people, own)


def measure(status: str, deadline: str = "", told: str = "") -> MeasureRow:
    day = datetime.date.fromisoformat
    return MeasureRow(
        1, 1, "Tiltak", "", "", day(deadline) if deadline else None, None, None, status,
        day(told) if told else None, day("2026-11-23"),
    )  # fmt: skip


def test_the_printed_target_is_not_its_percent() -> None:
    assert round_half_away(REPORT.from_percent) == 14236
    assert round_half_away(REPORT.printed_percent) == 30
    assert not REPORT.agrees
    assert replace(REPORT, percent=Decimal(30)).agrees
    assert replace(REPORT, printed=Decimal(14236)).agrees
    assert replace(REPORT, printed=None).agrees
    assert not replace(REPORT, printed=Decimal("14236.4")).agrees  # 14 236,3 with one decimal
    assert replace(REPORT, printed=Decimal("14236.3")).agrees


def test_both_figures_are_told_and_which_one_the_page_follows() -> None:
    text = plain(disagreement(REPORT))
    assert "40 prosent lavere enn 2009. Det er 14 236 tonn" in text
    assert "16 609 tonn, som er 30 prosent lavere" in text
    assert "Siden følger det oppgitte tallet" in text
    assert "Siden følger prosenten" in disagreement(replace(REPORT, follows_printed=False))
    assert disagreement(replace(REPORT, printed=Decimal(14236))) == ""


def test_the_path_is_straight_and_ends_at_the_figure_that_is_followed() -> None:
    assert REPORT.path(2009) == REPORT.path(2000) == BASE
    assert round_half_away(REPORT.path(2020)) == 19999
    assert REPORT.path(2030) == REPORT.path(2045) == 16609
    steps = {round_half_away(REPORT.path(year) - REPORT.path(year + 1), 6) for year in range(2009, 2030)}
    assert len(steps) == 1
    assert replace(REPORT, follows_printed=False).path(2030) == REPORT.from_percent


def test_the_yearly_cut_brings_the_emissions_to_the_target() -> None:
    left = REPORT.left(2020, NOW)
    assert left.yearly is not None
    assert NOW - left.yearly * 10 == 16609
    assert round_half_away(left.percent, 1) == Decimal("28.1")
    assert REPORT.left(2020, Decimal(16609)).yearly is None
    assert REPORT.left(2030, NOW).yearly is None
    facts = {str(fact.label): plain(fact.value) for fact in target_facts(REPORT, 2020, NOW)}
    assert facts["Nødvendig kutt"] == "648 tonn hvert år til 2030"
    assert facts["Oppgitt"] == "30 prosent lavere enn 2009: 16 609 tonn"


def test_the_next_target_ahead_is_the_one_to_look_at() -> None:
    later = replace(REPORT, id=2, target_year=2050)
    assert current([REPORT, later], 2020) == REPORT
    assert current([REPORT, later], 2031) == later
    assert current([REPORT, later], 2060) == later
    assert current([], 2020) is None


@pytest.mark.parametrize(
    ("target", "year", "now", "heading"),
    [
        (REPORT, 2020, NOW, "Utslippene falt 2,7 prosent på elleve år. De må falle 28 prosent til for å nå 2030-målet"),
        (None, 2020, NOW, "Utslippene falt 2,7 prosent på elleve år"),
        (None, 2020, BASE, "Utslippene er like store som for elleve år siden"),
        (None, 2020, BASE * 2, "Utslippene økte 100 prosent på elleve år"),
        (REPORT, 2022, Decimal(16609), "Utslippene falt 30 prosent på 13 år. Målet for 2030 er nådd"),
        (REPORT, 2031, NOW, "Utslippene falt 2,7 prosent på 22 år. Målet for 2030 er ikke nådd"),
    ],
)
def test_the_heading_is_true_for_other_figures(target: Target | None, year: int, now: Decimal, heading: str) -> None:
    found = emissions_finding(series(y2009=BASE, **{f"y{year}": now}), 2009, year, target, None)
    assert plain(found.heading) == heading


def test_one_year_alone_is_not_compared() -> None:
    found = emissions_finding(series(y2020=NOW), 2020, 2020, None, 5600)
    assert plain(found.heading) == "Røros slapp ut 23 089 tonn i 2020"
    assert plain(found.lede).endswith("Det er 4,1 tonn per innbygger.")
    assert emissions_finding(series(y2020=NOW), 2020, 2021, None, None).heading == "Ingen utslippstall for Røros i 2021"


def test_sectors_that_hardly_change_are_not_named() -> None:
    figures = {(2009, "Jordbruk"): 1000, (2020, "Jordbruk"): 1005, (2009, "Luftfart"): 100, (2020, "Luftfart"): 60}
    found = Series("Røros", {key: Decimal(value) for key, value in figures.items()})
    assert sectors_finding(found, 2009, 2020) == "Luftfart går ned"
    figures[2020, "Luftfart"] = 100
    calm = Series("Røros", {key: Decimal(value) for key, value in figures.items()})
    assert sectors_finding(calm, 2009, 2020) == "Ingen sektor har endret seg nevneverdig"
    assert sectors_finding(calm, 2020, 2020) == "Utslipp per sektor"


@pytest.mark.parametrize(
    ("rows", "heading"),
    [
        ([row("Røros", 10, 10, True), row("Os", 30, 10)], "Røros har lavest utslipp per innbygger av to kommuner"),
        ([row("Røros", 30, 10, True), row("Os", 10, 10)], "Røros har høyest utslipp per innbygger av to kommuner"),
        (
            [row("Røros", 20, 10, True), row("Os", 10, 10), row("Tynset", 90, 10)],
            "En av tre kommuner har lavere utslipp per innbygger enn Røros",
        ),
        ([row("Røros", 10, None, True), row("Os", 30, 10)], "Røros har lavest samlet utslipp av to kommuner"),
        ([row("Os", 30, 10), row("Tynset", 30, 10)], "Utslipp per kommune"),
    ],
)
def test_the_place_among_the_municipalities_is_computed(rows: list[MunicipalityRow], heading: str) -> None:
    assert municipalities_finding(rows) == heading


@pytest.mark.parametrize(
    ("rows", "heading"),
    [
        ([], "Ingen klimatiltak er registrert"),
        ([measure("ferdig"), measure("iht. plan", "2022-08-31", "2022-09-01")], "Ett av to tiltak er forsinket"),
        (
            [measure("iht. plan", "2022-08-31", "2022-08-31"), measure("ikke startet")],
            "Ett av to tiltak er ikke startet",
        ),
        ([measure("ferdig", "2020-01-01"), measure("iht. plan")], "Ett av to tiltak er ferdige"),
        ([measure("ferdig"), measure("ferdig")], "Alle tiltakene er ferdige"),
    ],
)
def test_how_the_measures_stand_is_computed(rows: list[MeasureRow], heading: str) -> None:
    assert measures_finding(rows) == heading


def test_a_passed_deadline_is_said_whatever_the_word_was() -> None:
    late = status_of(measure("iht. plan", "2022-08-31"))
    assert (late.word, late.kind) == ("Iht. plan, men fristen er ute", StatusKind.DELAYED)
    assert status_of(measure("ferdig", "2022-08-31")).kind is StatusKind.DONE
