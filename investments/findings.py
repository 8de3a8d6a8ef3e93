"""Headings and ledes of the investment pages, written from the figures: each sentence has a rule and a fallback."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from investments.models import Area, StatusWord
from investments.queries.detail import ProjectDetail
from investments.queries.projects import ProjectRow, Totals, YearOfProjects
from investments.warnings import is_clearly_over
from roros.wording import Finding, money


def year_finding(found: YearOfProjects) -> Finding:
    """This will put a year's projects into words."""
    if not found.rows:
        return Finding(_("Ingen investeringsprosjekter i %(year)s") % {"year": found.year})
    named = found.named
    if not named:
        return Finding(_("Ingen store investeringsprosjekter i %(year)s") % {"year": found.year}, _lede(found))
    return Finding(f"{_over(named)}. {_delayed(named)}", _lede(found))


def project_finding(detail: ProjectDetail) -> Finding:
    """This will put one project into words."""
    called, current = detail.project.called, detail.current
    if current is None:
        return Finding(_("%(name)s har ingen tall ennå") % {"name": called})
    words = {
        "name": called,
        "accrued": money(current.accrued_total),
        "approved": money(current.approved_total),
        "excess": money(current.accrued_total - current.approved_total),
        "body": detail.approvals[-1].body.lower() if detail.approvals else "",
    }
    if not current.accrued_total:
        heading = _("%(name)s har ikke brukt noe av rammen på %(approved)s") % words
        if not current.approved_total:
            heading = _("%(name)s har verken ramme eller kostnader") % words
    elif not current.approved_total:
        heading = _("%(name)s har brukt %(accrued)s uten egen ramme") % words
    elif current.accrued_total > current.approved_total:
        heading = _("%(name)s har brukt %(accrued)s. Det er %(excess)s mer enn rammen") % words
        if detail.approvals and detail.approvals[-1].total == current.approved_total:
            heading = _("%(name)s har brukt %(accrued)s. Det er %(excess)s mer enn %(body)s har vedtatt") % words
    else:
        heading = _("%(name)s har brukt %(accrued)s av en ramme på %(approved)s") % words
    report = detail.standing.get(Area.OVERALL)
    return Finding(
        heading, _("Prosjektet oppgir: «%(text)s»") % {"text": report.text} if report and report.text else ""
    )


def frame_heading(detail: ProjectDetail) -> str:
    """This will say what the money over the years shows."""
    year, current = detail.passed_in, detail.current
    if year is not None:
        return _("Rammen ble passert i %(year)s") % {"year": year}
    if current is None or not current.approved_total:
        return _("Penger over tid")
    if current.accrued_total > current.approved_total:
        return _("Rammen er passert")
    left = money(current.approved_total - current.accrued_total)
    return _("%(left)s er igjen av rammen") % {"left": left}


def _over(named: Sequence[ProjectRow]) -> str:
    clearly = [row for row in named if is_clearly_over(row.approved, row.accrued)]
    if not clearly:
        over = any(row.remaining < 0 for row in named)
        return _("Ingen prosjekter er klart over rammen") if over else _("Ingen prosjekter er over rammen")
    most = min(row.remaining for row in clearly)
    first = [row for row in clearly if row.remaining == most]
    if len(first) == 1:
        return _("%(name)s er %(amount)s over rammen") % {"name": first[0].called, "amount": money(most)}
    return ngettext(
        "%(count)s prosjekt er klart over rammen", "%(count)s prosjekter er klart over rammen", len(clearly)
    ) % {"count": len(clearly)}


def _delayed(named: Sequence[ProjectRow]) -> str:
    delayed = sum(row.status is StatusWord.DELAYED for row in named)
    if not delayed:
        return _("Ingen prosjekter er meldt forsinket")
    return ngettext(
        "%(delayed)s av %(count)s prosjekt er forsinket", "%(delayed)s av %(count)s prosjekter er forsinket", len(named)
    ) % {"delayed": delayed, "count": len(named)}


def _lede(found: YearOfProjects) -> str:
    total = found.total
    more = total.actual - total.revised
    sentences = [
        _("Kommunen investerte for %(actual)s i %(year)s.") % {"actual": money(total.actual), "year": found.year}
    ]
    if more > 0:
        sentences.append(_("Det er %(amount)s mer enn revidert budsjett.") % {"amount": money(more)})
    elif more < 0:
        sentences.append(_("Det er %(amount)s mindre enn revidert budsjett.") % {"amount": money(more)})
    else:
        sentences.append(_("Det er som i revidert budsjett."))
    return " ".join([*sentences, *_largest(found.rows, total)])


def _largest(rows: Sequence[ProjectRow], total: Totals) -> list[str]:
    """The one project that deviated most in the direction of the whole, if one did."""
    sign = 1 if total.actual > total.revised else -1
    moved = [(row, (row.actual - row.revised) * sign) for row in rows]
    most = max((amount for _row, amount in moved), default=Decimal(0))
    first = [row for row, amount in moved if amount == most and amount > 0]
    if len(first) != 1 or total.actual == total.revised:
        return []
    words = {"name": first[0].called, "amount": money(most)}
    if sign > 0:
        return [_("%(name)s alene brukte %(amount)s mer.") % words]
    return [_("%(name)s alene brukte %(amount)s mindre.") % words]
