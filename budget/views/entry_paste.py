"""A pasted block: shown before and after with everything that is wrong in it, and saved whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from budget.actions.entries import MOST_CELLS, Cell, CellsRefused, EntryConflict, Overtaken, save_entries
from budget.forms.entries import ChooseForm, ConfirmForm, PasteForm, cells_value, settled
from budget.models import LedgerLine
from budget.paste import Anchor, Block, read_block
from budget.paste_header import Wrong
from budget.queries.entries import COLUMNS, CellKey, cell_problems, standing_amounts
from budget.tables.entries import conflicts, figure, month_of
from budget.views.entries import chosen, saved, trail
from roros.access import may_enter_figures, requires
from roros.actions import ActionRefused
from roros.components import Crumb
from roros.models import User
from roros.templatetags.figures import count

MOST_SHOWN = 500
NOTHING = Decimal(0)


@require_POST
@requires(may_enter_figures)
def paste(request: HttpRequest, year: int) -> HttpResponse:
    """This will show what a block would change, or why it cannot be pasted; nothing is saved."""
    choose = chosen(request, year)
    kind = LedgerLine.Kind(choose.cleaned_data["slag"])
    form = PasteForm(request.POST)
    if not form.is_valid():
        wrong = [Wrong(0, 0, "", str(text)) for errors in form.errors.values() for text in errors]
        return _show(request, year, choose, form=form, block=Block(wrong=wrong), cells=[])
    anchor = Anchor(form.rows_from_anchor(), int(form.cleaned_data["period"] or 1))
    block = read_block(form.cleaned_data["block"], year=year, ansvar=choose.cleaned_data["ansvar"], anchor=anchor)
    if not block.wrong and len(block.cells) > MOST_CELLS:
        words = {"count": len(block.cells), "most": MOST_CELLS}
        text = _("%(count)s celler er for mange på én gang. Grensen er %(most)s. Bruk innlesing av fil.") % words
        block.wrong.append(Wrong(0, 0, "", text))
    cells = _changed(kind, year, block, cast(User, request.user))
    return _show(request, year, choose, form=form, block=block, cells=cells)


@require_POST
@requires(may_enter_figures)
def paste_save(request: HttpRequest, year: int) -> HttpResponse:
    """This will save the cells that the user has seen before and after; all of them or none."""
    choose = chosen(request, year)
    form = ConfirmForm(request.POST)
    form.is_valid()
    wanted = (settled(request.POST, cell) for cell in form.cleaned_data.get("cells", []))
    cells = [cell for cell in wanted if cell is not None]
    if not form.is_valid():
        return _show(request, year, choose, confirm=form, cells=cells)
    kind = LedgerLine.Kind(choose.cleaned_data["slag"])
    try:
        run = save_entries(
            kind=kind, year=year, cells=cells, reason=form.cleaned_data["reason"], by=cast(User, request.user)
        )
    except EntryConflict as conflict:
        return _show(
            request, year, choose, confirm=form, cells=cells, refused=str(conflict), overtaken=conflict.overtaken
        )
    except CellsRefused as refused:
        block = Block(wrong=[Wrong(0, 0, str(key.row), why) for key, why in refused.problems.items()])
        return _show(request, year, choose, cells=cells, block=block)
    except ActionRefused as refused:
        return _show(request, year, choose, confirm=form, cells=cells, refused=str(refused))
    saved(request, run)
    return redirect(_grid(year, choose))


def _changed(kind: LedgerLine.Kind, year: int, block: Block, by: User) -> list[Cell]:
    """The cells of the block that would change; what cannot be entered is noted as wrong in the block."""
    keys = [cell.key for cell in block.cells]
    now: Mapping[CellKey, Decimal] = standing_amounts(kind, year, keys) if keys else {}
    wanted = [cell for cell in block.cells if cell.after != now.get(cell.key, NOTHING)]
    problems = cell_problems(kind, year, keys, by) if keys else {}
    for cell in block.cells:
        # A closed month refuses changes only; a code that is unknown is wrong whatever the cell says.
        if cell.key in problems and (problems[cell.key][0] in COLUMNS or cell in wanted):
            column, why = problems[cell.key]
            value = str(cell.key[COLUMNS.index(column)]) if column in COLUMNS else cell.value
            block.wrong.append(Wrong(cell.row, cell.column, value, why))
    block.wrong.sort(key=lambda wrong: (wrong.row, wrong.column))
    return [] if block.wrong else [Cell(cell.key, now.get(cell.key, NOTHING), cell.after) for cell in wanted]


def _show(
    request: HttpRequest,
    year: int,
    choose: ChooseForm,
    *,
    cells: Sequence[Cell],
    form: PasteForm | None = None,
    confirm: ConfirmForm | None = None,
    block: Block | None = None,
    refused: str = "",
    overtaken: Sequence[Overtaken] = (),
) -> HttpResponse:
    wrong = block.wrong if block else []
    if confirm is None or overtaken:
        reason = confirm.data.get("reason", "") if confirm else ""
        confirm = ConfirmForm(initial={"cells": cells_value(cells), "reason": reason})
    difference = sum((cell.after - cell.before for cell in cells), NOTHING)
    context: dict[str, Any] = {
        "year": year,
        "heading": _heading(wrong, cells),
        "wrong": wrong[:MOST_SHOWN],
        "hidden_wrong": max(0, len(wrong) - MOST_SHOWN),
        "changes": [
            {
                "row": str(cell.key.row),
                "month": month_of(cell.key.period),
                "before": figure(cell.before),
                "after": figure(cell.after),
                "change": figure(cell.after - cell.before),
            }
            for cell in cells[:MOST_SHOWN]
        ],
        "hidden_changes": max(0, len(cells) - MOST_SHOWN),
        "difference": figure(difference),
        "pasted": block,
        "unchanged": len(block.cells) - len(cells) if block and not wrong else 0,
        "form": form,
        "confirm": confirm if cells and not wrong else None,
        "refused": refused,
        "conflicts": conflicts(overtaken),
        "query": urlencode({key: value for key, value in choose.cleaned_data.items() if value}),
        "back": _grid(year, choose),
        "trail": [*trail(year), Crumb(_("Lim inn"), request.path)],
    }
    bad = wrong or refused or (confirm is not None and confirm.errors)
    status = 409 if overtaken else 400 if bad else 200
    return render(request, "budget/entry_paste.html", context, status=status)


def _heading(wrong: Sequence[Wrong], cells: Sequence[Cell]) -> str:
    if wrong:
        text = ngettext(
            "Blokken kan ikke limes inn: %(n)s feil må rettes",
            "Blokken kan ikke limes inn: %(n)s feil må rettes",
            len(wrong),
        )
        return text % {"n": count(len(wrong))}
    if not cells:
        return _("Ingenting å endre: cellene har alt disse beløpene")
    return ngettext("%(n)s celle endres", "%(n)s celler endres", len(cells)) % {"n": count(len(cells))}


def _grid(year: int, choose: ChooseForm) -> str:
    query = urlencode({key: value for key, value in choose.cleaned_data.items() if value})
    return f"{reverse('budget:entry_grid', args=[year])}?{query}"
