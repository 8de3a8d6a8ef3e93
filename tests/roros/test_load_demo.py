"""The demo comes in through the import engine, once."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.test import Client

from budget.audit import figure_errors
from budget.models import Amendment, BudgetYear
from roros.demo import logins
from roros.demo.files import FILES
from roros.models import ImportRun, User
from roros.workbooks import engine
from tests.ledger_world import imported, ledger_file


def load() -> str:
    out = io.StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def test_it_is_loaded_whole_and_hangs_together(demo: None) -> None:
    runs = ImportRun.objects.order_by("id")
    assert [(run.file_name, run.kind) for run in runs][: len(FILES)] == [(demo.name, demo.kind) for demo in FILES]
    assert {run.state for run in runs} == {"committed"}
    adopted = BudgetYear.objects.get(year=2021)
    assert (adopted.case_number, str(adopted.adopted_on)) == ("20/854", "2020-12-17")
    assert Amendment.objects.adopted().count() == 9
    assert figure_errors() == []


def test_a_second_time_does_nothing(demo: None) -> None:
    before = ImportRun.objects.count()
    assert load() == "Eksempeldataene er lest inn fra før.\n"
    assert ImportRun.objects.count() == before


def test_what_was_undone_stays_undone(demo: None) -> None:
    run = ImportRun.objects.get(file_name="regnskap-2021.xlsx")
    engine.undo(run, by=None)
    load()
    run.refresh_from_db()
    assert run.state == "undone"
    assert not ImportRun.objects.filter(file_name="regnskap-2021.xlsx", state="committed").exists()


def test_everybody_in_the_demo_can_sign_in_and_has_the_role(demo: None, client: Client) -> None:
    for login in logins.LOGINS:
        assert client.login(username=login.username, password=login.password)
        assert [str(role.role) for role in User.objects.get(username=login.username).roles.all()] == [login.grant.role]


@pytest.mark.usefixtures("world")
def test_a_database_with_figures_of_its_own_is_left_alone() -> None:
    imported(ledger_file())
    assert load() == "Databasen har egne tall. Eksempeldataene leses ikke inn.\n"
    assert ImportRun.objects.count() == 1
    assert User.objects.count() == 0


def test_the_demo_tells_its_progress_file_by_file(db: None) -> None:
    lines = load().splitlines()
    for place, demo in enumerate(FILES, 1):
        assert any(line.startswith(f"  {place}/{len(FILES)} {demo.name} … ") for line in lines)
    for login in logins.LOGINS:
        assert any(login.username in line and login.password in line for line in lines)
