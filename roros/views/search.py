"""One box that finds everything with a code or a name."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from roros import access
from roros.components import Crumb
from roros.search import LONGEST, SHORTEST, Group, is_searchable, search


class SearchForm(forms.Form):
    """What to look for."""

    q = forms.CharField(
        label=gettext_lazy("Søk"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "enterkeyhint": "search"}),
        error_messages={"max_length": gettext_lazy("Søket er for langt. Bruk høyst %(limit_value)s tegn.")},
    )


@access.requires(access.may_see_figures)
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """This will show what was found, grouped by kind; an empty box says what can be found."""
    form = SearchForm(request.GET)
    text = " ".join(form.cleaned_data["q"].split()) if form.is_valid() else ""
    groups = search(text, request.user)
    context = {
        "form": form,
        "text": text,
        "groups": groups,
        "heading": _heading(text, groups),
        "trail": [Crumb(_("Oversikt"), "/"), Crumb(_("Søk"), request.path)],
    }
    return render(request, "roros/search.html", context, status=200 if form.is_valid() else 400)


def _heading(text: str, groups: list[Group]) -> str:
    if not text:
        return _("Hva leter du etter?")
    if not is_searchable(text):
        return _("Skriv minst %(count)s bokstaver") % {"count": SHORTEST}
    total = sum(group.total for group in groups)
    if not total:
        return _("Ingen treff på «%(text)s»") % {"text": text}
    return ngettext("Ett treff på «%(text)s»", "%(count)s treff på «%(text)s»", total) % {"text": text, "count": total}
