"""`make bench`: every figure is a ratio from one interleaved run. QUICK=1 takes a tenth of the lines."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.bench import database
from tests.bench.measure import server_pid


def main() -> None:
    """This will start a server, fill it with made-up accounts and run every comparison in turn."""
    import django
    from django.core.management import call_command

    server = database.start()
    django.setup()
    call_command("migrate", verbosity=0)
    database.fill_chart()
    from django.db import connection

    connection.close()
    from tests.bench import imports, pages, web

    postmaster = server_pid(server.socket_folder)
    scale = 10 if os.environ.get("QUICK") else 1
    wanted = set(sys.argv[1:])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        benches = {
            "web": lambda: web.pages(folder, rounds=4 if scale == 1 else 1, seconds=2 if scale == 1 else 0.5),
            "per-row": lambda: imports.per_row(folder, postmaster, rows=20_000 // scale, rounds=1),
            "pages": lambda: pages.by_lines(few=50_000 // scale, many=5_000_000 // scale, rounds=30),
            "million": lambda: imports.million(folder, postmaster, rows=1_000_000 // scale, rounds=3),
        }
        for label, bench in benches.items():
            if not wanted or label in wanted:
                for line in bench():
                    print(line, flush=True)
    connection.close()
    server.leave(wait=True)
    shutil.rmtree(server.home, ignore_errors=True)


if __name__ == "__main__":
    main()
