"""What a password must be, beside what Django asks for; said in the user's language."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class LongEnough(MinimumLengthValidator):
    """Django's own rule, whose words it does not have in bokmål."""

    def get_error_message(self) -> str:
        """This will say how long a password must be."""
        return ngettext(
            "Passordet er for kort. Det må ha minst %(count)s tegn.",
            "Passordet er for kort. Det må ha minst %(count)s tegn.",
            self.min_length,
        ) % {"count": self.min_length}
