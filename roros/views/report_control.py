"""The control of a printed report: upload its tables, or try the demo's, and see what disagrees."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from roros import access
from roros.components import Crumb
from roros.demo import files as demo
from roros.models.organisation import FIRST_YEAR, LAST_YEAR
from roros.report_control.claims import Claim
from roros.report_control.findings import Report
from roros.report_control.printed import PrintedTable
from roros.report_control.reading import UnreadableReport, read_workbook
from roros.report_control.report import check
from roros.report_tables import disagreement_table, unchecked_table
from roros.views.report_figures import app_figures

DEMO = "kontroll-arsrapport-2021.xlsx"


class ReportForm(forms.Form):
    """A workbook of printed tables, and the year of the report if the sheets do not tell."""

    file = forms.FileField(
        label=gettext_lazy("Arbeidsbok"),
        required=False,
        max_length=255,
        help_text=gettext_lazy("Excel (.xlsx) med ett ark per trykt tabell, og gjerne et ark «påstander»."),
        error_messages={"empty": gettext_lazy("Filen er tom.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )
    year = forms.IntegerField(
        label=gettext_lazy("Rapportens år"),
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        help_text=gettext_lazy("Bare når ingen av arkene har året i navnet."),
    )

    def clean_file(self) -> UploadedFile[bytes] | None:
        """This will ask for a file unless the demo was chosen, and refuse one that is too large."""
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if "demo" in self.data:
            return None
        if file is None:
            raise forms.ValidationError(_("Velg en arbeidsbok, eller prøv med årsrapporten i eksemplet."))
        if (file.size or 0) > settings.IMPORT_INLINE_BYTES:
            raise forms.ValidationError(_("Filen er for stor. Ta bare med tabellene som skal kontrolleres."))
        return file

    def read(self) -> tuple[list[PrintedTable], list[Claim]]:
        """This will return the tables and claims of the chosen workbook; raises UnreadableReport."""
        file = self.cleaned_data["file"]
        if file is None:
            return read_workbook((demo.FOLDER / DEMO).read_bytes(), DEMO)
        return read_workbook(file.read(), file.name or "")


@access.requires(access.may_edit_registers)
@require_http_methods(["GET", "HEAD", "POST"])
def control_report(request: HttpRequest) -> HttpResponse:
    """This will control the tables that were sent and list what disagrees, errors first."""
    form = ReportForm(request.POST, request.FILES) if request.method == "POST" else ReportForm()
    context: dict[str, object] = {
        "form": form,
        "trail": [Crumb(_("Oversikt"), "/"), Crumb(_("Rapportkontroll"), request.path)],
        "heading": _("Stemmer den trykte rapporten med tallene?"),
    }
    if form.is_bound and form.is_valid():
        try:
            tables, claims = form.read()
        except UnreadableReport as error:
            form.add_error("file", str(error))
        else:
            report = check(tables, claims, app_figures(), year=form.cleaned_data["year"])
            context |= _result(report)
    return render(request, "roros/report_control.html", context)


def _result(report: Report) -> dict[str, object]:
    return {
        "heading": _heading(report),
        "report": report,
        "errors": disagreement_table(report.errors, caption=_("Feil."), prefix="f-") if report.errors else None,
        "roundings": disagreement_table(report.roundings, caption=_("Avrundinger."), prefix="a-"),
        "unchecked": unchecked_table(report.unchecked) if report.unchecked else None,
    }


def _heading(report: Report) -> str:
    errors = len(report.errors)
    if not errors:
        return _("Ingen feil i %(cells)s trykte tall") % {"cells": report.cells}
    return ngettext("%(count)s tall i rapporten stemmer ikke", "%(count)s tall i rapporten stemmer ikke", errors) % {
        "count": errors
    }
