"""Two economists at once, over real connections to one database: one is served, the other is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection

from budget.actions.amendments import adopt_amendment, delete_draft, reject_amendment, save_draft
from budget.audit import figure_errors
from budget.models import Amendment, Balance, LedgerLine
from budget.queries.amendment_drafts import draft_lines
from roros import history
from roros.actions import ActionRefused, ChangedMeanwhile
from roros.models import Role, User
from roros.workbooks import engine
from roros.workbooks.kinds import ImportRefused
from tests import ledger_world
from tests.budget.test_amendment_drafts import DECISION, draft, line
from tests.people import person

pytestmark = pytest.mark.usefixtures("scratch")
MANY = 8


def together(*works: Callable[[], object]) -> list[object]:
    """This will do all of it at once, each over a connection of its own, and return what each gave or was refused."""
    start = threading.Barrier(len(works))

    def alone(work: Callable[[], object]) -> object:
        start.wait()
        try:
            return work()
        except ActionRefused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(alone, works))


@pytest.fixture
def people() -> tuple[User, User]:
    return person(Role.OKONOMI, name="kari"), person(Role.OKONOMI, name="ola")


def test_numbers_are_given_once_each(people: tuple[User, User]) -> None:
    made = together(*(lambda by=by: draft(by) for by in people * (MANY // 2)))
    numbers = [one.number for one in made if isinstance(one, Amendment)]
    assert sorted(numbers) == [f"2021-{number:03}" for number in range(1, MANY + 1)]


def test_an_import_of_the_same_numbers_at_once(people: tuple[User, User]) -> None:
    file = ledger_world.amendments_file([(f"2021-00{n}", ledger_world.MOVE[1]) for n in range(1, 4)])

    def bring() -> object:
        try:
            return engine.carry_through(ledger_world.received(file, "budsjettendringer"), by=None)
        except ImportRefused as refused:
            return refused

    together(bring, *(lambda by=by: draft(by) for by in people * 2))
    numbers = list(Amendment.objects.values_list("number", flat=True))
    assert len(numbers) == len(set(numbers))
    assert Amendment.objects.filter(import_run=None).count() == 4
    assert figure_errors() == []


def test_two_save_the_same_draft_and_one_is_told(people: tuple[User, User]) -> None:
    made = draft(people[0])
    lines = draft_lines(made)

    def save(by: User) -> Amendment:
        return save_draft(
            amendment=made, text=by.username, background="", lines=lines, seen=made.version, reason="Ny tekst", by=by
        )

    results = together(*(lambda by=by: save(by) for by in people))
    assert sorted(type(result).__name__ for result in results) == ["Amendment", "ChangedMeanwhile"]
    (saved,) = [result for result in results if isinstance(result, Amendment)]
    standing = Amendment.objects.get(pk=made.pk)
    assert standing.text == saved.text
    (change,) = [one for one in history.changes_of(made) if one.kind == history.ChangeKind.UPDATE]
    assert (change.who, change.after) == (saved.text, saved.text)


def test_two_adopt_the_same_draft_and_it_counts_once(people: tuple[User, User]) -> None:
    made = draft(people[0])
    works = [lambda by=by: adopt_amendment(amendment=made, seen=made.version, by=by, **DECISION) for by in people]
    results = together(*works)
    assert sorted(type(result).__name__ for result in results) == ["Amendment", "ChangedMeanwhile"]
    assert LedgerLine.objects.filter(amendment=made).count() == 2
    assert made.steps.count() == 1
    assert Balance.objects.get(ansvar="3100", period=13).amended == Decimal("40.50")
    assert figure_errors() == []


def test_one_adopts_while_the_other_edits_rejects_or_deletes(people: tuple[User, User]) -> None:
    kari, ola = people

    def edit(made: Amendment) -> object:
        lines = [line("1000", "-9"), line("3100", "9")]
        return save_draft(
            amendment=made, text="x", background="", lines=lines, seen=made.version, reason="Endret", by=ola
        )

    def adopt(made: Amendment) -> object:
        return adopt_amendment(amendment=made, seen=made.version, by=kari, **DECISION)

    def reject(made: Amendment) -> object:
        return reject_amendment(amendment=made, seen=made.version, by=ola, **DECISION)

    def delete(made: Amendment) -> object:
        return delete_draft(amendment=made, seen=made.version, reason="Feil", by=ola)

    for other in (edit, reject, delete) * 2:
        made = draft(kari)
        results = together(partial(adopt, made), partial(other, made))
        assert sum(isinstance(result, ChangedMeanwhile) for result in results) == 1
        standing = Amendment.objects.filter(pk=made.pk).first()
        adopted = standing is not None and standing.status == Amendment.Status.ADOPTED
        assert adopted is not isinstance(results[0], ChangedMeanwhile)
        assert LedgerLine.objects.filter(amendment_id=made.pk).exists() is adopted
    assert figure_errors() == []


def test_different_amendments_of_a_year_are_adopted_at_once(people: tuple[User, User]) -> None:
    drafts = [draft(people[0]) for _number in range(4)]
    works = [
        lambda made=made: adopt_amendment(amendment=made, seen=made.version, by=people[0], **DECISION)
        for made in drafts
    ]
    assert {type(result) for result in together(*works)} == {Amendment}
    assert Balance.objects.get(ansvar="3100", period=13).amended == Decimal("162.00")
    assert figure_errors() == []
