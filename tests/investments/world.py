"""What the tests of the room share: the demo's workbook and small ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from roros.demo.files import FOLDER
from roros.models import ImportRun, User
from roros.workbooks import engine
from roros.workbooks.results import as_json
from tests.workbooks import xlsx

AREAS = {
    1: "Stab og støtte",
    2: "Oppvekst",
    3: "Helse og omsorg",
    5: "Kultur",
    6: "Tekniske områder",
    7: "Bygningsadministrasjon",
}
EXPECTED = Path(__file__).parent.parent / "expected" / "investeringer_2021.csv"
HEADER = [
    "Prosjektnr",
    "Prosjekt",
    "Rammeområde",
    "Vedtatt totalt",
    "Påløpt totalt",
    "Rev. bud. 2021",
    "Regnskap 2021",
    "Status",
    "Statustekst",
    "Øvrige prosjekter",
]
SCHOOL = ["P1", "Ny skole", 2, 1000, 400, 500, 300, "Iht. plan", "", "nei"]


def demo_workbook() -> bytes:
    """The demo's own file."""
    return (FOLDER / "investeringer-2021.xlsx").read_bytes()


def receive(content: bytes, *, year: int | None = None, by: User | None = None) -> ImportRun:
    """A run for a workbook, not yet read."""
    return engine.receive(kind="investeringer", content=content, file_name="prosjekter.xlsx", year=year, by=by)


def read_in(content: bytes, *, year: int | None = None, by: User | None = None) -> ImportRun:
    """A workbook read and committed, if it may be."""
    return engine.carry_through(receive(content, year=year, by=by), by=by)


def workbook(*rows: Sequence[Any], header: Sequence[Any] = HEADER, **sheets: Sequence[Sequence[Any]]) -> bytes:
    """A workbook with the year's list, and further sheets by name."""
    return xlsx({"Investeringer": [header, *rows], **sheets})


def school(**changes: Any) -> list[Any]:
    """The row of one project, with some cells changed by their header."""
    return [changes.get(name, cell) for name, cell in zip(HEADER, SCHOOL, strict=True)]


def errors(run: ImportRun) -> list[tuple[str, int, str, str]]:
    """Sheet, row, column and code of every error of a run."""
    return [(found["sheet"], found["row"], found["column"], found["code"]) for found in as_json(run)["errors"]]
