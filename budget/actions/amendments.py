"""Budget amendments from draft to decision. What is decided never changes: a correction is a new amendment."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from decimal import Decimal

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from budget.amendment_balance import DraftLine, balance_of
from budget.balances import KEY, MONTHLY, apply_delta, lock_years
from budget.models import Amendment, AmendmentLine, AmendmentStep, LedgerLine
from budget.queries.locks import refuse_closed
from roros import history
from roros.actions import ActionRefused, ChangedMeanwhile, act_as
from roros.models import User
from roros.workbooks.engine import bump_data_version

NUMBER_LOCKS = 7302  # advisory lock class: one lock per year, held while a number is given
Status = Amendment.Status
OPEN = (Status.PROPOSED, Status.RECOMMENDED)
MOST_ATTEMPTS = 5

# What the database refuses an adopted line for, by the name of its rule.
REFUSALS = {
    "period_is_closed": lambda: _("En av månedene er lukket. Be økonomi om å åpne den, eller flytt linjene."),
    "ledger_ansvar_exists": lambda: _("Et ansvar i linjene er ikke plassert i dette året. Rett linjen og prøv igjen."),
    "ledger_tjeneste_exists": lambda: _("En tjeneste i linjene gjelder ikke i dette året. Rett linjen og prøv igjen."),
    "ledger_art_exists": lambda: _("En art i linjene gjelder ikke i dette året. Rett linjen og prøv igjen."),
    "ledger_prosjekt_exists": lambda: _("Et prosjekt i linjene gjelder ikke i dette året. Rett linjen og prøv igjen."),
}


@transaction.atomic
def start_draft(*, year: int, text: str, background: str, lines: Sequence[DraftLine], by: User | None) -> Amendment:
    """This will make a draft with the year's next free number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [NUMBER_LOCKS, year])
    with history.because(_("Nytt utkast"), by=by):
        amendment = _numbered(Amendment(year=year, text=text, background=background, created_by=by))
        AmendmentLine.objects.bulk_create(_line(amendment, place, line) for place, line in enumerate(lines, 1))
    bump_data_version()  # the list of drafts stands on a page that is kept
    return amendment


@transaction.atomic
def save_draft(
    *,
    amendment: Amendment,
    text: str,
    background: str,
    lines: Sequence[DraftLine],
    seen: int | None,
    reason: str,
    by: User | None,
) -> Amendment:
    """This will make a draft hold these words and lines. `seen` is the version that the form showed.

    Raises ChangedMeanwhile when it has another one by now, and ActionRefused when it is decided.
    """
    standing = _open(amendment, seen)
    with history.because(reason, by=by):
        Amendment.objects.filter(pk=standing.pk).update(text=text, background=background, version=F("version") + 1)
        _save_lines(standing, lines)
    bump_data_version()
    standing.refresh_from_db()
    return standing


@transaction.atomic
def delete_draft(*, amendment: Amendment, seen: int | None, reason: str, by: User | None) -> None:
    """This will remove a draft that no body has dealt with; its history stays. Others are rejected instead."""
    standing = _open(amendment, seen)
    if standing.steps.exists():
        raise ActionRefused(
            _("%(number)s er behandlet og kan ikke slettes. Registrer den som avvist i stedet.")
            % {"number": standing.number}
        )
    with history.because(reason, by=by):
        standing.draft_lines.all().delete()
        standing.delete()
    bump_data_version()


@transaction.atomic
def recommend_amendment(
    *,
    amendment: Amendment,
    body: str,
    case_number: str,
    decided_on: datetime.date,
    comment: str,
    seen: int | None,
    by: User | None,
) -> Amendment:
    """This will record that a body recommends the amendment; it may still be changed."""
    standing = _open(amendment, seen)
    if standing.status == Status.RECOMMENDED:
        raise ActionRefused(_("%(number)s er allerede innstilt.") % {"number": standing.number})
    _refuse_unbalanced(standing)
    _step(standing, Status.RECOMMENDED, body, case_number, decided_on, comment, by)
    bump_data_version()
    standing.refresh_from_db()
    return standing


