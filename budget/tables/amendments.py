"""Tables of drafts, of what a draft would do, and of a node's way from original to revised budget."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.addresses import amendment_address, draft_address, node_address
from budget.amendment_balance import DraftLine
from budget.models import Amendment
from budget.queries.amendment_drafts import AreaEffect, Codes, DraftRow
from budget.queries.bridge import Bridge
from budget.selection import Level, Selection
from budget.tables.lines import ExactColumn
from roros.components import Status, StatusKind
from roros.exports import ExportColumn
from roros.lines import Line, LineKind, Phone
from roros.numbers import Scale
from roros.periods import CLOSING, MONTHS_SHORT
from roros.tables import AmountColumn, BarColumn, DeviationColumn, FiguresTable, NameColumn, StatusColumn, TextColumn
from roros.templatetags.figures import day

KINDS = {
    Amendment.Status.PROPOSED: StatusKind.STARTED,
    Amendment.Status.RECOMMENDED: StatusKind.DELIVERED,
    Amendment.Status.ADOPTED: StatusKind.DONE,
    Amendment.Status.REJECTED: StatusKind.RETURNED,
    Amendment.Status.WITHDRAWN: StatusKind.NOT_STARTED,
}
UNBALANCED = Status(gettext_lazy("Går ikke opp"), StatusKind.ERROR)
BALANCED = Status(gettext_lazy("I null"), StatusKind.DONE)


def amendment_status(word: str) -> Status:
    """This will return how an amendment's status is shown."""
    known = Amendment.Status(word)
    return Status(known.label, KINDS[known])


class DraftsTable(FiguresTable):
    """Amendments that are not adopted."""

    endring = NameColumn(gettext_lazy("Utkast"), of="name", code="code", href="href", export="navn", export_code="nr")
    status = StatusColumn(gettext_lazy("Status"))
    balanse = StatusColumn(gettext_lazy("Balanse"), of="balance")
    laget = TextColumn(gettext_lazy("Laget"), of="made", phone=Phone.HIDDEN)
    flyttes = AmountColumn(gettext_lazy("Gis"), of="moved", key=True)


class DraftLinesTable(FiguresTable):
    """The lines of one draft."""

    art = NameColumn(gettext_lazy("Art"), export="")
    ansvar = TextColumn(gettext_lazy("Ansvar"), export="")
    tjeneste = TextColumn(gettext_lazy("Tjeneste"), phone=Phone.HIDDEN, export="")
    prosjekt = TextColumn(gettext_lazy("Prosjekt"), phone=Phone.HIDDEN, wide_only=True, export="")
    maned = TextColumn(gettext_lazy("Måned"), of="month", phone=Phone.LEFT)
    merknad = TextColumn(gettext_lazy("Merknad"), of="note", phone=Phone.LINE, wide_only=True)
    belop = ExactColumn(gettext_lazy("Endring"), of="amount", plus=True)

    further_exports = (
        ExportColumn("ansvar_kode", gettext_lazy("Ansvar")),
        ExportColumn("tjeneste_kode", gettext_lazy("Tjeneste")),
        ExportColumn("art_kode", gettext_lazy("Art")),
        ExportColumn("prosjekt_kode", gettext_lazy("Prosjekt")),
    )


class AreasTable(FiguresTable):
    """The revised budget per rammeområde before and after a draft."""

    navn = NameColumn(gettext_lazy("Rammeområde"), of="name", code="code", href="href", export_code="nr")
    for_endring = AmountColumn(
        gettext_lazy("Før"), of="before", phone=Phone.LEFT, phone_label=gettext_lazy("Før"), export="for"
    )
    endring = DeviationColumn(gettext_lazy("Endring"), of="change", plus=True)
    bar = BarColumn(gettext_lazy("Endring som søyle"), of="change")
    etter = AmountColumn(gettext_lazy("Etter"), of="after", phone=Phone.RIGHT, phone_label=gettext_lazy("etter"))


class StepColumn(AmountColumn):
    """What one step did: an empty cell on the line that is no step."""

    def write(self, line: Line, table: FiguresTable) -> str:
        """This will return the amount, or nothing."""
        return "" if line.read(self.of) is None else super().write(line, table)


class WideStepColumn(StepColumn):
    """Such a column where there is room for it."""

    tablet = False


class NodeBridgeTable(FiguresTable):
    """From original to revised budget, one adopted amendment after the other."""

    endring = NameColumn(gettext_lazy("Steg"), of="name", code="code", href="href", export="navn", export_code="nr")
    vedtatt = TextColumn(gettext_lazy("Vedtatt"), of="decided", orderable=False)
    gitt = WideStepColumn(gettext_lazy("Gitt"), of="added", plus=True, phone=Phone.HIDDEN)
    tatt = WideStepColumn(gettext_lazy("Tatt"), of="taken", phone=Phone.HIDDEN)
    virkning = StepColumn(
        gettext_lazy("Virkning"), of="net", plus=True, phone=Phone.LEFT, phone_label=gettext_lazy("Virkning")
    )
    budsjett = DeviationColumn(gettext_lazy("Budsjett"), of="after")

    further_exports = (
        ExportColumn("saksnr", gettext_lazy("Saksnr")),
        ExportColumn("organ", gettext_lazy("Organ")),
        ExportColumn("vedtaksdato", gettext_lazy("Vedtaksdato")),
    )


