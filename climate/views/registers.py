"""Entering and changing single rows of the climate room's registers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from budget.forms.registers import RegisterForm
from budget.views.register_edit import edit_row
from climate.forms import EmissionForm, MeasureForm, NoteForm, PopulationForm, TargetForm
from climate.models import Emission, EmissionNote, EmissionTarget, Measure, Population
from climate.views.emissions import trail
from roros import access
from roros.components import Crumb


@access.requires(access.may_edit_registers)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_emission(request: HttpRequest, row_id: int | None = None) -> HttpResponse:
    """This will take or change what a sector let out of a gas."""
    row = (
        Emission(municipality=settings.MUNICIPALITY_NAME) if row_id is None else get_object_or_404(Emission, pk=row_id)
    )
    return _edit(request, EmissionForm, row, _("Nytt utslippstall") if row_id is None else str(row))


@access.requires(access.may_edit_registers)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_population(request: HttpRequest, row_id: int | None = None) -> HttpResponse:
    """This will take or change how many lived in a municipality."""
    own = Population(municipality=settings.MUNICIPALITY_NAME)
    row = own if row_id is None else get_object_or_404(Population, pk=row_id)
    return _edit(request, PopulationForm, row, _("Folketall"))


@access.requires(access.may_edit_registers)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_note(request: HttpRequest, row_id: int | None = None) -> HttpResponse:
    """This will take or change a remark to a figure."""
    own = EmissionNote(municipality=settings.MUNICIPALITY_NAME)
    row = own if row_id is None else get_object_or_404(EmissionNote, pk=row_id)
    return _edit(request, NoteForm, row, _("Merknad til utslippstall"))


@access.requires(access.may_edit_registers)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_target(request: HttpRequest, target_id: int | None = None) -> HttpResponse:
    """This will take or change a climate target."""
    own = EmissionTarget(municipality=settings.MUNICIPALITY_NAME)
    row = own if target_id is None else get_object_or_404(EmissionTarget, pk=target_id)
    return _edit(request, TargetForm, row, _("Nytt klimamål") if target_id is None else row.name)


@access.requires(access.may_edit_registers)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_measure(request: HttpRequest, measure_id: int | None = None) -> HttpResponse:
    """This will take or change a climate measure."""
    row = Measure() if measure_id is None else get_object_or_404(Measure, pk=measure_id)
    return _edit(request, MeasureForm, row, _("Nytt klimatiltak") if measure_id is None else row.title)


def _edit(request: HttpRequest, form: type[RegisterForm[Any]], row: models.Model, title: str) -> HttpResponse:
    return edit_row(
        request,
        form,
        row,
        title=title,
        trail=[*trail(), Crumb(title, request.path)],
        done=_page_of,
        removable=True,
    )


def _page_of(row: models.Model) -> str:
    """Where a row is shown; where its neighbours are when it is gone."""
    if isinstance(row, (Emission, EmissionNote)):
        return _register(kommune=row.municipality, ar=str(row.year))
    if isinstance(row, Population):
        return _register(kommune=row.municipality)
    if row.pk is None:
        return reverse("climate:emissions")
    if isinstance(row, Measure):
        return reverse("climate:measure", args=[row.pk])
    return reverse("climate:target", args=[row.pk])


def _register(**wanted: str) -> str:
    return f"{reverse('climate:register')}?{urlencode(wanted)}"
