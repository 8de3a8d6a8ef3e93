"""Long imports run in the worker (`manage.py db_worker`); short ones at once, in the request."""

from __future__ import annotations

import logging

from django.conf import settings
from django_tasks import task

from roros.models import ImportRun, User
from roros.queries import file_size
from roros.workbooks import engine
from roros.workbooks.kinds import ImportRefused

logger = logging.getLogger(__name__)
State = ImportRun.State


def prepare(run: ImportRun) -> None:
    """This will read and check the run's file: now, or in the worker when it is large. May raise ImportRefused."""
    if is_large(run):
        prepare_run.enqueue(run.pk)
    else:
        engine.prepare(run)


def commit(run: ImportRun, *, by: User) -> None:
    """This will carry out the run's preview: now, or in the worker when it is large. May raise ImportRefused."""
    if is_large(run):
        engine.confirm(run, by=by)
        commit_run.enqueue(run.pk)
    else:
        engine.commit(run, by=by)


def resume(run: ImportRun) -> None:
    """This will take up again what a worker left when it died. May raise ImportRefused."""
    if run.confirmed_at is None:
        prepare(run)
    elif is_large(run):
        commit_run.enqueue(run.pk)
    else:
        engine.commit(run, by=run.confirmed_by)


def is_large(run: ImportRun) -> bool:
    """This will return whether the run's file goes to the worker."""
    return file_size(run) > settings.IMPORT_INLINE_BYTES


@task()
def prepare_run(run_id: int) -> None:
    """This will read and check a run's file in the worker."""
    run = ImportRun.objects.get(pk=run_id)
    try:
        engine.prepare(run)
    except ImportRefused as refusal:
        logger.info("import %s: %s", run_id, refusal.code)


@task()
def commit_run(run_id: int) -> None:
    """This will carry out a confirmed run in the worker; why it did not is told on the run's page."""
    run = ImportRun.objects.get(pk=run_id)
    if run.confirmed_at is None:
        logger.info("import %s is not confirmed", run_id)
        return
    try:
        engine.commit(run, by=run.confirmed_by)
    except ImportRefused as refusal:
        logger.info("import %s: %s", run_id, refusal.code)
