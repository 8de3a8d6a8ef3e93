"""Drafts of budget amendments in every state that a page can show."""

from __future__ import annotations

import datetime
from decimal import Decimal

from budget.actions.amendments import recommend_amendment, reject_amendment, start_draft
from budget.amendment_balance import DraftLine
from budget.models import Amendment
from roros.models import User

TAKEN, GIVEN = ("6500", "1210", "123000", ""), ("6503", "2220", "123000", "")


def make_drafts(by: User) -> None:
    """This will leave a proposal that adds up, one that does not, one that is recommended and one that was rejected."""

    def made(text: str, given: int) -> Amendment:
        lines = [
            DraftLine(*TAKEN, 9, Decimal(-250_000), "Mindre innleie"),
            DraftLine(*GIVEN, 10, Decimal(given), "Taket på skolen"),
        ]
        return start_draft(year=2021, text=text, background="Taket må utbedres i høst.", lines=lines, by=by)

    made("Utbedring av skoletak", 250_000)
    made("Utbedring som ikke går opp", 200_000)
    for action, text in ((recommend_amendment, "Innstilt utbedring"), (reject_amendment, "Avvist utbedring")):
        action(
            amendment=made(text, 250_000),
            body="Formannskapet",
            case_number="65/21",
            decided_on=datetime.date(2021, 9, 16),
            comment="Enstemmig",
            seen=1,
            by=by,
        )
