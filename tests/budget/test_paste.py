"""Pasting a block from a spreadsheet: what is understood, what is refused, and that a refusal changes nothing."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

import pytest
from django.test import Client

from budget.audit import figure_errors
from budget.models import Art, PeriodEvent
from budget.queries.entries import CellKey, RowKey
from roros.models import ImportRun, Role, User
from roros.periods import MONTHS
from tests.budget.test_entries import amount, cell, save
from tests.ledger_world import figures
from tests.people import person

ADDRESS = "/foring/2021/lim-inn/?slag=regnskap&ansvar=3100"
SAVE = "/foring/2021/lim-inn/lagre/?slag=regnskap&ansvar=3100"
ROWS = [
    RowKey("3100", "2530", "101000"),  # 900.25 in January
    RowKey("3100", "2530", "111500"),  # an amendment alone
    RowKey("3100", "2530", "111500", "111011"),  # 40.00 in February
]
WAGES, FOOD, KORONA = (row.cell for row in ROWS)
MINUS, NBSP, NARROW = "\u2212", "\xa0", "\u202f"
ERROR = r"<li>(?:<b>([^<]*)</b> )?(?:<span class=\"cell\">([^<]*)</span>)?<p>([^<]*)</p></li>"


@pytest.fixture
def kari(loaded: None, client: Client) -> Iterator[User]:
    """Somebody who may enter figures, signed in."""
    user = person(Role.OKONOMI, name="kari")
    client.force_login(user)
    yield user
    assert figure_errors() == []


def block(*rows: Sequence[object]) -> str:
    return "".join("\t".join(map(str, row)) + "\r\n" for row in rows)


class Pasted:
    """The page that answers a block: what it says, and the cells that it would save."""

    def __init__(self, client: Client, text: str, *, row: int = 0, month: int = 1) -> None:
        self.client = client
        where = {"anchor": str(row), "period": str(month), "rows": json.dumps(ROWS)}
        answer = client.post(ADDRESS, {"block": text, **where})
        self.status, self.page = answer.status_code, html.unescape(answer.content.decode())
        found = re.search(r'name="cells" value="([^"]*)"', answer.content.decode())
        self.cells = html.unescape(found[1]) if found else ""
        self.errors = re.findall(ERROR, self.page)

    @property
    def changes(self) -> dict[CellKey, tuple[Decimal, Decimal]]:
        """Before and after of each cell that would change."""
        return {
            CellKey(ansvar, tjeneste, art, prosjekt, period): (Decimal(before), Decimal(after))
            for ansvar, tjeneste, art, prosjekt, period, before, after in json.loads(self.cells or "[]")
        }

    def confirm(self, **data: str) -> int:
        """Save what the page shows."""
        answer = self.client.post(SAVE, {"cells": self.cells, "reason": "Fra regneark", **data})
        self.page = html.unescape(answer.content.decode())
        return answer.status_code


def refused(client: Client, text: str, *told: str, place: str = "", value: str = "", **where: int) -> None:
    """The block is refused whole, with these words about that place, and nothing has changed."""
    before = figures()
    pasted = Pasted(client, text, **where)
    assert (pasted.status, pasted.cells) == (400, "")
    for words in told:
        assert words in pasted.page, pasted.errors
    if place:
        assert place in [error[0] for error in pasted.errors], pasted.errors
    if value:
        assert value in [error[1] for error in pasted.errors], pasted.errors
    assert figures() == before
    assert not ImportRun.objects.filter(kind="foring").exists()


def test_a_block_is_shown_before_and_after_and_then_saved(kari: User, client: Client) -> None:
    before = figures()
    pasted = Pasted(client, block(("1000,50", "2"), ("3", "4"), ("5", "6")))
    assert (pasted.status, "6 celler endres" in pasted.page) == (200, True)
    assert pasted.changes[WAGES(1)] == (Decimal("900.25"), Decimal("1000.50"))
    assert ("900,25" in pasted.page, "1\xa0000,50" in pasted.page, "100,25" in pasted.page) == (True, True, True)
    assert figures() == before, "seeing changes nothing"
    assert pasted.confirm() == 302
    assert [amount(key) for key in (WAGES(1), WAGES(2), FOOD(1), KORONA(2))] == [Decimal("1000.50"), 2, 3, 6]
    run = ImportRun.objects.get(kind="foring")
    assert (run.rows, run.preview["reason"]) == (6, "Fra regneark")


# ---------------------------------------------------------------- the fifteen cases


def test_1_too_many_rows(kari: User, client: Client) -> None:
    refused(client, block("1", "2", "3", "4"), "Blokken har 4 rader, men det er bare 3", place="Rad 4")
    refused(client, block("1", "2", "3"), "men det er bare 2", row=1)
    refused(client, block(range(14)), "14 kolonner, men det er bare 13")
    refused(client, block(("1", "2", "3")), "3 kolonner, men det er bare 2", month=12)


def test_1_too_few_rows(kari: User, client: Client) -> None:
    pasted = Pasted(client, block("1", "2"))
    assert "Blokken har 2 rader, og rutenettet 3" in pasted.page, "what one must look at before it is saved"
    assert set(pasted.changes) == {WAGES(1), FOOD(1)}
    refused(client, "1\t2\r\n3\r\n4\t5\r\n", "Raden har 1 celler, de andre har 2", place="Rad 2")
    refused(client, block(("Tjeneste", "Art", "Mars")), "ingen linjer med beløp")
    refused(client, "\r\n\t\r\n", "Utklippet er tomt")


def test_2_a_header_row_tells_the_cells(kari: User, client: Client) -> None:
    pasted = Pasted(
        client,
        block(
            ("Prosjekt", "Art", "Art(T)", "Tjeneste", "Mars", "jan", "2021-13"),
            ("", "118000", "Strøm", "2530", "7", "8", "9"),
            ("111011", "111500", "Mat", "2530 Sykehjem", "1", "", "2"),
        ),
    )
    power = RowKey("3100", "2530", "118000").cell
    assert {key: after for key, (_before, after) in pasted.changes.items()} == {
        **{power(3): 7, power(1): 8, power(13): 9},
        **{KORONA(3): 1, KORONA(13): 2},
    }
    assert "overskriften er kjent igjen" in pasted.page


def test_2_period_and_amount_in_columns_of_their_own(kari: User, client: Client) -> None:
    pasted = Pasted(
        client,
        block(
            ("Kostnadssted", "Funksjon", "Konto", "År", "Måned", "Beløp (kr)"),
            ("3100", "2530", "101000", "2021", "202103", "5,50"),
            ("", "", "", "", "april 2021", "6"),
            ("1000", "1200", "101000", "2021", "5", "7"),
        ),
    )
    assert {key: after for key, (_before, after) in pasted.changes.items()} == {
        WAGES(3): Decimal("5.50"),
        WAGES(4): 6,
        CellKey("1000", "1200", "101000", "", 5): 7,
    }


def test_2_months_alone_in_the_header(kari: User, client: Client) -> None:
    pasted = Pasted(client, block(("mars", "april"), ("1", "2"), ("3", "4")), row=1)
    assert set(pasted.changes) == {FOOD(3), FOOD(4), KORONA(3), KORONA(4)}


@pytest.mark.parametrize(
    ("header", "row", "told"),
    [
        (("Tjeneste", "Art", "Mars", "Merkelig"), ("2530", "101000", "1", "2"), "Kolonnen «Merkelig» er ukjent"),
        (("Tjeneste", "Mars"), ("2530", "1"), "må ha både Tjeneste og Art"),
        (("Tjeneste", "Art", "Periode"), ("2530", "101000", "1"), "ikke både Periode og Beløp"),
        (("Periode", "Beløp"), ("1", "2"), "trenger også Tjeneste og Art"),
        (("Tjeneste", "Art", "Mars", "mar"), ("2530", "101000", "1", "2"), "to kolonner"),
        (("Tjeneste", "Art", "Mars 2020"), ("2530", "101000", "1"), "hører til 2020, men"),
        (("Tjeneste", "Art", "Periode", "Beløp"), ("2530", "101000", "202003", "1"), "hører til 2020, men"),
        (("Tjeneste", "Art", "Periode", "Beløp"), ("2530", "101000", "14", "1"), "er ikke en periode"),
        (("Tjeneste", "Art", "År", "Periode", "Beløp"), ("2530", "101000", "2020", "3", "1"), "hører til 2020, men"),
        (("Tjeneste", "Art", "Mars"), ("2530", "", "1"), "Art mangler i raden"),
    ],
)
def test_2_headers_that_do_not_tell(
    kari: User, client: Client, header: Sequence[str], row: Sequence[str], told: str
) -> None:
    refused(client, block(header, row), told)


def test_3_a_totals_row_is_a_control_and_not_data(kari: User, client: Client) -> None:
    head = ("Tjeneste", "Art", "Prosjekt", "Jan", "Feb", "Sum")
    lines = (("2530", "101000", "", "10", "1", "11"), ("2530", "111500", "", "20", "2,5", "22,50"))
    pasted = Pasted(client, block(head, *lines, ("Sum", "", "", "30", "3,5", "33,5")))
    assert set(pasted.changes) == {WAGES(1), WAGES(2), FOOD(1), FOOD(2)}
    assert "Summer som stemmer</dt><dd>5" in pasted.page
    refused(
        client,
        block(head, *lines, ("Totalt", "", "", "31", "3,5", "34,5")),
        "Sumraden «Totalt» viser 31,00, men linjene over gir 30,00",
        place="Rad 4, kolonne D",
        value="31",
    )
    refused(
        client,
        block(head, ("2530", "101000", "", "10", "1", "12")),
        "Summen i raden er 12,00",
        place="Rad 2, kolonne F",
    )
    sub = block(
        head[:5],
        lines[0][:5],
        ("Sum lønn", "", "", "10", "1"),
        lines[1][:5],
        ("Sum mat", "", "", "20", "2,5"),
        ("Sum", "", "", "30", "3,5"),
    )
    assert set(Pasted(client, sub).changes) == {WAGES(1), WAGES(2), FOOD(1), FOOD(2)}, "subtotals and a total"


def test_4_a_locked_month(kari: User, client: Client) -> None:
    PeriodEvent.objects.create(year=2021, period=2, closed=True)
    refused(client, block(("1", "2"), ("3", "4")), "Februar 2021 ble lukket", place="Rad 1, kolonne B", value="2")
    same = Pasted(client, block(("1", "0"), ("3", "")))
    assert set(same.changes) == {WAGES(1), FOOD(1)}, "a closed month that stays as it is refuses nothing"


@pytest.mark.parametrize("text", ["hundre", "12 av 13", "5 kr og 3", "1O0"])
def test_5_text_in_an_amount(kari: User, client: Client, text: str) -> None:
    refused(client, block(("1", text), ("3", "4")), f"«{text}» er ikke et tall", place="Rad 1, kolonne B", value=text)


def test_5_every_bad_cell_is_marked(kari: User, client: Client) -> None:
    pasted = Pasted(client, block(("1", "x"), ("y", "4"), ("5", "1,234")))
    assert [(place, value) for place, value, _why in pasted.errors] == [
        ("Rad 1, kolonne B", "x"),
        ("Rad 2, kolonne A", "y"),
        ("Rad 3, kolonne B", "1,234"),
    ]
    assert "kan leses som 1\xa0234,00 eller 1,23" in pasted.page


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (f"{MINUS}12,50", "-12.50"),  # 6 the real minus
        (f"{MINUS}{NBSP}1{NBSP}000", "-1000"),
        ("12,50-", "-12.50"),  # 7 minus behind
        ("(12,50)", "-12.50"),
        (f"1{NBSP}234{NBSP}567,89", "1234567.89"),  # 8 NBSP and its narrow kin
        (f"1{NARROW}234", "1234"),
        ("1 234 567,89", "1234567.89"),
        ("1234,5", "1234.50"),  # 9 two ways to write decimals
        ("1234.5", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1 234 kr", "1234"),  # 11 as a formula or format displays it
        ("kr 1 234,-", "1234"),
    ],
)
def test_6_to_9_and_11_numbers_as_people_and_spreadsheets_write_them(
    kari: User, client: Client, text: str, after: str
) -> None:
    pasted = Pasted(client, block((text,), ("",), ("",)))
    assert pasted.changes == {WAGES(1): (Decimal("900.25"), Decimal(after))}
    assert pasted.confirm() == 302
    assert amount(WAGES(1)) == Decimal(after)


def test_10_empty_cells_leave_what_stands(kari: User, client: Client) -> None:
    pasted = Pasted(client, block(("", "5"), ("-", ""), ("", "")))
    assert pasted.changes == {WAGES(2): (Decimal(0), Decimal(5))}
    assert "5, som ikke endrer noe" in pasted.page
    pasted.confirm()
    assert set(Pasted(client, block("1", "", "3")).changes) == {WAGES(1), KORONA(1)}, "a blank row holds its place"
    assert (amount(WAGES(1)), amount(KORONA(2))) == (Decimal("900.25"), Decimal("40.00"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("#REF!", "feilverdien #REF!"),
        ("#VERDI!", "feilverdien #VERDI!"),
        ("#I/T", "feilverdien #I/T"),
        ("########", "feilverdien ########"),
        ("=A1+A2", "formel uten lagret resultat"),
    ],
)
def test_11_displayed_values_of_formulas(kari: User, client: Client, text: str, told: str) -> None:
    refused(client, block(("1", text), ("3", "4")), told, place="Rad 1, kolonne B", value=text)


def test_12_five_thousand_cells(kari: User, client: Client) -> None:
    Art.objects.bulk_create(Art(code=f"12{n:04}", name=f"Art {n}", kostra_art="200") for n in range(417))
    head = ("Tjeneste", "Art", *map(str.capitalize, MONTHS))
    rows = [("2530", f"12{n:04}", *(f"{n * 12 + month + 1},{month:02}" for month in range(12))) for n in range(417)]
    pasted = Pasted(client, block(head, *rows))
    assert (pasted.status, len(pasted.changes)) == (200, 5004)
    assert "5\xa0004 celler endres" in pasted.page
    assert "Og 4504 celler til" in pasted.page.replace("\xa0", "")
    assert pasted.confirm() == 302
    assert ImportRun.objects.get(kind="foring").rows == 5004
    assert amount(CellKey("3100", "2530", "120416", "", 12)) == Decimal("5004.11")
    rows[400] = (*rows[400][:5], "feil", *rows[400][6:])
    before = figures()
    again = Pasted(client, block(head, *rows))
    assert (again.status, [error[0] for error in again.errors]) == (400, ["Rad 402, kolonne F"])
    assert figures() == before


@pytest.mark.parametrize(
    ("row", "value", "told"),
    [
        (("9999", "101000", "", "5"), "9999", "Tjeneste «9999» finnes ikke"),
        (("2530", "999999", "", "5"), "999999", "Art «999999» finnes ikke"),
        (("2530", "101000", "77", "5"), "77", "Prosjekt «77» finnes ikke"),
        (("2999", "101000", "", "5"), "2999", "Tjeneste 2999 gjelder ikke i 2021"),
    ],
)
def test_13_unknown_codes(kari: User, client: Client, row: Sequence[str], value: str, told: str) -> None:
    good = ("2530", "101000", "", "1")
    refused(client, block(("Tjeneste", "Art", "Prosjekt", "Mars"), good, row), told, value=value)


def test_13_codes_and_amounts_are_marked_together(kari: User, client: Client) -> None:
    head = ("Tjeneste", "Art", "Mars", "April")
    pasted = Pasted(client, block(head, ("9999", "101000", "1", ""), ("2530", "101000", "hundre", "4")))
    assert [(place, value) for place, value, _why in pasted.errors] == [
        ("Rad 2, kolonne C", "9999"),
        ("Rad 3, kolonne C", "hundre"),
    ]


def test_13_unknown_ansvar(kari: User, client: Client) -> None:
    head = ("Ansvar", "Tjeneste", "Art", "Mars")
    refused(client, block(head, ("4444", "2530", "101000", "1")), "Ansvar «4444» finnes ikke", value="4444")
    refused(client, block(head, ("3999", "2530", "101000", "1")), "Ansvar 3999 er ikke plassert i 2021", value="3999")


def test_14_the_same_block_twice(kari: User, client: Client) -> None:
    text = block(("10", "20"), ("30", "40"))
    assert Pasted(client, text).confirm() == 302
    before = figures()
    again = Pasted(client, text)
    assert (again.status, again.cells) == (200, "")
    assert "Ingenting å endre: cellene har alt disse beløpene" in again.page
    assert figures() == before
    head = ("Tjeneste", "Art", "Mars")
    twice = Pasted(client, block(head, ("2530", "101000", "1"), ("2530", "101000", "1")))
    assert [(place, why) for place, _value, why in twice.errors] == [
        (
            "Rad 3, kolonne C",
            "3100 · 2530 · 101000 · mars står mer enn én gang, første gang i rad 2. Behold én av radene.",
        )
    ]


def test_14_the_same_confirmation_twice(kari: User, client: Client) -> None:
    pasted = Pasted(client, block(("10", "20"), ("30", "40")))
    assert pasted.confirm() == 302
    before = figures()
    assert (pasted.confirm(), "Ingenting å endre" in pasted.page) == (400, True)
    assert figures() == before


def test_15_somebody_saves_while_one_pastes(kari: User, client: Client) -> None:
    pasted = Pasted(client, block(("10", "20"), ("30", "40")))
    ola = person(Role.OKONOMI, name="ola")
    save(ola, cell(WAGES(1), "900.25", "77"), cell(FOOD(1), "0", "88"))
    before = figures()
    assert pasted.confirm() == 409
    assert "2 celler er endret av andre" in pasted.page
    assert "Du så 900,25. Nå står det 77,00, skrevet av ola" in pasted.page
    assert figures() == before
    mine, theirs = "valg|3100|2530|101000||1", "valg|3100|2530|111500||1"
    assert (mine in pasted.page, theirs in pasted.page) == (True, True)
    assert pasted.confirm(**{mine: "min:77"}) == 409, "one choice is missing"
    assert figures() == before
    assert pasted.confirm(**{mine: "min:77", theirs: "deres"}) == 302
    assert [amount(key) for key in (WAGES(1), WAGES(2), FOOD(1), FOOD(2))] == [10, 20, 88, 40]
