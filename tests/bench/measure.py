"""CPU seconds and peak memory of a command, its children, and the PostgreSQL server that works for it."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """CPU seconds of the command and of the database, wall seconds, and the largest process in MB."""

    client: float
    database: float
    wall: float
    peak_mb: float

    @property
    def cpu(self) -> float:
        """Client and database together."""
        return self.client + self.database


def server_pid(socket_folder: Path) -> int:
    """This will find the postmaster behind a socket folder."""
    return int((socket_folder / ".s.PGSQL.5432.lock").read_text().splitlines()[0])


def server_cpu(pid: int) -> float:
    """This will sum the CPU seconds of the postmaster, its dead children and its living ones."""
    fields = _stat(pid)
    total = sum(int(fields[n]) for n in (11, 12, 13, 14))
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        try:
            alive = _stat(int(child))
        except OSError:
            continue
        total += int(alive[11]) + int(alive[12])
    return total / TICKS


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def run(command: Sequence[str | Path], *, postmaster: int, env: dict[str, str] | None = None) -> Cost:
    """This will run a command to its end and tell what it cost; raises CalledProcessError when it fails."""
    database, children, start = server_cpu(postmaster), resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, **(env or {})})
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = perf_counter() - start
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, [str(word) for word in command])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    client = (after.ru_utime + after.ru_stime) - (children.ru_utime + children.ru_stime)
    return Cost(client, server_cpu(postmaster) - database, wall, max(usage.ru_maxrss, 0) / 1024)


def interleaved(rounds: int, *contestants: Callable[[], Cost]) -> list[list[Cost]]:
    """This will run the contestants in turn, A B A B …, so that a drifting machine touches all alike."""
    costs: list[list[Cost]] = [[] for _contestant in contestants]
    for _round in range(rounds):
        for kept, contestant in zip(costs, contestants, strict=True):
            kept.append(contestant())
    return costs


def ratio(of: list[Cost], to: list[Cost]) -> str:
    """This will give the median ratio of CPU seconds, pair by pair, with its span."""
    ratios = sorted(a.cpu / b.cpu for a, b in zip(of, to, strict=True))
    return f"{median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"
