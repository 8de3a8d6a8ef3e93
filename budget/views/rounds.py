"""The pages of reporting rounds: all of them, one of them, opening, adjusting and reminding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from budget.actions.rounds import change_terms, open_round
from budget.findings.rounds import limits_text, missing_finding, round_finding, round_steps
from budget.forms.rounds import ChangeRoundForm, OverviewForm, RoundForm
from budget.models import Round
from budget.queries.rounds import (
    Progress,
    TaskRow,
    needs_forecast,
    rounds_with_progress,
    signing_obstacles,
    task_rows,
    title_of,
    visible_tasks,
)
from budget.queries.years import figure_years
from budget.reminders import people_to_remind, send_reminders
from budget.selection import SelectionError
from budget.tables.rounds import rounds_table, tasks_table
from roros import access, history
from roros.actions import ActionRefused, ChangedMeanwhile
from roros.components import Crumb, Fact, PeriodLine
from roros.exports import requested_export
from roros.models import User
from roros.periods import Period


@access.requires(access.may_follow_up)
@require_safe
def show_rounds(request: HttpRequest) -> HttpResponse:
    """This will list the rounds with state, progress and deadlines."""
    rounds = rounds_with_progress(request.user)
    table = rounds_table(rounds, address=_address, caption=_("Rapporteringsrunder."))
    export = requested_export(request, lambda: table.export("rapporteringsrunder"))
    if export is not None:
        return export
    open_rounds = [title_of(found) for found, _progress in rounds if found.state == Round.State.OPEN]
    context = {
        "finding": _("%(rounds)s er åpen") % {"rounds": open_rounds[0]}
        if len(open_rounds) == 1
        else _("%(count)s runder er åpne") % {"count": len(open_rounds)}
        if open_rounds
        else _("Ingen rapporteringsrunde er åpen"),
        "table": table,
        "may_open": access.may_run_rounds(request.user),
        "trail": trail(),
    }
    return render(request, "budget/round_list.html", context)


@access.requires(access.may_run_rounds)
@require_http_methods(["GET", "HEAD", "POST"])
def new_round(request: HttpRequest) -> HttpResponse:
    """This will open a round."""
    form = RoundForm(request.POST or None, years=list(figure_years()))
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        try:
            opened = open_round(
                year=clean["year"],
                kind=clean["kind"],
                period=clean["period"],
                terms=form.terms,
                close=clean["close"],
                by=_by(request),
            )
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(round)s er åpnet.") % {"round": title_of(opened)})
            return redirect("budget:round", opened.pk)
    context = {
        "title": _("Åpne en rapporteringsrunde"),
        "lede": _("Hver virksomhet som har tall i året, får en oppgave."),
        "form": form,
        "button": _("Åpne runden"),
        "trail": [*trail(), Crumb(_("Ny runde"), request.path)],
    }
    return render(request, "budget/round_edit.html", context)


@access.requires(access.may_run_rounds)
@require_http_methods(["GET", "HEAD", "POST"])
def change_round(request: HttpRequest, pk: int) -> HttpResponse:
    """This will change limits and deadlines of an open round."""
    reporting = get_object_or_404(Round, pk=pk)
    form = ChangeRoundForm(request.POST or None, reporting=reporting)
    status = 200
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        try:
            change_terms(
                reporting=reporting, terms=form.terms, seen=clean["seen"], reason=clean["reason"], by=_by(request)
            )
        except ActionRefused as refused:
            status = 409 if isinstance(refused, ChangedMeanwhile) else 200
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Lagret."))
            return redirect("budget:round", pk)
    context = {
        "title": _("Endre grenser og frister for %(round)s") % {"round": title_of(reporting)},
        "form": form,
        "button": _("Lagre"),
        "stale": status == 409,
        "changes": history.changes_of(reporting),
        "trail": [*trail(reporting), Crumb(_("Endre"), request.path)],
    }
    return render(request, "budget/round_edit.html", context, status=status)


@access.requires(access.may_follow_up)
@require_safe
def show_round(request: HttpRequest, pk: int) -> HttpResponse:
    """This will show how far the units have come, and what each lacks."""
    reporting = get_object_or_404(Round, pk=pk)
    tasks = visible_tasks(reporting, request.user)
    if not tasks and not access.may_see_all_drafts(request.user):
        raise Http404  # none of the user's units takes part
    areas = sorted({(task.rammeomrade_id, task.rammeomrade.name) for task in tasks})
    form = OverviewForm(request.GET, areas=areas)
    try:
        form.read()
    except SelectionError as invalid:
        return render(request, "budget/selection_invalid.html", {"problems": invalid.messages}, status=400)
    rows = task_rows(reporting, tasks)
    shown = _filtered(rows, form)
    table = tasks_table(
        shown,
        reporting,
        address=lambda code: reverse("budget:round_task", args=[pk, code]),
        caption=_("Avvik %(months)s mot periodisert budsjett.")
        % {"months": Period(reporting.year, reporting.period).months.lower()},
        explanation=limits_text(reporting),
    )
    export = requested_export(request, lambda: table.export(f"rapportering-{reporting.year}-{reporting.kind}"))
    if export is not None:
        return export
    context = {
        **_overview(request, reporting, rows),
        "form": form,
        "summary": title_of(reporting),
        "table": table,
        "trail": trail(reporting),
    }
    return render(request, "budget/round_show.html", context)


@access.requires(access.may_run_rounds)
@require_POST
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """This will e-mail those whose turn it is, and say who got it and who did not."""
    reporting = get_object_or_404(Round, pk=pk)
    sent = send_reminders(reporting=reporting, by=_by(request))
    for level, text in sent.messages():
        messages.add_message(request, level, text)
    return redirect("budget:round", pk)


def trail(reporting: Round | None = None) -> list[Crumb]:
    """This will return the way to the list of rounds, or to one."""
    steps = [Crumb(_("Oversikt"), "/"), Crumb(_("Rapportering"), reverse("budget:rounds"))]
    if reporting is not None:
        steps.append(Crumb(title_of(reporting), _address(reporting.pk)))
    return steps


def _overview(request: HttpRequest, reporting: Round, rows: Sequence[TaskRow]) -> dict[str, object]:
    progress = Progress.of(row.task.state for row in rows)
    is_open = reporting.state == Round.State.OPEN
    may_run = is_open and access.may_run_rounds(request.user)
    signs = is_open and access.may_sign(request.user)
    return {
        "reporting": reporting,
        "title": title_of(reporting),
        "finding": round_finding(reporting, progress, timezone.localdate()),
        "lede": missing_finding(rows) if is_open else "",
        "progress": progress,
        "steps": round_steps(reporting, progress),
        "period": PeriodLine(
            as_of=Period(reporting.year, reporting.period).ends_on, before=[Fact(title_of(reporting))]
        ),
        "needs_forecast": needs_forecast(reporting),
        "moved": [row for row in rows if row.moved] if is_open else [],
        "is_open": is_open,
        "may_run": may_run,
        "to_remind": people_to_remind(reporting, [row.task for row in rows]) if may_run else [],
        "sign_href": reverse("budget:sign_round", args=[reporting.pk]) if signs else "",
        "obstacles": signing_obstacles(reporting, rows) if signs else [],
    }


def _filtered(rows: Sequence[TaskRow], form: OverviewForm) -> list[TaskRow]:
    wanted = form.cleaned_data

    def lacks(row: TaskRow) -> bool:
        return bool(row.missing) or (not row.has_forecast and needs_forecast(row.task.round))

    return [
        row
        for row in rows
        if wanted["tilstand"] in ("", row.task.state)
        and wanted["rammeomrade"] in (None, row.task.rammeomrade_id)
        and (not wanted["mangler"] or lacks(row))
    ]


def _address(pk: int) -> str:
    return reverse("budget:round", args=[pk])


def _by(request: HttpRequest) -> User:
    return cast(User, request.user)  # the views are closed to visitors
