"""The page with the upload form: who may see it, what it takes in and what it says no to."""

from __future__ import annotations

import io

import pytest
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries

from roros.models import ImportRun, Role
from roros.workbooks import engine
from tests.ledger_world import LINES, imported, ledger_file, received, user

pytestmark = pytest.mark.usefixtures("world")
ADDRESS = "/innlesing/"
QUERIES = 7  # session, user, roles, how far the accounts have come, waiting, earlier, budgets to adopt


@pytest.fixture
def okonomi(client: Client) -> Client:
    client.force_login(user(Role.OKONOMI))
    return client


def upload(client: Client, content: bytes, name: str = "regnskap-2021.xlsx", **values: str) -> int:
    file = io.BytesIO(content)
    file.name = name
    return client.post(ADDRESS, {"kind": "regnskap", "file": file, **values}).status_code


def test_nothing_read_in_yet(okonomi: Client) -> None:
    page = okonomi.get(ADDRESS).content.decode()
    assert "<h1>Ingen regnskapstall er lest inn ennå</h1>" in page
    assert "Ingenting er lest inn ennå." in page


def test_heading_says_how_far_the_accounts_have_come(okonomi: Client) -> None:
    imported(ledger_file())
    assert "<h1>Regnskapet er lest inn til og med mars 2021</h1>" in okonomi.get(ADDRESS).content.decode()
    imported(ledger_file([(*LINES[0][:4], 13, "1.00")]))
    assert "<h1>Regnskapet for 2021 er lest inn med årsavslutning</h1>" in okonomi.get(ADDRESS).content.decode()


@pytest.mark.parametrize("runs", [1, 3])
def test_queries_do_not_grow_with_the_runs(
    okonomi: Client, django_assert_num_queries: DjangoAssertNumQueries, runs: int
) -> None:
    for month in range(1, runs + 1):
        imported(ledger_file([(*LINES[0][:4], month, "1.00")]), by=None)
        engine.prepare(received(ledger_file([(*LINES[0][:4], 6 + month, "1.00")])))
    with django_assert_num_queries(QUERIES):
        page = okonomi.get(ADDRESS).content.decode()
    assert page.count(">Angre innlesing ") == runs
    assert page.count("Klar til innlesing") == runs


def test_upload_is_read_and_leads_to_its_preview(okonomi: Client) -> None:
    assert upload(okonomi, ledger_file()) == 302
    run = ImportRun.objects.get()
    assert (run.state, run.file_name, run.year, str(run.created_by)) == ("ready", "regnskap-2021.xlsx", 2021, "okonomi")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"kind": ""}, "Velg hva slags fil det er."),
        ({"kind": "tull"}, "tull"),
        ({"file": ""}, "Velg en fil."),
        ({"year": "nitten"}, "Skriv året med fire siffer."),
        ({"year": "1814"}, "1990"),
    ],
)
def test_bad_input_is_told_and_nothing_is_stored(okonomi: Client, values: dict[str, str], said: str) -> None:
    file = io.BytesIO(ledger_file())
    file.name = "regnskap.xlsx"
    answer = okonomi.post(ADDRESS, {"kind": "regnskap", "file": file, **values})
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert ImportRun.objects.count() == 0


def test_empty_and_too_large_files_are_told(okonomi: Client) -> None:
    empty = io.BytesIO(b"")
    empty.name = "tom.xlsx"
    answer = okonomi.post(ADDRESS, {"kind": "regnskap", "file": empty})
    assert "Filen er tom." in answer.content.decode()
    with override_settings(IMPORT_MAX_BYTES=100):
        assert upload(okonomi, ledger_file()) == 400
    assert ImportRun.objects.count() == 0


def test_a_file_name_cannot_point_elsewhere(okonomi: Client) -> None:
    upload(okonomi, ledger_file(), "../../etc/<script>.xlsx")
    run = ImportRun.objects.get()
    assert "/" not in run.file_name
    assert "<script>" not in okonomi.get(f"/innlesing/{run.pk}/").content.decode()


def test_visitor_is_sent_to_sign_in(client: Client) -> None:
    assert client.get(ADDRESS).headers["Location"] == "/logg-inn/?next=/innlesing/"
    assert upload(client, ledger_file()) == 302
    assert ImportRun.objects.count() == 0


@pytest.mark.parametrize("role", [Role.POLITIKER, None])
def test_readers_are_refused(client: Client, role: Role | None) -> None:
    client.force_login(user(role))
    assert client.get(ADDRESS).status_code == 403
    assert upload(client, ledger_file()) == 403
    assert ImportRun.objects.count() == 0


def test_an_upload_without_token_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user(Role.OKONOMI))
    assert upload(client, ledger_file()) == 403
    assert ImportRun.objects.count() == 0
