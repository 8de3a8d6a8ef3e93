"""Where the rows of a workbook go: compare, commit and undo, for the import engine."""
