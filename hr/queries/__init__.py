"""What the numbers of the hr room are: read only."""
