"""The register of sick leave in days, and the targets: for those who keep them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hr import exports, tables
from hr.addresses import year_address
from hr.models import SickLeave, SickLeaveTarget
from hr.queries.sick_leave import sick_leave_book
from hr.views.reading import may_touch, trail
from roros import access
from roros.components import Crumb
from roros.exports import requested_export
from roros.models import Rammeomrade


@require_safe
@access.requires(access.may_edit_staff)
@never_cache
def show_register(request: HttpRequest, year: int) -> HttpResponseBase:
    """This will list a year's days per unit and quarter; small groups and what covers them for HR alone."""
    book = sick_leave_book()
    rows = SickLeave.objects.filter(year=year).select_related("enhet", "rammeomrade")
    shown = [
        row
        for row in rows.order_by("quarter", "rammeomrade_id", "enhet_id")
        if may_touch(request.user, row, hidden=(row.enhet_id, year) in book.hidden.units)
    ]
    if year not in book.years:
        raise Http404
    file = requested_export(request, lambda: exports.days_table(shown))
    if file is not None:
        return file
    context = {
        "trail": trail(
            Crumb(_("Sykefravær"), reverse("hr:sick_leave")),
            Crumb(str(year), year_address(year)),
            Crumb(_("I dagsverk"), request.path),
        ),
        "year": year,
        "table": tables.days_table(shown, book, caption=_("Sykefravær %(year)s.") % {"year": year}, request=request),
        "sees_all": access.may_see_small_groups(request.user),
    }
    return render(request, "hr/sick_leave_register.html", context)


@require_safe
@access.requires(access.may_see_figures)
def show_targets(request: HttpRequest) -> HttpResponseBase:
    """This will list the targets for sick leave."""
    file = requested_export(request, exports.targets_table)
    if file is not None:
        return file
    names = {area.number: area.name for area in Rammeomrade.objects.all()}
    edit = access.may_edit_staff(request.user)
    records = [
        {
            "name": f"{names.get(target.area, _('Hele kommunen'))} {target.year}",
            "percent": target.percent,
            "decision": target.decision,
            "href": reverse("hr:sick_leave_target", args=[target.pk]),
        }
        for target in SickLeaveTarget.objects.order_by("-year", "area")
    ]
    context = {
        "trail": trail(Crumb(_("Sykefravær"), reverse("hr:sick_leave")), Crumb(_("Mål"), request.path)),
        "table": tables.TargetTable(records, caption=_("Mål for sykefraværet."), unit=_("Prosent."), request=request),
        "may_edit": edit,
    }
    return render(request, "hr/sick_leave_targets.html", context)
