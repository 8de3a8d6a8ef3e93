"""The register of measures: who does what to keep the budget, by when, and what came of it."""

from __future__ import annotations

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from budget.actions.measures import save_measure
from budget.forms.measures import MeasuresForm, measure_form
from budget.forms.registers import RegisterForm
from budget.models import Measure
from budget.queries.measures import (
    MeasureFilter,
    measure_row,
    measure_years,
    measures,
    readable_by,
    units_with_measures,
)
from budget.selection import SelectionError
from budget.tables.measures import deadline_text, measure_status, measure_table, measures_file, measures_finding
from budget.views.register_edit import edit_row
from roros import access, history
from roros.components import Crumb
from roros.exports import requested_export
from roros.models import Role, User


@access.requires(access.may_follow_up)
@require_safe
def show_measures(request: HttpRequest) -> HttpResponse:
    """This will list the measures, those past their deadline first, with what they were to give and gave."""
    among = readable_by(request.user)
    form = MeasuresForm(request.GET, years=measure_years(among), units=units_with_measures(among))
    try:
        wanted = form.wanted
    except SelectionError as invalid:
        return render(request, "budget/selection_invalid.html", {"problems": invalid.messages}, status=400)
    rows = measures(wanted, among=among)
    file = requested_export(request, lambda: measures_file(rows))
    if file is not None:
        return file
    context = {
        "finding": measures_finding(rows, filtered=wanted != MeasureFilter()),
        "form": form,
        "summary": _summary(wanted),
        "table": measure_table(rows, caption=_("Tiltak.") if wanted.year is None else _tiltak(wanted.year)),
        "may_add": _may_add(request.user),
        "trail": _trail(),
    }
    return render(request, "budget/measure_list.html", context)


@access.requires(access.may_follow_up)
@require_safe
def show_measure(request: HttpRequest, pk: int) -> HttpResponse:
    """This will show one measure and everything that was changed in it."""
    measure = get_object_or_404(readable_by(request.user).select_related("virksomhet", "round"), pk=pk)
    row = measure_row(measure, timezone.localdate())
    context = {
        "measure": measure,
        "status": measure_status(measure.status),
        "deadline": deadline_text(row),
        "may_edit": access.may_explain(request.user, virksomhet=measure.virksomhet_id),
        "changes": history.changes_of(measure),
        "trail": _trail(measure),
    }
    return render(request, "budget/measure_show.html", context)


@access.requires(access.may_follow_up)
@require_http_methods(["GET", "HEAD", "POST"])
def new_measure(request: HttpRequest) -> HttpResponse:
    """This will take a new measure for a virksomhet that the user answers for."""
    if not _may_add(request.user):
        raise PermissionDenied
    return _edit(request, Measure(year=timezone.localdate().year), title=_("Nytt tiltak"))


@access.requires(access.may_follow_up)
@require_http_methods(["GET", "HEAD", "POST"])
def change_measure(request: HttpRequest, pk: int) -> HttpResponse:
    """This will change a measure, or remove one that was entered by mistake."""
    measure = get_object_or_404(Measure, pk=pk)
    if not access.may_explain(request.user, virksomhet=measure.virksomhet_id):
        raise PermissionDenied
    return _edit(request, measure, title=measure.title)


def _edit(request: HttpRequest, measure: Measure, *, title: str) -> HttpResponse:
    return edit_row(
        request,
        measure_form(request.user),
        measure,
        title=title,
        trail=[*_trail(None if measure._state.adding else measure), Crumb(_("Endre"), request.path)],
        done=_done,
        save=_save,
        removable=True,
    )


def _save(form: RegisterForm[Any], by: User) -> None:
    row = cast(Measure, form.save(commit=False))
    save_measure(measure=row, seen=form.cleaned_data["seen"], reason=form.cleaned_data["reason"], by=by)


def _done(row: models.Model) -> str:
    """The page of the measure; the list when it was removed."""
    return reverse("budget:measures") if row.pk is None else reverse("budget:measure", args=[row.pk])


def _may_add(user: access.Someone) -> bool:
    return Role.OKONOMI in access.roles_of(user) or bool(access.led_virksomheter(user))


def _summary(wanted: MeasureFilter) -> str:
    parts = [str(wanted.year or ""), wanted.virksomhet, wanted.status, _("passert frist") if wanted.overdue else ""]
    return " · ".join(part for part in parts if part) or _("Alle tiltak")


def _tiltak(year: int) -> str:
    return _("Tiltak %(year)s.") % {"year": year}


def _trail(measure: Measure | None = None) -> list[Crumb]:
    steps = [Crumb(_("Oversikt"), "/"), Crumb(_("Tiltak"), reverse("budget:measures"))]
    if measure is not None:
        steps.append(Crumb(measure.title, reverse("budget:measure", args=[measure.pk])))
    return steps