def drafts_table(found: Sequence[DraftRow], year: int) -> DraftsTable:
    """This will list the drafts of a year, each with how it stands and whether it adds up."""
    lines = [
        Line(
            {
                "name": row.text,
                "code": row.number,
                "href": draft_address(year, row.pk),
                "status": amendment_status(row.status),
                "balance": BALANCED if row.balance.is_zero and row.lines else UNBALANCED,
                "made": f"{day(row.at)} {row.by}".strip(),
                "moved": row.moved,
            }
        )
        for row in found
    ]
    return DraftsTable(
        lines,
        caption=_("Utkast og avviste budsjettendringer %(year)s.") % {"year": year},
        explanation=_("De teller ikke i noe budsjett."),
        orderable=False,
        empty_text=_("Ingen utkast for %(year)s.") % {"year": year},
        prefix="utkast-",
    )


def draft_lines_table(lines: Sequence[DraftLine], codes: Codes) -> DraftLinesTable:
    """This will list the lines of a draft with their sum."""
    rows = [
        Line(
            {
                "art": codes.label(Level.ART, line.art),
                "ansvar": codes.label(Level.ANSVAR, line.ansvar),
                "tjeneste": codes.label(Level.TJENESTE, line.tjeneste),
                "prosjekt": codes.label(Level.PROSJEKT, line.prosjekt) if line.prosjekt else "",
                "month": _("årsavsl.") if line.period == CLOSING else MONTHS_SHORT[line.period - 1],
                "note": line.note,
                "amount": line.amount,
                "ansvar_kode": line.ansvar,
                "tjeneste_kode": line.tjeneste,
                "art_kode": line.art,
                "prosjekt_kode": line.prosjekt,
            }
        )
        for line in lines
    ]
    total = sum((line.amount for line in lines), Decimal(0))
    return DraftLinesTable(
        rows,
        footer=[Line({"art": _("Sum"), "amount": total}, LineKind.SUM)] if rows else [],
        caption=_("Linjene i utkastet."),
        unit=_("Beløp i kroner."),
        explanation=_("Pluss = mer å bruke eller mindre inntekt."),
        scale=Scale.KR,
        orderable=False,
        empty_text=_("Utkastet har ingen linjer ennå."),
        exclude=[
            column
            for column, used in (
                ("prosjekt", any(line.prosjekt for line in lines)),
                ("merknad", any(line.note for line in lines)),
            )
            if not used
        ],
    )


def areas_table(effects: Sequence[AreaEffect], year: int) -> AreasTable:
    """This will set the rammeområder before and after a draft beside each other, those that it touches and the sum."""
    selection = Selection(year)
    touched = [effect for effect in effects if effect.change]
    lines = [
        Line(
            {
                "name": one.name,
                "code": one.code,
                "href": node_address(selection, Level.RAMMEOMRADE, one.code),
                "before": one.before,
                "change": one.change,
                "after": one.after,
            }
        )
        for one in touched
    ]
    others = [effect for effect in effects if not effect.change]
    before, change = (sum((getattr(one, name) for one in effects), Decimal(0)) for name in ("before", "change"))
    rest = sum((one.before for one in others), Decimal(0))
    if others and touched:
        words = {"name": _("Andre rammeområder"), "before": rest, "change": Decimal(0), "after": rest}
        lines.append(Line(words, has_bar=False))
    total = {"name": _("Sum"), "before": before, "change": change, "after": before + change}
    return AreasTable(
        lines,
        footer=[Line(total, LineKind.SUM, has_bar=False)] if lines else [],
        caption=_("Revidert budsjett %(year)s før og etter endringen.") % {"year": year},
        explanation=_("Pluss = mer å bruke eller mindre inntekt."),
        orderable=False,
        empty_text=_("Linjene endrer ikke rammen til noe rammeområde."),
    )


def node_bridge_table(found: Bridge, selection: Selection) -> NodeBridgeTable:
    """This will write the bridge line by line: original, each amendment, revised."""
    lines = []
    if found.original is not None:
        lines.append(Line({"name": _("Opprinnelig budsjett"), "after": found.original}, LineKind.ROW))
    for step in found.steps:
        words = {"body": step.body, "day": day(step.decided_on), "case": step.case_number}
        lines.append(
            Line(
                {
                    "name": step.text,
                    "code": step.number,
                    "href": amendment_address(selection.year, step.number),
                    "decided": _("%(body)s %(day)s, sak %(case)s") % words,
                    "added": step.added,
                    "taken": step.taken,
                    "net": step.net,
                    "after": step.after,
                    "saksnr": step.case_number,
                    "organ": step.body,
                    "vedtaksdato": step.decided_on.isoformat(),
                }
            )
        )
    added, taken = (sum((getattr(step, name) for step in found.steps), Decimal(0)) for name in ("added", "taken"))
    total = {
        "name": _("Revidert budsjett"),
        "added": added,
        "taken": taken,
        "net": found.change,
        "after": found.revised,
    }
    return NodeBridgeTable(
        lines,
        footer=[Line(total, LineKind.SUM)] if lines else [],
        caption=_("Fra opprinnelig til revidert budsjett %(year)s.") % {"year": selection.year},
        explanation=_("Pluss = mer å bruke eller mindre inntekt."),
        scale=selection.scale,
        orderable=False,
        empty_text=_("Det er ikke lest inn noe budsjett."),
    )
