"""What `make run` starts: database, migrations, demo data, web server and worker, until Ctrl-C or the first failure."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from types import FrameType

import django
from django.core.management import call_command
from django.db import connections

from roros import environment, postgres
from roros.postgres import PostgresUnavailableError, processes

HOST = "127.0.0.1"
WAIT_SECONDS = 90  # a small machine with other work to do is slow to start
WEB_WORKERS = 2
WEB_THREADS = 4


class LaunchError(Exception):
    """The app cannot be started; the message says what to do."""


def say(text: str) -> None:
    """This will tell the person who started us how far we have come."""
    print(text, flush=True)


def check_port(port: int) -> None:
    """This will refuse a port that is taken, before anything has been started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise LaunchError(f"Port {port} er opptatt. Velg en annen: PORT={port + 1} make run") from error


def prepare() -> None:
    """This will bring the database up to date, load the demo and collect the static files."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "roros.settings")
    django.setup()
    say("Oppdaterer databasen …")
    call_command("migrate", verbosity=0)
    say("Leser inn eksempeldata …")
    call_command("load_demo")
    say("Samler statiske filer …")
    call_command("collectstatic", interactive=False, verbosity=0)
    connections.close_all()


def web_command(port: int) -> list[str]:
    """This will give the command line of the web server."""
    return [
        *[sys.executable, "-m", "gunicorn", "roros.wsgi", "--bind", f"{HOST}:{port}", "--preload"],
        *["--workers", str(WEB_WORKERS), "--threads", str(WEB_THREADS), "--no-control-socket"],
        *["--log-level", "warning", "--graceful-timeout", "10"],
    ]


def worker_command() -> list[str]:
    """This will give the command line of the worker that runs long imports."""
    return [sys.executable, "manage.py", "db_worker", "--no-reload", "-v", "0"]


def end_with_parent() -> None:  # pragma: no cover - between fork and exec
    """This will have the kernel end a child when the launcher dies, even by `kill -9` (Linux only)."""
    processes.die_with_parent(signal.SIGTERM)


@dataclass
class Children:
    """The processes that the launcher looks after."""

    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, command: list[str]) -> None:
        """This will start one process, out of reach of the terminal's Ctrl-C: the launcher stops it in good order."""
        self.running[name] = subprocess.Popen(
            command,
            cwd=environment.PROJECT,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )

    def ended(self) -> str | None:
        """This will name a process that has ended, if there is one."""
        return next((name for name, child in self.running.items() if child.poll() is not None), None)

    def stop(self) -> None:
        """This will ask every process to finish, and end those that do not."""
        for child in self.running.values():
            child.terminate()
        for child in self.running.values():
            try:
                child.wait(WAIT_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


@contextlib.contextmanager
def interrupted_by_signals() -> Iterator[None]:
    """This will turn SIGTERM and SIGHUP into KeyboardInterrupt, so that all three end the same way."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)  # nothing disturbs the stopping


def wait_until_answering(port: int, children: Children) -> None:
    """This will wait for the first good answer of the web server."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        if name := children.ended():
            raise LaunchError(f"{name} stanset under oppstart.")
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://{HOST}:{port}/helse/", timeout=5) as answer:
            if answer.status == HTTPStatus.OK:
                return
        time.sleep(0.1)
    raise LaunchError(f"Webtjeneren svarte ikke innen {WAIT_SECONDS} sekunder.")


def welcome(port: int) -> str:
    """This will say where the app is and how to get in."""
    from roros.demo import logins  # noqa: PLC0415 - needs django.setup() first

    lines = [login.line for login in logins.LOGINS]
    return "\n".join(
        ["", f"Røros i tall: http://{HOST}:{port}/", "", "Logg inn som:", *lines, "", "Stans med Ctrl-C.", ""]
    )


def serve(port: int) -> None:
    """This will run web server and worker until we are interrupted or one of them ends."""
    children = Children()
    try:
        children.start("Webtjeneren", web_command(port))
        children.start("Arbeideren", worker_command())
        wait_until_answering(port, children)
        say(welcome(port))
        while not (name := children.ended()):
            time.sleep(0.5)
        raise LaunchError(f"{name} stanset uventet.")
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        children.stop()


def main() -> int:
    """This will run the app, and return what the shell should see."""
    port = environment.number("PORT", 8000)
    server = None
    try:
        with interrupted_by_signals():
            check_port(port)
            say("Starter PostgreSQL …")
            server = postgres.ensure(environment.data_folder())
            prepare()
            serve(port)
    except KeyboardInterrupt:
        say("\nStanset.")
    except (LaunchError, PostgresUnavailableError) as error:
        say(str(error))
        return 1
    finally:
        if server:
            server.leave(wait=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
