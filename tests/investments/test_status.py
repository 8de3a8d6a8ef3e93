"""A status is reported for a period and never changed: the list of an earlier day shows the earlier status."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.test import Client

from investments import actions
from investments.models import Project, StatusReport, StatusWord
from investments.queries.detail import project_detail, record_version
from investments.queries.projects import projects_of
from roros.models import Role, User
from tests.investments.world import read_in, school, workbook

THREE = [
    (StatusWord.ON_PLAN, datetime.date(2021, 4, 30), 4, "Byggestart som avtalt"),
    (StatusWord.DELAYED, datetime.date(2021, 8, 31), 8, "Entreprenøren gikk konkurs"),
    (StatusWord.DONE, datetime.date(2021, 12, 20), 13, "Ny entreprenør tok igjen det tapte"),
]


@pytest.fixture
def three_changes(areas: None, person: Callable[..., User]) -> None:
    read_in(workbook(school(Status="", Statustekst="")))
    by = person(Role.OKONOMI)
    for status, day, period, reason in THREE:
        report = StatusReport(
            project=Project.objects.get(pk="P1"),
            year=2021,
            period=period,
            status=status,
            reported_on=day,
            reason=reason,
        )
        actions.report_status(report=report, seen=record_version("P1"), by=by)


def test_three_changes_show_who_when_and_why(three_changes: None) -> None:
    reports = project_detail("P1").reports
    assert [(one.status, one.reported_on, one.period, one.reason) for one in reports] == THREE
    assert {str(one.recorded_by) for one in reports} == {"Kari Nordmann"}
    assert {one.recorded_at.date() for one in reports} == {datetime.datetime.now(datetime.UTC).date()}


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (datetime.date(2021, 4, 29), None),
        (datetime.date(2021, 4, 30), StatusWord.ON_PLAN),
        (datetime.date(2021, 8, 30), StatusWord.ON_PLAN),
        (datetime.date(2021, 8, 31), StatusWord.DELAYED),
        (datetime.date(2021, 12, 31), StatusWord.DONE),
        (None, StatusWord.DONE),
    ],
)
def test_the_list_of_a_day_shows_the_status_of_that_day(
    three_changes: None, day: datetime.date | None, status: StatusWord | None
) -> None:
    assert projects_of(2021, as_of=day).rows[0].status is status


def test_pages_show_them(three_changes: None, client: Client, person: Callable[..., User]) -> None:
    client.force_login(person(Role.POLITIKER, name="Per"))
    page = client.get("/investeringer/prosjekt/P1/").content.decode()
    for _status, day, _period, reason in THREE:
        assert f"Meldt {day:%d.%m.%Y} av Kari Nordmann" in page
        assert reason in page
    earlier = client.get("/investeringer/2021/?per=2021-09-01").content.decode()
    assert "1 av 1 prosjekt er forsinket" in earlier
    assert "slik de stod 01.09.2021" in earlier
    assert "Ingen prosjekter er meldt forsinket" in client.get("/investeringer/2021/").content.decode()


def test_a_correction_stands_over_the_report_it_corrects(three_changes: None, person: Callable[..., User]) -> None:
    wrong = StatusReport.objects.get(period=8)
    fixed = StatusReport(
        project=wrong.project,
        year=2021,
        period=8,
        status=StatusWord.ON_HOLD,
        reported_on=wrong.reported_on,
        reason="Feil ord",
    )
    actions.report_status(report=fixed, seen=record_version("P1"), by=person(Role.ADMINISTRATOR))
    assert projects_of(2021, as_of=wrong.reported_on).rows[0].status is StatusWord.ON_HOLD
    assert StatusReport.objects.filter(period=8).count() == 2


def test_a_part_of_the_project_does_not_change_the_whole(three_changes: None, person: Callable[..., User]) -> None:
    report = StatusReport(
        project=Project.objects.get(pk="P1"),
        year=2021,
        period=13,
        area="quality",
        status=StatusWord.DELAYED,
        reported_on=datetime.date(2021, 12, 31),
        reason="Mangler ved overtakelse",
    )
    actions.report_status(report=report, seen=record_version("P1"), by=person(Role.ADMINISTRATOR))
    assert projects_of(2021).rows[0].status is StatusWord.DONE
    assert project_detail("P1").standing["quality"].status == StatusWord.DELAYED  # type: ignore[index]