@transaction.atomic
def reject_amendment(
    *,
    amendment: Amendment,
    body: str,
    case_number: str,
    decided_on: datetime.date,
    comment: str,
    seen: int | None,
    by: User | None,
) -> Amendment:
    """This will record that a body said no; the amendment is kept as it was and never changes again."""
    standing = _open(amendment, seen)
    _step(standing, Status.REJECTED, body, case_number, decided_on, comment, by)
    bump_data_version()
    standing.refresh_from_db()
    return standing


@transaction.atomic
def adopt_amendment(
    *,
    amendment: Amendment,
    body: str,
    case_number: str,
    decided_on: datetime.date,
    comment: str,
    seen: int | None,
    by: User | None,
) -> Amendment:
    """This will record that the council adopted the amendment: its lines enter the ledger and the budget moves.

    Raises ChangedMeanwhile when it is not as seen, and ActionRefused when it does not net to zero in drift and in
    investering, when a month is closed to this person, or when a code does not exist that year.
    """
    act_as(by)
    lock_years([amendment.year])
    standing = _open(amendment, seen)
    _refuse_unbalanced(standing)
    periods = set(standing.draft_lines.values_list("period", flat=True))
    refuse_closed(year=standing.year, periods=periods, by=by)
    try:
        with transaction.atomic():
            _to_ledger(standing)
            _step(standing, Status.ADOPTED, body, case_number, decided_on, comment, by)
            _apply(standing)
    except IntegrityError as error:
        raise ActionRefused(_refusal(error)) from error
    bump_data_version()
    standing.refresh_from_db()
    return standing


@transaction.atomic
def correct_amendment(*, amendment: Amendment, by: User | None) -> Amendment:
    """This will make a draft that takes back what an adopted amendment did: its lines with the opposite sign."""
    if amendment.status != Status.ADOPTED:
        raise ActionRefused(_("Bare en vedtatt budsjettendring kan rettes med en ny. Endre utkastet i stedet."))
    lines = [
        DraftLine(line.ansvar_id, line.tjeneste_id, line.art_id, line.prosjekt_id or "", line.period, -line.amount)
        for line in LedgerLine.objects.filter(amendment=amendment).order_by("id")
        if line.amount
    ]
    text = _("Retter %(number)s: %(text)s") % {"number": amendment.number, "text": amendment.text}
    return start_draft(year=amendment.year, text=text[:500], background="", lines=lines, by=by)


def _numbered(amendment: Amendment) -> Amendment:
    """Store a draft under the next free number. An import that brings the same number at once is stepped past."""
    for _attempt in range(MOST_ATTEMPTS):
        amendment.number = next_number(amendment.year)
        try:
            with transaction.atomic():
                amendment.save(force_insert=True)
        except IntegrityError as error:
            if _constraint(error) != "amendment_number_once":
                raise
        else:
            amendment.refresh_from_db()
            return amendment
    raise ActionRefused(_("Fant ikke noe ledig endringsnummer. Prøv igjen om litt."))


def next_number(year: int) -> str:
    """This will return the number after the year's last: "2021-010"; numbers that were withdrawn are not used again."""
    pattern = re.compile(rf"{year}-(\d+)")
    numbers = Amendment.objects.filter(number__startswith=f"{year}-").values_list("number", flat=True)
    used = [int(found[1]) for number in numbers if (found := pattern.fullmatch(number))]
    return f"{year}-{max(used, default=0) + 1:03}"


