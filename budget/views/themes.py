"""The pages of themes across the organisation: what does it cost, where, and who pays?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, cast

from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from budget.actions.registers import save_theme
from budget.exports.registers import grants_file
from budget.findings.registers import theme_finding
from budget.forms.register_filters import YearForm
from budget.forms.registers import GrantForm, RegisterForm, ThemeForm
from budget.models import Grant, Theme, ThemeCode
from budget.queries.themes import GrantGroup, ThemeCosts, grant_groups, theme_codes, theme_costs, theme_years, themes
from budget.tables.registers import cost_table, grant_table, themes_table
from budget.views.reading import figures_view
from budget.views.register_edit import edit_row
from roros import access, history
from roros.components import Crumb, SumLine
from roros.exports import requested_export
from roros.models import User


@figures_view
def show_themes(request: HttpRequest) -> HttpResponse:
    """This will list the themes with cost and grants in a year."""
    form = YearForm(request.GET, years=theme_years())
    year = form.year or 0
    rows = themes(year)
    context = {
        "form": form,
        "year": year,
        "table": themes_table(rows, year, caption=_("Temaer på tvers av rammeområdene.")),
        "count": len(rows),
        "may_edit": access.may_edit_registers(request.user),
        "trail": trail(),
    }
    return render(request, "budget/theme_list.html", context)


@figures_view
def show_theme(request: HttpRequest, code: str) -> HttpResponse:
    """This will show a theme's costs per rammeområde, its grants and the net effect."""
    theme = get_object_or_404(Theme, pk=code)
    form = YearForm(request.GET, years=theme_years())
    year = form.year or 0
    groups = grant_groups(code, year)
    export = requested_export(request, lambda: grants_file(theme.name, year, groups))
    if export is not None:
        return export
    costs = theme_costs(code, year)
    may_edit = access.may_edit_registers(request.user)
    context = {
        "theme": theme,
        "codes": theme_codes(code).get(code, ()),
        "finding": theme_finding(theme.name, year, costs, groups),
        "form": form,
        "year": year,
        "costs": costs,
        "cost_table": cost_table(
            costs, year, caption=_("Kostnader på %(name)s per rammeområde.") % {"name": theme.name}
        ),
        "grant_tables": [grant_table(group, may_edit=may_edit) for group in groups],
        "net": _net(costs, groups) if groups else [],
        "changes": history.changes_among(
            {Theme: Q(code=code), ThemeCode: Q(theme_id=code), Grant: Q(theme_id=code)}, limit=60
        ),
        "may_edit": may_edit,
        "trail": trail(theme),
    }
    return render(request, "budget/theme_show.html", context)


@access.requires(access.may_edit_registers)
@require_http_methods(["GET", "HEAD", "POST"])
def new_theme(request: HttpRequest) -> HttpResponse:
    """This will define a new theme."""
    return edit_row(
        request,
        ThemeForm,
        Theme(),
        title=_("Nytt tema"),
        trail=[*trail(), Crumb(_("Nytt tema"), request.path)],
        done=lambda row: reverse("budget:theme", args=[row.pk]),
        save=_save_theme,
    )


@access.requires(access.may_edit_registers)
@require_http_methods(["GET", "HEAD", "POST"])
def change_theme(request: HttpRequest, code: str) -> HttpResponse:
    """This will change a theme's name or filter."""
    theme = get_object_or_404(Theme, pk=code)
    return edit_row(
        request,
        ThemeForm,
        theme,
        title=theme.name,
        trail=[*trail(theme), Crumb(_("Endre"), request.path)],
        done=_back_to(code),
        save=_save_theme,
    )


@access.requires(access.may_edit_registers)
@require_http_methods(["GET", "HEAD", "POST"])
def new_grant(request: HttpRequest, code: str) -> HttpResponse:
    """This will take a new grant."""
    theme = get_object_or_404(Theme, pk=code)
    return edit_row(
        request,
        GrantForm,
        Grant(theme=theme, place=999),
        title=_("Nytt tilskudd til %(name)s") % {"name": theme.name},
        trail=[*trail(theme), Crumb(_("Nytt tilskudd"), request.path)],
        done=_back_to(code),
    )


@access.requires(access.may_edit_registers)
@require_http_methods(["GET", "HEAD", "POST"])
def change_grant(request: HttpRequest, grant_id: int) -> HttpResponse:
    """This will change or remove a grant."""
    grant = get_object_or_404(Grant.objects.select_related("theme"), pk=grant_id)
    return edit_row(
        request,
        GrantForm,
        grant,
        title=grant.name,
        trail=[*trail(grant.theme), Crumb(grant.name, request.path)],
        done=_back_to(grant.theme_id),
        removable=True,
    )


def trail(theme: Theme | None = None) -> list[Crumb]:
    """This will return the way to the list, or to one theme."""
    steps = [Crumb(_("Oversikt"), "/"), Crumb(_("Temaer"), reverse("budget:themes"))]
    if theme is not None:
        steps.append(Crumb(theme.name, reverse("budget:theme", args=[theme.code])))
    return steps


def _net(costs: ThemeCosts, groups: Sequence[GrantGroup]) -> list[SumLine]:
    """Grants table by table, minus the costs: what is left for costs that nobody could tell apart, or is missing."""
    spent = costs.total.actual or Decimal(0)
    granted = sum((group.total for group in groups), Decimal(0))
    return [
        *(SumLine(group.name, (group.total,), decimals=2) for group in groups),
        SumLine(_("Kostnader i regnskapet"), (-spent,), decimals=2),
        SumLine(_("Netto virkning"), (granted - spent,), is_sum=True, decimals=2),
    ]


def _save_theme(form: RegisterForm[Any], by: User) -> None:
    clean = form.cleaned_data
    pairs = cast(ThemeForm, form).pairs
    save_theme(theme=form.save(commit=False), codes=pairs, seen=clean["seen"], reason=clean["reason"], by=by)


def _back_to(code: str) -> Callable[[models.Model], str]:
    return lambda row: reverse("budget:theme", args=[code])
