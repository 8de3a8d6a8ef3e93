"""Tables of ledger lines and of amendments. Handed their figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.addresses import amendment_address
from budget.queries.amendments import AmendmentAccount, AmendmentRow
from budget.queries.deviations import DeviationRow
from budget.queries.lines import LedgerRow, LineCount
from budget.selection import Selection
from roros.exports import ExportColumn, Kind
from roros.lines import Line, LineKind, Phone
from roros.numbers import Scale, format_amount
from roros.periods import MONTHS_SHORT
from roros.tables import AmountColumn, BarColumn, CountColumn, DeviationColumn, FiguresTable, NameColumn, TextColumn
from roros.templatetags.figures import day, signed


class ExactColumn(DeviationColumn):
    """Kroner with øre, as booked."""

    def format(self, value: Any, table: FiguresTable) -> str:
        """This will return the amount with two decimals."""
        text = format_amount(value, Scale.KR, decimals=2)
        return signed(text) if self.plus else text


class PlaceColumn(CountColumn):
    """A period or a row number: nothing in a sum row, for it has no place."""

    def write(self, line: Line, table: FiguresTable) -> str:
        """This will return the number, or an empty cell."""
        return "" if line.read(self.of) is None else super().write(line, table)


class LinesTable(FiguresTable):
    """Ledger lines as they were read in. Sorted by the database; the column names are those of `lines.ORDERS`."""

    css = "lines"
    art = NameColumn(gettext_lazy("Art"), export="")
    ansvar = TextColumn(gettext_lazy("Ansvar"), export="")
    tjeneste = TextColumn(gettext_lazy("Tjeneste"), phone=Phone.HIDDEN, export="")
    prosjekt = TextColumn(gettext_lazy("Prosjekt"), phone=Phone.HIDDEN, export="", wide_only=True)
    periode = PlaceColumn(gettext_lazy("Periode"), phone=Phone.LEFT, phone_label=gettext_lazy("periode"))
    belop = ExactColumn(gettext_lazy("Beløp"))
    rad = PlaceColumn(gettext_lazy("Rad"), phone=Phone.RIGHT, phone_label=gettext_lazy("rad"))
    kilde = TextColumn(
        gettext_lazy("Innlesing"), of="source", phone=Phone.HIDDEN, orderable=False, export="", wide_only=True
    )

    further_exports = (
        ExportColumn("art_kode", gettext_lazy("Art")),
        ExportColumn("art_navn", gettext_lazy("Artsnavn")),
        ExportColumn("ansvar_kode", gettext_lazy("Ansvar")),
        ExportColumn("ansvar_navn", gettext_lazy("Ansvarsnavn")),
        ExportColumn("tjeneste_kode", gettext_lazy("Tjeneste")),
        ExportColumn("tjeneste_navn", gettext_lazy("Tjenestenavn")),
        ExportColumn("prosjekt_kode", gettext_lazy("Prosjekt")),
        ExportColumn("prosjekt_navn", gettext_lazy("Prosjektnavn")),
        ExportColumn("ar", gettext_lazy("År"), Kind.INTEGER),
        ExportColumn("innlesing", gettext_lazy("Innlesing"), Kind.INTEGER),
        ExportColumn("fil", gettext_lazy("Fil")),
        ExportColumn("endring", gettext_lazy("Budsjettendring")),
    )

    class Meta:
        order_by_field = "sorter"


def lines_table(rows: Sequence[LedgerRow], count: LineCount, selection: Selection, **options: Any) -> LinesTable:
    """This will list one page of lines, with the sum of all of them."""
    total = {"art": _("Sum av alle %(count)s linjer") % {"count": format_amount(count.lines, Scale.KR)}}
    return LinesTable(
        [Line(_line(row)) for row in rows],
        footer=[Line({**total, "belop": count.amount}, LineKind.SUM)] if rows else [],
        unit=_("Beløp i kroner."),
        scale=Scale.KR,
        order_by=selection.order or None,
        empty_text=_("Ingen linjer i dette utvalget."),
        **options,
    )


def _line(row: LedgerRow) -> dict[str, Any]:
    return {
        "art": row.art,
        "art_kode": row.art_code,
        "art_navn": row.art_name,
        "ansvar": row.ansvar,
        "tjeneste": row.tjeneste,
        "prosjekt": row.prosjekt,
        "periode": row.periode,
        "belop": row.belop,
        "rad": row.rad,
        "source": row.amendment or (_("nr. %(run)s") % {"run": row.run} if row.run else ""),
        "ansvar_kode": row.ansvar_code,
        "ansvar_navn": row.ansvar_name,
        "tjeneste_kode": row.tjeneste_code,
        "tjeneste_navn": row.tjeneste_name,
        "prosjekt_kode": row.prosjekt_code,
        "prosjekt_navn": row.prosjekt_name,
        "ar": row.year,
        "innlesing": row.run,
        "fil": row.file_name,
        "endring": row.amendment,
    }


class BridgeTable(FiguresTable):
    """From original to revised budget, per rammeområde."""

    navn = NameColumn(gettext_lazy("Rammeområde"), of="name", code="code", href="href", export="navn", export_code="nr")
    opprinnelig_budsjett = AmountColumn(
        gettext_lazy("Opprinnelig budsjett"), of="original", phone=Phone.LEFT, phone_label=gettext_lazy("Opprinnelig")
    )
    endringer = DeviationColumn(gettext_lazy("Endringer"), of="amended", plus=True)
    bar = BarColumn(gettext_lazy("Endring som søyle"), of="amended")
    revidert_budsjett = AmountColumn(
        gettext_lazy("Revidert budsjett"), of="revised", phone=Phone.RIGHT, phone_label=gettext_lazy("revidert")
    )


class AmendmentsTable(FiguresTable):
    """Each amendment, and under it what it gave to and took from each rammeområde."""

    endring = NameColumn(gettext_lazy("Endring"), of="name", code="code", href="href", export="navn", export_code="nr")
    vedtatt = TextColumn(gettext_lazy("Vedtatt"), of="decided", orderable=False)
    gitt = AmountColumn(gettext_lazy("Gitt"), of="added", plus=True, phone=Phone.LEFT, phone_label=gettext_lazy("Gitt"))
    tatt = AmountColumn(gettext_lazy("Tatt"), of="taken", phone=Phone.BESIDE, phone_label=gettext_lazy("tatt"))
    netto = DeviationColumn(gettext_lazy("Netto"), of="net", plus=True)


class AccountsTable(FiguresTable):
    """What one amendment did to each account."""

    art = NameColumn(gettext_lazy("Art"), export="")
    ansvar = TextColumn(gettext_lazy("Ansvar"), export="")
    tjeneste = TextColumn(gettext_lazy("Tjeneste"), phone=Phone.HIDDEN, export="")
    prosjekt = TextColumn(gettext_lazy("Prosjekt"), phone=Phone.HIDDEN, wide_only=True, export="")
    rammeomrade = TextColumn(gettext_lazy("Rammeområde"), phone=Phone.HIDDEN, wide_only=True)
    periode = TextColumn(gettext_lazy("Måneder"), of="months", phone=Phone.LEFT, orderable=False)
    belop = ExactColumn(gettext_lazy("Endring"), of="amount", plus=True)

    further_exports = (
        ExportColumn("art_kode", gettext_lazy("Art")),
        ExportColumn("art_navn", gettext_lazy("Artsnavn")),
        ExportColumn("ansvar_kode", gettext_lazy("Ansvar")),
        ExportColumn("ansvar_navn", gettext_lazy("Ansvarsnavn")),
        ExportColumn("tjeneste_kode", gettext_lazy("Tjeneste")),
        ExportColumn("tjeneste_navn", gettext_lazy("Tjenestenavn")),
        ExportColumn("prosjekt_kode", gettext_lazy("Prosjekt")),
    )

    class Meta:
        order_by_field = "sorter"


def bridge_table(
    rows: Sequence[DeviationRow], total: DeviationRow, selection: Selection, **options: Any
) -> BridgeTable:
    """This will set original budget, amendments and revised budget beside each other."""
    address = options.pop("node")
    lines = [Line({**_bridge(row), "href": address(row.code)}) for row in rows if row.original or row.revised]
    footer = [Line({**_bridge(total), "name": _("Sum"), "code": ""}, LineKind.SUM, has_bar=False)]
    return BridgeTable(
        lines,
        footer=footer if lines else [],
        caption=_("Fra opprinnelig til revidert budsjett %(year)s.") % {"year": selection.year},
        explanation=_("Pluss = mer å bruke eller mindre inntekt."),
        scale=selection.scale,
        orderable=False,
        empty_text=_("Det er ikke lest inn noe budsjett."),
        **options,
    )


def _bridge(row: DeviationRow) -> dict[str, Any]:
    known = row.original is not None and row.revised is not None
    return {
        "name": row.name,
        "code": row.code,
        "original": row.original,
        "revised": row.revised,
        "amended": row.revised - row.original
        if known and row.revised is not None and row.original is not None
        else None,
    }


def amendments_table(found: Sequence[AmendmentRow], selection: Selection, **options: Any) -> AmendmentsTable:
    """This will list the amendments in the order they were adopted, each opening to its effect per rammeområde."""
    return AmendmentsTable(
        [_amendment(row, selection.year) for row in found],
        caption=_("Vedtatte budsjettendringer %(year)s.") % {"year": selection.year},
        explanation=_("Pluss = mer å bruke eller mindre inntekt."),
        scale=selection.scale,
        orderable=False,
        empty_text=_("Ingen vedtatte budsjettendringer i dette utvalget."),
        **options,
    )


def _amendment(row: AmendmentRow, year: int) -> Line:
    words = {"body": row.body, "day": day(row.decided_on), "case": row.case_number}
    children = tuple(
        Line(
            {"name": effect.name, "code": effect.code, "added": effect.added, "taken": effect.taken, "net": effect.net}
        )
        for effect in row.effects
    )
    return Line(
        {
            "name": row.text,
            "code": row.number,
            "href": amendment_address(year, row.number),
            "decided": _("%(body)s %(day)s, sak %(case)s") % words,
            "added": row.added,
            "taken": row.taken,
            "net": row.net,
        },
        children=children,
    )


def accounts_table(accounts: Sequence[AmendmentAccount], **options: Any) -> AccountsTable:
    """This will list what an amendment did, with the sum that must be zero."""
    total = sum((account.amount for account in accounts), start=accounts[0].amount * 0) if accounts else None
    return AccountsTable(
        [Line(_account(account)) for account in accounts],
        footer=[Line({"art": _("Sum"), "amount": total}, LineKind.SUM)] if accounts else [],
        unit=_("Beløp i kroner."),
        explanation=_("En budsjettendring går alltid opp i null."),
        scale=Scale.KR,
        **options,
    )


def _account(account: AmendmentAccount) -> dict[str, Any]:
    first, last = (MONTHS_SHORT[min(period, 12) - 1] for period in (account.first_period, account.last_period))
    return {
        "art": account.art,
        "art_kode": account.art_code,
        "art_navn": account.art_name,
        "ansvar_kode": account.ansvar_code,
        "ansvar_navn": account.ansvar_name,
        "tjeneste_kode": account.tjeneste_code,
        "tjeneste_navn": account.tjeneste_name,
        "prosjekt_kode": account.prosjekt_code,
        "ansvar": account.ansvar,
        "tjeneste": account.tjeneste,
        "prosjekt": account.prosjekt,
        "rammeomrade": account.rammeomrade,
        "months": first if first == last else f"{first}–{last}",
        "amount": account.amount,
    }
