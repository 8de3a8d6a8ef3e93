"""The menu as data. A page that is not built yet, or that the user may not see, has no link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from roros import access
from roros.components import Text


def everyone(user: access.Someone) -> bool:
    """This will say yes: the page holds nothing that anybody may not see."""
    return True


def signed_in(user: access.Someone) -> bool:
    """This will say whether the page has somebody to be about."""
    return user.is_authenticated


@dataclass(frozen=True)
class Page:
    """One entry: the words, the name of the URL, and who may see it."""

    label: Text
    url_name: str
    allowed: access.Predicate = access.may_see_figures


@dataclass(frozen=True)
class Link:
    """One entry as the template draws it."""

    label: Text
    href: str
    current: bool


MENU = (
    Page(_("Oversikt"), "front"),
    Page(_("Avvik"), "budget:deviations"),
    Page(_("Investeringer"), "investments:projects"),
    Page(_("Vedtak"), "budget:decisions"),
    Page(_("Måltall"), "budget:indicators"),
    Page(_("Sykefravær"), "hr:sick_leave"),
    Page(_("Klima"), "climate:emissions"),
    Page(_("Rapportering"), "budget:rounds", access.may_follow_up),
    Page(_("Innlesing"), "imports", access.may_import),
)
FOOTER = (
    Page(_("Føring"), "budget:entries", access.may_enter_figures),
    Page(_("Min side"), "my_page", signed_in),
    Page(_("Brukere"), "users", access.may_manage_users),
    Page(_("Historikk"), "history", access.may_see_history),
    Page(_("Perioder"), "budget:periods", access.may_read_locks),
    Page(_("Prognoser"), "budget:forecasts"),
    Page(_("Tiltak"), "budget:measures", access.may_follow_up),
    Page(_("Rapportkontroll"), "report_control", access.may_edit_registers),
    Page(_("Om tallene"), "about_figures", everyone),
    Page(_("Publiserte rapporter"), "budget:published", everyone),
    Page(_("Åpne data (NLOD)"), "open_data", everyone),
    Page(_("Tilgjengelighetserklæring"), "accessibility", everyone),
)


def links(request: HttpRequest, pages: Sequence[Page] = MENU) -> list[Link]:
    """This will return the entries that the user may see; the one for the page itself, or above it, is current."""
    user = visitor_of(request)
    found = []
    for page in pages:
        try:
            href = reverse(page.url_name)
        except NoReverseMatch:
            continue
        if page.allowed(user):
            found.append((page, href))
    above = [href for _page, href in found if _is_under(request.path, href)]
    current = max(above, key=len, default=None)
    return [Link(page.label, href, href == current) for page, href in found]


def visitor_of(request: HttpRequest) -> access.Someone:
    """This will return who asks; a request that was refused before sign-in was looked at has no user yet."""
    return getattr(request, "user", None) or AnonymousUser()


def _is_under(path: str, href: str) -> bool:
    return path == href or (href.endswith("/") and href.count("/") > 1 and path.startswith(href))
