"""Signing and publishing a round: what is signed is frozen, and the database lets nobody change it after."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from budget.balances import lock_years
from budget.freeze import content_of, fingerprint, report_files, tables_of
from budget.models import Round, SignedFile, SignedReport
from budget.queries.rounds import signing_obstacles, title_of
from budget.signed_content import Signature
from roros import access, history
from roros.actions import ActionRefused, ChangedMeanwhile, act_as
from roros.models import User
from roros.templatetags.figures import moment
from roros.workbooks.engine import bump_data_version


@transaction.atomic
def sign_round(
    *,
    round: Round,  # noqa: A002 - what the reporting cycle calls it
    by: User,
    seen: str | None = None,
) -> SignedReport:
    """This will freeze the round as it is now and sign it; refused when something is left to do.

    `seen` is the fingerprint of what the director read: when it is told, nothing else is signed. While the files are
    made no figure of the year or the one before moves.
    """
    if not access.may_sign(by):
        raise ActionRefused(_("Bare kommunedirektøren kan signere."))
    act_as(by)
    lock_years([round.year - 1, round.year])
    locked = Round.objects.select_for_update(of=("self",)).select_related("signed_by").get(pk=round.pk)
    if locked.state != Round.State.OPEN:
        words = {"round": title_of(locked), "name": _name(locked.signed_by), "when": moment(locked.signed_at)}
        raise ChangedMeanwhile(_("%(round)s er allerede signert av %(name)s %(when)s.") % words)
    if obstacles := signing_obstacles(locked):
        raise ActionRefused(" ".join([_("Kan ikke signeres ennå."), *obstacles]))
    tables = tables_of(locked)
    if seen is not None and fingerprint(content_of(locked, tables), tables) != seen:
        raise ChangedMeanwhile(
            _("Rapporten er endret etter at du åpnet den. Les den på nytt, og signer den slik den er nå.")
        )
    signature = Signature(_name(by), timezone.localtime())
    report = SignedReport.objects.create(round=locked, signed_at=signature.at, signed_by=by, signed_name=signature.name)
    SignedFile.objects.bulk_create(
        SignedFile(
            report=report,
            name=file.name,
            title=file.title[:200],
            media_type=file.media_type,
            content=file.content,
            sha256=file.sha256,
        )
        for file in report_files(locked, tables, signature)
    )
    with history.because(_("Signert"), by=by):
        Round.objects.filter(pk=locked.pk).update(state=Round.State.SIGNED, signed_at=signature.at, signed_by=by)
    bump_data_version()
    return report


@transaction.atomic
def publish_round(
    *,
    round: Round,  # noqa: A002 - what the reporting cycle calls it
    by: User,
) -> None:
    """This will show a signed report to everybody, visitors without an account too."""
    if not access.may_publish(by):
        raise ActionRefused(_("Bare økonomi og kommunedirektøren kan publisere."))
    locked = Round.objects.select_for_update(of=("self",)).select_related("published_by").get(pk=round.pk)
    words = {"round": title_of(locked), "name": _name(locked.published_by), "when": moment(locked.published_at)}
    if locked.state == Round.State.OPEN:
        raise ActionRefused(_("%(round)s er ikke signert. Den må signeres før den publiseres.") % words)
    if locked.state == Round.State.PUBLISHED:
        raise ChangedMeanwhile(_("%(round)s er allerede publisert av %(name)s %(when)s.") % words)
    with history.because(_("Publisert"), by=by):
        Round.objects.filter(pk=locked.pk).update(
            state=Round.State.PUBLISHED, published_at=timezone.now(), published_by=by
        )
    bump_data_version()


def _name(user: User | None) -> str:
    return (user.get_full_name() or user.get_username()) if user else _("noen andre")
