"""The tables of reporting rounds; handed their rows, they ask for nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.models import Round, RoundTask
from budget.queries.rounds import Progress, TaskRow, needs_forecast, title_of
from roros.components import Status, StatusKind, Text
from roros.exports import ExportColumn, Kind
from roros.lines import Line, LineKind, Phone
from roros.numbers import Scale, format_amount
from roros.tables import (
    BarColumn,
    DateColumn,
    DeviationColumn,
    FiguresTable,
    NameColumn,
    PercentColumn,
    StatusColumn,
    TextColumn,
)
from roros.templatetags.figures import day, signed, status

State = RoundTask.State
KINDS = {
    State.DRAFT: StatusKind.NOT_STARTED,
    State.DELIVERED: StatusKind.DELIVERED,
    State.RETURNED: StatusKind.RETURNED,
    State.APPROVED: StatusKind.ON_PLAN,
    State.ASSURED: StatusKind.DONE,
}
ROUND_KINDS = {
    Round.State.OPEN: StatusKind.STARTED,
    Round.State.SIGNED: StatusKind.ON_PLAN,
    Round.State.PUBLISHED: StatusKind.DONE,
}
MISSING = Status(gettext_lazy("Mangler"), StatusKind.MISSING)
EXPLAINED = Status(gettext_lazy("Forklart"), StatusKind.ON_PLAN)
GIVEN = Status(gettext_lazy("Satt"), StatusKind.ON_PLAN)


def task_status(state: str) -> Status:
    """This will return how the state of a task is shown."""
    known = State(state)
    return Status(known.label, KINDS[known])


def round_status(reporting: Round) -> Status:
    """This will return how the state of a round is shown."""
    known = Round.State(reporting.state)
    return Status(known.label, ROUND_KINDS[known])


def moved_status(row: TaskRow) -> Status | None:
    """This will say by how much the figures have changed since they were explained; None when they have not."""
    if row.moved_by is None:
        return None
    by = signed(format_amount(row.moved_by, Scale.KR))
    return Status(_("Endret %(amount)s kr siden") % {"amount": by}, StatusKind.WARNING)


class OptionalStatusColumn(StatusColumn):
    """A status, or quiet words where nothing is asked for; a second status below, if the record holds one."""

    def __init__(self, header: Text, *, absent: Text, below: str = "", **options: Any) -> None:
        super().__init__(header, **options)
        self.absent = absent
        self.below = below

    def write(self, line: Line, table: FiguresTable) -> str:
        """This will return the status, or the quiet words."""
        text = super().write(line, table) or format_html('<span class="muted">{}</span>', self.absent)
        second = line.read(self.below) if self.below else None
        return format_html("{}<br>{}", text, status(second)) if isinstance(second, Status) else text


class TasksTable(FiguresTable):
    """The tasks of a round, by rammeområde."""

    css = "kroner"  # on a tablet the words need the room of the bars
    empty = gettext_lazy("Ingen virksomheter i dette utvalget.")
    virksomhet = NameColumn(
        gettext_lazy("Virksomhet"), of="name", code="code", href="href", export="navn", export_code="virksomhet"
    )
    avvik = DeviationColumn(gettext_lazy("Avvik"), of="deviation")
    bar = BarColumn(of="deviation", over="over_limit")
    avvik_pst = PercentColumn(gettext_lazy("I\N{NO-BREAK SPACE}%%"), of="percent", phone=Phone.HIDDEN)
    forklaring = OptionalStatusColumn(
        gettext_lazy("Forklaring"),
        of="explained",
        absent=gettext_lazy("ikke krav"),
        below="moved",
        phone_label=gettext_lazy("Forklaring"),
    )
    prognose = OptionalStatusColumn(
        gettext_lazy("Prognose"),
        of="forecast",
        absent=gettext_lazy("ikke satt"),
        phone_label=gettext_lazy("Prognose"),
    )
    tilstand = StatusColumn(gettext_lazy("Tilstand"), of="state")
    sist = TextColumn(gettext_lazy("Sist endret"), of="last", wide_only=True, phone=Phone.LINE)
    further_exports = (
        ExportColumn("rammeomrade", gettext_lazy("Rammeområde")),
        ExportColumn("over_grensen", gettext_lazy("Over grensen"), Kind.BOOLEAN),
        ExportColumn("endret_etter_forklaring", gettext_lazy("Endret etter forklaringen"), Kind.AMOUNT),
    )

    class Meta:
        orderable = False


def tasks_table(
    rows: Sequence[TaskRow], reporting: Round, *, address: Callable[[str], str], caption: str, explanation: str
) -> TasksTable:
    """This will list the tasks under their rammeområder, each with how many have delivered."""
    lines: list[Line] = []
    for area, found in groupby(rows, key=lambda row: row.task.rammeomrade):
        group = list(found)
        progress = Progress.of(row.task.state for row in group)
        words = {"area": area.name, "done": progress.delivered, "total": progress.total}
        lines.append(Line({"name": _("%(area)s: %(done)s av %(total)s levert") % words}, LineKind.GROUP))
        lines += [Line(_record(row, address)) for row in group]
    hidden = () if needs_forecast(reporting) else ("prognose",)
    return TasksTable(lines, caption=caption, explanation=explanation, exclude=hidden)


def _record(row: TaskRow, address: Callable[[str], str]) -> dict[str, Any]:
    unit, step = row.unit, row.step
    return {
        "code": row.task.virksomhet_id,
        "name": row.task.virksomhet.name,
        "href": address(row.task.virksomhet_id),
        "deviation": unit.deviation if unit else None,
        "percent": unit.percent if unit else None,
        "over_limit": bool(unit and unit.over_limit),
        "explained": _explained(row),
        "moved": moved_status(row),
        "forecast": GIVEN if row.has_forecast else None,
        "state": task_status(row.task.state),
        "last": f"{step.by or _('Systemet')}, {day(step.at)}" if step and row.task.state != State.DRAFT else "",
        "rammeomrade": str(row.task.rammeomrade_id),
        "over_grensen": bool(unit and unit.over_limit),
        "endret_etter_forklaring": row.moved_by,
    }


def _explained(row: TaskRow) -> Status | None:
    if not row.required:
        return EXPLAINED if any(text.explanation for text in row.texts) else None
    if row.missing and row.required > 1:
        words = {"done": row.required - row.missing, "total": row.required}
        return Status(_("%(done)s av %(total)s forklart") % words, StatusKind.MISSING)
    return MISSING if row.missing else EXPLAINED


class RoundsTable(FiguresTable):
    """The rounds, the newest first."""

    empty = gettext_lazy("Ingen rapporteringsrunder er åpnet ennå.")
    runde = NameColumn(gettext_lazy("Runde"), of="name", href="href")
    tilstand = StatusColumn(gettext_lazy("Tilstand"), of="state")
    levert = TextColumn(gettext_lazy("Levert"), of="delivered", phone_label=gettext_lazy("Levert"))
    kvalitetssikret = TextColumn(
        gettext_lazy("Kvalitetssikret"), of="assured", phone_label=gettext_lazy("Kvalitetssikret")
    )
    frist_leder = DateColumn(
        gettext_lazy("Frist for virksomhetene"), of="leader", phone=Phone.LINE, phone_label=gettext_lazy("Frist")
    )
    frist_kommunalsjef = DateColumn(gettext_lazy("Kommunalsjefene"), of="chief", wide_only=True)
    frist_okonomi = DateColumn(gettext_lazy("Økonomi"), of="economy", wide_only=True)
    frist_kommunedirektor = DateColumn(gettext_lazy("Kommunedirektøren"), of="director", wide_only=True)

    class Meta:
        orderable = False


def rounds_table(
    rounds: Iterable[tuple[Round, Progress]], *, address: Callable[[int], str], caption: str
) -> RoundsTable:
    """This will list the rounds with state, progress and deadlines."""
    return RoundsTable(
        [
            {
                "name": title_of(found),
                "href": address(found.pk),
                "state": round_status(found),
                "delivered": _("%(done)s av %(total)s") % {"done": progress.delivered, "total": progress.total},
                "assured": _("%(done)s av %(total)s") % {"done": progress.assured, "total": progress.total},
                "leader": found.leader_deadline,
                "chief": found.chief_deadline,
                "economy": found.economy_deadline,
                "director": found.director_deadline,
            }
            for found, progress in rounds
        ],
        caption=caption,
        unit="",
    )
