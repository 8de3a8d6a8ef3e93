"""Recording that the council has adopted the original budget."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from budget.actions import chart
from budget.models import ActiveSlice, BudgetYear, LedgerLine
from roros.access import may_adopt_budget, requires
from roros.actions import ActionRefused
from roros.components import Crumb
from roros.forms import AdoptForm
from roros.models import User


def budgets_to_adopt() -> list[int]:
    """This will return the years with an original budget that nobody has marked as adopted."""
    read_in = ActiveSlice.objects.filter(kind=LedgerLine.Kind.ORIGINAL).values_list("year", flat=True).distinct()
    adopted = BudgetYear.objects.values("year")
    return sorted(read_in.exclude(year__in=adopted))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(may_adopt_budget)
def adopt_budget(request: HttpRequest, year: int) -> HttpResponseBase:
    """This will ask for the decision and lock the year's original budget."""
    if request.method != "POST" and year not in budgets_to_adopt():
        raise Http404
    form = AdoptForm(request.POST or None, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        assert isinstance(request.user, User)  # noqa: S101 - the predicate has let nobody else in
        try:
            chart.adopt_original_budget(year=year, by=request.user, **form.cleaned_data)
        except ActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Opprinnelig budsjett for %(year)s er markert som vedtatt.") % {"year": year})
            return redirect("imports")
    trail = [
        Crumb(_("Oversikt"), "/"),
        Crumb(_("Innlesing"), reverse("imports")),
        Crumb(_("Vedtatt budsjett %(year)s") % {"year": year}, reverse("adopt_budget", args=[year])),
    ]
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return render(request, "roros/import_adopt.html", {"form": form, "year": year, "trail": trail}, status=status)
