"""What is the number: read only. Pages read the balances to date, never the ledger; one module per question."""
