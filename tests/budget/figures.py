"""Small municipalities for tests: an organisation and balances to date, written straight into the tables."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils import timezone

from budget.models import ActiveSlice, Art, Balance, Prosjekt, Tjeneste
from budget.queries.years import FigureYear
from roros.models import Ansvar, DataVersion, ImportRun, Plassering, Rammeomrade, Role, StoredFile, User, Virksomhet
from tests.people import give

YEARS = {
    2021: FigureYear(2021, 13, has_budget=True, updated=None, files=(), read_on=None),
    2020: FigureYear(2020, 13, has_budget=True, updated=None, files=(), read_on=None),
}


def organisation(*placements: tuple[str, str, int], operational: Iterable[int] = range(1, 9)) -> None:
    """Each placement is ansvar, virksomhet, rammeområde; all of them since 2010."""
    services = set(operational)
    for ansvar, virksomhet, number in placements:
        area, _made = Rammeomrade.objects.get_or_create(
            number=number, defaults={"name": f"Område {number}", "operational": number in services}
        )
        unit, _made = Virksomhet.objects.get_or_create(code=virksomhet, defaults={"name": f"Virksomhet {virksomhet}"})
        centre = Ansvar.objects.create(code=ansvar, name=f"Ansvar {ansvar}")
        Plassering.objects.create(ansvar=centre, virksomhet=unit, rammeomrade=area, from_year=2010)


def chart(
    *, tjenester: Iterable[str] = ("2010",), arter: Iterable[str] = ("101000",), prosjekter: Iterable[str] = ()
) -> None:
    """The codes that balances may have, and "no project"."""
    Tjeneste.objects.bulk_create(
        Tjeneste(code=code, name=f"Tjeneste {code}", kostra_funksjon="201") for code in tjenester
    )
    Art.objects.bulk_create(Art(code=code, name=f"Art {code}", kostra_art="010") for code in arter)
    for code in prosjekter:
        Prosjekt.objects.create(code=code, name=f"Prosjekt {code}")
    Prosjekt.objects.get_or_create(code="", defaults={"name": "Uten prosjekt"})


def balance(
    ansvar: str,
    *,
    actual: Decimal | int = 0,
    original: Decimal | int = 0,
    amended: Decimal | int = 0,
    year: int = 2021,
    period: int = 13,
    tjeneste: str = "2010",
    art: str = "101000",
    prosjekt: str = "",
) -> Balance:
    """One balance to date, in kroner."""
    return Balance.objects.create(
        year=year,
        period=period,
        ansvar_id=ansvar,
        tjeneste_id=tjeneste,
        art_id=art,
        prosjekt_id=prosjekt,
        actual=actual,
        original=original,
        amended=amended,
        lines=1,
    )


def supply(year: int = 2021, *, kinds: Iterable[str] = ("regnskap", "budsjett"), through: int = 13) -> ImportRun:
    """Say that an import supplied the year, as a committed run does."""
    file, _made = StoredFile.objects.get_or_create(sha256="0" * 64, defaults={"content": b"x", "size": 1})
    run = ImportRun.objects.create(
        kind="regnskap",
        year=year,
        file=file,
        file_name=f"regnskap-{year}.xlsx",
        state=ImportRun.State.COMMITTED,
        committed_at=timezone.now(),
    )
    for kind in kinds:
        last = through if kind == "regnskap" else 13
        ActiveSlice.objects.bulk_create(
            ActiveSlice(kind=kind, year=year, period=period, import_run=run) for period in range(1, last + 1)
        )
    DataVersion.objects.get_or_create(id=1)
    return run


def reader(username: str = "leser", *, role: Role | None = Role.POLITIKER) -> User:
    """Somebody who may read figures; nobody in particular when the role is None."""
    user = User.objects.create(username=username)
    if role:
        give(user, role)
    return user
