"""The tables of the register pages; handed their numbers, they ask for nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.findings.registers import short_name, with_unit
from budget.models import CouncilCase, StatusWord
from budget.queries.decisions import DecisionRow
from budget.queries.maltall import IndicatorRow, ValueRow
from budget.queries.pupils import PupilNumbers
from budget.queries.themes import CostRow, GrantGroup, ThemeCosts, ThemeSummary
from roros.components import Status, StatusKind
from roros.numbers import NO_FIGURE, Scale, format_amount
from roros.tables import (
    AmountColumn,
    BarColumn,
    CountColumn,
    DeviationColumn,
    FiguresTable,
    HtmlColumn,
    Line,
    LineKind,
    NameColumn,
    Phone,
    StatusColumn,
    TextColumn,
)
from roros.templatetags.figures import day, status

KINDS = {
    StatusWord.DONE: StatusKind.DONE,
    StatusWord.ON_PLAN: StatusKind.ON_PLAN,
    StatusWord.DELAYED: StatusKind.DELAYED,
    StatusWord.STARTED: StatusKind.STARTED,
    StatusWord.NOT_STARTED: StatusKind.NOT_STARTED,
    StatusWord.NOT_ASSESSED: StatusKind.NOT_ASSESSED,
    StatusWord.DROPPED: StatusKind.DONE,
}
PASSED = Status(gettext_lazy("Passert"), StatusKind.DELAYED)
MET = Status(gettext_lazy("Nådd"), StatusKind.ON_PLAN)
NOT_MET = Status(gettext_lazy("Ikke nådd"), StatusKind.OVER)


def decision_status(word: str) -> Status:
    """This will return how a decision's status is shown; nothing reported is "not assessed"."""
    known = StatusWord(word) if word else StatusWord.NOT_ASSESSED
    return Status(known.label, KINDS[known])


class OreColumn(AmountColumn):
    """Kroner with øre: where a printed table states them and a difference of øre matters."""

    def format(self, value: Decimal | None, table: FiguresTable) -> str:
        """This will return the amount with two decimals."""
        return format_amount(value, Scale.KR, decimals=2)


class ValueColumn(TextColumn):
    """A figure with a unit of its own: written as text, set as a figure."""

    css = ""


class DecisionTable(FiguresTable):
    """Decisions, those past their deadline first."""

    empty = gettext_lazy("Ingen vedtak i dette utvalget.")
    title = NameColumn(gettext_lazy("Vedtak"), href="href")
    deadline = HtmlColumn(gettext_lazy("Frist"), phone_label=gettext_lazy("Frist"))
    followup = TextColumn(gettext_lazy("Sist behandlet"), phone_label=gettext_lazy("Sist behandlet"))
    responsible = TextColumn(gettext_lazy("Ansvarlig"), phone_label=gettext_lazy("Ansvarlig"))
    status = StatusColumn(gettext_lazy("Status"))

    class Meta:
        orderable = False


def decision_table(rows: Sequence[DecisionRow], *, caption: str, address: Callable[[str], str]) -> DecisionTable:
    """This will group the decisions: past the deadline, under way, closed. Each stands once."""
    overdue = [row for row in rows if row.overdue]
    closed = [row for row in rows if row.is_closed]
    rest = [row for row in rows if not row.overdue and not row.is_closed]
    groups = ((_("Har passert fristen"), overdue), (_("Under arbeid"), rest), (_("Avsluttet"), closed))
    lines = [
        Line(
            {"title": name},
            LineKind.GROUP,
            children=tuple(Line(_decision_record(row, address)) for row in sorted(found, key=_by_deadline)),
            open=True,
        )
        for name, found in groups
        if found
    ]
    return DecisionTable(lines, caption=caption, unit="")


def _by_deadline(row: DecisionRow) -> tuple[bool, Any, int]:
    return (row.deadline is None, row.deadline or 0, row.number)


def _decision_record(row: DecisionRow, address: Callable[[str], str]) -> dict[str, Any]:
    return {
        "title": row.title,
        "href": address(row.code),
        "deadline": _deadline(row),
        "followup": followup_text(row),
        "responsible": row.responsible_role or row.owner_role or NO_FIGURE,
        "status": decision_status(row.status),
    }


def _deadline(row: DecisionRow) -> SafeString:
    text = day(row.deadline) if row.deadline else (row.deadline_text or _("uten frist"))
    return format_html("{}<br>{}", text, status(PASSED)) if row.overdue else format_html("{}", text)


def followup_text(row: DecisionRow) -> str:
    """This will tell when a decision was last dealt with: "Formannskapet 19.08.2021, sak 80/21"."""
    followup = row.followup
    if followup is None:
        return "–"
    when = f" {day(followup.decided_on)}" if followup.decided_on else ""
    return _("%(body)s%(when)s, sak %(case)s") % {
        "body": followup.body,
        "when": when,
        "case": followup.case_number,
    }


class CaseTable(FiguresTable):
    """Council cases."""

    empty = gettext_lazy("Ingen saker i dette utvalget.")
    title = NameColumn(gettext_lazy("Sak"), code="reference", href="href")
    body = TextColumn(gettext_lazy("Organ"))
    decided_on = TextColumn(gettext_lazy("Dato"))

    class Meta:
        orderable = False


