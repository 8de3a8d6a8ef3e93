"""Signing freezes the report; publishing opens it; nothing that happens later changes a byte of it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import threading
from decimal import Decimal

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from budget.actions.signing import publish_round, sign_round
from budget.models import Art, Balance, Explanation, Round, RoundTask, SignedFile, SignedReport
from budget.queries.limits import unit_figures
from budget.queries.signed import files_of, page_of, report_of
from roros.actions import ActionRefused, ChangedMeanwhile
from roros.models import Ansvar, DataVersion, Role, User, Virksomhet
from roros.workbooks import engine
from tests import ledger_world
from tests.budget.signed_world import director, ready_round
from tests.ledger_world import LINES, MOVE, amendments_file, imported, ledger_file
from tests.people import person

State = Round.State


def contents(reporting: Round) -> dict[str, bytes]:
    """Every file of the report."""
    rows = SignedFile.objects.filter(report__round=reporting).values_list("name", "content")
    return {name: bytes(content) for name, content in rows}


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


# -- signing


def test_signing_makes_the_report(loaded: None) -> None:
    reporting, by = ready_round(), director()
    version = DataVersion.objects.get().version
    report = sign_round(round=reporting, by=by)
    reporting.refresh_from_db()
    assert (reporting.state, reporting.signed_by, report.signed_name) == (State.SIGNED, by, "Dagny Direktør")
    assert reporting.signed_at == report.signed_at
    assert DataVersion.objects.get().version > version
    files = contents(reporting)
    assert {"rapport.html", "rapport.json", "rapport.xlsx"} < files.keys()
    for name in ("avvik-rammeomrade", "avvik-virksomhet", "avvik-ansvar", "budsjettendringer", "forklaringer"):
        assert {f"{name}.csv", f"{name}.xlsx"} <= files.keys()
    assert {"saldo.csv", "prognoser.csv", "tiltak.csv", "sentrale-inntekter.csv"} <= files.keys()
    for stored in SignedFile.objects.filter(report=report):
        assert stored.sha256 == hashlib.sha256(bytes(stored.content)).hexdigest()
    assert [file.name for file in files_of(report)][:3] == ["rapport.html", "rapport.xlsx", "rapport.json"]


def test_balances_are_those_of_the_period(loaded: None) -> None:
    reporting = ready_round()
    sign_round(round=reporting, by=director())
    frozen = rows(contents(reporting)["saldo.csv"])
    assert len(frozen) == Balance.objects.filter(year=2021, period=8).count()
    taken = next(row for row in frozen if (row["ansvar"], row["art"]) == ("3100", "101000"))
    assert (taken["regnskap"], taken["revidert_budsjett"], taken["ansvar_navn"]) == ("900.25", "900.25", "Ansvar 3100")
    moved = next(row for row in frozen if (row["ansvar"], row["art"]) == ("1000", "101000"))
    assert Decimal(moved["revidert_budsjett"]) == Decimal("210.50") - 25


def test_what_the_page_says(loaded: None) -> None:
    reporting = ready_round()
    assert [unit.virksomhet for unit in unit_figures(reporting).values() if unit.over_limit] == ["100"]
    report = sign_round(round=reporting, by=director())
    page = page_of(report)
    assert "2. tertial 2021" in page
    assert "Én virksomhet er over grensen." in page
    assert "Mer <strong>vikar</strong> enn ventet" in page
    assert "<script>" not in page
    assert "Dagny Direktør" in page
    assert "minst 5 kr og 1,0\N{NO-BREAK SPACE}%" in page


def test_everything_as_data_and_as_workbook(loaded: None) -> None:
    reporting = ready_round()
    sign_round(round=reporting, by=director())
    files = contents(reporting)
    data = json.loads(files["rapport.json"], parse_float=Decimal)
    assert (data["title"], data["year"], data["period"], data["signed_by"]) == (
        *("2. tertial 2021", 2021, 8),
        "Dagny Direktør",
    )
    saldo = {row["ansvar"]: row["regnskap"] for row in data["tables"]["saldo"]["rows"] if row["art"] == "101000"}
    assert saldo["3100"] == Decimal("900.25")
    assert {f"{name}.csv" for name in data["tables"]} <= files.keys()
    book = load_workbook(io.BytesIO(files["rapport.xlsx"]))
    assert {"Innhold", "avvik-rammeomrade", "virksomheter", "forklaringer"} <= set(book.sheetnames)


def test_demo_report_has_the_other_rooms(demo: None) -> None:
    reporting = ready_round(amount=500_000, percent="3.0")
    report = sign_round(round=reporting, by=director())
    files = contents(reporting)
    for name in ("investeringer", "verbalvedtak", "maltall", "sykefravaer", "klima"):
        assert rows(files[f"{name}.csv"]), name
    assert "sykefravaer-register.csv" not in files  # days of small groups
    page = page_of(report)
    assert "Sykefravær" in page
    assert "Bygningsadministrasjon" in page


def test_only_the_director_signs(loaded: None) -> None:
    reporting = ready_round()
    for role in (Role.OKONOMI, Role.ADMINISTRATOR, Role.POLITIKER):
        with pytest.raises(ActionRefused, match="kommunedirektøren"):
            sign_round(round=reporting, by=person(role, name=role.value))
    assert not SignedReport.objects.exists()


def test_not_before_everything_is_assured(loaded: None) -> None:
    reporting = ready_round(assured=False)
    with pytest.raises(ActionRefused, match="Ikke kvalitetssikret"):
        sign_round(round=reporting, by=director())
    assert not SignedReport.objects.exists()
    reporting.refresh_from_db()
    assert reporting.state == State.OPEN


def test_second_signature_is_refused(loaded: None) -> None:
    reporting = ready_round()
    sign_round(round=reporting, by=director())
    with pytest.raises(ChangedMeanwhile, match="allerede signert av Dagny Direktør"):
        sign_round(round=reporting, by=director("dina"))
    assert SignedReport.objects.count() == 1


def test_two_directors_at_once(scratch: str) -> None:
    ledger_world.load()
    reporting = ready_round()
    told: list[str] = []
    start = threading.Barrier(2)

    def sign(user: User) -> None:
        try:
            start.wait()
            sign_round(round=reporting, by=user)
            told.append("signert")
        except ActionRefused as refused:
            told.append(str(refused))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sign, args=(director(name),)) for name in ("dagny", "dina")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted("signert" if one == "signert" else "fortalt" for one in told) == ["fortalt", "signert"]
    assert any("allerede signert av" in one for one in told)
    assert SignedReport.objects.count() == 1


# -- publishing


def test_publish(loaded: None) -> None:
    reporting = ready_round()
    economy = person(Role.OKONOMI)
    with pytest.raises(ActionRefused, match="ikke signert"):
        publish_round(round=reporting, by=economy)
    sign_round(round=reporting, by=director())
    with pytest.raises(ActionRefused, match="Bare økonomi"):
        publish_round(round=reporting, by=person(Role.POLITIKER, name="pia"))
    publish_round(round=reporting, by=economy)
    reporting.refresh_from_db()
    assert (reporting.state, reporting.published_by) == (State.PUBLISHED, economy)
    with pytest.raises(ChangedMeanwhile, match="allerede publisert"):
        publish_round(round=reporting, by=economy)


# -- nothing that happens later changes a byte


def test_report_outlives_everything(loaded: None, client: Client) -> None:
    reporting, by = ready_round(), director()
    sign_round(round=reporting, by=by)
    publish_round(round=reporting, by=by)
    address = f"/rapportering/{reporting.pk}/rapport/"
    names = [file.name for file in files_of(report_of(reporting.pk) or pytest.fail("no report"))]
    before = {name: client.get(address + name).content for name in names}
    shown = client.get(address).context["content"]
    assert shown.encode() in client.get(address).content

    economy = person(Role.OKONOMI)
    late = imported(ledger_file([*LINES, ("3110", "2530", "118000", "", 8, "777.00")]), "regnskap", by=economy)
    imported(
        amendments_file(
            [
                MOVE,
                ("2021-002", [("1000", "1200", "101000", "", 7, "-5.00"), ("3200", "2530", "101000", "", 7, "5.00")]),
            ]
        ),
        "budsjettendringer",
    )
    engine.undo(late, by=economy)
    Ansvar.objects.filter(code="3100").update(name="Omdøpt")
    Virksomhet.objects.filter(code="310").update(name="Omdøpt sykehjem")
    Art.objects.filter(code="101000").update(name="Omdøpt art")
    later = ready_round(period=9)
    Explanation.objects.filter(round=later).update(cause="Noe helt annet")

    assert client.get(address).context["content"] == shown
    assert {name: client.get(address + name).content for name in names} == before
    assert {name: hashlib.sha256(content).hexdigest() for name, content in before.items()} == dict(
        SignedFile.objects.filter(report__round=reporting).values_list("name", "sha256")
    )


# -- the pages


@pytest.fixture
def signing(loaded: None, client: Client) -> Client:
    client.force_login(director())
    return client


def test_sign_page_shows_what_is_signed(signing: Client) -> None:
    reporting = ready_round()
    page = signing.get(f"/rapportering/{reporting.pk}/signer/")
    assert page.context["obstacles"] == []
    assert "Klar til signering" in page.text
    answer = signing.post(f"/rapportering/{reporting.pk}/signer/", {"seen": page.context["form"].initial["seen"]})
    assert answer.headers["Location"] == f"/rapportering/{reporting.pk}/rapport/"
    preview, signed = page.context["content"], page_of(report_of(reporting.pk) or pytest.fail("no report"))
    without = [line for line in signed.splitlines() if line and "Signert av" not in line]
    assert without == [line for line in preview.splitlines() if line]


def test_sign_page_counts_queries(signing: Client) -> None:
    reporting = ready_round()
    sign_round(round=reporting, by=User.objects.get(username="dagny"))
    with CaptureQueriesContext(connection) as queries:
        signing.get(f"/rapportering/{reporting.pk}/rapport/")
    assert len(queries) == 6


def test_sign_page_lists_obstacles(signing: Client) -> None:
    reporting = ready_round(assured=False)
    page = signing.get(f"/rapportering/{reporting.pk}/signer/")
    assert "Ikke kvalitetssikret" in page.text
    assert ">Signer 2. tertial 2021</button>" not in page.text
    answer = signing.post(f"/rapportering/{reporting.pk}/signer/", {"seen": "0" * 64})
    assert answer.status_code == 400
    assert not SignedReport.objects.exists()


def test_signing_something_else_than_was_read(signing: Client) -> None:
    reporting = ready_round()
    page = signing.get(f"/rapportering/{reporting.pk}/signer/")
    Explanation.objects.filter(round=reporting).update(cause="En annen årsak")
    answer = signing.post(f"/rapportering/{reporting.pk}/signer/", {"seen": page.context["form"].initial["seen"]})
    assert answer.status_code == 409
    assert "endret etter at du åpnet den" in answer.text
    assert not SignedReport.objects.exists()


@pytest.mark.parametrize("data", [{}, {"seen": "x"}])
def test_sign_page_takes_only_its_own_form(signing: Client, data: dict[str, str]) -> None:
    reporting = ready_round()
    answer = signing.post(f"/rapportering/{reporting.pk}/signer/", data)
    assert answer.status_code == 400
    assert "Åpne siden på nytt" in answer.text
    assert not SignedReport.objects.exists()


def test_second_signature_leads_to_the_report(signing: Client) -> None:
    reporting = ready_round()
    page = signing.get(f"/rapportering/{reporting.pk}/signer/")
    sign_round(round=reporting, by=director("dina"))
    seen = {"seen": page.context["form"].initial["seen"]}
    answer = signing.post(f"/rapportering/{reporting.pk}/signer/", seen, follow=True)
    assert "allerede signert av Dina Direktør" in answer.text


@pytest.mark.parametrize("role", [Role.OKONOMI, Role.POLITIKER, Role.REVISOR, Role.ADMINISTRATOR])
def test_nobody_else_opens_the_sign_page(loaded: None, client: Client, role: Role) -> None:
    reporting = ready_round()
    client.force_login(person(role))
    assert client.get(f"/rapportering/{reporting.pk}/signer/").status_code == 403
    assert client.post(f"/rapportering/{reporting.pk}/signer/", {"seen": "0" * 64}).status_code == 403
    assert not SignedReport.objects.exists()


def test_tasks_can_not_be_touched_after(loaded: None) -> None:
    reporting = ready_round()
    sign_round(round=reporting, by=director())
    with pytest.raises(Exception, match="signed round"):
        RoundTask.objects.filter(round=reporting).update(state=RoundTask.State.DRAFT)
