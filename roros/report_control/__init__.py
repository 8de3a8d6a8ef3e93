"""Control of a printed report: its tables and claims against the app's figures, themselves and each other. Pure.

    tables, claims = read_tables(path)
    report = check(tables, claims, figures=source, year=2021)
    report.errors, report.roundings, report.unchecked

Nothing here knows a room: `figures` gives a table of the app by the name it is exported under.
"""
