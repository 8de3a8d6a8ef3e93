"""What the import pages ask: which runs there are, and how far one has come."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import F
from django.utils import timezone

from roros.models import ImportRun, StoredFile
from roros.workbooks.claims import at_work

State = ImportRun.State
PATIENCE = datetime.timedelta(seconds=60)  # a queue that nobody has begun on after this is offered to the user
LISTED = (State.COMMITTED, State.UNDONE)
HEAVY = ("findings", "preview", "sheets", "base")
PEOPLE = ("created_by", "committed_by", "undone_by")


class Phase(StrEnum):
    """What is happening to a run just now."""

    RESTING = "resting"  # nothing: it waits for the user, or is concluded
    QUEUED = "queued"
    READING = "reading"
    STALLED = "stalled"  # whoever worked on it has gone


@dataclass(frozen=True)
class Progress:
    """How far the work on a run has come, in counted lines; `total` is 0 while nobody knows."""

    phase: Phase
    done: int = 0
    total: int = 0
    saving: bool = False  # the user has confirmed the preview
    late: bool = False  # has waited so long that somebody should do something

    @property
    def is_running(self) -> bool:
        """This will return whether the page should ask again soon."""
        return self.phase in (Phase.QUEUED, Phase.READING)

    @property
    def can_resume(self) -> bool:
        """This will return whether the user is offered to start the work again."""
        return self.phase == Phase.STALLED or self.late


def progress(run: ImportRun) -> Progress:
    """This will tell what is happening to the run, from its state and from who holds it just now."""
    saving = run.confirmed_at is not None and run.state in (State.READY, State.READING)
    if run.state not in (State.RECEIVED, State.READING) and not saving:
        return Progress(Phase.RESTING)
    if run.pk in at_work([run.pk]):
        return Progress(Phase.READING, run.progress_done, max(run.rows, run.progress_total), saving)
    # It may have been concluded between the two looks.
    stands = ImportRun.objects.only("state", "confirmed_at").get(pk=run.pk)
    if (stands.state, stands.confirmed_at) != (run.state, run.confirmed_at):
        return Progress(Phase.READING, run.progress_done, max(run.rows, run.progress_total), saving)
    if run.state == State.READING:
        return Progress(Phase.STALLED, run.progress_done, run.rows, saving)
    since = run.confirmed_at or run.created_at
    return Progress(Phase.QUEUED, saving=saving, late=timezone.now() - since > PATIENCE)


def carried_out_runs(kinds: Collection[str], *, limit: int) -> list[ImportRun]:
    """This will list the runs of these kinds that changed figures, newest first, without what is heavy to fetch."""
    runs = ImportRun.objects.filter(kind__in=kinds, state__in=LISTED).defer(*HEAVY).select_related(*PEOPLE)
    return list(runs.order_by("-committed_at", "-id")[:limit])


def open_runs(kinds: Collection[str], *, limit: int) -> list[ImportRun]:
    """This will list the runs of these kinds that wait for somebody, newest first."""
    runs = (
        ImportRun.objects.filter(kind__in=kinds, state__in=ImportRun.OPEN_STATES).defer(*HEAVY).select_related(*PEOPLE)
    )
    return list(runs.order_by("-id")[:limit])


def run_with_people(pk: int) -> ImportRun | None:
    """This will fetch one run and the size of its file, but not the file itself."""
    return ImportRun.objects.filter(pk=pk).select_related(*PEOPLE).annotate(file_size=F("file__size")).first()


def file_size(run: ImportRun) -> int:
    """This will return how many bytes the run's file has."""
    return StoredFile.objects.values_list("size", flat=True).get(pk=run.file_id)


def same_file(run: ImportRun) -> ImportRun | None:
    """This will return the latest committed run of the same kind that read the very same file."""
    others = ImportRun.objects.filter(kind=run.kind, file_id=run.file_id, state=State.COMMITTED).exclude(pk=run.pk)
    return others.defer(*HEAVY).order_by("-committed_at").first()
