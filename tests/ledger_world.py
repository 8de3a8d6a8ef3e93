"""A small municipality, files for it, and everything that a figure rests on as one text."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from budget.models import Art, Prosjekt, Tjeneste
from roros.models import Ansvar, ImportRun, Plassering, Rammeomrade, Role, User, Virksomhet
from roros.workbooks import engine
from tests.people import give
from tests.workbooks import xlsx

LINE_HEADER = ("Ansvar", "Ansvar(T)", "Tjeneste", "Art", "Prosjekt", "Periode", "Beløp")
AMENDMENT_HEADER = (
    *("Endringsnr", "Saksnr", "Organ", "Vedtaksdato", "Tekst"),
    *("Ansvar", "Tjeneste", "Art", "Prosjekt", "Periode", "Beløp"),
)

# (ansvar, tjeneste, art, prosjekt, month, amount)
Line = tuple[str, str, str, str, int, str]
LINES: list[Line] = [
    ("1000", "1200", "101000", "", 1, "100.00"),
    ("1000", "1200", "101000", "", 2, "110.50"),
    ("3100", "2530", "101000", "", 1, "900.25"),
    ("3100", "2530", "111500", "111011", 2, "40.00"),
    ("9000", "8000", "187000", "", 1, "-1000.00"),
    ("9000", "8000", "187000", "", 3, "-1100.75"),
]


def build() -> None:
    """Three rammeområder, five ansvar placed from 2019 on, and one that was closed in 2018."""
    for number, name, operational in (
        (1, "Stab", True),
        (3, "Helse og omsorg", True),
        (9, "Sentrale inntekter", False),
    ):
        Rammeomrade.objects.create(number=number, name=name, operational=operational)
    for code, name in (("100", "Rådmann"), ("310", "Sykehjem"), ("320", "Hjemmetjeneste"), ("900", "Skatt")):
        Virksomhet.objects.create(code=code, name=name)
    for code, virksomhet, number in (
        ("1000", "100", 1),
        ("3100", "310", 3),
        ("3110", "310", 3),
        ("3200", "320", 3),
        ("9000", "900", 9),
    ):
        place(code, virksomhet, number, 2019, None)
    place("3999", "310", 3, 2015, 2018)
    for code, first, last in (("1200", 1990, None), ("2530", 1990, None), ("8000", 1990, None), ("2999", 2010, 2018)):
        Tjeneste.objects.create(
            code=code, name=f"Tjeneste {code}", kostra_funksjon=code[:3], from_year=first, to_year=last
        )
    for code, name in (("101000", "Lønn"), ("111500", "Mat"), ("118000", "Strøm"), ("187000", "Skatt")):
        Art.objects.create(code=code, name=name, kostra_art=code[1:4], is_income=code == "187000")
    Prosjekt.objects.create(code="111011", name="Korona")


def place(code: str, virksomhet: str, rammeomrade: int, first: int, last: int | None) -> None:
    """An ansvar in its virksomhet and rammeområde for some years."""
    ansvar, _new = Ansvar.objects.get_or_create(code=code, defaults={"name": f"Ansvar {code}"})
    Plassering.objects.create(
        ansvar=ansvar, virksomhet_id=virksomhet, rammeomrade_id=rammeomrade, from_year=first, to_year=last
    )


def user(role: Role | None, name: str = "") -> User:
    """Somebody with that role, or with none."""
    made = User.objects.create_user(username=name or (role.value if role else "uten-rolle"), password="hemmelig")
    if role is not None:
        give(made, role)
    return made


def ledger_file(lines: Iterable[Line] = LINES, *, year: int = 2021, sum_row: bool = True, title: str = "") -> bytes:
    """A ledger export as the municipality's system gives it: title, print date, header in row 4, lines, sum."""
    lines = list(lines)
    rows: list[Sequence[object]] = [
        [title or f"Regnskap {year}"],
        ["Utskriftsdato: 17.02.2022 09:12:00"],
        [],
        LINE_HEADER,
    ]
    rows += [
        (ansvar, f"Ansvar {ansvar}", tjeneste, art, prosjekt, f"{year}{month:02}", float(amount))
        for ansvar, tjeneste, art, prosjekt, month, amount in lines
    ]
    if sum_row:
        total = sum((Decimal(line[-1]) for line in lines), Decimal(0))
        rows.append(("Sum", "", "", "", "", "", float(total)))
    return xlsx(rows)


