"""Findings in words: what is wrong, where, and what to do about it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from roros.numbers import Scale, format_amount
from roros.workbooks.declare import Finding
from roros.workbooks.message_texts import TEMPLATES

_AMOUNTS = frozenset({"file", "rows", "difference", "total"})


class _Params(dict[str, str]):
    """Params for a message; one that is missing prints as a question mark, never as an error."""

    def __missing__(self, key: str) -> str:
        return "?"


def register(templates: dict[str, str]) -> None:
    """This will add the messages of a room's own checks; mark each with gettext_noop."""
    TEMPLATES.update(templates)


def message(finding: Finding) -> str:
    """This will return the finding in bokmål: where it is, what is wrong and what to do."""
    where = place(finding)
    return f"{where}: {text(finding)}" if where else text(finding)


def text(finding: Finding) -> str:
    """This will return what is wrong and what to do, without the place."""
    template = TEMPLATES.get(finding.code)
    if template is None:
        return _("%(value)s er avvist (%(code)s).") % {"value": finding.value or "–", "code": finding.code}
    params = _Params(value=finding.value)
    params.update({name: _shown(name, value) for name, value in finding.params.items()})
    return _(template) % params


def place(finding: Finding) -> str:
    """This will return where the finding is: "Ark «Regnskap», rad 47, kolonne F"."""
    parts = []
    if finding.sheet:
        parts.append(_("Ark «%(sheet)s»") % {"sheet": finding.sheet})
    if finding.row:
        parts.append(_("rad %(row)s") % {"row": finding.row})
    if finding.column:
        parts.append(_("kolonne %(column)s") % {"column": finding.column})
    where = ", ".join(parts)
    return where[:1].upper() + where[1:]


def _shown(name: str, value: str) -> str:
    if name not in _AMOUNTS:
        return value
    try:
        return format_amount(Decimal(value), Scale.KR, decimals=2)
    except InvalidOperation:
        return value
