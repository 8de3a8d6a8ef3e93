"""The pages of periods: which are closed, who may write in them nevertheless, and what was done when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from budget.actions.locks import close_periods, end_exception, grant_exception, reopen_period
from budget.forms.locks import CloseForm, ExceptionForm, ReasonForm
from budget.models import PeriodException
from budget.queries.locks import (
    PeriodState,
    exceptions,
    last_period_with_accounts,
    locked_years,
    log,
    period_list,
    period_name,
    periods_of,
)
from budget.tables.locks import exception_table, log_table, period_table
from roros import access
from roros.actions import ActionRefused
from roros.components import Crumb
from roros.exports import requested_export
from roros.models import User
from roros.periods import CLOSING
from roros.templatetags.figures import day


@access.requires(access.may_read_locks)
@require_GET
def newest_periods(request: HttpRequest) -> HttpResponse:
    """This will lead to the newest year that has figures."""
    return redirect("budget:periods", _years()[0])


@access.requires(access.may_read_locks)
@require_http_methods(["GET", "HEAD", "POST"])
def show_periods(request: HttpRequest, year: int) -> HttpResponse:
    """This will show the periods of a year with exceptions and log, and close what is sent."""
    years = _years()
    if year not in years:
        raise Http404
    may_change = access.may_close_periods(request.user)
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    states = periods_of(year)
    form = CloseForm(_sent(request), states=states, suggested=last_period_with_accounts(year))
    if request.method == "POST" and form.is_valid():
        chosen = form.chosen
        try:
            close_periods(year=year, periods=chosen, reason=form.cleaned_data["reason"], by=_by(request))
        except ActionRefused as refused:
            form.add_error(None, str(refused))
            states = periods_of(year)
        else:
            closed = capfirst(period_list(chosen))
            messages.success(request, _("%(periods)s %(year)s er lukket.") % {"periods": closed, "year": year})
            return redirect("budget:periods", year)
    entries = log(year)
    table = log_table(entries, caption=_("Logg over periodene i %(year)s") % {"year": year})
    export = requested_export(request, lambda: table.export(f"perioder-{year}"))
    if export is not None:
        return export
    context = {
        "finding": _finding(states),
        "year": year,
        "years": [(one, reverse("budget:periods", args=[one])) for one in years],
        "table": period_table(states, caption=_("Periodene i %(year)s.") % {"year": year}, may_change=may_change),
        "exceptions": exception_table(exceptions(year), caption=_("Unntak som gjelder nå"), may_change=may_change),
        "log": table,
        "form": form if may_change and form.open else None,
        "may_except": may_change and any(state.closed for state in states),
        "trail": _trail(request, year),
    }
    status = 409 if form.non_field_errors() else 400 if form.errors else 200
    return render(request, "budget/period_list.html", context, status=status)


@access.requires(access.may_close_periods)
@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, year: int, period: int) -> HttpResponse:
    """This will ask why a closed period is to be opened, and open it."""
    if year not in _years() or not 1 <= period <= CLOSING:
        raise Http404
    state = periods_of(year)[period - 1]
    name = f"{state.name} {year}"
    standing = [one for one in exceptions(year) if one.period == period]
    return _act(
        request,
        ReasonForm(_sent(request)),
        lambda form: reopen_period(year=year, period=period, reason=form.cleaned_data["reason"], by=_by(request)),
        year=year,
        title=_("Åpne %(period)s") % {"period": name},
        lede=_reopening(state, bool(standing)),
        button=_("Åpne %(period)s") % {"period": state.name},
        done=_("%(period)s er åpnet.") % {"period": capfirst(name)},
    )


@access.requires(access.may_close_periods)
@require_http_methods(["GET", "HEAD", "POST"])
def give_exception(request: HttpRequest, year: int) -> HttpResponse:
    """This will let one person write in a closed period."""
    if year not in _years():
        raise Http404
    form = ExceptionForm(_sent(request), states=periods_of(year))

    def grant(form: ReasonForm) -> None:
        clean = form.cleaned_data
        grant_exception(
            year=year,
            period=clean["period"],
            user=clean["user"],
            until=clean["until"],
            reason=clean["reason"],
            by=_by(request),
        )

    return _act(
        request,
        form,
        grant,
        year=year,
        title=_("Gi unntak i %(year)s") % {"year": year},
        lede=_(
            "Personen kan lese inn og føre i perioden til og med dagen du velger. "
            "Perioden er fortsatt lukket for alle andre."
        ),
        button=_("Gi unntak"),
        done=_("Unntaket er gitt."),
    )


@access.requires(access.may_close_periods)
@require_http_methods(["GET", "HEAD", "POST"])
def finish_exception(request: HttpRequest, pk: int) -> HttpResponse:
    """This will end an exception before its day."""
    exception = get_object_or_404(PeriodException.objects.select_related("user"), pk=pk)
    words = {
        "who": str(exception.user),
        "period": f"{period_name(exception.period)} {exception.year}",
        "until": day(exception.until),
    }
    return _act(
        request,
        ReasonForm(_sent(request)),
        lambda form: end_exception(exception=exception, reason=form.cleaned_data["reason"], by=_by(request)),
        year=exception.year,
        title=_("Avslutt unntaket til %(who)s") % words,
        lede=_("%(who)s kan nå lese inn og føre i %(period)s til og med %(until)s.") % words,
        button=_("Avslutt unntaket"),
        done=_("Unntaket er avsluttet."),
    )


def _act(
    request: HttpRequest,
    form: ReasonForm,
    work: Callable[[ReasonForm], object],
    *,
    year: int,
    title: str,
    lede: str,
    button: str,
    done: str,
) -> HttpResponse:
    """Show a small form on a page of its own and do what it asks; a refusal is told above the form."""
    status = 400 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            work(form)
        except ActionRefused as refused:
            form.add_error(None, str(refused))
            status = 409
        else:
            messages.success(request, done)
            return redirect("budget:periods", year)
    context = {
        "title": title,
        "lede": lede,
        "form": form,
        "button": button,
        "back": reverse("budget:periods", args=[year]),
        "trail": [*_trail(request, year), Crumb(title, request.path)],
    }
    return render(request, "budget/period_change.html", context, status=status)


def _finding(states: Sequence[PeriodState]) -> str:
    """The heading: how far the year is closed."""
    year = states[0].year
    closed = [state.period for state in states if state.closed]
    if not closed:
        return _("Alle perioder i %(year)s er åpne") % {"year": year}
    if len(closed) == CLOSING:
        return _("Hele %(year)s er lukket") % {"year": year}
    if closed == list(range(1, closed[-1] + 1)):
        return _("%(year)s er lukket til og med %(period)s") % {"year": year, "period": period_name(closed[-1])}
    return _("%(periods)s %(year)s er lukket") % {"periods": capfirst(period_list(closed)), "year": year}


def _reopening(state: PeriodState, has_exceptions: bool) -> str:
    parts = []
    if state.closed:
        words = {"by": state.by or _("kommandolinjen"), "on": day(state.at)}
        parts.append(_("Perioden ble lukket av %(by)s %(on)s.") % words)
        parts.append(_("Åpner du den, kan alle med rett til det lese inn og føre tall i den igjen."))
    if has_exceptions:
        parts.append(_("Unntakene i perioden avsluttes."))
    return " ".join(parts)


def _years() -> list[int]:
    """The years that can be closed: those with figures; this year in an empty house."""
    return locked_years() or [timezone.localdate().year]


def _trail(request: HttpRequest, year: int) -> list[Crumb]:
    above = [Crumb(_("Innlesing"), reverse("imports"))] if access.may_import(request.user) else []
    return [
        Crumb(_("Oversikt"), "/"),
        *above,
        Crumb(_("Perioder %(year)s") % {"year": year}, reverse("budget:periods", args=[year])),
    ]


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was posted, an empty form too."""
    return request.POST if request.method == "POST" else None


def _by(request: HttpRequest) -> User:
    return cast(User, request.user)  # the views are closed to visitors
