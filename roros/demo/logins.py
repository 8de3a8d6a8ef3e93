"""The users of the demo. Their passwords are printed by `make run`, so they belong to no real installation."""

from dataclasses import dataclass

from roros.actions import set_user
from roros.models import Role, User


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


def create() -> None:
    """This will make the demo users that are not there yet."""
    for login in LOGINS:
        if not User.objects.filter(username=login.username).exists():
            user = set_user(username=login.username, name=login.first_name, roles=[login.role], password=None)
            user.set_password(login.password)  # easy to remember, so the rules for passwords would refuse it
            user.save()
