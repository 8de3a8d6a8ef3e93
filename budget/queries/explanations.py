"""What the units have said of their deviations in a round, and what they said the last time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet

from budget.models import Explanation, Round
from budget.queries.limits import NodeFigures, UnitFigures

Key = tuple[str, str]  # level and code


@dataclass(frozen=True)
class NodeText:
    """A node of a unit in a round: its figures now, what was said of it, and what was said the last time."""

    node: NodeFigures
    explanation: Explanation | None
    previous: Explanation | None = None

    @property
    def is_missing(self) -> bool:
        """This will return whether the node must be explained and is not."""
        return self.node.over_limit and self.explanation is None

    @property
    def moved_actual(self) -> Decimal:
        """This will return how much the accounts have grown since the text was written."""
        written = self.explanation.actual if self.explanation else None
        return Decimal("0.00") if written is None else self.node.actual - written

    @property
    def moved_revised(self) -> Decimal:
        """This will return how much the budget has grown since the text was written."""
        written = self.explanation.revised if self.explanation else None
        return Decimal("0.00") if written is None else self.node.revised - written

    @property
    def moved(self) -> Decimal:
        """This will return how much the deviation has changed since: negative is more spent."""
        return self.moved_revised - self.moved_actual

    @property
    def has_moved(self) -> bool:
        """This will return whether the figures are others than those that the text was written to."""
        return bool(self.moved_actual or self.moved_revised)


def explanations_of(reporting: Round, units: Collection[UnitFigures] | None = None) -> dict[Key, Explanation]:
    """This will return the texts of a round, or of some units in it, by level and code."""
    return by_node(texts_in(reporting, units))


def texts_in(reporting: Round, units: Collection[UnitFigures] | None = None) -> QuerySet[Explanation]:
    """This will select the texts of a round, or of some units in it."""
    texts = Explanation.objects.filter(round=reporting).select_related("written_by", "holds_since__round")
    return texts if units is None else texts.filter(_about(units))


def by_node(texts: Iterable[Explanation]) -> dict[Key, Explanation]:
    """This will arrange texts by level and code."""
    return {(text.level, text.code): text for text in texts}


def previous_of(reporting: Round, unit: UnitFigures) -> dict[Key, Explanation]:
    """This will return what was said of each node of a unit in the last round before this one that said anything."""
    return by_node(texts_before(reporting, [unit]))


def texts_before(reporting: Round, units: Collection[UnitFigures]) -> QuerySet[Explanation]:
    """This will select what was said last of each node of some units, before this round."""
    earlier = Q(round__year__lt=reporting.year) | Q(round__year=reporting.year, round__period__lt=reporting.period)
    return (
        Explanation.objects.filter(earlier, _about(units))
        .order_by("level", "code", "-round__year", "-round__period", "-round_id")
        .distinct("level", "code")
        .select_related("round", "written_by")
    )


def texts_of(
    unit: UnitFigures, explanations: Mapping[Key, Explanation], previous: Mapping[Key, Explanation] | None = None
) -> list[NodeText]:
    """This will return every node of a unit with its texts: those that must be explained first."""
    found = [NodeText(node, explanations.get(key), (previous or {}).get(key)) for key, node in unit.nodes.items()]
    return sorted(found, key=lambda text: not text.node.over_limit)


def _about(units: Collection[UnitFigures]) -> Q:
    """The condition of being about one of the units or one of their ansvar."""
    ansvar = [node.code for unit in units for node in unit.ansvar]
    return Q(level=Explanation.Level.VIRKSOMHET, code__in=[unit.virksomhet for unit in units]) | Q(
        level=Explanation.Level.ANSVAR, code__in=ansvar
    )


def signed_explanation(year: int, level: str, code: str) -> Explanation | None:
    """This will return what was said of a node in the newest signed round of a year that said anything of it."""
    texts = Explanation.objects.filter(level=level, code=code, round__year=year).exclude(round__state=Round.State.OPEN)
    return texts.select_related("round").order_by("-round__period", "-round_id").first()
