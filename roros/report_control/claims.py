"""What a report's text states: a figure, its unit, and an expression over tables that says what it refers to.

    figure 16 609 · unit tonn · refers to
    klima[kommune=Røros; ar=2009; sektor=Sum].utslipp_tonn_co2e * (100 - klimamal[malar=2030].prosent) / 100

A term is `table[key=value; …].column`, with `table@2020` for another year than the report's. `+ - * / ( )`, numbers and
`abs( )` join terms. Amounts are in kroner; the unit of the claim brings them to mill. kr or 1000 kr.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, DivisionByZero, InvalidOperation

from django.utils.translation import gettext as _

from roros.numbers import NumberError, parse_amount
from roros.report_control.against import words
from roros.report_control.findings import Disagreement, Rule, Unchecked, Verdict
from roros.report_control.misprints import likeliest

UNITS = {"mill. kr": Decimal(1_000_000), "mill kr": Decimal(1_000_000), "1000 kr": Decimal(1000)}
ABOUT = Decimal("0.05")  # how far "about" reaches
HALF = Decimal("0.5")
YEAR = "ar"  # the column that holds the year of a row
YES = ("ja", "true", "x", "1", "sann")

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)(?![\w-])"
    r"|(?P<table>[a-z][\w-]*)(?:@(?P<year>\d{4}))?\[(?P<keys>[^\]]*)\]\.(?P<column>\w+)"
    r"|(?P<name>abs)(?=\s*\()|(?P<sign>[-+*/()]))"
)


class UnreadableReference(ValueError):
    """What a claim refers to is not written as it must be; the message is for the user."""


class NoSuchFigure(LookupError):
    """A term names a figure that is not there."""


@dataclass(frozen=True)
class Term:
    """One figure of one table."""

    table: str
    year: int | None
    keys: tuple[tuple[str, str], ...]
    column: str

    @property
    def told_year(self) -> int | None:
        """This will return the year that the term names, for the table or for its rows."""
        return next((int(value) for name, value in self.keys if name == YEAR and value.isdigit()), self.year)


# The figures of a table's rows as (keys, value): amounts in kroner. Empty when there is no such table.
Rows = Callable[[str, int | None], Sequence[tuple[Mapping[str, str], Mapping[str, Decimal]]]]


@dataclass(frozen=True)
class Claim:
    """One statement of the text."""

    number: str
    text: str  # a neutral paraphrase
    printed: str  # the figure as it stands in the text
    unit: str
    refers_to: str
    place: str = ""  # page or section
    about: bool = False  # "ca", "om lag", "drøyt"
    alternatives: tuple[tuple[str, str], ...] = ()  # (label, expression): what may have been meant

    @property
    def value(self) -> Decimal:
        """This will return the figure; NumberError when the text is none."""
        return parse_amount(self.printed.removesuffix("%"), places=max(_places(self.printed), 0))

    @property
    def step(self) -> Decimal:
        """This will return the smallest difference that the figure shows; "ca 60" says no more than tens."""
        places = _places(self.printed)
        if not self.about or places:
            return Decimal(1).scaleb(-places)
        digits = re.sub(r"\D", "", self.printed)
        return Decimal(10) ** min(len(digits) - len(digits.rstrip("0")), len(digits) - 1)


def _places(text: str) -> int:
    _whole, _comma, fraction = text.strip().removesuffix("%").strip().partition(",")
    return len(fraction)


@dataclass
class Control:
    """What came of the claims."""

    agree: int = 0
    disagreements: list[Disagreement] = field(default_factory=list)
    unchecked: list[Unchecked] = field(default_factory=list)


def check_claims(claims: Sequence[Claim], rows: Rows, year: int | None, sheet: str) -> Control:
    """This will hold every claim against what it refers to."""
    control = Control()
    for claim in claims:
        try:
            found = _check(claim, rows, year, sheet)
        except (NumberError, UnreadableReference, NoSuchFigure, DivisionByZero, InvalidOperation) as error:
            reason = str(error) or _("Uttrykket lar seg ikke regne ut.")
            control.unchecked.append(Unchecked(sheet, claim.number, reason))
            continue
        if found is None:
            control.agree += 1
        else:
            control.disagreements.append(found)
    return control


def _check(claim: Claim, rows: Rows, year: int | None, sheet: str) -> Disagreement | None:
    printed, step = claim.value, claim.step
    divisor = UNITS.get(claim.unit.lower(), Decimal(1))
    misprint = ""
    try:
        computed = evaluate(claim.refers_to, rows, year) / divisor
    except NoSuchFigure:
        elsewhere = next(_elsewhere(claim, rows, year, divisor), None)
        if elsewhere is None:
            raise
        computed, misprint = elsewhere
    if not misprint and abs(printed - computed) <= step * HALF:
        return None
    near = abs(printed - computed) < step or (claim.about and abs(printed - computed) <= abs(computed) * ABOUT)
    rounding = near and not misprint
    if not rounding and not misprint:
        others = [(label, evaluate(text, rows, year) / divisor) for label, text in claim.alternatives]
        misprint = likeliest(printed, computed, step, others) or next(
            (told for _value, told in _elsewhere(claim, rows, year, divisor)), ""
        )
    return Disagreement(
        verdict=Verdict.ROUNDING if rounding else Verdict.ERROR,
        rule=Rule.CLAIM,
        table=sheet,
        row=claim.number,
        column=claim.text,
        printed=printed,
        computed=computed,
        step=Decimal(1).scaleb(-_places(claim.printed)),
        unit=claim.unit,
        misprint="" if rounding else misprint,
        source=claim.place,
    )


def _elsewhere(claim: Claim, rows: Rows, year: int | None, divisor: Decimal) -> Iterator[tuple[Decimal, str]]:
    """The other years in which the printed figure is right: the same row and column of the same table."""
    terms = [found for found in _tokens(claim.refers_to) if isinstance(found, Term)]
    if len(terms) != 1:
        return
    term = terms[0]
    told = term.told_year
    room = claim.step if claim.about else claim.step * HALF
    others = [(name, wanted) for name, wanted in term.keys if name != YEAR]
    years = sorted({one for known in (told, year) if known for one in range(known - 11, known + 2)}, reverse=True)
    for one in (found for found in years if found != (told or year)):
        wanted = (*others, (YEAR, str(one))) if told and told != term.year else term.keys
        for value in _values(replace(term, keys=wanted, year=one if wanted == term.keys else None), rows, one):
            exact = abs(value) / divisor
            if abs(exact - abs(claim.value)) <= room:
                yield exact, _("Tallet gjelder %(year)s") % {"year": one}


def _values(term: Term, rows: Rows, year: int | None) -> set[Decimal]:
    """The different figures that a term may mean: a table may have to be asked for the year of its rows."""
    years = dict.fromkeys([term.year or year, term.told_year or year])
    return {
        value
        for one in years
        for keys, figures in rows(term.table, one)
        if all(words(keys.get(name)) == words(wanted) for name, wanted in term.keys)
        and (value := figures.get(term.column)) is not None
    }


def evaluate(expression: str, rows: Rows, year: int | None) -> Decimal:
    """This will compute what a claim refers to; NoSuchFigure when a figure is missing."""
    parser = _Parser(_tokens(expression), rows, year)
    value = parser.sum()
    if parser.rest:
        raise UnreadableReference(_("«%(text)s» er ikke et uttrykk som kan leses.") % {"text": expression})
    return value


Token = Term | Decimal | str


def _tokens(expression: str) -> list[Token]:
    tokens: list[Token] = []
    place, text = 0, expression.strip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise UnreadableReference(
                _("«%(text)s» kan ikke leses fra tegn %(place)s.") % {"text": expression, "place": place + 1}
            )
        place = found.end()
        if found["number"]:
            tokens.append(Decimal(found["number"]))
        elif found["table"]:
            pairs = (part.partition("=") for part in found["keys"].split(";") if part.strip())
            keys = tuple((name.strip(), value.strip()) for name, _equals, value in pairs)
            tokens.append(Term(found["table"], int(found["year"]) if found["year"] else None, keys, found["column"]))
        else:
            tokens.append(found["name"] or found["sign"])
    return tokens


@dataclass
class _Parser:
    """Sums of products of signed figures; ten lines of grammar, no eval."""

    rest: list[Token]
    rows: Rows
    year: int | None

    def sum(self) -> Decimal:
        value = self.product()
        while self.rest and self.rest[0] in ("+", "-"):
            value = value + self.product() if self.rest.pop(0) == "+" else value - self.product()
        return value

    def product(self) -> Decimal:
        value = self.factor()
        while self.rest and self.rest[0] in ("*", "/"):
            value = value * self.factor() if self.rest.pop(0) == "*" else value / self.factor()
        return value

    def factor(self) -> Decimal:
        found = self.rest.pop(0) if self.rest else ""
        if isinstance(found, Decimal):
            return found
        if isinstance(found, Term):
            return self.figure(found)
        if found == "-":
            return -self.factor()
        if found == "abs":
            return abs(self.factor())
        if found == "(":
            value = self.sum()
            if self.rest and self.rest.pop(0) == ")":
                return value
        raise UnreadableReference(_("Uttrykket mangler et tall, et ledd eller en parentes."))

    def figure(self, term: Term) -> Decimal:
        found = _values(term, self.rows, self.year)
        told = f"{term.table}[{'; '.join('='.join(pair) for pair in term.keys)}].{term.column}"
        if not found:
            raise NoSuchFigure(_("Fant ikke tallet %(term)s.") % {"term": told})
        if len(found) > 1:
            raise UnreadableReference(_("%(term)s peker på flere tall.") % {"term": told})
        return found.pop()
