"""The import engine: guard, read in a child process, stage, check, preview, commit, undo."""
