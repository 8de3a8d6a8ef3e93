"""The original budget is adopted; codes and placements that a file lacks are made."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from budget.balances import lock_years
from budget.models import ActiveSlice, Art, BudgetYear, LedgerLine, Prosjekt, Tjeneste
from budget.models.chart import DatedCode
from roros.actions import ActionRefused
from roros.models import Ansvar, Plassering, User, Virksomhet
from roros.workbooks.engine import bump_data_version


@transaction.atomic
def adopt_original_budget(*, year: int, adopted_on: date, case_number: str, body: str, by: User | None) -> BudgetYear:
    """This will record that the council adopted the year's budget; from then on it cannot change (kommuneloven § 14-5).

    Raises ActionRefused when no budget was read in for the year, or it is adopted already.
    """
    lock_years([year])
    if not ActiveSlice.objects.filter(kind=LedgerLine.Kind.ORIGINAL, year=year).exists():
        raise ActionRefused(_("Det er ikke lest inn noe opprinnelig budsjett for %(year)s.") % {"year": year})
    if BudgetYear.objects.filter(year=year).exists():
        raise ActionRefused(_("Opprinnelig budsjett for %(year)s er allerede vedtatt.") % {"year": year})
    budget = BudgetYear.objects.create(
        year=year, adopted_on=adopted_on, case_number=case_number, body=body, recorded_by=by
    )
    bump_data_version()
    return budget


@transaction.atomic
def place_ansvar(*, code: str, name: str, virksomhet: Virksomhet, year: int, by: User) -> Ansvar:
    """This will place an ansvar in the virksomhet from that year on, in the rammeområde where the virksomhet is.

    An ansvar that does not exist is created. The placement lasts until the next one that the ansvar has, if any.
    Raises ActionRefused when it is placed that year already, or the virksomhet has no placement to follow.
    """
    ansvar = Ansvar.objects.select_for_update().filter(code=code).first()
    if ansvar is None:
        ansvar = Ansvar.objects.create(code=code, name=name)
    elif Plassering.objects.in_year(year).filter(ansvar=ansvar).exists():
        raise ActionRefused(_("Ansvar %(code)s er plassert i %(year)s fra før.") % {"code": code, "year": year})
    beside = Plassering.objects.in_year(year).filter(virksomhet=virksomhet).order_by("ansvar_id").first()
    if beside is None:
        raise ActionRefused(
            _("%(virksomhet)s har ingen ansvar i %(year)s. Les inn organisasjonen først.")
            % {"virksomhet": virksomhet, "year": year}
        )
    later = ansvar.placements.filter(from_year__gt=year).order_by("from_year").first()
    Plassering.objects.create(
        ansvar=ansvar,
        virksomhet=virksomhet,
        rammeomrade_id=beside.rammeomrade_id,
        from_year=year,
        to_year=later.from_year - 1 if later else None,
    )
    bump_data_version()
    return ansvar


@transaction.atomic
def create_tjeneste(*, code: str, name: str, kostra_funksjon: str, from_year: int, by: User) -> Tjeneste:
    """This will create a tjeneste under a KOSTRA funksjon; raises ActionRefused when the code is taken."""
    _refuse_taken(Tjeneste, code)
    return Tjeneste.objects.create(code=code, name=name, kostra_funksjon=kostra_funksjon, from_year=from_year)


@transaction.atomic
def create_art(*, code: str, name: str, kostra_art: str, is_income: bool, from_year: int, by: User) -> Art:
    """This will create an art under a KOSTRA art; raises ActionRefused when the code is taken."""
    _refuse_taken(Art, code)
    return Art.objects.create(code=code, name=name, kostra_art=kostra_art, is_income=is_income, from_year=from_year)


@transaction.atomic
def create_prosjekt(*, code: str, name: str, from_year: int, by: User) -> Prosjekt:
    """This will create a project code; raises ActionRefused when the code is taken."""
    _refuse_taken(Prosjekt, code)
    return Prosjekt.objects.create(code=code, name=name, from_year=from_year)


@transaction.atomic
def extend_years(*, model: type[Tjeneste] | type[Art] | type[Prosjekt], code: str, year: int, by: User) -> None:
    """This will make a code valid in that year too; raises ActionRefused when there is no such code."""
    found = model.objects.select_for_update().filter(code=code).first()
    if found is None:
        raise ActionRefused(_("%(code)s finnes ikke.") % {"code": code})
    found.from_year = min(found.from_year, year)
    if found.to_year is not None:
        found.to_year = max(found.to_year, year)
    found.save(update_fields=["from_year", "to_year"])


def _refuse_taken(model: type[DatedCode], code: str) -> None:
    if model.objects.filter(code=code).exists():  # type: ignore[attr-defined]
        raise ActionRefused(
            _("%(what)s %(code)s finnes fra før.") % {"what": str(model._meta.verbose_name).capitalize(), "code": code}
        )
