"""How a report shows its tables: each is read from the same rows that its file holds. Handed their figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.models import Round
from budget.queries.limits import is_over
from budget.queries.rounds import needs_forecast
from roros.exports import IS_SUM, ExportTable, Value
from roros.lines import Line, LineKind, Missing, Phone
from roros.numbers import Scale, deviation_percent
from roros.periods import Period
from roros.tables import (
    AmountColumn,
    BarColumn,
    DateColumn,
    DecimalColumn,
    DeviationColumn,
    FiguresTable,
    NameColumn,
    PercentColumn,
    StatusColumn,
    TextColumn,
)

Tables = Mapping[str, ExportTable]


class AreasTable(FiguresTable):
    """Rammeområdene to date."""

    css = "deviations"
    navn = NameColumn(gettext_lazy("Rammeområde"), code="nr")
    regnskap_fjor = AmountColumn(gettext_lazy("%(actual)s %(last_year)s"), muted=True, wide_only=True)
    regnskap = AmountColumn(gettext_lazy("%(actual)s %(year)s"), phone=Phone.LEFT, phone_label=gettext_lazy("Brukt"))
    revidert_budsjett = AmountColumn(gettext_lazy("%(budget)s"), phone=Phone.BESIDE, phone_label=gettext_lazy("av"))
    avvik = DeviationColumn(gettext_lazy("%(deviation)s"))
    bar = BarColumn(of="avvik", over="over")
    avvik_pst = PercentColumn(gettext_lazy("Avvik i\N{NO-BREAK SPACE}%%"))
    merknad = StatusColumn(gettext_lazy("Merknad"), of="over")


class UnitsTable(FiguresTable):
    """Virksomhetene to date, with what they expect of the year."""

    navn = NameColumn(gettext_lazy("Virksomhet"), code="kode")
    regnskap = AmountColumn(gettext_lazy("%(actual)s"), phone=Phone.LEFT, phone_label=gettext_lazy("Brukt"))
    revidert_budsjett = AmountColumn(gettext_lazy("%(budget)s"), phone=Phone.BESIDE, phone_label=gettext_lazy("av"))
    avvik = DeviationColumn(gettext_lazy("%(deviation)s"))
    avvik_pst = PercentColumn(gettext_lazy("Avvik i\N{NO-BREAK SPACE}%%"))
    revidert_budsjett_aret = AmountColumn(gettext_lazy("Revidert budsjett %(year)s"), muted=True, wide_only=True)
    prognose = AmountColumn(gettext_lazy("Prognose %(year)s"))
    prognoseavvik = AmountColumn(
        gettext_lazy("Prognoseavvik"), phone=Phone.LINE, phone_label=gettext_lazy("Prognoseavvik")
    )
    merknad = StatusColumn(gettext_lazy("Merknad"), of="over_grensen")


class CentralTable(FiguresTable):
    """Central income, or finance, per tjeneste."""

    navn = NameColumn(gettext_lazy("Tjeneste"), code="kode")
    regnskap = AmountColumn(gettext_lazy("%(actual)s"), phone=Phone.LEFT, phone_label=gettext_lazy("Regnskap"))
    revidert_budsjett = AmountColumn(gettext_lazy("%(budget)s"), phone=Phone.BESIDE, phone_label=gettext_lazy("av"))
    avvik = DeviationColumn(gettext_lazy("%(deviation)s"))
    avvik_pst = PercentColumn(gettext_lazy("Avvik i\N{NO-BREAK SPACE}%%"))


class MeasuresTable(FiguresTable):
    """Measures with their effect."""

    empty = gettext_lazy("Ingen tiltak er registrert.")
    tiltak = NameColumn(gettext_lazy("Tiltak"))
    navn = TextColumn(gettext_lazy("Virksomhet"))
    status = TextColumn(gettext_lazy("Status"))
    frist = DateColumn(gettext_lazy("Frist"), phone_label=gettext_lazy("Frist"))
    forventet_effekt = AmountColumn(gettext_lazy("Forventet effekt"), key=True)
    oppnadd_effekt = AmountColumn(
        gettext_lazy("Oppnådd effekt"), phone=Phone.RIGHT, phone_label=gettext_lazy("oppnådd")
    )


class AmendmentsTable(FiguresTable):
    """The adopted amendments of the year."""

    empty = gettext_lazy("Kommunestyret har ikke vedtatt budsjettendringer i året.")
    tekst = NameColumn(gettext_lazy("Budsjettendring"), code="endringsnr")
    sak = TextColumn(gettext_lazy("Sak"))
    vedtaksdato = DateColumn(gettext_lazy("Vedtatt"))
    flyttet = AmountColumn(gettext_lazy("Flyttet"), key=True)


class ProjectsTable(FiguresTable):
    """Investment projects with their status."""

    prosjekt = NameColumn(gettext_lazy("Prosjekt"))
    vedtatt_totalt = AmountColumn(gettext_lazy("Vedtatt totalt"), wide_only=True)
    palopt_totalt = AmountColumn(gettext_lazy("Påløpt totalt"), wide_only=True)
    revidert_budsjett = AmountColumn(
        gettext_lazy("Revidert budsjett %(year)s"), phone=Phone.BESIDE, phone_label=gettext_lazy("av")
    )
    regnskap = AmountColumn(
        gettext_lazy("Regnskap %(year)s"), key=True, phone=Phone.LEFT, phone_label=gettext_lazy("Brukt")
    )
    status = TextColumn(gettext_lazy("Status"))


class DecisionsTable(FiguresTable):
    """Decisions without an amount, with their status."""

    tittel = NameColumn(gettext_lazy("Vedtak"), code="nr")
    frist = DateColumn(gettext_lazy("Frist"), phone_label=gettext_lazy("Frist"))
    ansvarlig_rolle = TextColumn(gettext_lazy("Ansvarlig"))
    status = TextColumn(gettext_lazy("Status"))


class SickLeaveTable(FiguresTable):
    """Sick leave of the year per rammeområde; small groups hidden."""

    rammeomrade = NameColumn(gettext_lazy("Rammeområde"), code="rammeomrade_nr")
    korttid_pst = DecimalColumn(gettext_lazy("Korttid"), phone=Phone.LEFT, phone_label=gettext_lazy("korttid"))
    langtid_pst = DecimalColumn(gettext_lazy("Langtid"), phone=Phone.RIGHT, phone_label=gettext_lazy("langtid"))
    samlet_pst = DecimalColumn(gettext_lazy("Samlet"), key=True)


class StepsTable(FiguresTable):
    """When each virksomhet delivered, and its report was approved and assured."""

    navn = NameColumn(gettext_lazy("Virksomhet"), code="virksomhet")
    levert = DateColumn(gettext_lazy("Levert av virksomhetsleder"), phone_label=gettext_lazy("Levert"))
    godkjent = DateColumn(
        gettext_lazy("Godkjent av kommunalsjef"), phone=Phone.LINE, phone_label=gettext_lazy("Godkjent")
    )
    kvalitetssikret = DateColumn(
        gettext_lazy("Kvalitetssikret av økonomi"), phone=Phone.LINE, phone_label=gettext_lazy("Kvalitetssikret")
    )


def areas_table(tables: Tables, reporting: Round) -> FiguresTable:
    """This will return the rammeområder, the sum of the services, what is no service, and the sum of the ledger."""
    rows = rows_of(tables, "avvik-rammeomrade")
    body = [{**row, "over": over(reporting, row)} for row in rows if not row[IS_SUM]]
    foot = [Line(row, LineKind.ROW if row["nr"] else LineKind.SUM, has_bar=False) for row in rows if row[IS_SUM]]
    if len(foot) > 1:
        foot[0] = Line({**foot[0].record, "navn": _("Sum tjenester")}, LineKind.SUM, has_bar=False)
    if foot:
        foot[-1] = Line(foot[-1].record, LineKind.GRAND, has_bar=False)
    return _table(AreasTable, body, footer=foot, caption=during(reporting, _("Driftsregnskap")), words=words(reporting))


def units_table(tables: Tables, reporting: Round) -> FiguresTable:
    """This will return the virksomheter of the services with their forecasts, and the sum."""
    forecasts = {row["virksomhet"]: row for row in rows_of(tables, "prognoser") if not row["ansvar"]}
    services = services_of(tables)
    body = []
    for row in rows_of(tables, "virksomheter"):
        if str(row["rammeomrade_nr"]) in services:
            forecast = forecasts.get(row["kode"], {})
            body.append({**row, **{name: forecast.get(name) for name in ("prognose", "prognoseavvik")}})
    columns = ("regnskap", "revidert_budsjett", "avvik", "revidert_budsjett_aret", "prognose", "prognoseavvik")
    total: dict[str, Any] = {name: total_of(body, name) for name in columns}
    if any(row["prognose"] is None for row in body):
        total["prognose"] = total["prognoseavvik"] = None  # a sum of some of them would be read as the whole
    total["avvik_pst"] = deviation_percent(total["avvik"], total["revidert_budsjett"])
    foot = [Line({"navn": _("Sum tjenester"), **total}, LineKind.GRAND)] if body else []
    return _table(
        UnitsTable,
        body,
        footer=foot,
        caption=during(reporting, _("Virksomhetene")),
        words=words(reporting),
        exclude=() if needs_forecast(reporting) else ("revidert_budsjett_aret", "prognose", "prognoseavvik"),
    )


def central_table(tables: Tables, name: str, reporting: Round) -> FiguresTable | None:
    """This will return the central income or the finance of the municipality; None when there is none."""
    rows = rows_of(tables, name)
    body = [row for row in rows if not row[IS_SUM]]
    foot = [Line(row, LineKind.GRAND) for row in rows if row[IS_SUM]]
    caption = during(reporting, _("Driftsregnskap"))
    return _table(CentralTable, body, footer=foot, caption=caption, words=words(reporting)) if body else None


def measures_table(tables: Tables) -> FiguresTable:
    """This will return the measures and their effect in all."""
    body = rows_of(tables, "tiltak")
    total = {"tiltak": _("Sum")} | {name: total_of(body, name) for name in ("forventet_effekt", "oppnadd_effekt")}
    return _table(MeasuresTable, body, footer=[Line(total, LineKind.GRAND)] if body else [], caption=_("Tiltakene."))


def amendments_of(tables: Tables) -> list[dict[str, Value]]:
    """This will return the adopted amendments, a row each, with what they moved."""
    found: dict[Value, dict[str, Value]] = {}
    for row in rows_of(tables, "budsjettendringer"):
        one = found.setdefault(
            row["endringsnr"],
            {
                **{name: row[name] for name in ("endringsnr", "tekst", "vedtaksdato", "organ", "saksnr")},
                "sak": f"{row['organ']}, {_('sak')} {row['saksnr']}",
                "flyttet": Decimal(0),
            },
        )
        amount = row["belop"]
        if isinstance(amount, Decimal) and amount > 0:
            one["flyttet"] = Decimal(str(one["flyttet"])) + amount
    return list(found.values())


def amendments_table(tables: Tables) -> FiguresTable:
    """This will return the adopted amendments."""
    return _table(AmendmentsTable, amendments_of(tables), caption=_("Vedtatte budsjettendringer."))


def projects_table(tables: Tables, reporting: Round) -> FiguresTable | None:
    """This will return the investment projects as the annual report prints them; None when there are none."""
    rows = rows_of(tables, "investeringer")
    lines: list[Line] = []
    for row in rows:
        if not lines or lines[-1].read("rammeomrade_nr") != row["rammeomrade_nr"]:
            head = {"prosjekt": row["rammeomrade"], "rammeomrade_nr": row["rammeomrade_nr"]}
            lines.append(Line(head, LineKind.GROUP))
        lines.append(Line(row, LineKind.SUB if row[IS_SUM] else LineKind.ROW))
    caption = _("Investeringsprosjektene.")
    return _table(ProjectsTable, lines, caption=caption, words=words(reporting)) if rows else None


def decisions_table(tables: Tables) -> FiguresTable | None:
    """This will return the decisions without an amount; None when there are none."""
    rows = rows_of(tables, "verbalvedtak")
    return _table(DecisionsTable, rows, caption=_("Verbalvedtakene."), unit="") if rows else None


def sick_leave_table(tables: Tables) -> FiguresTable | None:
    """This will return sick leave per rammeområde; None when there are no figures."""
    rows = [{**row, **_shown(row)} for row in rows_of(tables, "sykefravaer")]
    caption = _("Sykefravær i året.")
    return _table(SickLeaveTable, rows, caption=caption, unit=_("Prosent.")) if rows else None


def steps_table(tables: Tables) -> FiguresTable:
    """This will return when each virksomhet delivered."""
    return _table(StepsTable, rows_of(tables, "innlevering"), caption=_("Virksomhetenes innlevering."), unit="")


def rows_of(tables: Tables, name: str) -> list[Mapping[str, Value]]:
    """This will return the rows of a table; none when the report does not have it."""
    return list(tables[name].rows) if name in tables else []


def services_of(tables: Tables) -> set[str]:
    """This will return the numbers of the rammeområder that are services."""
    return {str(row["nr"]) for row in rows_of(tables, "avvik-rammeomrade") if not row[IS_SUM]}


def total_of(rows: Iterable[Mapping[str, Value]], name: str) -> Decimal | None:
    """This will add up a column; None when no row has a figure in it."""
    found = [value for row in rows if isinstance(value := row[name], Decimal)]
    return sum(found, Decimal(0)) if found else None


def over(reporting: Round, row: Mapping[str, Value]) -> bool:
    """This will say whether a row is over the limits of the round."""
    off, revised = row["avvik"], row["revidert_budsjett"]
    if not isinstance(off, Decimal) or not isinstance(revised, Decimal):
        return False
    return is_over(off, revised, reporting.limit_amount, reporting.limit_percent)


def during(reporting: Round, what: str) -> str:
    """This will say what a table holds and for which period: "Driftsregnskap. Januar–august 2021."."""
    return f"{what}. {Period(reporting.year, reporting.period).months}."


def words(reporting: Round) -> dict[str, object]:
    """This will return what column heads are filled in with: "hiå." while the year is not over."""
    years: dict[str, object] = {"year": reporting.year, "last_year": reporting.year - 1}
    if Period(reporting.year, reporting.period).is_year:
        return years | {"actual": _("Regnskap"), "budget": _("Revidert budsjett"), "deviation": _("Avvik")}
    return years | {
        "actual": _("Regnskap hiå."),
        "budget": _("Periodisert budsjett hiå."),
        "deviation": _("Avvik hiå."),
    }


def _shown(row: Mapping[str, Value]) -> dict[str, object]:
    """A hidden percent is a sign in the file; on the page its meaning is explained."""
    names = ("korttid_pst", "langtid_pst", "samlet_pst")
    return {name: Missing.HIDDEN if row[name] == Missing.HIDDEN.value else row[name] for name in names}


def _table(make: type[FiguresTable], rows: Iterable[Any], **options: Any) -> FiguresTable:
    return make(rows, scale=Scale.TKR, orderable=False, **options)
