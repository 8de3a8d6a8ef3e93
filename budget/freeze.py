"""What a signed report is made of: its tables, its page and its files, in an order that is always the same."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from budget.exports.files import Years, export_table
from budget.exports.report import (
    balances_file,
    explanations_file,
    forecasts_file,
    measures_file,
    months_file,
    steps_file,
    units_file,
)
from budget.models import Round
from budget.queries.rounds import title_of
from budget.queries.years import figure_years
from budget.selection import Selection
from budget.signed_content import Signature, report_context
from roros import table_registry
from roros.exports import ExportTable, Format, workbook_of
from roros.numbers import Scale
from roros.periods import Period
from roros.table_registry import NoSuchTable, TableQuery

# What the figures pages and the other rooms export, as far as it belongs in a report. Sick leave is the version
# that hides small groups. A room that is not there, or that has nothing for the year, leaves its table out.
FIGURES = (
    *("avvik-rammeomrade", "avvik-virksomhet", "avvik-ansvar", "avvik-tjeneste", "avvik-art"),
    *("sentrale-inntekter", "finans", "budsjettendringer", "organisasjon"),
)
ROOMS = (
    *("investeringer", "investeringer-register", "verbalvedtak", "maltall"),
    *("sykefravaer", "sykefravaer-kvartal", "klima", "klimatiltak"),
)
OWN: dict[str, Callable[[Round], ExportTable]] = {
    "virksomheter": units_file,
    "forklaringer": explanations_file,
    "prognoser": forecasts_file,
    "tiltak": measures_file,
    "innlevering": steps_file,
    "saldo": balances_file,
    "regnskap-maneder": months_file,
}
LARGE = ("saldo", "regnskap-maneder")  # for machines: csv alone
NAMES = (*FIGURES, *OWN, *ROOMS)

PAGE = "rapport.html"
EVERYTHING = "rapport.json"
WORKBOOK = "rapport.xlsx"
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": Format.XLSX.content_type,
    "json": "application/json",
    "html": "text/html; charset=utf-8",
}
MARK = "<!-- rapport -->"  # stands before and after the part of rapport.html that the site shows


@dataclass(frozen=True)
class FrozenFile:
    """One file of a report, before it is stored."""

    name: str
    title: str
    content: bytes

    @property
    def media_type(self) -> str:
        """This will return what kind of file it is."""
        return MEDIA_TYPES[self.name.rpartition(".")[2]]

    @cached_property
    def sha256(self) -> str:
        """This will return the checksum of the content."""
        return hashlib.sha256(self.content).hexdigest()


def table_of(reporting: Round, name: str, years: Years | None = None) -> ExportTable | None:
    """This will return one table of a report as it is now; None when there is nothing to show."""
    if name in OWN:
        return OWN[name](reporting)
    period = Period(reporting.year, reporting.period)
    if name in FIGURES:
        return export_table(name, Selection(reporting.year, period=period.rollup_number, scale=Scale.KR), years)
    if name not in table_registry.names():
        return None
    try:
        return table_registry.get(name)(TableQuery(reporting.year, reporting.period))
    except NoSuchTable:
        return None


def tables_of(reporting: Round) -> dict[str, ExportTable]:
    """This will return every table of a report as it is now, by name."""
    years = figure_years()
    found = {name: table_of(reporting, name, years) for name in NAMES}
    return {name: table for name, table in found.items() if table is not None}


def content_of(reporting: Round, tables: Mapping[str, ExportTable], signature: Signature | None = None) -> SafeString:
    """This will render the report itself, without the shell around it; unsigned it is what would be signed."""
    return render_to_string("budget/signed_content.html", report_context(reporting, tables, signature))


def fingerprint(content: str, tables: Mapping[str, ExportTable]) -> str:
    """This will name what a reader was shown and its figures: the same mark means that nothing has changed since."""
    seen = hashlib.sha256(content.encode())
    for table in tables.values():
        seen.update(table.to_csv())
    return seen.hexdigest()


def report_files(reporting: Round, tables: Mapping[str, ExportTable], signature: Signature) -> list[FrozenFile]:
    """This will return every file of the report: the page, everything as data, the workbook, and each table."""
    title = title_of(reporting)
    page = document(title, content_of(reporting, tables, signature))
    small = [table for name, table in tables.items() if name not in LARGE]
    files = [
        FrozenFile(PAGE, _("Rapporten som side"), page.encode()),
        FrozenFile(
            WORKBOOK, _("Alle tabellene i én arbeidsbok"), workbook_of(small, title=title, made_at=signature.at)
        ),
        FrozenFile(EVERYTHING, _("Alt som data"), everything(reporting, tables, signature)),
    ]
    for name, table in tables.items():
        label = table.title or name
        files.append(FrozenFile(f"{name}.csv", label, table.to_csv()))
        if name not in LARGE:
            files.append(FrozenFile(f"{name}.xlsx", label, table.to_xlsx(made_at=signature.at)))
    return files


def document(title: str, content: str) -> str:
    """This will return the report as a page of its own, which reads well without this site."""
    return render_to_string(
        "budget/signed_document.html", {"title": title, "content": content, "mark": SafeString(MARK)}
    )


def shown_part(page: bytes) -> SafeString:
    """This will return the part of rapport.html that the site shows inside its shell, unchanged."""
    return SafeString(page.decode().split(MARK)[1])


def everything(reporting: Round, tables: Mapping[str, ExportTable], signature: Signature) -> bytes:
    """This will return one JSON object with what the round is and every table as `_export=json` gives it."""
    head = {
        "title": title_of(reporting),
        "kind": reporting.kind,
        "year": reporting.year,
        "period": reporting.period,
        "limit_amount": str(reporting.limit_amount),
        "limit_percent": str(reporting.limit_percent),
        "signed_at": _iso(signature.at),
        "signed_by": signature.name,
        "licence": "NLOD 2.0",
    }
    parts = ",\n".join(
        f"{json.dumps(name)}: {table.to_json(made_at=signature.at).decode().rstrip()}" for name, table in tables.items()
    )
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "tables": {{\n{parts}\n}}}}\n'.encode()


def _iso(moment: datetime.datetime) -> str:
    return moment.isoformat(timespec="seconds")
