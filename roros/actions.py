"""What may change on the ground floor: who may sign in, as what and for which part of the municipality."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from roros import history
from roros.models import Role, RoleAssignment, User

USERS_LOCK = 7_341_205  # of an advisory lock: who has access changes one at a time


class ActionRefused(Exception):
    """The change is not allowed now; the message is for the user."""


class ChangedMeanwhile(ActionRefused):
    """Somebody else changed the same thing after the form was opened."""


@dataclass(frozen=True)
class Grant:
    """One role, with the rammeområde of a kommunalsjef or the virksomhet of a leader."""

    role: str
    rammeomrade: int | None = None
    virksomhet: str | None = None

    def __str__(self) -> str:
        """The grant as the command line and forms write it: "okonomi", "kommunalsjef:7", "virksomhetsleder:650"."""
        scope = self.virksomhet if self.rammeomrade is None else self.rammeomrade
        return self.role if scope is None else f"{self.role}:{scope}"

    @classmethod
    def read(cls, text: str) -> Grant:
        """This will return the grant that is written so; whether the role and its scope exist is not looked at."""
        role, _colon, scope = text.partition(":")
        if role == Role.KOMMUNALSJEF:
            return cls(role, rammeomrade=int(scope))
        return cls(role, virksomhet=scope or None)


def act_as(by: User | None) -> None:
    """This will tell the database who acts, for this transaction: a closed period asks who may write in it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('roros.acting_user', %s, true)", [str(by.pk) if by else ""])


@transaction.atomic
def set_user(*, username: str, name: str, roles: Collection[Grant], password: str | None) -> User:
    """This will create the user or change the one there is: name, exactly these roles, and the password if given.

    For the command line, whose user owns the database. Raises ValidationError when the password is too weak, and
    ActionRefused when no administrator would be left; nothing is changed then.
    """
    with _administrators_kept():
        user, _new = User.objects.get_or_create(username=username)
        if name:
            user.first_name = name
        if password is not None:
            _put_password(user, password, temporary=False)
        user.save()
        _give_exactly(user, roles)
    return user


@transaction.atomic
def create_user(
    *, username: str, name: str, email: str, roles: Collection[Grant], password: str, reason: str, by: User
) -> User:
    """This will let somebody in, with a temporary password that an administrator has chosen.

    Raises ValidationError when the password is too weak.
    """
    with history.because(reason, by=by), _administrators_kept():
        if User.objects.filter(username__iexact=username).exists():
            raise ActionRefused(_("Brukernavnet «%(name)s» er i bruk. Velg et annet.") % {"name": username})
        user = User(username=username, first_name=name, email=email)
        _put_password(user, password, temporary=True)
        user.save()
        _give_exactly(user, roles)
    return user


@transaction.atomic
def change_user(
    *, user: User, name: str, email: str, roles: Collection[Grant], seen: str, reason: str, by: User
) -> User:
    """This will change what somebody is called and may do, unless the form shows what no longer holds."""
    with history.because(reason, by=by), _administrators_kept():
        user = _locked(user, seen=seen)
        if (
            user.pk == by.pk
            and Grant(Role.ADMINISTRATOR) not in roles
            and user.roles.filter(role=Role.ADMINISTRATOR).exists()
        ):
            raise ActionRefused(
                _("Du kan ikke ta fra deg selv rollen som administrator. Be en annen administrator gjøre det.")
            )
        user.first_name, user.last_name, user.email = name, "", email
        user.save(update_fields=["first_name", "last_name", "email"])
        _give_exactly(user, roles)
    return user


@transaction.atomic
def set_active(*, user: User, active: bool, seen: str, reason: str, by: User) -> User:
    """This will close somebody's account, or open it again with the roles it had; accounts are never deleted."""
    with history.because(reason, by=by), _administrators_kept():
        user = _locked(user, seen=seen)
        if user.pk == by.pk and not active:
            raise ActionRefused(_("Du kan ikke stenge din egen konto. Be en annen administrator gjøre det."))
        user.is_active = active
        user.save(update_fields=["is_active"])
    return user


@transaction.atomic
def reset_password(*, user: User, password: str, reason: str, by: User) -> User:
    """This will give somebody a temporary password, which ends their sessions; ValidationError when it is too weak."""
    with history.because(reason, by=by):
        user = User.objects.select_for_update().get(pk=user.pk)
        _put_password(user, password, temporary=True)
        user.save(update_fields=["password", "password_set_at", "temporary_password"])
    return user


@transaction.atomic
def change_own_password(*, by: User, password: str) -> User:
    """This will give the user the password that they have chosen; ValidationError when it is too weak."""
    with history.because(_("Byttet sitt eget passord"), by=by):
        user = User.objects.select_for_update().get(pk=by.pk)
        _put_password(user, password, temporary=False)
        user.save(update_fields=["password", "password_set_at", "temporary_password"])
    return user


def version_of_user(user: User) -> str:
    """This will return a mark that moves with every change of the user or of their roles."""
    return history.version_of({User: Q(pgh_obj_id=user.pk), RoleAssignment: Q(user_id=user.pk)})


def _locked(user: User, *, seen: str) -> User:
    """The user as it stands; nobody else changes it until the transaction ends."""
    standing = User.objects.select_for_update().get(pk=user.pk)
    if version_of_user(standing) != seen:
        raise ChangedMeanwhile(
            _("%(name)s er endret av en annen etter at du åpnet skjemaet. Åpne det på nytt og se hva som er endret.")
            % {"name": standing}
        )
    return standing


def _put_password(user: User, password: str, *, temporary: bool) -> None:
    validate_password(password, user)
    user.set_password(password)
    user.password_set_at = timezone.now()
    user.temporary_password = temporary


def _give_exactly(user: User, roles: Collection[Grant]) -> None:
    """Let the user have these roles and no others; those that stay are left alone, so that their history is quiet."""
    standing = {Grant(held.role, held.rammeomrade_id, held.virksomhet_id): held for held in user.roles.all()}
    for grant in standing.keys() - set(roles):
        standing[grant].delete()
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=user, role=grant.role, rammeomrade_id=grant.rammeomrade, virksomhet_id=grant.virksomhet)
        for grant in sorted(set(roles) - standing.keys(), key=str)
    )


@contextmanager
def _administrators_kept() -> Iterator[None]:
    """Undo what is done inside when it leaves nobody who can give access; one such change at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [USERS_LOCK])
    before = _has_administrator()
    yield
    if before and not _has_administrator():
        raise ActionRefused(
            _("Dette ville ta bort den siste administratoren. Gi en annen rollen først, så noen kan gi tilgang.")
        )


def _has_administrator() -> bool:
    return User.objects.filter(is_active=True, roles__role=Role.ADMINISTRATOR).exists()
