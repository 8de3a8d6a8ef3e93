"""The pages of forecasts: what a unit expects of the year, what the municipality expects, and how well it guesses."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from budget.actions.forecasts import make_forecast, refusal_of
from budget.forecast_tables import forecast_parts_table
from budget.forms.forecasts import ForecastForm, ForecastPanel
from budget.models import Round, RoundTask
from budget.queries.forecasts import ansvar_proposals, ansvar_rows, forecasts_of, previous_forecast, proposals
from budget.queries.rounds import title_of
from roros import access
from roros.actions import ActionRefused
from roros.components import Crumb
from roros.models import User


def forecast_panel(
    reporting: Round, virksomhet: str, user: access.Someone, *, ansvar: str | None = None, data: Any = None
) -> ForecastPanel | None:
    """This will set up the forecast of a virksomhet (or an ansvar) in a round, for `budget/_forecast_form.html`.

    None when the unit has no figures that year. The caller has checked that the user may see the draft.
    """
    if ansvar is None:
        proposal = proposals(reporting.year, reporting.period, virksomhet).get(virksomhet)
    else:
        proposal = ansvar_proposals(reporting.year, reporting.period, virksomhet).get(ansvar)
    if proposal is None:
        return None
    made = [each for each in forecasts_of(reporting, virksomhet) if each.ansvar_id == ansvar]
    standing = made[0] if made else None
    previous = previous_forecast(reporting, virksomhet, ansvar)
    return ForecastPanel(
        form=ForecastForm(data, proposal=proposal, standing=standing, auto_id="prognose_%s"),
        proposal=proposal,
        made=made,
        action=forecast_address(reporting, virksomhet, ansvar),
        standing=standing,
        previous=previous,
        previous_title=title_of(previous.round) if previous else "",
        closed=refusal_of(reporting, virksomhet, user),
    )


def forecast_address(reporting: Round, virksomhet: str, ansvar: str | None = None) -> str:
    """This will return the page where the forecast of a virksomhet or an ansvar is made."""
    unit = [reporting.pk, virksomhet] if ansvar is None else [reporting.pk, virksomhet, ansvar]
    return reverse("budget:forecast", args=unit)


@access.requires(access.may_follow_up)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_forecast(request: HttpRequest, pk: int, virksomhet: str, ansvar: str | None = None) -> HttpResponse:
    """This will take the forecast of a virksomhet, or of one of its ansvar, and show those that were made."""
    reporting = get_object_or_404(Round, pk=pk)
    is_post = request.method == "POST"
    area = _rammeomrade(reporting, virksomhet)
    if not access.may_see_drafts_of(request.user, virksomhet=virksomhet, rammeomrade=area) or (
        is_post and not access.may_explain(request.user, virksomhet=virksomhet)
    ):
        raise PermissionDenied
    panel = forecast_panel(reporting, virksomhet, request.user, ansvar=ansvar, data=request.POST if is_post else None)
    if panel is None:
        raise Http404
    if is_post and panel.form.is_valid():
        try:
            make_forecast(
                round=reporting,
                virksomhet=virksomhet,
                ansvar=ansvar,
                by=cast(User, request.user),
                **panel.form.cleaned_data,
            )
        except ActionRefused as refused:
            panel.form.add_error(None, str(refused))
        else:
            messages.success(request, _("Prognosen er lagret."))
            return redirect(forecast_address(reporting, virksomhet) if ansvar else _task_address(reporting, virksomhet))
    parts = [] if ansvar else ansvar_rows(reporting, virksomhet)
    context = {
        "panel": panel,
        "round": title_of(reporting),
        "parts": forecast_parts_table(reporting, virksomhet, parts) if len(parts) > 1 else None,
        "trail": [
            Crumb(_("Oversikt"), "/"),
            Crumb(_("Prognoser"), reverse("budget:forecasts", args=[reporting.year])),
            Crumb(title_of(reporting), _task_address(reporting, virksomhet)),
            Crumb(panel.proposal.name, request.path),
        ],
    }
    return render(request, "budget/forecast_edit.html", context)


def _rammeomrade(reporting: Round, virksomhet: str) -> int:
    """Where the virksomhet belonged when the round was opened; where it belongs now when it has no task in it."""
    task = RoundTask.objects.filter(round=reporting, virksomhet=virksomhet).first()
    if task is not None:
        return task.rammeomrade_id
    found = proposals(reporting.year, reporting.period, virksomhet).get(virksomhet)
    if found is None:
        raise Http404
    return found.rammeomrade


def _task_address(reporting: Round, virksomhet: str) -> str:
    return reverse("budget:round_task", args=[reporting.pk, virksomhet])
