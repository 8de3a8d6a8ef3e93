"""The embedded PostgreSQL: a real server for the demo, development and tests when DATABASE_URL is not set.

Every process that needs the server holds a shared lock on the file `users`. The first one starts a small *keeper*
process, which starts PostgreSQL and stops it again as soon as nobody holds that lock. The kernel gives locks back when
a process dies, also by `kill -9`, so the server neither outlives its users nor leaves under another process's feet.
"""

import argparse
import contextlib
import ctypes
import fcntl
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import psycopg2

from roros.postgres_binaries import PostgresUnavailableError, find_programs, major_version, readable_copy

NAME = "roros"
PROJECT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
POLL_SECONDS = 0.05
SIGHTINGS_OF_OTHERS = 5  # in a row: one may be another process taking a look
SOCKET_PATH_LIMIT = 90  # the kernel allows 107 bytes, the name of the socket takes some of them
HELD: dict[Path, IO[str]] = {}  # this process's locks: here, since a lock ends with the object that holds it
FAST_AND_UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Account:
    """The account that runs the server when we are root, since PostgreSQL refuses to run as root."""

    uid: int
    gid: int

    @property
    def popen_options(self) -> dict[str, Any]:
        """This will give the arguments that make subprocess drop root."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def unprivileged_account() -> Account | None:
    """This will choose an existing account to drop root to; None when we are not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise PostgresUnavailableError(
        "Run as an ordinary user, or set DATABASE_URL: there is no account to run PostgreSQL as."
    )


def home_under(data_folder: Path, account: Account | None) -> Path:
    """This will say where the server lives: in the data folder, or in /var/tmp when its account cannot get there."""
    folder = data_folder.resolve()
    if account is None or all(parent.stat().st_mode & 0o001 for parent in folder.parents if parent.exists()):
        return folder / "postgres"
    return Path("/var/tmp") / f"roros-{_digest(folder)}"


def _digest(path: Path) -> str:
    return f"{int.from_bytes(str(path).encode(), 'big') % (2**61 - 1):x}"


@dataclass
class Server:
    """One cluster in one folder: `use()` makes sure that it runs for as long as this process wants it."""

    home: Path
    account: Account | None = field(default_factory=unprivileged_account)
    temporary: bool = False

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def socket_folder(self) -> Path:
        if len(str(self.home)) < SOCKET_PATH_LIMIT:
            return self.home
        return Path("/tmp") / f"roros-{os.geteuid()}-{_digest(self.home)}"

    def url(self, database: str = NAME) -> str:
        """This will build the address of a database on this server, in the form that DATABASE_URL takes."""
        password = (self.home / "password").read_text()
        return f"postgresql://{NAME}:{password}@/{database}?host={quote(str(self.socket_folder), safe='')}"

    def use(self, database: str = NAME) -> str:
        """This will find or start the server, keep it running until `leave()` or our end, and return its address."""
        self.claim_folder(self.home)
        self.claim_folder(self.socket_folder)
        with locked(self.home / "start"):
            lock = HELD[self.home] = open(self.home / "users", "a+")  # noqa: SIM115 - held open until leave()
            fcntl.flock(lock, fcntl.LOCK_SH)
            if not self.is_kept():
                self._start_keeper()
            create_database(self.url("postgres"), database)
        return self.url(database)

    def leave(self, *, wait: bool = False) -> None:
        """This will let the keeper stop; with `wait`, return when it has, or when others still need it."""
        if lock := HELD.pop(self.home, None):
            lock.close()
        sightings = 0
        while wait and self.is_kept() and sightings < SIGHTINGS_OF_OTHERS:
            time.sleep(POLL_SECONDS)
            sightings = sightings + 1 if self.has_users() else 0

    def is_kept(self) -> bool:
        """This will tell whether a keeper looks after the server."""
        return not can_lock(self.home / "keeper", fcntl.LOCK_SH)

    def has_users(self) -> bool:
        """This will tell whether any process wants the server to run; the keeper's lock while stopping is no use."""
        users = self.home / "users"
        return can_lock(users, fcntl.LOCK_SH) and not can_lock(users, fcntl.LOCK_EX)

    def is_alive(self) -> bool:
        """This will tell whether the server answers."""
        try:
            psycopg2.connect(self.url("postgres"), connect_timeout=3).close()
        except (psycopg2.OperationalError, OSError):
            return False
        return True

    def claim_folder(self, path: Path) -> None:
        """This will make a private folder for the server's account, and refuse one that somebody else has made."""
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        trusted = {os.geteuid(), self.account.uid} if self.account else {os.geteuid()}
        if path.is_symlink() or path.lstat().st_uid not in trusted:
            raise PostgresUnavailableError(
                f"{path} belongs to another account. Remove it, or set ROROS_DATA elsewhere."
            )
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)

    def _start_keeper(self) -> None:
        command = [sys.executable, "-m", "roros.postgres", str(self.home), *(["--temporary"] if self.temporary else [])]
        with open(self.log, "ab") as log:
            keeper = subprocess.Popen(
                command, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        end = time.monotonic() + START_SECONDS
        while not (self.is_kept() and self.is_alive()):
            if keeper.poll() is not None or time.monotonic() > end:
                raise PostgresUnavailableError(
                    "PostgreSQL did not start:\n" + self.log.read_text(errors="replace")[-2000:]
                )
            time.sleep(POLL_SECONDS)
        keeper.returncode = 0  # it outlives us on purpose: no warning about a child left behind


@dataclass
class Keeper:
    """The process between the users and the server."""

    server: Server
    programs: Path = field(init=False)
    version: int = field(init=False)

    def run(self) -> None:
        """This will run the server until nobody uses it."""
        with locked(self.server.home / "keeper"):
            self._find_programs()
            if not (self.server.data / "PG_VERSION").exists():
                self._make_cluster()
            self._check_version()
            self._clear_stale_pidfile()
            with contextlib.suppress(subprocess.CalledProcessError):  # a server whose keeper was killed
                self._run("pg_ctl", "stop", "-D", self.server.data, "-m", "fast")
            process = self._start()
            try:
                self._wait_until_unused(process)
            finally:
                process.send_signal(signal.SIGINT)  # fast shutdown: rolls back, writes a checkpoint, ends
                process.wait(START_SECONDS)
            if self.server.temporary:
                shutil.rmtree(self.server.home, ignore_errors=True)

    def _wait_until_unused(self, process: subprocess.Popen[bytes]) -> None:
        with open(self.server.home / "users", "a+") as users:
            while process.poll() is None:
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    # keep the lock while stopping: a new user waits, then starts a new keeper
                    process.send_signal(signal.SIGINT)
                    process.wait(START_SECONDS)
                    return
                time.sleep(POLL_SECONDS)

    def _find_programs(self) -> None:
        self.programs = find_programs()
        options = self.server.account.popen_options if self.server.account else {}
        try:
            self.version = major_version(self.programs, **options)
        except PermissionError:  # the virtual environment lies where the server's account cannot go
            self.programs = readable_copy(self.programs, self.server.home / "programs")
            self.version = major_version(self.programs, **options)

    def _make_cluster(self) -> None:
        home = self.server.home
        password = home / "password"
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(24))
        if self.server.account:
            os.chown(password, self.server.account.uid, self.server.account.gid)
        unfinished = home / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if self.version < 17:
            locale = ["--locale=C.UTF-8"]
        options = ["--encoding=UTF8", "--auth=scram-sha-256", "--no-instructions", *locale]
        if self.server.temporary:
            options.append("--no-sync")
        self._run("initdb", "-D", unfinished, "-U", NAME, "--pwfile", password, *options)
        unfinished.rename(self.server.data)  # a half-made cluster is never taken for a whole one

    def _check_version(self) -> None:
        found = (self.server.data / "PG_VERSION").read_text().strip()
        if found != str(self.version):
            raise PostgresUnavailableError(
                f"{self.server.data} was made by PostgreSQL {found}, the programs are {self.version}: "
                "move the data with pg_dump and pg_restore, or remove the folder to start afresh."
            )

    def _clear_stale_pidfile(self) -> None:
        pidfile = self.server.data / "postmaster.pid"
        if pidfile.exists() and not is_postgres(int(pidfile.read_text().split()[0])):
            pidfile.unlink()
            for leftover in self.server.socket_folder.glob(".s.PGSQL.*"):
                leftover.unlink(missing_ok=True)

    def _start(self) -> subprocess.Popen[bytes]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.server.socket_folder),
            "port": "5432",
            "timezone": "UTC",
            "log_min_messages": "warning",
            **(FAST_AND_UNSAFE if self.server.temporary else {}),
        }
        arguments = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        return subprocess.Popen(
            [str(self.programs / "postgres"), "-D", str(self.server.data), *arguments],
            stdin=subprocess.DEVNULL,
            cwd=self.server.home,
            env=clean_environment(),
            preexec_fn=die_with_parent,
            **(self.server.account.popen_options if self.server.account else {}),
        )

    def _run(self, program: str, *arguments: object) -> None:
        subprocess.run(
            [str(self.programs / program), *map(str, arguments)],
            check=True,
            cwd=self.server.home,
            env=clean_environment(),
            **(self.server.account.popen_options if self.server.account else {}),
        )


