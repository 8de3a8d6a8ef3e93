"""`check_figures` finds what is wrong: every kind of error is planted behind the triggers' back and found."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.db import connection

from budget.audit import QUESTIONS, figure_errors
from budget.models import Amendment
from roros.models import ImportRun

LINE = (
    "INSERT INTO budget_ledgerline (kind, year, period, ansvar_id, tjeneste_id, art_id, prosjekt_id, amount,"
    " import_run_id, amendment_id) VALUES ({})"
)
# What is done to figures that are right, and what is then said.
PLANTED = {
    "amendment out of balance": (
        LINE.format("'endring', 2021, 6, '1000', '1200', '101000', '', 5, {changes}, {amendment}"),
        "amendment 2021-001 does not net to zero: 5.00",
    ),
    "amendment without lines": (
        "DELETE FROM budget_ledgerline WHERE amendment_id = {amendment}",
        "amendment 2021-001 is adopted without lines",
    ),
    "amendment of an undone import": (
        "UPDATE roros_importrun SET state = 'undone', undone_at = now() WHERE id = {changes}",
        "amendment 2021-001 counts, but its import {changes} is undone",
    ),
    "slice of an undone import": (
        "UPDATE roros_importrun SET state = 'undone', undone_at = now() WHERE id = {accounts}",
        "slice regnskap 2021-1: import {accounts} is undone",
    ),
    "lines of a discarded import": (
        "UPDATE roros_importrun SET state = 'discarded', committed_at = NULL WHERE id = {budget}",
        "6 lines belong to import {budget}, which is discarded",
    ),
    "lines of no import": (
        LINE.format("'regnskap', 2021, 6, '1000', '1200', '101000', '', 5, 999999, NULL"),
        "1 lines belong to import 999999, which is gone",
    ),
    "entry without what it changed": (
        "UPDATE roros_importrun SET kind = 'foring' WHERE id = {budget}",
        "entry {budget}: its lines are not what it says that it changed",
    ),
    "unplaced ansvar": (
        "UPDATE roros_plassering SET to_year = 2020 WHERE ansvar_id = '1000'",
        "ansvar 1000 has lines in 2021 but no placement",
    ),
    "ended tjeneste": (
        "UPDATE budget_tjeneste SET to_year = 2020 WHERE code = '1200'",
        "tjeneste 1200 has lines in 2021 but does not exist then",
    ),
    "art that is gone": (
        "DELETE FROM budget_art WHERE code = '101000'",
        "art 101000 has lines in 2021 but does not exist then",
    ),
    "prosjekt of a later year": (
        "UPDATE budget_prosjekt SET from_year = 2022 WHERE code = '111011'",
        "prosjekt 111011 has lines in 2021 but does not exist then",
    ),
    "changed file": (
        "UPDATE roros_storedfile SET content = content || 'x'::bytea WHERE sha256 ="
        " (SELECT file_id FROM roros_importrun WHERE id = {changes})",
        "has changed",
    ),
    "changed line": (
        "UPDATE budget_ledgerline SET amount = amount + 1 WHERE kind = 'regnskap' AND period = 3",
        "2021-03 9000/8000/187000/: balance",
    ),
    "changed balance": (
        "UPDATE budget_balance SET original = original + 0.01 WHERE period = 13 AND ansvar_id = '3100'",
        "2021-13 3100/2530/101000/: balance",
    ),
    "lost balance": (
        "DELETE FROM budget_balance WHERE period = 13 AND ansvar_id = '9000'",
        "2021-13 9000/8000/187000/: balance (None",
    ),
    "balance of nothing": (
        "INSERT INTO budget_balance VALUES (2024, 13, 0, 0, 0, 1, '1000', '101000', '', '1200')",
        "2024-13",
    ),
}


@pytest.fixture(autouse=True)
def figures(loaded: None) -> None:
    """Figures that are right, and no trigger to guard them."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")


def plant(name: str) -> str:
    """This will do one thing wrong and return what should be said of it."""
    runs = dict(ImportRun.objects.values_list("kind", "pk"))
    numbers = {
        "accounts": runs["regnskap"],
        "budget": runs["budsjett"],
        "changes": runs["budsjettendringer"],
        "amendment": Amendment.objects.get().pk,
    }
    statement, said = (text.format(**numbers) for text in PLANTED[name])
    with connection.cursor() as cursor:
        cursor.execute(statement)
    return said


def test_right_figures_are_right() -> None:
    out = io.StringIO()
    call_command("check_figures", stdout=out)
    assert out.getvalue() == "Alle tall stemmer.\n"


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_planted_is_found(name: str) -> None:
    said = plant(name)
    err = io.StringIO()
    with pytest.raises(SystemExit) as leaving:
        call_command("check_figures", stderr=err)
    assert leaving.value.code == 1
    assert said in err.getvalue()


def test_every_question_has_an_error_planted_for_it() -> None:
    answered = set()
    for name in PLANTED:
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT planted")
            plant(name)
            for number, question in enumerate(QUESTIONS):
                cursor.execute(question)
                if cursor.fetchall():
                    answered.add(number)
            cursor.execute("ROLLBACK TO SAVEPOINT planted")
    assert answered == set(range(len(QUESTIONS)))


def test_repair_computes_the_balances_again() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE budget_balance SET actual = actual + 1")
    call_command("check_figures", "--repair", stdout=io.StringIO())
    assert figure_errors() == []
