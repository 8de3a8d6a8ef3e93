"""Who has access: the list, new users, roles and scopes, closed accounts and passwords."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from roros import access, actions
from roros.actions import ActionRefused, ChangedMeanwhile, Grant
from roros.history_log import LogFilter, entries
from roros.models import Rammeomrade, Role, RoleAssignment, User, Virksomhet
from roros.user_queries import UserFilter, history_of_user, roles_in_words, users
from tests.demo import database
from tests.people import give, person

SENTENCE = "Elgen står i myra"
OTHER = "Reven sover under grana"


@pytest.fixture
def admin(db: None) -> User:
    return person(Role.ADMINISTRATOR, name="ada")


@pytest.fixture
def scopes(db: None) -> None:
    for number, name in ((3, "Oppvekst"), (7, "Teknisk")):
        Rammeomrade.objects.create(number=number, name=name)
    for code, name in (("310", "Skolen"), ("650", "Bygg")):
        Virksomhet.objects.create(code=code, name=name)


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def new_user(**changes: str) -> dict[str, str]:
    return {
        "username": "kari",
        "name": "Kari Norli",
        "email": "kari@eksempel.no",
        "role_0": "okonomi",
        "role_1": "",
        "password": SENTENCE,
        "again": SENTENCE,
        "reason": "Ny rådgiver",
    } | changes


def change(user: User, **changes: str) -> dict[str, str]:
    values = {"name": user.get_full_name() or "Navn", "email": user.email, "reason": "Ny rolle"}
    held = {f"role_{place}": str(grant) for place, grant in enumerate(sorted(access.grants_of(user), key=str))}
    return {**values, **held, "seen": actions.version_of_user(user), **changes}


def errors(page: str) -> list[str]:
    return re.findall(r'field-error" id="[^"]+">([^<]+)', page) + re.findall(
        r'callout error" role="alert"><p>([^<]+)', page
    )


# -- the list


@pytest.mark.parametrize("more", [0, 2])
def test_the_list_asks_the_same_however_many_users(
    client: Client, admin: User, scopes: None, django_assert_num_queries: Callable[[int], object], more: int
) -> None:
    for place in range(more):
        person(Role.KOMMUNALSJEF, Role.POLITIKER, name=f"u{place}", rammeomrade=7)
    signed_in(client, admin)
    with django_assert_num_queries(5):
        page = client.get("/brukere/").content.decode()
    assert ("Kommunalsjef for 7 Teknisk; Politiker" in page) == bool(more)


def test_the_list_finds_by_name_role_and_account(client: Client, admin: User, scopes: None) -> None:
    kari = person(Role.VIRKSOMHETSLEDER, name="kari", virksomhet="650")
    User.objects.filter(pk=kari.pk).update(first_name="Kari Norli", email="kn@eksempel.no")
    ola = person(Role.POLITIKER, name="ola")
    User.objects.filter(pk=ola.pk).update(is_active=False)
    signed_in(client, admin)

    def found(query: str) -> list[str]:
        return re.findall(r'<a href="/brukere/\d+/">([^<]+)', client.get(f"/brukere/?{query}").content.decode())

    assert found("") == ["ada", "Kari Norli", "ola"]
    assert found("q=norli") == found("q=kn@") == found("rolle=virksomhetsleder") == ["Kari Norli"]
    assert found("konto=stengt") == ["ola"]
    assert found("konto=apen&rolle=politiker") == []
    assert "2 brukere kan logge inn" in client.get("/brukere/").content.decode()
    file = client.get("/brukere/?_export=csv&q=norli").content.decode()
    assert file.splitlines() == [
        "navn,brukernavn,roller,epost,sist_logget_inn,konto,er_sum",
        "Kari Norli,kari,Virksomhetsleder for 650 Bygg,kn@eksempel.no,,Åpen,false",
    ]
    wrong = client.get("/brukere/?rolle=konge")
    assert wrong.status_code == 400
    assert "«konge» er ikke blant valgene." in wrong.content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_administrators_manage_users(client: Client, admin: User, role: Role) -> None:
    signed_in(client, person(role, name="annen"))
    for address in ("/brukere/", "/brukere/ny/", f"/brukere/{admin.pk}/", f"/brukere/{admin.pk}/passord/"):
        assert client.get(address).status_code == 403
        assert client.post(address, new_user()).status_code in (403, 405)
    assert client.post(f"/brukere/{admin.pk}/konto/", {"active": "nei", "reason": "x", "seen": ""}).status_code == 403
    admin.refresh_from_db()
    assert admin.is_active
    assert User.objects.count() == 2


def test_a_visitor_is_sent_to_sign_in(client: Client, db: None) -> None:
    for address in ("/brukere/", "/brukere/ny/", "/brukere/1/", "/brukere/1/passord/", "/min-side/passord/"):
        assert client.get(address).headers["Location"] == f"/logg-inn/?next={address}"


# -- a new user


def test_a_new_user_signs_in_with_a_temporary_password(client: Client, admin: User, scopes: None) -> None:
    signed_in(client, admin)
    sent = new_user(role_1="kommunalsjef:7", role_2="virksomhetsleder:650", role_3="kommunalsjef:7")
    answer = client.post("/brukere/ny/", sent)
    kari = User.objects.get(username="kari")
    assert answer.headers["Location"] == f"/brukere/{kari.pk}/"
    assert access.grants_of(kari) == {
        Grant(Role.OKONOMI),
        Grant(Role.KOMMUNALSJEF, rammeomrade=7),
        Grant(Role.VIRKSOMHETSLEDER, virksomhet="650"),
    }
    assert (kari.email, kari.temporary_password) == ("kari@eksempel.no", True)
    assert roles_in_words(kari) == ["Økonomi", "Kommunalsjef for 7 Teknisk", "Virksomhetsleder for 650 Bygg"]
    page = client.get(f"/brukere/{kari.pk}/").content.decode()
    assert "Kari Norli er økonomi, kommunalsjef for 7 Teknisk og virksomhetsleder for 650 Bygg" in page
    assert {(change.who, change.reason) for change in history_of_user(kari)} == {("ada", "Ny rådgiver")}
    assert SENTENCE not in page
    visitor = Client()
    assert visitor.login(username="kari", password=SENTENCE)
    assert "Passordet ditt er midlertidig." in visitor.get("/min-side/").content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"username": ""}, "Skriv brukernavnet."),
        ({"username": "ADA"}, "Brukernavnet er i bruk. Velg et annet."),
        ({"username": "kari norli"}, "Brukernavnet kan ha bokstaver, tall og tegnene @ . + - _."),
        ({"name": " "}, "Skriv navnet, slik det skal vises for andre."),
        ({"email": "kari"}, "Skriv adressen som fornavn.etternavn@kommune.no."),
        ({"role_0": "konge"}, "Rollen «konge» kan ikke gis. Velg en fra listen."),
        ({"role_0": "kommunalsjef"}, "Rollen «kommunalsjef» kan ikke gis. Velg en fra listen."),
        ({"role_0": "kommunalsjef:99"}, "Rollen «kommunalsjef:99» kan ikke gis. Velg en fra listen."),
        ({"again": OTHER}, "De to passordene er ikke like. Skriv det samme to ganger."),
        ({"password": "kari", "again": "kari"}, "Passordet er for kort"),
        ({"reason": ""}, "Skriv hvorfor."),
    ],
)
def test_a_new_user_that_cannot_be(
    client: Client, admin: User, scopes: None, changes: dict[str, str], said: str
) -> None:
    signed_in(client, admin)
    answer = client.post("/brukere/ny/", new_user(**changes))
    assert answer.status_code == 400
    assert said in " ".join(errors(answer.content.decode()))
    assert User.objects.count() == 1


def test_two_administrators_make_the_same_user(admin: User) -> None:
    told = {"name": "Kari", "email": "", "roles": [], "password": SENTENCE, "reason": "Ny", "by": admin}
    actions.create_user(username="kari", **told)
    with pytest.raises(ActionRefused, match="«KARI» er i bruk"):
        actions.create_user(username="KARI", **told)
    with pytest.raises(ValidationError):
        actions.create_user(username="per", **told | {"password": "per"})
    assert not User.objects.filter(username="per").exists()


# -- roles and scopes


def test_roles_are_changed_with_a_reason_and_the_rest_stands(client: Client, admin: User, scopes: None) -> None:
    kari = person(Role.OKONOMI, Role.POLITIKER, name="kari")
    signed_in(client, admin)
    sent = change(kari, name="Kari Ås", email="k@eksempel.no", role_0="politiker", role_1="virksomhetsleder:310")
    assert client.post(f"/brukere/{kari.pk}/", sent).status_code == 302
    kari = User.objects.get(pk=kari.pk)
    assert access.grants_of(kari) == {Grant(Role.POLITIKER), Grant(Role.VIRKSOMHETSLEDER, virksomhet="310")}
    told = [(one.label, one.before, one.after) for one in history_of_user(kari) if one.reason == "Ny rolle"]
    assert sorted(told) == [
        ("E-postadresse", "–", "k@eksempel.no"),
        ("Fornavn", "–", "Kari Ås"),
        ("Rolle Virksomhetsleder 310", "", "lagt til"),
        ("Rolle Økonomi", "", "fjernet"),
    ]


def test_a_form_that_was_overtaken_changes_nothing(client: Client, admin: User) -> None:
    kari = person(Role.POLITIKER, name="kari")
    sent = change(kari, role_0="revisor")
    give(kari, Role.HR)
    signed_in(client, admin)
    answer = client.post(f"/brukere/{kari.pk}/", sent)
    assert answer.status_code == 409
    assert "kari er endret av en annen etter at du åpnet skjemaet" in answer.content.decode()
    assert set(kari.roles.values_list("role", flat=True)) == {Role.POLITIKER, Role.HR}
    with pytest.raises(ChangedMeanwhile):
        actions.set_active(user=kari, active=False, seen=sent["seen"], reason="Sluttet", by=admin)


def test_nobody_takes_the_administrator_role_from_themselves(client: Client, admin: User) -> None:
    person(Role.ADMINISTRATOR, name="berit")
    signed_in(client, admin)
    answer = client.post(f"/brukere/{admin.pk}/", change(admin, role_0="okonomi"))
    assert answer.status_code == 400
    assert errors(answer.content.decode()) == [
        "Du kan ikke ta fra deg selv rollen som administrator. Be en annen administrator gjøre det."
    ]
    closing = {"active": "nei", "reason": "Slutter", "seen": actions.version_of_user(admin)}
    answer = client.post(f"/brukere/{admin.pk}/konto/", closing)
    assert answer.status_code == 400
    assert errors(answer.content.decode()) == [
        "Du kan ikke stenge din egen konto. Be en annen administrator gjøre det."
    ]
    admin.refresh_from_db()
    assert admin.is_active
    assert Role.ADMINISTRATOR in admin.roles.values_list("role", flat=True)


def test_the_last_administrator_stays(admin: User) -> None:
    berit = person(Role.ADMINISTRATOR, name="berit")
    told = {"reason": "Rydding", "by": berit}
    actions.set_active(user=admin, active=False, seen=actions.version_of_user(admin), **told)
    with pytest.raises(ActionRefused, match="siste administratoren"):
        actions.set_active(user=berit, active=False, seen=actions.version_of_user(berit), reason="Rydding", by=admin)
    with pytest.raises(ActionRefused, match="siste administratoren"):
        actions.set_user(username="berit", name="", roles=[Grant(Role.OKONOMI)], password=None)
    assert User.objects.get(pk=berit.pk).is_active
    actions.set_active(user=admin, active=True, seen=actions.version_of_user(admin), **told)
    assert access.may_manage_users(User.objects.get(pk=admin.pk)), "the roles were kept while the account was closed"


def test_two_administrators_take_each_other_away_at_once(
    demo_clone: Callable[[str], str], django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock(), database(demo_clone("administrators")):
        RoleAssignment.objects.filter(role=Role.ADMINISTRATOR).delete()
        pair = [person(Role.ADMINISTRATOR, name=name) for name in ("anne", "berit")]
        seen = [actions.version_of_user(user) for user in pair]
        start = threading.Barrier(2)
        said: list[str] = []

        def take(who: int) -> None:
            start.wait()
            try:
                actions.set_active(
                    user=pair[1 - who], active=False, seen=seen[1 - who], reason="Uenighet", by=pair[who]
                )
            except ActionRefused as refused:
                said.append(str(refused))
            finally:
                connection.close()

        threads = [threading.Thread(target=take, args=[who]) for who in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(said) == 1
        assert "siste administratoren" in said[0]
        assert User.objects.filter(is_active=True, roles__role=Role.ADMINISTRATOR).count() == 1


# -- accounts and passwords


def test_a_closed_account_ends_the_session_and_keeps_the_name(client: Client, admin: User) -> None:
    kari = person(Role.POLITIKER, name="kari")
    hers = signed_in(Client(), kari)
    assert hers.get("/min-side/").status_code == 200
    signed_in(client, admin)
    sent = {"active": "nei", "reason": "Sluttet", "seen": actions.version_of_user(kari)}
    assert client.post(f"/brukere/{kari.pk}/konto/", sent).status_code == 302
    assert hers.get("/min-side/").headers["Location"] == "/logg-inn/?next=/min-side/"
    assert not Client().login(username="kari", password="hemmelig")
    page = client.get(f"/brukere/{kari.pk}/").content.decode()
    assert "kari kan ikke logge inn" in page
    assert "Åpne kontoen" in page
    opening = {"active": "ja", "reason": "Tilbake", "seen": actions.version_of_user(kari)}
    assert client.post(f"/brukere/{kari.pk}/konto/", opening).status_code == 302
    assert Client().login(username="kari", password="hemmelig")
    assert client.post(f"/brukere/{kari.pk}/konto/", {}).status_code == 400
    assert client.get(f"/brukere/{kari.pk}/konto/").status_code == 405
    assert client.post("/brukere/999999/konto/", opening).status_code == 404


def test_a_reset_password_ends_sessions_and_is_in_the_history(client: Client, admin: User) -> None:
    kari = person(Role.POLITIKER, name="kari")
    hers = signed_in(Client(), kari)
    signed_in(client, admin)
    sent = {"password": SENTENCE, "again": SENTENCE, "reason": "Glemt"}
    assert client.post(f"/brukere/{kari.pk}/passord/", sent | {"again": OTHER}).status_code == 400
    assert client.post(f"/brukere/{kari.pk}/passord/", sent).status_code == 302
    assert hers.get("/min-side/").status_code == 302
    assert Client().login(username="kari", password=SENTENCE)
    told = [(one.label, one.after, one.who) for one in history_of_user(kari) if one.reason == "Glemt"]
    assert ("Midlertidig passord", "ja", "ada") in told
    assert client.post(f"/brukere/{kari.pk}/passord/", sent | {"reason": "Glemt igjen"}).status_code == 302
    assert any(one.reason == "Glemt igjen" for one in history_of_user(kari))


def test_everybody_changes_their_own_password(client: Client, db: None) -> None:
    kari = person(name="kari")
    User.objects.filter(pk=kari.pk).update(temporary_password=True)
    signed_in(client, kari)
    elsewhere = signed_in(Client(), kari)
    sent = {"old": "hemmelig", "password": SENTENCE, "again": SENTENCE}
    for wrong, said in (
        (sent | {"old": "feil"}, "Passordet er feil. Skriv det du logger inn med."),
        (sent | {"again": OTHER}, "De to passordene er ikke like."),
        (sent | {"password": "hemmelig", "again": "hemmelig"}, "Det nye passordet er det samme som det gamle."),
        (sent | {"password": "kort", "again": "kort"}, "Passordet er for kort"),
        ({}, "Skriv passordet."),
    ):
        answer = client.post("/min-side/passord/", wrong)
        assert answer.status_code == 400
        assert said in " ".join(errors(answer.content.decode()))
    answer = client.post("/min-side/passord/", sent)
    assert answer.headers["Location"] == "/min-side/"
    assert client.get("/min-side/").status_code == 200, "the session goes on here"
    assert elsewhere.get("/min-side/").status_code == 302, "and ends elsewhere"
    kari.refresh_from_db()
    assert kari.check_password(SENTENCE)
    assert not kari.temporary_password


def test_no_password_is_kept_in_any_history(admin: User) -> None:
    actions.create_user(username="kari", name="Kari", email="", roles=[], password=SENTENCE, reason="Ny", by=admin)
    kari = User.objects.get(username="kari")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(to_jsonb(e)::text, ' ') FROM roros_userevent e")
        (told,) = cursor.fetchone()
    assert kari.password not in told
    assert SENTENCE not in told
    assert entries(LogFilter([User]), limit=1)[0].row == "Kari"


def test_the_search_takes_every_word(admin: User) -> None:
    User.objects.filter(pk=admin.pk).update(first_name="Ada", last_name="Berg")
    assert [user.pk for user in users(UserFilter("berg ada"))] == [admin.pk]
    assert not users(UserFilter("berg kari"))
