"""Load the demo: Røros 2021 as Excel files, through the same import engine as everybody else's."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from budget.actions.chart import adopt_original_budget
from budget.models import BudgetYear
from roros.demo import logins
from roros.demo.files import ADOPTION, FILES, DemoFile
from roros.models import ImportRun, User
from roros.templatetags.figures import count
from roros.workbooks import engine
from roros.workbooks.messages import message
from roros.workbooks.results import findings_of

State = ImportRun.State
CARRIED_OUT = (State.COMMITTED, State.UNDONE)


class Command(BaseCommand):
    """Loads what is missing of the demo; an import that somebody undid stays undone."""

    help = "Leser inn eksempeldataene og lager eksempelbrukerne. Gjør ingenting når de er der."

    def handle(self, *args: Any, **options: Any) -> None:
        """This will load the files that were never read in, with a line of progress for each."""
        files = {demo: demo.path.read_bytes() for demo in FILES}
        shas = {hashlib.sha256(content).hexdigest(): demo for demo, content in files.items()}
        loaded = list(ImportRun.objects.filter(state__in=CARRIED_OUT).values_list("kind", "file_id"))
        missing = [demo for sha, demo in shas.items() if (demo.kind, sha) not in loaded]
        if missing and any(sha not in shas for _kind, sha in loaded):
            self.stdout.write(_("Databasen har egne tall. Eksempeldataene leses ikke inn."))
            return
        if not missing:
            self.stdout.write(_("Eksempeldataene er lest inn fra før."))
        logins.create()
        by = User.objects.get(username="okonomi")
        for place, demo in enumerate(FILES, 1):
            if demo in missing:
                self._load(demo, files[demo], by=by, progress=f"{place}/{len(FILES)}")
        logins.create()  # those of a rammeområde or a virksomhet wait for the organisation
        if not BudgetYear.objects.filter(year=ADOPTION.year).exists() and missing:
            adopt_original_budget(
                year=ADOPTION.year,
                adopted_on=ADOPTION.adopted_on,
                case_number=ADOPTION.case_number,
                body=ADOPTION.body,
                by=by,
            )
        if missing:
            for login in logins.LOGINS:
                self.stdout.write(login.line)

    def _load(self, demo: DemoFile, content: bytes, *, by: User, progress: str) -> None:
        self.stdout.write(f"  {progress} {demo.name} …", ending=" ")
        self.stdout.flush()
        run = engine.receive(kind=demo.kind, content=content, file_name=demo.name, year=demo.year, by=by)
        engine.carry_through(run, by=by)
        if run.state != State.COMMITTED:
            found = "; ".join(message(finding) for finding in findings_of(run)[:5])
            raise CommandError(f"{demo.name}: {run.get_state_display()}. {found}")
        self.stdout.write(_("%(rows)s linjer") % {"rows": count(run.rows)})
