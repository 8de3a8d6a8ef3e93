"""What a user may send about a signed report: the signature, publishing, and what to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from budget.models import Round
from budget.queries.rounds import title_of

NOW = "na"


class SignForm(forms.Form):
    """The signature: the mark of what the director read."""

    seen = forms.CharField(
        widget=forms.HiddenInput,
        validators=[RegexValidator(r"^[0-9a-f]{64}\Z", _("Skjemaet er ikke fra denne siden. Åpne siden på nytt."))],
        error_messages={"required": _("Skjemaet er ikke fra denne siden. Åpne siden på nytt.")},
    )


class CompareForm(forms.Form):
    """What a signed round is compared with: another one, or now."""

    mot = forms.ChoiceField(
        label=_("Sammenlignet med"),
        required=False,
        error_messages={"invalid_choice": _("Runden «%(value)s» er ikke signert, eller finnes ikke.")},
    )

    def __init__(self, data: Any, *, others: Sequence[Round]) -> None:
        super().__init__({"mot": data.get("mot") or NOW})
        self.others = {str(one.pk): one for one in others}
        field = cast(forms.ChoiceField, self.fields["mot"])
        field.choices = [(NOW, _("nå")), *((key, title_of(one)) for key, one in self.others.items())]

    @property
    def other(self) -> Round | None:
        """This will return the round that was chosen; None for now."""
        return self.others.get(self.cleaned_data["mot"])