def amendments_file(moves: Iterable[tuple[str, Iterable[Line]]], *, year: int = 2021, text: str = "Justering") -> bytes:
    """Adopted amendments: number and lines of each."""
    rows: list[Sequence[object]] = [["Budsjettendringer"], [], [], AMENDMENT_HEADER]
    for number, lines in moves:
        rows += [
            (
                *(number, "51/21", "Kommunestyret", date(year, 6, 17), text),
                *(ansvar, tjeneste, art, prosjekt, f"{year}{month:02}", float(amount)),
            )
            for ansvar, tjeneste, art, prosjekt, month, amount in lines
        ]
    return xlsx({"Budsjettendringer": rows})


MOVE = (
    "2021-001",
    [("1000", "1200", "101000", "", 6, "-25.00"), ("3100", "2530", "111500", "", 6, "25.00")],
)


def received(content: bytes, kind: str = "regnskap", *, name: str = "", by: User | None = None) -> ImportRun:
    """A run for a file that nobody has read yet."""
    return engine.receive(kind=kind, content=content, file_name=name or f"{kind}.xlsx", year=None, by=by)


def imported(content: bytes, kind: str = "regnskap", *, by: User | None = None) -> ImportRun:
    """A file read in and committed."""
    run = received(content, kind, by=by)
    engine.carry_through(run, by=by)
    assert run.state == ImportRun.State.COMMITTED, run.findings[:3]
    return run


def load() -> None:
    """Accounts, original budget and one amendment of 2021: imports 1, 2 and 3."""
    imported(ledger_file(), "regnskap")
    imported(ledger_file(), "budsjett")
    imported(amendments_file([MOVE]), "budsjettendringer")


FIGURES = {
    "balances": "SELECT * FROM budget_balance ORDER BY 1, 2, 3, 4, 5, 6",
    "lines": "SELECT kind, year, period, ansvar_id, tjeneste_id, art_id, prosjekt_id, amount, sheet_row"
    " FROM budget_activeline ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9",
    "slices": "SELECT * FROM budget_activeslice ORDER BY 1, 2, 3",
    "amendments": "SELECT number, year, status FROM budget_amendment WHERE status <> 'angret' ORDER BY 1",
    "placements": "SELECT ansvar_id, virksomhet_id, rammeomrade_id, from_year, to_year"
    " FROM roros_plassering ORDER BY 1, 4",
    **{
        table: f"SELECT * FROM {table} ORDER BY 1"
        for table in (
            *("roros_rammeomrade", "roros_virksomhet", "roros_ansvar"),
            *("budget_tjeneste", "budget_art", "budget_prosjekt"),
        )
    },
}


def figures() -> str:
    """Everything that a figure rests on, line by line."""
    lines = []
    with connection.cursor() as cursor:
        for name, sql in FIGURES.items():
            cursor.execute(sql)
            lines += [f"{name}: {row}" for row in cursor.fetchall()]
    return "\n".join(lines)


def amounts() -> str:
    """The same without which import supplies it: equal after two imports of the same file."""
    return "\n".join(line for line in figures().splitlines() if not line.startswith("slices"))


def exported(folder: Path) -> dict[str, bytes]:
    """Every table of the budget room as the command line exports it."""
    tables = {}
    for name in ("rammeomrade", "virksomhet", "ansvar", "tjeneste", "art"):
        path = folder / f"{name}.csv"
        call_command("export_table", f"avvik-{name}", "--year", "2021", "--output", str(path), stdout=io.StringIO())
        tables[name] = path.read_bytes()
    return tables
