"""The log of all registers: who changed what, from what, when and why."""

from __future__ import annotations

from http import HTTPStatus

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from roros import access
from roros.components import Crumb
from roros.exports import requested_export
from roros.history_forms import LogForm
from roros.history_log import MOST_EXPORTED, PAGE_SIZE, all_entries, count, entries, people_in_log, registers_for
from roros.history_tables import log_file, log_table
from roros.numbers import Scale, format_amount


@require_safe
@access.requires(access.may_see_history)
@never_cache
def history_log(request: HttpRequest) -> HttpResponse:
    """This will list changes, newest first, a page at a time; filtering and cutting happen in the database."""
    form = LogForm(request.GET, registers=registers_for(request.user), people=people_in_log())
    context: dict[str, object] = {
        "trail": [Crumb(_("Oversikt"), "/"), Crumb(_("Historikk"), reverse("history"))],
        "form": form,
        "summary": _("Utvalg"),
    }
    if not form.is_valid():
        context |= {"heading": _("Utvalget kan ikke vises"), "table": log_table([], caption="")}
        return render(request, "roros/history_list.html", context, status=HTTPStatus.BAD_REQUEST)
    wanted = form.wanted
    found = count(wanted)
    heading = _heading(found)
    if "_export" in request.GET and found > MOST_EXPORTED:
        most = format_amount(MOST_EXPORTED, Scale.KR)
        form.add_error(
            None, _("En fil kan ha høyst %(most)s endringer. Velg færre, for eksempel ett år.") % {"most": most}
        )
        context |= {"heading": heading, "table": log_table([], caption="")}
        return render(request, "roros/history_list.html", context, status=HTTPStatus.BAD_REQUEST)
    file = requested_export(request, lambda: log_file(all_entries(wanted), title=heading))
    if file is not None:
        return file
    page = Paginator(range(found), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = entries(wanted, offset=(page.number - 1) * PAGE_SIZE)
    context |= {
        "heading": heading,
        "page": page,
        "table": log_table(rows, caption=_("Endringer, de nyeste først.")),
    }
    return render(request, "roros/history_list.html", context)


def _heading(found: int) -> str:
    if not found:
        return _("Ingen endringer i utvalget")
    return ngettext("%(count)s endring er registrert", "%(count)s endringer er registrert", found) % {
        "count": format_amount(found, Scale.KR)
    }
