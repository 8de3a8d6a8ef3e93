"""What may change on the ground floor: who may sign in, as what and for which part of the municipality."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.db import connection, transaction

from roros.models import RoleAssignment, User


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


def act_as(by: User | None) -> None:
    """This will tell the database who acts, for this transaction: a closed period asks who may write in it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('roros.acting_user', %s, true)", [str(by.pk) if by else ""])


@transaction.atomic
def set_user(*, username: str, name: str, roles: Collection[Grant], password: str | None) -> User:
    """This will create the user or change the one there is: name, exactly these roles, and the password if given.

    Raises ValidationError when the password is too weak; nothing is changed then.
    """
    user, _new = User.objects.get_or_create(username=username)
    if name:
        user.first_name = name
    if password is not None:
        validate_password(password, user)
        user.set_password(password)
    user.save()
    standing = {Grant(held.role, held.rammeomrade_id, held.virksomhet_id): held for held in user.roles.all()}
    for grant in standing.keys() - set(roles):
        standing[grant].delete()
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=user, role=grant.role, rammeomrade_id=grant.rammeomrade, virksomhet_id=grant.virksomhet)
        for grant in roles
        if grant not in standing
    )
    return user
