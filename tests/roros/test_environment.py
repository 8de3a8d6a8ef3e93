"""Environment variables, the command line and the health page."""

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.test import Client

import manage
from roros import environment
from roros.postgres import Server


@pytest.mark.parametrize(("given", "expected"), [("1", True), ("Yes", True), ("no", False), ("0", False)])
def test_flag(monkeypatch: pytest.MonkeyPatch, given: str, *, expected: bool) -> None:
    monkeypatch.setenv("SOMETHING", given)
    assert environment.flag("SOMETHING", default=not expected) is expected


def test_flag_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING", "")
    assert environment.flag("SOMETHING", default=True) is True


def test_number_and_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING", "12")
    assert environment.number("SOMETHING", 7) == 12
    assert environment.number("NOTHING", 7) == 7
    monkeypatch.setenv("SOMETHING", " a.no, b.no ,")
    assert environment.words("SOMETHING") == ["a.no", "b.no"]
    assert environment.words("NOTHING", "x") == ["x"]


def test_secret_key_is_made_once_and_private(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ROROS_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("SECRET_KEY", raising=False)
    key = environment.secret_key()
    assert len(key) > 50
    assert environment.secret_key() == key
    (kept,) = (tmp_path / "data").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    monkeypatch.setenv("SECRET_KEY", "given")
    assert environment.secret_key() == "given"


def test_of_two_processes_the_first_key_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ROROS_DATA", str(tmp_path))
    monkeypatch.delenv("SECRET_KEY", raising=False)
    link = os.link

    def too_late(new: Path, kept: Path) -> None:
        kept.write_text("theirs")
        link(new, kept)

    monkeypatch.setattr(os, "link", too_late)
    assert environment.secret_key() == "theirs"
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize(
    ("line", "needs"),
    [
        ("", False),
        ("--help", False),
        ("help migrate", False),
        ("migrate --help", False),
        ("collectstatic --no-input", False),
        ("check", False),
        ("check --database default", True),
        ("migrate", True),
        ("check_figures", True),
    ],
)
def test_commands_that_need_the_database(line: str, *, needs: bool) -> None:
    assert manage.needs_database(line.split()) is needs


def test_manage_starts_the_embedded_server_by_itself() -> None:
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "manage.py", "check", "--database", "default"]
    with tempfile.TemporaryDirectory(dir="/var/tmp" if os.geteuid() == 0 else None) as folder:
        Path(folder).chmod(0o755)  # root's server runs as another account, which has to get there
        environ["ROROS_DATA"] = folder
        done = subprocess.run(
            command, cwd=environment.PROJECT, env=environ, capture_output=True, text=True, check=False
        )
        server = Server(Path(folder) / "postgres")
        server.leave(wait=True)
        assert done.returncode == 0, done.stderr
        assert (server.data / "PG_VERSION").exists()


def test_manage_without_a_database_starts_nothing(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environ |= {"ROROS_DATA": str(tmp_path / "data")}
    command = [sys.executable, "manage.py", "migrate", "--help"]
    done = subprocess.run(command, cwd=environment.PROJECT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert not (tmp_path / "data" / "postgres").exists()


@pytest.mark.django_db
def test_health_page_answers_without_login(client: Client) -> None:
    answer = client.get("/helse/")
    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", None),
        ("smtp://post.roros.no", environment.MailServer("post.roros.no", 25)),
        (
            "smtp+tls://a%40b:p%2Fw@post.roros.no",
            environment.MailServer("post.roros.no", 587, "a@b", "p/w", starttls=True),
        ),
        ("smtps://post.roros.no:4650", environment.MailServer("post.roros.no", 4650, tls=True)),
    ],
)
def test_mail_server(url: str, expected: environment.MailServer | None) -> None:
    assert environment.mail_server(url) == expected


@pytest.mark.parametrize("url", ["post.roros.no", "http://post.roros.no", "smtp://"])
def test_mail_server_that_cannot_be(url: str) -> None:
    with pytest.raises(ValueError, match="EMAIL_URL must be"):
        environment.mail_server(url)
