"""`kill -9` of the worker at any moment: all or nothing, and the run can be taken up again or discarded."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings

from budget.audit import figure_errors
from roros import tasks
from roros.models import ImportRun, Role
from roros.queries import Phase, progress
from roros.workbooks import engine
from tests.ledger_world import Line, amounts, figures, ledger_file, received, user

State = ImportRun.State
KILLS = 10
MANY: list[Line] = [("1000", "1200", "101000", "", 1 + number % 12, f"{number % 977}.25") for number in range(12_000)]


def worker(address: str) -> subprocess.Popen[bytes]:
    """The worker of production, which ends when the queue is empty."""
    return subprocess.Popen(
        [sys.executable, "manage.py", "db_worker", "--batch", "--no-startup-delay", "-v", "0"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": address},
        start_new_session=True,
    )


def killed_after(address: str, seconds: float, begun: Callable[[], bool]) -> bool:
    """This will kill a worker and its reader that long after it began on the run; tells whether it still ran."""
    process = worker(address)
    while not begun() and process.poll() is None:
        time.sleep(0.02)
    time.sleep(seconds)
    running = process.poll() is None
    if running:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return running


@dataclass
class Reading:
    """Whether the worker has begun to read the run's file."""

    run_id: int

    def __call__(self) -> bool:
        return ImportRun.objects.get(pk=self.run_id).state != State.READY


@dataclass
class Writing:
    """Whether the worker has read the file and writes it: the transaction itself shows nothing until it is over."""

    run_id: int
    read: bool = False

    def __call__(self) -> bool:
        state = ImportRun.objects.get(pk=self.run_id).state
        self.read = self.read or state == State.READING
        return self.read and state != State.READING


def settled() -> None:
    """This will wait until the server has noticed that the killed session is gone."""
    with connection.cursor() as cursor:
        for _attempt in range(200):
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.05)
    raise AssertionError("a session is still there")


@override_settings(IMPORT_INLINE_BYTES=0)
def test_a_killed_worker_leaves_all_or_nothing(scratch: str) -> None:
    random.seed(2021)
    by = user(Role.OKONOMI)
    content = ledger_file(MANY, sum_row=False)
    before = figures()
    outcomes = []
    started = time.monotonic()
    whole = engine.carry_through(received(content), by=None)
    duration = time.monotonic() - started
    after = amounts()
    engine.undo(whole, by=None)
    assert figures() == before
    for attempt in range(KILLS):
        run = received(content, by=by)
        engine.prepare(run)
        tasks.commit(run, by=by)
        assert progress(ImportRun.objects.get(pk=run.pk)).phase == Phase.QUEUED
        phase = Reading(run.pk) if attempt % 2 else Writing(run.pk)
        killed = killed_after(scratch, random.uniform(0, duration / 2), phase)
        settled()
        run.refresh_from_db()
        if run.state == State.COMMITTED:
            assert amounts() == after
        else:
            assert killed
            assert run.state in (State.READING, State.READY)
            assert figures() == before
            assert progress(run).can_resume or progress(run).phase == Phase.QUEUED
        assert figure_errors() == []
        outcomes.append(f"{type(phase).__name__} → {run.state}")
        if run.state != State.COMMITTED:
            if attempt % 3 == 0:
                engine.discard(run)
                assert figures() == before
                continue
            tasks.resume(run)
            tasks.commit_run.call(run.pk)
            run.refresh_from_db()
        assert run.state == State.COMMITTED
        assert run.committed_by == by
        assert amounts() == after
        assert figure_errors() == []
        engine.undo(run, by=by)
        assert figures() == before
    print(f"killed at ten moments within {duration:.1f} s: {', '.join(outcomes)}")
    assert not all(outcome.endswith(State.COMMITTED) for outcome in outcomes)


@override_settings(IMPORT_INLINE_BYTES=0)
def test_large_files_go_through_the_worker_from_upload_to_figures(scratch: str, tmp_path: Path) -> None:
    client = Client()
    client.force_login(user(Role.OKONOMI))
    path = tmp_path / "regnskap.xlsx"
    path.write_bytes(ledger_file())
    with path.open("rb") as upload:
        page = client.post("/innlesing/", {"kind": "regnskap", "file": upload})["Location"]
    run = ImportRun.objects.get()
    assert run.state == State.RECEIVED
    assert 'hx-get="' in client.get(page).content.decode()
    assert worker(scratch).wait() == 0
    run.refresh_from_db()
    assert run.state == State.READY
    client.post(f"{page}les-inn/")
    run.refresh_from_db()
    assert (run.state, run.confirmed_at is not None) == (State.READY, True)
    assert worker(scratch).wait() == 0
    run.refresh_from_db()
    assert run.state == State.COMMITTED
    assert figure_errors() == []


@override_settings(IMPORT_INLINE_BYTES=0)
def test_a_preview_overtaken_while_queued_is_told_on_its_page(scratch: str) -> None:
    by = user(Role.OKONOMI)
    run = engine.prepare(received(ledger_file()))
    tasks.commit(run, by=by)
    engine.carry_through(received(ledger_file(MANY[:50])), by=None)
    assert worker(scratch).wait() == 0
    run.refresh_from_db()
    assert (run.state, run.confirmed_at) == (State.READY, None)
    assert run.notice.startswith("Noen andre har lest inn tall")


@pytest.mark.usefixtures("scratch")
def test_a_task_for_a_run_that_is_concluded_does_nothing() -> None:
    run = engine.carry_through(received(ledger_file()), by=None)
    before = figures()
    tasks.prepare_run.call(run.pk)
    tasks.commit_run.call(run.pk)
    assert figures() == before
