"""What an administrator may send about users, and everybody about their own password."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roros.actions import Grant
from roros.models import Role, User
from roros.user_queries import UserFilter

SPARE_ROWS = 2  # empty choices after the roles that somebody has
MOST_ROLES = 50
TOO_DIFFERENT = gettext_lazy("De to passordene er ikke like. Skriv det samme to ganger.")
CHOOSE_PASSWORD = gettext_lazy(
    "Minst åtte tegn, ikke bare tall og ikke et vanlig passord. En setning er lett å huske og vanskelig å gjette."
)


class ReasonField(forms.CharField):
    """Why something is changed; shown in the history."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Hvorfor endres dette?"),
            help_text=gettext_lazy("Vises i historikken."),
            max_length=500,
            error_messages={"required": gettext_lazy("Skriv hvorfor.")},
        )


def password_field(label: Any, *, help_text: Any = "", autocomplete: str = "new-password") -> forms.CharField:
    """This will return a field for a password; the browser is told what kind, so that it can help."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        error_messages={"required": gettext_lazy("Skriv passordet.")},
    )


class TwicePassword(forms.Form):
    """A new password, typed twice."""

    password = password_field(gettext_lazy("Passord"), help_text=CHOOSE_PASSWORD)
    again = password_field(gettext_lazy("Passordet en gang til"))

    def check_passwords(self, user: User) -> None:
        """This will refuse a password that is weak for this user, or that was typed in two ways."""
        password, again = self.cleaned_data.get("password"), self.cleaned_data.get("again")
        if password is None:
            return
        if again is not None and password != again:
            self.add_error("again", TOO_DIFFERENT)
        try:
            password_validation.validate_password(password, user)
        except forms.ValidationError as weak:
            self.add_error("password", weak)


class RolesForm(forms.Form):
    """Name, e-mail and roles; one choice per role, with some empty ones for more."""

    name = forms.CharField(
        label=gettext_lazy("Navn"),
        max_length=150,
        error_messages={"required": gettext_lazy("Skriv navnet, slik det skal vises for andre.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-post"),
        required=False,
        help_text=gettext_lazy("Påminnelser om frister sendes hit."),
        error_messages={"invalid": gettext_lazy("Skriv adressen som fornavn.etternavn@kommune.no.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self,
        *args: Any,
        choices: Sequence[tuple[str, list[tuple[str, str]]]],
        held: Sequence[Grant] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        sent = sum(name.startswith("role_") for name in self.data) if self.is_bound else 0
        self.role_names = [f"role_{place}" for place in range(min(max(sent, len(held) + SPARE_ROWS), MOST_ROLES))]
        for place, name in enumerate(self.role_names):
            field = forms.ChoiceField(
                label=_("Rolle %(number)s") % {"number": place + 1},
                choices=[("", _("Ingen")), *choices],
                required=False,
                error_messages={"invalid_choice": _("Rollen «%(value)s» kan ikke gis. Velg en fra listen.")},
            )
            self.fields[name] = field
            if place < len(held):
                self.initial[name] = str(held[place])

    @property
    def grants(self) -> list[Grant]:
        """This will return the roles that were chosen, each once; call `is_valid` first."""
        chosen = dict.fromkeys(self.cleaned_data[name] for name in self.role_names if self.cleaned_data.get(name))
        return [Grant.read(text) for text in chosen]


class NewUserForm(RolesForm, TwicePassword):
    """Somebody who gets access."""

    username = forms.CharField(
        label=gettext_lazy("Brukernavn"),
        max_length=150,
        validators=[
            UnicodeUsernameValidator(message=gettext_lazy("Brukernavnet kan ha bokstaver, tall og tegnene @ . + - _."))
        ],
        help_text=gettext_lazy("Det de logger inn med. Det kan ikke endres siden."),
        error_messages={"required": gettext_lazy("Skriv brukernavnet.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    reason = ReasonField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.order_fields(["username", "name", "email", *self.role_names, "password", "again", "reason"])
        self.fields["password"].label = _("Midlertidig passord")

    def clean(self) -> dict[str, Any]:
        """This will refuse a username that is in use, and a weak password."""
        values = self.cleaned_data
        username = values.get("username", "")
        if username and User.objects.filter(username__iexact=username).exists():
            self.add_error("username", _("Brukernavnet er i bruk. Velg et annet."))
        self.check_passwords(User(username=username, first_name=values.get("name", ""), email=values.get("email", "")))
        return values


class ChangeUserForm(RolesForm):
    """What somebody is called and may do."""

    reason = ReasonField()
    seen = forms.CharField(widget=forms.HiddenInput, max_length=100)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.order_fields(["name", "email", *self.role_names, "reason", "seen"])


class ActiveForm(forms.Form):
    """Close an account, or open it again; it stands on a page beside another form."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "konto_%s", **options})

    active = forms.TypedChoiceField(
        choices=[("ja", ""), ("nei", "")], coerce=lambda text: text == "ja", widget=forms.HiddenInput
    )
    reason = ReasonField()
    seen = forms.CharField(widget=forms.HiddenInput, max_length=100)


class ResetPasswordForm(TwicePassword):
    """A temporary password for somebody else."""

    reason = ReasonField()

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        self.fields["password"].label = _("Midlertidig passord")
        self.order_fields(["password", "again", "reason"])

    def clean(self) -> dict[str, Any]:
        """This will refuse a weak password."""
        self.check_passwords(self.user)
        return self.cleaned_data


class OwnPasswordForm(TwicePassword):
    """The user's own new password, with the one they have."""

    old = password_field(gettext_lazy("Passordet du har nå"), autocomplete="current-password")

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        self.fields["password"].label = _("Nytt passord")
        self.fields["again"].label = _("Nytt passord en gang til")
        self.order_fields(["old", "password", "again"])

    def clean(self) -> dict[str, Any]:
        """This will refuse somebody who does not know the old password, the old one as new, and a weak one."""
        old = self.cleaned_data.get("old")
        if old is not None and not self.user.check_password(old):
            self.add_error("old", _("Passordet er feil. Skriv det du logger inn med."))
        elif old is not None and old == self.cleaned_data.get("password"):
            self.add_error("password", _("Det nye passordet er det samme som det gamle. Velg et annet."))
        self.check_passwords(self.user)
        return self.cleaned_data


class UsersForm(forms.Form):
    """Which users to list."""

    q = forms.CharField(
        label=gettext_lazy("Søk"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": gettext_lazy("navn, brukernavn, e-post")}),
    )
    rolle = forms.ChoiceField(
        label=gettext_lazy("Rolle"), required=False, choices=[("", gettext_lazy("Alle")), *Role.choices]
    )
    konto = forms.ChoiceField(
        label=gettext_lazy("Konto"),
        required=False,
        choices=[("", gettext_lazy("Alle")), ("apen", gettext_lazy("Åpne")), ("stengt", gettext_lazy("Stengte"))],
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        for name in ("rolle", "konto"):
            self.fields[name].error_messages["invalid_choice"] = _("«%(value)s» er ikke blant valgene.")

    @property
    def wanted(self) -> UserFilter:
        """This will return the filter; call `is_valid` first."""
        clean = self.cleaned_data
        return UserFilter(clean["q"], clean["rolle"], {"apen": True, "stengt": False}.get(clean["konto"]))
