"""The import pages: upload, preview, confirm, follow, discard, undo."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from budget.models import ActiveSlice, LedgerLine
from roros import tasks
from roros.access import may_adopt_budget, may_import, may_import_as, requires
from roros.components import Crumb, Fact, SumLine
from roros.forms import UploadForm
from roros.import_tables import Comparison
from roros.models import ImportRun, Rammeomrade, User
from roros.periods import CLOSING, MONTHS
from roros.queries import Progress, carried_out_runs, open_runs, progress, run_with_people, same_file
from roros.templatetags.figures import moment, size
from roros.views.import_budget import budgets_to_adopt
from roros.views.import_codes import Repairs
from roros.workbooks import engine, files, registry
from roros.workbooks.annotate import annotate
from roros.workbooks.kinds import ImportRefused, WorkbookKind
from roros.workbooks.problems import Problem, problems
from roros.workbooks.results import control_total, findings_of
from roros.workbooks.verdict import heading, lede, period_words, steps

State = ImportRun.State
EARLIER = 10
MAX_PROBLEMS = 100
FINGERPRINT = 16


@require_http_methods(["GET", "HEAD", "POST"])
@requires(may_import)
def imports(request: HttpRequest) -> HttpResponseBase:
    """This will show the upload form and earlier imports, or take in a file."""
    kinds = _kinds(request)
    form = UploadForm(request.POST or None, request.FILES or None, kinds=kinds)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        run = engine.receive(
            kind=form.cleaned_data["kind"],
            content=upload.read(),
            file_name=upload.name,
            year=form.cleaned_data["year"],
            by=_user(request),
        )
        _do(request, lambda: tasks.prepare(run))
        return redirect("import_run", run.pk)
    names = [kind.name for kind in kinds]
    context = {
        "form": form,
        "heading": _read_in_through(),
        "open_runs": [(run, _kind_label(run)) for run in open_runs(names, limit=EARLIER)],
        "earlier": [(run, _kind_label(run)) for run in carried_out_runs(names, limit=50)],
        "budgets": budgets_to_adopt() if may_adopt_budget(request.user) else [],
        "trail": [Crumb(_("Oversikt"), "/"), Crumb(_("Innlesing"), reverse("imports"))],
    }
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return render(request, "roros/import_list.html", context, status=status)


@require_GET
@requires(may_import)
def import_run(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """This will show one run: progress, preview, what is wrong, and what can be done."""
    run = _run(request, run_id)
    return render(request, "roros/import_run.html", _page(request, run))


@require_GET
@requires(may_import)
def import_progress(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """This will show how far the work has come; when it is done the whole page is fetched again."""
    run = _run(request, run_id)
    now = progress(run)
    if not now.is_running or now.late:
        return HttpResponseClientRefresh()
    return render(request, "roros/_import_progress.html", {"run": run, "progress": now})


@require_POST
@requires(may_import)
def import_commit(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """This will carry out the preview that the user has seen."""
    run = _run(request, run_id)
    _do(request, lambda: tasks.commit(run, by=_user(request)))
    return redirect("import_run", run_id)


@require_POST
@requires(may_import)
def import_resume(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """This will take up again what a worker left when it died, or read the file again."""
    run = _run(request, run_id)
    _do(request, lambda: tasks.resume(run))
    return redirect("import_run", run_id)


@require_POST
@requires(may_import)
def import_discard(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """This will set the file aside."""
    run = _run(request, run_id)
    if _do(request, lambda: engine.discard(run)):
        messages.success(request, _("%(file)s er forkastet. Ingenting er endret.") % {"file": run.file_name})
        return redirect("imports")
    return redirect("import_run", run_id)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(may_import)
def import_undo(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """This will ask whether to undo an import, and undo it."""
    run = _run(request, run_id)
    refused = ""
    if request.method == "POST":
        try:
            engine.undo(run, by=_user(request))
        except ImportRefused as refusal:
            refused = refusal.message
        else:
            return redirect("import_run", run_id)
    elif run.state != State.COMMITTED:
        return redirect("import_run", run_id)
    context = {
        "run": run,
        "kind": _kind_label(run),
        "covered": period_words(run),
        "refused": refused,
        "replaces": run.preview.get("replaces", []),
        "trail": _trail(run, Crumb(_("Angre"), "")),
    }
    return render(request, "roros/import_undo.html", context, status=HTTPStatus.CONFLICT if refused else HTTPStatus.OK)


@require_GET
@requires(may_import)
def import_file(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """This will send the file as it was uploaded."""
    run = _run(request, run_id)
    return _download(_content(run), run.file_name)


@require_GET
@requires(may_import)
def import_annotated(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """This will send the user's own workbook with the wrong cells marked and a comment in each."""
    run = _run(request, run_id)
    annotated = annotate(_content(run), file_name=run.file_name, findings=findings_of(run))
    return _download(annotated.content, annotated.file_name)


