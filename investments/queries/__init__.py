"""What the numbers of the investment room are: read only."""
