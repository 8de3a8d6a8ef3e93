"""Accounts, locks and sudden deaths: what the server's users and its keeper both need from the operating system."""

import contextlib
import ctypes
import fcntl
import os
import pwd
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from roros.postgres.programs import PostgresUnavailableError


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


def clean_environment() -> dict[str, str]:
    """This will leave out the PG* variables, which would steer the programs to another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def die_with_parent(number: signal.Signals = signal.SIGINT) -> None:  # pragma: no cover - between fork and exec
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
