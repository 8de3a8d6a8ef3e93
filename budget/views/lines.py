"""The ledger lines behind a figure, one page at a time."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from budget.addresses import deviations_address, node_address
from budget.forms.lines import LinesForm
from budget.queries.lines import MOST_EXPORTED, ORDERS, PAGE_SIZE, LineCount, count_lines, ledger_lines
from budget.queries.names import names_of
from budget.queries.story import LineKind, line_year
from budget.selection import Selection, SelectionError
from budget.tables.lines import lines_table
from budget.views.reading import NoFigures, figures_view, read_selection
from budget.views.story import subject
from roros.components import Crumb, Fact, PeriodLine
from roros.exports import requested_export
from roros.numbers import Scale, format_amount
from roros.wording import capital


@figures_view
def lines(request: HttpRequest, year: int) -> HttpResponse:
    """This will list ledger lines of a kind inside a selection; sorting and paging happen in the database."""
    selection, years = read_selection(request, year)
    kind = _kind(request)
    if selection.order.removeprefix("-") not in ("", *ORDERS):
        raise SelectionError([_("Tabellen kan ikke sorteres på «%(name)s».") % {"name": selection.order}])
    names = names_of(selection.filters)
    unknown = [code for level, code in selection.filters.items() if level not in names]
    if unknown:
        raise NoFigures(_("Koden %(code)s finnes ikke") % {"code": unknown[0]}, years)
    count = count_lines(selection, kind)
    name = subject(selection, names)
    heading = _heading(kind, selection, count, name)

    if "_export" in request.GET and count.lines > MOST_EXPORTED:
        most = format_amount(MOST_EXPORTED, Scale.KR)
        raise SelectionError([_("En fil kan ha høyst %(most)s linjer. Velg færre.") % {"most": most}])
    file = requested_export(
        request,
        lambda: lines_table(
            ledger_lines(selection, kind, order=selection.order, limit=MOST_EXPORTED), count, selection
        ).export(f"linjer-{kind.value}-{line_year(selection, kind)}", title=heading),
    )
    if file is not None:
        return file

    page = Paginator(range(count.lines), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = ledger_lines(selection, kind, order=selection.order, offset=(page.number - 1) * PAGE_SIZE)
    context = {
        "heading": heading,
        "name": name,
        "trail": _trail(selection, request, name),
        "period": PeriodLine(
            as_of=selection.as_period.ends_on.replace(year=line_year(selection, kind)),
            after=[Fact(_("Beløp i"), _("kroner"))],
        ),
        "form": LinesForm.of(selection, kind, years[year]),
        "summary": f"{kind.label} · {selection.as_period.months}",
        "page": page,
        "table": lines_table(
            rows, count, selection, caption=_caption(kind, line_year(selection, kind)), request=request
        ),
    }
    return render(request, "budget/ledger_lines.html", context)


def _kind(request: HttpRequest) -> LineKind:
    wanted = request.GET.get("slag") or LineKind.ACTUAL.value
    if wanted not in list(LineKind):
        raise SelectionError([_("Slaget «%(name)s» finnes ikke.") % {"name": wanted[:40]}])
    return LineKind(wanted)


def _heading(kind: LineKind, selection: Selection, count: LineCount, name: str) -> str:
    words = {
        "count": format_amount(count.lines, Scale.KR),
        "amount": format_amount(count.amount, Scale.KR),
        "name": name,
    }
    if not count.lines:
        return _("Ingen linjer for %(name)s") % words
    if count.lines == 1:
        return _("Én linje på %(amount)s kr for %(name)s") % words
    return _("%(count)s linjer gir %(amount)s kr for %(name)s") % words


def _caption(kind: LineKind, year: int) -> str:
    if kind is LineKind.AMENDMENT:
        return _("Linjer i vedtatte budsjettendringer %(year)s.") % {"year": year}
    if kind is LineKind.ORIGINAL:
        return _("Linjer i opprinnelig budsjett %(year)s.") % {"year": year}
    return _("Linjer i regnskapet %(year)s.") % {"year": year}


def _trail(selection: Selection, request: HttpRequest, name: str) -> list[Crumb]:
    trail = [Crumb(_("Oversikt"), "/"), Crumb(_("Avvik"), deviations_address(Selection(selection.year)))]
    if selection.filters:
        level, code = list(selection.filters.items())[-1]
        trail.append(Crumb(capital(name), node_address(selection, level, code)))
    return [*trail, Crumb(_("Linjer i hovedboken"), request.get_full_path())]
