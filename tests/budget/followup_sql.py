"""Raw SQL against the reporting cycle: drafts, entries and rounds to break rules on, and how a refusal is asserted."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass

import pytest
from django.db import IntegrityError, connection, transaction

from budget.models import (
    Amendment,
    AmendmentLine,
    Explanation,
    Forecast,
    Measure,
    Round,
    RoundTask,
    SignedFile,
    SignedReport,
    TaskStep,
)
from roros.models import ImportRun, StoredFile, User
from tests.ledger_world import figures

DAY = datetime.date(2021, 6, 17)
CLOSED, OPEN = 1, 5  # months of 2021
LINE = (
    "INSERT INTO budget_ledgerline (kind, year, period, ansvar_id, tjeneste_id, art_id, prosjekt_id, amount,"
    " import_run_id, amendment_id, sheet_row)"
    " VALUES ('{kind}', {year}, {period}, '1000', '1200', '{art}', '', {amount}, {run}, {amendment}, 1)"
)
SHOWN = (
    *("budget_amendment", "budget_amendmentline", "budget_amendmentstep", "budget_budgetyear"),
    *("budget_round", "budget_roundtask", "budget_taskstep", "budget_reminder", "budget_explanation"),
    *("budget_forecast", "budget_measure", "budget_periodevent", "budget_periodexception"),
    *("budget_signedreport", "budget_signedfile", "roros_importrun"),
)


def rows(*tables: str) -> str:
    """Everything in those tables, row by row."""
    found = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT t::text FROM {table} t ORDER BY t::text COLLATE "C"')
            found += [f"{table}: {row}" for (row,) in cursor.fetchall()]
    return "\n".join(found)


def everything() -> str:
    """The figures and everything that the reporting cycle rests on."""
    return f"{figures()}\n{rows(*SHOWN)}"


def run_sql(*statements: str) -> int:
    """Run the statements with every deferred check at once; returns how many rows the last one touched."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for sql in statements:
            cursor.execute(sql)
        count: int = cursor.rowcount
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return count


def refused(constraint: str, *statements: str) -> None:
    """Assert that the database refuses the statements for that reason, and that nothing whatever has changed."""
    before = everything()
    with pytest.raises(IntegrityError) as caught:
        run_sql(*statements)
    assert caught.value.__cause__ is not None
    assert caught.value.__cause__.diag.constraint_name == constraint  # type: ignore[attr-defined]
    assert everything() == before


def line(*, kind: str = "endring", period: int = OPEN, art: str = "101000", amount: int = 5, **keys: object) -> str:
    """The statement that writes one ledger line."""
    told = {"year": 2021, "run": "NULL", "amendment": "NULL", **keys}
    return LINE.format(kind=kind, period=period, art=art, amount=amount, **told)


def import_run(kind: str, state: str = "committing") -> int:
    """A run in the state in which alone lines may be written."""
    file = StoredFile.objects.order_by("sha256").first()
    assert file is not None
    return ImportRun.objects.create(kind=kind, file=file, file_name="x", state=state).pk


def committed(run: int) -> str:
    """The statement that commits a run."""
    return f"UPDATE roros_importrun SET state = 'committed', committed_at = now() WHERE id = {run}"


def entry_at_last(run: int) -> str:
    """The statement that calls a run an entry and commits it."""
    return f"UPDATE roros_importrun SET kind = 'foring', state = 'committed', committed_at = now() WHERE id = {run}"


def undone(run: int) -> str:
    """The statement that says that a run is undone."""
    return f"UPDATE roros_importrun SET state = 'undone', undone_at = now() WHERE id = {run}"


def draft(number: str, *amounts: int, period: int = OPEN) -> Amendment:
    """A draft with a line per amount, on two accounts in turn."""
    made = Amendment.objects.create(
        number=number, year=2021, case_number="1/21", body="Kommunestyret", decided_on=DAY, text="Prøve"
    )
    for place, amount in enumerate(amounts, 1):
        AmendmentLine.objects.create(
            amendment=made,
            place=place,
            ansvar_id="1000",
            tjeneste_id="1200",
            art_id=("101000", "111500")[place % 2],
            period=period,
            amount=amount,
        )
    return made


COPY = (
    "INSERT INTO budget_ledgerline (kind, year, period, ansvar_id, tjeneste_id, art_id, prosjekt_id, amount,"
    " amendment_id) SELECT 'endring', 2021, period, ansvar_id, tjeneste_id, art_id, prosjekt_id, amount, amendment_id"
    " FROM budget_amendmentline WHERE amendment_id = {0}"
)
ADOPT = "UPDATE budget_amendment SET status = 'vedtatt' WHERE id = {0}"


SIGN = "UPDATE budget_round SET state = 'signert', signed_at = now() WHERE id = {0}"


@dataclass
class Cycle:
    """An open round and a signed one, each with a task, a step, an explanation and a forecast."""

    open: Round
    signed: Round

    def of(self, which: str) -> Round:
        """The open round or the signed one."""
        return self.signed if which == "signed" else self.open


def new_round(kind: str, period: int) -> Round:
    """An open round with everything that belongs to it."""
    made = Round.objects.create(
        year=2021,
        kind=kind,
        period=period,
        limit_amount=500_000,
        limit_percent=3,
        leader_deadline=DAY,
        chief_deadline=DAY,
        economy_deadline=DAY,
        director_deadline=DAY,
    )
    task = RoundTask.objects.create(round=made, virksomhet_id="310", rammeomrade_id=3, state="kvalitetssikret")
    TaskStep.objects.create(task=task, state="kvalitetssikret")
    Explanation.objects.create(round=made, level="virksomhet", code="310", kind="reelt", cause="Vikarer")
    Forecast.objects.create(round=made, virksomhet_id="310", method="sesong", proposed=5, amount=5)
    Measure.objects.create(
        year=2021, virksomhet_id="310", round=made, title="Sparing", owner="Leder", expected_effect=5
    )
    return made


def file_of(report: SignedReport, content: bytes = b"rapport") -> SignedFile:
    """A file of a report."""
    sha256 = hashlib.sha256(content).hexdigest()
    return SignedFile.objects.create(
        report=report, name="rapport.html", title="Rapport", media_type="text/html", content=content, sha256=sha256
    )


def cycle_by(user: User) -> Cycle:
    """Second tertial is open; first tertial is signed."""
    signed, opened = new_round("tertial-1", 4), new_round("tertial-2", 8)
    file_of(SignedReport.objects.create(round=signed, signed_by=user, signed_name="Kari"))
    run_sql(SIGN.format(signed.pk))
    signed.refresh_from_db()
    return Cycle(opened, signed)
