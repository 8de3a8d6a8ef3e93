"""My page: what waits for whom, what is new since the last meeting, and who the user is."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from budget.actions.signing import publish_round, sign_round
from budget.models import Amendment, CouncilCase, Decision, DecisionStatus, Round, RoundTask, StatusWord
from roros.models import Rammeomrade, Role, User, Virksomhet
from roros.views.my_page import waiting
from roros.views.my_sections import sections
from tests.budget.signed_world import director, ready_round
from tests.people import person
from tests.roros.test_history_page import words

TODAY = timezone.localdate()
LATE, SOON = TODAY - datetime.timedelta(days=3), TODAY + datetime.timedelta(days=5)


@pytest.fixture
def organisation(db: None) -> None:
    Rammeomrade.objects.create(number=7, name="Teknisk")
    Virksomhet.objects.create(code="650", name="Bygg")


def open_round(*, leaders: datetime.date = SOON, state: str = "kladd", month: int = 9) -> Round:
    reporting = Round.objects.create(
        year=2021,
        kind="maned",
        period=month,
        limit_amount=500_000,
        limit_percent=Decimal(3),
        leader_deadline=leaders,
        chief_deadline=SOON,
        economy_deadline=SOON,
        director_deadline=SOON,
    )
    RoundTask.objects.create(round=reporting, virksomhet_id="650", rammeomrade_id=7, state=state)
    return reporting


def decision(code: str, *, title: str, responsible: str = "", area: int | None = None) -> Decision:
    found = Decision.objects.create(
        code=code,
        year=2021,
        number=int(code[-1]),
        title=title,
        text="x",
        case_number="1/21",
        deadline=LATE,
        responsible_role=responsible,
        rammeomrade_id=area,
    )
    DecisionStatus.objects.create(decision=found, as_of=TODAY, status=StatusWord.STARTED, reason="x")
    return found


def shown(client: Client, user: User) -> str:
    client.force_login(user)
    answer = client.get("/min-side/")
    assert answer.status_code == 200
    return words(answer.content.decode())


def titles(user: User) -> list[str]:
    return [task.title for task in waiting(user)]


def test_a_leader_sees_what_to_deliver(client: Client, organisation: None) -> None:
    open_round(leaders=LATE)
    leader = person(Role.VIRKSOMHETSLEDER, name="liv", virksomhet="650")
    page = shown(client, leader)
    assert "Én ting venter på deg, og fristen er passert" in page
    assert "Lever Månedsrapport september 2021 for Bygg" in page
    assert f"frist {LATE:%d.%m.%Y}" in page
    assert "Roller Virksomhetsleder for 650 Bygg" in page


def test_overdue_first_then_by_deadline(client: Client, organisation: None) -> None:
    open_round(month=9)
    open_round(month=10, leaders=LATE)
    leader = person(Role.VIRKSOMHETSLEDER, name="liv", virksomhet="650")
    assert [task.overdue for task in waiting(leader)] == [True, False]
    assert "2 ting venter på deg, én har passert fristen" in shown(client, leader)


def test_each_sees_their_own_turn_and_no_others(organisation: None) -> None:
    Rammeomrade.objects.create(number=3, name="Oppvekst")
    Virksomhet.objects.create(code="310", name="Skolen")
    open_round(state="levert")
    assert titles(person(Role.KOMMUNALSJEF, name="knut", rammeomrade=7)) == [
        "Godkjenn Månedsrapport september 2021 for Bygg"
    ]
    for place, other in enumerate(
        (
            person(Role.KOMMUNALSJEF, name="kristin", rammeomrade=3),
            person(Role.VIRKSOMHETSLEDER, name="lars", virksomhet="310"),
            person(Role.POLITIKER, name="p"),
            person(Role.REVISOR, name="r"),
            person(Role.ADMINISTRATOR, name="a"),
            person(name="ingen"),
        )
    ):
        assert titles(other) == [], place


def test_economy_sees_amendments_that_nobody_has_decided(organisation: None) -> None:
    draft = Amendment.objects.create(number="2021-900", year=2021, text="Badet")
    Amendment.objects.create(number="2021-901", year=2021, text="Skolen", status="avvist")
    economy = person(Role.OKONOMI, name="olav")
    (task,) = waiting(economy)
    assert (task.title, task.href) == ("2021-900 Badet (forslag)", f"/budsjettendringer/2021/utkast/{draft.pk}/")
    assert titles(person(Role.KOMMUNEDIREKTOR, name="k")) == titles(person(Role.POLITIKER, name="p")) == []


def test_decisions_past_their_deadline_wait_for_those_who_answer_for_them(organisation: None) -> None:
    decision("1", title="Selg skogen", responsible="Kommunedirektør")
    decision("2", title="Bygg badet", area=7)
    decision("3", title="Andres sak", responsible="Kultursjef")
    assert titles(person(Role.KOMMUNEDIREKTOR, name="k")) == ["Selg skogen"]
    assert titles(person(Role.KOMMUNALSJEF, name="s", rammeomrade=7)) == ["Bygg badet"]
    assert titles(person(Role.POLITIKER, name="p")) == []


@pytest.mark.parametrize("rounds", [1, 3])
def test_queries_do_not_grow(
    client: Client, organisation: None, django_assert_num_queries: Callable[[int], object], rounds: int
) -> None:
    for month in range(1, rounds + 1):
        open_round(month=month)
        Amendment.objects.create(number=f"2021-90{month}", year=2021, text="Badet")
    client.force_login(person(Role.OKONOMI, Role.VIRKSOMHETSLEDER, name="begge", virksomhet="650"))
    with django_assert_num_queries(9):
        client.get("/min-side/")


def test_nothing_waits(client: Client, db: None) -> None:
    page = shown(client, person(Role.REVISOR, name="r"))
    assert "Ingenting venter på deg" in page
    assert "Når noe trenger deg, står det her med frist." in page


def test_somebody_without_roles_is_told_what_to_do(client: Client, db: None) -> None:
    page = shown(client, person(name="ny"))
    assert "Du har ingen roller ennå. Be en administrator gi deg tilgang til tallene." in page
    assert "Roller ingen" in page


def test_who_may_ask_and_how(client: Client, db: None) -> None:
    assert client.get("/min-side/").headers["Location"] == "/logg-inn/?next=/min-side/"
    client.force_login(person(name="ny"))
    assert client.post("/min-side/").status_code == 405


def test_a_temporary_password_is_changed_first(client: Client, db: None) -> None:
    user = person(Role.POLITIKER, name="pernille")
    sent = {"username": "pernille", "password": "hemmelig", "next": "/mote/"}
    assert client.post("/logg-inn/", sent).headers["Location"] == "/mote/"
    User.objects.filter(pk=user.pk).update(temporary_password=True)
    assert client.post("/logg-inn/", sent).headers["Location"] == "/min-side/passord/"


# -- since the last meeting


def test_a_politician_sees_what_is_new_since_the_last_meeting(client: Client, organisation: None) -> None:
    meeting = TODAY - datetime.timedelta(days=20)
    for number, day in ((1, meeting), (2, meeting - datetime.timedelta(days=40)), (3, SOON)):
        CouncilCase.objects.create(body="Kommunestyret", year=2021, number=number, title="Sak", decided_on=day)
    decision("1", title="Selg skogen")
    page = shown(client, person(Role.POLITIKER, name="p"))
    assert f"Én ting er ny siden Kommunestyret møttes {meeting:%d.%m.%Y}" in page
    assert "Selg skogen" in page
    assert "Én ting er ny" not in shown(client, person(Role.OKONOMI, name="o"))


def test_nothing_new_since_the_meeting(client: Client, organisation: None) -> None:
    CouncilCase.objects.create(body="Formannskapet", year=2021, number=1, title="Sak", decided_on=LATE)
    page = shown(client, person(Role.POLITIKER, name="p"))
    assert f"Ingenting nytt er registrert siden Formannskapet møttes {LATE:%d.%m.%Y}" in page


def test_a_politician_sees_the_newest_report_and_what_changed_since(client: Client, loaded: None) -> None:
    kari = director()
    sign_round(round=ready_round(), by=kari)
    politician = person(Role.POLITIKER, name="p")
    assert [section.id for section in sections(politician, TODAY)] == ["endret"]
    publish_round(round=Round.objects.get(), by=kari)
    page = shown(client, politician)
    assert f"2. tertial 2021 er den nyeste rapporten, publisert {TODAY:%d.%m.%Y}" in page
    assert "Ingenting er endret siden 2. tertial 2021 ble signert" in page
