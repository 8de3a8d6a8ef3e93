"""The pages of rounds: the list, the overview with filters and files, opening and adjusting; who may what."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.models import Balance, Round, RoundTask
from budget.queries.locks import closed_periods
from roros.models import RoleAssignment, User
from tests.budget import round_world as world
from tests.budget.figures import balance, organisation

ALL = ["110", "120", "210"]
SEES = {
    **{"leader": ["110"], "other-leader": ["120"], "chief": ["110", "120"], "other-chief": ["210"]},
    **{"economy": ALL, "director": ALL, "admin": ALL, "auditor": ALL},
}
NOT_FOR = ("politician", "hr", "nobody")
SENT = {
    "year": "2021",
    "kind": "tertial-1",
    "month": "",
    "limit_amount": "500 000",
    "limit_percent": "3",
    "leader_deadline": "2021-05-14",
    "chief_deadline": "2021-05-19",
    "economy_deadline": "2021-05-22",
    "director_deadline": "2021-05-26",
}


@pytest.fixture
def people(db: None) -> dict[str, User]:
    world.build()
    return world.people()


@pytest.fixture
def reporting(people: dict[str, User]) -> Round:
    return world.opened(people["economy"])


def url(reporting: Round, rest: str = "") -> str:
    return f"/rapportering/{reporting.pk}/{rest}"


def exported(client: Client, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(address).content.decode())))


# -- the list


def test_the_list_says_which_round_is_open(people: dict[str, User], reporting: Round) -> None:
    world.bring_to(world.task_of(reporting), "levert", people)
    page = world.signed_in(people["economy"]).get("/rapportering/").content.decode()
    assert "<h1>1. tertial 2021 er åpen</h1>" in page
    assert "1 av 3" in page
    assert "14.05.2021" in page
    assert "Åpne en runde" in page
    assert "1 av 1" in world.signed_in(people["leader"]).get("/rapportering/").content.decode()
    assert "0 av 1" in world.signed_in(people["other-leader"]).get("/rapportering/").content.decode()


def test_the_list_without_rounds(people: dict[str, User]) -> None:
    page = world.signed_in(people["auditor"]).get("/rapportering/").content.decode()
    assert "Ingen rapporteringsrunde er åpen" in page
    assert "Åpne en runde" not in page


def test_the_list_costs_the_same_for_three_rounds(people: dict[str, User], reporting: Round) -> None:
    client = world.signed_in(people["economy"])

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/rapportering/").status_code == 200
        return len(queries)

    assert cost() == 4
    world.opened(people["economy"], Round.Kind.SECOND_TERTIAL, 8)
    world.opened(people["economy"], Round.Kind.MONTH, 5)
    assert cost() == 4


@pytest.mark.parametrize("who", [*SEES, *NOT_FOR])
def test_who_sees_the_list(people: dict[str, User], who: str) -> None:
    answer = world.signed_in(people[who]).get("/rapportering/")
    assert answer.status_code == (403 if who in NOT_FOR else 200)
    menu = world.signed_in(people[who]).get("/tilgjengelighet/").content.decode()
    assert ('href="/rapportering/"' in menu) is (who not in NOT_FOR)


# -- the overview


@pytest.mark.parametrize("who", [*SEES, *NOT_FOR])
def test_everybody_sees_the_own_part(people: dict[str, User], reporting: Round, who: str) -> None:
    client = world.signed_in(people[who])
    if who in NOT_FOR:
        assert client.get(url(reporting)).status_code == 403
        assert client.get(url(reporting, "?_export=csv")).status_code == 403
        return
    page = client.get(url(reporting)).content.decode()
    for code in ("110", "120", "210"):
        assert (f'href="/rapportering/{reporting.pk}/{code}/"' in page) is (code in SEES[who])
    assert [row["virksomhet"] for row in exported(client, url(reporting, "?_export=csv"))] == SEES[who]


def test_a_leader_of_no_unit_in_the_round_finds_nothing(people: dict[str, User], reporting: Round) -> None:
    organisation(("9990", "999", 1))
    RoleAssignment.objects.filter(user=people["leader"]).update(virksomhet="999")
    assert world.signed_in(people["leader"]).get(url(reporting)).status_code == 404


def test_the_overview_answers_first(people: dict[str, User], reporting: Round) -> None:
    client = world.signed_in(people["economy"])
    page = client.get(url(reporting)).content.decode()
    assert "0 av 3 virksomheter har levert. Fristen var fredag 14.\u00a0mai" in page
    assert "To avvik over grensen mangler forklaring. Virksomhet 110 har brukt 1,0\u00a0mill.\u00a0kr for mye." in page
    assert "Merforbruk på minst 500\u00a0000 kr og 3 prosent må forklares." in page
    assert "0 av 2 forklart" in page
    world.bring_to(world.task_of(reporting), "levert", people)
    page = client.get(url(reporting)).content.decode()
    assert "1 av 3 virksomheter har levert." in page
    assert "Alle avvik over grensen er forklart." in page
    assert '<progress max="3" value="1"' in page
    assert "Område 1: 1 av 2 levert" in page
    RoundTask.objects.update(state="kvalitetssikret")
    assert "Alle 3 virksomheter er kvalitetssikret. Runden kan signeres" in client.get(url(reporting)).content.decode()


def test_the_file_holds_what_the_page_says(people: dict[str, User], reporting: Round) -> None:
    world.bring_to(world.task_of(reporting), "levert", people)
    world.late_posting("1100", 250_000)
    first, second, _third = exported(world.signed_in(people["economy"]), url(reporting, "?_export=csv"))
    assert (first["virksomhet"], first["navn"], first["rammeomrade"]) == ("110", "Virksomhet 110", "1")
    assert (Decimal(first["avvik"]), Decimal(first["avvik_pst"])) == (-1_250_000, Decimal("-25.0"))
    assert (first["forklaring"], first["prognose"], first["tilstand"]) == ("Forklart", "Satt", "Levert")
    assert (first["over_grensen"], Decimal(first["endret_etter_forklaring"])) == ("true", -250_000)
    assert first["sist"].startswith("Liv, ")
    assert (second["forklaring"], second["prognose"], second["tilstand"]) == ("", "", "Kladd")
    assert second["endret_etter_forklaring"] == ""


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("?tilstand=levert", ["110"]),
        ("?tilstand=kladd", ["120", "210"]),
        ("?rammeomrade=1", ["110", "120"]),
        ("?rammeomrade=1&tilstand=kladd", ["120"]),
        ("?mangler=on", ["120", "210"]),
        ("?tilstand=godkjent", []),
    ],
)
def test_filters(people: dict[str, User], reporting: Round, query: str, codes: list[str]) -> None:
    world.bring_to(world.task_of(reporting), "levert", people)
    client = world.signed_in(people["economy"])
    assert [row["virksomhet"] for row in exported(client, url(reporting, f"{query}&_export=csv"))] == codes
    page = client.get(url(reporting, query)).content.decode()
    assert "1 av 3 virksomheter har levert." in page  # the heading is about the whole round
    assert ("Ingen virksomheter i dette utvalget." in page) is (codes == [])


@pytest.mark.parametrize("query", ["?tilstand=ferdig", "?rammeomrade=77", "?rammeomrade=x", "?_export=pdf"])
def test_an_impossible_filter_is_answered_with_400(people: dict[str, User], reporting: Round, query: str) -> None:
    assert world.signed_in(people["economy"]).get(url(reporting, query)).status_code == 400


@pytest.mark.parametrize(("who", "queries"), [("director", 9), ("auditor", 9), ("economy", 11)])
def test_the_overview_costs_the_same_for_one_task_and_for_three(
    people: dict[str, User], who: str, queries: int
) -> None:
    client = world.signed_in(people[who])

    def cost(opened: Round, tasks: int) -> int:
        assert RoundTask.objects.filter(round=opened).count() == tasks
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url(opened)).status_code == 200
        return len(asked)

    three = world.opened(people["economy"])
    Balance.objects.exclude(ansvar__code__startswith="11").delete()
    one = world.opened(people["economy"], Round.Kind.SECOND_TERTIAL, 8)
    assert cost(one, 1) == cost(three, 3) == queries


def test_a_round_that_does_not_exist(people: dict[str, User]) -> None:
    client = world.signed_in(people["economy"])
    for rest in ("", "endre/", "110/"):
        assert client.get(f"/rapportering/77/{rest}").status_code == 404
    assert client.post("/rapportering/77/paminnelser/").status_code == 404


def test_the_director_is_told_what_stands_in_the_way(people: dict[str, User], reporting: Round) -> None:
    client = world.signed_in(people["director"])
    page = client.get(url(reporting)).content.decode()
    assert "Runden kan ikke signeres ennå." in page
    assert f'href="/rapportering/{reporting.pk}/signer/"' not in page
    world.bring_to(world.task_of(reporting), "levert", people)
    RoundTask.objects.update(state="kvalitetssikret")
    page = client.get(url(reporting)).content.decode()
    assert f'href="/rapportering/{reporting.pk}/signer/"' in page
    assert "/signer/" not in world.signed_in(people["economy"]).get(url(reporting)).content.decode()


# -- opening and adjusting


def test_okonomi_opens_a_round(people: dict[str, User]) -> None:
    client = world.signed_in(people["economy"])
    page = client.get("/rapportering/ny/").content.decode()
    assert 'value="500000"' in page
    answer = client.post("/rapportering/ny/", {**SENT, "close": "on"})
    made = Round.objects.get()
    assert (answer.status_code, answer.url) == (302, url(made))
    assert (made.period, made.limit_amount, str(made.chief_deadline)) == (4, 500_000, "2021-05-19")
    assert closed_periods(2021) == {1, 2, 3, 4}
    again = client.post("/rapportering/ny/", SENT)
    assert again.status_code == 200
    assert "1. tertial 2021 er åpnet fra før." in again.content.decode()


@pytest.mark.parametrize(
    ("kind", "month", "period"),
    [("tertial-1", "11", 4), ("tertial-2", "", 8), ("arsrapport", "", 13), ("maned", "10", 10)],
)
def test_the_report_sets_its_period(people: dict[str, User], kind: str, month: str, period: int) -> None:
    world.signed_in(people["economy"]).post("/rapportering/ny/", {**SENT, "kind": kind, "month": month})
    assert Round.objects.get().period == period


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"year": "1999"}, "Velg et gyldig valg"),
        ({"kind": "kvartal"}, "Velg et gyldig valg"),
        ({"kind": "maned"}, "Velg hvilken måned rapporten går til og med."),
        ({"kind": "maned", "month": "13"}, "Velg et gyldig valg"),
        ({"limit_amount": "-1"}, "Grensen må være 0 eller mer"),
        ({"limit_percent": "10 000"}, "Grensen må være 0 eller mer"),
        ({"limit_percent": "3,25"}, "er ikke et tall"),
        ({"limit_amount": ""}, "Feltet er påkrevet"),
        ({"chief_deadline": "2021-05-13"}, "Fristen må være samme dag som eller etter «frist for virksomhetslederne»."),
        ({"director_deadline": "3021-05-13"}, "Kontroller århundret"),
        ({"leader_deadline": "snart"}, "gyldig dato"),
    ],
)
def test_what_cannot_be_opened(people: dict[str, User], changes: dict[str, str], message: str) -> None:
    answer = world.signed_in(people["economy"]).post("/rapportering/ny/", {**SENT, **changes})
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert not Round.objects.exists()


def test_limits_and_deadlines_are_adjusted_with_a_reason(people: dict[str, User], reporting: Round) -> None:
    client = world.signed_in(people["economy"])
    page = client.get(url(reporting, "endre/")).content.decode()
    assert 'value="2021-05-14"' in page
    sent = {**SENT, "leader_deadline": "2021-05-15", "seen": reporting.version}
    assert "Feltet er påkrevet" in client.post(url(reporting, "endre/"), sent).content.decode()
    sent["reason"] = "Helg"
    assert client.post(url(reporting, "endre/"), sent).status_code == 302
    reporting.refresh_from_db()
    assert str(reporting.leader_deadline) == "2021-05-15"
    page = client.get(url(reporting, "endre/")).content.decode()
    assert "fra «14.05.2021» til «15.05.2021»" in page
    assert "Helg" in page
    stale = client.post(url(reporting, "endre/"), sent)
    assert stale.status_code == 409
    assert "Noen andre har endret runden" in stale.content.decode()


@pytest.mark.parametrize("who", [who for who in (*SEES, *NOT_FOR) if who != "economy"])
def test_only_okonomi_runs_rounds(people: dict[str, User], reporting: Round, who: str) -> None:
    client = world.signed_in(people[who])
    version = reporting.version
    for address in ("/rapportering/ny/", url(reporting, "endre/")):
        assert client.get(address).status_code == 403
        assert client.post(address, {**SENT, "kind": "tertial-2"}).status_code == 403
    assert client.post(url(reporting, "paminnelser/")).status_code == 403
    reporting.refresh_from_db()
    assert reporting.version == version
    assert Round.objects.count() == 1


def test_a_visitor_is_asked_to_sign_in(people: dict[str, User], reporting: Round) -> None:
    for address in ("/rapportering/", "/rapportering/ny/", url(reporting), url(reporting, "endre/")):
        assert Client().get(address).url.startswith("/logg-inn/")
    assert Client().post(url(reporting, "paminnelser/")).url.startswith("/logg-inn/")


def test_drafts_are_never_kept_in_a_cache(people: dict[str, User], reporting: Round) -> None:
    client = world.signed_in(people["economy"])
    for address in ("/rapportering/", url(reporting), url(reporting, "110/")):
        first = client.get(address)
        assert not first.has_header("ETag")
        assert client.get(address, HTTP_IF_NONE_MATCH="*").status_code == 200


def test_a_unit_that_came_later_is_not_in_the_round(people: dict[str, User], reporting: Round) -> None:
    organisation(("3300", "330", 3))
    balance("3300", actual=5, period=4)
    assert len(exported(world.signed_in(people["economy"]), url(reporting, "?_export=csv"))) == 3