def case_table(rows: Sequence[CouncilCase], *, caption: str, may_edit: bool) -> CaseTable:
    """This will list the cases; those who may change them get there by the title."""
    lines = [
        {
            "reference": row.reference,
            "title": row.title,
            "href": reverse("budget:case_change", args=[row.pk]) if may_edit else "",
            "body": row.body,
            "decided_on": day(row.decided_on) if row.decided_on else NO_FIGURE,
        }
        for row in rows
    ]
    hidden = () if any(row.decided_on for row in rows) else ("decided_on",)
    return CaseTable(lines, caption=caption, unit="", exclude=hidden)


class IndicatorTable(FiguresTable):
    """The indicators with their targets."""

    empty = gettext_lazy("Ingen måltall er registrert for dette året.")
    name = NameColumn(gettext_lazy("Måltall"), href="href")
    last_year = ValueColumn(gettext_lazy("%(last_year)s"), muted=True, wide_only=True, phone=Phone.HIDDEN)
    own = ValueColumn(gettext_lazy("%(year)s"), key=True, phone=Phone.FIRST)
    target = TextColumn(gettext_lazy("Mål"), phone_label=gettext_lazy("Mål"))
    distance = TextColumn(gettext_lazy("Avstand"))
    is_met = StatusColumn(gettext_lazy("Status"))
    computed = TextColumn(gettext_lazy("Regnet fra hovedboken"), phone_label=gettext_lazy("Regnet fra hovedboken"))

    class Meta:
        orderable = False


def indicator_table(rows: Sequence[IndicatorRow], year: int, *, caption: str) -> IndicatorTable:
    """This will list every indicator with last year, this year, target, distance and what the ledger gives."""
    lines = [
        {
            "name": short_name(row.name),
            "href": reverse("budget:indicator", args=[row.code]) + f"?ar={year}",
            "last_year": with_unit(row.last_year.value, row.unit) if row.last_year else NO_FIGURE,
            "own": with_unit(row.own.value, row.unit) if row.own else NO_FIGURE,
            "target": target_text(row),
            "distance": distance_text(row),
            "is_met": None if row.is_met is None else MET if row.is_met else NOT_MET,
            "computed": computed_text(row),
        }
        for row in rows
    ]
    return IndicatorTable(lines, caption=caption, unit="", words={"year": str(year), "last_year": str(year - 1)})


def target_text(row: IndicatorRow) -> str:
    """This will write a target: "høyst 90,0 %"."""
    if row.target is None:
        return _("ikke oppgitt")
    word = _("minst") if row.target.direction == "min" else _("høyst")
    return f"{word} {with_unit(row.target.value, row.unit)}"


def distance_text(row: IndicatorRow) -> str:
    """This will write how far the value is from the target, on which side."""
    if row.distance is None or row.target is None:
        return ""
    above = (row.distance >= 0) == (row.target.direction == "min")
    text = with_unit(abs(row.distance), row.unit, difference=True)
    return _("%(distance)s over") % {"distance": text} if above else _("%(distance)s under") % {"distance": text}


def computed_text(row: IndicatorRow) -> str:
    """This will write what the ledger gives, or why it cannot."""
    found = row.computed
    if found is None:
        return _("nei, krever balansen")
    if found.value is None:
        return _("nei, ingen linjer på art 540") if found.lacks == "fund" else _("nei, ingen inntekter er ført")
    value = with_unit(found.value, row.unit)
    return value if found.suffices else _("%(value)s før premieavvik") % {"value": value}


class ComparisonTable(FiguresTable):
    """One indicator in all municipalities that were reported, with bars on one scale."""

    empty = gettext_lazy("Ingen kommuner er registrert for dette året.")
    name = NameColumn(gettext_lazy("Kommune"))
    text = ValueColumn(gettext_lazy("Verdi"), key=True, phone=Phone.FIRST)
    bar = BarColumn(gettext_lazy("Verdi som søyle"), of="value", over="is_missed", target="target")
    note = TextColumn(gettext_lazy("Merknad"), muted=True)

    class Meta:
        orderable = False


def comparison_table(row: IndicatorRow, *, caption: str) -> ComparisonTable:
    """This will set the own value among the others, the largest first; groups of municipalities come last."""
    values = [value for value in (row.own, *row.others) if value is not None]
    ordered = sorted(values, key=lambda value: (value.is_group, -value.value, value.municipality))
    hidden = () if any(value.note for value in ordered) else ("note",)
    return ComparisonTable([_value_record(value, row) for value in ordered], caption=caption, unit="", exclude=hidden)


def _value_record(value: ValueRow, row: IndicatorRow) -> dict[str, Any]:
    return {
        "target": row.target.value if row.target else None,
        "is_missed": value.is_own and row.is_met is False,
        "name": value.municipality,
        "value": value.value,
        "text": with_unit(value.value, row.unit),
        "note": value.note,
    }


