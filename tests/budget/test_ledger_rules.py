"""Raw SQL against the rules that the database keeps itself: every one of them is broken here, and refuses."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from roros.models import ImportRun
from tests.ledger_world import figures

pytestmark = pytest.mark.usefixtures("loaded")

LINE = (
    "INSERT INTO budget_ledgerline (kind, year, period, ansvar_id, tjeneste_id, art_id, prosjekt_id,"
    " amount, import_run_id, sheet_row)"
    " VALUES ('regnskap', {year}, 1, '{ansvar}', '{tjeneste}', '{art}', '{prosjekt}', 1, {run}, 1)"
)
KNOWN = {"year": 2021, "ansvar": "1000", "tjeneste": "1200", "art": "101000", "prosjekt": ""}


def run(sql: str) -> int:
    """This will run a statement, check what is deferred to the end of a transaction, and return the row count."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql)
        count: int = cursor.rowcount
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return count


def refused(sql: str, constraint: str) -> None:
    """This will assert that the database refuses a statement for that reason, and that nothing has changed."""
    before = figures()
    with pytest.raises(IntegrityError) as caught:
        run(sql)
    assert caught.value.__cause__ is not None
    assert caught.value.__cause__.diag.constraint_name == constraint  # type: ignore[attr-defined]
    assert figures() == before


def accounts() -> ImportRun:
    """The run that brought the accounts."""
    return ImportRun.objects.get(kind="regnskap")


def committing() -> int:
    """A run in the state in which alone lines may be written."""
    made = accounts()
    fresh = ImportRun.objects.create(kind="regnskap", file=made.file, file_name="x", state=ImportRun.State.COMMITTING)
    return fresh.pk


def test_a_line_with_known_codes_is_written() -> None:
    assert run(LINE.format(**KNOWN, run=committing())) == 1


@pytest.mark.parametrize(
    ("column", "code", "constraint"),
    [
        ("ansvar", "7777", "ledger_ansvar_exists"),
        ("ansvar", "3999", "ledger_ansvar_exists"),  # closed in 2018
        ("tjeneste", "7777", "ledger_tjeneste_exists"),
        ("tjeneste", "2999", "ledger_tjeneste_exists"),  # ended in 2018
        ("art", "777777", "ledger_art_exists"),
        ("prosjekt", "777777", "ledger_prosjekt_exists"),
    ],
)
def test_unknown_code_is_refused(column: str, code: str, constraint: str) -> None:
    refused(LINE.format(**{**KNOWN, column: code}, run=committing()), constraint)


def test_a_temporary_table_does_not_fool_the_check() -> None:
    number = committing()
    run("CREATE TEMP TABLE roros_plassering AS SELECT '7777' AS ansvar_id, 2021 AS from_year, 2021 AS to_year")
    with pytest.raises(IntegrityError, match="ansvar 7777 does not exist"):
        run(LINE.format(**{**KNOWN, "ansvar": "7777"}, run=number))


def test_line_needs_a_run_that_is_being_committed() -> None:
    refused(LINE.format(**KNOWN, run=accounts().pk), "ledger_run_is_committing")
    refused(LINE.format(**KNOWN, run=999_999), "ledger_run_is_committing")
    refused(LINE.format(**KNOWN, run="NULL"), "ledger_line_has_a_source")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE budget_ledgerline SET amount = amount + 1",
        "UPDATE budget_ledgerline SET amount = amount WHERE false",
        "DELETE FROM budget_ledgerline",
        "TRUNCATE budget_ledgerline",
    ],
)
def test_lines_are_never_changed(sql: str) -> None:
    refused(sql, "ledger_is_append_only")


@pytest.mark.parametrize(
    "table",
    [
        *("budget_amendment", "budget_activeslice", "budget_budgetyear", "budget_tjeneste", "budget_art"),
        *("budget_prosjekt", "roros_ansvar", "roros_plassering", "roros_importrun"),
    ],
)
def test_what_the_ledger_rests_on_is_not_truncated(table: str) -> None:
    with pytest.raises(IntegrityError, match=r"cannot be truncated|never changed"):
        run(f"TRUNCATE {table} CASCADE")


