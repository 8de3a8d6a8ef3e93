"""The projects of a year: figures, the status that stood on a day, and what is promised and expected."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Max, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from investments.models import (
    Area,
    Financing,
    FinancingKind,
    Forecast,
    GrantStatus,
    Project,
    ProjectYear,
    StatusReport,
    StatusWord,
)
from investments.warnings import Facts, ProjectWarning, warnings_of
from roros.columns import norwegian
from roros.models import ImportRun, Rammeomrade
from roros.together import read_together

NOTHING = Decimal(0)


@dataclass(frozen=True)
class ProjectRow:
    """One project in one year. Amounts in kroner."""

    code: str
    name: str
    called: str
    rammeomrade: int
    rammeomrade_name: str
    responsible: str
    approved: Decimal
    accrued: Decimal
    revised: Decimal
    actual: Decimal
    is_other: bool
    status: StatusWord | None
    text: str
    note: str = ""
    warnings: tuple[ProjectWarning, ...] = ()

    @property
    def remaining(self) -> Decimal:
        """What is left of the frame; negative when more is spent than was decided."""
        return self.approved - self.accrued


@dataclass(frozen=True)
class Totals:
    """The sums of some projects, summed before anything is rounded."""

    projects: int = 0
    approved: Decimal = NOTHING
    accrued: Decimal = NOTHING
    revised: Decimal = NOTHING
    actual: Decimal = NOTHING

    @classmethod
    def of(cls, rows: Sequence[ProjectRow]) -> Totals:
        """This will add up the rows."""
        return cls(
            len(rows),
            sum((row.approved for row in rows), NOTHING),
            sum((row.accrued for row in rows), NOTHING),
            sum((row.revised for row in rows), NOTHING),
            sum((row.actual for row in rows), NOTHING),
        )

    @property
    def remaining(self) -> Decimal:
        """What is left of the frames."""
        return self.approved - self.accrued


@dataclass(frozen=True)
class YearOfProjects:
    """Every project with figures in a year, by rammeområde and name; the small ones last in each."""

    year: int
    as_of: datetime.date
    rows: tuple[ProjectRow, ...]
    total: Totals = field(default_factory=Totals)

    @property
    def named(self) -> list[ProjectRow]:
        """The projects that have a line of their own in the report."""
        return [row for row in self.rows if not row.is_other]

    @property
    def others(self) -> list[ProjectRow]:
        """The small projects behind "Sum øvrige prosjekter"."""
        return [row for row in self.rows if row.is_other]


def years() -> list[int]:
    """This will return the years that have figures, the newest first."""
    return list(ProjectYear.objects.order_by("-year").values_list("year", flat=True).distinct())


def last_day(year: int) -> datetime.date:
    """This will return the day that the year's figures are as of."""
    return datetime.date(year, 12, 31)


def projects_of(year: int, *, as_of: datetime.date | None = None) -> YearOfProjects:
    """This will return the year's projects with the status and the forecast that stood on a day, the last by default.

    The figures are the year's; only what was reported and expected follows the day.
    """
    return _gathered(year, as_of, _read(year, as_of))


def projects_nearest(year: int) -> YearOfProjects | None:
    """This will return the projects of a year, else of the newest one before it, else of the newest of all."""
    known = ProjectYear.objects.order_by("-year").values("year")
    fitting = Coalesce(Subquery(known.filter(year__lte=year)[:1]), Subquery(known[:1]))
    read = _read(fitting, None)
    figures = read[0]
    return _gathered(max(one.year for one in figures), None, read) if figures else None


def _read(year: Any, as_of: datetime.date | None) -> list[list[Any]]:
    """Everything that is known of the projects of a year, a number or an expression for one, with one query."""
    return read_together(
        ProjectYear.objects.filter(year__in=(year - 1, year)),
        Project.objects.filter(years__year=year).distinct(),
        Rammeomrade.objects.values_list("number", "name"),
        _reports(year, as_of),
        _outstanding_grants(),
        Forecast.objects.order_by("made_on", "id"),
    )


def _gathered(year: int, as_of: datetime.date | None, read: list[list[Any]]) -> YearOfProjects:
    figures, known, areas, reported, granted, expected = read
    projects = {project.pk: project for project in known}
    area_names = dict(areas)
    earlier = {one.project_id: one.accrued_total for one in figures if one.year == year - 1}
    reports = {report.project_id: report for report in reported}
    outstanding = dict(granted)
    day = as_of or last_day(year)
    forecasts = {forecast.project_id: forecast for forecast in expected if forecast.made_on <= day}
    rows = []
    for one in figures:
        if one.year != year:
            continue
        report = reports.get(one.project_id)
        forecast = forecasts.get(one.project_id)
        facts = Facts(
            year=year,
            as_of=day,
            approved=one.approved_total,
            accrued=one.accrued_total,
            revised=one.revised_budget,
            actual=one.actual,
            accrued_before=earlier.get(one.project_id),
            is_other=one.is_other,
            status=StatusWord(report.status) if report and report.status else None,
            outstanding=outstanding.get(one.project_id, NOTHING),
            final_cost=forecast.final_cost if forecast else None,
            completion=forecast.completion if forecast else None,
        )
        project = projects[one.project_id]
        rows.append(
            ProjectRow(
                code=project.code,
                name=project.name,
                called=project.called,
                rammeomrade=project.rammeomrade_id,
                rammeomrade_name=area_names[project.rammeomrade_id],
                responsible=project.responsible,
                approved=one.approved_total,
                accrued=one.accrued_total,
                revised=one.revised_budget,
                actual=one.actual,
                is_other=one.is_other,
                status=facts.status,
                text=report.text if report else "",
                note=project.note,
                warnings=warnings_of(facts),
            )
        )
    rows.sort(key=lambda row: (row.rammeomrade, row.is_other, norwegian(row.name)))
    return YearOfProjects(year, day, tuple(rows), Totals.of(rows))


def last_import(year: int) -> datetime.datetime | None:
    """This will return when the year's projects were last read in; None when they were typed."""
    runs = ImportRun.objects.filter(kind="investeringer", year=year, state=ImportRun.State.COMMITTED)
    newest: datetime.datetime | None = runs.aggregate(newest=Max("committed_at"))["newest"]
    return newest


def _reports(year: Any, as_of: datetime.date | None) -> QuerySet[StatusReport]:
    """What was reported of each project as a whole for the year; its last one in the last period stands."""
    reports = StatusReport.objects.filter(year=year, area=Area.OVERALL)
    if as_of is not None:
        reports = reports.filter(reported_on__lte=as_of)
    return reports.order_by("period", "reported_on", "id")


def _outstanding_grants() -> QuerySet[Financing, tuple[str, Decimal]]:
    grants = Financing.objects.filter(kind=FinancingKind.GRANT, status=GrantStatus.GRANTED)
    return grants.order_by().values_list("project_id").annotate(Sum("amount"))
