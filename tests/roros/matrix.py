"""The table of docs/tilgang.md, the people it speaks of, and what each of them gets when they ask.

The people meet a demo with imports in every state, an open and a published round, and drafts of every kind. Each
draft's text holds DRAFTED, so that it can be looked for where it must not be.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client

from budget.actions.entries import Cell, save_entries
from budget.models import (
    ActiveLine,
    Amendment,
    AmendmentLine,
    AmendmentStep,
    Explanation,
    Forecast,
    LedgerLine,
    Measure,
    Round,
    RoundTask,
    TaskStep,
)
from budget.queries.entries import CellKey, standing_amounts
from roros.caching import PAGES
from roros.models import ImportRun, Plassering, Role, User
from tests.browser import addresses, states
from tests.browser.site import user_with_every_role
from tests.people import person

TABLE = Path(settings.BASE_DIR) / "docs" / "tilgang.md"
MARKER = "Kvikksølvmerke"
DRAFTED = f"{MARKER} i "  # how every draft goes on, and no page that only repeats what was searched for
UNIT, AREA = "650", 7  # of the leader and the kommunalsjef whose scope the samples are in
METHODS = ("GET", "POST")


# -- who


@dataclass(frozen=True)
class Persona:
    """Somebody who asks; the name is the head of a column of the table."""

    name: str
    role: Role | None = None
    elsewhere: bool = False  # has the role for another part of the municipality than the samples
    visitor: bool = False

    @property
    def username(self) -> str:
        """This will return the name that the persona signs in with."""
        return f"matrise-{self.name.replace(' ', '-')}"


PERSONAS = (
    Persona("besøkende", visitor=True),
    Persona("uten rolle"),
    Persona("politiker", Role.POLITIKER),
    Persona("HR", Role.HR),
    Persona("leder", Role.VIRKSOMHETSLEDER),
    Persona("annen leder", Role.VIRKSOMHETSLEDER, elsewhere=True),
    Persona("kommunalsjef", Role.KOMMUNALSJEF),
    Persona("annen kommunalsjef", Role.KOMMUNALSJEF, elsewhere=True),
    Persona("kommunedirektør", Role.KOMMUNEDIREKTOR),
    Persona("økonomi", Role.OKONOMI),
    Persona("administrator", Role.ADMINISTRATOR),
    Persona("revisor", Role.REVISOR),
)


def make_people() -> None:
    """This will make a user for everybody but the visitor."""
    other = Plassering.objects.exclude(rammeomrade_id=AREA).order_by("virksomhet_id").first()
    assert other is not None
    for one in PERSONAS:
        if not one.visitor:
            person(
                *([one.role] if one.role else []),
                name=one.username,
                rammeomrade=other.rammeomrade_id if one.elsewhere else AREA,
                virksomhet=other.virksomhet_id if one.elsewhere else UNIT,
            )


def client_of(persona: Persona) -> Client:
    """This will return a browser in which the persona has signed in."""
    client = Client(raise_request_exception=False)
    if not persona.visitor:
        client.force_login(User.objects.get(username=persona.username))
    return client


# -- what there is to ask for


def make_world() -> None:
    """This will leave imports in every state, a round with drafts, an amendment that is not decided, and measures."""
    make_people()
    economy = User.objects.get(username="matrise-økonomi")
    states.make(economy)
    leader = User.objects.get(username="matrise-leder")
    with transaction.atomic():
        _entry(economy)
        states.sign_rounds(user_with_every_role())  # before the drafts: whatever stands is signed with the report
        _draft_amendment(economy)
        _draft_round(leader)


def _draft_amendment(by: User) -> None:
    draft = Amendment.objects.create(
        number="2021-990", year=2021, text=f"{MARKER} i tittelen", background=f"{MARKER} i framlegget", created_by=by
    )
    account = {**_an_account(), "period": 12}
    for place, amount in enumerate((Decimal(1000), Decimal(-1000)), 1):
        AmendmentLine.objects.create(amendment=draft, place=place, amount=amount, note=f"{MARKER} i linjen", **account)
    AmendmentStep.objects.create(amendment=draft, status="forslag", comment=f"{MARKER} i steget", by=by)


def _an_account() -> dict[str, object]:
    """An account of the unit that has figures."""
    ansvar = Plassering.objects.filter(virksomhet_id=UNIT).values("ansvar_id")
    line = ActiveLine.objects.filter(kind="regnskap", year=2021, ansvar_id__in=ansvar).order_by("id").first()
    assert line is not None
    return {"ansvar_id": line.ansvar_id, "tjeneste_id": line.tjeneste_id, "art_id": line.art_id}


def _draft_round(by: User) -> None:
    today = datetime.date(2021, 9, 1)
    deadlines = dict.fromkeys(
        ("leader_deadline", "chief_deadline", "economy_deadline", "director_deadline"),
        today + datetime.timedelta(days=10),
    )
    reporting = Round.objects.create(
        year=2021, kind="maned", period=9, limit_amount=500_000, limit_percent=3, opened_by=by, **deadlines
    )
    placed = Plassering.objects.filter(from_year__lte=2021).order_by("virksomhet_id", "-rammeomrade_id")
    areas = dict(placed.values_list("virksomhet_id", "rammeomrade_id"))
    tasks = [RoundTask(round=reporting, virksomhet_id=unit, rammeomrade_id=area) for unit, area in areas.items()]
    for task in RoundTask.objects.bulk_create(tasks):
        TaskStep.objects.create(
            task=task, state="kladd", by=by, comment=f"{MARKER} i kommentaren" if task.virksomhet_id == UNIT else ""
        )
    Explanation.objects.create(
        round=reporting,
        level="virksomhet",
        code=UNIT,
        kind="reelt",
        cause=f"{MARKER} i årsaken",
        consequence=f"{MARKER} i konsekvensen",
        measure=f"{MARKER} i tiltaket",
        written_by=by,
    )
    Forecast.objects.create(
        round=reporting,
        virksomhet_id=UNIT,
        method="rest-budsjett",
        proposed=1,
        amount=2,
        reason=f"{MARKER} i begrunnelsen",
        made_by=by,
    )
    Measure.objects.create(
        year=2021,
        virksomhet_id=UNIT,
        round=reporting,
        title=f"{MARKER} i navnet på tiltaket",
        description=f"{MARKER} i beskrivelsen",
        owner="Leder",
        expected_effect=1,
    )


def _entry(by: User) -> None:
    """An entry of økonomi's own, which økonomi may undo."""
    account = _an_account()
    key = CellKey(*(str(account[name]) for name in ("ansvar_id", "tjeneste_id", "art_id")), "", 11)
    before = standing_amounts(LedgerLine.Kind.ACTUAL, 2021, [key]).get(key, Decimal(0))
    cell = Cell(key, before, before + 1)
    save_entries(kind=LedgerLine.Kind.ACTUAL, year=2021, cells=[cell], reason="Retting", by=by)


