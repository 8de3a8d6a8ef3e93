"""The page of one virksomhet in a round: its deviation, what it says of it, its forecast, and its way to the signature.

Nothing here is kept in a cache: drafts are for those who may see them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from budget.actions.explanations import WrittenMeanwhile, repeat_explanation, save_explanation
from budget.actions.rounds import move_task
from budget.addresses import node_address, story_address
from budget.findings.drivers import drivers_finding, node_finding
from budget.findings.rounds import limits_text, task_steps
from budget.forms.explanations import TEXTS, ExplanationForm, VoluntaryForm
from budget.forms.rounds import StepForm
from budget.models import Explanation, Round, RoundTask
from budget.queries.deviations import Known
from budget.queries.drivers import explain, node_figures
from budget.queries.explanations import Key, NodeText
from budget.queries.limits import NodeFigures, UnitFigures, unit_figures
from budget.queries.rounds import (
    Step,
    TaskRow,
    delivery_obstacles,
    may_write,
    needs_forecast,
    steps_open_to,
    title_of,
)
from budget.queries.task_papers import papers_of
from budget.queries.years import figure_years
from budget.rich_text import rendered
from budget.selection import Level, Selection
from budget.tables.drivers import drivers_table
from budget.tables.rounds import task_status
from budget.views.forecasts import forecast_panel
from budget.views.rounds import trail
from roros import access, history
from roros.actions import ActionRefused, ChangedMeanwhile
from roros.components import Crumb, Fact, PeriodLine
from roros.models import User
from roros.periods import Period

Forms = Mapping[Key, ExplanationForm]


@dataclass(frozen=True)
class Said:
    """A text as the page shows it."""

    text: Explanation

    @property
    def parts(self) -> list[tuple[str, SafeString]]:
        """This will return what was filled in, each with its label."""
        filled = [(name, getattr(self.text, name)) for name in TEXTS]
        return [(str(ExplanationForm.base_fields[name].label), rendered(words)) for name, words in filled if words]

    @property
    def round(self) -> str:
        """This will return the name of the round that it was written in."""
        return title_of(self.text.round)

    @property
    def holds_since(self) -> str:
        """This will return the name of the round that it was first written in, if it was only said to hold."""
        return title_of(self.text.holds_since.round) if self.text.holds_since else ""


@dataclass(frozen=True)
class NodePanel:
    """One node on the page: its figures and texts, and the form if the user may write."""

    text: NodeText
    form: ExplanationForm | None
    is_open: bool  # the form stands open, not folded
    action: str
    repeat: str  # "" when there is nothing to repeat
    theirs: Explanation | None = None  # what somebody else wrote meanwhile

    @property
    def id(self) -> str:
        """This will return the anchor of the node."""
        return node_id(self.text.node.key)

    @property
    def said(self) -> Said | None:
        """This will return what stands now."""
        return Said(self.text.explanation) if self.text.explanation else None

    @property
    def before(self) -> Said | None:
        """This will return what was said the last time."""
        return Said(self.text.previous) if self.text.previous else None

    @property
    def other(self) -> Said | None:
        """This will return what somebody else wrote meanwhile."""
        return Said(self.theirs) if self.theirs else None


@access.requires(access.may_follow_up)
@require_safe
def show_task(request: HttpRequest, pk: int, virksomhet: str) -> HttpResponse:
    """This will show one virksomhet in a round: its deviation, its words, its forecast and its trail."""
    return _page(request, _task(request, pk, virksomhet))


@access.requires(access.may_follow_up)
@require_POST
def explain_node(request: HttpRequest, pk: int, virksomhet: str, level: Level, code: str) -> HttpResponse:
    """This will store what is said of a node; who comes second sees what the first wrote, and keeps the own text."""
    task = _writable_task(request, pk, virksomhet)
    node = (level.value, code)
    form = ExplanationForm(request.POST, prefix=node_id(node))
    if not form.is_valid():
        return _page(request, task, forms={node: form})
    try:
        save_explanation(
            task=task, node=node, words=form.words, seen=form.cleaned_data["seen"], by=cast(User, request.user)
        )
    except WrittenMeanwhile as overtaken:
        return _page(request, task, forms={node: _again(form, overtaken)}, theirs=overtaken.theirs, status=409)
    except ActionRefused as refused:
        return _page(request, task, forms={node: form}, refusal=str(refused))
    messages.success(request, _("Forklaringen er lagret."))
    return redirect(f"{_address(task)}#{node_id(node)}")


@access.requires(access.may_follow_up)
@require_POST
def repeat_text(request: HttpRequest, pk: int, virksomhet: str, level: Level, code: str) -> HttpResponse:
    """This will say that the last round's text still holds."""
    task = _writable_task(request, pk, virksomhet)
    node = (level.value, code)
    try:
        repeat_explanation(task=task, node=node, by=cast(User, request.user))
    except ActionRefused as refused:
        status = 409 if isinstance(refused, ChangedMeanwhile) else 200
        return _page(request, task, refusal=str(refused), status=status)
    messages.success(request, _("Forrige forklaring gjelder fortsatt, og er lagret med dagens tall."))
    return redirect(f"{_address(task)}#{node_id(node)}")


