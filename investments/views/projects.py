"""The list of a year's projects, and the page of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from investments import exports
from investments.charts import money_chart
from investments.findings import frame_heading, project_finding, year_finding
from investments.forms import ListForm
from investments.models import Area, Project
from investments.queries.detail import ProjectDetail, StoredReport, project_detail, recorded_changes
from investments.queries.projects import ProjectRow, YearOfProjects, last_day, last_import, projects_of, years
from investments.tables import Arrangement, Group, groups_of, project_table, status_of, year_table
from investments.timeline import timeline
from investments.warnings import WarningKind
from roros import access
from roros.components import Crumb, Fact, KeyFigure, PeriodLine, Step, StepState
from roros.exports import requested_export
from roros.numbers import NBSP, Scale, format_amount, format_percent
from roros.templatetags.figures import day
from roros.wording import money


@dataclass(frozen=True)
class Choice:
    """One entry of the line of groups above the list."""

    label: str
    count: int
    href: str
    current: bool


@access.requires(access.may_see_figures)
@require_safe
def newest_year(request: HttpRequest) -> HttpResponse:
    """This will lead to the newest year that has projects."""
    known = years()
    if not known:
        return render(request, "investments/project_none.html", {"trail": trail(), **_rights(request)})
    return redirect("investments:year", known[0])


@access.requires(access.may_see_figures)
@require_safe
def show_year(request: HttpRequest, year: int) -> HttpResponse:
    """This will list the year's projects, those that need attention first."""
    known = years()
    if year not in known:
        raise Http404(_("Det finnes ingen investeringsprosjekter for %(year)s.") % {"year": year})
    form = ListForm(request.GET)
    if not form.is_valid():
        return render(request, "investments/list_invalid.html", {"form": form, "trail": trail()}, status=400)
    chosen = form.cleaned_data
    found = projects_of(year, as_of=chosen["per"])
    if request.GET.get("tabell") == "register":
        # What is read in again must hold the newest status, whatever day the list shows.
        file = requested_export(request, lambda: exports.register_table(projects_of(year)))
    else:
        file = requested_export(request, lambda: exports.printed_table(found))
    if file is not None:
        return file
    group = Group(chosen["gruppe"]) if chosen["gruppe"] else None
    arrangement = Arrangement(chosen["visning"] or Arrangement.ATTENTION)
    scale = Scale(chosen["skala"] or Scale.TKR)
    table = project_table(
        found,
        arrangement=arrangement,
        group=group,
        scale=scale,
        others_href=_address(request, gruppe=Group.OTHERS.value),
        request=request,
    )
    initial = {"visning": arrangement, "skala": scale, "per": chosen["per"], "gruppe": group or ""}
    updated = last_import(year)
    context = {
        "year": year,
        "found": found,
        "trail": trail(),
        "period": PeriodLine(as_of=last_day(year), updated=updated.date() if updated else None),
        "as_of": chosen["per"],
        "finding": year_finding(found),
        "form": ListForm(initial=initial),
        "summary": f"{arrangement.label} · {scale.label}",
        "choices": _choices(request, found, group),
        "table": table,
        "years": [Fact(str(other), href=reverse("investments:year", args=[other])) for other in known if other != year],
        "warnings": _warnings_by_kind(found),
        **_rights(request),
    }
    return render(request, "investments/project_list.html", context)


@access.requires(access.may_see_figures)
@require_safe
def show_project(request: HttpRequest, code: str) -> HttpResponse:
    """This will show one project: money over the years, status, decisions, financing and what changed."""
    try:
        detail = project_detail(code)
    except Project.DoesNotExist as error:
        raise Http404(_("Prosjekt %(code)s finnes ikke.") % {"code": code}) from error
    current = detail.current
    heading = frame_heading(detail)
    place = Fact(_("Prosjekt %(code)s") % {"code": code}, f"· {detail.project.rammeomrade.name}")
    context = {
        "detail": detail,
        "project": detail.project,
        "trail": trail(Crumb(detail.project.called, reverse("investments:project", args=[code]))),
        "period": PeriodLine(before=[place], as_of=last_day(current.year) if current else None),
        "finding": project_finding(detail),
        "key_figures": _key_figures(detail),
        "frame_heading": heading,
        "chart": money_chart(detail.lines, title=heading) if detail.lines else None,
        "year_table": year_table(detail.lines, scale=Scale.TKR) if detail.lines else None,
        "steps": _steps([one for one in detail.reports if one.area == Area.OVERALL]),
        "areas": [
            (area.label, _steps([one for one in detail.reports if one.area == area]))
            for area in detail.standing
            if area != Area.OVERALL
        ],
        "decisions": [(decision, _decision_address(decision.code)) for decision in detail.decisions],
        "timeline": timeline(detail),
        "changes": recorded_changes(code),
        **_rights(request),
    }
    return render(request, "investments/project_detail.html", context)


