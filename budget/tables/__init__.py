"""How the room's rows are listed: one module per kind of table."""
