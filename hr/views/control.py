"""Internal control: how much of the checklist is done, and what was inspected, audited and asked."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from hr import control_tables, exports
from hr.findings import control_finding, percent
from hr.models import ControlKind
from hr.queries.control import by_list, checklists, control_items, control_years
from hr.views.reading import CONTROL, page, period_line, tabs, trail
from roros import access
from roros.components import Crumb, Fact
from roros.exports import requested_export
from roros.wording import Finding

FIRST = (ControlKind.INSPECTION, ControlKind.AUDIT, ControlKind.SURVEY)  # the lists that tell what was done


@page
def newest_control(request: HttpRequest) -> HttpResponseBase:
    """This will lead to the newest year with a checklist or the most lists, or say that there is nothing."""
    years = control_years()
    if years:
        answered = [year for year in years if checklists(year).answers]
        return redirect("hr:control_year", (answered or years)[0])
    context = {"trail": trail(Crumb(_("Internkontroll"), request.path)), "tabs": tabs(CONTROL)}
    return render(request, "hr/control_empty.html", context)


@page
def show_control(request: HttpRequest, year: int) -> HttpResponseBase:
    """This will show the checklists of a year and the lists."""
    years = control_years()
    if year not in years:
        raise Http404
    found, items = checklists(year), control_items(year=year)
    wanted = exports.checklist_table if request.GET.get("tabell") == "sjekkliste" else None
    file = requested_export(
        request, lambda: wanted(found.answers) if wanted else exports.control_table(control_items())
    )
    if file is not None:
        return file
    edit = access.may_edit_staff(request.user)
    lists = by_list(items)
    ordered = [kind for kind in (*FIRST, *(kind for kind in ControlKind if kind not in FIRST)) if kind in lists]
    tables = {kind: control_tables.items_table(lists[kind], title=str(kind.label)) for kind in ordered}
    context = {
        "trail": trail(Crumb(_("Internkontroll"), reverse("hr:control")), Crumb(str(year), request.path)),
        "tabs": tabs(CONTROL),
        "period": period_line("sjekkliste", Fact(_("Internkontroll"), str(year))),
        "year": year,
        "years": [(one, reverse("hr:control_year", args=[one])) for one in sorted(years)],
        "finding": control_finding(found.whole, found.areas, year),
        "table": control_tables.done_table(found, year, request=request) if found.answers else None,
        "categories": control_tables.categories_table(found) if found.answers else None,
        "lists": [(kind, kind.label, tables[kind]) for kind in ordered],
        "may_edit": edit,
    }
    return render(request, "hr/control_year.html", context)


@page
def show_checklist(request: HttpRequest, year: int, code: str) -> HttpResponseBase:
    """This will show the checklist of one virksomhet."""
    found = checklists(year, virksomhet=code)
    if not found.answers:
        raise Http404
    file = requested_export(request, lambda: exports.checklist_table(found.answers))
    if file is not None:
        return file
    name = found.answers[0].virksomhet.name
    done = found.whole
    heading = _("%(name)s har ingen aktuelle spørsmål") % {"name": name}
    if done.percent is not None:
        heading = _("%(name)s har gjennomført %(percent)s av sjekklisten") % {
            "name": name,
            "percent": percent(done.percent),
        }
    context = {
        "trail": trail(
            Crumb(_("Internkontroll"), reverse("hr:control")),
            Crumb(str(year), reverse("hr:control_year", args=[year])),
            Crumb(name, request.path),
        ),
        "period": period_line("sjekkliste", Fact(_("Internkontroll"), str(year))),
        "name": name,
        "finding": Finding(heading),
        "table": control_tables.answers_table(found.answers, title=_("Svar")),
    }
    return render(request, "hr/checklist_detail.html", context)
