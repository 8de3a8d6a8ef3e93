"""Balances to date under any order of imports and undos: always what the lines say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budget.audit import figure_errors
from budget.balances import rebuild
from budget.models import Balance
from roros.workbooks import engine
from tests.ledger_world import Line, figures, imported, ledger_file

pytestmark = pytest.mark.usefixtures("world")

amounts = st.decimals(min_value=Decimal(-1_000_000), max_value=Decimal(1_000_000), places=2).map(str)
months = st.integers(min_value=1, max_value=13)
keys = st.sampled_from(
    [("1000", "1200", "101000", ""), ("1000", "1200", "101000", "111011"), ("3100", "2530", "111500", "")]
)
lines = st.builds(lambda key, month, amount: (*key, month, amount), keys, months, amounts)
files = st.lists(lines, min_size=1, max_size=8)
# Every example reads files in a child process: a few, but with much in each.
few = settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def balances() -> list[tuple[object, ...]]:
    fields = ("year", "period", "ansvar_id", "tjeneste_id", "art_id", "prosjekt_id", "actual", "original", "amended")
    return list(Balance.objects.order_by(*fields[:6]).values_list(*fields, "lines"))


@contextmanager
def example() -> Iterator[None]:
    """Roll back at the end, so that the next example starts from nothing."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@few
@given(wanted=files, data=st.data())
def test_sums_do_not_depend_on_the_order_of_lines(wanted: list[Line], data: st.DataObject) -> None:
    results = []
    for version in (wanted, data.draw(st.permutations(wanted))):
        with example():
            imported(ledger_file(version))
            results.append(balances())
    assert results[0] == results[1] != []


@few
@given(wanted=files)
def test_sums_do_not_depend_on_how_the_months_are_split_into_files(wanted: list[Line]) -> None:
    by_month = {month: [line for line in wanted if line[4] == month] for month in {line[4] for line in wanted}}
    results = []
    for parts in ([wanted], list(by_month.values())):
        with example():
            for part in parts:
                imported(ledger_file(part))
            results.append(balances())
    assert results[0] == results[1]


@few
@given(sequence=st.lists(st.tuples(st.sampled_from(["regnskap", "budsjett"]), files), min_size=1, max_size=4))
def test_import_then_undo_is_the_identity(sequence: list[tuple[str, list[Line]]]) -> None:
    with example():
        states, runs = [figures()], []
        for kind, content in sequence:
            run = engine.receive(kind=kind, content=ledger_file(content), file_name="x.xlsx", year=2021, by=None)
            engine.carry_through(run, by=None)
            if run.state == "committed":
                runs.append(run)
                states.append(figures())
                assert figure_errors() == []
        assert all(one != other for one, other in pairwise(states))
        for run, before in zip(reversed(runs), reversed(states[:-1]), strict=True):
            engine.undo(run, by=None)
            assert figures() == before
            assert figure_errors() == []


def test_rebuild_gives_what_the_upkeep_gave() -> None:
    imported(ledger_file())
    imported(ledger_file(), "budsjett")
    kept = balances()
    rebuild(2021)
    assert balances() == kept