def clean_environment() -> dict[str, str]:
    """This will leave out the PG* variables, which would steer the programs to another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def die_with_parent(number: signal.Signals = signal.SIGINT) -> None:
    """This will have the kernel send us a signal when our parent dies, even by `kill -9` (Linux only).

    SIGINT is PostgreSQL's fast shutdown.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, number)


def is_postgres(pid: int) -> bool:
    """This will tell whether a process is a living postgres: neither a zombie nor a reused number."""
    if not Path("/proc/self").exists():
        return True
    try:
        name, rest = Path(f"/proc/{pid}/stat").read_text().split("(", 1)[1].rsplit(")", 1)
    except OSError:
        return False
    return name.startswith("postgres") and rest.split()[0] != "Z"


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """This will hold a lock file to the exclusion of every other process."""
    with open(path, "a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def can_lock(path: Path, kind: int) -> bool:
    """This will tell whether a lock could be had just now; a file that is not there is nobody's."""
    try:
        with open(path) as lock:
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except BlockingIOError:
        return False
    return True


def create_database(url: str, name: str) -> None:
    """This will create a database unless it is there."""
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone() is None:
                cursor.execute(f'CREATE DATABASE "{name}"')
    finally:
        connection.close()


def parse_url(url: str) -> dict[str, Any]:
    """This will turn a DATABASE_URL into an entry of Django's DATABASES."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise PostgresUnavailableError("DATABASE_URL must start with postgresql://")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")) or NAME,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def ensure(data_folder: Path) -> Server | None:
    """This will set DATABASE_URL to the embedded server, found or started, unless it names a server already."""
    if os.environ.get("DATABASE_URL"):
        return None
    account = unprivileged_account()
    server = Server(home_under(data_folder, account), account)
    os.environ["DATABASE_URL"] = server.use()
    return server


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Keep the embedded PostgreSQL running while somebody uses it.")
    parser.add_argument("home", type=Path)
    parser.add_argument("--temporary", action="store_true", help="unsafe but fast; removed when it stops")
    given = parser.parse_args()
    Keeper(Server(given.home, temporary=given.temporary)).run()