def proposal(amounts: tuple[int, ...]) -> int:
    """An amendment that is not adopted, with those amounts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO budget_amendment (number, year, case_number, body, decided_on, text, status)"
            " VALUES ('2021-900', 2021, '1/21', 'Kommunestyret', '2021-06-17', 'Prøve', 'forslag') RETURNING id"
        )
        (number,) = cursor.fetchone()
        for amount in amounts:
            cursor.execute(
                "INSERT INTO budget_ledgerline (kind, year, period, ansvar_id, tjeneste_id, art_id, prosjekt_id,"
                " amount, amendment_id) VALUES ('endring', 2021, 1, '1000', '1200', '101000', '', %s, %s)",
                [amount, number],
            )
    return int(number)


def adopt(number: int) -> str:
    """The statement that adopts an amendment."""
    return f"UPDATE budget_amendment SET status = 'vedtatt' WHERE id = {number}"


def test_balanced_amendment_is_adopted() -> None:
    assert run(adopt(proposal((5, -5)))) == 1


@pytest.mark.parametrize("amounts", [(5,), (5, -4), ()])
def test_unbalanced_or_empty_amendment_is_not_adopted(amounts: tuple[int, ...]) -> None:
    refused(adopt(proposal(amounts)), "adopted_amendment_nets_to_zero")


def test_amendment_is_not_born_adopted() -> None:
    refused(
        "INSERT INTO budget_amendment (number, year, case_number, body, decided_on, text, status)"
        " VALUES ('x', 2021, '1/21', 'Kommunestyret', '2021-06-17', 'Prøve', 'vedtatt')",
        "amendment_starts_open",
    )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE budget_amendment SET text = 'Noe annet'",
        "UPDATE budget_amendment SET status = 'forslag'",
        "UPDATE budget_amendment SET status = 'angret'",
        "DELETE FROM budget_amendment",
    ],
)
def test_adopted_amendment_never_changes(change: str) -> None:
    refused(change, "adopted_amendment_is_immutable")


def test_adopted_amendment_gets_no_further_lines() -> None:
    number = proposal((5, -5))
    run(adopt(number))
    refused(
        "INSERT INTO budget_ledgerline (kind, year, period, ansvar_id, tjeneste_id, art_id, prosjekt_id,"
        f" amount, amendment_id) VALUES ('endring', 2021, 1, '1000', '1200', '101000', '', 1, {number})",
        "ledger_amendment_is_open",
    )


@pytest.fixture
def adopted_budget() -> int:
    """The original budget of 2021, adopted by the council; returns the run that brought it."""
    run(
        "INSERT INTO budget_budgetyear (year, adopted_on, case_number, body, recorded_at)"
        " VALUES (2021, '2020-12-17', '20/854', 'Kommunestyret', now())"
    )
    return ImportRun.objects.get(kind="budsjett").pk


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM budget_activeslice WHERE kind = 'budsjett'",
        "UPDATE budget_activeslice SET period = 12 WHERE kind = 'budsjett' AND period = 1",
        "INSERT INTO budget_activeslice (kind, year, period, import_run_id)"
        " SELECT 'budsjett', 2021, 12, import_run_id FROM budget_activeslice LIMIT 1",
        "UPDATE budget_activeslice SET kind = 'regnskap' WHERE kind = 'budsjett' AND period = 1",
        "DELETE FROM budget_budgetyear",
        "UPDATE budget_budgetyear SET year = 2022",
    ],
)
def test_adopted_original_budget_never_changes(adopted_budget: int, change: str) -> None:
    refused(change, "original_budget_is_immutable")


def test_no_line_slips_into_an_adopted_budget_through_its_run(adopted_budget: int) -> None:
    refused(
        f"UPDATE roros_importrun SET state = 'committing', committed_at = NULL WHERE id = {adopted_budget}",
        "committed_import_is_kept",
    )


def test_budget_year_needs_a_budget() -> None:
    refused(
        "INSERT INTO budget_budgetyear (year, adopted_on, case_number, body, recorded_at)"
        " VALUES (2030, '2029-12-17', '1/29', 'Kommunestyret', now())",
        "budget_year_has_budget",
    )


def test_slice_needs_a_committed_run() -> None:
    made = accounts()
    fresh = ImportRun.objects.create(kind="regnskap", file=made.file, file_name="x")
    refused(
        f"UPDATE budget_activeslice SET import_run_id = {fresh.pk}",
        "slice_run_is_committed",
    )


@pytest.mark.parametrize(
    ("sql", "constraint"),
    [
        ("DELETE FROM budget_tjeneste WHERE code = '1200'", "code_in_use_exists"),
        ("DELETE FROM budget_art WHERE code = '101000'", "code_in_use_exists"),
        ("DELETE FROM budget_prosjekt WHERE code = '111011'", "code_in_use_exists"),
        ("DELETE FROM budget_prosjekt WHERE code = ''", "code_in_use_exists"),
        ("UPDATE budget_art SET code = '101001' WHERE code = '101000'", "code_in_use_exists"),
        ("UPDATE budget_tjeneste SET to_year = 2020 WHERE code = '1200'", "code_in_use_exists"),
        ("UPDATE budget_tjeneste SET from_year = 2022 WHERE code = '1200'", "code_in_use_exists"),
        ("DELETE FROM roros_plassering WHERE ansvar_id = '1000'", "ansvar_in_use_is_placed"),
        ("UPDATE roros_plassering SET to_year = 2020 WHERE ansvar_id = '1000'", "ansvar_in_use_is_placed"),
        ("UPDATE roros_plassering SET ansvar_id = '3999' WHERE ansvar_id = '1000'", "ansvar_in_use_is_placed"),
    ],
)
def test_code_in_use_stays(sql: str, constraint: str) -> None:
    refused(sql, constraint)


def test_code_with_lines_cannot_lose_its_ansvar() -> None:
    with pytest.raises(IntegrityError):
        run("DELETE FROM roros_ansvar WHERE code = '1000'")


def test_code_that_nothing_uses_may_go() -> None:
    assert run("DELETE FROM budget_art WHERE code = '118000'") == 1
    assert run("DELETE FROM roros_plassering WHERE ansvar_id = '3200'") == 1


@pytest.mark.parametrize(
    ("first", "last"),
    [("2019", "NULL"), ("2021", "2021"), ("2010", "2019"), ("2030", "NULL")],
)
def test_placements_do_not_overlap(first: str, last: str) -> None:
    with pytest.raises(IntegrityError) as caught:
        run(
            "INSERT INTO roros_plassering (ansvar_id, virksomhet_id, rammeomrade_id, from_year, to_year)"
            f" VALUES ('1000', '310', 3, {first}, {last})"
        )
    assert caught.value.__cause__ is not None
    name = caught.value.__cause__.diag.constraint_name  # type: ignore[attr-defined]
    assert name in ("plassering_without_overlap", "plassering_once_per_from_year")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE roros_importrun SET state = 'discarded', committed_at = NULL",
        "UPDATE roros_importrun SET base = '{}'",
        "UPDATE roros_importrun SET kind = 'organisasjon'",
        "DELETE FROM roros_importrun",
    ],
)
def test_a_run_that_was_carried_out_is_kept(change: str) -> None:
    refused(change, "committed_import_is_kept")
