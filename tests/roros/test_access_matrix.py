"""Role × page × action, against the table of docs/tilgang.md; and that no draft reaches those who may not see it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from zipfile import BadZipFile, ZipFile

import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from tests.browser import addresses
from tests.demo import database
from tests.roros import matrix
from tests.roros.matrix import DRAFTED, MARKER, METHODS, PERSONAS, Persona

ROWS = matrix.read_table(matrix.TABLE.read_text(encoding="utf-8"))
BY_ACTION = {(row.route, row.method): row for row in ROWS}
OUTSIDERS = ("besøkende", "uten rolle", "politiker", "HR", "annen leder", "annen kommunalsjef")
INSIDERS = ("leder", "kommunalsjef", "kommunedirektør", "økonomi", "administrator", "revisor")
NEVER_WRITES = {"min-side/passord/", "logg-inn/", "logg-ut/", "helse/"}  # everybody has a password and a session


@pytest.fixture(scope="module")
def world(demo_clone: Callable[[str], str], django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """This will make, once for all tests here, a demo with something in every state."""
    with django_db_blocker.unblock(), database(demo_clone("matrix")):
        matrix.make_world()
        yield


@pytest.fixture(scope="module")
def samples(world: None) -> dict[str, str]:
    return {route: matrix.sample(route) for route in addresses.routes()}


def named(name: str) -> Persona:
    return next(one for one in PERSONAS if one.name == name)


# -- the table itself


def test_every_address_has_a_row() -> None:
    routes, known = set(addresses.routes()), {row.route for row in ROWS}
    assert routes - known == set(), "say in docs/tilgang.md who may open the new page"
    assert known - routes == set(), "these pages are gone"


def test_the_table_is_whole() -> None:
    assert len(BY_ACTION) == len(ROWS), "an action has two rows"
    for row in ROWS:
        assert row.method in METHODS, row
        assert row.text, row
        assert set(row.cells) == {one.name for one in PERSONAS}, row
        assert set(row.cells.values()) <= {"ja", "nei", "inn"}, row
        assert "ja" in row.cells.values(), f"nobody can do {row}"


def test_a_revisor_reads_and_never_writes() -> None:
    allowed = {row.route for row in ROWS if row.method == "POST" and row.cells["revisor"] == "ja"}
    assert allowed == NEVER_WRITES


def test_an_administrator_neither_signs_nor_approves() -> None:
    for action in ("steg/", "signer/", "publiser/"):
        rows = [row for row in ROWS if row.route.endswith(action) and row.method == "POST"]
        assert rows
        assert all(row.cells["administrator"] == "nei" for row in rows)


# -- what people get


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda one: one.name)
def test_everybody_gets_what_the_table_says(persona: Persona, samples: dict[str, str]) -> None:
    client = matrix.client_of(persona)
    wrong = []
    for route, address in samples.items():
        for method in METHODS:
            got = matrix.ask(client, method, address)
            row = BY_ACTION.get((route, method))
            if route == "logg-ut/" and method == "POST":
                client = matrix.client_of(persona)
            if row is None:
                agrees = got in ("finnes ikke", "nei", "inn")
            else:
                agrees = got == row.cells[persona.name] or (row.cells[persona.name] == "nei" and got == "finnes ikke")
            if not agrees:
                wrong.append(f"{method} {address}: {got}, not {row.cells[persona.name] if row else 'finnes ikke'}")
    assert not wrong, "\n".join(wrong)


# -- drafts


def shown_in(client: Client, address: str) -> list[str]:
    """This will return the forms of an address in which the marker stands."""
    found = []
    joint = "&" if "?" in address else "?"
    page = read(client, address)
    if DRAFTED in page:
        found.append(address)
    if "_export=" in page or client.get(f"{address}{joint}_export=feil").status_code == 400:
        found += [
            f"{address}{joint}_export={form}"
            for form in ("csv", "xlsx", "json")
            if DRAFTED in read(client, f"{address}{joint}_export={form}")
        ]
    return found


def read(client: Client, address: str) -> str:
    """This will return what an address answers, a workbook unpacked."""
    response = client.get(address)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    response.close()
    try:
        with ZipFile(io.BytesIO(content)) as book:
            return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    except BadZipFile:
        return content.decode("utf-8", "replace")


def everything(samples: dict[str, str]) -> list[str]:
    """This will return every address, and the searches that look for the marker."""
    further = [f"/sok/?q={MARKER}", f"/historikk/?q={MARKER}", f"/saker/?q={MARKER}", f"/brukere/?q={MARKER}"]
    return [*samples.values(), *further]


@pytest.mark.parametrize("name", OUTSIDERS)
def test_no_draft_reaches_outsiders(name: str, samples: dict[str, str]) -> None:
    client = matrix.client_of(named(name))
    assert [found for address in everything(samples) for found in shown_in(client, address)] == []


def test_drafts_are_there_to_be_found(samples: dict[str, str]) -> None:
    """A crawl that finds nothing must be able to find something: those who may see the drafts do."""
    drafts = {
        "round": [samples["rapportering/<int:pk>/<str:virksomhet>/"]],
        "amendment": [samples["budsjettendringer/<int:year>/utkast/<int:pk>/"]],
        "history": [f"/historikk/?q={MARKER}", f"/historikk/?q={MARKER}&_export=xlsx"],
    }
    seen = {
        name: {
            what
            for what, places in drafts.items()
            if all(DRAFTED in read(matrix.client_of(named(name)), place) for place in places)
        }
        for name in INSIDERS
    }
    assert seen == {
        "leder": {"round"},
        "kommunalsjef": {"round"},
        "kommunedirektør": {"round", "amendment"},
        "økonomi": {"round", "amendment", "history"},
        "administrator": {"round", "amendment", "history"},
        "revisor": {"round", "amendment", "history"},
    }
