"""What may change in the budget room, beside what the importers bring: one module per matter."""
