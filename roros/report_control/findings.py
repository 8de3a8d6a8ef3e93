"""What the control found: disagreements, each an error or a rounding, and what could not be controlled."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from roros.components import Text


class Verdict(StrEnum):
    """How grave a disagreement is."""

    ERROR = "feil"
    ROUNDING = "avrunding"


class Rule(StrEnum):
    """What a printed figure was held against."""

    APP = "app"
    SUM = "sum"
    DEVIATION = "avvik"
    PERCENT = "prosent"
    PARTS = "deler"
    TWICE = "to-steder"
    CLAIM = "pastand"

    @property
    def label(self) -> Text:
        """This will return the rule in words."""
        return LABELS[self]


LABELS: dict[Rule, Text] = {
    Rule.APP: _("Appens tall"),
    Rule.SUM: _("Summen av radene"),
    Rule.DEVIATION: _("Budsjett minus regnskap"),
    Rule.PERCENT: _("Avvik i prosent av budsjettet"),
    Rule.PARTS: _("Summen av delene"),
    Rule.TWICE: _("Samme tall et annet sted i rapporten"),
    Rule.CLAIM: _("Det teksten viser til"),
}


@dataclass(frozen=True)
class Disagreement:
    """A printed figure that is not what it should be. Figures are in the printed unit."""

    verdict: Verdict
    rule: Rule
    table: str  # or the sheet of claims
    row: str
    column: str
    printed: Decimal
    computed: Decimal
    step: Decimal
    unit: str = ""
    misprint: str = ""
    source: str = ""  # where in the report, for a claim
    evidence: tuple[str, ...] = ()  # what else disagrees because of this

    @property
    def difference(self) -> Decimal:
        """This will return printed minus computed."""
        return self.printed - self.computed

    @property
    def cell(self) -> tuple[str, str, str]:
        """This will return which cell it is about."""
        return self.table, self.row, self.column

    def as_json(self) -> dict[str, Any]:
        """This will return what `--json` prints; figures as exact text."""
        told = asdict(self)
        for name in ("printed", "computed", "step"):
            told[name] = f"{told[name].normalize():f}"
        return {**told, "difference": f"{self.difference.normalize():f}", "verdict": self.verdict, "rule": self.rule}


@dataclass(frozen=True)
class Unchecked:
    """Something printed that nothing could be held against."""

    table: str
    row: str
    reason: str


@dataclass
class Report:
    """Everything that the control found."""

    tables: int = 0
    cells: int = 0  # printed figures
    comparisons: int = 0
    claims: int = 0
    claims_agree: int = 0
    disagreements: list[Disagreement] = field(default_factory=list)
    unchecked: list[Unchecked] = field(default_factory=list)

    @property
    def errors(self) -> list[Disagreement]:
        """This will return what is wrong."""
        return [found for found in self.disagreements if found.verdict is Verdict.ERROR]

    @property
    def roundings(self) -> list[Disagreement]:
        """This will return what rounding explains."""
        return [found for found in self.disagreements if found.verdict is Verdict.ROUNDING]

    def as_json(self) -> dict[str, Any]:
        """This will return what `--json` prints."""
        return {
            "tables": self.tables,
            "cells": self.cells,
            "comparisons": self.comparisons,
            "claims": self.claims,
            "claims_agree": self.claims_agree,
            "errors": [found.as_json() for found in self.errors],
            "roundings": [found.as_json() for found in self.roundings],
            "unchecked": [asdict(found) for found in self.unchecked],
        }
