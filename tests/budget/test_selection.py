"""The state of a budget page, to and from its address."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from budget.selection import MOST_OPENED, Level, Selection, SelectionError, Structure, period_choices
from roros.numbers import Scale

codes = st.none() | st.text("0123456789ABCæøå-", min_size=1, max_size=6).filter(lambda code: code != "uten")


def read(query: str, **options: int) -> Selection:
    return Selection.read(QueryDict(query), year=2021, **options)  # type: ignore[arg-type]


def test_defaults() -> None:
    assert read("") == Selection(2021)
    assert Selection(2021).url_parameters() == ""


def test_every_parameter() -> None:
    found = read(
        "niva=art&periode=8&skala=mill&struktur=rapportert&rammeomrade=3&virksomhet=310&ansvar=6512&tjeneste=2530"
        "&art=101000&prosjekt=111011&apne=1&apne=2&apne=1&sorter=-avvik&gruppe=ingen"
    )
    assert found == Selection(
        2021,
        period=8,
        level=Level.ART,
        scale=Scale.MILL,
        structure=Structure.AS_REPORTED,
        rammeomrade="3",
        virksomhet="310",
        ansvar="6512",
        tjeneste="2530",
        art="101000",
        prosjekt="111011",
        opened=("1", "2"),
        order="-avvik",
        grouped=False,
    )


def test_december_is_the_whole_year() -> None:
    assert read("periode=12").period == read("periode=13").period == 13
    assert read("periode=12").is_year


def test_period_that_is_not_told_is_the_last_one_with_accounts() -> None:
    running = read("", default_period=8)
    assert (running.period, running.is_year, running.url_parameters()) == (8, False, "")
    assert replace(running, period=13).url_parameters() == "?periode=13"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("niva=avdeling", "Nivået «avdeling» finnes ikke."),
        ("periode=14", "Perioden «14» finnes ikke. Velg 1 til 13."),
        ("periode=mai", "Perioden «mai» finnes ikke. Velg 1 til 13."),
        ("skala=eur", "Skalaen «eur» finnes ikke. Velg kr, tkr eller mill."),
        ("struktur=gammel", "Organiseringen «gammel» finnes ikke. Velg arets eller rapportert."),
        ("rammeomrade=Helse", "«Helse» er ikke et rammeområde."),
        ("rammeomrade=99999", "«99999» er ikke et rammeområde."),
        ("ansvar=" + "1" * 21, "En kode har høyst 20 tegn."),
        ("sorter=avvik;drop", "«avvik;drop» er ikke en kolonne."),
        ("gruppe=hus", "Grupperingen «hus» finnes ikke."),
        ("art=1%00", "Null-tegn er ikke tillatt."),
    ],
)
def test_what_cannot_be_is_refused_in_words(query: str, message: str) -> None:
    with pytest.raises(SelectionError) as refused:
        read(query)
    assert refused.value.messages == [message]


def test_lines_without_a_code_can_be_asked_for() -> None:
    found = read("prosjekt=uten&rammeomrade=uten")
    assert (found.prosjekt, found.rammeomrade) == ("", "")
    assert found.url_parameters() == "?rammeomrade=uten&prosjekt=uten"
    assert found.filters == {Level.RAMMEOMRADE: "", Level.PROSJEKT: ""}


def test_opened_rows_are_limited() -> None:
    query = "&".join(f"apne={number}" for number in range(MOST_OPENED + 5))
    assert len(read(query).opened) == MOST_OPENED


@given(
    level=st.sampled_from(Level),
    period=st.integers(1, 13).filter(lambda period: period != 12),
    scale=st.sampled_from(Scale),
    structure=st.sampled_from(Structure),
    filters=st.fixed_dictionaries({level.value: codes for level in list(Level)[1:]}),
    grouped=st.booleans(),
)
def test_address_and_state_are_the_same_thing(
    level: Level, period: int, scale: Scale, structure: Structure, filters: dict[str, str | None], grouped: bool
) -> None:
    state = Selection(
        2021, period=period, level=level, scale=scale, structure=structure, rammeomrade="3", grouped=grouped, **filters
    )
    assert read(state.url_parameters().removeprefix("?")) == state


def test_of_goes_one_level_down() -> None:
    inside = Selection(2021, opened=("3",), order="-avvik").of(Level.RAMMEOMRADE, "3")
    assert inside == Selection(2021, level=Level.VIRKSOMHET, rammeomrade="3")
    assert Selection(2021).of(Level.PROSJEKT, "").level is Level.PROSJEKT


def test_levels_know_their_words_and_order() -> None:
    assert [level.below for level in Level] == [*list(Level)[1:], None]
    assert [str(level.plural) for level in Level] == [
        "Rammeområder",
        "Virksomheter",
        "Ansvar",
        "Tjenester",
        "Arter",
        "Prosjekter",
    ]
    assert [level.without for level in Level] == ["Ikke plassert", "Ikke plassert", None, None, None, "Uten prosjekt"]


@pytest.mark.parametrize(
    ("changes", "groups"),
    [
        ({"level": Level.TJENESTE}, True),
        ({"level": Level.ANSVAR, "tjeneste": "2010"}, True),
        ({"level": Level.TJENESTE, "order": "-avvik"}, False),
        ({"level": Level.TJENESTE, "grouped": False}, False),
        ({"level": Level.TJENESTE, "rammeomrade": "3"}, False),
        ({"level": Level.VIRKSOMHET, "virksomhet": "310"}, False),
        ({"level": Level.RAMMEOMRADE}, False),
        ({"level": Level.ART}, False),
    ],
)
def test_rows_stand_in_groups_only_where_groups_help(changes: dict[str, object], groups: bool) -> None:
    assert replace(Selection(2021), **changes).shows_groups is groups  # type: ignore[arg-type]


def test_periods_to_choose_from() -> None:
    assert period_choices(3) == [(1, "Januar"), (2, "Januar–februar"), (3, "Januar–mars")]
    assert period_choices()[-2:] == [(11, "Januar–november"), (13, "Hele året")]


def test_structure_has_words() -> None:
    assert [structure.label for structure in Structure] == ["Årets organisering", "Slik det ble rapportert"]
