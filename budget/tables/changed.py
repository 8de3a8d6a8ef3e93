"""The tables of what changed since a round was signed. Handed their figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.findings import changed as say
from budget.queries.changed import ChangedSince, UnitChange
from budget.queries.late_postings import LatePosting, Source
from roros import access
from roros.exports import ExportColumn
from roros.lines import Line, LineKind, Phone
from roros.numbers import Scale
from roros.periods import MONTHS_SHORT
from roros.tables import AmountColumn, DeviationColumn, FiguresTable, NameColumn, StatusColumn, TextColumn
from roros.templatetags.figures import day, moment
from roros.wording import capital

ENTRY = "foring"


@dataclass(frozen=True)
class Section:
    """One part of the page: what it is about, the finding, and the table if there is anything in it."""

    key: str
    heading: str
    finding: str
    table: FiguresTable | None


class LateTable(FiguresTable):
    """Accounts whose figure at the same period is another."""

    konto = NameColumn(gettext_lazy("Ansvar og art"), export="")
    tjeneste_vist = TextColumn(gettext_lazy("Tjeneste"), of="tjeneste_shown", phone=Phone.HIDDEN, export="")
    perioder = TextColumn(gettext_lazy("Måned"), phone=Phone.HIDDEN)
    signert = AmountColumn(gettext_lazy("Signert"), phone=Phone.LEFT, phone_label=gettext_lazy("Signert"))
    na = AmountColumn(gettext_lazy("%(after)s"), phone=Phone.BESIDE, phone_label=gettext_lazy("nå"))
    endring = DeviationColumn(gettext_lazy("Endring"), plus=True)
    kilde = TextColumn(gettext_lazy("Kommer fra"), href="href")

    further_exports = (
        ExportColumn("ansvar", gettext_lazy("Ansvar")),
        ExportColumn("ansvar_navn", gettext_lazy("Ansvarsnavn")),
        ExportColumn("tjeneste", gettext_lazy("Tjeneste")),
        ExportColumn("tjeneste_navn", gettext_lazy("Tjenestenavn")),
        ExportColumn("art", gettext_lazy("Art")),
        ExportColumn("art_navn", gettext_lazy("Artsnavn")),
        ExportColumn("prosjekt", gettext_lazy("Prosjekt")),
    )


class MovedTable(FiguresTable):
    """Deviations of units then and now."""

    navn = NameColumn(gettext_lazy("Virksomhet"), code="kode")
    signert = AmountColumn(gettext_lazy("Avvik %(before)s"), phone=Phone.LEFT, phone_label=gettext_lazy("Signert"))
    na = AmountColumn(gettext_lazy("Avvik %(after)s"), phone=Phone.BESIDE, phone_label=gettext_lazy("nå"))
    endring = DeviationColumn(gettext_lazy("Endring"), plus=True)
    merknad = StatusColumn(gettext_lazy("Merknad"), of="is_over")


class ForecastMovesTable(FiguresTable):
    """Forecasts that moved."""

    navn = NameColumn(gettext_lazy("Virksomhet"), code="kode")
    signert = AmountColumn(gettext_lazy("Prognose, signert"), phone=Phone.LEFT, phone_label=gettext_lazy("Signert"))
    na = AmountColumn(gettext_lazy("Prognose %(after)s"), phone=Phone.BESIDE, phone_label=gettext_lazy("nå"))
    endring = DeviationColumn(gettext_lazy("Endring"), plus=True)


class StatusMovesTable(FiguresTable):
    """Projects or decisions with another status."""

    navn = NameColumn(gettext_lazy("%(what)s"), code="kode")
    signert = TextColumn(gettext_lazy("Status, signert"), phone_label=gettext_lazy("Signert"))
    na = TextColumn(gettext_lazy("Status %(after)s"), phone_label=gettext_lazy("Nå"))
    merknad = TextColumn(gettext_lazy("Merknad"))


class AdoptedTable(FiguresTable):
    """Amendments that were adopted since."""

    tekst = NameColumn(gettext_lazy("Budsjettendring"), code="nr", href="href")
    sak = TextColumn(gettext_lazy("Sak"))
    vedtatt = TextColumn(gettext_lazy("Vedtatt"))
    flyttet = AmountColumn(gettext_lazy("Flyttet"), key=True)


def sections(changes: ChangedSince, user: access.Someone) -> list[Section]:
    """This will return the sections of the page, in the order they matter."""
    return [
        Section("sene-posteringer", _("Sene posteringer"), say.late_finding(changes), late_table(changes, user)),
        Section("over-grensen", _("Nye over grensen"), say.reds_finding(changes), _moved(changes, changes.new_reds)),
        Section(
            *("innenfor-grensen", _("Innenfor grensen igjen"), say.better_finding(changes)),
            _moved(changes, changes.no_longer_red),
        ),
        Section("avvik", _("Avvikene"), say.units_finding(changes), _moved(changes, changes.moved)),
        Section("prognoser", _("Prognosene"), say.forecasts_finding(changes), _forecasts(changes)),
        Section("prosjekter", _("Investeringene"), say.projects_finding(changes), _projects(changes)),
        Section("vedtak", _("Vedtakene"), say.decisions_finding(changes), _decisions(changes)),
        Section("budsjettendringer", _("Budsjettendringer"), say.amendments_finding(changes), _amendments(changes)),
    ]


def late_table(changes: ChangedSince, user: access.Someone) -> FiguresTable | None:
    """This will list the late postings with where they came from; None when there are none."""
    lines: list[Any] = [_late(posting, user) for posting in changes.late]
    if not lines:
        return None
    total = {name: sum(line[name] for line in lines) for name in ("signert", "na", "endring")}
    return _table(
        LateTable,
        lines,
        footer=[Line({"konto": _("Sum"), **total}, LineKind.GRAND)] if len(lines) > 1 else [],
        caption=_("Regnskapet for %(months)s, slik det ble signert og slik det er.")
        % {"months": changes.before.period.months.lower()},
        words={"after": capital(_after(changes))},
        unit=_("Beløp i kroner."),
        scale=Scale.KR,
    )


def _late(posting: LatePosting, user: access.Someone) -> dict[str, Any]:
    ansvar, tjeneste, art, prosjekt = posting.account
    names = posting.names
    account = f"{ansvar} {names[0]} · {art} {names[2]}"
    newest = posting.sources[-1] if posting.sources else None
    return {
        "konto": account + (f" · {_('prosjekt')} {prosjekt}" if prosjekt else ""),
        "tjeneste_shown": f"{tjeneste} {names[1]}",
        "perioder": ", ".join(_month(period) for period in posting.periods),
        "signert": posting.before,
        "na": posting.after,
        "endring": posting.difference,
        "kilde": "; ".join(_source(source) for source in posting.sources),
        "href": reverse("import_run", args=[newest.run]) if newest and _may_open(newest, user) else "",
        "ansvar": ansvar,
        "ansvar_navn": names[0],
        "tjeneste": tjeneste,
        "tjeneste_navn": names[1],
        "art": art,
        "art_navn": names[2],
        "prosjekt": prosjekt,
    }


def _may_open(source: Source, user: access.Someone) -> bool:
    return source.kind != ENTRY and access.may_import(user)


def _source(source: Source) -> str:
    words = {"run": source.run, "file": source.file_name, "when": moment(source.at)}
    if source.undone:
        return _("Angret innlesing nr. %(run)s, %(when)s") % words
    if source.kind == ENTRY:
        return _("Føring nr. %(run)s, %(when)s") % words
    return _("Innlesing nr. %(run)s, %(file)s, %(when)s") % words


def _month(period: int) -> str:
    return MONTHS_SHORT[period - 1] if period <= len(MONTHS_SHORT) else _("avslutning")


def _moved(changes: ChangedSince, units: Iterable[UnitChange]) -> FiguresTable | None:
    lines = [
        {
            "kode": unit.code,
            "navn": unit.name,
            "signert": unit.before,
            "na": unit.after,
            "endring": unit.difference,
            "is_over": unit.is_over,
        }
        for unit in units
    ]
    words = {"before": changes.before.period.months.lower(), "after": changes.after.period.months.lower()}
    if words["before"] == words["after"]:
        words = {"before": _("signert"), "after": _after(changes)}
    return _table(MovedTable, lines, caption=_("Virksomhetene."), words=words) if lines else None


def _forecasts(changes: ChangedSince) -> FiguresTable | None:
    lines = [
        {
            "kode": move.ansvar or move.virksomhet,
            "navn": move.name,
            "signert": move.before,
            "na": move.after,
            "endring": move.difference,
        }
        for move in changes.forecasts
    ]
    words = {"after": _after(changes)}
    return _table(ForecastMovesTable, lines, caption=_("Prognosene."), words=words) if lines else None


def _projects(changes: ChangedSince) -> FiguresTable | None:
    lines = [
        {
            "kode": one.code,
            "navn": one.name,
            "signert": one.before or "–",
            "na": one.after or "–",
            "merknad": _("Ble forsinket") if one.became_late else "",
        }
        for one in changes.projects
    ]
    words = {"what": _("Prosjekt"), "after": _after(changes)}
    return _table(StatusMovesTable, lines, caption=_("Prosjektene."), words=words, unit="") if lines else None


def _decisions(changes: ChangedSince) -> FiguresTable | None:
    lines = [
        {
            "kode": one.number,
            "navn": one.title,
            "signert": one.before or "–",
            "na": one.after or "–",
            "merknad": say.overdue_word(one),
        }
        for one in changes.decisions
    ]
    words = {"what": _("Vedtak"), "after": _after(changes)}
    return _table(StatusMovesTable, lines, caption=_("Vedtakene."), words=words, unit="") if lines else None


def _amendments(changes: ChangedSince) -> FiguresTable | None:
    lines = [
        {
            "nr": one.number,
            "tekst": one.text,
            "sak": _("%(body)s, sak %(case)s") % {"body": one.body, "case": one.case_number},
            "vedtatt": one.decided_on,
            "flyttet": one.moved,
            "href": reverse("budget:amendment", args=[changes.before.reporting.year, one.number]),
        }
        for one in changes.amendments
    ]
    return _table(AdoptedTable, lines, caption=_("Vedtatt siden.")) if lines else None


def _after(changes: ChangedSince) -> str:
    return _("nå") if changes.after.is_now else _("signert %(day)s") % {"day": day(changes.after.at)}


def _table(make: type[FiguresTable], lines: Iterable[Any], **options: Any) -> FiguresTable:
    return make(lines, orderable=False, **options)
