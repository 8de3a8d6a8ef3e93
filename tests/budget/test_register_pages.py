"""The register pages: who may see and change them, what bad input gives, and how many questions they ask."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.models import (
    CouncilCase,
    Decision,
    DecisionStatus,
    FollowUp,
    Grant,
    Indicator,
    IndicatorTarget,
    IndicatorValue,
    Prosjekt,
    PupilCount,
    Theme,
    ThemeCode,
)
from roros import caching, history
from roros.models import Role, User
from tests.budget.register_files import date, person

pytestmark = pytest.mark.django_db

LISTS = ("/vedtak/", "/saker/", "/maltall/", "/tema/", "/elevtall/")
PAGES = (*LISTS, "/vedtak/2021-1/", "/maltall/lanegjeld/", "/tema/korona/")
QUERIES = {
    "/vedtak/": 8,
    "/vedtak/2021-1/": 11,
    "/saker/": 8,
    "/maltall/": 9,
    "/maltall/lanegjeld/": 12,
    "/tema/": 9,
    "/tema/korona/": 12,
    "/elevtall/": 8,
}


def fill(rows: int = 1, by: User | None = None) -> None:
    """Every register with so many rows, entered by somebody."""
    with history.because("Ført", by=by):
        lending = Indicator.objects.create(code="lanegjeld", name="Lånegjeld", unit="%", formula="netto-driftsresultat")
        IndicatorTarget.objects.create(indicator=lending, year=2021, direction="maks", value=90)
        korona = Theme.objects.create(code="korona", name="Korona")
        for n in range(1, rows + 1):
            CouncilCase.objects.create(body="Kommunestyret", year=2021, number=n, title=f"Sak {n}")
            decision = Decision.objects.create(code=f"2021-{n}", year=2021, number=n, title=f"Vedtak {n}")
            DecisionStatus.objects.create(
                decision=decision, status="iht-plan", as_of=date("2021-12-31"), reason="Ført", recorded_by=by
            )
            FollowUp.objects.create(decision=decision, place=1, case_number=f"{n}/21", body="Kommunestyret")
            town = ("Røros", "Oppdal", "Tynset")[n - 1]
            IndicatorValue.objects.create(indicator=lending, municipality=town, year=2021, value=100)
            Prosjekt.objects.create(code=f"11101{n}", name=f"Korona {n}")
            ThemeCode.objects.create(theme=korona, dimension="prosjekt", code=f"11101{n}")
            Grant.objects.create(theme=korona, year=2021, group="G", name=f"Tilskudd {n}", amount=1000)
            PupilCount.objects.create(age_group="6-9 år", year=2019 + n, count=100 + n)


@pytest.fixture
def editor(client: Client) -> User:
    user = person("olav", Role.OKONOMI)
    client.force_login(user)
    return user


@pytest.mark.parametrize("rows", [1, 3])
def test_page_cost_does_not_grow_with_rows(client: Client, editor: User, rows: int) -> None:
    fill(rows, by=editor)
    asked = {}
    for page in PAGES:
        client.get(page)  # so that what is read once per process has been read
        caching.PAGES.clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        asked[page] = len(queries)
    assert asked == QUERIES


@pytest.mark.parametrize("page", PAGES)
def test_a_reader_sees_the_page_without_links_to_change_it(client: Client, page: str) -> None:
    fill()
    client.force_login(person("pernille", Role.POLITIKER))
    answer = client.get(page)
    assert answer.status_code == 200
    assert "/endre/" not in answer.content.decode()
    assert "Nytt" not in answer.content.decode()
    assert '<form class="form"' not in answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_visitors_go_to_sign_in_and_people_without_a_role_are_refused(client: Client, page: str) -> None:
    answer = client.get(page)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/logg-inn/")
    client.force_login(person("ukjent", None))
    assert client.get(page).status_code == 403


def edit_pages() -> list[str]:
    """Every address that changes something, for the rows of `fill`."""
    return [
        "/vedtak/nytt/",
        "/vedtak/2021-1/endre/",
        "/vedtak/2021-1/status/",
        "/vedtak/2021-1/oppfolging/",
        f"/vedtak/oppfolging/{FollowUp.objects.get().pk}/",
        "/saker/ny/",
        f"/saker/{CouncilCase.objects.get().pk}/endre/",
        "/maltall/nytt/",
        "/maltall/lanegjeld/endre/",
        "/maltall/lanegjeld/mal/",
        f"/maltall/lanegjeld/mal/{IndicatorTarget.objects.get().pk}/",
        "/maltall/lanegjeld/verdi/",
        f"/maltall/lanegjeld/verdi/{IndicatorValue.objects.get().pk}/",
        "/tema/nytt/",
        "/tema/korona/endre/",
        "/tema/korona/tilskudd/",
        f"/tema/tilskudd/{Grant.objects.get().pk}/",
        "/elevtall/nytt/",
        f"/elevtall/{PupilCount.objects.get().pk}/",
    ]


def test_only_administrator_and_okonomi_may_write(client: Client) -> None:
    fill()
    pages = edit_pages()
    for page in pages:
        assert client.post(page).status_code == 302, page
    client.force_login(person("pernille", Role.POLITIKER))
    for page in pages:
        assert client.get(page).status_code == 403, page
        assert client.post(page, {"reason": "Prøver", "title": "Endret"}).status_code == 403, page
    assert not Decision.objects.filter(title="Endret").exists()


def test_the_forms_open_and_an_empty_one_is_told_what_is_missing(client: Client, editor: User) -> None:
    fill()
    for page in edit_pages():
        if not page.endswith("/status/"):
            assert client.get(page).status_code == 200, page
        answer = client.post(page, {})
        assert answer.status_code == 200, page
        assert "field-error" in answer.content.decode(), page


@pytest.mark.parametrize(
    "address",
    [
        "/vedtak/?dato=1821-01-01",
        "/vedtak/?dato=i+dag",
        "/vedtak/?status=nesten",
        "/vedtak/?ar=1999",
        "/vedtak/?ansvarlig=Kongen",
        "/saker/?ar=2",
        "/saker/?organ=Tinget",
        "/maltall/?ar=abc",
        "/tema/korona/?ar=1999",
    ],
)
def test_an_address_that_cannot_be_is_answered_with_400(client: Client, editor: User, address: str) -> None:
    fill()
    assert client.get(address).status_code == 400


@pytest.mark.parametrize(
    "address", ["/vedtak/2021-99/", "/maltall/finnes-ikke/", "/tema/finnes-ikke/", "/saker/99999/endre/"]
)
def test_what_does_not_exist_is_404(client: Client, editor: User, address: str) -> None:
    fill()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("page", LISTS)
def test_an_empty_register_says_so(client: Client, editor: User, page: str) -> None:
    answer = client.get(page)
    assert answer.status_code == 200
    assert "Ingen" in answer.content.decode() or "0 temaer" in answer.content.decode()


def test_the_list_shows_an_earlier_status_at_an_earlier_date(client: Client, editor: User) -> None:
    fill()
    client.post("/vedtak/2021-1/status/", status_form(status="ferdig", as_of="2022-03-01", reason="Lagt fram"))

    def words(address: str) -> tuple[bool, bool]:
        text = client.get(address).content.decode()
        return 'class="status done"' in text, 'class="status on-plan"' in text

    assert words("/vedtak/") == (True, False)
    assert words("/vedtak/?dato=2022-02-28") == (False, True)
    assert "Lagt fram" in client.get("/vedtak/2021-1/").content.decode()


def status_form(**fields: str) -> dict[str, str]:
    """What the form of a decision's page sends."""
    seen = DecisionStatus.objects.order_by("-pk").values_list("pk", flat=True).first()
    return {"status": "ferdig", "as_of": "2022-01-01", "text": "", "reason": "Møte", "seen": str(seen), **fields}