def trail(*further: Crumb) -> list[Crumb]:
    """This will return the way to a page of the room."""
    return [Crumb(_("Oversikt"), "/"), Crumb(_("Investeringer"), reverse("investments:projects")), *further]


def _rights(request: HttpRequest) -> dict[str, Any]:
    return {"may_edit": access.may_edit_investments(request.user)}


def _address(request: HttpRequest, **changes: str) -> str:
    query = {name: value for name, value in request.GET.items() if name in ListForm.base_fields and value}
    query = {name: value for name, value in {**query, **changes}.items() if value}
    return f"?{urlencode(query)}" if query else "?"


def _choices(request: HttpRequest, found: YearOfProjects, chosen: Group | None) -> list[Choice]:
    everything = Choice(_("Alle"), len(found.named), _address(request, gruppe=""), chosen is None)
    groups = groups_of(found.rows)
    return [
        everything,
        *(
            Choice(group.label, len(rows), _address(request, gruppe=group.value), group is chosen)
            for group, rows in groups.items()
        ),
    ]


def _warnings_by_kind(found: YearOfProjects) -> list[tuple[str, list[tuple[ProjectRow, str]]]]:
    """Every warning of the year under its kind, the largest overspending first."""
    rows = sorted(found.rows, key=lambda row: row.remaining)
    listed = []
    for kind in WarningKind:
        inside = [(row, warning.text) for row in rows for warning in row.warnings if warning.kind is kind]
        if inside:
            listed.append((kind.label, inside))
    return listed


def _key_figures(detail: ProjectDetail) -> list[KeyFigure]:
    current = detail.current
    if current is None:
        return []
    figures = [
        KeyFigure(_("Vedtatt ramme"), *_split(money(current.approved_total))),
        KeyFigure(_("Brukt i alt"), *_split(money(current.accrued_total))),
        KeyFigure(
            _("Brukt i %(year)s") % {"year": current.year},
            _split(money(current.actual))[0] if current.actual >= 0 else format_amount(current.actual),
            _("av %(budget)s") % {"budget": _split(money(current.revised_budget))[0]},
        ),
    ]
    if current.approved_total:
        used = current.accrued_total * 100 / current.approved_total
        figures.insert(2, KeyFigure(_("Brukt av rammen"), format_percent(used)))
    if detail.forecast:
        figures.append(KeyFigure(_("Ventet sluttkostnad"), *_split(money(detail.forecast.final_cost))))
        if detail.forecast.completion:
            figures.append(KeyFigure(_("Ventet ferdig"), day(detail.forecast.completion)))
    return figures


def _split(amount: str) -> tuple[str, str]:
    """A figure and its unit: "306,0" and "mill. kr"."""
    for unit in (f"mill.{NBSP}kr", "kr"):
        if amount.endswith(f"{NBSP}{unit}"):
            return amount.removesuffix(f"{NBSP}{unit}"), unit
    return amount, ""


def _steps(reports: Sequence[StoredReport]) -> list[Step]:
    """The overall reports in order; a correction stands after the report that it corrects."""
    steps = []
    for report in reports:
        told = [_("Meldt %(day)s") % {"day": day(report.reported_on)}]
        if report.recorded_by_id:
            told.append(_("av %(who)s") % {"who": report.recorded_by})
        if report.file_name:
            told.append(_("i %(file)s") % {"file": report.file_name})
        note = " ".join(told) + (f": «{report.text}»" if report.text else "")
        if report.reason:
            note += " " + _("Grunn: %(reason)s") % {"reason": report.reason}
        label = f"{report.get_period_display()} {report.year}"
        steps.append(Step(label, note, StepState.PAST, status_of(report.status)))
    if steps:
        steps[-1] = replace(steps[-1], state=StepState.CURRENT)
    return steps


def _decision_address(key: Any) -> str:
    """The page of a decision in the budget room, if it is there."""
    try:
        return reverse("budget:decision", args=[key])
    except NoReverseMatch:
        return ""
