"""What a per-row import library does with the same lines: django-import-export, into the same ledger."""

from __future__ import annotations

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "roros.settings")
django.setup()

from import_export import fields, resources, widgets  # noqa: E402 - Django first
from tablib import Dataset  # noqa: E402

from budget.models import Art, LedgerLine, Tjeneste  # noqa: E402
from roros.models import Ansvar, ImportRun, StoredFile  # noqa: E402
from tests.bench.workbooks import lines  # noqa: E402

YEAR, ROWS = int(sys.argv[1]), int(sys.argv[2])


def code(model: type, name: str) -> fields.Field:
    """This will give a column that looks its code up, row by row, as the library does."""
    return fields.Field(column_name=name, attribute=name, widget=widgets.ForeignKeyWidget(model, "code"))


class LedgerResource(resources.ModelResource):  # type: ignore[misc]
    """The ledger as the library sees it."""

    ansvar = code(Ansvar, "ansvar")
    tjeneste = code(Tjeneste, "tjeneste")
    art = code(Art, "art")

    class Meta:
        model = LedgerLine
        fields = ("kind", "year", "period", "ansvar", "tjeneste", "art", "amount", "import_run", "sheet_row")
        force_init_instance = True
        use_transactions = True


file, _new = StoredFile.objects.get_or_create(sha256="1" * 64, defaults={"content": b"", "size": 0})
run = ImportRun.objects.create(kind="regnskap", year=YEAR, file=file, file_name="x", state="committing")
data = Dataset(headers=["kind", "year", "period", "ansvar", "tjeneste", "art", "amount", "import_run", "sheet_row"])
for row, (ansvar, tjeneste, art, period, amount) in enumerate(lines(ROWS), start=2):
    data.append(["regnskap", YEAR, period, ansvar, tjeneste, art, amount, run.pk, row])
result = LedgerResource().import_data(data, raise_errors=True)
if result.totals["new"] != ROWS:
    raise SystemExit(f"only {result.totals['new']} of {ROWS} rows went in")
