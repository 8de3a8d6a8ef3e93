"""What may change about projects. Every change says who and why; one made over somebody else's is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from investments.models import Approval, Financing, Forecast, Project, ProjectYear, StatusReport
from investments.queries.detail import record_version, recorded_changes
from roros import history
from roros.actions import ActionRefused, ChangedMeanwhile
from roros.models import User
from roros.templatetags.figures import moment
from roros.workbooks.engine import bump_data_version


@transaction.atomic
def create_project(*, project: Project, reason: str, by: User) -> Project:
    """This will enter a new project; raises ActionRefused when the code is taken."""
    if Project.objects.filter(pk=project.pk).exists():
        raise ActionRefused(_("Prosjektnummer %(code)s er i bruk.") % {"code": project.pk})
    with history.because(reason, by=by):
        project.save(force_insert=True)
    bump_data_version()
    return project


def save_record(*, row: Project | ProjectYear | Financing | Forecast, seen: str, reason: str, by: User) -> None:
    """This will save a row of a project's record, new or changed; ChangedMeanwhile unless `seen` is the newest."""
    code = row.pk if isinstance(row, Project) else row.project_id
    with _changing(code, seen, reason, by):
        row.save()


def record_approval(*, approval: Approval, seen: str, reason: str, by: User) -> None:
    """This will record a decision about the frame, and set the frame of its year and the years after to it.

    The frame moves only for years whose figures stand, and only when no later decision has set it.
    """
    with _changing(approval.project_id, seen, reason, by):
        approval.save()
        last = Approval.objects.filter(project_id=approval.project_id).order_by("decided_on", "id").last()
        if last == approval:
            ProjectYear.objects.filter(project_id=approval.project_id, year__gte=approval.decided_on.year).update(
                approved_total=approval.total
            )


def remove_record(*, row: Approval | Financing | Forecast, seen: str, reason: str, by: User) -> None:
    """This will take away a row that should not have been entered; its history stays."""
    with _changing(row.project_id, seen, reason, by):
        row.delete()


def report_status(*, report: StatusReport, seen: str, by: User) -> None:
    """This will add a report; the ones before it stand for their own time and are never changed."""
    with _changing(report.project_id, seen, report.reason, by):
        report.recorded_by = by
        report.save(force_insert=True)


@contextmanager
def _changing(code: str, seen: str, reason: str, by: User) -> Iterator[None]:
    with transaction.atomic():
        # One at a time per project; the second sees what the first did.
        Project.objects.select_for_update().get(pk=code)
        if record_version(code) != seen:
            raise ChangedMeanwhile(_overtaken(code))
        with history.because(reason, by=by):
            yield
        bump_data_version()


def _overtaken(code: str) -> str:
    """Who came first, when, and with what."""
    changes = [(change.when, change.who, change.reason) for change in recorded_changes(code, limit=1)]
    newest = StatusReport.objects.filter(project_id=code).select_related("recorded_by").order_by("-id").first()
    if newest:
        changes.append((newest.recorded_at, str(newest.recorded_by or ""), newest.reason))
    when, who, reason = max(changes)
    words = {"who": who or _("En innlesing"), "when": moment(when), "reason": reason or "–"}
    return (
        _(
            "Ingenting er lagret, fordi prosjektet er endret etter at du åpnet skjemaet. %(who)s endret det %(when)s "
            "(«%(reason)s»). Se over tallene og lagre på nytt."
        )
        % words
    )
