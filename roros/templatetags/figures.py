"""Template filters and tags for every figure, date, status and icon on a page.

`{% load figures %}`, then `{{ row.actual|amount:scale }}`, `{{ row.percent|percent }}`, `{% status row.status %}`.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import cache

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString

from roros.components import Status, StatusKind, Text
from roros.numbers import MINUS, NBSP, NO_FIGURE, Scale, format_amount, format_percent, round_half_away
from roros.periods import MONTHS

register = template.Library()


@register.filter
def amount(value: Decimal | int | None, scale: Scale | str = Scale.TKR) -> str:
    """This will write an amount at a scale, without the unit: "−2 162"."""
    return format_amount(value, Scale(scale))


@register.filter
def kr(value: Decimal | int | None) -> str:
    """This will write an amount in whole kroner, without the unit: "−6 051 838"."""
    return format_amount(value, Scale.KR)


@register.filter
def ore(value: Decimal | int | None) -> str:
    """This will write an amount with øre, without the unit: "847 543,40"."""
    return format_amount(value, Scale.KR, decimals=2)


@register.filter
def tkr(value: Decimal | int | None) -> str:
    """This will write an amount in 1000 kr, without the unit: "−2 162"."""
    return format_amount(value, Scale.TKR)


@register.filter
def mill(value: Decimal | int | None) -> str:
    """This will write an amount in millions with one decimal, without the unit: "−18,3"."""
    return format_amount(value, Scale.MILL)


@register.filter
def magnitude(value: Decimal | None) -> Decimal | None:
    """This will drop the sign, for sentences that say "mer" or "mindre": `{{ deviation|magnitude|mill }}`."""
    return None if value is None else abs(value)


@register.filter
def signed(text: str) -> str:
    """This will put a plus before a formatted figure that is above zero: `{{ change|tkr|signed }}` gives "+812"."""
    if text.startswith(MINUS) or not any("1" <= letter <= "9" for letter in text):
        return text
    return f"+{text}"


@register.filter
def decimal(value: Decimal | int | None, places: int = 1) -> str:
    """This will write a figure that is not kroner, with a number of decimals: "8,3"."""
    return format_amount(value, Scale.KR, decimals=places)


@register.filter
def count(value: int | None) -> str:
    """This will write a whole number with spaces between thousands: "27 255"."""
    return format_amount(value, Scale.KR)


@register.filter
def percent(value: Decimal | None) -> str:
    """This will write a percent with one decimal: "−3,9 %"; "–" when there is none."""
    return format_percent(value)


@register.filter
def percent_of_zero(value: Decimal | None) -> str:
    """This will write a percent as the annual report does: "0,0 %" when the budget is 0."""
    return format_percent(value, annual_report=True)


@register.filter
def unit(scale: Scale | str) -> str:
    """This will write the unit of a scale: "1000 kr"."""
    return Scale(scale).label


@register.filter
def day(value: datetime.date | None) -> str:
    """This will write a date as 31.12.2021; a moment is first moved to local time."""
    local = _local(value)
    return NO_FIGURE if local is None else f"{local:%d.%m.%Y}"


@register.filter
def day_long(value: datetime.date | None) -> str:
    """This will write a date as "31. desember 2021"."""
    local = _local(value)
    return NO_FIGURE if local is None else f"{local.day}.{NBSP}{MONTHS[local.month - 1]} {local.year}"


@register.filter
def moment(value: datetime.datetime | None) -> str:
    """This will write date and time as "17.02.2022 kl. 09.40"."""
    local = _local(value)
    return NO_FIGURE if local is None else f"{local:%d.%m.%Y} kl.{NBSP}{local:%H.%M}"


@register.filter
def isoday(value: datetime.date | None) -> str:
    """This will write a date for machines, as in `<time datetime="2021-12-31">`."""
    local = _local(value)
    return "" if local is None else f"{local:%Y-%m-%d}"


@register.filter
def size(value: int | None) -> str:
    """This will write a number of bytes for people: "918 kB", "2,4 MB"."""
    if value is None:
        return NO_FIGURE
    kilo = Decimal(value) / 1000
    if kilo >= 1000:
        return f"{decimal(kilo / 1000, 1)}{NBSP}MB"
    return f"{count(int(round_half_away(max(kilo, Decimal(1)))))}{NBSP}kB"


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """This will draw an icon of the sprite in `components/sprite.html`; a word must stand beside it."""
    return SafeString(f'<svg class="icon" aria-hidden="true" focusable="false"><use href="#i-{escape(name)}"/></svg>')


@register.simple_tag
def status(word: Status | Text, kind: str = "") -> SafeString:
    """This will write a status: `{% status row.status %}`, or `{% status "Forsinket" "delayed" %}`."""
    shown = word if isinstance(word, Status) else Status(word, StatusKind(kind))
    look = shown.kind.value
    return SafeString(f'<span class="status {look}">{icon(look)}{conditional_escape(shown.word)}</span>')


def _local(value: datetime.date | None) -> datetime.date | None:
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value
