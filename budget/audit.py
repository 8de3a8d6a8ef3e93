"""Is every figure what the lines say? Read only; run nightly and after every test that writes."""

from __future__ import annotations

from django.db import connection

from budget.balances import differences

# Each query returns one text per thing wrong.
QUESTIONS = (
    # An adopted amendment moves money, never makes it.
    """SELECT format('amendment %s does not net to zero: %s', a.number, sum(l.amount))
       FROM budget_amendment a JOIN budget_ledgerline l ON l.amendment_id = a.id
       WHERE a.status = 'vedtatt' GROUP BY a.id HAVING sum(l.amount) <> 0""",
    """SELECT format('amendment %s is adopted without lines', a.number) FROM budget_amendment a
       WHERE a.status = 'vedtatt' AND NOT EXISTS (SELECT 1 FROM budget_ledgerline l WHERE l.amendment_id = a.id)""",
    """SELECT format('amendment %s counts, but its import %s is %s', a.number, r.id, r.state)
       FROM budget_amendment a JOIN roros_importrun r ON r.id = a.import_run_id
       WHERE a.status = 'vedtatt' AND r.state <> 'committed'""",
    # A slice is supplied by a committed import.
    """SELECT format('slice %s %s-%s: import %s is %s', s.kind, s.year, s.period, r.id, r.state)
       FROM budget_activeslice s JOIN roros_importrun r ON r.id = s.import_run_id WHERE r.state <> 'committed'""",
    # A line belongs to an import that was committed at some time.
    """SELECT format('%s lines belong to import %s, which is %s', count(*), l.import_run_id, coalesce(r.state, 'gone'))
       FROM budget_ledgerline l LEFT JOIN roros_importrun r ON r.id = l.import_run_id
       WHERE l.import_run_id IS NOT NULL AND coalesce(r.state, '') NOT IN ('committed', 'undone')
       GROUP BY l.import_run_id, r.state""",
    # An entry's lines add up to the change that it says it made.
    """SELECT format('entry %s: its lines are not what it says that it changed', r.id) FROM roros_importrun r
       WHERE r.kind = 'foring' AND r.state = 'committed' AND
           (SELECT (count(*), coalesce(sum(amount), 0)) FROM budget_ledgerline WHERE import_run_id = r.id) <>
           (SELECT (count(*), coalesce(sum((after ->> 'amount')::numeric - (before ->> 'amount')::numeric), 0))
            FROM roros_importchange WHERE run_id = r.id)""",
    # Codes exist and are valid in the year of the line.
    """SELECT format('ansvar %s has lines in %s but no placement', l.ansvar_id, l.year)
       FROM (SELECT DISTINCT ansvar_id, year FROM budget_activeline) l
       WHERE NOT EXISTS (SELECT 1 FROM roros_plassering p WHERE p.ansvar_id = l.ansvar_id
                         AND l.year BETWEEN p.from_year AND coalesce(p.to_year, 9999))""",
    *(
        f"""SELECT format('{name} %s has lines in %s but does not exist then', l.{name}_id, l.year)
            FROM (SELECT DISTINCT {name}_id, year FROM budget_activeline) l
            WHERE NOT EXISTS (SELECT 1 FROM budget_{name} d WHERE d.code = l.{name}_id
                              AND l.year BETWEEN d.from_year AND coalesce(d.to_year, 9999))"""
        for name in ("tjeneste", "art", "prosjekt")
    ),
    # The stored file is what was uploaded.
    """SELECT format('stored file %s has changed', sha256) FROM roros_storedfile
       WHERE encode(sha256(content), 'hex') <> sha256 OR length(content) <> size""",
)


def figure_errors() -> list[str]:
    """This will list everything that does not hang together, in words for an administrator; empty when all is well."""
    errors = []
    for year in figure_years():
        errors += differences(year)
    with connection.cursor() as cursor:
        for question in QUESTIONS:
            cursor.execute(question)
            errors += [row[0] for row in cursor.fetchall()]
    return errors


def figure_years() -> list[int]:
    """This will return the years that have lines or balances."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT year FROM budget_balance UNION SELECT DISTINCT year FROM budget_activeline ORDER BY 1"""
        )
        return [row[0] for row in cursor.fetchall()]
