"""What a report says, in the order it is read: the answer, the figures, why, what is expected, and the rest."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budget.models import Round
from budget.queries.rounds import needs_forecast, title_of
from budget.rich_text import rendered
from budget.tables.signed import (
    Tables,
    amendments_table,
    areas_table,
    central_table,
    decisions_table,
    measures_table,
    projects_table,
    rows_of,
    services_of,
    sick_leave_table,
    steps_table,
    total_of,
    units_table,
)
from roros.exports import IS_SUM, Value
from roros.numbers import Scale, format_amount, format_percent
from roros.periods import Period
from roros.tables import FiguresTable
from roros.wording import capital, money, spelled


@dataclass(frozen=True)
class Signature:
    """Who signed, and when."""

    name: str
    at: datetime.datetime


@dataclass(frozen=True)
class Explained:
    """What a leader said of one deviation, ready for the page."""

    code: str
    name: str
    level: str
    kind: str
    deviation: Decimal | None
    parts: Sequence[tuple[str, SafeString]]
    effect: Decimal | None


@dataclass(frozen=True)
class Part:
    """One section of the report: its heading and its table."""

    id: str
    heading: str
    table: FiguresTable


def report_context(reporting: Round, tables: Tables, signature: Signature | None) -> dict[str, object]:
    """This will return what the page of a report is rendered from."""
    return {
        "title": title_of(reporting),
        "months": Period(reporting.year, reporting.period).months,
        "finding": finding(reporting, tables),
        "lede": lede(reporting, tables),
        "limits": limits(reporting),
        "areas": areas_table(tables, reporting),
        "units": units_table(tables, reporting),
        "explanations": explanations(tables),
        "central": list(_central(tables, reporting)),
        "parts": list(_parts(tables, reporting)),
        "steps": steps_table(tables),
        "signature": signature,
    }


def finding(reporting: Round, tables: Tables) -> str:
    """This will give the answer: how far the services are from their budget to date."""
    name = title_of(reporting)
    total = next((row["avvik"] for row in rows_of(tables, "avvik-rammeomrade") if row[IS_SUM]), None)
    if not isinstance(total, Decimal):
        return _("%(round)s: ingen tall for perioden") % {"round": name}
    known = {"round": name, "amount": money(total)}
    if not total:
        return _("%(round)s: tjenestene brukte akkurat det som var budsjettert") % known
    if total < 0:
        return _("%(round)s: tjenestene brukte %(amount)s mer enn budsjettert") % known
    return _("%(round)s: tjenestene brukte %(amount)s mindre enn budsjettert") % known


def lede(reporting: Round, tables: Tables) -> str:
    """This will say how many units are over the limit, and how the year is expected to end."""
    services = services_of(tables)
    units = rows_of(tables, "virksomheter")
    red = [row for row in units if row["over_grensen"] and str(row["rammeomrade_nr"]) in services]
    sentences = [
        capital(
            ngettext("%(count)s virksomhet er over grensen.", "%(count)s virksomheter er over grensen.", len(red))
            % {"count": spelled(len(red))}
        )
    ]
    inside = {row["kode"] for row in units if str(row["rammeomrade_nr"]) in services}
    forecasts = [row for row in rows_of(tables, "prognoser") if not row["ansvar"] and row["virksomhet"] in inside]
    off = total_of(forecasts, "prognoseavvik")
    if needs_forecast(reporting) and off is not None:
        known = {"year": reporting.year, "amount": money(off)}
        if off < 0:
            sentences.append(_("Virksomhetene venter å bruke %(amount)s mer enn budsjettet i %(year)s.") % known)
        elif off > 0:
            sentences.append(_("Virksomhetene venter å bruke %(amount)s mindre enn budsjettet i %(year)s.") % known)
        else:
            sentences.append(_("Virksomhetene venter å holde budsjettet i %(year)s.") % known)
    return " ".join(sentences)


def limits(reporting: Round) -> str:
    """This will explain the sign and the limits of the round."""
    return _(
        "Minus = brukt mer enn budsjettert. «Over grensen» = merforbruk på minst %(amount)s kr og %(percent)s."
    ) % {"amount": format_amount(reporting.limit_amount, Scale.KR), "percent": format_percent(reporting.limit_percent)}


def explanations(tables: Tables) -> list[Explained]:
    """This will return the explanations with their texts rendered and cleaned."""
    found = []
    for row in rows_of(tables, "forklaringer"):
        texts = ((_("Årsak"), row["arsak"]), (_("Konsekvens"), row["konsekvens"]), (_("Tiltak"), row["tiltak"]))
        parts = [(label, rendered(str(text))) for label, text in texts if text]
        found.append(
            Explained(
                code=str(row["kode"]),
                name=str(row["navn"]),
                level=str(row["niva"]),
                kind=str(row["slag"]),
                deviation=_amount(row["avvik"]),
                parts=parts,
                effect=_amount(row["forventet_effekt"]),
            )
        )
    return found


def _central(tables: Tables, reporting: Round) -> list[Part]:
    named = (("sentrale-inntekter", _("Frie inntekter")), ("finans", _("Finans")))
    found = [(name, heading, central_table(tables, name, reporting)) for name, heading in named]
    return [Part(name, heading, table) for name, heading, table in found if table is not None]


def _parts(tables: Tables, reporting: Round) -> list[Part]:
    found = [
        ("tiltak", _("Tiltak"), measures_table(tables)),
        ("budsjettendringer", _("Budsjettendringer"), amendments_table(tables)),
        ("investeringer", _("Investeringer"), projects_table(tables, reporting)),
        ("verbalvedtak", _("Oppfølging av vedtak"), decisions_table(tables)),
        ("sykefravaer", _("Sykefravær"), sick_leave_table(tables)),
    ]
    return [Part(name, heading, table) for name, heading, table in found if table is not None]


def _amount(value: Value) -> Decimal | None:
    return value if isinstance(value, Decimal) else None