def test_the_second_of_two_reporters_is_told(client: Client, editor: User) -> None:
    fill()
    form = status_form()
    assert client.post("/vedtak/2021-1/status/", form).status_code == 302
    answer = client.post("/vedtak/2021-1/status/", {**form, "status": "forsinket"})
    assert answer.status_code == 409
    assert "Noen andre har endret dette" in answer.content.decode()
    assert DecisionStatus.objects.count() == 2


def test_a_status_of_tomorrow_is_refused(client: Client, editor: User) -> None:
    fill()
    answer = client.post("/vedtak/2021-1/status/", status_form(as_of="2099-01-01"))
    assert "en dag som ikke har vært" in answer.content.decode()
    assert DecisionStatus.objects.count() == 1


SAVED: dict[str, tuple[str, dict[str, str], Callable[[], object], object]] = {
    "decision": (
        "/vedtak/nytt/",
        {"year": "2022", "number": "7", "title": "Nytt"},
        lambda: Decision.objects.get(code="2022-7").title,
        "Nytt",
    ),
    "followup": (
        "/vedtak/2021-1/oppfolging/",
        {"case_number": "9/21", "body": "Formannskapet", "decided_on": "2021-09-01"},
        lambda: FollowUp.objects.get(place=2).case_number,
        "9/21",
    ),
    "case": (
        "/saker/ny/",
        {"body": "Kommunestyret", "year": "2021", "number": "9", "title": "Ny sak"},
        lambda: CouncilCase.objects.get(number=9).title,
        "Ny sak",
    ),
    "indicator": (
        "/maltall/nytt/",
        {"name": "Frie inntekter (Ø)", "unit": "%", "place": "3"},
        lambda: Indicator.objects.get(name="Frie inntekter (Ø)").code,
        "frie-inntekter-o",
    ),
    "target": (
        "/maltall/lanegjeld/mal/",
        {"year": "2022", "direction": "maks", "value": "95,5", "decision": "Økonomiplan"},
        lambda: str(IndicatorTarget.objects.get(year=2022).value),
        "95.500000",
    ),
    "value": (
        "/maltall/lanegjeld/verdi/",
        {"municipality": "Oppdal", "year": "2021", "value": "42,2 %"},
        lambda: str(IndicatorValue.objects.get(municipality="Oppdal").value),
        "42.200000",
    ),
    "theme": (
        "/tema/nytt/",
        {"name": "Smittevern på tvers", "projects": "111011", "arts": ""},
        lambda: ThemeCode.objects.get(theme_id="smittevern-pa-tvers").code,
        "111011",
    ),
    "grant": (
        "/tema/korona/tilskudd/",
        {"year": "2021", "group": "G", "name": "Nytt", "amount": "1 977 000,50"},
        lambda: str(Grant.objects.get(name="Nytt").amount),
        "1977000.50",
    ),
    "pupils": (
        "/elevtall/nytt/",
        {"age_group": "6-9 år", "year": "2030", "count": "170"},
        lambda: PupilCount.objects.get(year=2030).count,
        170,
    ),
}