@access.requires(access.may_follow_up)
@require_POST
def take_step(request: HttpRequest, pk: int, virksomhet: str) -> HttpResponse:
    """This will deliver, approve, return or assure."""
    task = _task(request, pk, virksomhet)
    if not (
        access.may_explain(request.user, virksomhet=virksomhet)
        or access.may_approve(request.user, rammeomrade=task.rammeomrade_id)
    ):
        raise PermissionDenied
    form = StepForm(request.POST)
    if not form.is_valid():
        return _page(request, task, step_form=form)
    clean = form.cleaned_data
    try:
        moved = move_task(
            task=task,
            step=Step(clean["step"]),
            comment=clean["comment"],
            seen=clean["seen"],
            by=cast(User, request.user),
        )
    except ActionRefused as refused:
        form.add_error(None, str(refused))
        stale = isinstance(refused, ChangedMeanwhile)
        task.refresh_from_db()
        return _page(request, task, step_form=form, status=409 if stale else 200)
    words = {"unit": moved.virksomhet.name, "state": moved.get_state_display().lower()}
    messages.success(request, _("%(unit)s er %(state)s.") % words)
    return redirect(_address(task))


def node_id(node: Key) -> str:
    """This will return what names a node on the page and in its form: "ansvar-6500"."""
    return f"{node[0]}-{node[1]}"


def _task(request: HttpRequest, pk: int, virksomhet: str) -> RoundTask:
    """The task; for those who may not see the drafts of the unit, there is none."""
    tasks = RoundTask.objects.select_related("round", "virksomhet", "rammeomrade")
    task = get_object_or_404(tasks, round_id=pk, virksomhet_id=virksomhet)
    if not access.may_see_drafts_of(request.user, virksomhet=virksomhet, rammeomrade=task.rammeomrade_id):
        raise Http404
    return task


def _writable_task(request: HttpRequest, pk: int, virksomhet: str) -> RoundTask:
    task = _task(request, pk, virksomhet)
    if not access.may_explain(request.user, virksomhet=virksomhet):
        raise PermissionDenied
    return task


def _again(form: ExplanationForm, overtaken: WrittenMeanwhile) -> ExplanationForm:
    """The same form with the user's text, which now knows what it would replace."""
    data = cast(QueryDict, form.data).copy()
    data[form.add_prefix("seen")] = str(overtaken.theirs.version)
    again = ExplanationForm(data, prefix=form.prefix)
    again.add_error(None, str(overtaken))
    return again


