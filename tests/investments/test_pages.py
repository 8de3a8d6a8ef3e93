"""The pages: who may see and write what, how many queries they cost, and what they answer to what cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from investments.models import Approval, Financing, Forecast, Project, ProjectYear, StatusReport
from investments.queries.detail import record_version
from roros import history
from roros.models import DataVersion, ImportRun, Role, User
from roros.numbers import NBSP

PROJECT = "/investeringer/prosjekt/I3002/"
READING = ["/investeringer/2021/", PROJECT]
WRITING = [
    "/investeringer/nytt-prosjekt/",
    f"{PROJECT}endre/",
    *(f"{PROJECT}{part}/ny/" for part in ("ar", "status", "vedtak", "finansiering", "prognose")),
]


def text(answer: HttpResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).replace(NBSP, " ").split())


def seen(code: str = "I3002") -> dict[str, str]:
    return {"seen": record_version(code), "reason": "Fordi"}


@pytest.fixture
def politician(projects: ImportRun, person: Callable[..., User], client: Client) -> Client:
    client.force_login(person(Role.POLITIKER))
    return client


def test_list_shows_those_that_need_attention_first(politician: Client) -> None:
    words = text(politician.get("/investeringer/2021/"))
    first = words.index("Klart over rammen (minst 500 000 kr og 10 prosent) (7)")
    assert first < words.index("Forsinket (9)") < words.index("Iht. plan (17)") < words.index("Ikke vurdert (4)")
    assert "Ny omsorgsstruktur Øverhagaen 306 000 338 793 −32 793 91 250 120 588 Iht. plan" in words
    assert "Øvrige prosjekter (11) – 5 359 −5 359 0 651" in words
    assert "Sum 587 843 454 053 133 790 177 828 184 015" in words
    assert "Over rammen, men meldt iht. plan (8)" in words


def test_list_as_the_report_prints_it(politician: Client) -> None:
    words = text(politician.get("/investeringer/2021/?visning=rammeomrade"))
    assert "Sum øvrige prosjekter – 1 270 −1 270 0 172 Sum 13 805 5 383" in words
    assert words.index("Stab og støtte (") < words.index("Oppvekst (") < words.index("Bygningsadministrasjon (")


def test_small_projects_are_one_click_away(politician: Client) -> None:
    page = politician.get("/investeringer/2021/?visning=rammeomrade").content.decode()
    (href,) = set(re.findall(r'href="([^"]*gruppe=ovrige[^"]*)">Sum øvrige prosjekter', page))
    words = text(politician.get(f"/investeringer/2021/{unescape(href)}"))
    assert "Nytt intranett" in words
    assert "Øverhagaen 306" not in words


def test_the_register_holds_the_newest_status_whatever_day_is_shown(politician: Client) -> None:
    newest = politician.get("/investeringer/2021/?tabell=register&_export=csv").content
    assert politician.get("/investeringer/2021/?tabell=register&per=2021-05-01&_export=csv").content == newest
    printed = politician.get("/investeringer/2021/?_export=csv").content
    assert politician.get("/investeringer/2021/?per=2021-05-01&_export=csv").content != printed


def test_scale_is_chosen_by_the_reader(politician: Client) -> None:
    assert "306 000 000 338 792 778" in text(politician.get("/investeringer/2021/?skala=kr"))


def test_page_of_a_project(politician: Client) -> None:
    words = text(politician.get(PROJECT))
    assert "Rammen ble passert i 2021" in words
    assert "Til og med 2020 .. 218 204 218 204 87 796" in words
    assert "2021 91 250 120 588 338 793 −32 793" in words
    assert "Over rammen, men meldt iht. plan." in words
    assert "Tilskudd, Husbanken, byggetrinn 2 36,0 mill." in words
    assert "Kommunestyret, sak 20/854 306,0 mill." in words
    assert "Endringshistorikk (" in words


def test_rooms_front_leads_to_the_newest_year(politician: Client) -> None:
    assert politician.get("/investeringer/")["Location"] == "/investeringer/2021/"


def test_rooms_front_says_when_there_is_nothing(areas: None, okonomi: Client) -> None:
    assert "Ingen investeringsprosjekter er lest inn ennå" in text(okonomi.get("/investeringer/"))


@pytest.mark.parametrize("address", [*READING, *WRITING])
def test_visitors_are_asked_to_sign_in(projects: ImportRun, client: Client, address: str) -> None:
    assert client.get(address)["Location"].startswith("/logg-inn/")
    assert client.post(address)["Location"].startswith("/logg-inn/")


@pytest.mark.parametrize("address", [*READING, *WRITING])
def test_people_without_a_role_are_refused(
    projects: ImportRun, client: Client, person: Callable[..., User], address: str
) -> None:
    client.force_login(person())
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("address", WRITING)
def test_readers_may_not_write(politician: Client, address: str) -> None:
    assert politician.get(address).status_code == 403
    assert politician.post(address, {"name": "x"}).status_code == 403


def test_readers_see_no_way_to_write(politician: Client) -> None:
    for address in READING:
        assert "/endre/" not in politician.get(address).content.decode()
        assert "/ny/" not in politician.get(address).content.decode()


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/investeringer/1999/", 404),
        ("/investeringer/prosjekt/ukjent/", 404),
        ("/investeringer/2021/?gruppe=alt", 400),
        ("/investeringer/2021/?visning=alt", 400),
        ("/investeringer/2021/?skala=euro", 400),
        ("/investeringer/2021/?per=i-gaar", 400),
        ("/investeringer/2021/?per=0021-01-01", 400),
        ("/investeringer/2021/?_export=pdf", 400),
    ],
)
def test_impossible_addresses(politician: Client, address: str, status: int) -> None:
    assert politician.get(address).status_code == status


@pytest.mark.parametrize(
    "address", [f"{PROJECT}tull/ny/", f"{PROJECT}status/1/", f"{PROJECT}vedtak/1/", f"{PROJECT}ar/999999/"]
)
def test_there_is_no_form_for_what_cannot_be_changed(projects: ImportRun, okonomi: Client, address: str) -> None:
    assert okonomi.get(address).status_code == 404


@pytest.mark.parametrize(("address", "queries"), [("/investeringer/2021/", 6), (PROJECT, 11)])
def test_pages_cost_the_same_whatever_they_show(politician: Client, address: str, queries: int) -> None:
    politician.get(address)
    with CaptureQueriesContext(connection) as few:
        politician.get(address)
    assert len(few) == queries
    for number in range(5):
        figures = {"approved_total": 1, "accrued_total": 1, "revised_budget": 1, "actual": 1}
        ProjectYear.objects.create(project_id="I3002", year=2022 + number, **figures)
        Financing.objects.create(project_id="I3002", kind="loan", source=str(number), amount=1)
    with CaptureQueriesContext(connection) as more:
        politician.get(address)
    assert len(more) == queries


def test_a_moved_project_costs_one_query_for_the_names(politician: Client) -> None:
    Project.objects.filter(pk="I3002").update(rammeomrade_id=6)
    with CaptureQueriesContext(connection) as queries:
        page = politician.get(PROJECT)
    assert "Rammeområde fra «3 Helse og omsorg» til «6 Tekniske områder»" in text(page)
    assert len(queries) == 12


def test_a_new_project_is_entered(areas: None, okonomi: Client) -> None:
    values = {"code": "I9", "name": "Ny bru", "rammeomrade": "6", "reason": "Vedtatt i dag"}
    assert okonomi.post("/investeringer/nytt-prosjekt/", values)["Location"] == "/investeringer/prosjekt/I9/"
    (change,) = history.changes_of(Project.objects.get())
    assert (change.who, change.reason) == ("Kari Nordmann", "Vedtatt i dag")
    assert DataVersion.objects.exists()
    assert "Ny bru har ingen tall ennå" in text(okonomi.get("/investeringer/prosjekt/I9/"))
    again = okonomi.post("/investeringer/nytt-prosjekt/", values)
    assert again.status_code == 400
    assert Project.objects.count() == 1


FORMS: list[tuple[str, dict[str, Any], type, dict[str, Any]]] = [
    (
        "status/ny/",
        {"year": 2021, "period": 8, "area": "economy", "status": "delayed", "reported_on": "2021-08-31"},
        StatusReport,
        {"area": "economy", "status": "delayed", "recorded_by__first_name": "Kari", "reason": "Fordi"},
    ),
    (
        "vedtak/ny/",
        {"case_number": "99/21", "body": "Kommunestyret", "decided_on": "20.12.2021", "total": "339 000 000"},
        Approval,
        {"case_number": "99/21", "total": 339_000_000},
    ),
    (
        "finansiering/ny/",
        {"kind": "grant", "source": "Enova", "amount": "1 234,50", "status": "applied"},
        Financing,
        {"source": "Enova", "amount": "1234.50", "status": "applied"},
    ),
    (
        "prognose/ny/",
        {"made_on": "2022-04-30", "final_cost": "340000000", "completion": ""},
        Forecast,
        {"final_cost": 340_000_000, "completion": None},
    ),
    (
        "ar/ny/",
        {"year": 2022, "approved_total": "306000000", "accrued_total": "34", "revised_budget": "0", "actual": "−5"},
        ProjectYear,
        {"year": 2022, "actual": -5},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("part", "values", "model", "stored"), FORMS, ids=[form[0][:-4] for form in FORMS])
def test_forms_save_with_a_reason(
    projects: ImportRun, okonomi: Client, part: str, values: dict[str, Any], model: Any, stored: dict[str, Any]
) -> None:
    assert okonomi.get(f"{PROJECT}{part}").status_code == 200
    assert okonomi.post(f"{PROJECT}{part}", {**values, **seen(), "reason": ""}).status_code == 400
    assert not model.objects.filter(project="I3002", **stored).exists()
    answer = okonomi.post(f"{PROJECT}{part}", {**values, **seen()})
    assert answer.status_code == 302, text(answer)
    assert model.objects.filter(project="I3002", **stored).count() == 1
    assert "Fordi" in text(okonomi.get(PROJECT))


@pytest.mark.parametrize("address", WRITING)
def test_empty_forms_are_empty(projects: ImportRun, okonomi: Client, address: str) -> None:
    page = okonomi.get(address)
    assert page.status_code == 200
    assert "object at" not in page.content.decode()


def test_a_decision_moves_the_frame_of_its_year(projects: ImportRun, okonomi: Client) -> None:
    okonomi.post(f"{PROJECT}vedtak/ny/", {**FORMS[1][1], **seen()})
    year = ProjectYear.objects.get(project="I3002")
    assert year.approved_total == 339_000_000
    assert history.changes_of(year)[0].reason == "Fordi"
    older = {**FORMS[1][1], "case_number": "1/18", "decided_on": "2018-01-01", "total": "5"}
    okonomi.post(f"{PROJECT}vedtak/ny/", {**older, **seen()})
    assert ProjectYear.objects.get(project="I3002").approved_total == 339_000_000


def test_a_change_makes_kept_pages_stale(projects: ImportRun, okonomi: Client) -> None:
    before = DataVersion.objects.get().version
    okonomi.post(f"{PROJECT}finansiering/ny/", {**FORMS[2][1], **seen()})
    assert DataVersion.objects.get().version == before + 1


def test_figures_and_particulars_are_changed(projects: ImportRun, okonomi: Client) -> None:
    year = ProjectYear.objects.get(project="I3002")
    address = f"{PROJECT}ar/{year.pk}/"
    assert 'value="306\u00a0000\u00a0000"' in okonomi.get(address).content.decode()
    figures = {"approved_total": "306 000 000", "accrued_total": "1", "revised_budget": "2", "actual": "3"}
    assert okonomi.post(address, {**figures, **seen()}).status_code == 302
    assert ProjectYear.objects.get(pk=year.pk).actual == 3
    particulars = {"name": "Nytt navn", "rammeomrade": 3, "responsible": "Kommunalsjef"}
    assert okonomi.post(f"{PROJECT}endre/", {**particulars, **seen()}).status_code == 302
    assert Project.objects.get(pk="I3002").name == "Nytt navn"


def test_a_row_is_taken_away_with_a_reason(projects: ImportRun, okonomi: Client) -> None:
    row = Financing.objects.get(source="Husbanken, byggetrinn 2")
    address = f"{PROJECT}finansiering/{row.pk}/"
    assert "Fjern denne raden" in text(okonomi.get(address))
    okonomi.post(f"{address}fjern/", {"seen": record_version("I3002"), "reason": ""})
    assert Financing.objects.filter(pk=row.pk).exists()
    okonomi.post(f"{address}fjern/", {"seen": "0.1", "reason": "Feil"})
    assert Financing.objects.filter(pk=row.pk).exists()
    okonomi.post(f"{address}fjern/", {"seen": record_version("I3002"), "reason": "Feil"})
    assert not Financing.objects.filter(pk=row.pk).exists()
    assert okonomi.get(f"{address}fjern/").status_code == 405
    assert okonomi.post(f"{PROJECT}status/1/fjern/", seen()).status_code == 404


def test_the_second_of_two_is_told(projects: ImportRun, okonomi: Client) -> None:
    mark = record_version("I3002")
    okonomi.post(f"{PROJECT}finansiering/ny/", {**FORMS[2][1], "seen": mark, "reason": "Først ute"})
    second = okonomi.post(f"{PROJECT}prognose/ny/", {**FORMS[3][1], "seen": mark, "reason": "Sist ute"})
    assert second.status_code == 409
    assert "Kari Nordmann endret det" in text(second)
    assert "Først ute" in text(second)
    assert not Forecast.objects.filter(project="I3002", final_cost=340_000_000).exists()
    (fresh,) = re.findall(r'name="seen" value="([^"]+)"', second.content.decode())
    again = okonomi.post(f"{PROJECT}prognose/ny/", {**FORMS[3][1], "seen": fresh, "reason": "Sist ute"})
    assert again.status_code == 302


def test_a_status_overtakes_a_form_too(projects: ImportRun, okonomi: Client) -> None:
    mark = record_version("I3002")
    okonomi.post(f"{PROJECT}status/ny/", {**FORMS[0][1], **seen()})
    assert okonomi.post(f"{PROJECT}prognose/ny/", {**FORMS[3][1], "seen": mark, "reason": "x"}).status_code == 409


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("status/ny/", {**FORMS[0][1], "status": "bra"}, "ikke"),
    ("status/ny/", {**FORMS[0][1], "status": ""}, "Velg en status"),
    ("status/ny/", {**FORMS[0][1], "reported_on": "2020-12-31"}, "før året den gjelder"),
    ("status/ny/", {**FORMS[0][1], "reported_on": "2099-12-31"}, "ikke kommet ennå"),
    ("vedtak/ny/", {**FORMS[1][1], "case_number": "20/854"}, "registrert på prosjektet fra før"),
    ("vedtak/ny/", {**FORMS[1][1], "decided_on": "20.12.0021"}, "mellom 1990 og 2100"),
    ("vedtak/ny/", {**FORMS[1][1], "total": "-5"}, "kan ikke være negativt"),
    ("vedtak/ny/", {**FORMS[1][1], "total": "1.234"}, "kan leses som"),
    ("vedtak/ny/", {**FORMS[1][1], "total": "1,234567"}, "mer enn to desimaler"),
    ("vedtak/ny/", {**FORMS[1][1], "total": "mye"}, "ikke et beløp"),
    ("finansiering/ny/", {**FORMS[2][1], "status": ""}, "må ha status"),
    ("finansiering/ny/", {**FORMS[2][1], "kind": "loan"}, "Bare tilskudd har status"),
    ("finansiering/ny/", {**FORMS[2][1], "source": "Husbanken, byggetrinn 1"}, "har denne kilden fra før"),
    ("prognose/ny/", {**FORMS[3][1], "made_on": "2021-12-31"}, "prognose fra denne dagen"),
    ("ar/ny/", {**FORMS[4][1], "year": 2021}, "har tall for 2021 fra før"),
    ("ar/ny/", {**FORMS[4][1], "year": 1066}, "1990"),
]


@pytest.mark.parametrize(("part", "values", "message"), BAD)
def test_bad_input_is_explained_and_not_stored(
    projects: ImportRun, okonomi: Client, part: str, values: dict[str, Any], message: str
) -> None:
    before = record_version("I3002")
    answer = okonomi.post(f"{PROJECT}{part}", {**values, **seen()})
    assert answer.status_code == 400
    assert message in text(answer)
    assert record_version("I3002") == before


def test_a_code_with_a_slash_is_refused(areas: None, okonomi: Client) -> None:
    answer = okonomi.post(
        "/investeringer/nytt-prosjekt/", {"code": "a/b", "name": "x", "rammeomrade": "6", "reason": "x"}
    )
    assert answer.status_code == 400
    assert not Project.objects.exists()
