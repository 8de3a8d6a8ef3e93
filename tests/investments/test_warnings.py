"""Warnings are computed: the report's own eight, and each rule at its edge."""

from __future__ import annotations

import dataclasses
import datetime
from decimal import Decimal
from typing import Any

import pytest

from investments.findings import project_finding, year_finding
from investments.models import Financing, StatusWord
from investments.queries.detail import project_detail
from investments.queries.projects import projects_of
from investments.tables import Group, groups_of
from investments.warnings import Facts, WarningKind, approvals_disagree, is_clearly_over, warnings_of
from roros.models import ImportRun
from tests.investments.world import read_in, school, workbook

FACTS = Facts(
    year=2021,
    as_of=datetime.date(2021, 12, 31),
    approved=Decimal(1000),
    accrued=Decimal(400),
    revised=Decimal(300),
    actual=Decimal(300),
    accrued_before=None,
    is_other=False,
    status=StatusWord.ON_PLAN,
    outstanding=Decimal(0),
    final_cost=None,
    completion=None,
)


def kinds(**changes: Any) -> list[str]:
    return [one.kind.value for one in warnings_of(dataclasses.replace(FACTS, **changes))]


def test_eight_projects_are_over_and_on_plan_in_the_report(projects: ImportRun) -> None:
    over = [row for row in projects_of(2021).rows if any(w.kind is WarningKind.OVER_ON_PLAN for w in row.warnings)]
    over.sort(key=lambda row: row.remaining)
    assert [row.code for row in over] == ["I3002", "I7004", "I3003", "I3006", "I7010", "I2001", "I6012", "I6013"]
    assert [row.code for row in over if row.warnings[0].explained] == ["I3002", "I3003"]
    assert over[0].remaining == Decimal(-32792778)
    assert "36,0\u00a0mill.\u00a0kr er ikke utbetalt" in over[0].warnings[0].text


def test_the_explanation_goes_when_the_grant_is_paid(projects: ImportRun) -> None:
    Financing.objects.filter(project="I3002", kind="grant").update(status="paid")
    (first, *_rest) = project_detail("I3002").warnings
    assert first.kind is WarningKind.OVER_ON_PLAN
    assert not first.explained


def test_the_other_warnings_of_the_report(projects: ImportRun) -> None:
    found = {
        kind: sorted(row.code for row in projects_of(2021).rows if kind in {w.kind for w in row.warnings})
        for kind in WarningKind
    }
    assert found[WarningKind.NO_ACCRUAL] == ["I3005", "I6002", "I6009", "I6011"]
    assert found[WarningKind.COMPLETION_PASSED] == ["I6010", "I7003"]
    assert found[WarningKind.OVER] == ["I5001", "I5003", "I7002", "I7003", "I7005", "I7009"]
    assert found[WarningKind.FIGURES_DISAGREE] == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"accrued": Decimal(1000)}, []),
        ({"accrued": Decimal("1000.01")}, ["over-on-plan"]),
        ({"accrued": Decimal(1001), "status": StatusWord.DELAYED}, ["over"]),
        ({"accrued": Decimal(1001), "status": None}, ["over"]),
        ({"accrued": Decimal(1001), "is_other": True}, []),
        ({"actual": Decimal(0)}, ["no-accrual"]),
        ({"actual": Decimal(0), "revised": Decimal(0)}, []),
        ({"completion": datetime.date(2021, 12, 30)}, ["completion-passed"]),
        ({"completion": datetime.date(2021, 12, 31)}, []),
        ({"completion": datetime.date(2021, 12, 30), "status": StatusWord.DONE}, []),
        ({"final_cost": Decimal(1001)}, ["forecast-over"]),
        ({"final_cost": Decimal(1000)}, []),
        ({"accrued_before": Decimal(100)}, []),
        ({"accrued_before": Decimal(101)}, ["figures-disagree"]),
    ],
)
def test_each_rule_at_its_edge(changes: dict[str, Any], expected: list[str]) -> None:
    assert kinds(**changes) == expected


@pytest.mark.parametrize(("grants", "explained"), [(0, False), (99, False), (100, True)])
def test_grants_explain_only_what_they_cover(grants: int, explained: bool) -> None:
    (warning,) = warnings_of(dataclasses.replace(FACTS, accrued=Decimal(1100), outstanding=Decimal(grants)))
    assert warning.explained is explained


