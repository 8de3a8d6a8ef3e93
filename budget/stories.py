"""The story of a figure as the page tells it: the calculation in kroner, the largest lines, where they came from."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budget.addresses import amendment_address, lines_address
from budget.queries.curves import Curve, report_periods
from budget.queries.story import AmendmentEffect, Figure, FigureStory, LargeLine, LineKind, Source, line_year
from budget.selection import Selection
from roros.access import Someone, may_import
from roros.components import Fact, Story, SumLine
from roros.models import Role
from roros.numbers import Scale, format_amount
from roros.periods import MONTHS
from roros.templatetags.figures import day, moment
from roros.wording import lower_first

MOST_SOURCES = 3

# Which lines a figure is made of, and which of them the page lists.
KINDS: dict[Figure, tuple[LineKind, ...]] = {
    Figure.DEVIATION: (LineKind.ORIGINAL, LineKind.AMENDMENT, LineKind.ACTUAL),
    Figure.REVISED: (LineKind.ORIGINAL, LineKind.AMENDMENT),
    Figure.ORIGINAL: (LineKind.ORIGINAL,),
    Figure.ACTUAL: (LineKind.ACTUAL,),
    Figure.LAST_YEAR: (LineKind.LAST_YEAR,),
}
LISTED: dict[Figure, LineKind] = {
    Figure.DEVIATION: LineKind.ACTUAL,
    Figure.REVISED: LineKind.ORIGINAL,
    Figure.ORIGINAL: LineKind.ORIGINAL,
    Figure.ACTUAL: LineKind.ACTUAL,
    Figure.LAST_YEAR: LineKind.LAST_YEAR,
}


def tell(
    selection: Selection, figure: Figure, found: FigureStory, *, reader: Someone, curve: Curve | None = None
) -> Story:
    """This will put a figure's origin into lines of a sum; `curve` gives the values at earlier reports."""
    sums, result = _calculation(selection, figure, found)
    listed = LISTED[figure]
    count = found.lines(listed)
    sources = sorted(found.sources, key=lambda source: source.kind is not listed)
    runs = [source for source in sources if source.run_id is not None]
    runs = [source for source in runs if source.kind is listed] or runs  # the others stand behind their own links
    return Story(
        title=_("Slik er tallet laget: %(amount)s kr") % {"amount": format_amount(result, Scale.KR)},
        sums=sums,
        largest=[_large(line) for line in found.largest],
        all_lines=Fact(_all_lines(count), href=lines_address(selection, listed)) if count else None,
        source=" ".join(_source(source) for source in runs[:MOST_SOURCES]) + _further(runs),
        source_link=import_link(runs[0].run_id, reader) if runs and runs[0].run_id is not None else None,
        earlier=_earlier(selection, figure, curve),
    )


def _calculation(selection: Selection, figure: Figure, found: FigureStory) -> tuple[Sequence[SumLine], Decimal | None]:
    until = "" if selection.is_year else _(" til og med %(month)s") % {"month": MONTHS[selection.period - 1]}
    lines: list[SumLine] = []
    original, amended = found.amount(LineKind.ORIGINAL), found.amount(LineKind.AMENDMENT)
    revised = None if original is None and amended is None else (original or Decimal(0)) + (amended or Decimal(0))
    if figure in (Figure.DEVIATION, Figure.REVISED, Figure.ORIGINAL):
        lines.append(_original(selection, found, original, until))
        if figure is Figure.ORIGINAL:
            return lines, original
        lines += [_amendment(selection, effect) for effect in found.amendments]
        lines.append(SumLine(_("Revidert budsjett") + until, (revised,), is_sum=True))
        if figure is Figure.REVISED:
            return lines, revised
    kind = LineKind.LAST_YEAR if figure is Figure.LAST_YEAR else LineKind.ACTUAL
    actual = found.amount(kind)
    label = _("Regnskap %(year)s") % {"year": line_year(selection, kind)} + until
    note = _in_ledger(found.lines(kind))
    if figure is not Figure.DEVIATION:
        return [SumLine(label, (actual,), note=note, href=lines_address(selection, kind))], actual
    lines.append(SumLine(_("− Regnskap") + until, (actual,), note=note, href=lines_address(selection, kind)))
    result = None if revised is None or actual is None else revised - actual
    lines.append(SumLine(_("Avvik"), (result,), is_sum=True))
    return lines, result


