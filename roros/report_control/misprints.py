"""What most likely went wrong when a figure was printed: another base, digits swapped or changed, a row left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from roros.components import Text
from roros.numbers import Scale, format_amount, round_half_away
from roros.report_control.printed import decimals

MOST_ROWS_TO_TRY = 60


def likeliest(
    printed: Decimal, computed: Decimal, step: Decimal, others: Iterable[tuple[Text, Decimal | None]] = ()
) -> str:
    """This will return the likeliest misprint in words; "" when there is no good guess.

    `others` are figures that may have been printed by mistake, each with what it is.
    """
    places = decimals(step)
    computed = round_half_away(computed, places)
    for label, value in others:
        if value is not None and round_half_away(value, places) == round_half_away(printed, places):
            return _("Feil grunnlag: %(label)s") % {"label": label}
    if printed == -computed:
        return _("Feil fortegn")
    return _digits(_text(printed, places), _text(computed, places)) or _shifted(printed, computed)


def missing_row(difference: Decimal, step: Decimal, candidates: Sequence[tuple[str, Decimal]]) -> str:
    """This will name the row that the table left out, when exactly one row of the app is the difference."""
    found = [
        label for label, value in candidates[:MOST_ROWS_TO_TRY] if value and abs(abs(value) - abs(difference)) < step
    ]
    return _("Raden mangler: %(label)s") % {"label": found[0]} if len(found) == 1 else ""


def shown(value: Decimal | None, step: Decimal = Decimal(1)) -> str:
    """This will write a figure as exactly as it was printed."""
    return format_amount(value, Scale.KR, decimals=decimals(step))


def _text(value: Decimal, places: int) -> str:
    return f"{abs(round_half_away(value, places)):.{places}f}".replace(".", "")


def _digits(printed: str, computed: str) -> str:
    if len(printed) == len(computed):
        wrong = [place for place in range(len(printed)) if printed[place] != computed[place]]
        if len(wrong) == 1:
            words = {"printed": printed[wrong[0]], "right": computed[wrong[0]]}
            return _("Ett siffer er feil: %(printed)s i stedet for %(right)s") % words
        if len(wrong) == 2 and [printed[place] for place in wrong] == [computed[place] for place in wrong[::-1]]:
            return _("To siffer er byttet om")
    if len(printed) == len(computed) + 1 and _drops_to(printed, computed):
        return _("Ett siffer for mye")
    if len(printed) == len(computed) - 1 and _drops_to(computed, printed):
        return _("Ett siffer mangler")
    return ""


def _drops_to(longer: str, shorter: str) -> bool:
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))


def _shifted(printed: Decimal, computed: Decimal) -> str:
    if not printed or not computed:
        return ""
    ratio = abs(computed / printed)
    for power in (1, 2, 3, 6):
        for factor in (Decimal(10) ** power, Decimal(10) ** -power):
            if abs(ratio / factor - 1) < Decimal("0.0005"):
                return _("Feil enhet eller komma på feil plass")
    return ""
