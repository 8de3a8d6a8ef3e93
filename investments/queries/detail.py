"""Everything about one project: figures over the years, money, decisions, reports and what changed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias, TypedDict

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Model, OuterRef, Q
from django.db.models.functions import JSONObject

from budget.models import Decision
from investments.models import (
    Approval,
    Area,
    Financing,
    FinancingKind,
    Forecast,
    Project,
    ProjectYear,
    StatusReport,
    StatusWord,
)
from investments.queries.projects import NOTHING, last_day
from investments.warnings import Facts, ProjectWarning, approvals_disagree, warnings_of
from roros import history
from roros.history import Change

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class FromFile(TypedDict):
        """What a report knows beside its own row: the workbook it was read from."""

        file_name: str | None

    StoredReport: TypeAlias = WithAnnotations[StatusReport, FromFile]
else:
    StoredReport: TypeAlias = StatusReport


@dataclass(frozen=True)
class YearLine:
    """One line of the money over the years; `year` is the last year that it covers."""

    year: int
    is_opening: bool  # all the years before the first one in the register, as one
    revised: Decimal | None
    actual: Decimal
    accrued: Decimal
    approved: Decimal

    @property
    def remaining(self) -> Decimal:
        """What was left of the frame when the year ended."""
        return self.approved - self.accrued


@dataclass(frozen=True)
class LinkedDecision:
    """A decision of the council that is about the project."""

    code: str
    title: str
    case: str


@dataclass(frozen=True)
class ProjectDetail:
    """A project with all that is known about it. `current` is the newest year with figures."""

    project: Project
    years: tuple[ProjectYear, ...]
    approvals: tuple[Approval, ...]
    financing: tuple[Financing, ...]
    forecasts: tuple[Forecast, ...]
    reports: tuple[StoredReport, ...]
    decisions: tuple[LinkedDecision, ...]
    warnings: tuple[ProjectWarning, ...]

    @property
    def current(self) -> ProjectYear | None:
        """The newest year with figures."""
        return self.years[-1] if self.years else None

    @property
    def forecast(self) -> Forecast | None:
        """The newest forecast."""
        return self.forecasts[-1] if self.forecasts else None

    @property
    def standing(self) -> dict[Area, StoredReport]:
        """The report that stands for each area that was ever reported, overall first."""
        last = {report.area: report for report in self.reports}
        return {area: last[area] for area in Area if area in last}

    @property
    def outstanding(self) -> Decimal:
        """Grants that are promised and not yet paid."""
        return sum((one.amount for one in self.financing if one.is_outstanding), NOTHING)

    @property
    def promised(self) -> Decimal:
        """All financing but grants that are only applied for."""
        return sum((one.amount for one in self.financing if one.status != "applied"), NOTHING)

    @property
    def lines(self) -> list[YearLine]:
        """The money over the years; what was spent before the first year of the register comes first."""
        if not self.years:
            return []
        first = self.years[0]
        opening = first.accrued_total - first.actual
        lines = [
            YearLine(one.year, False, one.revised_budget, one.actual, one.accrued_total, one.approved_total)
            for one in self.years
        ]
        if opening:
            lines.insert(0, YearLine(first.year - 1, True, None, opening, opening, first.approved_total))
        return lines

    @property
    def passed_in(self) -> int | None:
        """The year in which the frame was passed; None when it was not, or before the years of the register."""
        within = [line for line in self.lines if line.approved]
        for before, line in zip([None, *within], within, strict=False):
            if line.accrued > line.approved and not line.is_opening and (before is None or before.remaining >= 0):
                return line.year
        return None


def project_detail(code: str, *, as_of: datetime.date | None = None) -> ProjectDetail:
    """This will return the project with all that is known about it; Project.DoesNotExist if there is none."""
    linked = Decision.objects.filter(project_code=OuterRef("pk")).order_by("year", "number")
    project = (
        Project.objects.select_related("rammeomrade")
        .annotate(linked=ArraySubquery(linked.values_list(JSONObject(code="pk", title="title", case="case_number"))))
        .get(pk=code)
    )
    years = tuple(ProjectYear.objects.filter(project=project).order_by("year"))
    approvals = tuple(Approval.objects.filter(project=project).order_by("decided_on", "id"))
    financing = tuple(sorted(Financing.objects.filter(project=project), key=lambda one: (_place(one.kind), one.source)))
    forecasts = tuple(Forecast.objects.filter(project=project).order_by("made_on", "id"))
    reports = tuple(
        StatusReport.objects.filter(project=project)
        .select_related("recorded_by")
        .annotate(file_name=F("import_run__file_name"))
        .order_by("year", "period", "reported_on", "id")
    )
    decisions = tuple(LinkedDecision(**one) for one in project.linked)
    warnings: tuple[ProjectWarning, ...] = ()
    if years:
        warnings = _warnings(years, approvals, financing, forecasts, reports, as_of)
    return ProjectDetail(project, years, approvals, financing, forecasts, reports, decisions, warnings)


def recorded_changes(code: str, limit: int | None = None) -> list[Change]:
    """This will return every change of the project's own record, newest first; reports tell their own history."""
    return history.changes_among(_record(code), limit=limit)


def record_version(code: str) -> str:
    """This will return a mark that moves when anything about the project is changed or reported, by anybody."""
    newest = StatusReport.objects.filter(project_id=code).order_by("-id").values_list("id", flat=True).first()
    return f"{history.version_of(_record(code))}-{newest or 0}"


def _record(code: str) -> dict[type[Model], Q]:
    below = Q(project_id=code)
    return {Project: Q(pgh_obj_id=code), ProjectYear: below, Approval: below, Financing: below, Forecast: below}


def _place(kind: str) -> int:
    return FinancingKind.values.index(kind)


def _warnings(
    years: tuple[ProjectYear, ...],
    approvals: tuple[Approval, ...],
    financing: tuple[Financing, ...],
    forecasts: tuple[Forecast, ...],
    reports: tuple[StoredReport, ...],
    as_of: datetime.date | None,
) -> tuple[ProjectWarning, ...]:
    """The warnings of the newest year, as its list shows them, and what only the decisions can tell."""
    current = years[-1]
    day = as_of or last_day(current.year)
    before = next((one.accrued_total for one in years if one.year == current.year - 1), None)
    overall = [one for one in reports if one.year == current.year and one.area == Area.OVERALL]
    made = [one for one in forecasts if one.made_on <= day]
    facts = Facts(
        year=current.year,
        as_of=day,
        approved=current.approved_total,
        accrued=current.accrued_total,
        revised=current.revised_budget,
        actual=current.actual,
        accrued_before=before,
        is_other=current.is_other,
        status=StatusWord(overall[-1].status) if overall and overall[-1].status else None,
        outstanding=sum((one.amount for one in financing if one.is_outstanding), NOTHING),
        final_cost=made[-1].final_cost if made else None,
        completion=made[-1].completion if made else None,
    )
    decided = [one for one in approvals if one.decided_on <= day]
    differs = (
        approvals_disagree(current.approved_total, decided[-1].total, decided[-1].case_number) if decided else None
    )
    return (*warnings_of(facts), *([differs] if differs else []))
