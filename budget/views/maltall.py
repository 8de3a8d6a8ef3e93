"""The pages of måltall: are we where the council wants us, and how do others stand?"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from budget.exports.registers import indicators_file
from budget.findings.registers import indicator_finding, indicators_finding, short_name, with_unit
from budget.forms.register_filters import YearForm
from budget.forms.registers import IndicatorForm, TargetForm, ValueForm
from budget.models import Indicator, IndicatorTarget, IndicatorValue
from budget.queries.maltall import IndicatorRow, indicator_years, indicators
from budget.tables.registers import comparison_table, indicator_table, target_text
from budget.views.reading import figures_view
from budget.views.register_edit import edit_row
from roros import access, history
from roros.components import Crumb
from roros.exports import requested_export


@figures_view
def show_indicators(request: HttpRequest) -> HttpResponse:
    """This will list every indicator with its target in a year."""
    form = YearForm(request.GET, years=indicator_years())
    year = form.year
    export = requested_export(request, lambda: indicators_file(year or 0))
    if export is not None:
        return export
    rows = indicators(year) if year else []
    context = {
        "finding": indicators_finding(rows, year or 0),
        "form": form,
        "year": year,
        "table": indicator_table(
            rows, year or 0, caption=_("Måltall for %(name)s kommune.") % {"name": settings.MUNICIPALITY_NAME}
        ),
        "computed": [row for row in rows if row.computed is not None],
        "may_edit": access.may_edit_registers(request.user),
        "trail": trail(),
    }
    return render(request, "budget/maltall_list.html", context)


@figures_view
def show_indicator(request: HttpRequest, code: str) -> HttpResponse:
    """This will show one indicator beside other municipalities, with target, earlier values and how it is computed."""
    form = YearForm(request.GET, years=indicator_years())
    year = form.year or 0
    found = indicators(year, code=code)
    if not found:
        raise Http404
    row = found[0]
    may_edit = access.may_edit_registers(request.user)
    targets = IndicatorTarget.objects.filter(indicator_id=code).order_by("-year") if may_edit else ()
    context = {
        "row": row,
        "name": short_name(row.name),
        "finding": indicator_finding(row),
        "form": form,
        "year": year,
        "table": comparison_table(row, caption=_comparison_caption(row)),
        "target": target_text(row),
        "own": [(value.year, with_unit(value.value, row.unit), value.id) for value in reversed(row.history)],
        "targets": targets,
        "changes": history.changes_among(
            {
                Indicator: Q(code=code),
                IndicatorTarget: Q(indicator_id=code),
                IndicatorValue: Q(indicator_id=code),
            }
        ),
        "may_edit": may_edit,
        "trail": trail(code, short_name(row.name)),
    }
    return render(request, "budget/maltall_show.html", context)


@access.requires(access.may_edit_registers)
@require_http_methods(["GET", "HEAD", "POST"])
def new_indicator(request: HttpRequest) -> HttpResponse:
    """This will take a new indicator."""
    return edit_row(
        request,
        IndicatorForm,
        Indicator(),
        title=_("Nytt måltall"),
        trail=[*trail(), Crumb(_("Nytt måltall"), request.path)],
        done=lambda row: reverse("budget:indicator", args=[row.pk]),
    )


@access.requires(access.may_edit_registers)
@require_http_methods(["GET", "HEAD", "POST"])
def change_indicator(request: HttpRequest, code: str) -> HttpResponse:
    """This will change what an indicator is."""
    indicator = get_object_or_404(Indicator, pk=code)
    return edit_row(
        request,
        IndicatorForm,
        indicator,
        title=indicator.name,
        trail=[*trail(code, indicator.name), Crumb(_("Endre"), request.path)],
        done=_back_to(code),
    )


@access.requires(access.may_edit_registers)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_target(request: HttpRequest, code: str, target_id: int | None = None) -> HttpResponse:
    """This will take or change what the council has decided for a year."""
    indicator = get_object_or_404(Indicator, pk=code)
    target = (
        IndicatorTarget(indicator=indicator)
        if target_id is None
        else get_object_or_404(IndicatorTarget, pk=target_id, indicator=indicator)
    )
    return edit_row(
        request,
        TargetForm,
        target,
        title=_("Mål for %(name)s") % {"name": indicator.name},
        trail=[*trail(code, indicator.name), Crumb(_("Mål"), request.path)],
        done=_back_to(code),
        removable=True,
    )


@access.requires(access.may_edit_registers)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_value(request: HttpRequest, code: str, value_id: int | None = None) -> HttpResponse:
    """This will take or change a reported value."""
    indicator = get_object_or_404(Indicator, pk=code)
    value = (
        IndicatorValue(indicator=indicator, municipality=settings.MUNICIPALITY_NAME)
        if value_id is None
        else get_object_or_404(IndicatorValue, pk=value_id, indicator=indicator)
    )
    return edit_row(
        request,
        ValueForm,
        value,
        title=_("Verdi for %(name)s") % {"name": indicator.name},
        trail=[*trail(code, indicator.name), Crumb(_("Verdi"), request.path)],
        done=_back_to(code),
        removable=True,
    )


def trail(code: str = "", name: str = "") -> list[Crumb]:
    """This will return the way to the list, or to one indicator."""
    steps = [Crumb(_("Oversikt"), "/"), Crumb(_("Måltall"), reverse("budget:indicators"))]
    if code:
        steps.append(Crumb(name, reverse("budget:indicator", args=[code])))
    return steps


def _comparison_caption(row: IndicatorRow) -> str:
    caption = _("%(name)s %(year)s.") % {"name": short_name(row.name), "year": row.year}
    return f"{caption} {_('Streken i søylen er målet.')}" if row.target else caption


def _back_to(code: str) -> Callable[[models.Model], str]:
    return lambda row: reverse("budget:indicator", args=[code])
