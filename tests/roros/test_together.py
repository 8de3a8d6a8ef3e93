"""Several lists in one query are the lists that each query set gives alone."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from budget.models import DecisionStatus
from climate.models import Emission, EmissionTarget
from hr.models import SickLeave
from investments.models import Forecast, ProjectYear, StatusReport
from roros.together import read_together


@pytest.mark.usefixtures("demo")
def test_the_same_rows_with_one_query() -> None:
    wanted = [
        SickLeave.objects.order_by("pk"),
        ProjectYear.objects.filter(year__in=(2020, 2021)).order_by("pk"),
        StatusReport.objects.order_by("pk"),
        Forecast.objects.order_by("pk"),
        EmissionTarget.objects.filter(municipality="Ingen"),
        Emission.objects.order_by("year", "sector").values_list("year", "sector").annotate(Sum("tonnes")),
    ]
    with CaptureQueriesContext(connection) as queries:
        found = read_together(*wanted)
    assert len(queries) == 1
    assert found[4] == []
    assert found[5] == list(wanted[5])
    for rows, query_set in zip(found[:4], wanted[:4], strict=True):
        alone = list(query_set)
        names = [field.attname for field in query_set.model._meta.concrete_fields]
        assert [[getattr(row, name) for name in names] for row in rows] == [
            [getattr(row, name) for name in names] for row in alone
        ]
        for row, one in zip(rows, alone, strict=True):
            assert [type(getattr(row, name)) for name in names] == [type(getattr(one, name)) for name in names]


@pytest.mark.usefixtures("demo")
def test_what_the_rows_point_to_comes_along() -> None:
    wanted = DecisionStatus.objects.select_related("decision__rammeomrade", "recorded_by", "import_run").order_by("pk")
    (found,) = read_together(wanted)
    with CaptureQueriesContext(connection) as queries:
        told = [(row, row.decision.rammeomrade, row.recorded_by, row.import_run) for row in found]
    assert len(queries) == 0
    assert told == [(row, row.decision.rammeomrade, row.recorded_by, row.import_run) for row in wanted]
    assert all(run and by for _row, _area, by, run in told)  # both what is there
    assert not any(area for _row, area, _by, _run in told)  # and what is not
