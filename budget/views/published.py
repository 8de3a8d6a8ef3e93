"""The reports that everybody may read, with their figures as open data."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from budget.freeze import EVERYTHING, PAGE, WORKBOOK
from budget.queries.rounds import title_of
from budget.queries.signed import files_of_reports, published_reports
from budget.views.signed import LICENCE, by_table
from roros import access
from roros.components import Crumb
from roros.periods import Period
from roros.wording import capital, spelled


@login_not_required
@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """This will list the published reports, the newest first, with links to every file of each."""
    reports = published_reports()
    files = files_of_reports(reports)
    rows = [
        {
            "pk": report.round_id,
            "title": title_of(report.round),
            "months": Period(report.round.year, report.round.period).months,
            "published_at": report.round.published_at,
            "signed_at": report.signed_at,
            "whole": [one for one in files[report.pk] if one.name in (WORKBOOK, EVERYTHING) and one.name != PAGE],
            "tables": by_table(files[report.pk]),
        }
        for report in reports
    ]
    count = len(rows)
    finding = ngettext("%(count)s rapport er publisert", "%(count)s rapporter er publisert", count)
    trail = [Crumb(_("Oversikt"), "/")] if access.may_see_figures(request.user) else []
    context = {
        "finding": capital(finding % {"count": spelled(count)}) if rows else _("Ingen rapporter er publisert ennå"),
        "rows": rows,
        "licence": LICENCE,
        "trail": [*trail, Crumb(_("Publiserte rapporter"), request.path)],
    }
    return render(request, "budget/published_list.html", context)
