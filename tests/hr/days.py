"""Days of sick leave for tests: written where one can see what is in them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.test import Client

from hr.models import Enhet, SickLeave
from hr.queries.sick_leave import SickLeaveBook
from hr.suppression import Cell, hide
from roros.models import Rammeomrade, Role, User, Virksomhet
from roros.workbooks import engine
from tests.people import give

LIMIT = 5


def cell(
    unit: str,
    *,
    area: int = 1,
    year: int = 2021,
    quarter: int = 1,
    employees: int = 20,
    agreed: str = "1000",
    short: str = "10",
    long: str = "30",
) -> Cell:
    """One unit in one quarter."""
    return Cell(year, quarter, unit, area, employees, Decimal(agreed), Decimal(short), Decimal(long))


def book(cells: Iterable[Cell], **options: Any) -> SickLeaveBook:
    """What pages would be handed."""
    found = tuple(cells)
    covers = options.pop("covers", ())
    return SickLeaveBook(
        cells=found,
        hidden=hide(found, limit=LIMIT, covers=covers),
        unit_names={one.unit: f"Enhet {one.unit}" for one in found},
        area_names={str(one.area): f"Område {one.area}" for one in found},
        **options,
    )


def organisation() -> None:
    """Two rammeområder and the virksomheter 100, 200, 300."""
    for number, name in ((1, "Stab og støtte"), (2, "Oppvekst")):
        Rammeomrade.objects.create(number=number, name=name)
    for code, name in (("100", "Sentraladministrasjonen"), ("200", "Røros skole"), ("300", "Helse")):
        Virksomhet.objects.create(code=code, name=name)


def row(unit: str = "100", **values: Any) -> SickLeave:
    """A stored quarter of a unit."""
    Enhet.objects.get_or_create(code=unit, defaults={"name": f"Enhet {unit}"})
    given = {
        "year": 2021,
        "quarter": 1,
        "rammeomrade_id": 1,
        "agreed_days": Decimal(1000),
        "short_days": Decimal(10),
        "long_days": Decimal(30),
        "employees": 20,
    }
    return SickLeave.objects.create(enhet_id=unit, **{**given, **values})


def user(role: Role | None) -> User:
    """Somebody with that role, or with none."""
    made = User.objects.create(username=f"bruker-{role}")
    if role is not None:
        give(made, role)
    return made


def signed_in(client: Client, role: Role | None) -> Client:
    """The client, signed in with that role."""
    client.force_login(user(role))
    return client


def read_in(kind: str, content: bytes, name: str = "fil.xlsx", **options: Any) -> Any:
    """A run of the file, carried through unless it is refused."""
    run = engine.receive(kind=kind, content=content, file_name=name, year=options.pop("year", None), by=None)
    return engine.carry_through(run, by=None, **options)
