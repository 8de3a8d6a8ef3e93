"""Web servers of the benchmark: gunicorn with two workers as `make run` starts it, with settings of their own."""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from roros.launch import WAIT_SECONDS, web_command
from tests.bench.client import Connection

SETTINGS = "tests.bench.settings"
BUNDLE = "plotly-basic.min"


def collect(folder: Path) -> Path:
    """This will collect the static files, hashed and compressed, into a folder."""
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "-v", "0"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": SETTINGS, "BENCH_STATIC": str(folder)},
        check=True,
    )
    return folder


def with_full_bundle(static: Path, folder: Path, bundle: Path) -> tuple[Path, int, int]:
    """This will copy the static files with the whole of plotly.js in place of our part of it, and return both sizes."""
    shutil.copytree(static, folder)
    compressed = gzip.compress(bundle.read_bytes(), 9)
    (ours,) = (folder / "vendor").glob(f"{BUNDLE}*.js")  # only the hashed name is kept
    packed = ours.with_name(f"{ours.name}.gz")
    before = packed.stat().st_size
    shutil.copyfile(bundle, ours)
    packed.write_bytes(compressed)
    return folder, len(compressed), before


@contextmanager
def server(static: Path, *, cache_mb: int = 32) -> Iterator[int]:
    """This will run a web server on a free port until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    process = subprocess.Popen(
        web_command(port),
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "BENCH_STATIC": str(static),
            "PAGE_CACHE_MB": str(cache_mb),
        },
    )
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(WAIT_SECONDS)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end and process.poll() is None:
        connection = Connection(port, "/helse/", {})
        try:
            if connection.ask().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError("the web server did not answer")
