"""The page of one run in each of its states, and what can be done there."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from budget.models import ActiveLine, Art, BudgetYear
from roros.models import CodeMapping, ImportRun, Plassering, Role
from roros.workbooks import engine
from roros.workbooks.claims import claimed
from tests.ledger_world import LINES, Line, figures, imported, ledger_file, received, user

pytestmark = pytest.mark.usefixtures("world")
State = ImportRun.State
UNKNOWN: Line = ("3119", "2530", "101000", "", 1, "5000.00")
QUERIES = 9  # session, user, roles, run, areas, earlier runs; for repairs: ansvar, virksomheter, placements


@pytest.fixture
def okonomi(client: Client) -> Client:
    client.force_login(user(Role.OKONOMI))
    return client


def prepared(lines: list[Line] = LINES, kind: str = "regnskap") -> ImportRun:
    return engine.prepare(received(ledger_file(lines), kind, name="regnskap-2021.xlsx"))


def page(client: Client, run: ImportRun) -> str:
    text = client.get(f"/innlesing/{run.pk}/").content.decode()
    return re.sub(r"\s+", " ", text.replace("\xa0", " "))


def h1(text: str) -> str:
    found = re.search("<h1>(.*?)</h1>", text)
    assert found is not None
    return found[1]


def test_ready(okonomi: Client) -> None:
    first = imported(ledger_file(LINES[:4]))
    text = page(okonomi, prepared())
    assert h1(text) == "Kontrollsummen stemmer. 6 linjer er klare til å leses inn"
    assert (
        "Filen inneholder 6 linjer for januar–mars 2021. Den erstatter tall fra innlesing nr. "
        f"{first.pk}. Ingenting er endret ennå." in text
    )
    assert "Les inn 6 linjer" in text
    assert "aria-disabled" not in text
    assert '<span class="code">9</span> Sentrale inntekter' in text
    assert "Regnskapet er uendret i tjenestene samlet" in text
    assert ActiveLine.objects.count() == 4


def test_unknown_code_blocks_and_says_why(okonomi: Client) -> None:
    text = page(okonomi, prepared([*LINES, UNKNOWN, (*UNKNOWN[:4], 2, "1.00")]))
    assert h1(text) == "Kontrollsummen stemmer. Ett ansvar må plasseres før du kan lese inn"
    assert "Ikke plassert: 3119" in text
    assert "A11–A12" in text
    assert 'aria-disabled="true" aria-describedby="hvorfor"' in text
    assert '<p id="hvorfor">Plasser ansvar 3119 først. Alt leses inn samlet, eller ingenting.</p>' in text
    assert '<option value="310">310 Sykehjem (forslag)</option>' in text


def test_control_total_that_disagrees(okonomi: Client) -> None:
    content = ledger_file([*LINES[:5], (*LINES[5][:5], "1.00")])
    workbook = load_workbook(io.BytesIO(content))
    workbook.worksheets[0]["G11"] = 12345.0
    out = io.BytesIO()
    workbook.save(out)
    text = page(okonomi, engine.prepare(received(out.getvalue())))
    assert h1(text) == "Kontrollsummen stemmer ikke. Én feil må rettes før du kan lese inn"
    assert "Stemmer ikke" in text


def test_unreadable_file(okonomi: Client) -> None:
    text = page(okonomi, engine.prepare(received(bytes(range(256)) * 20)))
    assert h1(text) == "Filen kunne ikke leses"
    assert "Filen er ikke et regneark." in text
    assert "Forkast filen" in text


def test_same_file_again(okonomi: Client) -> None:
    content = ledger_file()
    first = imported(content)
    text = page(okonomi, engine.prepare(received(content)))
    assert h1(text) == "Tallene i filen er lest inn fra før. Ingenting er endret"
    assert f"Den samme filen ble lest inn som innlesing {first.pk}." in text


@pytest.mark.parametrize("unknown", [1, 3])
def test_queries_do_not_grow_with_the_problems(
    okonomi: Client, django_assert_num_queries: DjangoAssertNumQueries, unknown: int
) -> None:
    lines = [(f"311{number}", *UNKNOWN[1:]) for number in range(1, unknown + 1)]
    run = prepared([*LINES, *lines])
    with django_assert_num_queries(QUERIES):
        text = okonomi.get(f"/innlesing/{run.pk}/").content.decode()
    assert text.count(">Opprett og plasser</button>") == unknown


def test_confirm(okonomi: Client) -> None:
    run = prepared()
    answer = okonomi.post(f"/innlesing/{run.pk}/les-inn/")
    assert answer.headers["Location"] == f"/innlesing/{run.pk}/"
    run.refresh_from_db()
    assert (run.state, str(run.committed_by)) == (State.COMMITTED, "okonomi")
    text = page(okonomi, run)
    assert h1(text) == "6 linjer er lest inn"
    assert f">Angre innlesing {run.pk}</a>" in text
    assert "Les inn 6 linjer" not in text


def test_confirming_a_stale_preview_is_told(okonomi: Client) -> None:
    run = prepared()
    imported(ledger_file(LINES[:3]))
    before = figures()
    okonomi.post(f"/innlesing/{run.pk}/les-inn/")
    assert figures() == before
    text = page(okonomi, run)
    assert "Noen andre har lest inn tall for de samme periodene etter at forhåndsvisningen ble laget." in text
    assert "Les inn 6 linjer" in text


def test_confirming_what_is_refused_is_told(okonomi: Client) -> None:
    run = prepared([UNKNOWN])
    okonomi.post(f"/innlesing/{run.pk}/les-inn/")
    assert "kan ikke lagres nå" in page(okonomi, run)
    assert ActiveLine.objects.count() == 0


def test_discard(okonomi: Client) -> None:
    run = prepared()
    assert okonomi.post(f"/innlesing/{run.pk}/forkast/").headers["Location"] == "/innlesing/"
    assert h1(page(okonomi, run)) == "Filen er forkastet. Ingenting er endret"
    done = imported(ledger_file())
    okonomi.post(f"/innlesing/{done.pk}/forkast/")
    assert "kan ikke forkastes" in page(okonomi, done)


def test_undo_asks_then_undoes(okonomi: Client) -> None:
    before = figures()
    run = imported(ledger_file())
    asked = okonomi.get(f"/innlesing/{run.pk}/angre/").content.decode()
    assert f"<h1>Angre innlesing {run.pk}?</h1>" in asked
    assert figures() != before
    okonomi.post(f"/innlesing/{run.pk}/angre/")
    assert figures() == before
    assert h1(page(okonomi, run)) == f"Innlesing {run.pk} er angret. Tallene er som før den"


def test_undo_out_of_order_gives_the_reason(okonomi: Client) -> None:
    first, second = imported(ledger_file()), imported(ledger_file(LINES[1:]))
    answer = okonomi.post(f"/innlesing/{first.pk}/angre/")
    assert answer.status_code == 409
    assert f"Angre innlesing {second.pk} først." in answer.content.decode()


def test_there_is_nothing_to_ask_about_an_open_run(okonomi: Client) -> None:
    run = prepared()
    assert okonomi.get(f"/innlesing/{run.pk}/angre/").headers["Location"] == f"/innlesing/{run.pk}/"


def test_running_is_followed_until_it_is_done(okonomi: Client) -> None:
    run = received(ledger_file())
    ImportRun.objects.filter(pk=run.pk).update(state=State.READING, progress_done=1200, rows=4000)
    address = f"/innlesing/{run.pk}/framdrift/"
    with claimed(run.pk):
        text = page(okonomi, run)
        assert h1(text) == "Filen leses"
        assert f'hx-get="{address}"' in text
        assert '<progress max="4000" value="1200" aria-label="Framdrift">' in text
        assert "1 200 av 4 000 linjer" in text
        part = okonomi.get(address)
        assert "<html" not in part.content.decode()
        assert "HX-Refresh" not in part.headers
    assert okonomi.get(address).headers["HX-Refresh"] == "true"


def test_killed_worker_is_offered_to_take_up_or_discard(okonomi: Client) -> None:
    run = received(ledger_file())
    ImportRun.objects.filter(pk=run.pk).update(state=State.READING)
    text = page(okonomi, run)
    assert h1(text) == "Innlesingen stoppet opp. Ingenting er endret"
    assert ">Gjenoppta</button>" in text
    assert ">Forkast filen</button>" in text
    okonomi.post(f"/innlesing/{run.pk}/gjenoppta/")
    assert h1(page(okonomi, run)) == "Kontrollsummen stemmer. 6 linjer er klare til å leses inn"


def test_a_queue_that_nobody_serves_is_told(okonomi: Client) -> None:
    run = received(ledger_file())
    assert "Står i kø." in page(okonomi, run)
    ImportRun.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(minutes=5))
    assert "Ingen har begynt på filen." in page(okonomi, run)


def test_failed_run_can_be_tried_again(okonomi: Client) -> None:
    run = received(ledger_file())
    ImportRun.objects.filter(pk=run.pk).update(state=State.FAILED)
    text = page(okonomi, run)
    assert h1(text) == "Innlesingen stoppet. Ingenting er endret"
    okonomi.post(f"/innlesing/{run.pk}/gjenoppta/")
    assert ImportRun.objects.get(pk=run.pk).state == State.READY


def test_concluded_run_is_not_begun_again(okonomi: Client) -> None:
    run = prepared()
    engine.commit(run, by=None)
    okonomi.post(f"/innlesing/{run.pk}/gjenoppta/")
    assert "er allerede avsluttet" in page(okonomi, run)


def test_files_come_back_as_uploaded_and_marked(okonomi: Client) -> None:
    run = prepared([UNKNOWN])
    original = okonomi.get(f"/innlesing/{run.pk}/fil/")
    assert original.headers["Content-Disposition"] == 'attachment; filename="regnskap-2021.xlsx"'
    assert original.content == bytes(run.file.content)
    marked = okonomi.get(f"/innlesing/{run.pk}/merket/")
    sheet = load_workbook(io.BytesIO(marked.content))["Regnskap"]
    assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment is not None] == ["A5"]


def settle(client: Client, run: ImportRun, **values: str) -> str:
    answer = client.post(f"/innlesing/{run.pk}/kode/", values)
    assert answer.headers["Location"] == f"/innlesing/{run.pk}/#feil"
    return page(client, run)


def test_unknown_ansvar_is_created_and_placed(okonomi: Client) -> None:
    run = prepared([*LINES, UNKNOWN])
    text = settle(okonomi, run, action="create", column="ansvar", seen="3119", name="Ny avdeling", virksomhet="310")
    assert "Ansvar 3119 er plassert under 310 Sykehjem." in text
    assert h1(text) == "Kontrollsummen stemmer. 7 linjer er klare til å leses inn"
    placed = Plassering.objects.get(ansvar="3119")
    assert (placed.rammeomrade_id, placed.from_year, placed.to_year) == (3, 2021, None)


def test_ansvar_outside_its_years_is_placed_again(okonomi: Client) -> None:
    run = prepared([("3999", *UNKNOWN[1:])])
    assert ">Plasser</button>" in page(okonomi, run)
    settle(okonomi, run, action="create", column="ansvar", seen="3999", name="x", virksomhet="320")
    run.refresh_from_db()
    assert run.state == State.READY
    years = list(Plassering.objects.filter(ansvar="3999").order_by("from_year").values_list("from_year", "to_year"))
    assert years == [(2015, 2018), (2021, None)]


def test_unknown_code_is_read_as_another_from_now_on(okonomi: Client) -> None:
    run = prepared([*LINES, UNKNOWN])
    text = settle(okonomi, run, action="map", column="ansvar", seen="3119", use="3110 Ansvar 3110")
    assert "3119 leses som 3110, nå og i senere filer." in text
    assert CodeMapping.objects.get().use == "3110"
    run.refresh_from_db()
    assert run.state == State.READY


@pytest.mark.parametrize(
    ("column", "line", "values"),
    [
        ("tjeneste", ("1000", "2540", "101000", "", 1, "1.00"), {"name": "Ny", "kostra": "254"}),
        ("art", ("1000", "1200", "160000", "", 1, "1.00"), {"name": "Ny", "kostra": "600", "is_income": "on"}),
        ("prosjekt", ("1000", "1200", "101000", "777", 1, "1.00"), {"name": "Ny"}),
    ],
)
def test_unknown_codes_are_created(okonomi: Client, column: str, line: Line, values: dict[str, str]) -> None:
    run = prepared([line])
    text = page(okonomi, run)
    assert h1(text) == "Kontrollsummen stemmer. Én kode er ukjent og må avklares først"
    seen = line[{"tjeneste": 1, "art": 2, "prosjekt": 3}[column]]
    settle(okonomi, run, action="create", column=column, seen=str(seen), **values)
    run.refresh_from_db()
    assert run.state == State.READY
    if column == "art":
        assert Art.objects.get(code="160000").is_income


def test_tjeneste_outside_its_years_is_widened(okonomi: Client) -> None:
    run = prepared([("1000", "2999", "101000", "", 1, "1.00")])
    assert "Gjør gyldig i 2021" in page(okonomi, run)
    assert "2999 gjelder nå også i 2021." in settle(okonomi, run, action="extend", column="tjeneste", seen="2999")
    run.refresh_from_db()
    assert run.state == State.READY


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"action": "create", "column": "ansvar", "name": "x"}, "Velg virksomheten som ansvaret hører til."),
        ({"action": "create", "column": "ansvar", "name": "x", "virksomhet": "999"}, "Velg virksomheten"),
        ({"action": "create", "column": "ansvar", "virksomhet": "310"}, "Skriv et navn."),
        ({"action": "create", "column": "tjeneste", "name": "x"}, "Skriv KOSTRA-koden, tre siffer."),
        ({"action": "create", "column": "tjeneste", "name": "x", "kostra": "abc"}, "KOSTRA-koden har tre siffer."),
        ({"action": "map", "column": "ansvar"}, "Velg koden som skal brukes i stedet."),
        ({"action": "map", "column": "ansvar", "use": "9999"}, "er ikke en kjent kode"),
        ({"action": "map", "column": "ansvar", "use": "3119"}, "er ikke en kjent kode"),
        ({"action": "extend", "column": "ansvar"}, "Velg virksomheten"),
        ({"action": "extend", "column": "art"}, "3119 finnes ikke."),
    ],
)
def test_bad_repairs_are_told(okonomi: Client, values: dict[str, str], said: str) -> None:
    run = prepared([UNKNOWN])
    assert said in settle(okonomi, run, seen="3119", **values)
    assert not Plassering.objects.filter(ansvar="3119").exists()
    assert CodeMapping.objects.count() == 0


def test_a_code_that_somebody_else_just_created_is_told(okonomi: Client) -> None:
    run = prepared([("1000", "1200", "160000", "", 1, "1.00")])
    Art.objects.create(code="160000", name="Ny", kostra_art="600", is_income=True)
    text = settle(okonomi, run, action="create", column="art", seen="160000", name="x", kostra="600")
    assert "Art 160000 finnes fra før." in text


def test_codes_of_a_concluded_run_or_another_column_are_left_alone(okonomi: Client) -> None:
    done = imported(ledger_file())
    assert "er allerede avsluttet" in settle(okonomi, done, action="map", column="ansvar", seen="1", use="1000")
    assert (
        okonomi.post(
            f"/innlesing/{done.pk}/kode/", {"action": "map", "column": "amount", "seen": "1", "use": "2"}
        ).status_code
        == 404
    )


def test_the_council_s_adoption_is_recorded_once(okonomi: Client) -> None:
    imported(ledger_file(), "budsjett")
    address = "/innlesing/vedtatt-budsjett/2021/"
    assert address in okonomi.get("/innlesing/").content.decode()
    assert "Marker opprinnelig budsjett 2021 som vedtatt" in okonomi.get(address).content.decode()
    decision = {"adopted_on": "2020-12-17", "case_number": "20/854", "body": "Kommunestyret"}
    late = okonomi.post(address, decision | {"adopted_on": "2999-01-01"})
    assert (late.status_code, "i framtiden" in late.content.decode()) == (400, True)
    assert okonomi.post(address, decision | {"case_number": ""}).status_code == 400
    assert okonomi.post(address, decision).headers["Location"] == "/innlesing/"
    assert BudgetYear.objects.get().case_number == "20/854"
    assert "allerede vedtatt" in okonomi.post(address, decision).content.decode()
    assert okonomi.get(address).status_code == 404


def test_the_administrator_reads_in_but_does_not_adopt(client: Client) -> None:
    imported(ledger_file(), "budsjett")
    client.force_login(user(Role.ADMINISTRATOR))
    assert "vedtatt-budsjett" not in client.get("/innlesing/").content.decode()
    assert client.get("/innlesing/vedtatt-budsjett/2021/").status_code == 403
    assert client.post("/innlesing/vedtatt-budsjett/2021/", {}).status_code == 403


READS = ("", "framdrift/", "fil/", "merket/", "angre/")
WRITES = ("les-inn/", "forkast/", "gjenoppta/", "angre/", "kode/")


@pytest.mark.parametrize("part", READS)
def test_pages_are_closed_to_others(client: Client, part: str) -> None:
    address = f"/innlesing/{prepared().pk}/{part}"
    assert client.get(address).headers["Location"] == f"/logg-inn/?next={address}"
    client.force_login(user(Role.POLITIKER))
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("part", WRITES)
def test_nobody_else_writes(client: Client, part: str) -> None:
    run = imported(ledger_file()) if part == "angre/" else prepared([UNKNOWN])
    before = figures()
    assert client.post(f"/innlesing/{run.pk}/{part}").status_code == 302
    client.force_login(user(Role.POLITIKER))
    assert client.post(f"/innlesing/{run.pk}/{part}").status_code == 403
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user(Role.OKONOMI))
    assert strict.post(f"/innlesing/{run.pk}/{part}").status_code == 403
    assert ImportRun.objects.get(pk=run.pk).state == run.state
    assert figures() == before


@pytest.mark.parametrize("part", WRITES)
def test_writing_needs_a_post(okonomi: Client, part: str) -> None:
    run = prepared()
    assert okonomi.get(f"/innlesing/{run.pk}/{part}").status_code == (302 if part == "angre/" else 405)


@pytest.mark.parametrize("part", ["", "les-inn/", "angre/", "kode/"])
def test_a_run_that_is_not_there(okonomi: Client, part: str) -> None:
    ask = okonomi.get if part in ("", "angre/") else okonomi.post
    assert ask(f"/innlesing/999999/{part}").status_code == 404
