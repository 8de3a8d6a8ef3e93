"""The pages of the council's decisions: what we were asked for, and how it stands."""

from __future__ import annotations

import datetime
from typing import cast

from django.contrib import messages
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from budget.actions.registers import add_followup, report_status
from budget.exports.registers import decisions_file
from budget.findings.registers import decisions_finding
from budget.forms.register_filters import DecisionsForm
from budget.forms.registers import DecisionForm, FollowUpForm, StatusForm
from budget.models import Decision, FollowUp, StatusWord
from budget.queries.decisions import (
    DecisionRow,
    cases_of,
    decision_years,
    decisions,
    followups,
    newest_report_date,
    status_reports,
)
from budget.tables.registers import decision_status, decision_table
from budget.views.reading import figures_view
from budget.views.register_edit import edit_row
from roros import access, history
from roros.actions import ActionRefused, ChangedMeanwhile
from roros.components import Crumb, Fact, PeriodLine
from roros.exports import requested_export
from roros.models import User
from roros.templatetags.figures import day

NO_REPORTS = datetime.date(2100, 12, 31)  # as of any day, while nothing was ever reported


@figures_view
def show_decisions(request: HttpRequest) -> HttpResponse:
    """This will list the decisions as they stood at a date, those past their deadline first."""
    newest = newest_report_date() or NO_REPORTS
    years = decision_years()
    form = DecisionsForm(request.GET, years=years, rows=decisions(newest), default=newest)
    as_of: datetime.date = form.read()["dato"]
    rows = decisions(as_of, year=form.wanted.year, wanted=form.wanted)
    export = requested_export(request, lambda: decisions_file(rows, as_of))
    if export is not None:
        return export
    filtered = bool({name for name, value in request.GET.items() if value} - {"dato"})
    caption = _("Vedtak uten beløp (verbalvedtak) slik de sto %(day)s.") % {"day": day(as_of)}
    context = {
        "finding": decisions_finding(rows, filtered=filtered),
        "period": PeriodLine(as_of=as_of if years else None, after=[_cases_link()]),
        "form": form,
        "summary": day(as_of),
        "table": decision_table(rows, caption=caption, address=_address),
        "may_edit": access.may_edit_registers(request.user),
        "trail": trail(),
        "none": not years,
    }
    return render(request, "budget/decision_list.html", context)


@figures_view
def show_decision(request: HttpRequest, code: str) -> HttpResponse:
    """This will show one decision with its trail: statuses, follow-up cases, links and changes."""
    decision = get_object_or_404(Decision, pk=code)
    return render(request, "budget/decision_show.html", _decision_context(request, decision))


@access.requires(access.may_edit_registers)
@require_http_methods(["GET", "HEAD", "POST"])
def new_decision(request: HttpRequest) -> HttpResponse:
    """This will take a new decision."""
    return edit_row(
        request,
        DecisionForm,
        Decision(year=timezone.localdate().year),
        title=_("Nytt vedtak"),
        trail=[*trail(), Crumb(_("Nytt vedtak"), request.path)],
        done=_to_decision,
    )


@access.requires(access.may_edit_registers)
@require_http_methods(["GET", "HEAD", "POST"])
def change_decision(request: HttpRequest, code: str) -> HttpResponse:
    """This will change what is registered about a decision; its status is reported on its page."""
    decision = get_object_or_404(Decision, pk=code)
    return edit_row(
        request,
        DecisionForm,
        decision,
        title=decision.title,
        trail=[*trail(decision), Crumb(_("Endre"), request.path)],
        done=_to_decision,
    )


@access.requires(access.may_edit_registers)
@require_POST
def change_status(request: HttpRequest, code: str) -> HttpResponse:
    """This will report a status; who comes second is told that somebody was before."""
    decision = get_object_or_404(Decision, pk=code)
    form = StatusForm(request.POST)
    status = 200
    if form.is_valid():
        clean = form.cleaned_data
        try:
            report_status(
                decision=decision,
                status=StatusWord(clean["status"]),
                as_of=clean["as_of"],
                text=clean["text"],
                reason=clean["reason"],
                seen=clean["seen"],
                by=cast(User, request.user),  # the view is closed to visitors
            )
        except ActionRefused as refused:
            status = 409 if isinstance(refused, ChangedMeanwhile) else 200
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Statusen er registrert."))
            return redirect("budget:decision", code)
    context = _decision_context(request, decision, status_form=form)
    return render(request, "budget/decision_show.html", context, status=status)


