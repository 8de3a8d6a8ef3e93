"""Who may see and change what: one named predicate per question, asked by views, navigation and commands alike."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from roros.actions import Grant
from roros.models import Role, User

P = ParamSpec("P")
Someone = User | AnonymousUser
Predicate = Callable[[Someone], bool]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def grants_of(user: Someone) -> frozenset[Grant]:
    """This will return the roles of the user with their scopes, read once per user object; none for a visitor."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    known: frozenset[Grant] | None = getattr(user, "_grants", None)
    if known is None:
        known = frozenset(Grant(*held) for held in user.roles.values_list("role", "rammeomrade_id", "virksomhet_id"))
        user._grants = known  # type: ignore[attr-defined]
    return known


def roles_of(user: Someone) -> frozenset[str]:
    """This will return the roles of the user wherever they hold; none for a visitor or a closed account."""
    return frozenset(grant.role for grant in grants_of(user))


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


def leads(user: Someone, virksomhet: str) -> bool:
    """This will say whether the user is the leader of the virksomhet."""
    return Grant(Role.VIRKSOMHETSLEDER, virksomhet=virksomhet) in grants_of(user)


def heads(user: Someone, rammeomrade: int) -> bool:
    """This will say whether the user is kommunalsjef of the rammeområde."""
    return Grant(Role.KOMMUNALSJEF, rammeomrade=rammeomrade) in grants_of(user)


def led_virksomheter(user: Someone) -> frozenset[str]:
    """This will return the virksomheter that the user leads."""
    return frozenset(grant.virksomhet for grant in grants_of(user) if grant.virksomhet is not None)


def headed_rammeomrader(user: Someone) -> frozenset[int]:
    """This will return the rammeområder that the user is kommunalsjef of."""
    return frozenset(grant.rammeomrade for grant in grants_of(user) if grant.rammeomrade is not None)


def may_follow_up(user: Someone) -> bool:
    """This will say whether the user takes part in reporting rounds, or reads all of one: not politicians."""
    return bool(
        roles_of(user)
        & {
            *(Role.ADMINISTRATOR, Role.OKONOMI, Role.KOMMUNEDIREKTOR, Role.REVISOR),
            *(Role.KOMMUNALSJEF, Role.VIRKSOMHETSLEDER),
        }
    )


def may_see_all_drafts(user: Someone) -> bool:
    """This will say whether the user may read every draft of a round and of an amendment."""
    return bool(roles_of(user) & {Role.ADMINISTRATOR, Role.OKONOMI, Role.KOMMUNEDIREKTOR, Role.REVISOR})


def may_see_drafts_of(user: Someone, *, virksomhet: str, rammeomrade: int) -> bool:
    """This will say whether the user may read what a virksomhet has written and not yet signed."""
    return may_see_all_drafts(user) or leads(user, virksomhet) or heads(user, rammeomrade)


def may_explain(user: Someone, *, virksomhet: str) -> bool:
    """This will say whether the user may explain, forecast and deliver for a virksomhet: its leader and økonomi."""
    return leads(user, virksomhet) or Role.OKONOMI in roles_of(user)


def may_approve(user: Someone, *, rammeomrade: int) -> bool:
    """This will say whether the user may approve or return what a virksomhet of the rammeområde delivered."""
    return heads(user, rammeomrade)


def may_run_rounds(user: Someone) -> bool:
    """This will say whether the user may open rounds, assure what was approved, and remind: økonomi."""
    return Role.OKONOMI in roles_of(user)


def may_sign(user: Someone) -> bool:
    """This will say whether the user may sign a round: kommunedirektør."""
    return Role.KOMMUNEDIREKTOR in roles_of(user)


def may_publish(user: Someone) -> bool:
    """This will say whether the user may publish a signed round: økonomi and kommunedirektør."""
    return bool(roles_of(user) & {Role.OKONOMI, Role.KOMMUNEDIREKTOR})


def may_enter_figures(user: Someone) -> bool:
    """This will say whether the user may enter corrections and budget lines: økonomi."""
    return Role.OKONOMI in roles_of(user)


def may_close_periods(user: Someone) -> bool:
    """This will say whether the user may close and reopen periods and grant exceptions: økonomi and administrator."""
    return bool(roles_of(user) & {Role.ADMINISTRATOR, Role.OKONOMI})


def may_read_locks(user: Someone) -> bool:
    """This will say whether the user may see which periods are closed: those who read in figures, and the revisor."""
    return may_import(user) or may_see_history(user)


def may_amend(user: Someone) -> bool:
    """This will say whether the user may draft budget amendments and record what was decided: økonomi."""
    return Role.OKONOMI in roles_of(user)


def may_manage_users(user: Someone) -> bool:
    """This will say whether the user may give and take access: administrator."""
    return Role.ADMINISTRATOR in roles_of(user)


def may_see_history(user: Someone) -> bool:
    """This will say whether the user may read who changed what in every register: revisor, administrator, økonomi."""
    return bool(roles_of(user) & {Role.ADMINISTRATOR, Role.OKONOMI, Role.REVISOR})


def access_scope(user: Someone) -> str:
    """This will name what the user can see, for cache keys and ETags: users with equal scopes see equal pages."""
    return "+".join(
        sorted(f"{grant.role}:{grant.rammeomrade or ''}{grant.virksomhet or ''}" for grant in grants_of(user))
    )


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
