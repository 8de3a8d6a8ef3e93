"""Who may see and change what: one named predicate per question, asked by views, navigation and commands alike."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from roros.models import Role, User

P = ParamSpec("P")
Someone = User | AnonymousUser
Predicate = Callable[[Someone], bool]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def roles_of(user: Someone) -> frozenset[str]:
    """This will return the roles of the user, read once per user object; none for a visitor or a closed account."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    known: frozenset[str] | None = getattr(user, "_roles_of", None)
    if known is None:
        known = frozenset(user.roles.values_list("role", flat=True))
        user._roles_of = known  # type: ignore[attr-defined]
    return known


def may_see_figures(user: Someone) -> bool:
    """This will say whether the user may read accounts, budget and deviations."""
    return bool(roles_of(user))


def may_import(user: Someone) -> bool:
    """This will say whether the user may read in workbooks of some kind and undo it."""
    return bool(roles_of(user) & {Role.ADMINISTRATOR, Role.OKONOMI, Role.HR})


def may_import_as(user: Someone, roles: Collection[str]) -> bool:
    """This will say whether the user has one of the roles that may read in a kind of workbook and see its files."""
    return may_import(user) and not roles_of(user).isdisjoint(roles)


def may_adopt_budget(user: Someone) -> bool:
    """This will say whether the user may record that the council adopted the original budget."""
    return Role.OKONOMI in roles_of(user)


def may_edit_investments(user: Someone) -> bool:
    """This will say whether the user may change projects and report their status: administrator and økonomi."""
    return bool(roles_of(user) & {Role.ADMINISTRATOR, Role.OKONOMI})


def may_edit_staff(user: Someone) -> bool:
    """This will say whether the user may change staff figures, targets and internal control: administrator and HR."""
    return bool(roles_of(user) & {Role.ADMINISTRATOR, Role.HR})


def may_see_small_groups(user: Someone) -> bool:
    """This will say whether the user may see days of sick leave of groups so small that others must not: HR alone."""
    return Role.HR in roles_of(user)


def may_edit_registers(user: Someone) -> bool:
    """This will say whether the user may enter decisions, cases, måltall, themes and pupils."""
    return bool(roles_of(user) & {Role.ADMINISTRATOR, Role.OKONOMI})


def access_scope(user: Someone) -> str:
    """This will name what the user can see, for cache keys and ETags: users with equal scopes see equal pages."""
    return "+".join(sorted(roles_of(user)))


def requires(predicate: Predicate) -> Callable[[View[P]], View[P]]:
    """This will close a view to everybody the predicate refuses: visitors go to sign-in, others get a 403."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not predicate(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return cast(View[P], login_required(guarded))

    return decorate
