"""The reader's own process: `python -m roros.workbooks.child`. It may die; the parent does not.

Reads a pickled Job from standard input, tells how far it has come on standard output, leaves `result.json` behind.
"""

from __future__ import annotations

import dataclasses
import gc
import json
import pickle
import resource
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, PasswordError, ZipError

from roros.workbooks.declare import Finding, Layout, ReadResult
from roros.workbooks.guard import Format
from roros.workbooks.old_scan import ods_errors, xls_errors
from roros.workbooks.sheet_scan import BadCells
from roros.workbooks.sources import TooWideError, open_text, open_workbook
from roros.workbooks.workbook import Options, read_sources

RESULT = "result.json"


@dataclass(frozen=True)
class Job:
    """What the parent asks for."""

    path: Path  # with the extension of its content
    format: Format
    file_name: str
    layout: Layout
    year: int | None
    out_dir: Path
    replacements: Mapping[str, Mapping[str, str]]
    remembered: Mapping[str, Mapping[str, str]]
    bad_cells: Mapping[str, BadCells]
    memory_mb: int
    seconds: int


def limit(memory_mb: int, seconds: int) -> None:
    """This will bound what the process may use; a hostile file then ends the child, not the server."""
    memory = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(job: Job) -> ReadResult:
    """This will read the file; what cannot be read is a finding."""
    try:
        if job.format is Format.TEXT:
            sources = open_text(job.path, Path(job.file_name).stem)
        else:
            sources = open_workbook(job.path, _bad_cells(job))
        options = Options(job.out_dir, job.year, job.replacements, job.remembered)
        return read_sources(sources, job.layout, options, _tell)
    except PasswordError:
        return ReadResult([], [Finding("encrypted")])
    except TooWideError as error:
        return ReadResult([], [Finding("too-wide", sheet=str(error))])
    except MemoryError:
        return ReadResult([], [Finding("too-large-to-read")])
    except (CalamineError, ZipError) as error:
        return ReadResult([], [Finding("damaged-file", params={"detail": str(error)[:200]})])
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        return ReadResult([], [Finding("damaged-file", params={"detail": "panic"})])


def _bad_cells(job: Job) -> Mapping[str, BadCells]:
    """Error cells by sheet; the guard has found them already where it had to unpack the file anyway."""
    if job.format is Format.XLS:
        return xls_errors(job.path.read_bytes())
    if job.format is Format.ODS:
        with zipfile.ZipFile(job.path) as archive:
            return ods_errors(archive.read("content.xml"))
    return job.bad_cells


def _tell(rows: int) -> None:
    sys.stdout.write(f"{rows}\n")
    sys.stdout.flush()


def main() -> None:
    """This will do the job that comes in on standard input."""
    job = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by the parent
    limit(job.memory_mb, job.seconds)
    gc.disable()  # millions of cells and no cycles among them; the process ends with the file
    result = read(job)
    text = json.dumps(dataclasses.asdict(result))
    (job.out_dir / RESULT).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