def _open(amendment: Amendment, seen: int | None) -> Amendment:
    """The amendment as it stands now, held until the transaction ends; it must be open and as it was seen."""
    standing = Amendment.objects.select_for_update().filter(pk=amendment.pk).first()
    if standing is None:
        raise ChangedMeanwhile(_("Noen har slettet dette utkastet etter at du åpnet det. Ingenting er lagret."))
    if standing.status not in OPEN:
        words = {"number": standing.number, "status": standing.get_status_display().lower()}
        message = _("%(number)s er %(status)s og kan ikke endres. Ingenting er lagret.") % words
        raise ActionRefused(message) if standing.version == seen else ChangedMeanwhile(message)
    if standing.version != seen:
        raise ChangedMeanwhile(
            _("Noen andre har endret %(number)s etter at du åpnet den. Ingenting er lagret.")
            % {"number": standing.number}
        )
    return standing


def _refuse_unbalanced(amendment: Amendment) -> None:
    amounts: list[tuple[str, Decimal]] = list(amendment.draft_lines.values_list("art_id", "amount"))
    if not amounts:
        raise ActionRefused(_("%(number)s har ingen linjer. Legg inn hva som flyttes.") % {"number": amendment.number})
    balance = balance_of(amounts)
    if not balance.is_zero:
        raise ActionRefused(
            _("%(number)s må gå opp i null. %(how)s Rett linjene først.")
            % {"number": amendment.number, "how": balance.words}
        )


def _line(amendment: Amendment, place: int, line: DraftLine) -> AmendmentLine:
    return AmendmentLine(
        amendment=amendment,
        place=place,
        ansvar_id=line.ansvar,
        tjeneste_id=line.tjeneste,
        art_id=line.art,
        prosjekt_id=line.prosjekt,
        period=line.period,
        amount=line.amount,
        note=line.note,
    )


def _save_lines(amendment: Amendment, lines: Sequence[DraftLine]) -> None:
    """Change the lines that stand, add the new ones last and remove the rest: so that history tells which line."""
    standing = {line.pk: line for line in amendment.draft_lines.all()}
    last = max((line.place for line in standing.values()), default=0)
    kept = {line.pk for line in lines if line.pk is not None} & standing.keys()
    amendment.draft_lines.exclude(pk__in=kept).delete()
    fresh = []
    for line in lines:
        before = standing.get(line.pk) if line.pk is not None else None
        if before is None:
            last += 1
            fresh.append(_line(amendment, last, line))
            continue
        wanted = _line(amendment, before.place, line)
        wanted.pk = before.pk
        if _values(wanted) != _values(before):
            wanted.save(force_update=True)
    AmendmentLine.objects.bulk_create(fresh)


def _values(line: AmendmentLine) -> tuple[object, ...]:
    account = (line.ansvar_id, line.tjeneste_id, line.art_id, line.prosjekt_id)
    return (*account, line.period, line.amount, line.note)


def _step(
    amendment: Amendment,
    status: Status,
    body: str,
    case_number: str,
    decided_on: datetime.date,
    comment: str,
    by: User | None,
) -> None:
    decision = {"body": body, "case_number": case_number, "decided_on": decided_on}
    with history.because(comment or str(status.label), by=by):
        Amendment.objects.filter(pk=amendment.pk).update(status=status, **decision)
    AmendmentStep.objects.create(amendment=amendment, status=status, comment=comment, by=by, **decision)


def _to_ledger(amendment: Amendment) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO budget_ledgerline (kind, {KEY}, year, period, amount, amendment_id)
                SELECT 'endring', {KEY}, %s, period, amount, amendment_id
                FROM budget_amendmentline WHERE amendment_id = %s ORDER BY place""",
            [amendment.year, amendment.pk],
        )


def _apply(amendment: Amendment) -> None:
    """Move the balances by the lines of the amendment."""
    lines = "(SELECT * FROM budget_ledgerline WHERE amendment_id = %s) lines"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE delta_adopted AS {MONTHLY.format(lines=lines)}", [amendment.pk])
        apply_delta("delta_adopted")
        cursor.execute("DROP TABLE delta_adopted")


def _constraint(error: IntegrityError) -> str:
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


def _refusal(error: IntegrityError) -> str:
    known = REFUSALS.get(_constraint(error))
    if known is None:
        raise error
    return known()
