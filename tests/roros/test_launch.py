"""What `make run` starts: it answers, it stops on every signal, and it says what is wrong when it cannot start."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from roros import environment, launch
from roros.demo.logins import LOGINS
from roros.postgres import server as embedded

PATIENCE = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((launch.HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def database_url() -> str:
    """A database of its own on the server of this test run, so that the demo is loaded from nothing."""
    url = os.environ["DATABASE_URL"]
    name = f"launched_{os.getpid()}"
    embedded.create_database(url, name)
    return re.sub(r"/\w*(\?|$)", rf"/{name}\1", url)


@contextlib.contextmanager
def launched(url: str, port: int) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "roros.launch"],
        cwd=environment.PROJECT,
        env=os.environ | {"DATABASE_URL": url, "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def read_until(process: subprocess.Popen[str], text: str) -> str:
    assert process.stdout
    seen = ""
    for line in process.stdout:
        seen += line
        if text in line:
            return seen
    pytest.fail(f"it ended before saying {text!r}:\n{seen}")


def children(process: subprocess.Popen[str]) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((launch.HOST, port)) == 0


def wait_until_closed(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while is_open(port):
        assert time.monotonic() < end
        time.sleep(0.1)


def test_loads_the_demo_serves_and_stops_on_ctrl_c(database_url: str) -> None:
    port = free_port()
    with launched(database_url, port) as process:
        said = read_until(process, "Stans med Ctrl-C")
        with urllib.request.urlopen(f"http://{launch.HOST}:{port}/logg-inn/") as answer:
            assert answer.status == 200
            policy = answer.headers["Content-Security-Policy"]
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    assert not is_open(port)
    assert f"http://{launch.HOST}:{port}/" in said
    assert all(login.username in said and login.password in said for login in LOGINS)
    assert "unsafe" not in policy


@pytest.mark.skipif(sys.platform != "linux", reason="finds the web server in /proc")
def test_ends_when_the_web_server_does(database_url: str) -> None:
    with launched(database_url, free_port()) as process:
        read_until(process, "Stans med Ctrl-C")
        os.kill(children(process)[0], signal.SIGKILL)
        output, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 1
        assert "stanset uventet" in output


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells of a parent's death on Linux only")
def test_killing_the_launcher_ends_everything(database_url: str) -> None:
    port = free_port()
    with launched(database_url, port) as process:
        read_until(process, "Stans med Ctrl-C")
        process.kill()
        process.wait()
        wait_until_closed(port)


def test_says_that_the_port_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind((launch.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with launched("postgresql://nobody.example/never", port) as process:
            output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert f"Port {port} er opptatt" in output


def test_says_that_the_database_url_is_wrong() -> None:
    with launched("mysql://localhost/x", free_port()) as process:
        output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "postgresql://" in output


def test_a_child_that_ends_at_once_is_named() -> None:
    some = launch.Children()
    some.start("Webtjeneren", ["true"])
    some.running["Webtjeneren"].wait(PATIENCE)
    with pytest.raises(launch.LaunchError, match="Webtjeneren stanset under oppstart"):
        launch.wait_until_answering(free_port(), some)


def test_a_web_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "WAIT_SECONDS", 0.3)
    with pytest.raises(launch.LaunchError, match="svarte ikke"):
        launch.wait_until_answering(free_port(), launch.Children())


def test_a_child_that_does_not_finish_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "WAIT_SECONDS", 0.3)
    some = launch.Children()
    some.start("Arbeideren", ["sh", "-c", "trap '' TERM; while :; do sleep 0.05; done"])
    time.sleep(0.3)
    some.stop()
    assert some.running["Arbeideren"].returncode == -signal.SIGKILL
