"""A database for the benchmark alone: a server of its own, as durable as the demo's, with made-up accounts."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from roros import postgres
from tests.bench.workbooks import ANSVAR, ART, TJENESTE


def start() -> postgres.Server:
    """This will start an empty server and point DATABASE_URL at it, for this process and the commands it runs."""
    folder = Path(tempfile.mkdtemp(prefix="roros-bench-", dir="/var/tmp" if os.geteuid() == 0 else None))
    server = postgres.Server(folder)
    os.environ["DATABASE_URL"] = server.use()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "roros.settings")
    return server


def fill_chart() -> None:
    """This will make the codes that the made-up workbooks use, valid in every year."""
    from budget.models import Art, Tjeneste
    from roros.models import Ansvar, Plassering, Rammeomrade, Virksomhet

    areas = [Rammeomrade(number=n, name=f"Område {n}", operational=n <= 8) for n in range(1, 11)]
    Rammeomrade.objects.bulk_create(areas)
    units = [Virksomhet(code=str(100 + n), name=f"Virksomhet {n}") for n in range(30)]
    Virksomhet.objects.bulk_create(units)
    Ansvar.objects.bulk_create(Ansvar(code=code, name=f"Ansvar {code}") for code in ANSVAR)
    Plassering.objects.bulk_create(
        Plassering(
            ansvar_id=code, virksomhet=units[n % 30], rammeomrade=areas[n % 30 % 10], from_year=1990, to_year=None
        )
        for n, code in enumerate(ANSVAR)
    )
    Tjeneste.objects.bulk_create(Tjeneste(code=code, name=code, kostra_funksjon=code[:3]) for code in TJENESTE)
    Art.objects.bulk_create(Art(code=code, name=code, kostra_art=code[1:4]) for code in ART)


def add_units(units: int, *, each: int) -> list[str]:
    """This will add virksomheter to the eight services, with that many ansvar each, and return accounts for them."""
    from roros.models import Ansvar, Plassering, Virksomhet

    codes = {f"{7000 + unit}": [f"{70000 + unit * each + n}" for n in range(each)] for unit in range(units)}
    Virksomhet.objects.bulk_create(Virksomhet(code=code, name=f"Virksomhet {code}") for code in codes)
    Ansvar.objects.bulk_create(Ansvar(code=code, name=f"Ansvar {code}") for below in codes.values() for code in below)
    Plassering.objects.bulk_create(
        Plassering(ansvar_id=code, virksomhet_id=unit, rammeomrade_id=1 + n % 8, from_year=1990, to_year=None)
        for n, (unit, below) in enumerate(codes.items())
        for code in below
    )
    return [
        f"{code}/{tjeneste}/{art}"
        for below in codes.values()
        for code in below
        for tjeneste in TJENESTE[:3]
        for art in ART[:4]
    ]


def add_lines(year: int, count: int, *, accounts: Sequence[str] = (), kind: str = "regnskap") -> None:
    """This will add that many lines for the year over the made-up accounts, by SQL, and their balances."""
    from django.db import connection, transaction

    from budget.balances import rebuild
    from budget.models import ActiveSlice
    from roros.models import ImportRun, StoredFile
    from tests.bench.workbooks import ACCOUNTS

    accounts = accounts or ["/".join(account) for account in ACCOUNTS]
    file, _new = StoredFile.objects.get_or_create(sha256="0" * 64, defaults={"content": b"", "size": 0})
    with transaction.atomic(), connection.cursor() as cursor:
        run = ImportRun.objects.create(kind=kind, year=year, file=file, file_name="x", state="committing")
        cursor.execute(
            """INSERT INTO budget_ledgerline
                   (kind, year, period, ansvar_id, tjeneste_id, art_id, prosjekt_id, amount, import_run_id, sheet_row)
               SELECT %s, %s, 1 + i %% 12, account[1], account[2], account[3], '',
                      (i::bigint * %s %% 1000003 - 200000) / 100.0, %s, i
               FROM generate_series(0, %s - 1) i
               CROSS JOIN LATERAL (SELECT string_to_array((%s::text[])[1 + i %% %s], '/') AS account) a""",
            [kind, year, 7919 if kind == "regnskap" else 7907, run.pk, count, list(accounts), len(accounts)],
        )
        ActiveSlice.objects.bulk_create(
            ActiveSlice(kind=kind, year=year, period=period, import_run=run) for period in range(1, 13)
        )
        run.state, run.committed_at = "committed", file.stored_at
        run.save()
        rebuild(year)