@access.requires(access.may_edit_registers)
@require_http_methods(["GET", "HEAD", "POST"])
def new_followup(request: HttpRequest, code: str) -> HttpResponse:
    """This will record a case in which the decision was followed up."""
    decision = get_object_or_404(Decision, pk=code)
    return edit_row(
        request,
        FollowUpForm,
        FollowUp(decision=decision),
        title=_("Ny oppfølging av «%(title)s»") % {"title": decision.title},
        trail=[*trail(decision), Crumb(_("Ny oppfølging"), request.path)],
        done=lambda row: reverse("budget:decision", args=[code]),
        save=lambda form, by: _save_followup(decision, form.cleaned_data, by),
    )


@access.requires(access.may_edit_registers)
@require_http_methods(["GET", "HEAD", "POST"])
def change_followup(request: HttpRequest, followup_id: int) -> HttpResponse:
    """This will change or remove a follow-up case."""
    followup = get_object_or_404(FollowUp.objects.select_related("decision"), pk=followup_id)
    return edit_row(
        request,
        FollowUpForm,
        followup,
        title=_("Oppfølging i %(case)s") % {"case": followup},
        trail=[*trail(followup.decision), Crumb(_("Endre oppfølging"), request.path)],
        done=lambda row: reverse("budget:decision", args=[followup.decision_id]),
        removable=True,
    )


def trail(decision: Decision | None = None) -> list[Crumb]:
    """This will return the way to the list, or to one decision."""
    steps = [Crumb(_("Oversikt"), "/"), Crumb(_("Vedtak"), reverse("budget:decisions"))]
    if decision is not None:
        steps.append(Crumb(decision.title, reverse("budget:decision", args=[decision.code])))
    return steps


def _decision_context(
    request: HttpRequest, decision: Decision, status_form: StatusForm | None = None
) -> dict[str, object]:
    reports = status_reports(decision.code)
    newest = max((report.as_of for report in reports), default=timezone.localdate())
    row: DecisionRow = decisions(newest, code=decision.code)[0]
    cases = followups(decision.code)
    known = cases_of(cases)
    may_edit = access.may_edit_registers(request.user)
    if status_form is None and may_edit:
        last = max((report.id for report in reports), default=None)
        status_form = StatusForm(
            initial={"status": row.status, "as_of": timezone.localdate(), "text": row.status_text, "seen": last}
        )
    return {
        "row": row,
        "decision": decision,
        "status": decision_status(row.status),
        "reports": [(report, decision_status(report.status)) for report in reports],
        "followups": [(case, known.get(case.pk)) for case in cases],
        "changes": history.changes_among({Decision: Q(code=decision.code), FollowUp: Q(decision_id=decision.code)}),
        "may_edit": may_edit,
        "status_form": status_form,
        "trail": trail(decision),
        "period": PeriodLine(as_of=newest if reports else None, after=[Fact(_("Sak"), row.case_number)]),
    }


def _save_followup(decision: Decision, clean: dict[str, object], by: User) -> None:
    add_followup(
        decision=decision,
        case_number=str(clean["case_number"]),
        body=str(clean["body"]),
        decided_on=clean["decided_on"] if isinstance(clean["decided_on"], datetime.date) else None,
        reason=str(clean["reason"]),
        by=by,
    )


def _address(code: str) -> str:
    return reverse("budget:decision", args=[code])


def _cases_link() -> Fact:
    return Fact(_("Saksliste"), href=reverse("budget:cases"))


def _to_decision(row: models.Model) -> str:
    return reverse("budget:decision", args=[row.pk])
