"""Claims of a report's text: what they refer to, how exactly they were written, and what they got wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest

from roros.report_control.claims import Claim, NoSuchFigure, UnreadableReference, check_claims, evaluate
from roros.report_control.findings import Verdict

D = Decimal
Found = Sequence[tuple[Mapping[str, str], Mapping[str, Decimal]]]
EMISSIONS = "klima[ar=2009].tonn"


def rows(table: str, year: int | None) -> Found:
    """Two tables: emissions that tell their years, and deviations of 2021."""
    if table == "klima":
        return [({"ar": "2009"}, {"tonn": D("23727.2")}), ({"ar": "2020"}, {"tonn": D("23089.1")})]
    if table == "avvik" and year == 2021:
        return [({"nr": "3"}, {"avvik": D(-8857451)}), ({"nr": "4"}, {"avvik": D(0)})]
    return []


def claim(figure: str, unit: str, refers_to: str, *, about: bool = False, other: str = "") -> Claim:
    alternatives = ((("30 prosent"), other),) if other else ()
    return Claim("P1", "Noe", figure, unit, refers_to, about=about, alternatives=alternatives)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4 / 2", 10),
        ("-2 - -3", 1),
        ("abs(2 - 5)", 3),
        ("avvik[nr=4].avvik", 0),
        ("klima[ar=2009].tonn - klima[ ar = 2020 ].tonn", D("638.1")),
    ],
)
def test_expressions_are_computed(expression: str, value: Decimal | int) -> None:
    assert evaluate(expression, rows, 2021) == value


@pytest.mark.parametrize(
    "expression", ["", "2 +", "2 2", "(2", "import os", "klima.tonn", "__import__('os')", "klima[].tonn"]
)
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(UnreadableReference):
        evaluate(expression, rows, 2021)


@pytest.mark.parametrize(
    "expression", ["klima[ar=2019].tonn", "klima[ar=2009].kroner", "fugler[ar=1].tonn", "avvik@2020[nr=3].avvik"]
)
def test_what_is_not_there_is_told(expression: str) -> None:
    with pytest.raises(NoSuchFigure):
        evaluate(expression, rows, 2021)


@pytest.mark.parametrize(
    ("made", "verdict", "misprint"),
    [
        (claim("23 727", "tonn", EMISSIONS), None, ""),
        (claim("23727,2", "tonn", EMISSIONS), None, ""),
        (claim("23 727,0", "tonn", EMISSIONS), Verdict.ERROR, "Ett siffer er feil: 0 i stedet for 2"),
        (
            claim("2,68", "%", "(klima[ar=2009].tonn - klima[ar=2020].tonn) * 100 / klima[ar=2009].tonn"),
            Verdict.ROUNDING,
            "",
        ),
        (claim("23 727", "tonn", "klima[ar=2019].tonn"), Verdict.ERROR, "Tallet gjelder 2009"),
        (claim("8,85", "mill. kr", "abs(avvik@2020[nr=3].avvik)", about=True), Verdict.ERROR, "Tallet gjelder 2021"),
        (claim("8,9", "mill. kr", "abs(avvik[nr=3].avvik)"), None, ""),
        (claim("8,8", "mill. kr", "abs(avvik[nr=3].avvik)"), Verdict.ROUNDING, ""),
        (claim("8,7", "mill. kr", "abs(avvik[nr=3].avvik)"), Verdict.ERROR, "Ett siffer er feil: 7 i stedet for 9"),
        (claim("8,7", "mill. kr", "abs(avvik[nr=3].avvik)", about=True), Verdict.ROUNDING, ""),
        (claim("9 000", "1000 kr", "abs(avvik[nr=3].avvik)", about=True), None, ""),
        (claim("9 000", "1000 kr", "abs(avvik[nr=3].avvik)"), Verdict.ERROR, ""),
        (
            claim("16 609", "tonn", f"{EMISSIONS} * (100 - 40) / 100", other=f"{EMISSIONS} * 70 / 100"),
            Verdict.ERROR,
            "Feil grunnlag: 30 prosent",
        ),
        (claim("20019", "år", "2009"), Verdict.ERROR, "Ett siffer for mye"),
    ],
)
def test_a_claim_is_held_against_what_it_refers_to(made: Claim, verdict: Verdict | None, misprint: str) -> None:
    told = check_claims([made], rows, 2021, "påstander")
    assert told.unchecked == []
    assert [(one.verdict, one.misprint) for one in told.disagreements] == ([(verdict, misprint)] if verdict else [])
    assert told.agree == (verdict is None)


@pytest.mark.parametrize(
    "made",
    [claim("mye", "kr", "2"), claim("1", "kr", "klima[ar=1].tonn"), claim("1", "kr", "1 / 0"), claim("1", "kr", "?")],
)
def test_a_claim_that_cannot_be_controlled_is_listed_with_the_reason(made: Claim) -> None:
    told = check_claims([made], rows, 2021, "påstander")
    assert (told.agree, told.disagreements, len(told.unchecked)) == (0, [], 1)
    assert told.unchecked[0].reason
