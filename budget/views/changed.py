"""What has changed since a round was signed, against another signed round or now."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import gettext as _

from budget.findings.changed import heading
from budget.forms.signed import NOW, CompareForm
from budget.queries.changed import TABLES, changes_between
from budget.queries.rounds import title_of
from budget.queries.signed import signed_rounds
from budget.selection import SelectionError
from budget.tables.changed import sections
from budget.views.reading import figures_view
from budget.views.signed import trail
from roros.components import Crumb, Fact, PeriodLine
from roros.exports import requested_export
from roros.templatetags.figures import moment


@figures_view
def changed_since(request: HttpRequest, pk: int) -> HttpResponse:
    """This will show what differs between a signed round and another one, or now. Only what is signed is compared."""
    signed = signed_rounds(holding=pk, names=TABLES)
    before = next((one for one in signed if one.pk == pk), None)
    if before is None:
        raise Http404
    form = CompareForm(request.GET, others=[one for one in signed if one.pk != pk])
    if not form.is_valid():
        raise SelectionError([str(message) for messages in form.errors.values() for message in messages])
    after = form.other
    if after is not None and (after.signed_at, after.pk) < (before.signed_at, before.pk):
        before, after = after, before
    changes = changes_between(before, after, signed=signed)
    parts = sections(changes, request.user)
    wanted = next((part for part in parts if part.key == request.GET.get("tabell", parts[0].key)), None)
    if wanted is None:
        raise SelectionError([_("Siden har ingen tabell med det navnet.")])
    if wanted.table is not None:
        table, name = wanted.table, f"endret-{slugify(changes.before.title)}-{wanted.key}"
        file = requested_export(request, lambda: table.export(name))
        if file is not None:
            return file
    facts = [Fact(changes.before.title, _("signert %(when)s") % {"when": moment(changes.before.at)})]
    if after is not None:
        facts.append(Fact(changes.after.title, _("signert %(when)s") % {"when": moment(changes.after.at)}))
    context = {
        "finding": heading(changes),
        "changes": changes,
        "sections": parts,
        "form": form,
        "summary": _("Sammenlignet med %(other)s") % {"other": title_of(form.other) if form.other else _("nå")},
        "period": PeriodLine(before=facts),
        "is_now": form.cleaned_data["mot"] == NOW,
        "trail": [*trail(request, before), Crumb(_("Endret siden"), request.path)],
    }
    return render(request, "budget/changed_list.html", context)
