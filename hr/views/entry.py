"""Entry of single rows with history: one pair of views for every register of the room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from budget.forms.registers import RegisterForm
from hr import actions
from hr.forms import (
    ChecklistAnswerForm,
    ControlItemForm,
    EnhetForm,
    RemoveForm,
    SickLeaveForm,
    StaffFigureForm,
    TargetForm,
)
from hr.models import ChecklistAnswer, ControlItem, Enhet, SickLeave, SickLeaveTarget, StaffFigure
from hr.queries.sick_leave import sick_leave_book
from hr.queries.staff import staff_figures
from hr.views.reading import may_touch, signed_in, trail
from roros import access, history
from roros.actions import ActionRefused, ChangedMeanwhile
from roros.components import Crumb, Fact, Text
from roros.history import NOTHING
from roros.lines import Missing

View = Callable[..., HttpResponseBase]


def _anybody(user: access.Someone, row: Any) -> bool:
    return True


def _days_allowed(user: access.Someone, row: SickLeave) -> bool:
    if access.may_see_small_groups(user):
        return True
    hidden = (row.enhet_id, row.year) in sick_leave_book().hidden.units
    return may_touch(user, row, hidden=hidden)


def _figure_allowed(user: access.Someone, row: StaffFigure) -> bool:
    hidden = any(shown.id == row.pk and shown.value is Missing.HIDDEN for shown in staff_figures())
    return not hidden or access.may_see_small_groups(user)


def _facts(form: RegisterForm[Any]) -> list[Fact]:
    """The fields of a row for somebody who may not change it."""
    names = [name for name in form.fields if name not in ("reason", "seen")]
    choices = {name: dict(getattr(form.fields[name], "choices", ())) for name in names}
    facts = []
    for name in names:
        value = form.initial.get(name)
        shown = choices[name].get(value, form.fields[name].prepare_value(value))
        facts.append(Fact(str(form.fields[name].label), NOTHING if shown in (None, "") else str(shown)))
    return facts


@dataclass(frozen=True)
class Entry:
    """A register that people write in."""

    model: type[models.Model]
    form: Callable[..., RegisterForm[Any]]
    new: Text  # heading of the empty form
    back: Callable[[Any], str]  # where the user goes when it is done
    above: Text
    save: Callable[..., None] = actions.save_row
    remove: Callable[..., None] = actions.remove_row
    allowed: access.Predicate = access.may_edit_staff
    allowed_row: Callable[[access.Someone, Any], bool] = _anybody
    readers: access.Predicate = access.may_see_figures  # who may see a row with its history
    title: Callable[[Any], str] = str

    def new_view(self) -> View:
        """This will return the view that takes in a new row."""

        def new_row(request: HttpRequest) -> HttpResponseBase:
            start = {name: request.GET[name] for name in request.GET if name in ("year", "kind", "virksomhet")}
            form = self.form(request.POST or None, initial=start)
            if request.method == "POST" and form.is_valid() and self._saved(request, form):
                return redirect(self.back(form.instance))
            return self._page(request, form, str(self.new))

        return cast(View, require_http_methods(["GET", "HEAD", "POST"])(access.requires(self.allowed)(new_row)))

    def edit_view(self) -> View:
        """This will return the view that shows one row with its history and takes in changes."""

        def edit_row(request: HttpRequest, pk: int) -> HttpResponseBase:
            row = get_object_or_404(self.model._default_manager, pk=pk)
            may_edit = self.allowed(request.user)
            if not self.allowed_row(request.user, row) or (request.method == "POST" and not may_edit):
                raise PermissionDenied
            if not may_edit:
                return self._page(request, self.form(instance=row), self.title(row), row=row)
            removing = request.method == "POST" and "fjern" in request.POST
            form = self.form(None if removing else request.POST or None, instance=row)
            remove = RemoveForm(request.POST if removing else None, initial={"seen": getattr(row, "version", None)})
            if removing and remove.is_valid():
                if self._removed(request, row, remove):
                    return redirect(self.back(row))
            elif request.method == "POST" and not removing and form.is_valid() and self._saved(request, form):
                return redirect(request.path)
            return self._page(request, form, self.title(row), row=row, remove=remove)

        return cast(View, require_http_methods(["GET", "HEAD", "POST"])(access.requires(self.readers)(edit_row)))

    def _saved(self, request: HttpRequest, form: RegisterForm[Any]) -> bool:
        values = form.cleaned_data
        try:
            self.save(row=form.instance, seen=values["seen"], reason=values["reason"], by=signed_in(request))
        except ActionRefused as refusal:
            form.add_error(None, str(refusal))
            if isinstance(refusal, ChangedMeanwhile):
                form.overtaken = True  # type: ignore[attr-defined]
            return False
        messages.success(request, _("%(row)s er lagret.") % {"row": form.instance})
        return True

    def _removed(self, request: HttpRequest, row: models.Model, form: RemoveForm) -> bool:
        values = form.cleaned_data
        name = str(row)
        try:
            self.remove(row=row, seen=values["seen"], reason=values["reason"], by=signed_in(request))
        except ActionRefused as refusal:
            form.add_error(None, str(refusal))
            return False
        messages.success(request, _("%(row)s er fjernet.") % {"row": name})
        return True

    def _page(
        self,
        request: HttpRequest,
        form: RegisterForm[Any],
        heading: str,
        *,
        row: models.Model | None = None,
        remove: RemoveForm | None = None,
    ) -> HttpResponseBase:
        failed = bool(form.is_bound or (remove is not None and remove.is_bound))
        overtaken = getattr(form, "overtaken", False)
        status = HTTPStatus.CONFLICT if overtaken else HTTPStatus.BAD_REQUEST if failed else HTTPStatus.OK
        context = {
            "trail": trail(Crumb(self.above, self.back(row or form.instance)), Crumb(heading, request.path)),
            "heading": heading,
            "form": form,
            "facts": _facts(form) if row is not None and remove is None else [],
            "remove": remove,
            "changes": history.changes_of(row) if row is not None else [],
        }
        return render(request, "hr/entry_form.html", context, status=status)


SICK_LEAVE = Entry(
    SickLeave,
    SickLeaveForm,
    gettext_lazy("Nye tall for et kvartal"),
    lambda row: reverse("hr:sick_leave_register", args=[row.year]) if row.year else reverse("hr:sick_leave"),
    gettext_lazy("Sykefravær i dagsverk"),
    save=actions.save_sick_leave,
    remove=actions.remove_sick_leave,
    allowed_row=_days_allowed,
    readers=access.may_edit_staff,
    title=lambda row: f"{row.enhet.name}, {row.get_quarter_display()} {row.year}",
)
ENHET = Entry(
    Enhet,
    EnhetForm,
    gettext_lazy("Ny enhet"),
    lambda row: reverse("hr:sick_leave"),
    gettext_lazy("Sykefravær"),
)
TARGET = Entry(
    SickLeaveTarget,
    TargetForm,
    gettext_lazy("Nytt mål for sykefraværet"),
    lambda row: reverse("hr:sick_leave_targets"),
    gettext_lazy("Mål for sykefraværet"),
)
STAFF = Entry(
    StaffFigure,
    StaffFigureForm,
    gettext_lazy("Nytt personaltall"),
    lambda row: reverse("hr:staff"),
    gettext_lazy("Personaltall"),
    allowed_row=_figure_allowed,
)
CONTROL_ITEM = Entry(
    ControlItem,
    ControlItemForm,
    gettext_lazy("Nytt punkt i internkontrollen"),
    lambda row: reverse("hr:control_year", args=[row.year]) if row.year else reverse("hr:control"),
    gettext_lazy("Internkontroll"),
)
ANSWER = Entry(
    ChecklistAnswer,
    ChecklistAnswerForm,
    gettext_lazy("Nytt svar på sjekklisten"),
    lambda row: (
        reverse("hr:checklist", args=[row.year, row.virksomhet_id])
        if row.year and row.virksomhet_id
        else reverse("hr:control")
    ),
    gettext_lazy("Internkontroll"),
)
