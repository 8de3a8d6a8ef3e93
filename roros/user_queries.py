"""Who has access, as what, for which part of the municipality; and the roles and scopes that can be given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from roros import history
from roros.actions import Grant
from roros.history import Change
from roros.models import Rammeomrade, Role, RoleAssignment, User, Virksomhet

SCOPED = (Role.KOMMUNALSJEF, Role.VIRKSOMHETSLEDER)


@dataclass(frozen=True)
class UserFilter:
    """Which users: a text in name, username or e-mail; a role; those with an open or a closed account."""

    text: str = ""
    role: str = ""
    active: bool | None = None


def users(wanted: UserFilter) -> QuerySet[User]:
    """This will return the users with their roles at hand, by name; two queries however many they are."""
    found = User.objects.order_by("-is_active", "first_name", "last_name", "username")
    for word in wanted.text.split():
        found = found.filter(
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(username__icontains=word)
            | Q(email__icontains=word)
        )
    if wanted.role:
        found = found.filter(roles__role=wanted.role).distinct()
    if wanted.active is not None:
        found = found.filter(is_active=wanted.active)
    return found.prefetch_related(Prefetch("roles", _with_scopes()))


def roles_in_words(user: User) -> list[str]:
    """This will return the roles of a user as people say them: "Kommunalsjef for 7 Tekniske tjenester"."""
    held = user.roles.all() if "roles" in getattr(user, "_prefetched_objects_cache", {}) else _with_scopes(user)
    return [in_words(one.role, one.rammeomrade or one.virksomhet) for one in sorted(held, key=_as_listed)]


def in_words(role: str, scope: Rammeomrade | Virksomhet | None) -> str:
    """This will return one role as people say it."""
    name = str(Role(role).label)
    return _("%(role)s for %(scope)s") % {"role": name, "scope": scope} if scope is not None else name


def grants_to_give() -> list[tuple[str, list[tuple[str, str]]]]:
    """This will return every role, with every scope that it can have, grouped for a choice in a form."""
    areas = [
        (str(Grant(Role.KOMMUNALSJEF, rammeomrade=area.number)), in_words(Role.KOMMUNALSJEF, area))
        for area in Rammeomrade.objects.order_by("number")
    ]
    units = [
        (str(Grant(Role.VIRKSOMHETSLEDER, virksomhet=unit.code)), in_words(Role.VIRKSOMHETSLEDER, unit))
        for unit in Virksomhet.objects.order_by("code")
    ]
    everywhere = [(str(Grant(role)), str(role.label)) for role in Role if role not in SCOPED]
    return [
        (_("Hele kommunen"), everywhere),
        (_("Ett rammeområde"), areas),
        (_("Én virksomhet"), units),
    ]


def grants_in_order(user: User) -> Sequence[Grant]:
    """This will return what the user may do where, in the order of a list."""
    return [Grant(one.role, one.rammeomrade_id, one.virksomhet_id) for one in sorted(user.roles.all(), key=_as_listed)]


def _with_scopes(user: User | None = None) -> QuerySet[RoleAssignment]:
    held = RoleAssignment.objects.select_related("rammeomrade", "virksomhet")
    return held if user is None else held.filter(user=user)


def _as_listed(held: RoleAssignment) -> tuple[int, int, str]:
    return (Role.values.index(held.role), held.rammeomrade_id or 0, held.virksomhet_id or "")


def history_of_user(user: User) -> list[Change]:
    """This will return every change of a user and of what they may do, newest first."""
    return history.changes_among({User: Q(pgh_obj_id=user.pk), RoleAssignment: Q(user_id=user.pk)})
