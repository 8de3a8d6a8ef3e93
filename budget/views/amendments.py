"""From original to revised budget: the amendments of a year, and each of them."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budget.addresses import amendments_address, bridge_address, deviations_address, node_address
from budget.forms.view import ViewForm
from budget.models import Amendment
from budget.queries.amendment_drafts import amendment_steps, draft_history, drafts
from budget.queries.amendments import AmendmentAccount, AmendmentRow, adopted_amendment, amendment_accounts, amendments
from budget.queries.deviations import Known
from budget.queries.drivers import node_figures
from budget.queries.names import names_of
from budget.queries.years import figure_years
from budget.selection import Level, Selection
from budget.stories import import_link
from budget.tables.amendments import drafts_table
from budget.tables.lines import accounts_table, amendments_table, bridge_table
from budget.views.reading import NoFigures, figures_view, read_selection
from budget.views.story import subject
from roros import access
from roros.components import Crumb, Fact, PeriodLine
from roros.exports import requested_export
from roros.templatetags.figures import day, moment
from roros.wording import money, spelled


@figures_view
def amendment_list(request: HttpRequest, year: int) -> HttpResponse:
    """This will show how the budget of a year, or of a part of it, came from original to revised."""
    selection, years = read_selection(request, year, whole_year=True)  # the budget is decided for a year
    names = names_of(selection.filters)
    unknown = [code for level, code in selection.filters.items() if level not in names]
    if unknown:
        raise NoFigures(_("Koden %(code)s finnes ikke") % {"code": unknown[0]}, years)
    found = amendments(selection)
    table = amendments_table(found, selection)
    file = requested_export(request, lambda: table.export(f"budsjettendringer-{year}"))
    if file is not None:
        return file
    figures = node_figures(selection, [Level.RAMMEOMRADE], Known.of(years, year))
    name = subject(selection, names)
    rows = sorted(figures.parts[Level.RAMMEOMRADE], key=lambda row: (not row.code, len(row.code), row.code))
    context = {
        "finding": _finding(found, selection, name),
        "name": name,
        "trail": [
            Crumb(_("Oversikt"), "/"),
            Crumb(_("Avvik"), deviations_address(Selection(year))),
            Crumb(_("Budsjettendringer %(year)s") % {"year": year}, amendments_address(selection)),
        ],
        "period": PeriodLine(after=[Fact(_("Budsjett"), str(year)), Fact(_("Beløp i"), selection.scale.label)]),
        "controls": ViewForm.of(selection, years[year]),
        "controls_summary": f"{selection.as_period.months} · {selection.scale.label}",
        "bridge": bridge_table(
            rows, figures.whole, selection, node=lambda code: node_address(selection, Level.RAMMEOMRADE, code)
        ),
        "bridge_finding": _bridge_finding(found),
        "bridge_href": bridge_address(selection),
        "table": table,
        "year": year,
        # Kept per access scope, like the rest of the page; every change of a draft raises the data version.
        "drafts": drafts_table(drafts(year), year) if access.may_see_all_drafts(request.user) else None,
        "may_amend": access.may_amend(request.user) and years[year].has_budget,
    }
    return render(request, "budget/amendment_list.html", context)


@figures_view
def amendment(request: HttpRequest, year: int, number: str) -> HttpResponse:
    """This will show one adopted amendment: the case, the text, and lines that net to zero."""
    decided = adopted_amendment(year, number) if number.isprintable() else None
    if decided is None:
        years = figure_years()
        raise NoFigures(_("Det er ikke vedtatt noen budsjettendring %(number)s") % {"number": number[:20]}, years)
    accounts = amendment_accounts(decided)
    caption = _("Endring %(number)s, linje for linje.") % {"number": decided.number}
    table = accounts_table(accounts, caption=caption, request=request)
    file = requested_export(request, lambda: table.export(f"budsjettendring-{decided.number}"))
    if file is not None:
        return file
    sees_drafts = access.may_see_all_drafts(request.user)
    context = {
        "amendment": decided,
        "finding": _moved(decided, accounts),
        "trail": [
            Crumb(_("Oversikt"), "/"),
            Crumb(_("Budsjettendringer %(year)s") % {"year": year}, amendments_address(Selection(year))),
            Crumb(decided.number, request.path),
        ],
        "facts": _facts(decided, request),
        "table": table,
        "sees_drafts": sees_drafts,
        "steps": amendment_steps(decided) if sees_drafts else [],
        "changes": draft_history(decided) if sees_drafts else [],
        "may_amend": access.may_amend(request.user),
    }
    return render(request, "budget/amendment_detail.html", context)


def _finding(found: list[AmendmentRow], selection: Selection, name: str) -> str:
    """How many amendments, and what they changed the budget by inside the selection."""
    if not found:
        return _("Ingen vedtatte budsjettendringer for %(name)s i %(year)s") % {"name": name, "year": selection.year}
    count = len(found)
    net = sum((row.net for row in found), Decimal(0))
    moved = sum((row.added for row in found), Decimal(0))
    words = {"count": spelled(count), "amount": money(net or moved), "name": name}
    first = ngettext("%(count)s endring", "%(count)s endringer", count) % words
    if not net:
        text = _("%(first)s flyttet %(amount)s, uten å endre summen")
    else:
        text = (
            _("%(first)s økte budsjettet med %(amount)s")
            if net > 0
            else _("%(first)s senket budsjettet med %(amount)s")
        )
    sentence = text % {**words, "first": first}
    return sentence[:1].upper() + sentence[1:]


def _bridge_finding(found: list[AmendmentRow]) -> str:
    """Which rammeområde was changed most, counted over all amendments."""
    by_area: dict[str, Decimal] = {}
    for row in found:
        for effect in row.effects:
            by_area[effect.name] = by_area.get(effect.name, Decimal(0)) + effect.net
    ranked = sorted(by_area.items(), key=lambda item: abs(item[1]), reverse=True)
    if not ranked or not ranked[0][1]:
        return _("Rammene er de samme som i opprinnelig budsjett")
    if len(ranked) > 1 and abs(ranked[1][1]) == abs(ranked[0][1]):
        changed = sum(bool(net) for _name, net in ranked)
        return _("%(count)s rammeområder fikk endret ramme") % {"count": spelled(changed).capitalize()}
    name, net = ranked[0]
    words = {"name": name, "amount": money(net)}
    if net > 0:
        return _("%(name)s fikk endret rammen mest, med %(amount)s mer") % words
    return _("%(name)s fikk endret rammen mest, med %(amount)s mindre") % words


def _moved(decided: Amendment, accounts: list[AmendmentAccount]) -> str:
    moved = sum((account.amount for account in accounts if account.amount > 0), Decimal(0))
    words = {"number": decided.number, "amount": money(moved), "body": decided.body}
    return _("Endring %(number)s flyttet %(amount)s. Summen er uendret") % words


def _facts(decided: Amendment, request: HttpRequest) -> list[Fact]:
    facts = [
        Fact(_("Sak"), decided.case_number),
        Fact(_("Vedtatt av"), decided.body),
        Fact(_("Dato"), day(decided.decided_on)),
        Fact(_("Hva den gjelder"), decided.text),
    ]
    if decided.background:
        facts.append(Fact(_("Saksframlegg"), decided.background))
    run = decided.import_run
    if run is not None:
        words = {"file": run.file_name, "when": moment(run.committed_at), "run": run.pk}
        source = _("%(file)s, lest inn %(when)s, innlesing nr. %(run)s") % words
        link = import_link(run.pk, request.user)
        facts.append(Fact(_("Kilde"), source, href=link.href if link else ""))
    return facts
