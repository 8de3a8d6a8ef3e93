"""The entry grid: corrections of the accounts and lines of a budget that is not adopted."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from budget.actions.entries import EntryConflict, save_entries
from budget.forms.entries import ChooseForm, GridInput, PasteForm, ReasonForm, RowForm, read_grid
from budget.models import LedgerLine
from budget.queries.entries import (
    MOST_ROWS,
    CellKey,
    RowKey,
    adopted_case,
    adopted_text,
    ansvar_of_year,
    bad_codes,
    cell_history,
    entries_of,
    grid_rows,
    locked_periods,
)
from budget.queries.years import figure_years
from budget.tables.entries import conflicts, entry_grid, figure
from budget.targets.entries import KIND
from roros.access import may_enter_figures, requires
from roros.actions import ActionRefused
from roros.components import Crumb
from roros.models import ImportRun, User
from roros.models.organisation import FIRST_YEAR, LAST_YEAR
from roros.numbers import NBSP
from roros.workbooks import engine
from roros.workbooks.kinds import ImportRefused


@require_safe
@requires(may_enter_figures)
def newest(request: HttpRequest) -> HttpResponse:
    """This will lead to the newest year with accounts, or with a budget."""
    years = figure_years()
    year = next((year for year in years if years[year].has_actuals), next(iter(years), None))
    if year is None:
        raise Http404(_("Det er ikke lest inn noen tall ennå."))
    return redirect("budget:entry_grid", year)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(may_enter_figures)
def grid(request: HttpRequest, year: int) -> HttpResponse:
    """This will show the cells of an ansvar, add a row to them, or save those that were changed."""
    choose = chosen(request, year)
    by = cast(User, request.user)
    kind, ansvar = LedgerLine.Kind(choose.cleaned_data["slag"]), choose.cleaned_data["ansvar"]
    page: dict[str, Any] = {"typed": GridInput(), "reason": ReasonForm(), "row_form": RowForm()}
    status = 200 if choose.is_valid() else 400
    if request.method == "POST" and ansvar:
        page["typed"] = typed = read_grid(request.POST, ansvar)
        if "add_row" in request.POST:
            page["row_form"] = _add_row(request, year, ansvar, typed)
            page["reason"] = ReasonForm(initial={"reason": request.POST.get("reason", "")})
            status = 400 if page["row_form"].errors else 200
        else:
            page["reason"] = form = ReasonForm(request.POST)
            status = 400
            if form.is_valid() and not typed.wrong:
                try:
                    run = save_entries(
                        kind=kind, year=year, cells=typed.cells, reason=form.cleaned_data["reason"], by=by
                    )
                except EntryConflict as conflict:
                    page |= {"refused": str(conflict), "conflict": conflict}
                    status = 409
                except ActionRefused as refused:
                    page |= {"refused": str(refused), "problems": getattr(refused, "problems", {})}
                else:
                    saved(request, run)
                    return redirect(request.get_full_path())
    context = _page(year, kind, choose, by, **page)
    return render(request, "budget/entry_grid.html", context, status=status)


@require_POST
@requires(may_enter_figures)
def undo(request: HttpRequest, year: int, run_id: int) -> HttpResponse:
    """This will undo an entry of the user's own."""
    run = get_object_or_404(ImportRun, pk=run_id, kind=KIND, year=year, created_by=cast(User, request.user))
    back = request.POST.get("back", "")
    try:
        engine.undo(run, by=cast(User, request.user))
    except ImportRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Føring %(run)s er angret. Tallene er som før den.") % {"run": run.pk})
    query = f"?{back}" if back else ""
    return redirect(reverse("budget:entry_grid", args=[year]) + query)


