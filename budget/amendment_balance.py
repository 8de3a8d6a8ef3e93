"""What a budget amendment must add up to: zero, in drift and in investering each by itself. Pure: no queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from roros.numbers import Scale, format_amount
from roros.templatetags.figures import signed

INVESTMENT = "0"  # KOSTRA kontoklasse, the first digit of an art: 0 is investering, all else is drift


@dataclass(frozen=True)
class DraftLine:
    """Kroner added to a month of one account; negative takes. `pk` is that of the line that stands, if any."""

    ansvar: str
    tjeneste: str
    art: str
    prosjekt: str
    period: int
    amount: Decimal
    note: str = ""
    pk: int | None = None


@dataclass(frozen=True)
class Balance:
    """What is given more than taken, in kroner; both sums must be zero."""

    drift: Decimal = Decimal(0)
    investering: Decimal = Decimal(0)

    @property
    def is_zero(self) -> bool:
        """This will return whether drift and investering each net to zero."""
        return not self.drift and not self.investering

    @property
    def words(self) -> str:
        """This will say how far each part is from zero, as a sentence."""
        if self.is_zero:
            return _("Går opp i null, både i drift og i investering.")
        parts = [
            off_by(name, amount)
            for name, amount in ((_("Drift"), self.drift), (_("Investering"), self.investering))
            if amount
        ]
        return " ".join(parts)


def is_investment(art: str) -> bool:
    """This will say whether an art belongs to the investment accounts."""
    return art.startswith(INVESTMENT)


def balance_of(amounts: Iterable[tuple[str, Decimal]]) -> Balance:
    """This will sum (art, amount) pairs per drift and investering."""
    drift = investering = Decimal(0)
    for art, amount in amounts:
        if is_investment(art):
            investering += amount
        else:
            drift += amount
    return Balance(drift, investering)


def off_by(name: str, amount: Decimal) -> str:
    """This will say how much one part is given or taken too much: "Drift: 1 000,00 kr for mye gitt (+1 000,00)."""
    words = {
        "part": name,
        "amount": format_amount(abs(amount), Scale.KR, decimals=2),
        "signed": signed(format_amount(amount, Scale.KR, decimals=2)),
    }
    if amount > 0:
        return _("%(part)s går ikke opp: gitt %(amount)s kr mer enn tatt.") % words
    return _("%(part)s går ikke opp: tatt %(amount)s kr mer enn gitt.") % words
