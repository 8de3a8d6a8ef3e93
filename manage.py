#!/usr/bin/env python
"""Django's command line; finds or starts the embedded PostgreSQL when DATABASE_URL is not set."""

import os
import sys

from roros import environment, postgres

NEEDS_NO_DATABASE = {"help", "--version", "version", "collectstatic", "check", "diffsettings"}


def needs_database(arguments: list[str]) -> bool:
    """This will tell whether a command line goes to the database at all."""
    asks_for_help = {"--help", "-h"}.intersection(arguments)
    if asks_for_help or not arguments:
        return False
    return arguments[0] not in NEEDS_NO_DATABASE or "--database" in arguments


def main() -> None:
    """This will run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "roros.settings")
    if needs_database(sys.argv[1:]):
        postgres.ensure(environment.data_folder())
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - reads the settings on import

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