def _page(
    request: HttpRequest,
    task: RoundTask,
    *,
    forms: Forms | None = None,
    theirs: Explanation | None = None,
    step_form: StepForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    reporting = task.round
    is_open = reporting.state == Round.State.OPEN
    unit = unit_figures(reporting, virksomhet=task.virksomhet_id).get(task.virksomhet_id)
    papers = papers_of(task, unit)
    texts, trail_steps = papers.texts, papers.steps
    forecast = forecast_panel(
        reporting,
        task.virksomhet_id,
        request.user,
        task=task,
        forecasts=papers.forecasts,
        earlier=papers.earlier_forecast,
    )
    newest = trail_steps[-1] if trail_steps else None
    row = TaskRow(task, unit, tuple(texts), bool(forecast and forecast.standing), newest)
    writes = is_open and may_write(request.user, task)
    panels, voluntary = _panels(request, task, texts, writes, forms or {}, theirs)
    open_steps = steps_open_to(request.user, task, papers.holders) if is_open else []
    context = {
        **(_figures(request, reporting, unit) if unit else {"finding": task.virksomhet.name}),
        "task": task,
        "row": row,
        "title": title_of(reporting),
        "state": task_status(task.state),
        "overdue": task.state in (RoundTask.State.DRAFT, RoundTask.State.RETURNED)
        and is_open
        and reporting.leader_deadline < timezone.localdate(),
        "steps": task_steps(task),
        "returned": newest if task.state == RoundTask.State.RETURNED else None,
        "trail_steps": [(step, task_status(step.state)) for step in reversed(trail_steps)],
        "limits": limits_text(reporting),
        "panels": panels,
        "voluntary": voluntary,
        "refusal": refusal,
        "panel": forecast,
        "needs_forecast": needs_forecast(reporting),
        "obstacles": delivery_obstacles(row) if Step.DELIVER in open_steps else [],
        "step_form": step_form or StepForm(initial={"seen": task.version}),
        "may": {step.name.lower(): step in open_steps for step in Step},
        "any_step": bool(open_steps),
        "is_open": is_open,
        "changes": history.changes_of(*(text.explanation for text in texts if text.explanation)),
        "trail": [*trail(reporting), Crumb(task.virksomhet.name, _address(task))],
    }
    return render(request, "budget/task_show.html", context, status=status)


def _panels(
    request: HttpRequest,
    task: RoundTask,
    texts: list[NodeText],
    writes: bool,
    forms: Forms,
    theirs: Explanation | None,
) -> tuple[list[NodePanel], VoluntaryForm | None]:
    """The nodes to show: those over the limit, those with a text, and the one that the user asks for."""
    others = [text for text in texts if not text.node.over_limit and text.explanation is None]
    choices = [(node_id(text.node.key), f"{text.node.code} {text.node.name}") for text in others]
    voluntary = VoluntaryForm(request.GET, nodes=choices) if writes and choices else None
    asked = voluntary.cleaned_data["forklar"] if voluntary and voluntary.is_valid() else ""
    panels: list[NodePanel] = []
    for text in texts:
        node = text.node
        form = forms.get(node.key)
        wanted = form is not None or node_id(node.key) == asked
        if text in others and not wanted:
            continue
        if form is None and writes:
            form = ExplanationForm(prefix=node_id(node.key), text=text.explanation)
        panels.append(
            NodePanel(
                text=text,
                form=form,
                is_open=wanted or (text.is_missing and not any(panel.is_open for panel in panels)),
                action=_node_address("budget:round_explanation", task, node),
                repeat=_node_address("budget:round_repeat", task, node)
                if writes and text.previous and not text.explanation
                else "",
                theirs=theirs if theirs and (theirs.level, theirs.code) == node.key else None,
            )
        )
    return panels, voluntary


def _figures(request: HttpRequest, reporting: Round, unit: UnitFigures) -> dict[str, object]:
    """How far the unit is from its budget, and what drives it."""
    years = figure_years()
    period = Period(reporting.year, reporting.period)
    selection = Selection(
        year=reporting.year,
        period=period.rollup_number,
        level=Level.VIRKSOMHET,
        virksomhet=unit.virksomhet,
        default_period=years[reporting.year].last_period if reporting.year in years else 13,
    )
    found = node_figures(selection, (Level.ART,), Known.of(years, reporting.year))
    drivers = explain(Level.ART, found.parts[Level.ART])
    updated = years[reporting.year].read_on if reporting.year in years else None
    return {
        "finding": node_finding(unit.name, Level.VIRKSOMHET, found.whole, drivers, period),
        "drivers_finding": drivers_finding(drivers),
        "drivers": drivers_table(
            drivers,
            selection,
            node=lambda part: node_address(selection, Level.ART, part),
            story=lambda part: story_address(selection.where(art=part)),
            request=request,
            prefix="art-",
        ),
        "node_href": node_address(
            Selection(reporting.year, period=period.rollup_number), Level.VIRKSOMHET, unit.virksomhet
        ),
        "period": PeriodLine(
            as_of=period.ends_on,
            updated=timezone.localdate(updated) if updated else None,
            before=[Fact(title_of(reporting))],
        ),
    }


def _node_address(name: str, task: RoundTask, node: NodeFigures) -> str:
    return reverse(name, args=[task.round_id, task.virksomhet_id, node.level.value, node.code])


def _address(task: RoundTask) -> str:
    return reverse("budget:round_task", args=[task.round_id, task.virksomhet_id])
