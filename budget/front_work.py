"""What the front page says about the reporting: whose turn it is, how far the round has come, what is not explained."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budget.models import Round
from budget.queries.explanations import explanations_of, texts_of
from budget.queries.limits import UnitFigures, unit_figures
from budget.queries.rounds import Progress, newest_round, title_of, visible_tasks
from budget.queries.turns import Waiting, waiting_for
from roros import access
from roros.components import Status, StatusKind
from roros.models import ImportRun
from roros.numbers import Scale, format_amount
from roros.queries import carried_out_runs
from roros.sections import Item
from roros.templatetags.figures import day
from roros.wording import capital, spelled
from roros.workbooks.registry import all_kinds

MOST_UNITS = 5
MOST_IMPORTS = 3


@dataclass(frozen=True)
class Work:
    """What the reader has to do, and what is known of the round for those who may read all of it."""

    finding: str
    waiting: tuple[Waiting, ...]
    tasks: tuple[Item, ...]  # the reader's own, when nothing waits
    round_line: str = ""
    round_href: str = ""
    unexplained_finding: str = ""
    unexplained: tuple[Item, ...] = ()
    imports: tuple[Item, ...] = ()


def work_of(user: access.Someone) -> Work:
    """This will read what waits for a user; økonomi and others who may read every draft also learn how it stands."""
    waiting = tuple(waiting_for(user))
    reporting = newest_round()
    tasks = visible_tasks(reporting, user) if reporting else []
    if reporting is None or not tasks:
        return Work(_finding(waiting, reporting), waiting, (), imports=_imports(user))
    words = {"round": title_of(reporting), "state": reporting.get_state_display().lower()}
    progress = Progress.of(task.state for task in tasks)
    words |= {"delivered": str(progress.delivered), "assured": str(progress.assured), "total": str(progress.total)}
    line = _("%(round)s er %(state)s: %(delivered)s av %(total)s er levert, %(assured)s er kvalitetssikret.") % words
    href = reverse("budget:round", args=[reporting.pk])
    if not access.may_see_all_drafts(user):
        own = tuple(
            Item(
                task.virksomhet.name,
                reverse("budget:round_task", args=[reporting.pk, task.virksomhet_id]),
                figure=task.get_state_display(),
            )
            for task in tasks
        )
        return Work(_finding(waiting, reporting), waiting, () if waiting else own, line, href)
    finding, unexplained = _unexplained(reporting)
    return Work(_finding(waiting, reporting), waiting, (), line, href, finding, unexplained, _imports(user))


def _finding(waiting: tuple[Waiting, ...], reporting: Round | None) -> str:
    late = sum(one.overdue for one in waiting)
    words = {"count": capital(spelled(len(waiting))), "late": spelled(late)}
    if not waiting:
        return _("Ingenting venter på deg") if reporting else _("Ingen rapporteringsrunde er åpnet")
    if not late:
        return ngettext("%(count)s oppgave venter på deg", "%(count)s oppgaver venter på deg", len(waiting)) % words
    text = ngettext(
        "%(count)s oppgave venter på deg, og fristen er ute",
        "%(count)s oppgaver venter på deg, og fristen er ute for %(late)s",
        len(waiting),
    )
    return text % words


def _unexplained(reporting: Round) -> tuple[str, tuple[Item, ...]]:
    """The units with deviations over the limit that nobody has explained, the largest deviation first."""
    units = list(unit_figures(reporting).values())
    texts = explanations_of(reporting)
    missing = [unit for unit in units if any(text.is_missing for text in texts_of(unit, texts))]
    if not missing:
        return _("Alle avvik over grensen er forklart"), ()
    missing.sort(key=lambda unit: (unit.deviation, unit.virksomhet))
    words = {"count": capital(spelled(len(missing)))}
    finding = ngettext(
        "%(count)s virksomhet har uforklarte avvik over grensen",
        "%(count)s virksomheter har uforklarte avvik over grensen",
        len(missing),
    )
    return finding % words, tuple(_unit(reporting, unit) for unit in missing[:MOST_UNITS])


def _unit(reporting: Round, unit: UnitFigures) -> Item:
    href = reverse("budget:round_task", args=[reporting.pk, unit.virksomhet])
    return Item(unit.name, href, format_amount(unit.deviation, Scale.MILL))


def _imports(user: access.Someone) -> tuple[Item, ...]:
    if not access.may_import(user):
        return ()
    names = {kind.name: kind for kind in all_kinds() if access.may_import_as(user, kind.roles)}
    runs = carried_out_runs(list(names), limit=MOST_IMPORTS)
    return tuple(_import(run, str(names[run.kind].label)) for run in runs)


def _import(run: ImportRun, kind: str) -> Item:
    what = f"{kind} {run.year}" if run.year else kind
    state = Status(_("Angret"), StatusKind.RETURNED) if run.undone_at else None
    note = _("%(what)s, lest inn %(day)s.") % {"what": what, "day": day(run.committed_at)}
    return Item(run.file_name, reverse("import_run", args=[run.pk]), status=state, note=note)
