"""Staff figures beside sick leave, and how far they are from their targets."""

from __future__ import annotations

from collections import Counter

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from hr import exports, tables
from hr.findings import distance, figure, goal_finding
from hr.models import FigureKind
from hr.queries.staff import goals, staff_figures
from hr.views.reading import STAFF, page, period_line, tabs, trail
from roros import access
from roros.components import Crumb, Fact, KeyFigure
from roros.exports import requested_export


@page
def show_staff(request: HttpRequest) -> HttpResponseBase:
    """This will show the staff figures: those with a target first, then all."""
    rows = staff_figures()
    file = requested_export(request, lambda: exports.staff_table(rows))
    if file is not None:
        return file
    found = goals(rows)
    years = Counter(row.year for row in rows if row.year and row.kind == FigureKind.RESULT)
    before = [Fact(_("De fleste tallene er fra"), str(years.most_common(1)[0][0]))] if years else []
    context = {
        "trail": trail(Crumb(_("Personaltall"), request.path)),
        "tabs": tabs(STAFF),
        "period": period_line("hr-nokkeltall", *before),
        "finding": goal_finding(found),
        "goals": [
            (
                goal.indicator,
                [
                    *(
                        KeyFigure(f"{step.sort_of_figure.capitalize()} {step.year}", figure(step.value, step.unit))
                        for step in (goal.first, goal.latest, goal.target)
                        if step is not goal.first or goal.first.year != goal.latest.year
                    ),
                    *(
                        []
                        if goal.distance is None
                        else [KeyFigure(_("Mangler"), distance(goal) if not goal.is_met else "0")]
                    ),
                ],
            )
            for goal in found
        ],
        "table": tables.staff_table(rows, sees_all=access.may_see_small_groups(request.user), request=request),
        "may_edit": access.may_edit_staff(request.user),
    }
    return render(request, "hr/staff_list.html", context)
