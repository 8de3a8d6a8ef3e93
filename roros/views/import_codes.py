"""Codes that a file uses and nobody knows: created, widened or read as another, from the preview itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from budget.actions import chart
from budget.models import Art, Prosjekt, Tjeneste
from budget.models.chart import DatedCode
from roros import tasks
from roros.access import may_import, may_import_as, requires
from roros.actions import ActionRefused
from roros.forms import CodeForm
from roros.models import Ansvar, ImportRun, Plassering, User, Virksomhet
from roros.queries import run_with_people
from roros.workbooks import registry
from roros.workbooks.kinds import ImportRefused
from roros.workbooks.mappings import remember_code
from roros.workbooks.problems import Problem

CodeModel = type[Tjeneste] | type[Art] | type[Prosjekt]
MODELS: dict[str, CodeModel] = {"tjeneste": Tjeneste, "art": Art, "prosjekt": Prosjekt}
INCOME_FROM = "600"  # KOSTRA arts from 600 up are income
MAX_REPAIRS = 25  # forms on one page; the rest come when these are done


@dataclass(frozen=True)
class Repair:
    """The forms beside one problem."""

    column: str
    seen: str
    name: str
    unknown: bool  # else it is known, but not in that year
    virksomheter: Sequence[tuple[str, str]] = ()  # code and words, the suggested one first
    kostra: str = ""
    is_income: bool = False

    @property
    def needs_kostra(self) -> bool:
        """This will return whether a new code must be put under a KOSTRA code."""
        return self.column in ("tjeneste", "art")

    @property
    def place_label(self) -> str:
        """This will return what the choice of virksomhet is called."""
        return _("Plasser ansvar %(code)s under") % {"code": self.seen}

    @property
    def map_label(self) -> str:
        """This will return what the other choice is called."""
        return _("Eller les %(code)s som en annen kode") % {"code": self.seen}


@dataclass
class Repairs:
    """What can be repaired on the page of one run, fetched once for all its problems."""

    run: ImportRun
    columns: frozenset[str]
    known: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # column -> codes and names to choose from
    given: int = 0

    PREFIX: ClassVar = "unknown-"
    SUFFIX: ClassVar = "-outside-years"

    @classmethod
    def of(cls, run: ImportRun, found: Sequence[Problem]) -> Repairs:
        """This will fetch the codes that the unknown ones may be read as."""
        repairs = cls(run, frozenset(registry.get(run.kind).creatable))
        for column in {repairs._column(problem) for problem in found} - {""}:
            model = Ansvar if column == "ansvar" else MODELS[column]
            repairs.known[column] = list(model.objects.exclude(code="").order_by("code").values_list("code", "name"))
        return repairs

    def repair(self, problem: Problem) -> Repair | None:
        """This will return the forms for a problem; None when it is to be corrected in the file."""
        column = self._column(problem)
        if not column or self.run.year is None or self.given >= MAX_REPAIRS:
            return None
        self.given += 1
        return Repair(
            column=column,
            seen=problem.value,
            name=problem.name,
            unknown=problem.code.startswith(self.PREFIX),
            virksomheter=self._virksomheter(problem.value) if column == "ansvar" else (),
            kostra=problem.value[:3] if column == "tjeneste" else problem.value[1:4] if column == "art" else "",
            is_income=column == "art" and problem.value[1:4] >= INCOME_FROM,
        )

    def _column(self, problem: Problem) -> str:
        column = problem.code.removeprefix(self.PREFIX).removesuffix(self.SUFFIX)
        return column if column in self.columns and column != problem.code and problem.is_error else ""

    def _virksomheter(self, code: str) -> list[tuple[str, str]]:
        names = self._names
        suggested = suggest_virksomhet(code, self._placed)
        others = sorted(set(self._placed.values()) - {suggested})
        if not suggested:
            return [(other, f"{other} {names[other]}") for other in others]
        first = _("%(virksomhet)s (forslag)") % {"virksomhet": f"{suggested} {names[suggested]}"}
        return [(suggested, first), *((other, f"{other} {names[other]}") for other in others)]

    @cached_property
    def _placed(self) -> dict[str, str]:
        """Where each ansvar belongs in the year of the file."""
        return dict(Plassering.objects.in_year(self.run.year or 0).values_list("ansvar_id", "virksomhet_id"))

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(Virksomhet.objects.values_list("code", "name"))


def suggest_virksomhet(code: str, placed: dict[str, str]) -> str:
    """This will return the virksomhet of the nearest code: the longest common beginning, then the nearest number."""

    def nearness(other: str) -> tuple[int, int, str]:
        distance = abs(int(code) - int(other)) if code.isdecimal() and other.isdecimal() else 0
        alike = sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], zip(code, other, strict=False)))
        return -alike, distance, other

    nearest = min(placed, key=nearness, default="")
    return placed[nearest] if nearest and nearest[:1] == code[:1] else ""


@require_POST
@requires(may_import)
def import_code(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """This will settle an unknown code as the user says, and prepare the run again."""
    run = run_with_people(run_id)
    if run is None:
        raise Http404
    if not may_import_as(request.user, registry.get(run.kind).roles):
        raise PermissionDenied
    form = CodeForm(request.POST)
    back = f"{reverse('import_run', args=[run_id])}#feil"
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect(back)
    values = form.cleaned_data
    if values["column"] not in registry.get(run.kind).creatable or run.year is None:
        raise Http404
    if run.state not in ImportRun.OPEN_STATES:
        messages.error(request, _("Innlesing %(run)s er allerede avsluttet.") % {"run": run.pk})
        return redirect(back)
    assert isinstance(request.user, User)  # noqa: S101 - the predicate has let nobody else in
    try:
        said = SETTLE[values["action"]](run, values, request.user)
        messages.success(request, said)
        tasks.prepare(run)
    except (ActionRefused, ImportRefused) as refusal:
        messages.error(request, str(refusal))
    return redirect(back)


def _create(run: ImportRun, values: dict[str, str], by: User) -> str:
    column, code, year = values["column"], values["seen"], _year(run)
    name = values["name"]
    if column == "ansvar":
        virksomhet = Virksomhet.objects.filter(code=values["virksomhet"]).first()
        if virksomhet is None:
            raise ActionRefused(_("Velg virksomheten som ansvaret hører til."))
        chart.place_ansvar(code=code, name=name, virksomhet=virksomhet, year=year, by=by)
        return _("Ansvar %(code)s er plassert under %(virksomhet)s.") % {"code": code, "virksomhet": virksomhet}
    if column == "tjeneste":
        chart.create_tjeneste(code=code, name=name, kostra_funksjon=values["kostra"], from_year=year, by=by)
    elif column == "art":
        chart.create_art(
            code=code,
            name=name,
            kostra_art=values["kostra"],
            is_income=bool(values["is_income"]),
            from_year=year,
            by=by,
        )
    else:
        chart.create_prosjekt(code=code, name=name, from_year=year, by=by)
    return _("%(code)s %(name)s er opprettet.") % {"code": code, "name": name}


def _extend(run: ImportRun, values: dict[str, str], by: User) -> str:
    column, code, year = values["column"], values["seen"], _year(run)
    if column not in MODELS:
        raise ActionRefused(_("Velg virksomheten som ansvaret hører til."))
    chart.extend_years(model=MODELS[column], code=code, year=year, by=by)
    return _("%(code)s gjelder nå også i %(year)s.") % {"code": code, "year": year}


def _map(run: ImportRun, values: dict[str, str], by: User) -> str:
    column, seen = values["column"], values["seen"]
    # The list beside the field gives "6503 Øverhagaen 3": the code is what stands before the space.
    use = values["use"].split()[0]
    model: type[Ansvar] | type[DatedCode] = Ansvar if column == "ansvar" else MODELS[column]
    if use == seen or not model.objects.filter(code=use).exists():  # type: ignore[union-attr]
        raise ActionRefused(_("«%(code)s» er ikke en kjent kode. Velg en fra listen.") % {"code": use})
    remember_code(kind=run.kind, column=column, seen=seen, use=use, by=by)
    return _("%(seen)s leses som %(use)s, nå og i senere filer.") % {"seen": seen, "use": use}


def _year(run: ImportRun) -> int:
    if run.year is None:
        raise ActionRefused(_("Filen sier ikke hvilket år tallene gjelder."))
    return run.year


SETTLE: dict[str, Callable[[ImportRun, dict[str, str], User], str]] = {
    CodeForm.CREATE: _create,
    CodeForm.EXTEND: _extend,
    CodeForm.MAP: _map,
}
