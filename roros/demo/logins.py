"""The users of the demo. Their passwords are printed by `make run`, so they belong to no real installation."""

from dataclasses import dataclass

from django.db import transaction

from roros.models import Role, RoleAssignment, User


@dataclass(frozen=True)
class Login:
    """One demo user."""

    username: str
    password: str
    first_name: str
    role: Role


LOGINS = (
    Login("admin", "demo-admin", "Ada", Role.ADMINISTRATOR),
    Login("okonomi", "demo-okonomi", "Olav", Role.OKONOMI),
    Login("hr", "demo-hr", "Helle", Role.HR),
    Login("politiker", "demo-politiker", "Pernille", Role.POLITIKER),
)


@transaction.atomic
def create() -> None:
    """This will make the demo users that are not there yet."""
    for login in LOGINS:
        user, is_new = User.objects.get_or_create(username=login.username, defaults={"first_name": login.first_name})
        if is_new:
            user.set_password(login.password)
            user.save()
        RoleAssignment.objects.get_or_create(user=user, role=login.role)