def chosen(request: HttpRequest, year: int) -> ChooseForm:
    """This will read what the address asks for; Http404 for a year in which no ansvar is placed."""
    places = ansvar_of_year(year) if FIRST_YEAR <= year <= LAST_YEAR else []
    if not places:
        raise Http404(_("Ingen ansvar er plassert i %(year)s.") % {"year": year})
    form = ChooseForm(request.GET.dict(), ansvar=places)
    if not form.is_valid():  # what is wrong is said beside the field; the rest holds
        fallback = {"slag": LedgerLine.Kind.ACTUAL.value, "ansvar": "", "tjeneste": "", "art": ""}
        form.cleaned_data = fallback | form.cleaned_data
    return form


def trail(year: int) -> list[Crumb]:
    """This will return the way to the grid."""
    return [
        Crumb(_("Oversikt"), "/"),
        Crumb(_("Innlesing"), reverse("imports")),
        Crumb(_("Føring %(year)s") % {"year": year}, reverse("budget:entry_grid", args=[year])),
    ]


def saved(request: HttpRequest, run: ImportRun) -> None:
    """This will tell what was saved."""
    text = ngettext("%(count)s celle er ført som nr. %(run)s.", "%(count)s celler er ført som nr. %(run)s.", run.rows)
    messages.success(request, text % {"count": run.rows, "run": run.pk})


def _add_row(request: HttpRequest, year: int, ansvar: str, typed: GridInput) -> RowForm:
    form = RowForm(request.POST)
    if form.is_valid():
        row = RowKey(ansvar, form.cleaned_data["tjeneste"], form.cleaned_data["art"], form.cleaned_data["prosjekt"])
        bad = bad_codes(year, [row])
        for (column, _code), why in bad.items():
            form.add_error(column if column in form.fields else None, why)
        if not bad:
            typed.extra.append(row)
            return RowForm()
    return form


def _page(
    year: int,
    kind: LedgerLine.Kind,
    choose: ChooseForm,
    by: User,
    *,
    typed: GridInput,
    reason: ReasonForm,
    row_form: RowForm,
    refused: str = "",
    problems: Mapping[CellKey, str] | None = None,
    conflict: EntryConflict | None = None,
) -> dict[str, Any]:
    values = choose.cleaned_data
    ansvar, tjeneste, art = values["ansvar"], values["tjeneste"], values["art"]
    case = adopted_case(kind, year)
    rows = grid_rows(kind, year, ansvar, tjeneste=tjeneste, art=art, extra=typed.extra) if ansvar else []
    overtaken = conflict.overtaken if conflict else []
    drawn = entry_grid(
        rows[:MOST_ROWS],
        locked=locked_periods(year, by),
        read_only=case is not None,
        history=cell_history(kind, year, ansvar) if ansvar else [],
        typed=typed,
        refused=problems or {},
    )
    name = dict(cast(Any, choose.fields["ansvar"]).choices).get(ansvar, "")
    return {
        "year": year,
        "choose": choose,
        "ansvar": ansvar,
        "name": name,
        "heading": _heading(kind, year, name, drawn.total) if ansvar else _("Velg ansvaret du vil føre på"),
        "grid": drawn,
        "hidden_rows": max(0, len(rows) - MOST_ROWS),
        "adopted": adopted_text(year, case) if case is not None else "",
        "reason": reason,
        "row_form": row_form,
        "paste_form": PasteForm(shown=[row.key for row in rows[:MOST_ROWS]]),
        "refused": refused,
        "wrong": len(typed.wrong),
        "conflicts": conflicts(overtaken),
        "entries": entries_of(by, year),
        "query": urlencode({key: value for key, value in values.items() if value}),
        "trail": trail(year),
    }


def _heading(kind: LedgerLine.Kind, year: int, name: str, total: Decimal) -> str:
    words = {"name": name, "year": year, "sum": figure(total).replace(" ", NBSP)}
    if kind == LedgerLine.Kind.ORIGINAL:
        return _("%(name)s har %(sum)s kr i opprinnelig budsjett for %(year)s") % words
    return _("%(name)s har %(sum)s kr i regnskapet for %(year)s") % words
