"""The users of the demo. Their passwords are printed by `make run`, so they belong to no real installation."""

from dataclasses import dataclass

from roros.actions import Grant, set_user
from roros.models import Rammeomrade, Role, User, Virksomhet


@dataclass(frozen=True)
class Login:
    """One demo user."""

    username: str
    first_name: str
    grant: Grant

    @property
    def password(self) -> str:
        """This will return a password that is easy to remember."""
        return f"demo-{self.username}"

    @property
    def line(self) -> str:
        """This will return the line that tells somebody how to get in."""
        return f"  {self.username:<16} {self.password:<20} {Role(self.grant.role).label}"


LOGINS = (
    Login("admin", "Ada", Grant(Role.ADMINISTRATOR)),
    Login("okonomi", "Olav", Grant(Role.OKONOMI)),
    Login("kommunedirektor", "Kari", Grant(Role.KOMMUNEDIREKTOR)),
    Login("kommunalsjef", "Knut", Grant(Role.KOMMUNALSJEF, rammeomrade=7)),
    Login("leder", "Liv", Grant(Role.VIRKSOMHETSLEDER, virksomhet="650")),
    Login("hr", "Helle", Grant(Role.HR)),
    Login("politiker", "Pernille", Grant(Role.POLITIKER)),
    Login("revisor", "Reidar", Grant(Role.REVISOR)),
)


def create() -> None:
    """This will make the demo users that are not there yet, and whose part of the organisation is read in."""
    numbers = set(Rammeomrade.objects.values_list("number", flat=True))
    codes = set(Virksomhet.objects.values_list("code", flat=True))
    for login in LOGINS:
        grant = login.grant
        placed = grant.rammeomrade in {None, *numbers} and grant.virksomhet in {None, *codes}
        if placed and not User.objects.filter(username=login.username).exists():
            user = set_user(username=login.username, name=login.first_name, roles=[login.grant], password=None)
            user.set_password(login.password)  # easy to remember, so the rules for passwords would refuse it
            user.save()
