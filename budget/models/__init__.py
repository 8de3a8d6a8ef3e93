"""What the budget room stores: accounts, ledger, amendments and balances; decisions, måltall, themes and pupils."""

from budget.models.amendments import Amendment, BudgetYear
from budget.models.chart import Art, Prosjekt, Tjeneste
from budget.models.decisions import CouncilCase, Decision, DecisionStatus, FollowUp, StatusWord
from budget.models.ledger import ActiveLine, ActiveSlice, Balance, LedgerLine
from budget.models.maltall import Indicator, IndicatorTarget, IndicatorValue
from budget.models.pupils import PupilCount
from budget.models.themes import Grant, PrintedCost, Theme, ThemeCode

__all__ = [
    "ActiveLine",
    "ActiveSlice",
    "Amendment",
    "Art",
    "Balance",
    "BudgetYear",
    "CouncilCase",
    "Decision",
    "DecisionStatus",
    "FollowUp",
    "Grant",
    "Indicator",
    "IndicatorTarget",
    "IndicatorValue",
    "LedgerLine",
    "PrintedCost",
    "Prosjekt",
    "PupilCount",
    "StatusWord",
    "Theme",
    "ThemeCode",
    "Tjeneste",
]
