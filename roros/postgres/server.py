"""One embedded server, seen from the processes that use it.

Every process that needs the server holds a shared lock on the file `users`. The first one starts the keeper, which
starts PostgreSQL and stops it again as soon as nobody holds that lock. The kernel gives locks back when a process
dies, also by `kill -9`, so the server neither outlives its users nor leaves under another process's feet.
"""

import fcntl
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import psycopg2

from roros.postgres.processes import Account, can_lock, locked, unprivileged_account
from roros.postgres.programs import PostgresUnavailableError

NAME = "roros"
PROJECT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60
POLL_SECONDS = 0.05
SIGHTINGS_OF_OTHERS = 5  # in a row: one may be another process taking a look
SOCKET_PATH_LIMIT = 90  # the kernel allows 107 bytes, the name of the socket takes some of them
HELD: dict[Path, IO[str]] = {}  # this process's locks: here, since a lock ends with the object that holds it


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
            self._hold()
            try:
                self._start(database)
            except BaseException:
                self.leave()
                raise
        return self.url(database)

    def _start(self, database: str) -> None:
        end = time.monotonic() + START_SECONDS
        while True:
            self._wait_until_ready(None if self.is_kept() else self._start_keeper())
            try:
                create_database(self.url("postgres"), database)
            except psycopg2.OperationalError:  # killed just now: its keeper is about to notice, or to be gone
                if time.monotonic() > end:
                    raise
                time.sleep(POLL_SECONDS)
            else:
                return

    def _hold(self) -> None:
        if self.home not in HELD:
            HELD[self.home] = open(self.home / "users", "a+")  # noqa: SIM115 - held open until leave()
        fcntl.flock(HELD[self.home], fcntl.LOCK_SH)

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
        """This will make a private folder for the server's account, and refuse one that is not ours to take."""
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        trusted = {os.geteuid(), self.account.uid} if self.account else {os.geteuid()}
        if path.is_symlink() or path.lstat().st_uid not in trusted:
            raise PostgresUnavailableError(f"{path} belongs to another account. Remove it, or set ROROS_DATA.")
        marker = path / "users"
        if not marker.exists() and any(path.iterdir()):
            raise PostgresUnavailableError(f"{path} holds something else. Set ROROS_DATA to another folder.")
        marker.touch()
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)

    def _start_keeper(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "roros.postgres.keeper", str(self.home)]
        if self.temporary:
            command.append("--temporary")
        with open(self.log, "ab") as log:
            return subprocess.Popen(
                command, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def _wait_until_ready(self, keeper: subprocess.Popen[bytes] | None) -> None:
        end = time.monotonic() + START_SECONDS
        while can_lock(self.home / "ready", fcntl.LOCK_SH):
            if time.monotonic() > end or (keeper and keeper.poll() is not None):
                raise PostgresUnavailableError("PostgreSQL did not start:\n" + self.log.read_text()[-2000:])
            if keeper is None and not self.is_kept():
                return  # stopped just now
            time.sleep(POLL_SECONDS)
        if keeper:
            keeper.returncode = 0  # it outlives us on purpose: no warning about a child left behind


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
