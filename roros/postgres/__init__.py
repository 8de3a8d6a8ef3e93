"""The embedded PostgreSQL: a real server for the demo, development and tests when DATABASE_URL is not set.

server.py is what a user of it calls, keeper.py the process that starts and stops it, programs.py finds its programs,
processes.py deals with accounts and locks. See docs/adr/0001-embedded-postgresql.md.
"""

from roros.postgres.programs import PostgresUnavailableError
from roros.postgres.server import Server, ensure, parse_url

__all__ = ["PostgresUnavailableError", "Server", "ensure", "parse_url"]
