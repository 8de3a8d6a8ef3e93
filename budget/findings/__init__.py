"""What the figures say, in a sentence: each has a rule and a fallback."""
