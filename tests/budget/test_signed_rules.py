"""Raw SQL against signed rounds and logs: every rule is broken here, refuses, and changes nothing."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from budget.models import AmendmentStep, PeriodEvent, PeriodException, Reminder, SignedReport
from roros.models import Role, User
from tests.budget.followup_sql import (
    CLOSED,
    DAY,
    SIGN,
    Cycle,
    cycle_by,
    draft,
    everything,
    file_of,
    refused,
    rows,
    run_sql,
)
from tests.people import person

pytestmark = pytest.mark.usefixtures("loaded")


@pytest.fixture
def kari(loaded: None) -> User:
    """Somebody from økonomi."""
    return person(Role.OKONOMI)


@pytest.fixture
def cycle(kari: User) -> Cycle:
    """Second tertial is open; first tertial is signed."""
    return cycle_by(kari)


PUBLISH = "UPDATE budget_round SET state = 'publisert', signed_at = now(), published_at = now() WHERE id = {0}"
PARTS = {
    "task": (
        "budget_roundtask",
        "INSERT INTO budget_roundtask (round_id, virksomhet_id, rammeomrade_id, state)"
        " VALUES ({0}, '320', 3, 'kvalitetssikret')",
    ),
    "explanation": (
        "budget_explanation",
        "INSERT INTO budget_explanation (round_id, level, code, kind, cause)"
        " VALUES ({0}, 'ansvar', '3100', 'reelt', 'x')",
    ),
    "forecast": (
        "budget_forecast",
        "INSERT INTO budget_forecast (round_id, virksomhet_id, method, proposed, amount, reason)"
        " VALUES ({0}, '310', 'sesong', 1, 1, '')",
    ),
    "step": (
        "budget_taskstep",
        "INSERT INTO budget_taskstep (task_id, state, comment)"
        " SELECT id, 'returnert', 'x' FROM budget_roundtask WHERE round_id = {0}",
    ),
    "report": (
        "budget_signedreport",
        "INSERT INTO budget_signedreport (round_id, signed_by_id, signed_name)"
        " SELECT {0}, min(id), 'Per' FROM roros_user",
    ),
    "file": (
        "budget_signedfile",
        "INSERT INTO budget_signedfile (report_id, name, title, media_type, content, sha256)"
        " SELECT id, 'ny.html', 'Ny', 'text/html', 'ny', encode(sha256('ny'), 'hex')"
        " FROM budget_signedreport WHERE round_id = {0}",
    ),
}


class TestSignedRounds:
    """What was signed is what was signed."""

    @pytest.mark.parametrize("part", PARTS)
    def test_signed_round_gets_nothing_more(self, cycle: Cycle, part: str) -> None:
        sql = PARTS[part][1]
        refused("signed_round_is_immutable", sql.format(cycle.signed.pk))
        if part not in ("report", "file"):  # those are its signature
            assert run_sql(sql.format(cycle.open.pk)) == 1

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE budget_roundtask SET state = 'returnert' WHERE round_id = {0}",
            "UPDATE budget_roundtask SET rammeomrade_id = 1 WHERE round_id = {0}",
            "UPDATE budget_roundtask SET round_id = {1}, virksomhet_id = '320' WHERE round_id = {0}",
            "UPDATE budget_roundtask SET round_id = {0}, virksomhet_id = '320' WHERE round_id = {1}",
            "UPDATE budget_explanation SET cause = 'Noe annet' WHERE round_id = {0}",
            "UPDATE budget_explanation SET actual = 1 WHERE round_id = {0}",
            "UPDATE budget_explanation SET round_id = {1}, code = '320' WHERE round_id = {0}",
            "UPDATE budget_explanation SET round_id = {0}, code = '320' WHERE round_id = {1}",
            "DELETE FROM budget_explanation WHERE round_id = {0}",
        ],
    )
    def test_what_belongs_to_a_signed_round_never_changes(self, cycle: Cycle, change: str) -> None:
        refused("signed_round_is_immutable", change.format(cycle.signed.pk, cycle.open.pk))

    def test_task_of_a_signed_round_is_never_deleted(self, cycle: Cycle) -> None:
        run_sql(
            "INSERT INTO budget_roundtask (round_id, virksomhet_id, rammeomrade_id, state)"
            f" VALUES ({cycle.open.pk}, '320', 3, 'kladd')"
        )
        refused("signed_round_is_immutable", f"DELETE FROM budget_roundtask WHERE round_id = {cycle.signed.pk}")
        assert run_sql("DELETE FROM budget_roundtask WHERE virksomhet_id = '320'") == 1

    @pytest.mark.parametrize(
        "change",
        [
            "state = 'apen', signed_at = NULL",
            "limit_amount = 0",
            "limit_percent = 0",
            "leader_deadline = '2021-01-01'",
            "opened_by_id = (SELECT min(id) FROM roros_user)",
            "signed_at = now() + interval '1 day'",
            "signed_by_id = (SELECT min(id) FROM roros_user)",
            "state = 'publisert', published_at = now(), limit_amount = 0",
        ],
    )
    @pytest.mark.parametrize("published", [False, True])
    def test_signed_round_never_changes(self, cycle: Cycle, change: str, published: bool) -> None:
        if published:
            run_sql(f"UPDATE budget_round SET state = 'publisert', published_at = now() WHERE id = {cycle.signed.pk}")
        refused("signed_round_is_immutable", f"UPDATE budget_round SET {change} WHERE id = {cycle.signed.pk}")

    def test_published_round_is_not_called_back(self, cycle: Cycle) -> None:
        run_sql(f"UPDATE budget_round SET state = 'publisert', published_at = now() WHERE id = {cycle.signed.pk}")
        refused(
            "signed_round_is_immutable",
            f"UPDATE budget_round SET state = 'signert', published_at = NULL WHERE id = {cycle.signed.pk}",
        )

    @pytest.mark.parametrize("change", ["year = 2020", "period = 3, kind = 'maned'", "id = id + 1000"])
    @pytest.mark.parametrize("which", ["open", "signed"])
    def test_round_keeps_its_period(self, cycle: Cycle, change: str, which: str) -> None:
        refused("round_keeps_its_period", f"UPDATE budget_round SET {change} WHERE id = {cycle.of(which).pk}")

    def test_signed_round_is_never_deleted(self, cycle: Cycle) -> None:
        refused("signed_round_is_immutable", f"DELETE FROM budget_round WHERE id = {cycle.signed.pk}")

    def test_round_is_not_signed_without_its_report(self, cycle: Cycle, kari: User) -> None:
        refused("signed_round_has_report", SIGN.format(cycle.open.pk))
        SignedReport.objects.create(round=cycle.open, signed_by=kari, signed_name="Kari")
        refused("signed_round_has_report", SIGN.format(cycle.open.pk))  # a report without files holds nothing

    @pytest.mark.parametrize("state", ["kladd", "levert", "returnert", "godkjent"])
    def test_round_is_not_signed_before_every_task_is_assured(self, cycle: Cycle, kari: User, state: str) -> None:
        file_of(SignedReport.objects.create(round=cycle.open, signed_by=kari, signed_name="Kari"))
        run_sql(f"UPDATE budget_roundtask SET state = '{state}' WHERE round_id = {cycle.open.pk}")
        refused("signed_round_is_assured", SIGN.format(cycle.open.pk))
        run_sql(f"UPDATE budget_roundtask SET state = 'kvalitetssikret' WHERE round_id = {cycle.open.pk}")
        assert run_sql(SIGN.format(cycle.open.pk)) == 1

    def test_round_is_signed_before_it_is_published(self, cycle: Cycle) -> None:
        refused("round_is_signed_first", PUBLISH.format(cycle.open.pk))

    @pytest.mark.parametrize("state", ["signert", "publisert"])
    def test_round_is_not_born_signed(self, state: str) -> None:
        published = "now()" if state == "publisert" else "NULL"
        refused(
            "round_starts_open",
            "INSERT INTO budget_round (year, kind, period, state, limit_amount, limit_percent, leader_deadline,"
            " chief_deadline, economy_deadline, director_deadline, signed_at, published_at) VALUES"
            f" (2021, 'maned', 3, '{state}', 0, 0, now(), now(), now(), now(), now(), {published})",
        )

    def test_file_holds_what_its_checksum_says(self, cycle: Cycle, kari: User) -> None:
        report = SignedReport.objects.create(round=cycle.open, signed_by=kari, signed_name="Kari")
        refused(
            "signed_file_sha256_is_right",
            "INSERT INTO budget_signedfile (report_id, name, title, media_type, content, sha256)"
            f" VALUES ({report.pk}, 'x', 'x', 'text/html', 'x', encode(sha256('y'), 'hex'))",
        )

    def test_signed_round_is_published_and_nothing_else(self, cycle: Cycle) -> None:
        assert run_sql(f"UPDATE budget_round SET state = state WHERE id = {cycle.signed.pk}") == 1
        assert (
            run_sql(f"UPDATE budget_round SET state = 'publisert', published_at = now() WHERE id = {cycle.signed.pk}")
            == 1
        )


LOGS = {
    "budget_amendmentstep": "comment = 'Noe annet'",
    "budget_taskstep": "comment = 'Noe annet'",
    "budget_reminder": "subject = 'Noe annet'",
    "budget_forecast": "amount = 1, reason = 'x'",
    "budget_periodevent": "closed = NOT closed, reason = 'x'",
    "budget_signedreport": "signed_name = 'Per'",
    "budget_signedfile": "content = 'noe annet'",
}
KEPT = ("budget_periodexception", "budget_measure", "budget_periodexceptionevent", "budget_measureevent")
EMPTIED = {
    **{table: f"{table}_is_append_only" for table in LOGS if table != "budget_signedreport"},  # its files refer to it
    **dict.fromkeys(("budget_explanation", "budget_amendmentline"), "signed_round_is_immutable"),
    "budget_activeslice": "ledger_rests_on_table",
    "budget_budgetyear": "ledger_rests_on_table",
    "budget_ledgerline": "ledger_is_append_only",
    **dict.fromkeys(KEPT, "history_is_kept"),
}


class TestLogs:
    """A log is only added to, and nothing that was decided or signed is emptied."""

    @pytest.fixture(autouse=True)
    def filled(self, cycle: Cycle, kari: User) -> None:
        """A row in every log."""
        made = draft("2021-900", 5, -5)
        AmendmentStep.objects.create(amendment=made, status="forslag")
        Reminder.objects.create(round=cycle.open, user=kari, subject="Frist i dag")
        PeriodEvent.objects.create(year=2021, period=CLOSED, closed=True, by=kari)
        PeriodException.objects.create(year=2021, period=CLOSED, user=kari, until=DAY, reason="Sent")

    @pytest.mark.parametrize("table", LOGS)
    def test_row_of_a_log_never_changes(self, table: str) -> None:
        refused(f"{table}_is_append_only", f"UPDATE {table} SET {LOGS[table]}")

    @pytest.mark.parametrize("table", LOGS)
    def test_row_of_a_log_is_never_deleted(self, table: str) -> None:
        refused(f"{table}_is_append_only", f"DELETE FROM {table}")

    @pytest.mark.parametrize("table", EMPTIED)
    def test_table_is_never_emptied(self, table: str) -> None:
        refused(EMPTIED[table], f"TRUNCATE {table}")

    @pytest.mark.parametrize(
        "table",
        [
            *("budget_round", "budget_roundtask", "budget_signedreport"),
            *("budget_amendment", "roros_importrun", "roros_virksomhet"),
        ],
    )
    def test_nor_with_everything_that_points_to_it(self, table: str) -> None:
        before = everything()
        with pytest.raises(IntegrityError):
            run_sql(f"TRUNCATE {table} CASCADE")
        assert everything() == before

    def test_history_of_an_exception_is_kept(self) -> None:
        before = rows("budget_periodexceptionevent")
        for sql in ("DELETE FROM budget_periodexceptionevent", "UPDATE budget_periodexceptionevent SET reason = 'x'"):
            with pytest.raises(Exception, match=r"(?i)cannot (delete|update)"), transaction.atomic():
                run_sql(sql)
        assert rows("budget_periodexceptionevent") == before != ""
