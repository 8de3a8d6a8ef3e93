"""The process between the embedded server and its users: `python -m roros.postgres.keeper HOME`."""

import argparse
import contextlib
import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from roros.postgres.processes import clean_environment, die_with_parent, is_postgres, locked
from roros.postgres.programs import PostgresUnavailableError, find_programs, major_version, readable_copy
from roros.postgres.server import NAME, POLL_SECONDS, START_SECONDS, Server

START_ATTEMPTS = 3
FAST_AND_UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


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
                with locked(self.server.home / "ready"):
                    self._wait_until_unused(process)
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(START_SECONDS)
            if self.server.temporary:
                shutil.rmtree(self.server.home, ignore_errors=True)

    def _wait_until_unused(self, process: subprocess.Popen[bytes]) -> None:
        with open(self.server.home / "users", "a+") as users:
            while process.poll() is None:
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    # keep the lock while stopping: a new user waits, then starts a new keeper
                    process.send_signal(signal.SIGINT)  # fast shutdown: rolls back, writes a checkpoint, ends
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
        options = ["--encoding=UTF8", "--auth=scram-sha-256", "--no-instructions", *locale_options(self.version)]
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
        for _ in range(START_ATTEMPTS):
            process = self._spawn()
            while process.poll() is None:
                if self.server.is_alive():
                    return process
                time.sleep(POLL_SECONDS)
            time.sleep(1)  # backends of a killed server may still be on their way out, with its shared memory
        raise PostgresUnavailableError("The server ended at once, see above.")

    def _spawn(self) -> subprocess.Popen[bytes]:
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


def locale_options(version: int) -> list[str]:
    """This will choose the collation that is the same on every machine; its builtin form came with PostgreSQL 17."""
    if version >= 17:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Keep the embedded PostgreSQL running while somebody uses it.")
    parser.add_argument("home", type=Path)
    parser.add_argument("--temporary", action="store_true", help="unsafe but fast; removed when it stops")
    given = parser.parse_args()
    Keeper(Server(given.home, temporary=given.temporary)).run()
