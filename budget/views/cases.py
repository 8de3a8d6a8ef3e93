"""The register of council cases, with search and a notice of numbers that are missing."""

from __future__ import annotations

from typing import cast

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from budget.exports.registers import cases_file
from budget.findings.registers import cases_finding
from budget.forms.register_filters import CasesForm
from budget.forms.registers import CaseForm
from budget.models import CouncilCase
from budget.queries.decisions import case_bodies, case_years, cases, gaps
from budget.tables.registers import case_table
from budget.views.decisions import trail
from budget.views.reading import figures_view
from budget.views.register_edit import edit_row
from roros import access
from roros.components import Crumb
from roros.exports import requested_export


@figures_view
def show_cases(request: HttpRequest) -> HttpResponse:
    """This will list the cases of the newest year, or those that a search finds in every year."""
    years = case_years()
    form = CasesForm(request.GET, years=years, bodies=case_bodies())
    clean = form.read()
    year, text = clean["ar"], clean["q"].strip()
    if year is None and not text and years and "ar" not in request.GET:
        year = years[0]
        form.data = {**request.GET.dict(), "ar": str(year)}
    rows = cases(year, body=clean["organ"], text=text)
    export = requested_export(request, lambda: cases_file(rows))
    if export is not None:
        return export
    missing = [gap for gap in gaps(year) if not clean["organ"] or gap.body == clean["organ"]]
    context = {
        "finding": cases_finding(len(rows), missing, text=text),
        "form": form,
        "summary": str(year or _("Alle år")),
        "gaps": missing,
        "table": case_table(rows, caption=_("Behandlede saker."), may_edit=access.may_edit_registers(request.user)),
        "may_edit": access.may_edit_registers(request.user),
        "trail": _trail(),
    }
    return render(request, "budget/case_list.html", context)


@access.requires(access.may_edit_registers)
@require_http_methods(["GET", "HEAD", "POST"])
def new_case(request: HttpRequest) -> HttpResponse:
    """This will take a new case."""
    return edit_row(
        request,
        CaseForm,
        CouncilCase(year=timezone.localdate().year),
        title=_("Ny sak"),
        trail=[*_trail(), Crumb(_("Ny sak"), request.path)],
        done=_to_cases,
    )


@access.requires(access.may_edit_registers)
@require_http_methods(["GET", "HEAD", "POST"])
def change_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """This will change a case."""
    case = get_object_or_404(CouncilCase, pk=case_id)
    return edit_row(
        request,
        CaseForm,
        case,
        title=str(case),
        trail=[*_trail(), Crumb(case.reference, request.path)],
        done=_to_cases,
    )


def _trail() -> list[Crumb]:
    return [*trail(), Crumb(_("Saksliste"), reverse("budget:cases"))]


def _to_cases(row: models.Model) -> str:
    return reverse("budget:cases") + f"?ar={cast(CouncilCase, row).year}"