def _page(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    """Everything that the page of one run shows."""
    names = [kind.name for kind in _kinds(request)]
    found = problems(findings_of(run), _labels(run))
    now = progress(run)
    comparison = Comparison(run, _operational()) if run.preview and not now.is_running else None
    repairs = Repairs.of(run, found) if run.state == State.REFUSED and run.year is not None else None
    shown = [(problem, repairs.repair(problem) if repairs else None) for problem in found[:MAX_PROBLEMS]]
    return {
        "run": run,
        "heading": heading(run, found, stalled=now.can_resume, saving=now.is_running and now.saving),
        "lede": lede(run, found, same_file=same_file(run) if run.state == State.UNCHANGED else None),
        "steps": steps(run, found, saving=now.is_running and now.saving),
        "progress": now,
        "comparison": comparison,
        "facts": _facts(run),
        "sums": _sums(run),
        "problems": shown,
        "repairs": repairs,
        "can_repair": any(repair for _problem, repair in shown),
        "hidden_problems": len(found) - len(shown),
        "problems_heading": _problems_heading(found),
        "can_annotate": bool(run.sheets) and bool(found),
        "blocked": _blocked(run, found, now),
        "is_open": run.state in ImportRun.OPEN_STATES,
        "can_confirm": run.state in (State.READY, State.REFUSED) and bool(run.sheets) and not now.is_running,
        "earlier": [(other, _kind_label(other)) for other in carried_out_runs(names, limit=EARLIER)],
        "trail": _trail(run),
    }


def _read_in_through() -> str:
    """The heading of the list: how far the accounts have come."""
    newest = ActiveSlice.objects.filter(kind=LedgerLine.Kind.ACTUAL).order_by("-year", "-period").first()
    if newest is None:
        return _("Ingen regnskapstall er lest inn ennå")
    if newest.period == CLOSING:
        return _("Regnskapet for %(year)s er lest inn med årsavslutning") % {"year": newest.year}
    words = {"month": MONTHS[newest.period - 1], "year": newest.year}
    return _("Regnskapet er lest inn til og med %(month)s %(year)s") % words


def _blocked(run: ImportRun, found: list[Problem], now: Progress) -> str:
    """Why the file cannot be read in now, in words; empty when it can."""
    if run.state != State.REFUSED:
        return ""
    first = next(problem for problem in found if problem.is_error)
    if first.code == "unknown-ansvar":
        what = _("Plasser ansvar %(code)s først.") % {"code": first.value}
    elif first.code == "period-closed":
        what = _("Åpne perioden først, eller ta linjene ut av filen.")
    else:
        what = _("Rett feilene først, her eller i filen.")
    return f"{what} {_('Alt leses inn samlet, eller ingenting.')}"


def _problems_heading(found: list[Problem]) -> str:
    errors = sum(problem.is_error for problem in found)
    warnings = len(found) - errors
    said = []
    if errors:
        said.append(_("%(n)s feil") % {"n": errors})
    if warnings:
        said.append((_("%(n)s advarsel") if warnings == 1 else _("%(n)s advarsler")) % {"n": warnings})
    return _(" og ").join(said)


def _facts(run: ImportRun) -> list[Fact]:
    facts = [Fact(_("Navn"), run.file_name, reverse("import_file", args=[run.pk]))]
    for sheet in run.sheets:
        words = {"sheet": sheet["sheet"], "row": sheet["header_row"]}
        facts.append(Fact(_("Ark"), _("%(sheet)s, overskrift i rad %(row)s") % words))
    covered = period_words(run)
    facts.append(Fact(_("Slag"), f"{_kind_label(run)}, {covered}" if covered else _kind_label(run)))
    printed = next((sheet["printed_at"] for sheet in run.sheets if sheet["printed_at"]), "")
    if printed:
        facts.append(Fact(_("Kjørt ut"), _printed(printed)))
    facts.append(Fact(_("Størrelse"), size(run.file_size)))  # type: ignore[attr-defined]
    who = run.created_by or _("kommandolinjen")
    facts.append(Fact(_("Lastet opp"), f"{moment(run.created_at)}, {who}"))
    if run.committed_at is not None:
        facts.append(Fact(_("Lest inn"), f"{moment(run.committed_at)}, {run.committed_by or _('kommandolinjen')}"))
    if run.undone_at is not None:
        facts.append(Fact(_("Angret"), f"{moment(run.undone_at)}, {run.undone_by or _('kommandolinjen')}"))
    return [*facts, Fact(_("Fingeravtrykk"), f"{run.file_id[:FINGERPRINT]}…")]


def _printed(text: str) -> str:
    day, _t, clock = text.partition("T")
    year, month, date = day.split("-")
    return f"{date}.{month}.{year}" + (f" kl. {clock[:5].replace(':', '.')}" if clock and clock[:5] != "00:00" else "")


def _sums(run: ImportRun) -> list[SumLine]:
    """The control total as a calculation; nothing when the file has no amounts."""
    total = control_total(run)
    if total is None or total["rows"] is None:
        return []
    rows = Decimal(total["rows"])
    lines = [SumLine(_("Summen av linjene"), (rows,), decimals=2)]
    if total["file"] is None:
        return lines
    file = Decimal(total["file"])
    return [
        SumLine(_("Sumraden i filen"), (file,), decimals=2),
        *lines,
        SumLine(_("Forskjell"), (file - rows,), is_sum=True, decimals=2),
    ]


def _labels(run: ImportRun) -> dict[str, dict[str, dict[str, str]]]:
    """Names beside the codes: sheet -> column letter -> code -> name."""
    labels: dict[str, dict[str, dict[str, str]]] = {}
    for sheet in run.sheets:
        by_letter = {sheet["mapping"].get(column, ""): names for column, names in sheet["labels"].items()}
        labels.setdefault(sheet["sheet"], {}).update(by_letter)
    return labels


def _operational() -> frozenset[str]:
    numbers = Rammeomrade.objects.filter(operational=True).values_list("number", flat=True)
    return frozenset(str(number) for number in numbers)


def _kind_label(run: ImportRun) -> str:
    return registry.get(run.kind).label


def _kinds(request: HttpRequest) -> list[WorkbookKind]:
    """The kinds of workbook that the user may read in."""
    return [kind for kind in registry.all_kinds() if may_import_as(request.user, kind.roles)]


def _run(request: HttpRequest, run_id: int) -> ImportRun:
    """The run, for those who may see what is in such a file."""
    run = run_with_people(run_id)
    if run is None:
        raise Http404
    if not may_import_as(request.user, registry.get(run.kind).roles):
        raise PermissionDenied
    return run


def _trail(run: ImportRun, *further: Crumb) -> list[Crumb]:
    return [
        Crumb(_("Oversikt"), "/"),
        Crumb(_("Innlesing"), reverse("imports")),
        Crumb(run.file_name, reverse("import_run", args=[run.pk])),
        *further,
    ]


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the predicate has let nobody else in
    return request.user


def _do(request: HttpRequest, work: Callable[[], object]) -> bool:
    """Do something that may be refused; tell the user why when it is."""
    try:
        work()
    except ImportRefused as refusal:
        messages.error(request, refusal.message)
        return False
    return True


def _content(run: ImportRun) -> bytes:
    return files.content_of(run.file_id)


def _download(content: bytes, file_name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file_name) or "attachment"
    return response
