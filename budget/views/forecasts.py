"""The pages of forecasts: what a unit expects of the year, what the municipality expects, and how well it guesses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from budget.actions.forecasts import make_forecast, refusal_of
from budget.charts.forecasts import back_test_chart, hit_chart
from budget.exports.forecasts import TABLES
from budget.findings.forecasts import back_test_finding, hit_finding, outlook_finding
from budget.forms.forecasts import ForecastForm, ForecastPanel, RoundForm
from budget.models import Forecast, Round, RoundTask
from budget.queries.back_test import back_test
from budget.queries.forecasts import ansvar_proposals, ansvar_rows, earlier_forecasts, forecasts_of, proposals
from budget.queries.hit_rate import hit_rate
from budget.queries.outlook import Outlook, RoundForecasts, outlook, visible_forecasts
from budget.queries.rounds import task_of, title_of
from budget.queries.years import FigureYear, figure_years
from budget.selection import SelectionError
from budget.tables.forecasts import forecast_parts_table, forecast_table
from budget.tables.hit_rate import hit_table, score_table, trial_table
from roros import access
from roros.actions import ActionRefused
from roros.components import Crumb, Fact, PeriodLine
from roros.exports import requested_export
from roros.models import User
from roros.periods import CLOSING
from roros.table_registry import NoSuchTable, TableQuery
from roros.templatetags.figures import day


@access.requires(access.may_see_figures)
@require_safe
def newest_forecasts(request: HttpRequest) -> HttpResponse:
    """This will lead to the newest year with accounts."""
    years = figure_years()
    if not years:
        return _missing(request, _("Ingen tall er lest inn ennå"), years)
    year = next((each for each in sorted(years, reverse=True) if years[each].has_actuals), max(years))
    return redirect("budget:forecasts", year)


@access.requires(access.may_see_figures)
@require_safe
def show_forecasts(request: HttpRequest, year: int) -> HttpResponse:
    """This will show what a year is expected to end at, how well it was guessed before, and what the methods give.

    Not kept for others: what it shows of an open round depends on who asks.
    """
    years = figure_years()
    if year not in years:
        return _missing(request, _("Det finnes ingen tall for %(year)s") % {"year": year}, years)
    units = proposals(year, CLOSING)
    form = RoundForm(request.GET, rounds=visible_forecasts(year, request.user, units))
    try:
        shown, before = form.shown
    except SelectionError as invalid:
        return render(request, "budget/selection_invalid.html", {"problems": invalid.messages}, status=400)
    found = outlook(shown, before, units, only_said=shown.is_part) if shown else Outlook(())
    table = forecast_table(year, shown, before, found)
    name = request.GET.get("tabell", "prognoser")
    if name not in TABLES:
        raise Http404
    try:
        file = requested_export(
            request, lambda: table.export(name) if name == "prognoser" else TABLES[name](TableQuery(year))
        )
    except NoSuchTable as missing:
        return _missing(request, str(missing), years)
    if file is not None:
        return file
    hits, test = hit_rate(), back_test(year, years)
    rounds = hits.of(year)
    of_hits, of_test = hit_finding(rounds), back_test_finding(test)
    source = _source(years, year)
    context = {
        "year": year,
        "trail": _trail(year),
        "period": PeriodLine(
            updated=years[year].updated,
            after=[
                Fact(_("Prognoser for %(year)s") % {"year": other}, href=reverse("budget:forecasts", args=[other]))
                for other in years
                if other != year
            ],
        ),
        "finding": outlook_finding(year, shown, found, before),
        "form": form,
        "summary": title_of(shown.reporting) if shown else year,
        "has_table": shown is not None,
        "table": table,
        "unseen": _unseen(shown),
        "empty": _("Prognosene vises her når en rapporteringsrunde for %(year)s er signert.") % {"year": year},
        "hit_finding": of_hits,
        "hits": hit_table(year, rounds, hits.units[year]) if rounds else None,
        "hit_chart": hit_chart(year, rounds, title=of_hits.heading, source=source),
        "test_finding": of_test,
        "test_chart": back_test_chart(test, title=of_test.heading, source=source),
        "scores": score_table(test) if test.is_done else None,
        "trials": trial_table(test) if test.is_done else None,
    }
    return render(request, "budget/forecast_list.html", context)


def _missing(request: HttpRequest, message: str, years: Mapping[int, FigureYear]) -> HttpResponse:
    context = {"message": message, "years": list(years)}
    return render(request, "budget/figures_missing.html", context, status=404)


def _unseen(shown: RoundForecasts | None) -> str:
    if shown is None or not shown.is_part:
        return ""
    return _("Runden er ikke signert. Du ser utkastene til dine egne virksomheter.")


def _source(years: Mapping[int, FigureYear], year: int) -> str:
    """Where the accounts of the year come from."""
    known = years[year]
    if not known.files or known.read_on is None:
        return ""
    return _("Kilde: %(files)s, lest inn %(day)s.") % {"files": ", ".join(known.files), "day": day(known.read_on)}


def _trail(year: int) -> list[Crumb]:
    return [Crumb(_("Oversikt"), "/"), Crumb(_("Prognoser"), reverse("budget:forecasts", args=[year]))]


def forecast_panel(
    reporting: Round,
    virksomhet: str,
    user: access.Someone,
    *,
    task: RoundTask | None,
    forecasts: Iterable[Forecast],
    earlier: Forecast | None,
    ansvar: str | None = None,
    data: Any = None,
) -> ForecastPanel | None:
    """This will set up the forecast of a virksomhet (or an ansvar) in a round, for `budget/_forecast_form.html`.

    `forecasts` are those of the unit in this round, `earlier` what stood in the round before. None when the unit has
    no figures that year. The caller has checked that the user may see the draft.
    """
    if ansvar is None:
        proposal = proposals(reporting.year, reporting.period, virksomhet).get(virksomhet)
    else:
        proposal = ansvar_proposals(reporting.year, reporting.period, virksomhet).get(ansvar)
    if proposal is None:
        return None
    made = [each for each in forecasts if each.ansvar_id == ansvar]
    standing = made[0] if made else None
    return ForecastPanel(
        form=ForecastForm(data, proposal=proposal, standing=standing, auto_id="prognose_%s"),
        proposal=proposal,
        made=made,
        action=forecast_address(reporting, virksomhet, ansvar),
        standing=standing,
        previous=earlier,
        previous_title=title_of(earlier.round) if earlier else "",
        closed=refusal_of(reporting, task, virksomhet, user),
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
    task = task_of(reporting, virksomhet)
    area = task.rammeomrade_id if task else _rammeomrade_now(reporting, virksomhet)
    if not access.may_see_drafts_of(request.user, virksomhet=virksomhet, rammeomrade=area) or (
        is_post and not access.may_explain(request.user, virksomhet=virksomhet)
    ):
        raise PermissionDenied
    panel = forecast_panel(
        reporting,
        virksomhet,
        request.user,
        task=task,
        forecasts=forecasts_of(reporting, virksomhet),
        earlier=earlier_forecasts(reporting, virksomhet, ansvar).first(),
        ansvar=ansvar,
        data=request.POST if is_post else None,
    )
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
            *_trail(reporting.year),
            Crumb(title_of(reporting), _task_address(reporting, virksomhet)),
            Crumb(panel.proposal.name, request.path),
        ],
    }
    return render(request, "budget/forecast_edit.html", context)


def _rammeomrade_now(reporting: Round, virksomhet: str) -> int:
    """Where a virksomhet belongs that has no task in the round."""
    found = proposals(reporting.year, reporting.period, virksomhet).get(virksomhet)
    if found is None:
        raise Http404
    return found.rammeomrade


def _task_address(reporting: Round, virksomhet: str) -> str:
    return reverse("budget:round_task", args=[reporting.pk, virksomhet])
