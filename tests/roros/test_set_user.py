"""Users from the command line."""

import io
import re

import pytest
from django.core.management import CommandError, call_command

from roros.access import grants_of, heads, led_virksomheter, roles_of
from roros.actions import Grant
from roros.models import Rammeomrade, Role, User, Virksomhet

pytestmark = pytest.mark.django_db


def set_user(monkeypatch: pytest.MonkeyPatch, *words: str, password: str = "en lang setning") -> str:  # noqa: S107
    out = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    call_command("set_user", *words, stdout=out)
    return out.getvalue()


def test_a_new_user_can_sign_in_with_the_roles_given(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set_user(monkeypatch, "kari", "okonomi", "politiker", "--name", "Kari") == "kari: Økonomi, Politiker\n"
    user = User.objects.get(username="kari")
    assert user.check_password("en lang setning")
    assert str(user) == "Kari"
    assert roles_of(user) == {Role.OKONOMI, Role.POLITIKER}


def test_roles_are_exactly_those_given_and_the_password_may_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    set_user(monkeypatch, "kari", "okonomi", "politiker")
    assert set_user(monkeypatch, "kari", "politiker", "--keep-password", password="") == "kari: Politiker\n"
    user = User.objects.get(username="kari")
    assert user.check_password("en lang setning")
    assert roles_of(user) == {Role.POLITIKER}
    assert set_user(monkeypatch, "kari", "--keep-password", password="") == "kari: ingen roller\n"
    assert roles_of(User.objects.get(username="kari")) == set()


def test_a_weak_password_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="passord"):
        set_user(monkeypatch, "kari", "okonomi", password="1234")
    assert not User.objects.filter(username="kari").exists()


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("konge", "«konge» er ikke en rolle. Velg blant administrator, okonomi, kommunedirektor"),
        ("kommunalsjef", "Rollen kommunalsjef gjelder et rammeområde: skriv kommunalsjef:<kode>."),
        ("kommunalsjef:", "Rollen kommunalsjef gjelder et rammeområde: skriv kommunalsjef:<kode>."),
        ("virksomhetsleder", "Rollen virksomhetsleder gjelder en virksomhet: skriv virksomhetsleder:<kode>."),
        ("okonomi:7", "Rollen okonomi gjelder hele kommunen: skriv okonomi."),
        ("kommunalsjef:8", "Rammeområde 8 finnes ikke."),
        ("kommunalsjef:sju", "Rammeområde sju finnes ikke."),
        ("kommunalsjef:-7", "Rammeområde -7 finnes ikke."),
        ("virksomhetsleder:999", "Virksomhet 999 finnes ikke."),
    ],
)
def test_a_role_that_cannot_be_given(monkeypatch: pytest.MonkeyPatch, role: str, said: str) -> None:
    Rammeomrade.objects.create(number=7, name="Teknisk")
    Virksomhet.objects.create(code="650", name="Bygg")
    with pytest.raises(CommandError, match=re.escape(said)):
        set_user(monkeypatch, "kari", role)
    assert not User.objects.filter(username="kari").exists()


def test_roles_with_their_scopes(monkeypatch: pytest.MonkeyPatch) -> None:
    Rammeomrade.objects.create(number=7, name="Teknisk")
    for code, name in (("310", "Skolen"), ("650", "Bygg")):
        Virksomhet.objects.create(code=code, name=name)
    told = set_user(monkeypatch, "kari", "kommunalsjef:7", "virksomhetsleder:650", "virksomhetsleder:310", "revisor")
    assert told == (
        "kari: Kommunalsjef for 7 Teknisk, Virksomhetsleder for 310 Skolen, Virksomhetsleder for 650 Bygg, Revisor\n"
    )
    user = User.objects.get(username="kari")
    assert heads(user, 7)
    assert led_virksomheter(user) == {"310", "650"}
    assert [str(grant) for grant in sorted(grants_of(user), key=str)] == [
        *("kommunalsjef:7", "revisor", "virksomhetsleder:310", "virksomhetsleder:650")
    ]
    assert {Grant.read(str(grant)) for grant in grants_of(user)} == grants_of(user)


def test_the_last_administrator_is_kept_here_too(monkeypatch: pytest.MonkeyPatch) -> None:
    set_user(monkeypatch, "ada", "administrator")
    with pytest.raises(CommandError, match="siste administratoren"):
        set_user(monkeypatch, "ada", "okonomi", "--keep-password", password="")
    set_user(monkeypatch, "berit", "administrator")
    assert set_user(monkeypatch, "ada", "okonomi", "--keep-password", password="") == "ada: Økonomi\n"
