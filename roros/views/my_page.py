"""My page: what waits for the user, with deadlines; what changed since the last meeting; and who the user is."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from budget.models import Amendment
from budget.queries.decisions import DecisionRow, newest_decisions
from budget.queries.turns import waiting_for
from roros import access
from roros.components import Crumb, Fact, Status, StatusKind, Text
from roros.models import ImportRun, Role, User
from roros.numbers import Scale, format_amount
from roros.queries import open_runs
from roros.templatetags.figures import moment
from roros.user_queries import roles_in_words
from roros.views.my_sections import sections
from roros.workbooks import registry

OVERDUE = Status(gettext_lazy("Fristen er passert"), StatusKind.DELAYED)
MOST_RUNS = 10
# What the registers call those who answer for a decision, and the role that they sign in with.
RESPONSIBLE = {
    Role.KOMMUNEDIREKTOR: ("kommunedirektør", "rådmann"),
    Role.OKONOMI: ("økonomi",),
    Role.HR: ("personal", "hr-"),
}


@dataclass(frozen=True)
class Task:
    """One thing that waits for the user."""

    title: str
    href: str
    kind: Text
    deadline: datetime.date | None = None
    overdue: bool = False

    @property
    def status(self) -> Status | None:
        """This will return the mark of a deadline that has passed."""
        return OVERDUE if self.overdue else None


@require_safe
@never_cache
def my_page(request: HttpRequest) -> HttpResponse:
    """This will show what waits for whoever is signed in, the nearest deadline first."""
    user = cast(User, request.user)  # the site is closed to visitors unless a page says otherwise
    tasks = waiting(user)
    context = {
        "trail": [Crumb(_("Oversikt"), "/"), Crumb(_("Min side"), reverse("my_page"))],
        "heading": _heading(tasks),
        "tasks": tasks,
        "sections": sections(user, timezone.localdate()),
        "facts": _facts(user),
        "temporary": user.temporary_password,
        "has_roles": bool(access.roles_of(user)),
    }
    return render(request, "roros/my_page.html", context)


def waiting(user: User) -> list[Task]:
    """This will gather what waits for the user in all rooms: those past the deadline first, then by deadline."""
    tasks = [
        Task(found.title, found.href, _("Rapportering"), found.deadline, found.overdue) for found in waiting_for(user)
    ]
    tasks += [*_amendments(user), *_imports(user), *_decisions(user)]
    return sorted(tasks, key=lambda task: (not task.overdue, task.deadline or datetime.date.max, task.title))


def _amendments(user: User) -> Iterable[Task]:
    """Amendments that nobody has decided: for those who draft them."""
    if not access.may_amend(user):
        return
    drafts = Amendment.objects.filter(status__in=(Amendment.Status.PROPOSED, Amendment.Status.RECOMMENDED))
    for draft in drafts.order_by("number"):
        words = {"number": draft.number, "text": draft.text, "status": draft.get_status_display().lower()}
        title = _("%(number)s %(text)s (%(status)s)") % words
        yield Task(title, reverse("budget:amendment_draft", args=[draft.year, draft.pk]), _("Budsjettendring"))


def _imports(user: User) -> Iterable[Task]:
    """Files that were uploaded and wait for somebody to read them in, or to correct them."""
    kinds = {kind.name: kind for kind in registry.all_kinds() if access.may_import_as(user, kind.roles)}
    if not kinds:
        return
    for run in open_runs(list(kinds), limit=MOST_RUNS):
        words = {"file": run.file_name, "kind": kinds[run.kind].label}
        word = _("Rett feilene i %(file)s") if run.state == ImportRun.State.REFUSED else _("Bekreft %(file)s")
        yield Task(word % words, reverse("import_run", args=[run.pk]), kinds[run.kind].label)


def _decisions(user: User) -> Iterable[Task]:
    """Decisions past their deadline, for those whom the register makes responsible."""
    if not access.grants_of(user):
        return
    for row in newest_decisions() or ():
        if row.overdue and _answers_for(user, row):
            yield Task(row.title, reverse("budget:decision", args=[row.code]), _("Vedtak"), row.deadline, overdue=True)


def _answers_for(user: User, row: DecisionRow) -> bool:
    """Whether the decision is of a rammeområde that the user heads, or names the user's role."""
    if row.rammeomrade is not None and access.heads(user, row.rammeomrade):
        return True
    named = (row.responsible_role or row.owner_role).lower()
    return any(role in access.roles_of(user) and named.startswith(words) for role, words in RESPONSIBLE.items())


def _heading(tasks: list[Task]) -> str:
    if not tasks:
        return _("Ingenting venter på deg")
    words = {"count": format_amount(len(tasks), Scale.KR)}
    heading = ngettext("Én ting venter på deg", "%(count)s ting venter på deg", len(tasks)) % words
    overdue = sum(task.overdue for task in tasks)
    if not overdue:
        return heading
    if overdue == len(tasks):
        return _("%(heading)s, og fristen er passert") % {"heading": heading}
    late = ngettext("én har passert fristen", "%(count)s har passert fristen", overdue) % {"count": overdue}
    return _("%(heading)s, %(late)s") % {"heading": heading, "late": late}


def _facts(user: User) -> list[Fact]:
    password = _("aldri satt") if user.password_set_at is None else moment(user.password_set_at)
    return [
        Fact(_("Navn"), str(user)),
        Fact(_("Brukernavn"), user.username),
        Fact(_("E-post"), user.email or _("ikke registrert")),
        Fact(_("Roller"), "; ".join(roles_in_words(user)) or _("ingen")),
        Fact(_("Passord satt"), password),
    ]
