"""What every page of the room begins with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hr.models import SickLeave
from roros import access
from roros.caching import figures_page
from roros.components import Crumb, Fact, PeriodLine
from roros.models import ImportRun, User
from roros.navigation import Link

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

SICK_LEAVE, STAFF, CONTROL = "hr:sick_leave", "hr:staff", "hr:control"


def page(view: View[P]) -> View[P]:
    """This will make a page that only reads: for those who may see figures, 304 when nothing moved."""
    closed: View[P] = access.requires(access.may_see_figures)(figures_page(require_safe(view)))
    return closed


def tabs(current: str) -> list[Link]:
    """This will return the way between the three parts of the room."""
    parts = ((SICK_LEAVE, _("Sykefravær")), (STAFF, _("Personaltall")), (CONTROL, _("Internkontroll")))
    return [Link(label, reverse(name), name == current) for name, label in parts]


def trail(*further: Crumb) -> list[Crumb]:
    """This will return the breadcrumbs from the front page."""
    return [Crumb(_("Oversikt"), "/"), *further]


def period_line(kind: str, *before: Fact) -> PeriodLine:
    """This will say which figures these are and when such a file was last read in."""
    newest = (
        ImportRun.objects.filter(kind=kind, state=ImportRun.State.COMMITTED)
        .order_by("-committed_at")
        .values_list("committed_at", flat=True)
        .first()
    )
    return PeriodLine(before=list(before), updated=newest)


def quarter_fact(year: int, last_quarter: int) -> Fact:
    """This will say how far into the year the figures go."""
    words = {"quarter": last_quarter, "year": year}
    return Fact(_("Tall per"), _("%(quarter)s. kvartal %(year)s") % words)


def signed_in(request: HttpRequest) -> User:
    """This will return the user of a closed page."""
    assert isinstance(request.user, User)  # noqa: S101 - the predicate has let nobody else in
    return request.user


def may_touch(user: access.Someone, row: SickLeave, *, hidden: bool) -> bool:
    """This will say whether the user may see and change the days of a row: hidden ones are for HR alone."""
    return access.may_edit_staff(user) and (not hidden or access.may_see_small_groups(user))
