"""Users from the command line."""

import io

import pytest
from django.core.management import CommandError, call_command

from roros.access import roles_of
from roros.models import Role, User

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


def test_an_unknown_role_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="konge"):
        set_user(monkeypatch, "kari", "konge")
