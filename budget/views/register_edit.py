"""The one way a row of a register is entered or changed: form, version, reason, history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from budget.actions.registers import remove_row, save_row
from budget.forms.registers import RegisterForm
from roros import history
from roros.actions import ActionRefused, ChangedMeanwhile
from roros.components import Crumb
from roros.models import User

Save = Callable[[RegisterForm[Any], User], None]


def edit_row(
    request: HttpRequest,
    form_class: type[RegisterForm[Any]],
    row: models.Model,
    *,
    title: str,
    trail: Sequence[Crumb],
    done: Callable[[models.Model], str],
    save: Save | None = None,
    removable: bool = False,
) -> HttpResponse:
    """This will show the form of a row and store what is sent; a stale form is answered with 409 and what to do."""
    is_new = row._state.adding
    form = form_class(request.POST if request.method == "POST" else None, instance=row)
    status = 200
    removes = removable and not is_new and "remove" in request.POST
    if request.method == "POST" and form.is_valid():
        by = cast(User, request.user)  # the view is closed to visitors
        try:
            if removes:
                remove_row(row=row, seen=form.cleaned_data["seen"], reason=form.cleaned_data["reason"], by=by)
            else:
                (save or save_form)(form, by)
        except ActionRefused as refused:
            status = 409 if isinstance(refused, ChangedMeanwhile) else 200
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Lagret."))
            return redirect(done(row))
    context = {
        "title": title,
        "trail": trail,
        "form": form,
        "stale": status == 409,
        "changes": [] if is_new else history.changes_of(row),
        "removable": removable and not is_new,
    }
    return render(request, "budget/register_edit.html", context, status=status)


def save_form(form: RegisterForm[Any], by: User) -> None:
    """This will store the form's row as it is."""
    save_row(row=form.save(commit=False), seen=form.cleaned_data["seen"], reason=form.cleaned_data["reason"], by=by)
