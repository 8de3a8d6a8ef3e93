"""Amendments on their way to a decision: drafted, recommended, adopted or rejected. Seen only by those who may."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from budget.actions.amendments import (
    OPEN,
    adopt_amendment,
    correct_amendment,
    delete_draft,
    recommend_amendment,
    reject_amendment,
    save_draft,
    start_draft,
)
from budget.addresses import amendment_address, amendments_address, draft_address
from budget.amendment_balance import DraftLine, balance_of
from budget.forms.amendments import DeleteForm, DraftForm, LineFormSet, StepForm, line_forms
from budget.models import Amendment, AmendmentStep
from budget.queries.amendment_drafts import (
    TYPED,
    Codes,
    amendment_steps,
    area_effects,
    changed_since,
    draft_history,
    draft_lines,
    valid_codes,
)
from budget.queries.amendments import adopted_amendment
from budget.queries.deviations import Known
from budget.queries.drivers import node_figures
from budget.queries.years import figure_years
from budget.selection import Level, Selection
from budget.tables.amendments import areas_table, draft_lines_table
from roros import access
from roros.actions import ActionRefused, ChangedMeanwhile
from roros.components import Crumb, Fact, Step, StepState
from roros.exports import requested_export
from roros.models import User
from roros.templatetags.figures import day, moment
from roros.wording import money

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
Status = Amendment.Status


def drafts_view(*, write: bool = True) -> Callable[[View[P]], View[P]]:
    """This will hide a view from those who may not see drafts (404) and, if it writes, from those who only read (403).

    Never kept: what it shows has not been decided.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not access.may_see_all_drafts(request.user):
                raise Http404
            if write and not access.may_amend(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return cast(View[P], login_required(guarded))

    return decorate


@drafts_view(write=False)
@require_safe
def show_draft(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """This will show a draft: what it moves, whether it adds up, what it does to each rammeområde, what happened."""
    amendment = _draft(year, pk)
    if amendment.status == Status.ADOPTED:
        return redirect(amendment_address(year, amendment.number))
    codes, lines = valid_codes(year), draft_lines(amendment)
    table = draft_lines_table(lines, codes)
    file = requested_export(request, lambda: table.export(f"budsjettendring-{amendment.number}-utkast"))
    if file is not None:
        return file
    balance = balance_of((line.art, line.amount) for line in lines)
    is_open = amendment.status in OPEN
    may_write = is_open and access.may_amend(request.user)
    steps = amendment_steps(amendment)
    context = {
        "amendment": amendment,
        "finding": _finding(amendment, lines),
        "trail": _trail(amendment),
        "line": _step_line(amendment, steps),
        "table": table,
        "balance": balance,
        "areas": _areas(year, lines, codes) if is_open else None,
        "steps": steps,
        "changes": draft_history(amendment),
        "may_write": may_write,
        "may_recommend": may_write and amendment.status == Status.PROPOSED,
        "may_delete": may_write and not steps,
    }
    return render(request, "budget/amendment_draft.html", context)


@drafts_view()
@require_http_methods(["GET", "HEAD", "POST"])
def new_draft(request: HttpRequest, year: int) -> HttpResponse:
    """This will make a draft."""
    if not getattr(figure_years().get(year), "has_budget", False):
        raise Http404
    return _edit(request, year, None)


@drafts_view()
@require_http_methods(["GET", "HEAD", "POST"])
def change_draft(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """This will change a draft; who saves second is told what the first changed."""
    amendment = _draft(year, pk)
    if amendment.status not in OPEN:
        return redirect(_page(amendment))
    return _edit(request, year, amendment)


@drafts_view()
@require_POST
def correct(request: HttpRequest, year: int, number: str) -> HttpResponse:
    """This will make a draft that takes back an adopted amendment, to be completed."""
    adopted = adopted_amendment(year, number) if number.isprintable() else None
    if adopted is None:
        raise Http404
    made = correct_amendment(amendment=adopted, by=cast(User, request.user))
    messages.success(
        request, _("Utkastet tar tilbake alt i %(number)s. Endre det til det som er riktig.") % {"number": number}
    )
    return redirect("budget:amendment_change", year, made.pk)


@dataclass(frozen=True)
class Treatment:
    """One way a body deals with an amendment: the words of its page, the body that usually does it, the action."""

    title: str
    button: str
    body: str
    done: str
    action: Callable[..., Amendment]
    needs_balance: bool = True


RECOMMEND = Treatment(
    gettext_noop("Registrer innstilling av %(number)s"),
    gettext_noop("Registrer innstillingen"),
    gettext_noop("Formannskapet"),
    gettext_noop("%(number)s er registrert som innstilt."),
    recommend_amendment,
)
ADOPT = Treatment(
    gettext_noop("Registrer vedtak av %(number)s"),
    gettext_noop("Registrer vedtaket"),
    gettext_noop("Kommunestyret"),
    gettext_noop("%(number)s er vedtatt. Revidert budsjett er oppdatert."),
    adopt_amendment,
)
REJECT = Treatment(
    gettext_noop("Registrer at %(number)s ble avvist"),
    gettext_noop("Registrer som avvist"),
    gettext_noop("Kommunestyret"),
    gettext_noop("%(number)s er registrert som avvist. Den blir stående, men teller ikke."),
    reject_amendment,
    needs_balance=False,
)


@drafts_view()
@require_http_methods(["GET", "HEAD", "POST"])
def recommend(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """This will record that a body recommends the amendment."""
    return _treat(request, _draft(year, pk), RECOMMEND)


@drafts_view()
@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """This will record that the council adopted the amendment, and move the revised budget."""
    return _treat(request, _draft(year, pk), ADOPT)


@drafts_view()
@require_http_methods(["GET", "HEAD", "POST"])
def reject(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """This will record that a body said no."""
    return _treat(request, _draft(year, pk), REJECT)


@drafts_view()
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """This will delete a draft that no body has dealt with; its history stays."""
    amendment = _draft(year, pk)
    form = DeleteForm(request.POST if request.method == "POST" else None, initial={"seen": amendment.version})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            delete_draft(amendment=amendment, by=cast(User, request.user), **form.cleaned_data)
        except ActionRefused as refused:
            status = 409 if isinstance(refused, ChangedMeanwhile) else 200
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Utkastet %(number)s er slettet.") % {"number": amendment.number})
            return redirect(amendments_address(Selection(year)))
    context = {
        "title": _("Slett utkastet %(number)s") % {"number": amendment.number},
        "trail": [*_trail(amendment), Crumb(_("Slett"), request.path)],
        "facts": [Fact(_("Hva den gjelder"), amendment.text)],
        "form": form,
        "button": _("Slett utkastet"),
        "back": draft_address(year, pk),
    }
    return render(request, "budget/amendment_step.html", context, status=status)


def _edit(request: HttpRequest, year: int, amendment: Amendment | None) -> HttpResponse:
    """The one page where words and lines are written. Saves, or computes without saving, or gives more rows."""
    codes = valid_codes(year)
    data = _with_more_rows(request) if request.method == "POST" else None
    standing = draft_lines(amendment) if amendment else []
    form = DraftForm(data, amendment=amendment)
    rows = line_forms(data, codes=codes, year=year, lines=standing)
    status, changes = 200, []
    if "save" in request.POST and all([form.is_valid(), rows.is_valid()]):
        try:
            saved = _save(request, year, amendment, form, rows)
        except ActionRefused as refused:
            form.add_error(None, str(refused))
            if amendment is not None and isinstance(refused, ChangedMeanwhile):
                status, changes = 409, changed_since(amendment, form.cleaned_data["opened"])
        else:
            messages.success(request, _("Utkastet %(number)s er lagret.") % {"number": saved.number})
            return redirect(draft_address(year, saved.pk))
    lines = rows.draft_lines if data is not None else standing
    context = {
        "title": _("Endre %(number)s") % {"number": amendment.number} if amendment else _("Ny budsjettendring"),
        "trail": [
            *(_trail(amendment) if amendment else _above(year)),
            Crumb(_("Endre") if amendment else _("Ny"), request.path),
        ],
        "form": form,
        "rows": rows,
        "codes": [(level.value, codes.names[level].items()) for level in TYPED],
        "balance": balance_of((line.art, line.amount) for line in lines),
        "areas": _areas(year, lines, codes),
        "stale": status == 409,
        "invalid": data is not None and bool(form.errors or any(rows.errors) or rows.non_form_errors()),
        "changes": changes,
        "back": draft_address(year, amendment.pk) if amendment else amendments_address(Selection(year)),
    }
    return render(request, "budget/amendment_edit.html", context, status=status)


def _save(
    request: HttpRequest, year: int, amendment: Amendment | None, form: DraftForm, rows: LineFormSet
) -> Amendment:
    by, clean = cast(User, request.user), form.cleaned_data
    words: dict[str, Any] = {"text": clean["text"], "background": clean["background"], "lines": rows.draft_lines}
    if amendment is None:
        return start_draft(year=year, by=by, **words)
    return save_draft(amendment=amendment, seen=clean["seen"], reason=clean["reason"], by=by, **words)


def _with_more_rows(request: HttpRequest) -> Any:
    """What was sent, with four blank rows behind it if those were asked for."""
    data = request.POST.copy()
    if "more" in data:
        total = data.get("linjer-TOTAL_FORMS", "")
        data["linjer-TOTAL_FORMS"] = str(int(total) + 4) if total.isdecimal() and len(total) < 5 else total
    return data


def _treat(request: HttpRequest, amendment: Amendment, treatment: Treatment) -> HttpResponse:
    if amendment.status not in OPEN:
        return redirect(_page(amendment))
    initial = {"body": _(treatment.body), "seen": amendment.version}
    form = StepForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    words = {"number": amendment.number}
    if request.method == "POST" and form.is_valid():
        try:
            done = treatment.action(amendment=amendment, by=cast(User, request.user), **form.cleaned_data)
        except ActionRefused as refused:
            status = 409 if isinstance(refused, ChangedMeanwhile) else 200
            form.add_error(None, str(refused))
        else:
            messages.success(request, _(treatment.done) % words)
            return redirect(_page(done))
    lines = draft_lines(amendment)
    balance = balance_of((line.art, line.amount) for line in lines)
    title = _(treatment.title) % words
    context = {
        "title": title,
        "trail": [*_trail(amendment), Crumb(title, request.path)],
        "facts": [Fact(_("Hva den gjelder"), amendment.text), Fact(_("Balanse"), balance.words)],
        "unbalanced": treatment.needs_balance and not (balance.is_zero and lines),
        "form": form,
        "button": _(treatment.button),
        "back": draft_address(amendment.year, amendment.pk),
    }
    return render(request, "budget/amendment_step.html", context, status=status)


def _draft(year: int, pk: int) -> Amendment:
    found = Amendment.objects.filter(year=year, pk=pk).exclude(status=Status.WITHDRAWN).first()
    if found is None:
        raise Http404
    return found


def _page(amendment: Amendment) -> str:
    if amendment.status == Status.ADOPTED:
        return amendment_address(amendment.year, amendment.number)
    return draft_address(amendment.year, amendment.pk)


def _areas(year: int, lines: Sequence[DraftLine], codes: Codes) -> Any:
    figures = node_figures(Selection(year), [Level.RAMMEOMRADE], Known.of(figure_years(), year))
    return areas_table(area_effects(lines, figures.parts[Level.RAMMEOMRADE], codes), year)


def _finding(amendment: Amendment, lines: Sequence[DraftLine]) -> str:
    balance = balance_of((line.art, line.amount) for line in lines)
    moved = sum((line.amount for line in lines if line.amount > 0), Decimal(0))
    words = {"number": amendment.number, "amount": money(moved)}
    if not lines:
        return _("%(number)s har ingen linjer ennå") % words
    if not balance.is_zero:
        return _("%(number)s går ikke opp i null ennå") % words
    if amendment.status == Status.REJECTED:
        return _("%(number)s ville flyttet %(amount)s, men ble avvist") % words
    return _("%(number)s vil flytte %(amount)s. Summen er uendret") % words


def _step_line(amendment: Amendment, steps: Sequence[AmendmentStep]) -> list[Step]:
    """Where the amendment stands on its way: what has happened, what is next."""
    made = Step(
        Status.PROPOSED.label,
        " · ".join(filter(None, (moment(amendment.created_at), str(amendment.created_by or "")))),
        StepState.PAST if steps else StepState.CURRENT,
    )
    found = {step.status: step for step in steps}
    ends = Status.REJECTED if amendment.status == Status.REJECTED else Status.ADOPTED
    line = [made]
    for status in (Status.RECOMMENDED, ends):
        step = found.get(status)
        note = f"{step.body} {day(step.decided_on)}, {_('sak')} {step.case_number}" if step else ""
        state = StepState.AHEAD if step is None else StepState.PAST
        if amendment.status == status:
            state = StepState.CURRENT
        line.append(Step(status.label, note, state))
    return line


def _above(year: int) -> list[Crumb]:
    return [
        Crumb(_("Oversikt"), "/"),
        Crumb(_("Budsjettendringer %(year)s") % {"year": year}, amendments_address(Selection(year))),
    ]


def _trail(amendment: Amendment) -> list[Crumb]:
    return [*_above(amendment.year), Crumb(amendment.number, _page(amendment))]