@pytest.mark.parametrize(
    ("approved", "accrued", "clearly"),
    [(5_000_000, 5_500_000, True), (5_000_000, 5_499_999, False), (5_000_001, 5_500_001, False), (0, 500_000, True)],
)
def test_clearly_over_needs_both_kroner_and_percent(approved: int, accrued: int, clearly: bool) -> None:
    assert is_clearly_over(Decimal(approved), Decimal(accrued)) is clearly


def test_a_decision_that_differs_from_the_accounts_is_told(projects: ImportRun) -> None:
    assert approvals_disagree(Decimal(5), Decimal(5), "1/21") is None
    project = project_detail("I3002").project
    project.years.update(approved_total=300_000_000)
    assert "sak 20/854" in project_detail("I3002").warnings[-1].text


def test_groups_of_the_report(projects: ImportRun) -> None:
    found = projects_of(2021)
    assert {group: len(rows) for group, rows in groups_of(found.rows).items()} == {
        Group.OVER: 7,
        Group.DELAYED: 9,
        Group.ON_PLAN: 17,
        Group.DONE: 2,
        Group.NOT_ASSESSED: 4,
        Group.OTHERS: 11,
    }
    assert [row.code for row in groups_of(found.named)[Group.DELAYED]][:2] == ["I6010", "I6004"]


def headings(*rows: list[Any]) -> tuple[str, str]:
    read_in(workbook(*rows))
    finding = year_finding(projects_of(2021))
    return finding.heading.replace("\u00a0", " "), finding.lede.replace("\u00a0", " ")


def test_heading_of_the_report(projects: ImportRun) -> None:
    finding = year_finding(projects_of(2021))
    assert finding.heading.replace("\u00a0", " ") == (
        "Øverhagaen er 32,8 mill. kr over rammen. 9 av 39 prosjekter er forsinket"
    )
    assert finding.lede.replace("\u00a0", " ") == (
        "Kommunen investerte for 184,0 mill. kr i 2021. Det er 6,2 mill. kr mer enn revidert budsjett. "
        "Øverhagaen alene brukte 29,3 mill. kr mer."
    )
    assert project_finding(project_detail("I3002")).heading.replace("\u00a0", " ") == (
        "Øverhagaen har brukt 338,8 mill. kr. Det er 32,8 mill. kr mer enn kommunestyret har vedtatt"
    )


def test_heading_when_all_is_well(areas: None) -> None:
    assert headings(school()) == (
        "Ingen prosjekter er over rammen. Ingen prosjekter er meldt forsinket",
        "Kommunen investerte for 300 kr i 2021. Det er 200 kr mindre enn revidert budsjett. "
        "Ny skole alene brukte 200 kr mindre.",
    )


def test_heading_when_two_are_equally_far_over(areas: None) -> None:
    over = {"Påløpt totalt": 2_000_000, "Status": "Forsinket"}
    first, second = school(**over), school(Prosjektnr="P2", Prosjekt="Ny bru", **over)
    heading, lede = headings(first, second)
    assert heading == "2 prosjekter er klart over rammen. 2 av 2 prosjekter er forsinket"
    assert "alene" not in lede


def test_heading_when_one_is_a_little_over(areas: None) -> None:
    heading, lede = headings(school(**{"Påløpt totalt": 1001, "Regnskap 2021": 500}))
    assert heading.startswith("Ingen prosjekter er klart over rammen.")
    assert lede.endswith("Det er som i revidert budsjett.")


def test_heading_when_there_are_only_small_projects(areas: None) -> None:
    heading, _lede = headings(school(**{"Øvrige prosjekter": "ja"}))
    assert heading == "Ingen store investeringsprosjekter i 2021"


@pytest.mark.parametrize(
    ("approved", "accrued", "heading"),
    [
        (1000, 400, "Ny skole har brukt 400 kr av en ramme på 1 000 kr"),
        (1000, 0, "Ny skole har ikke brukt noe av rammen på 1 000 kr"),
        (0, 400, "Ny skole har brukt 400 kr uten egen ramme"),
        (0, 0, "Ny skole har verken ramme eller kostnader"),
        (300, 400, "Ny skole har brukt 400 kr. Det er 100 kr mer enn rammen"),
    ],
)
def test_heading_of_a_project(areas: None, approved: int, accrued: int, heading: str) -> None:
    read_in(workbook(school(**{"Vedtatt totalt": approved, "Påløpt totalt": accrued, "Regnskap 2021": accrued})))
    assert project_finding(project_detail("P1")).heading.replace("\u00a0", " ") == heading
