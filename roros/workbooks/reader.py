"""Reads a file in a child process with bounded memory and time; whatever happens there, the answer is findings."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from roros.workbooks.child import RESULT, Job
from roros.workbooks.declare import Finding, Layout, ReadResult, Severity, SheetResult
from roros.workbooks.guard import Format, inspect
from roros.workbooks.sheet_scan import farthest_cell

ROOT = Path(__file__).resolve().parents[2]


def read_workbook(
    content_path: Path,
    *,
    file_name: str,
    layout: Layout,
    year: int | None,
    out_dir: Path,
    replacements: Mapping[str, Mapping[str, str]],
    remembered: Mapping[str, Mapping[str, str]],
    memory_mb: int,
    seconds: int,
    on_progress: Callable[[int], None],
) -> ReadResult:
    """This will return every line and every error of the file; it never raises for what the file holds.

    `replacements` maps column -> code in the file -> code to use. `remembered` maps a header's fingerprint to
    column -> letter. `on_progress` is told the number of rows read so far. COPY files are left in `out_dir`.
    """
    inspection = inspect(content_path, file_name)
    if inspection.format is None:
        return ReadResult([], inspection.findings)
    path = _with_extension(content_path, inspection.format, out_dir)
    job = Job(
        path=path,
        format=inspection.format,
        file_name=file_name,
        layout=layout,
        year=year,
        out_dir=out_dir,
        replacements=replacements,
        remembered=remembered,
        bad_cells=inspection.bad_cells,
        memory_mb=memory_mb,
        seconds=seconds,
    )
    result = _run(job, on_progress)
    return ReadResult(result.sheets, [*inspection.findings, *result.findings])


def _with_extension(content_path: Path, form: Format, out_dir: Path) -> Path:
    """Calamine goes by the extension: give the content the right one."""
    path = out_dir / f"content.{form.value}"
    path.unlink(missing_ok=True)
    try:
        path.symlink_to(content_path.resolve())
    except OSError:
        shutil.copyfile(content_path, path)
    return path


def _run(job: Job, on_progress: Callable[[int], None]) -> ReadResult:
    (job.out_dir / RESULT).unlink(missing_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "roros.workbooks.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=_environment(),
        start_new_session=True,
    )
    timed_out = threading.Event()
    timer = threading.Timer(job.seconds, _kill, (process, timed_out))
    errors: list[bytes] = []
    drain = threading.Thread(target=_drain, args=(process, errors), daemon=True)
    timer.start()
    drain.start()
    try:
        _hand_over(process, job)
        for line in _open(process.stdout):
            if line.strip().isdigit():
                on_progress(int(line))
        code = process.wait()
    finally:
        timer.cancel()
        if process.poll() is None:
            process.kill()
            process.wait()
        drain.join()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()
    if code == 0:
        return _result(job.out_dir / RESULT)
    if timed_out.is_set() or code in (-signal.SIGXCPU, -signal.SIGKILL):
        return ReadResult([], [Finding("took-too-long", params={"seconds": str(job.seconds)})])
    return ReadResult([], [_death(job, b"".join(errors))])


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    """A pipe that was asked for is there; this says so to the type checker."""
    if stream is None:
        raise RuntimeError("the child has no such pipe")
    return stream


def _environment() -> dict[str, str]:
    """Only what Python itself needs (and coverage, when it is measured): the child gets no passwords."""
    needed = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
    return {name: os.environ[name] for name in needed if name in os.environ} | {
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MALLOC_ARENA_MAX": "2",
    }


def _kill(process: subprocess.Popen[bytes], timed_out: threading.Event) -> None:
    timed_out.set()
    process.kill()


def _drain(process: subprocess.Popen[bytes], errors: list[bytes]) -> None:
    stream = _open(process.stderr)
    while block := stream.read(4096):
        if len(errors) < 16:
            errors.append(block)


def _hand_over(process: subprocess.Popen[bytes], job: Job) -> None:
    stream = _open(process.stdin)
    try:
        stream.write(pickle.dumps(job))
        stream.close()
    except BrokenPipeError:
        pass  # the child died at once; its exit code tells


def _death(job: Job, errors: bytes) -> Finding:
    """Why the child died, as far as the file can tell."""
    if cell := _stray_cell(job):
        return Finding("cell-outside-sheet", value=cell, params={"cell": cell})
    if b"memory allocation" in errors or b"MemoryError" in errors:
        return Finding("too-large-to-read", params={"memory": str(job.memory_mb)})
    return Finding("reader-crashed")


def _stray_cell(job: Job) -> str:
    if job.format is not Format.XLSX:
        return ""
    with zipfile.ZipFile(job.path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as part:
                    tail = b""
                    while block := part.read(1 << 20):
                        if cell := farthest_cell([tail + block]):
                            return cell
                        tail = block[-64:]
    return ""


def _result(path: Path) -> ReadResult:
    stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    sheets = [
        SheetResult(
            **{
                **sheet,
                "years": tuple(sheet["years"]),
                "periods": tuple(sheet["periods"]),
                "notes": tuple(sheet["notes"]),
            }
        )
        for sheet in stored["sheets"]
    ]
    findings = [Finding(**{**finding, "severity": Severity(finding["severity"])}) for finding in stored["findings"]]
    return ReadResult(sheets, findings)