def draft_round() -> Round:
    """This will return the open round whose texts hold the marker."""
    return Round.objects.get(year=2021, kind="maned", period=9)


def draft_amendment() -> Amendment:
    """This will return the amendment whose texts hold the marker."""
    return Amendment.objects.get(number="2021-990")


def a_round(state: Round.State) -> Round:
    """This will return a round in a state: its report is for everybody when it is published."""
    return Round.objects.filter(state=state).latest("pk")


# Samples in the scope of the leader and the kommunalsjef: the drafts above, and the rounds that were signed.
DRAFT = "budsjettendringer/<int:year>/utkast/<int:pk>/"
ROUND, FORECAST = "rapportering/<int:pk>/", "prognoser/runde/<int:pk>/"
OWNERS: dict[str, Callable[[], int]] = {  # the longest beginning counts
    DRAFT: lambda: draft_amendment().pk,
    ROUND: lambda: draft_round().pk,
    FORECAST: lambda: draft_round().pk,
    f"{ROUND}rapport/": lambda: a_round(Round.State.PUBLISHED).pk,
    f"{ROUND}endret/": lambda: a_round(Round.State.PUBLISHED).pk,
    f"{ROUND}publiser/": lambda: a_round(Round.State.SIGNED).pk,
    "foring/<int:year>/angre/": lambda: 0,
    "tiltak/<int:pk>/": lambda: Measure.objects.get(title__contains=MARKER).pk,
}
WORDS: dict[str, Callable[[], object]] = {
    "<int:year>": lambda: 2021,
    "<int:run_id>": lambda: ImportRun.objects.get(kind="foring").pk,
    "<str:virksomhet>": lambda: UNIT,
    "<str:ansvar>": lambda: _an_account()["ansvar_id"],
    "<level:level>": lambda: "virksomhet",
    "<str:code>": lambda: UNIT,
    "<str:name>": lambda: a_round(Round.State.PUBLISHED).report.files.order_by("pk").first().name,
}


def sample(route: str) -> str:
    """This will return an address of the route: in somebody's scope where the route has scopes, else the browser's."""
    owner = max((start for start in OWNERS if route.startswith(start)), key=len, default=None)
    if owner is None and "<" not in route:
        return f"/{route}"
    if owner is None:
        return addresses.address((addresses.PAGES.get(route) or [addresses.OTHERS[route][1]])[0])
    filled = route.replace("<int:pk>", str(OWNERS[owner]()))  # those of the words that the route has
    for word, value in WORDS.items():
        if word in filled:
            filled = filled.replace(word, str(value()))
    return f"/{filled}"


# -- what they get


def outcome(response: HttpResponseBase) -> str:
    """This will name what an answer means, in the words of the table; a status that should not be is told as it is."""
    status = response.status_code
    if status in (301, 302, 303) and response.headers["Location"].startswith("/logg-inn/"):
        return "inn"
    if status in (403, 404):
        return "nei"
    if status == 405:
        return "finnes ikke"
    if status in (200, 204, 301, 302, 303, 304, 409) or (status == 400 and response.wsgi_request.method == "POST"):  # type: ignore[attr-defined]
        return "ja"
    return f"svar {status}"


def ask(client: Client, method: str, address: str) -> str:
    """This will ask and forget what the answer changed."""
    with transaction.atomic():
        response = client.get(address) if method == "GET" else client.post(address, {})
        got = outcome(response)
        response.close()
        transaction.set_rollback(True)
    if method == "POST":
        PAGES.clear()  # the version of the figures was taken back with the change
    return got


# -- the table


@dataclass(frozen=True)
class Row:
    """One line of the table: an address, what is done there, and who may."""

    route: str
    method: str
    text: str
    cells: dict[str, str]


def read_table(markdown: str) -> list[Row]:
    """This will read every table of the document that has a column for addresses."""
    rows: list[Row] = []
    head: list[str] = []
    for line in markdown.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            head = []
        elif not head:
            head = cells if cells[0] == "Adresse" else []
        elif not set(cells[0]) <= {"-", ":"}:
            named = dict(zip(head, cells, strict=True))
            address = named.pop("Adresse").strip("`")
            rows.append(Row(address.removeprefix("/"), named.pop("Metode"), named.pop("Handling"), named))
    return rows
