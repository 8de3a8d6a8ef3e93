"""The forms that change a project: the same way for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from investments import actions
from investments.forms import (
    ApprovalForm,
    FinancingForm,
    ForecastForm,
    ProjectForm,
    RecordForm,
    RemoveForm,
    StatusForm,
    YearForm,
)
from investments.models import Approval, Financing, Forecast, Project, ProjectYear, ReportingPeriod, StatusReport
from investments.queries.detail import record_version
from investments.views.projects import trail
from roros import access
from roros.actions import ActionRefused
from roros.components import Crumb, Text
from roros.models import User

Save = Callable[..., Any]


@dataclass(frozen=True)
class Part:
    """One part of a project that has a form of its own."""

    model: type[ProjectYear | StatusReport | Approval | Financing | Forecast]
    form: type[RecordForm]
    new: Text
    change: Text = ""  # empty: rows are added and never changed
    removable: bool = False


PARTS: Mapping[str, Part] = {
    "ar": Part(ProjectYear, YearForm, gettext_lazy("Nytt år"), gettext_lazy("Endre tallene for året")),
    "status": Part(StatusReport, StatusForm, gettext_lazy("Meld status")),
    "vedtak": Part(Approval, ApprovalForm, gettext_lazy("Nytt vedtak om rammen"), removable=True),
    "finansiering": Part(
        Financing, FinancingForm, gettext_lazy("Ny finansiering"), gettext_lazy("Endre finansieringen"), removable=True
    ),
    "prognose": Part(
        Forecast, ForecastForm, gettext_lazy("Ny prognose"), gettext_lazy("Endre prognosen"), removable=True
    ),
}


@access.requires(access.may_edit_investments)
def create_project(request: HttpRequest) -> HttpResponse:
    """This will enter a new project."""
    form = ProjectForm(request.POST or None)
    title = _("Nytt prosjekt")
    if request.method == "POST" and form.is_valid():
        try:
            project = actions.create_project(project=form.instance, reason=form.told, by=_user(request))
        except ActionRefused as error:
            form.add_error(None, str(error))
        else:
            return _saved(request, project.pk)
    return _form_page(request, form, title, reverse("investments:projects"), trail(Crumb(title, request.path)))


@access.requires(access.may_edit_investments)
def edit_project(request: HttpRequest, code: str) -> HttpResponse:
    """This will change the project's own particulars."""
    project = _project(code)
    form = ProjectForm(request.POST or None, instance=project, initial={"seen": record_version(code)})
    return _answer(request, _project(code), form, _("Endre prosjektet"), actions.save_record, "row")


@access.requires(access.may_edit_investments)
def add_part(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """This will add a row: a year, a status, a decision, a source of money or a forecast."""
    project, known = _project(code), _part(part)
    row = known.model(project=project)
    initial = {"seen": record_version(code), **_start(known, project)}
    form = known.form(request.POST or None, instance=row, initial=initial)
    if known.model is StatusReport:
        return _answer(request, project, form, str(known.new), _report_status, "report")
    if known.model is Approval:
        return _answer(request, project, form, str(known.new), actions.record_approval, "approval")
    return _answer(request, project, form, str(known.new), actions.save_record, "row")


@access.requires(access.may_edit_investments)
def change_part(request: HttpRequest, code: str, part: str, key: int) -> HttpResponse:
    """This will change a row that may be changed."""
    project, known = _project(code), _part(part)
    if not known.change:
        raise Http404(_("Dette kan ikke endres, bare legges til."))
    row = get_object_or_404(known.model, pk=key, project=project)
    form = known.form(request.POST or None, instance=row, initial={"seen": record_version(code)})
    removing = ""
    if known.removable:
        removing = reverse("investments:part_remove", args=[code, part, key])
    return _answer(request, project, form, str(known.change), actions.save_record, "row", removing=removing)


@access.requires(access.may_edit_investments)
@require_POST
def remove_part(request: HttpRequest, code: str, part: str, key: int) -> HttpResponse:
    """This will take away a row that should not have been entered."""
    project, known = _project(code), _part(part)
    if not known.removable:
        raise Http404(_("Dette kan ikke fjernes."))
    row = get_object_or_404(known.model, pk=key, project=project)
    form = RemoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Skriv hvorfor raden skal fjernes. Ingenting er endret."))
        return redirect("investments:project", code)
    try:
        actions.remove_record(
            row=cast("Approval | Financing | Forecast", row),
            seen=form.cleaned_data["seen"],
            reason=form.cleaned_data["reason"],
            by=_user(request),
        )
    except ActionRefused as error:
        messages.error(request, str(error))
        return redirect("investments:project", code)
    return _saved(request, code)


def _answer(
    request: HttpRequest, project: Project, form: RecordForm, title: str, save: Save, name: str, *, removing: str = ""
) -> HttpResponse:
    """The form, or the saved row; one that was overtaken is shown again with what the user typed and the new mark."""
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                save(**{name: form.instance}, seen=form.cleaned_data["seen"], reason=form.told, by=_user(request))
            except ActionRefused as error:
                status = 409
                form.add_error(None, str(error))
                typed = request.POST.copy()
                typed["seen"] = record_version(project.pk)
                form.data = typed
            else:
                return _saved(request, project.pk)
    address = reverse("investments:project", args=[project.pk])
    way = trail(Crumb(project.called, address), Crumb(title, request.path))
    return _form_page(request, form, title, address, way, status=status, removing=removing)


def _form_page(
    request: HttpRequest,
    form: RecordForm,
    title: str,
    back: str,
    way: list[Crumb],
    *,
    status: int = 200,
    removing: str = "",
) -> HttpResponse:
    if form.errors and status == 200:
        status = 400
    context = {"form": form, "title": title, "back": back, "trail": way, "removing": removing}
    return render(request, "investments/record_form.html", context, status=status)


def _report_status(*, report: StatusReport, seen: str, reason: str, by: User) -> None:
    actions.report_status(report=report, seen=seen, by=by)


def _saved(request: HttpRequest, code: str) -> HttpResponse:
    messages.success(request, _("Lagret. Endringen står i historikken."))
    return redirect("investments:project", code)


def _project(code: str) -> Project:
    return get_object_or_404(Project.objects.select_related("rammeomrade"), pk=code)


def _part(name: str) -> Part:
    if name not in PARTS:
        raise Http404
    return PARTS[name]


def _start(part: Part, project: Project) -> dict[str, Any]:
    """What a new row most likely says."""
    today = timezone.localdate()
    last: models.Model | None = ProjectYear.objects.filter(project=project).order_by("-year").first()
    year = last.year if isinstance(last, ProjectYear) else today.year
    if part.model is StatusReport:
        return {"year": year, "period": ReportingPeriod.YEAR, "reported_on": today}
    if part.model is ProjectYear and isinstance(last, ProjectYear):
        return {"year": year + 1, "approved_total": last.approved_total, "accrued_total": last.accrued_total}
    if part.model is Forecast:
        return {"made_on": today}
    return {}


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
