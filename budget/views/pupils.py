"""The page of pupils: how many children of school age, per age group and year."""

from __future__ import annotations

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from budget.charts.pupils import pupil_chart
from budget.exports.registers import pupils_file
from budget.findings.registers import pupils_finding
from budget.forms.registers import PupilForm
from budget.models import PupilCount
from budget.queries.pupils import pupil_numbers
from budget.tables.registers import pupil_table
from budget.views.reading import figures_view
from budget.views.register_edit import edit_row
from roros import access, history
from roros.components import Crumb
from roros.exports import requested_export


@figures_view
def show_pupils(request: HttpRequest) -> HttpResponse:
    """This will show the age groups over the years, as a figure and as a table."""
    numbers = pupil_numbers()
    export = requested_export(request, lambda: pupils_file(numbers))
    if export is not None:
        return export
    may_edit = access.may_edit_registers(request.user)
    rows = list(PupilCount.objects.order_by("-year", "age_group"))
    context = {
        "finding": pupils_finding(numbers),
        "chart": pupil_chart(numbers) if len(numbers.years) > 1 else None,
        "table": pupil_table(numbers),
        "rows": rows,
        "changes": history.changes_of(*rows, only=("count",)),
        "may_edit": may_edit,
        "trail": _trail(),
    }
    return render(request, "budget/pupil_list.html", context)


@access.requires(access.may_edit_registers)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_count(request: HttpRequest, count_id: int | None = None) -> HttpResponse:
    """This will take, change or remove the count of one age group in one year."""
    count = PupilCount() if count_id is None else get_object_or_404(PupilCount, pk=count_id)
    return edit_row(
        request,
        PupilForm,
        count,
        title=_("Nytt elevtall") if count_id is None else str(count),
        trail=[*_trail(), Crumb(_("Endre") if count_id else _("Nytt elevtall"), request.path)],
        done=_to_pupils,
        removable=True,
    )


def _trail() -> list[Crumb]:
    return [Crumb(_("Oversikt"), "/"), Crumb(_("Elevtall"), reverse("budget:pupils"))]


def _to_pupils(row: models.Model) -> str:
    return reverse("budget:pupils")
