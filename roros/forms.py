"""What a user may send to the import pages."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roros.models.organisation import FIRST_YEAR, LAST_YEAR
from roros.workbooks.kinds import WorkbookKind


class UploadForm(forms.Form):
    """A workbook, what it is, and the year if the file does not tell."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Slag"),
        error_messages={"required": gettext_lazy("Velg hva slags fil det er.")},
    )
    file = forms.FileField(
        label=gettext_lazy("Fil"),
        help_text=gettext_lazy("Excel (.xlsx, .xlsm, .xls), OpenDocument (.ods) eller tekst (.csv)."),
        max_length=255,
        error_messages={
            "required": gettext_lazy("Velg en fil."),
            "missing": gettext_lazy("Velg en fil."),
            "empty": gettext_lazy("Filen er tom. Eksporter den på nytt og prøv igjen."),
            "invalid": gettext_lazy("Filen kom ikke fram. Prøv igjen."),
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.ods,.csv,.txt,.tsv"}),
    )
    year = forms.IntegerField(
        label=gettext_lazy("År"),
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        help_text=gettext_lazy("Bare når filen ikke sier det selv."),
        error_messages={"invalid": gettext_lazy("Skriv året med fire siffer.")},
    )

    def __init__(self, *args: Any, kinds: Sequence[WorkbookKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["kind"]
        offered.choices = [("", _("Velg slag")), *((kind.name, kind.label) for kind in kinds)]

    def clean_file(self) -> UploadedFile[bytes]:
        """This will refuse a file over the limit before anything is stored."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        size, limit = file.size or 0, settings.IMPORT_MAX_BYTES
        if size > limit:
            raise forms.ValidationError(
                _("Filen er på %(size)s. Grensen er %(limit)s. Del den opp, for eksempel per år.")
                % {"size": filesizeformat(size), "limit": filesizeformat(limit)}
            )
        return file


class CodeForm(forms.Form):
    """What to do with a code that the engine does not know: create it, widen its years, or read it as another."""

    CREATE, EXTEND, MAP = "create", "extend", "map"

    action = forms.ChoiceField(choices=[(CREATE, ""), (EXTEND, ""), (MAP, "")])
    column = forms.CharField(max_length=40)
    seen = forms.CharField(max_length=20, strip=True)
    name = forms.CharField(max_length=200, required=False)
    virksomhet = forms.CharField(max_length=20, required=False)
    kostra = forms.RegexField(
        r"^\d{3}$", required=False, error_messages={"invalid": gettext_lazy("KOSTRA-koden har tre siffer.")}
    )
    is_income = forms.BooleanField(required=False)
    use = forms.CharField(max_length=20, required=False)

    def clean(self) -> dict[str, Any]:
        """This will ask for what the chosen action needs."""
        values = self.cleaned_data
        action, column = values.get("action"), values.get("column")
        if action == self.MAP and not values.get("use"):
            raise forms.ValidationError(_("Velg koden som skal brukes i stedet."))
        if action == self.CREATE:
            if column == "ansvar" and not values.get("virksomhet"):
                raise forms.ValidationError(_("Velg virksomheten som ansvaret hører til."))
            if not values.get("name"):
                raise forms.ValidationError(_("Skriv et navn."))
            if column in ("tjeneste", "art") and not values.get("kostra"):
                raise forms.ValidationError(_("Skriv KOSTRA-koden, tre siffer."))
        return values


class AdoptForm(forms.Form):
    """The council's adoption of the original budget."""

    adopted_on = forms.DateField(
        label=gettext_lazy("Vedtatt dato"),
        input_formats=["%d.%m.%Y", "%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Skriv datoen for vedtaket."),
            "invalid": gettext_lazy("Skriv datoen som 17.12.2020."),
        },
    )
    case_number = forms.CharField(
        label=gettext_lazy("Saksnummer"),
        max_length=40,
        help_text=gettext_lazy("For eksempel 20/854."),
        error_messages={"required": gettext_lazy("Skriv saksnummeret.")},
    )
    body = forms.CharField(label=gettext_lazy("Organ"), max_length=100, initial=gettext_lazy("Kommunestyret"))

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_adopted_on(self) -> datetime.date:
        """This will refuse a decision that has not been made yet."""
        adopted_on: datetime.date = self.cleaned_data["adopted_on"]
        if adopted_on > self.today:
            raise forms.ValidationError(_("Datoen er i framtiden. Et budsjett markeres først når det er vedtatt."))
        return adopted_on
