"""The tables of the import pages, and what stands above them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from roros.components import StatusKind
from roros.models import ImportRun
from roros.numbers import Scale
from roros.tables import AmountColumn, CountColumn, DeviationColumn, FiguresTable, NameColumn, Phone, TextColumn
from roros.templatetags.figures import count, status
from roros.wording import money

NOTHING = Decimal(0)
MAX_CHANGES = 100  # on the page


@dataclass(frozen=True)
class GroupRow:
    """One line before and after; amounts in kroner. A sum of no lines is 0."""

    code: str
    name: str | SafeString
    before: Decimal
    after: Decimal
    new: int
    changed: int
    removed: int

    @property
    def change(self) -> Decimal:
        """This will return by how much the sum moves."""
        return self.after - self.before


class GroupTable(FiguresTable):
    """Sums per rammeområde before and after an import."""

    name = NameColumn(gettext_lazy("Rammeområde"), code="code", orderable=False)
    before = AmountColumn(
        gettext_lazy("Før"), phone=Phone.LEFT, phone_label=gettext_lazy("Før"), orderable=False, export="for"
    )
    after = AmountColumn(
        gettext_lazy("Etter"), phone=Phone.BESIDE, phone_label=gettext_lazy("Etter"), orderable=False, export="etter"
    )
    change = DeviationColumn(gettext_lazy("Endring"), plus=True, orderable=False, export="endring")
    new = CountColumn(gettext_lazy("Nye linjer"), orderable=False, muted=True)
    changed = CountColumn(gettext_lazy("Endret"), orderable=False, muted=True)
    removed = CountColumn(gettext_lazy("Borte"), orderable=False, muted=True)


@dataclass(frozen=True)
class ChangeRow:
    """One thing that an import changes."""

    key: str
    before: str
    after: str


class ChangeTable(FiguresTable):
    """Rows of a register that an import adds, changes or removes."""

    key = NameColumn(gettext_lazy("Hva"), orderable=False)
    before = TextColumn(gettext_lazy("Før"), orderable=False)
    after = TextColumn(gettext_lazy("Etter"), orderable=False)


@dataclass(frozen=True)
class AmountChange:
    """One ledger key and month whose sum an import changes; amounts in kroner."""

    key: str
    before: Decimal | None
    after: Decimal | None

    @property
    def change(self) -> Decimal:
        """This will return by how much the sum moves."""
        return (self.after or NOTHING) - (self.before or NOTHING)


class AmountChangeTable(FiguresTable):
    """The keys and months that another file gave other sums, in kroner."""

    key = NameColumn(gettext_lazy("Måned, ansvar, tjeneste, art og prosjekt"), orderable=False)
    before = AmountColumn(gettext_lazy("Før"), phone=Phone.LEFT, phone_label=gettext_lazy("Før"), orderable=False)
    after = AmountColumn(gettext_lazy("Etter"), phone=Phone.BESIDE, phone_label=gettext_lazy("Etter"), orderable=False)
    change = DeviationColumn(gettext_lazy("Endring"), plus=True, orderable=False)


@dataclass(frozen=True)
class Comparison:
    """What a run's preview says, ready to be shown. `operational` are the numbers of the driftsområder."""

    run: ImportRun
    operational: frozenset[str]

    @cached_property
    def rows(self) -> list[GroupRow]:
        """This will return the lines before and after, with a line of its own for each code that is not placed."""
        return [_group(group) for group in self.run.preview.get("groups", [])]

    @cached_property
    def total(self) -> GroupRow:
        """This will return the sum of all lines, which is the sum of the file."""
        rows = self.rows
        return GroupRow(
            code="",
            name=_("Sum i filen") if self.run.kind != "budsjettendringer" else _("Sum"),
            before=sum((row.before for row in rows), NOTHING),
            after=sum((row.after for row in rows), NOTHING),
            new=sum(row.new for row in rows),
            changed=sum(row.changed for row in rows),
            removed=sum(row.removed for row in rows),
        )

    @property
    def heading(self) -> str:
        """This will say what the import does to the figures, in one sentence with a number."""
        run = self.run
        if not self.rows:
            return _changes_in_words(run)
        subject = {
            "regnskap": _("Regnskapet"),
            "budsjett": _("Opprinnelig budsjett"),
            "budsjettendringer": _("Revidert budsjett"),
        }.get(run.kind, _("Summen"))
        services = [row for row in self.rows if row.code in self.operational]
        moved = sum((row.change for row in services), NOTHING)
        words = {"subject": subject, "amount": money(moved)}
        done = run.committed_at is not None
        if not moved:
            said = _("%(subject)s er uendret i tjenestene samlet")
        elif moved > 0:
            said = _("%(subject)s økte med %(amount)s i tjenestene")
            said = said if done else _("%(subject)s øker med %(amount)s i tjenestene")
        else:
            said = _("%(subject)s gikk ned med %(amount)s i tjenestene")
            said = said if done else _("%(subject)s går ned med %(amount)s i tjenestene")
        return said % words

    @property
    def group_table(self) -> GroupTable:
        """This will return the table before and after."""
        return GroupTable(self.rows, footer=[self.total], caption=_("Sum per rammeområde før og etter."))

    @cached_property
    def changes(self) -> list[Mapping[str, str]]:
        """This will return the single changes that the preview lists."""
        return list(self.run.preview.get("changes", []))[:MAX_CHANGES]

    @property
    def change_table(self) -> FiguresTable | None:
        """This will return the table of single changes; None when there are none."""
        if not self.changes:
            return None
        caption = _("Hva som endres, linje for linje.")
        if self.rows:
            return AmountChangeTable(_amount_changes(self.changes), caption=caption, scale=Scale.KR)
        rows = [ChangeRow(change["key"], change["before"], change["after"]) for change in self.changes]
        return ChangeTable(rows, caption=caption, unit="")

    @property
    def change_summary(self) -> str:
        """This will say how many single changes are listed, and whether that is all of them."""
        shown, run = len(self.changes), self.run
        everything = run.changed + run.removed if self.rows else run.new + run.changed + run.removed
        everything = max(everything, shown)
        if everything > shown:
            return _("De første %(shown)s av %(all)s endringer") % {"shown": count(shown), "all": count(everything)}
        return ngettext("%(n)s endring", "%(n)s endringer", shown) % {"n": count(shown)}


def _group(group: Mapping[str, Any]) -> GroupRow:
    code, _space, name = group["label"].partition(" ")
    unplaced = group.get("code", "")
    return GroupRow(
        code=code,
        name=status(_("Ikke plassert: %(code)s") % {"code": unplaced}, StatusKind.ERROR) if unplaced else name,
        before=_decimal(group["before"]) or NOTHING,
        after=_decimal(group["after"]) or NOTHING,
        new=group["new"],
        changed=group["changed"],
        removed=group["removed"],
    )


def _amount_changes(changes: Iterable[Mapping[str, str]]) -> list[AmountChange]:
    return [AmountChange(change["key"], _decimal(change["before"]), _decimal(change["after"])) for change in changes]


def _decimal(text: str | None) -> Decimal | None:
    return None if text in (None, "") else Decimal(text)


def _changes_in_words(run: ImportRun) -> str:
    parts: Sequence[tuple[int, str]] = (
        (run.new, ngettext("%(n)s rad er ny", "%(n)s rader er nye", run.new)),
        (run.changed, ngettext("%(n)s endres", "%(n)s endres", run.changed)),
        (run.removed, ngettext("%(n)s blir borte", "%(n)s blir borte", run.removed)),
    )
    said = [text % {"n": count(number)} for number, text in parts if number]
    return ", ".join(said) or _("Ingenting endres")
