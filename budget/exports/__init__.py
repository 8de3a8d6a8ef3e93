"""The room's tables as files, by name."""