class ThemesTable(FiguresTable):
    """Every theme with cost and grants."""

    empty = gettext_lazy("Ingen temaer er laget.")
    name = NameColumn(gettext_lazy("Tema"), href="href")
    codes = TextColumn(gettext_lazy("Prosjekter og arter"))
    cost = AmountColumn(gettext_lazy("Kostnader %(year)s"), key=True)
    grants = AmountColumn(gettext_lazy("Tilskudd %(year)s"), phone=Phone.LEFT, phone_label=gettext_lazy("Tilskudd"))

    class Meta:
        orderable = False


def themes_table(rows: Sequence[ThemeSummary], year: int, *, caption: str) -> ThemesTable:
    """This will list the themes."""
    lines = [
        {
            "name": row.name,
            "href": reverse("budget:theme", args=[row.code]) + f"?ar={year}",
            "codes": ", ".join(f"{code.code} {code.name}".strip() for code in row.codes) or _("ingen koder"),
            "cost": row.cost,
            "grants": row.grants,
        }
        for row in rows
    ]
    return ThemesTable(lines, caption=caption, words={"year": year})


class CostTable(FiguresTable):
    """A theme's costs per rammeområde."""

    empty = gettext_lazy("Ingen kostnader er ført på temaets koder.")
    name = NameColumn(gettext_lazy("Rammeområde"), code="number")
    last_year = OreColumn(gettext_lazy("Regnskap %(last_year)s"), muted=True)
    actual = OreColumn(gettext_lazy("Regnskap %(year)s"), key=True)
    printed = OreColumn(gettext_lazy("Som trykt"), phone=Phone.LEFT, phone_label=gettext_lazy("Trykt"))
    difference = OreColumn(gettext_lazy("Ikke trykt"), phone=Phone.RIGHT)

    class Meta:
        orderable = False


def cost_table(costs: ThemeCosts, year: int, *, caption: str) -> CostTable:
    """This will list the costs; the printed ones and the difference only where something was printed."""
    footer = [Line(_cost_record(costs.total, _("Sum av radene")), LineKind.SUM)] if costs.rows else []
    if costs.printed_total is not None:
        total = costs.total
        footer.append(
            Line(
                {
                    "name": _("Sum som trykt"),
                    "actual": total.actual,
                    "printed": costs.printed_total,
                    "difference": (total.actual or Decimal(0)) - costs.printed_total,
                },
                LineKind.GRAND,
            )
        )
    return CostTable(
        [_cost_record(row, row.name or _("Ikke plassert")) for row in costs.rows],
        footer=footer,
        caption=caption,
        unit=_("Beløp i kroner."),
        words={"year": year, "last_year": year - 1},
        exclude=() if costs.is_printed else ("printed", "difference"),
    )


def _cost_record(row: CostRow, name: str) -> dict[str, Any]:
    return {
        "number": row.number,
        "name": name,
        "last_year": row.last_year,
        "actual": row.actual,
        "printed": row.printed,
        "difference": row.difference,
    }


class GrantTable(FiguresTable):
    """One table of grants, as the report prints it."""

    name = NameColumn(gettext_lazy("Tilskudd"), href="href")
    note = TextColumn(gettext_lazy("Merknad"), muted=True)
    department = TextColumn(gettext_lazy("Departement"))
    amount = DeviationColumn(gettext_lazy("Tilskudd"))

    class Meta:
        orderable = False


def grant_table(group: GrantGroup, *, may_edit: bool) -> GrantTable:
    """This will list the grants of a table with their sum, in 1000 kr."""
    lines = [
        {
            "name": grant.name,
            "href": reverse("budget:grant_change", args=[grant.pk]) if may_edit else "",
            "note": grant.note,
            "department": grant.department,
            "amount": grant.amount,
        }
        for grant in group.grants
    ]
    footer = [Line({"name": _("Sum ekstrabevilgninger"), "amount": group.total}, LineKind.GRAND)]
    hidden = () if any(grant.note for grant in group.grants) else ("note",)
    return GrantTable(lines, footer=footer, caption=f"{group.name}.", exclude=hidden)


def pupil_table(numbers: PupilNumbers, *, request: HttpRequest | None = None) -> FiguresTable:
    """This will list the age groups with one column per year."""
    columns = [
        (f"y{year}", CountColumn(str(year), orderable=False, key=year == numbers.years[-1])) for year in numbers.years
    ]
    lines = [
        {"name": group, **{f"y{year}": numbers.count(group, year) for year in numbers.years}}
        for group in numbers.groups
    ]
    total = {"name": _("Sum"), **{f"y{year}": numbers.total(year) for year in numbers.years}}
    return PupilTable(
        lines,
        footer=[Line(total, LineKind.GRAND)] if lines else [],
        caption=_("Barn i skolealder per aldersgruppe og år."),
        unit=_("Antall barn."),
        extra_columns=columns,
    )


class PupilTable(FiguresTable):
    """Pupils; the years come as further columns."""

    empty = gettext_lazy("Ingen elevtall er registrert.")
    name = NameColumn(gettext_lazy("Aldersgruppe"))

    class Meta:
        orderable = False