@pytest.mark.parametrize("case", SAVED)
def test_a_row_can_be_entered(client: Client, editor: User, case: str) -> None:
    fill()
    page, fields, read, expected = SAVED[case]
    answer = client.post(page, {**fields, "reason": "Ført for hånd"})
    assert answer.status_code == 302, answer.content.decode()
    assert read() == expected
    follow = client.get(answer["Location"])
    assert follow.status_code == 200
    assert "Lagret." in follow.content.decode()


def test_a_change_is_shown_in_the_history_with_who_and_why(client: Client, editor: User) -> None:
    fill()
    case = CouncilCase.objects.get()
    page = f"/saker/{case.pk}/endre/"
    fields = {"body": case.body, "year": "2021", "number": "1", "title": "Ny tittel", "seen": str(case.version)}
    assert client.post(page, {**fields, "reason": "Skrivefeil"}).status_code == 302

    change = history.changes_of(case)[0]
    assert (change.before, change.after, change.who, change.reason) == ("Sak 1", "Ny tittel", "olav", "Skrivefeil")
    assert "Skrivefeil" in client.get(page).content.decode()

    stale = client.post(page, {**fields, "title": "En annen", "reason": "Sent"})
    assert stale.status_code == 409
    assert "Åpne skjemaet på nytt" in stale.content.decode()
    assert CouncilCase.objects.get().title == "Ny tittel"


def test_a_row_can_be_removed_but_not_unseen(client: Client, editor: User) -> None:
    fill()
    grant = Grant.objects.get()
    page = f"/tema/tilskudd/{grant.pk}/"
    fields = {"year": "2021", "group": "G", "name": grant.name, "amount": "1000", "reason": "Feil", "remove": "1"}
    assert client.post(page, {**fields, "seen": "99"}).status_code == 409
    assert client.post(page, {**fields, "seen": str(grant.version)}).status_code == 302
    assert not Grant.objects.exists()


REFUSED = {
    "ambiguous amount": ("/tema/korona/tilskudd/", {"amount": "1.234"}, "kan leses som"),
    "amount in words": ("/tema/korona/tilskudd/", {"amount": "mye"}, "er ikke et tall"),
    "unknown project": ("/tema/nytt/", {"projects": "999"}, "Ukjent kode: 999"),
    "empty theme": ("/tema/nytt/", {"name": "Alt"}, "Velg minst ett prosjekt eller én art"),
    "theme that is there": ("/tema/nytt/", {"name": "KORONA", "projects": "111011"}, "nesten samme navn"),
    "indicator that is there": (
        "/maltall/nytt/",
        {"name": "Lånegjeld!", "unit": "%", "place": "1"},
        "nesten samme navn",
    ),
    "case that is there": (
        "/saker/ny/",
        {"body": "Kommunestyret", "year": "2021", "number": "1", "title": "Igjen"},
        "finnes fra før",
    ),
    "wrong century": ("/vedtak/nytt/", {"deadline": "1821-05-01"}, "Kontroller århundret"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_right_is_refused_in_words(client: Client, editor: User, case: str) -> None:
    fill()
    page, fields, words = REFUSED[case]
    answer = client.post(page, {**fields, "reason": "Prøver"})
    assert answer.status_code == 200
    assert words in answer.content.decode()


@pytest.mark.parametrize("page", ["/vedtak/", "/saker/", "/maltall/", "/elevtall/", "/tema/korona/"])
def test_a_list_can_be_had_as_a_file(client: Client, editor: User, page: str) -> None:
    fill()
    for form in ("csv", "xlsx", "json"):
        answer = client.get(page, {"_export": form})
        assert answer.status_code == 200
        assert answer["Content-Disposition"].endswith(f'.{form}"')
    assert client.get(page, {"_export": "pdf"}).status_code == 400


def test_a_closed_theme_code_and_a_theme_without_codes_hold_nothing(client: Client, editor: User) -> None:
    Theme.objects.create(code="tomt", name="Tomt")
    answer = client.get("/tema/")
    assert "ingen koder" in answer.content.decode()
