"""What the budget room stores: ledger, amendments and balances; the reporting cycle; decisions, måltall and themes."""

from budget.models.amendments import Amendment, AmendmentLine, AmendmentStep, BudgetYear
from budget.models.chart import Art, Prosjekt, Tjeneste
from budget.models.decisions import CouncilCase, Decision, DecisionStatus, FollowUp, StatusWord
from budget.models.explanations import Explanation, Measure
from budget.models.forecasts import Forecast
from budget.models.ledger import ActiveLine, ActiveSlice, Balance, LedgerLine
from budget.models.locks import PeriodEvent, PeriodException
from budget.models.maltall import Indicator, IndicatorTarget, IndicatorValue
from budget.models.pupils import PupilCount
from budget.models.rounds import Reminder, Round, RoundTask, TaskStep
from budget.models.signed import SignedFile, SignedReport
from budget.models.themes import Grant, PrintedCost, Theme, ThemeCode

__all__ = [
    "ActiveLine",
    "ActiveSlice",
    "Amendment",
    "AmendmentLine",
    "AmendmentStep",
    "Art",
    "Balance",
    "BudgetYear",
    "CouncilCase",
    "Decision",
    "DecisionStatus",
    "Explanation",
    "FollowUp",
    "Forecast",
    "Grant",
    "Indicator",
    "IndicatorTarget",
    "IndicatorValue",
    "LedgerLine",
    "Measure",
    "PeriodEvent",
    "PeriodException",
    "PrintedCost",
    "Prosjekt",
    "PupilCount",
    "Reminder",
    "Round",
    "RoundTask",
    "SignedFile",
    "SignedReport",
    "StatusWord",
    "TaskStep",
    "Theme",
    "ThemeCode",
    "Tjeneste",
]