def _original(selection: Selection, found: FigureStory, amount: Decimal | None, until: str) -> SumLine:
    case = next((source.case_number for source in found.sources if source.case_number), "")
    note = _("vedtatt i sak %(case)s") % {"case": case} if case else _in_ledger(found.lines(LineKind.ORIGINAL))
    href = lines_address(selection, LineKind.ORIGINAL)
    return SumLine(_("Opprinnelig budsjett") + until, (amount,), note=note, href=href)


def _amendment(selection: Selection, effect: AmendmentEffect) -> SumLine:
    note = _("%(body)s %(day)s, sak %(case)s") % {
        "body": lower_first(effect.body),
        "day": day(effect.decided_on),
        "case": effect.case_number,
    }
    amounts = tuple(amount for amount in (effect.added, effect.taken) if amount) or (Decimal(0),)
    label = _("Endring %(number)s") % {"number": effect.number}
    return SumLine(label, amounts, note=note, href=amendment_address(selection.year, effect.number), signed=True)


def _large(line: LargeLine) -> SumLine:
    row = "" if line.sheet_row is None else _(" · rad %(row)s") % {"row": format_amount(line.sheet_row, Scale.KR)}
    note = f"{line.ansvar} · {line.tjeneste} · {line.art} · {line.period:02}.{line.year}{row}"
    name = ", ".join(part for part in (line.art_name or line.art, line.ansvar_name or line.ansvar) if part)
    return SumLine(name, (line.amount,), note=note, decimals=2)


def _source(source: Source) -> str:
    """One sentence per run: file, sheet, rows, who and when."""
    parts = [source.file_name]
    if source.sheet:
        parts.append(_("arket «%(sheet)s»") % {"sheet": source.sheet})
    if source.first_row is not None and source.last_row is not None:
        first, last = (format_amount(row, Scale.KR) for row in (source.first_row, source.last_row))
        rows = first if first == last else f"{first}–{last}"
        parts.append(_("rad %(rows)s") % {"rows": rows})
    words = {"what": ", ".join(parts), "run": source.run_id, "when": moment(source.imported_at)}
    if not source.imported_by:
        return _("%(what)s. Lest inn %(when)s, innlesing nr. %(run)s.") % words
    words["who"] = str(Role(source.imported_by.split(",")[0]).label).lower()
    return _("%(what)s. Lest inn %(when)s av %(who)s, innlesing nr. %(run)s.") % words


def _further(runs: Sequence[Source]) -> str:
    more = len(runs) - MOST_SOURCES
    if more <= 0:
        return ""
    return " " + ngettext("Og %(count)s innlesing til.", "Og %(count)s innlesinger til.", more) % {"count": more}


def import_link(run: int, reader: Someone) -> Fact | None:
    """This will lead to an import run, for those who may see it."""
    if not may_import(reader):
        return None
    try:
        return Fact(_("Se innlesingen"), href=reverse("import_run", args=[run]))
    except NoReverseMatch:
        return None


def _earlier(selection: Selection, figure: Figure, curve: Curve | None) -> list[SumLine]:
    if curve is None or figure is not Figure.DEVIATION:
        return []
    found = [(report, curve.deviation_at(report)) for report in report_periods(selection.as_period)]
    return [
        SumLine(
            _("Per %(day)s. %(month)s") % {"day": report.ends_on.day, "month": MONTHS[report.ends_on.month - 1]},
            (amount,),
        )
        for report, amount in found
        if amount is not None
    ]


def _in_ledger(count: int) -> str:
    words = {"count": format_amount(count, Scale.KR)}
    return ngettext("%(count)s linje i hovedboken", "%(count)s linjer i hovedboken", count) % words


def _all_lines(count: int) -> str:
    if count == 1:
        return _("Vis linjen")
    return _("Alle %(count)s linjer") % {"count": format_amount(count, Scale.KR)}
