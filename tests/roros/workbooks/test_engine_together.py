"""Two people at once, over real connections to one database: one is served, the other is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from budget.audit import figure_errors
from budget.models import ActiveLine
from roros.models import ImportRun, Plassering
from roros.workbooks import engine
from roros.workbooks.kinds import ImportRefused, StalePreview
from tests.ledger_world import LINES, amounts, imported, ledger_file, received

pytestmark = pytest.mark.usefixtures("scratch")
State = ImportRun.State

ONE_WAY = ledger_file([*LINES[:4], LINES[5]])  # both cover January through March
OTHER_WAY = ledger_file(LINES[2:])


def together(*works: Callable[[], object]) -> list[object]:
    """This will do all of it at once, each over a connection of its own, and return what each gave or raised."""
    start = threading.Barrier(len(works))

    def alone(work: Callable[[], object]) -> object:
        start.wait()
        try:
            return work()
        except (ImportRefused, IntegrityError) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(alone, works))


def what_it_gives(content: bytes) -> str:
    """The figures after that file alone."""
    run = imported(content)
    given = amounts()
    engine.undo(run, by=None)
    return given


def test_two_imports_of_the_same_months_one_is_committed_and_the_other_told() -> None:
    possible = [what_it_gives(content) for content in (ONE_WAY, OTHER_WAY)]
    runs = [engine.prepare(received(content)) for content in (ONE_WAY, OTHER_WAY)]
    results = together(*(lambda run=run: engine.commit(run, by=None) for run in runs))
    refused = [result for result in results if isinstance(result, StalePreview)]
    assert len(refused) == 1
    assert "Noen andre har lest inn tall for de samme periodene" in refused[0].message
    states = [ImportRun.objects.get(pk=run.pk).state for run in runs]
    assert sorted(states) == [State.COMMITTED, State.READY]
    assert amounts() in possible
    assert figure_errors() == []


def test_two_whole_imports_at_once_leave_the_figures_of_the_last() -> None:
    possible = [what_it_gives(content) for content in (ONE_WAY, OTHER_WAY)]
    works = [
        lambda content=content: engine.carry_through(received(content), by=None) for content in (ONE_WAY, OTHER_WAY)
    ]
    results = together(*works)
    assert any(isinstance(result, ImportRun) and result.state == State.COMMITTED for result in results)
    assert amounts() in possible
    assert figure_errors() == []


def test_two_confirm_the_same_run_and_it_is_carried_out_once() -> None:
    run = engine.prepare(received(ONE_WAY))
    results = together(*(lambda: engine.commit(ImportRun.objects.get(pk=run.pk), by=None) for _person in range(2)))
    told = [result for result in results if isinstance(result, ImportRefused)]
    assert len(told) == 1
    assert told[0].code in ("busy", "not-ready", "not-open")
    assert ImportRun.objects.get(pk=run.pk).state == State.COMMITTED
    assert ActiveLine.objects.count() == 5
    assert figure_errors() == []


def test_two_undo_neighbouring_imports_without_a_deadlock() -> None:
    first, second = imported(ONE_WAY), imported(OTHER_WAY)
    results = together(lambda: engine.undo(first, by=None), lambda: engine.undo(second, by=None))
    assert isinstance(results[1], ImportRun)
    assert isinstance(results[0], ImportRun | ImportRefused)
    assert figure_errors() == []


def test_different_years_do_not_wait_for_each_other() -> None:
    contents = [ledger_file(LINES, year=year) for year in (2020, 2021, 2022)]
    results = together(
        *(lambda content=content: engine.carry_through(received(content), by=None) for content in contents)
    )
    assert [run.state for run in results if isinstance(run, ImportRun)] == [State.COMMITTED] * 3
    assert figure_errors() == []


def test_a_placement_cannot_be_closed_under_an_import_in_progress() -> None:
    written, closing = threading.Event(), threading.Event()
    run = engine.prepare(received(ONE_WAY))

    def write() -> None:
        with transaction.atomic():
            ImportRun.objects.filter(pk=run.pk).update(state=State.COMMITTING)
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO budget_ledgerline (kind, year, period, ansvar_id, tjeneste_id, art_id, prosjekt_id,"
                    " amount, import_run_id) VALUES ('regnskap', 2021, 1, '1000', '1200', '101000', '', 1, %s)",
                    [run.pk],
                )
            ImportRun.objects.filter(pk=run.pk).update(state=State.COMMITTED, committed_at=timezone.now())
            written.set()
            closing.wait(1)  # long enough for the other to look for lines, did it not wait for us

    def close() -> None:
        written.wait()
        with transaction.atomic():
            Plassering.objects.filter(ansvar="1000").update(to_year=2020)
        closing.set()

    results = together(write, close)
    assert results[0] is None
    assert isinstance(results[1], IntegrityError)
    assert Plassering.objects.get(ansvar="1000").to_year is None
