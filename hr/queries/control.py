"""Internal control: the lists, and how much of the checklist is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, IntegerField, Value, When

from hr.models import Answer, ChecklistAnswer, ControlItem, ControlKind


@dataclass(frozen=True)
class Done:
    """How many questions there are, and what is answered. "Not relevant" counts neither way."""

    done: int = 0
    partly: int = 0
    not_done: int = 0
    unanswered: int = 0
    not_relevant: int = 0

    @classmethod
    def of(cls, answers: Iterable[str]) -> Done:
        """This will count answers."""
        given = list(answers)
        return cls(
            done=given.count(Answer.DONE),
            partly=given.count(Answer.PARTLY),
            not_done=given.count(Answer.NOT_DONE),
            unanswered=given.count(""),
            not_relevant=given.count(Answer.NOT_RELEVANT),
        )

    @property
    def relevant(self) -> int:
        """This will return how many questions count: a question without an answer is not done."""
        return self.done + self.partly + self.not_done + self.unanswered

    @property
    def percent(self) -> Decimal | None:
        """This will return the done share of what counts; None when nothing does."""
        return Decimal(self.done) * 100 / self.relevant if self.relevant else None


@dataclass(frozen=True)
class DoneRow:
    """The checklist of a virksomhet, a rammeområde, a category or the municipality."""

    code: str
    name: str
    count: Done
    parts: tuple[DoneRow, ...] = ()

    @property
    def percent(self) -> Decimal | None:
        """This will return the done share."""
        return self.count.percent


@dataclass(frozen=True)
class Checklists:
    """All answers of a year: questions over questions at every level, never a mean of percents."""

    answers: tuple[ChecklistAnswer, ...]

    @property
    def whole(self) -> Done:
        """This will return the municipality."""
        return Done.of(answer.answer for answer in self.answers)

    @property
    def areas(self) -> list[DoneRow]:
        """This will return the rammeområder with their virksomheter, by number."""
        rows = []
        for number in sorted({answer.rammeomrade_id for answer in self.answers}):
            inside = [answer for answer in self.answers if answer.rammeomrade_id == number]
            parts = []
            for code in sorted({answer.virksomhet_id for answer in inside}):
                own = [answer for answer in inside if answer.virksomhet_id == code]
                parts.append(DoneRow(code, own[0].virksomhet.name, Done.of(answer.answer for answer in own)))
            rows.append(
                DoneRow(
                    str(number), inside[0].rammeomrade.name, Done.of(answer.answer for answer in inside), tuple(parts)
                )
            )
        return rows

    @property
    def categories(self) -> list[DoneRow]:
        """This will return the categories, in the order of the checklist."""
        by_category: dict[str, list[str]] = {}
        for answer in self.answers:
            by_category.setdefault(answer.category, []).append(answer.answer)
        return [DoneRow("", category, Done.of(answers)) for category, answers in by_category.items()]


def checklists(year: int, *, virksomhet: str | None = None) -> Checklists:
    """This will return the answers of a year, of one virksomhet or all, in the order of the checklist."""
    answers = ChecklistAnswer.objects.filter(year=year).select_related("virksomhet", "rammeomrade")
    if virksomhet is not None:
        answers = answers.filter(virksomhet_id=virksomhet)
    return Checklists(tuple(answers.order_by("place", "virksomhet_id", "id")))


def control_items(*, year: int | None = None) -> list[ControlItem]:
    """This will return the lists in their order, of one year or all."""
    lists = Case(
        *(When(kind=kind, then=Value(place)) for place, kind in enumerate(ControlKind)), output_field=IntegerField()
    )
    items = ControlItem.objects.annotate(list_place=lists).order_by("list_place", "place", "id")
    return list(items if year is None else items.filter(year=year))


def control_years() -> list[int]:
    """This will return the years that have lists or answers, the newest first."""
    items = ControlItem.objects.order_by().values_list("year", flat=True)
    answers = ChecklistAnswer.objects.order_by().values_list("year", flat=True)
    return sorted(set(items.union(answers)), reverse=True)


def by_list(items: Sequence[ControlItem]) -> dict[ControlKind, list[ControlItem]]:
    """This will gather items per list, in the order of the lists."""
    gathered: dict[ControlKind, list[ControlItem]] = {}
    for item in items:
        gathered.setdefault(ControlKind(item.kind), []).append(item)
    return gathered
