"""How fast it is, as ratios from one interleaved run: `make bench`. Nothing here passes or fails."""
