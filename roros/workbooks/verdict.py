"""The verdict on a run in words: the heading, the lede and the steps of its page. Each sentence has a fallback."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roros.components import Step, StepState
from roros.models import ImportRun
from roros.periods import MONTHS
from roros.templatetags.figures import count
from roros.wording import spelled
from roros.workbooks.problems import Problem
from roros.workbooks.results import control_total

State = ImportRun.State
CLOSING_PERIOD = 13
AT_WORK = (State.RECEIVED, State.READING, State.COMMITTING)
CARRIED_OUT = (State.COMMITTED, State.UNDONE)


def heading(run: ImportRun, found: Sequence[Problem], *, stalled: bool, saving: bool) -> str:
    """This will say in one or two sentences what the run amounts to."""
    number = {"run": run.pk}
    if stalled:
        return _("Innlesingen stoppet opp. Ingenting er endret")
    if saving:
        return _("Linjene lagres")
    said = {
        State.RECEIVED: _("Filen venter på å bli lest"),
        State.READING: _("Filen leses"),
        State.COMMITTING: _("Linjene lagres"),
        State.UNCHANGED: _("Tallene i filen er lest inn fra før. Ingenting er endret"),
        State.UNDONE: _("Innlesing %(run)s er angret. Tallene er som før den") % number,
        State.DISCARDED: _("Filen er forkastet. Ingenting er endret"),
        State.FAILED: _("Innlesingen stoppet. Ingenting er endret"),
    }
    if run.state in said:
        return said[State(run.state)]
    if run.state == State.COMMITTED:
        return ngettext("%(count)s linje er lest inn", "%(count)s linjer er lest inn", run.rows) % {
            "count": count(run.rows)
        }
    if run.state == State.REFUSED and not run.sheets:
        return _("Filen kunne ikke leses")
    return f"{_control(run)}{_task(run, [problem for problem in found if problem.is_error])}"


def _control(run: ImportRun) -> str:
    total = control_total(run)
    if total is None or total["file"] is None:
        return ""
    if Decimal(total["file"]) == Decimal(total["rows"] or 0):
        return _("Kontrollsummen stemmer.") + " "
    return _("Kontrollsummen stemmer ikke.") + " "


def _task(run: ImportRun, errors: list[Problem]) -> str:
    n = len(errors)
    if not errors:
        return ngettext(
            "%(count)s linje er klar til å leses inn", "%(count)s linjer er klare til å leses inn", run.rows
        ) % {"count": count(run.rows)}
    if all(problem.code == "unknown-ansvar" for problem in errors):
        text = ngettext(
            "%(n)s ansvar må plasseres før du kan lese inn", "%(n)s ansvar må plasseres før du kan lese inn", n
        )
        word = spelled(n, neuter=True)
    elif all(problem.code.startswith("unknown-") for problem in errors):
        text = ngettext("%(n)s kode er ukjent og må avklares først", "%(n)s koder er ukjente og må avklares først", n)
        word = spelled(n)
    else:
        text = _("%(n)s feil må rettes før du kan lese inn")
        word = spelled(n)
    sentence = text % {"n": word}
    return sentence[:1].upper() + sentence[1:]


def lede(run: ImportRun, found: Sequence[Problem], *, same_file: ImportRun | None) -> str:
    """This will say what the file holds, what it replaces and what has happened; empty while it is read."""
    if run.state == State.REFUSED and not run.sheets:
        return found[0].text if found else ""
    if run.state == State.FAILED:
        return _("Noe gikk galt som ikke skyldes filen. Prøv igjen, og si fra til den som drifter løsningen.")
    if run.state not in (State.READY, State.REFUSED, State.UNCHANGED, State.COMMITTED, State.UNDONE):
        return ""
    sentences = [_holds(run)]
    if run.state == State.UNCHANGED and same_file is not None:
        sentences.append(_("Den samme filen ble lest inn som innlesing %(run)s.") % {"run": same_file.pk})
    sentences.append(_replaced(run))
    if run.state in (State.READY, State.REFUSED):
        sentences.append(_("Ingenting er endret ennå."))
    return " ".join(sentence for sentence in sentences if sentence)


def _holds(run: ImportRun) -> str:
    rows = ngettext("%(count)s linje", "%(count)s linjer", run.rows) % {"count": count(run.rows)}
    covered = period_words(run)
    if covered:
        return _("Filen inneholder %(rows)s for %(period)s.") % {"rows": rows, "period": covered}
    return _("Filen inneholder %(rows)s.") % {"rows": rows}


def _replaced(run: ImportRun) -> str:
    replaces = run.preview.get("replaces", [])
    if not replaces or run.state == State.UNCHANGED:
        return ""
    runs = ", ".join(str(number) for number in replaces)
    if run.state in CARRIED_OUT:
        return _("Den erstattet tall fra innlesing nr. %(runs)s.") % {"runs": runs}
    return _("Den erstatter tall fra innlesing nr. %(runs)s.") % {"runs": runs}


def period_words(run: ImportRun) -> str:
    """This will write the periods a file covers: "januar–november 2021"; empty when it has none."""
    years = sorted({year for sheet in run.sheets for year in sheet["years"]})
    periods = sorted({period for sheet in run.sheets for period in sheet["periods"]})
    if not years:
        return ""
    months = [period for period in periods if period < CLOSING_PERIOD]
    words = ""
    if months:
        words = MONTHS[months[0] - 1]
        if months[-1] != months[0]:
            words += f"–{MONTHS[months[-1] - 1]}"
    if CLOSING_PERIOD in periods:
        words += _(" og årsavslutning") if words else _("årsavslutning")
    when = str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    return f"{words} {when}".strip()


def steps(run: ImportRun, found: Sequence[Problem], *, saving: bool) -> list[Step]:
    """This will say how far the run has come on the way from file to figures."""
    errors = sum(problem.is_error for problem in found)
    warnings = len(found) - errors
    here = _("du er her")
    current = _current(run, saving=saving)
    checked = ", ".join(
        [
            _("%(count)s feil") % {"count": count(errors)},
            ngettext("%(count)s advarsel", "%(count)s advarsler", warnings) % {"count": count(warnings)},
        ]
    )
    known = _("lest og kjent igjen") if run.sheets else _("kunne ikke leses")
    last = {
        State.COMMITTED: _("kan angres"),
        State.UNCHANGED: _("ingen endring"),
        State.UNDONE: _("angret"),
        State.DISCARDED: _("forkastet"),
    }
    notes = (
        known if current > 0 or run.state == State.REFUSED else here,
        checked if current > 1 or errors else here if current == 1 else "",
        here if current == 2 else "",
        last.get(State(run.state), _("lagres nå") if saving else _("kan angres")),
    )
    labels = (_("1 Fil"), _("2 Kontroll"), _("3 Forhåndsvisning"), _("4 Lest inn"))
    return [
        Step(
            label,
            note,
            StepState.PAST if place < current else StepState.CURRENT if place == current else StepState.AHEAD,
        )
        for place, (label, note) in enumerate(zip(labels, notes, strict=True))
    ]


def _current(run: ImportRun, *, saving: bool) -> int:
    if run.state in (*CARRIED_OUT, State.UNCHANGED, State.DISCARDED, State.COMMITTING) or saving:
        return 3
    if run.state == State.READY or (run.state == State.REFUSED and run.preview):
        return 2
    return 1 if run.sheets and run.state == State.REFUSED else 0
