"""How the room's figures are drawn."""
