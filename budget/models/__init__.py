"""What the budget room stores: the chart of accounts, the ledger, amendments and the balances to date."""

from budget.models.amendments import Amendment, BudgetYear
from budget.models.chart import Art, Prosjekt, Tjeneste
from budget.models.ledger import ActiveLine, ActiveSlice, Balance, LedgerLine

__all__ = ["ActiveLine", "ActiveSlice", "Amendment", "Art", "Balance", "BudgetYear", "LedgerLine", "Prosjekt", "Tjeneste"]
