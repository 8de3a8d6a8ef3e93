"""What may change on the ground floor: who may sign in, and as what."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from roros.models import RoleAssignment, User


@transaction.atomic
def set_user(*, username: str, name: str, roles: Collection[str], password: str | None) -> User:
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
    user.roles.exclude(role__in=roles).delete()
    RoleAssignment.objects.bulk_create((RoleAssignment(user=user, role=role) for role in roles), ignore_conflicts=True)
    return user
