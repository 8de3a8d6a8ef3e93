"""The pages of a signed report: read it all, sign, publish, and the frozen view with its files."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from budget.actions.signing import publish_round, sign_round
from budget.forms.signed import SignForm
from budget.freeze import EVERYTHING, LARGE, PAGE, WORKBOOK, content_of, fingerprint, tables_of
from budget.models import Round, SignedReport
from budget.queries.rounds import signing_obstacles, title_of
from budget.queries.signed import StoredFile, file_of, files_of, may_read, page_of, report_of
from roros import access
from roros.actions import ActionRefused, ChangedMeanwhile
from roros.components import Crumb
from roros.models import User

FOREVER = 365 * 24 * 3600
LICENCE = "https://data.norge.no/nlod/no/2.0"


@access.requires(access.may_sign)
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """This will show the whole report as it would be frozen, and sign exactly that."""
    reporting = get_object_or_404(Round, pk=pk)
    status, problem = 200, ""
    if request.method == "POST":
        form = SignForm(request.POST)
        if form.is_valid():
            try:
                sign_round(round=reporting, by=cast(User, request.user), seen=form.cleaned_data["seen"])
            except ActionRefused as refused:
                status = 409 if isinstance(refused, ChangedMeanwhile) else 400
                problem = str(refused)
            else:
                messages.success(request, _("%(round)s er signert.") % {"round": title_of(reporting)})
                return redirect("budget:signed_report", reporting.pk)
        else:
            status, problem = 400, " ".join(str(error) for errors in form.errors.values() for error in errors)
        reporting.refresh_from_db()
    if reporting.state != Round.State.OPEN:
        if problem:
            messages.error(request, problem)
        return redirect("budget:signed_report", reporting.pk)
    tables = tables_of(reporting)
    content = content_of(reporting, tables)
    context = {
        "reporting": reporting,
        "title": title_of(reporting),
        "obstacles": signing_obstacles(reporting),
        "problem": problem,
        "content": content,
        "form": SignForm(initial={"seen": fingerprint(content, tables)}),
        "trail": [*trail(request, reporting), Crumb(_("Signer"), request.path)],
    }
    return render(request, "budget/signed_sign.html", context, status=status)


@access.requires(access.may_publish)
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """This will show a signed report to everybody."""
    reporting = get_object_or_404(Round, pk=pk)
    try:
        publish_round(round=reporting, by=cast(User, request.user))
    except ActionRefused as refused:
        messages.error(request, str(refused))
        if reporting.state == Round.State.OPEN:
            return redirect("budget:rounds")
    else:
        messages.success(request, _("%(round)s er publisert.") % {"round": title_of(reporting)})
    return redirect("budget:signed_report", reporting.pk)


@login_not_required
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """This will show a report as it was signed: the part between the shell's head and foot never changes."""
    report = readable(request, pk)
    reporting = report.round
    files = files_of(report)
    user = request.user
    context = {
        "reporting": reporting,
        "report": report,
        "title": title_of(reporting),
        "content": page_of(report),
        "whole": [file for file in files if file.name in (PAGE, WORKBOOK, EVERYTHING)],
        "tables": by_table(files),
        "may_publish": access.may_publish(user) and reporting.state == Round.State.SIGNED,
        "may_compare": access.may_see_figures(user),
        "is_published": reporting.state == Round.State.PUBLISHED,
        "licence": LICENCE,
        "trail": [*trail(request, reporting)],
    }
    return render(request, "budget/signed_show.html", context)


@login_not_required
@require_safe
def file(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """This will give a file of a signed report, byte for byte as it was made when the round was signed."""
    report = readable(request, pk)
    stored = file_of(report, name)
    if stored is None:
        raise Http404
    etag = f'"{stored.sha256}"'
    response = get_conditional_response(request, etag=etag)
    if not isinstance(response, HttpResponse):
        response = HttpResponse(bytes(stored.content), content_type=stored.media_type)
        if name != PAGE:
            full = slugify(title_of(report.round)) + "-" + stored.name
            response["Content-Disposition"] = f'attachment; filename="{full}"'
    response["ETag"] = etag
    # What is signed and not published may leave no copy in caches that others share.
    reach = "public" if report.round.state == Round.State.PUBLISHED else "private"
    response["Cache-Control"] = f"{reach}, max-age={FOREVER}, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def readable(request: HttpRequest, pk: int) -> SignedReport:
    """This will return the report of a round that the user may read; a 404 tells nobody that there is a draft."""
    report = report_of(pk)
    if report is None or not may_read(request.user, report.round):
        raise Http404
    return report


def by_table(files: list[StoredFile]) -> list[tuple[str, list[StoredFile]]]:
    """This will return the tables with the forms that each can be had in, the large ones last."""
    found: dict[str, list[StoredFile]] = {}
    for one in files:
        if one.name not in (PAGE, WORKBOOK, EVERYTHING):
            found.setdefault(one.stem, []).append(one)
    return [(forms[0].title, forms) for _stem, forms in sorted(found.items(), key=lambda item: item[0] in LARGE)]


def trail(request: HttpRequest, reporting: Round) -> list[Crumb]:
    """This will return the way to a report: through the rounds for those with a role, else what is published."""
    if access.may_see_figures(request.user):
        first = [Crumb(_("Oversikt"), "/"), Crumb(_("Rapportering"), reverse("budget:rounds"))]
    else:
        first = [Crumb(_("Publiserte rapporter"), reverse("budget:published"))]
    if reporting.state == Round.State.OPEN:
        return [*first, Crumb(title_of(reporting), reverse("budget:round", args=[reporting.pk]))]
    return [*first, Crumb(title_of(reporting), reverse("budget:signed_report", args=[reporting.pk]))]
