"""History is kept by the database: whoever writes, however it is written."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import InternalError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from investments.models import Approval, Financing, Project, ProjectYear, StatusReport
from roros import history
from roros.history import Change, ChangeKind
from roros.models import ImportRun, Role, User
from tests.investments.world import read_in, school, workbook


@pytest.fixture
def project(areas: None) -> Project:
    return Project.objects.create(code="P1", name="Ny skole", rammeomrade_id=2)


def told(changes: list[Change]) -> list[tuple[str, str, str, str, str]]:
    return [(one.label, one.before, one.after, one.who, one.reason) for one in changes]


def test_a_change_tells_who_why_before_and_after(project: Project, person: Callable[..., User]) -> None:
    with history.because("Navnet var feil", by=person(Role.OKONOMI)):
        project.name = "Ny barneskole"
        project.save()
    assert told(history.changes_of(project)) == [
        ("Navn", "Ny skole", "Ny barneskole", "Kari Nordmann", "Navnet var feil"),
        ("Prosjekt", "", "lagt til", "", ""),
    ]


def test_a_queryset_and_raw_sql_are_recorded(project: Project) -> None:
    Project.objects.filter(pk="P1").update(note="en")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE investments_project SET note = 'to' WHERE code = 'P1'")
    assert [(one.before, one.after) for one in history.changes_of(project, only=("note",))] == [
        ("en", "to"),
        ("–", "en"),
    ]


def test_a_foreign_key_is_told_by_name(project: Project) -> None:
    Project.objects.filter(pk="P1").update(rammeomrade_id=3)
    change = history.changes_of(project)[0]
    assert (change.label, change.before, change.after) == ("Rammeområde", "2 Oppvekst", "3 Helse og omsorg")


def test_amounts_days_choices_and_booleans_are_told_as_people_read_them(project: Project) -> None:
    year = ProjectYear.objects.create(
        project=project, year=2021, approved_total=1, accrued_total=1, revised_budget=1, actual=1
    )
    year.actual, year.is_other = Decimal("1234567.80"), True
    year.save()
    grant = Financing.objects.create(project=project, kind="grant", source="Staten", amount=5, status="applied")
    grant.status, grant.status_on = "paid", datetime.date(2021, 8, 31)
    grant.save()
    found = {one.label: (one.before, one.after.replace("\u00a0", " ")) for one in history.changes_of(year, grant)}
    assert found["2021: Regnskap"] == ("1", "1 234 567,8")
    assert found["2021: Øvrig prosjekt"] == ("nei", "ja")
    assert found["Tilskudd, Staten: Status"] == ("Søkt", "Utbetalt")
    assert found["Tilskudd, Staten: Statusdato"] == ("–", "31.08.2021")


def test_a_removed_row_is_told_to_those_who_ask_for_its_owner(project: Project) -> None:
    approval = Approval.objects.create(
        project=project, case_number="1/21", body="KS", decided_on=datetime.date(2021, 1, 1), total=5
    )
    approval.delete()
    changes = history.changes_among({Approval: Q(project_id="P1")})
    assert [(one.kind, one.after) for one in changes] == [
        (ChangeKind.DELETE, "fjernet"),
        (ChangeKind.INSERT, "lagt til"),
    ]


def test_the_reason_ends_with_its_block(project: Project) -> None:
    with history.because("først"):
        Project.objects.filter(pk="P1").update(note="en")
    Project.objects.filter(pk="P1").update(note="to")
    assert [one.reason for one in history.changes_of(project)] == ["", "først", ""]


def test_reasons_may_stand_inside_each_other(project: Project) -> None:
    with history.because("ytre"):
        with history.because("indre"):
            Project.objects.filter(pk="P1").update(note="en")
        Project.objects.filter(pk="P1").update(note="to")
    assert [one.reason for one in history.changes_of(project)] == ["ytre", "indre", ""]


def test_an_import_tells_its_file_and_run(areas: None, person: Callable[..., User]) -> None:
    run = read_in(workbook(school()), by=person(Role.OKONOMI, name="Ola"))
    (change,) = history.changes_of(Project.objects.get())
    assert (change.who, change.reason, change.run) == ("Ola Nordmann", "Innlesing av prosjekter.xlsx", run.pk)


@pytest.mark.parametrize("sql", ["UPDATE {} SET note = 'x'", "DELETE FROM {}"])
def test_the_record_cannot_be_changed(project: Project, sql: str) -> None:
    with pytest.raises(InternalError, match="Cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format("investments_projectevent"))
    assert len(history.changes_of(project)) == 1


def test_reports_cannot_be_changed_or_removed(project: Project) -> None:
    report = StatusReport.objects.create(
        project=project, year=2021, period=13, status="done", reported_on=datetime.date(2021, 12, 31)
    )
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        StatusReport.objects.update(status="delayed")
    with pytest.raises(InternalError, match="Cannot delete"), transaction.atomic():
        StatusReport.objects.all().delete()
    assert StatusReport.objects.get() == report


def test_as_of_gives_the_rows_as_they_stood(project: Project) -> None:
    before = timezone.now()
    Project.objects.filter(pk="P1").update(name="Nytt navn")
    Project.objects.create(code="P2", name="Ny bru", rammeomrade_id=6)
    between = timezone.now()
    Project.objects.filter(pk="P2").delete()
    assert [row.name for row in history.as_of(Project, before)] == ["Ny skole"]
    assert sorted(row.name for row in history.as_of(Project, between)) == ["Ny bru", "Nytt navn"]
    assert [row.name for row in history.as_of(Project, timezone.localdate())] == ["Nytt navn"]
    assert not history.as_of(Project, timezone.localdate() - datetime.timedelta(days=1)).exists()


def test_the_mark_of_a_record_moves_with_every_change(project: Project) -> None:
    record = {Project: Q(pgh_obj_id="P1"), Approval: Q(project_id="P1")}
    first = history.version_of(record)
    Project.objects.create(code="P2", name="Ny bru", rammeomrade_id=6)
    assert history.version_of(record) == first
    Approval.objects.create(
        project=project, case_number="1/21", body="KS", decided_on=datetime.date(2021, 1, 1), total=5
    )
    assert history.version_of(record) != first


def test_a_model_without_history_is_an_error(db: None) -> None:
    with pytest.raises(LookupError, match="not tracked"):
        history.as_of(ImportRun, timezone.now())
