"""How many children of school age are there, per age group and year?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from budget.models import PupilCount


@dataclass(frozen=True)
class PupilNumbers:
    """Counts per age group and year; a group may lack a year."""

    groups: tuple[str, ...]  # youngest first
    years: tuple[int, ...]
    counts: dict[tuple[str, int], int]

    def count(self, group: str, year: int) -> int | None:
        """This will return how many there are; None when it is not known."""
        return self.counts.get((group, year))

    def total(self, year: int) -> int | None:
        """This will return how many there are in all groups; None when a group lacks the year."""
        found = [self.counts.get((group, year)) for group in self.groups]
        known = [count for count in found if count is not None]
        return sum(known) if known and len(known) == len(found) else None


def pupil_numbers() -> PupilNumbers:
    """This will return every count."""
    counts = {(row.age_group, row.year): row.count for row in PupilCount.objects.all()}
    groups = sorted({group for group, _year in counts}, key=_youngest)
    return PupilNumbers(tuple(groups), tuple(sorted({year for _group, year in counts})), counts)


def _youngest(group: str) -> tuple[int, str]:
    """Groups in the order of the first number in their name: "6-9 år" before "10-12 år"."""
    match = re.search(r"\d{1,3}", group)
    return (int(match[0]) if match else 999, group)
