"""Twenty people edit and import for a minute against the real server: nothing is lost and nobody meets a deadlock.

Each remembers what the server said yes to. At the end the yeses are replayed by hand, import by import and entry by
entry in the order the database says they were committed, and give exactly the figures that stand.
"""

from __future__ import annotations

import datetime
import os
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pghistory
import pytest
from django.db import connection
from django.db.models import Sum

from budget.actions.rounds import Terms, open_round
from budget.audit import figure_errors
from budget.models import ActiveLine, Amendment, Explanation, PeriodEvent, Round
from roros.models import ImportRun, Role
from tests import ledger_world
from tests.bench.servers import collect, server
from tests.crowd import LOCKED, Cell, Promises, Worker
from tests.people import person

PEOPLE = 20
SECONDS = int(os.environ.get("CROWD_SECONDS", "60"))  # fewer only while working on this test
DAY = datetime.date(2099, 1, 1)


def test_twenty_people_for_a_minute(scratch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger_world.load()
    ledger_world.imported(ledger_world.ledger_file(year=2022), "budsjett")
    base = amounts()
    users = [person(Role.OKONOMI, name=f"person-{number}") for number in range(PEOPLE)]
    terms = Terms(
        limit_amount=Decimal(0),
        limit_percent=Decimal(0),
        leader_deadline=DAY,
        chief_deadline=DAY,
        economy_deadline=DAY,
        director_deadline=DAY,
    )
    made = open_round(year=2021, kind=Round.Kind.MONTH, period=3, terms=terms, close=False, by=users[0])
    promises = Promises()
    monkeypatch.setenv("DATABASE_URL", scratch)
    with server(collect(tmp_path / "static")) as port:
        workers = [Worker(user, port, promises, seed) for seed, user in enumerate(users)]
        connection.close()
        until = time.monotonic() + SECONDS
        with ThreadPoolExecutor(PEOPLE) as pool:
            for result in [pool.submit(worker.work, until, made.pk) for worker in workers]:
                result.result()
    print(f"\n{PEOPLE} people, {SECONDS} s: {sum(worker.done for worker in workers)} things tried")
    for what in sorted({what for what, _answer in promises.outcomes}):
        print(f"  {what:<12} ja {promises.outcomes[what, 'ja']:>5}   nei {promises.outcomes[what, 'nei']:>5}")

    assert promises.wrong == [], "an error, a deadlock or a refusal without a reason reached somebody"
    assert figure_errors() == []
    yes = {what for what, answer in promises.outcomes if answer == "ja"}
    assert yes == {
        *("føring", "opplasting", "innlesing", "angring", "utkast", "vedtak", "forklaring", "periodelås"),
    }, "every kind of work was done"
    no_promise_is_lost(promises)
    assert amounts() == replayed(promises, base)
    assert texts_are_kept(promises, made)
    assert Counter(PeriodEvent.objects.filter(period=LOCKED).values_list("closed", flat=True)) == promises.locks


def amounts() -> dict[tuple[str, Cell], Decimal]:
    """What stands, per kind and cell; cells that hold nothing are left out."""
    keys = ("kind", "year", "ansvar_id", "tjeneste_id", "art_id", "prosjekt_id", "period")
    found = ActiveLine.objects.values_list(*keys).annotate(amount=Sum("amount")).order_by()
    return {(row[0], row[1:-1]): row[-1] for row in found if row[-1]}


def no_promise_is_lost(promises: Promises) -> None:
    """Every yes is in the database, with who and why; no no is."""
    runs = {run.pk: run for run in ImportRun.objects.select_related("committed_by")}
    for run in promises.committed:
        assert runs[run].state in (ImportRun.State.COMMITTED, ImportRun.State.UNDONE)
        assert runs[run].committed_by is not None
    carried_out = {pk for pk in promises.files if runs[pk].committed_at is not None}
    assert carried_out == promises.committed
    assert {pk for pk in carried_out if runs[pk].state == ImportRun.State.UNDONE} == promises.undone
    entered = Counter(run.preview["reason"] for run in runs.values() if run.kind == "foring")
    assert entered == Counter(promises.entries.keys())
    assert not promises.refused_entries & entered.keys()
    adopted = Amendment.objects.adopted().filter(import_run=None)
    assert set(adopted.values_list("pk", flat=True)) == promises.adopted
    assert set(Amendment.objects.filter(import_run=None).values_list("pk", flat=True)) == promises.drafts.keys()


def replayed(promises: Promises, base: dict[tuple[str, Cell], Decimal]) -> dict[tuple[str, Cell], Decimal]:
    """The figures that the promises give, computed from what people sent."""
    figures: defaultdict[tuple[str, Cell], Decimal] = defaultdict(Decimal)
    figures.update({key: amount for key, amount in base.items() if key[0] != "regnskap"})
    for cell, amount in (line for draft in promises.adopted for line in promises.drafts[draft]):
        figures["endring", cell] += amount
    for cell, amount in promises.entries.values():
        figures["regnskap", cell] += amount
    first = [(cell, amount) for (kind, cell), amount in base.items() if kind == "regnskap"]
    lines = {0: first} | promises.files
    standing: dict[tuple[int, int], int] = {(cell[0], cell[-1]): 0 for cell, _amount in first}
    before: dict[int, dict[tuple[int, int], int | None]] = {}
    runs = ImportRun.objects.in_bulk(promises.committed)
    happened = sorted(
        [(run.committed_at, False, pk) for pk, run in runs.items()]
        + [(run.undone_at, True, pk) for pk, run in runs.items() if run.undone_at]
    )
    for _when, undoes, pk in happened:
        if undoes:
            standing |= {month: run for month, run in before[pk].items() if run is not None}
            for month in [month for month, run in before[pk].items() if run is None]:
                del standing[month]
            continue
        months = {(cell[0], cell[-1]) for cell, _amount in lines[pk]}
        before[pk] = {month: standing.get(month) for month in months}
        standing |= dict.fromkeys(months, pk)
    for month, pk in standing.items():
        for cell, amount in lines[pk]:
            if (cell[0], cell[-1]) == month:
                figures["regnskap", cell] += amount
    return {key: amount for key, amount in figures.items() if amount}


def texts_are_kept(promises: Promises, made: Round) -> bool:
    """Every text that was accepted is in the history once, and none that was refused."""
    events = pghistory.core.event_models(tracks_model=Explanation)[0]._default_manager
    kept = Counter(events.filter(round_id=made.pk).values_list("cause", flat=True))
    assert kept == Counter(promises.texts)
    return not kept.keys() & promises.refused_texts
