"""The registers' workbooks: read, refused cell by cell, undone exactly."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection

from budget.models import (
    CouncilCase,
    Decision,
    DecisionStatus,
    FollowUp,
    Grant,
    Indicator,
    IndicatorTarget,
    IndicatorValue,
    PrintedCost,
    Prosjekt,
    PupilCount,
    Theme,
    ThemeCode,
)
from roros.models import ImportRun
from roros.workbooks import engine
from roros.workbooks.kinds import CannotUndo
from roros.workbooks.messages import message
from roros.workbooks.results import findings_of
from tests.budget.register_files import (
    CASES,
    DECISIONS,
    GRANTS,
    INDICATORS,
    THEMES,
    bring,
    codes,
    decision,
    person,
)
from tests.workbooks import xlsx

State = ImportRun.State
MODELS = (
    CouncilCase,
    Decision,
    DecisionStatus,
    FollowUp,
    Indicator,
    IndicatorTarget,
    IndicatorValue,
    Theme,
    ThemeCode,
    Grant,
    PrintedCost,
    PupilCount,
)
UNSTABLE = {"id", "version", "recorded_at"}


def everything() -> list[tuple[str, list[tuple[Any, ...]]]]:
    """Every register as it stands, without what a row that is put back cannot keep."""
    found = []
    for model in MODELS:
        columns = [field.attname for field in model._meta.concrete_fields if field.attname not in UNSTABLE]
        found.append((model.__name__, sorted(model._default_manager.values_list(*columns), key=repr)))
    return found


BAD_FILES: dict[str, tuple[str, list[Any], int | None, list[tuple[str, int, str]]]] = {
    "status word": (
        "verbalvedtak",
        [DECISIONS, decision(1, "Nesten ferdig")],
        2021,
        [("not-a-choice", 2, "C")],
    ),
    "no status": ("verbalvedtak", [DECISIONS, decision(1, "")], 2021, [("empty-value", 2, "C")]),
    "wrong century": (
        "verbalvedtak",
        [DECISIONS, decision(1, Frist=datetime.date(1921, 5, 1))],
        2021,
        [("date-far-off", 2, "E")],
    ),
    "date as text": ("verbalvedtak", [DECISIONS, decision(1, Frist="mai")], 2021, [("not-a-date", 2, "E")]),
    "decision twice": (
        "verbalvedtak",
        [DECISIONS, decision(1), decision(2), decision(1)],
        2021,
        [("duplicate-row", 4, "A")],
    ),
    "follow-up without a case": (
        "verbalvedtak",
        [DECISIONS, decision(1, **{"Oppfølging organ": "Formannskapet"})],
        2021,
        [("followup-without-case", 2, "G")],
    ),
    "year not told": ("verbalvedtak", [DECISIONS, decision(1)], None, [("register-year-unknown", 2, "")]),
    "unknown rammeområde": (
        "verbalvedtak",
        [(*DECISIONS, "Rammeområde"), [*decision(1), 77]],
        2021,
        [("unknown-rammeomrade", 2, "M")],
    ),
    "unknown amendment": (
        "verbalvedtak",
        [(*DECISIONS, "Budsjettendring"), [*decision(1), "2021-099"]],
        2021,
        [("unknown-amendment", 2, "M")],
    ),
    "status of tomorrow": (
        "verbalvedtak",
        [(*DECISIONS, "Status per"), [*decision(1), datetime.date(2035, 1, 1)]],
        2021,
        [("status-date-in-future", 2, "M")],
    ),
    "case number": (
        "saker",
        [CASES, ["tretten", 13, 2021, "Kommunestyret", "Sak", None]],
        None,
        [("case-number-unreadable", 2, "A")],
    ),
    "case number and year": (
        "saker",
        [CASES, ["13/20", 13, 2021, "Kommunestyret", "Sak", None]],
        None,
        [("case-number-differs", 2, "A")],
    ),
    "case twice": (
        "saker",
        [CASES, *[["13/21", 13, 2021, "Kommunestyret", title, None] for title in ("A", "B")]],
        None,
        [("duplicate-row", 3, "A")],
    ),
    "percent as text": (
        "maltall",
        [INDICATORS, ["Lånegjeld", "Røros", 2021, "omtrent ti", "%", None, None]],
        None,
        [("not-a-number", 2, "D")],
    ),
    "target without direction": (
        "maltall",
        [INDICATORS, ["Lånegjeld", "Røros", 2021, 100.6, "%", 90, "målet"]],
        None,
        [("target-without-direction", 2, "G")],
    ),
    "two units": (
        "maltall",
        [INDICATORS, ["Fond", "Røros", 2021, 1, "%", None, None], ["Fond", "Oppdal", 2021, 2, "mill. kr", None, None]],
        None,
        [("unit-differs", 3, "E")],
    ),
    "two targets": (
        "maltall",
        [INDICATORS, ["Fond", "Røros", 2021, 1, "%", 2, "min"], ["Fond", "Oppdal", 2021, 2, "%", 3, "min"]],
        None,
        [("target-differs", 3, "F")],
    ),
    "indicators too alike": (
        "maltall",
        [INDICATORS, ["Fond (D)", "Røros", 2021, 1, "%", None, None], ["Fond D", "Røros", 2021, 1, "%", None, None]],
        None,
        [("indicator-too-alike", 2, "A"), ("indicator-too-alike", 3, "A")],
    ),
    "value twice": (
        "maltall",
        [INDICATORS, *[["Fond", "Røros", 2021, value, "%", None, None] for value in (1, 2)]],
        None,
        [("duplicate-row", 3, "A")],
    ),
    "no year": (
        "maltall",
        [INDICATORS, ["Fond", "Røros", 1821, 1, "%", None, None]],
        None,
        [("not-a-year", 2, "C")],
    ),
    "grant without amount": (
        "koronatilskudd",
        [GRANTS, ["Rammetilskudd", "Vaksinasjon", None, "KMD", None]],
        2021,
        [("empty-amount", 2, "E")],
    ),
    "grants that do not add up": (
        "koronatilskudd",
        [GRANTS, ["G", "Vaksinasjon", None, "KMD", 10], ["G", "Sum ekstrabevilgninger", None, None, 11]],
        2021,
        [("sum-differs", 3, "E")],
    ),
    "grant twice": (
        "koronatilskudd",
        [GRANTS, *[["G", "Vaksinasjon", None, "KMD", amount] for amount in (1, 2)]],
        2021,
        [("duplicate-row", 3, "B")],
    ),
    "unknown theme": (
        "koronatilskudd",
        [("Tema", *GRANTS), ["Flom", "G", "Tilskudd A", None, "KMD", 1]],
        2021,
        [("unknown-theme", 2, "A")],
    ),
    "unknown project": (
        "temaer",
        [THEMES, ["Korona", "Prosjekt", "999999", None]],
        None,
        [("unknown-theme-code", 2, "C")],
    ),
    "negative pupils": (
        "elevtall",
        [("Aldersgruppe", 2020, 2021), ["6-9 år", 195, -1]],
        None,
        [("out-of-range", 2, "C")],
    ),
    "half a pupil": ("elevtall", [("Aldersgruppe", 2020), ["6-9 år", 195.5]], None, [("not-an-integer", 2, "B")]),
    "no pupils": ("elevtall", [("Aldersgruppe", 2020), ["6-9 år", None]], None, [("pupils-missing", 2, "A")]),
    "pupils of no year": (
        "elevtall",
        [("Aldersgruppe", "År", "Antall"), ["6-9 år", None, 195]],
        None,
        [("pupils-half", 2, "C")],
    ),
    "pupils two ways": (
        "elevtall",
        [("Aldersgruppe", "År", "Antall", 2021), ["6-9 år", 2020, 195, 187]],
        None,
        [("pupils-two-layouts", 2, "C")],
    ),
    "pupils twice": (
        "elevtall",
        [("Aldersgruppe", 2020), ["6-9 år", 195], ["6-9 år", 196]],
        None,
        [("duplicate-row", 3, "A")],
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_refused_by_the_cell_and_nothing_is_written(case: str) -> None:
    kind, rows, year, expected = BAD_FILES[case]
    before = everything()

    run = bring(kind, rows, year=year)

    assert run.state == State.REFUSED
    assert codes(run) == expected
    assert all(
        f"({code})" not in message(found)
        for found, (code, _row, _column) in zip(findings_of(run), expected, strict=True)
    )
    assert everything() == before


GOOD_FILES: dict[str, tuple[str, list[Any], int | None]] = {
    "decisions": (
        "verbalvedtak",
        [
            DECISIONS,
            decision(1, "Ferdig", **{"Oppfølging sak": "13/21", "Oppfølging organ": "Kommunestyret"}),
            decision(2, "Forsinket", Frist=datetime.date(2021, 5, 1)),
        ],
        2021,
    ),
    "cases": ("saker", [CASES, ["13/21", None, None, "Kommunestyret", "Opsjon", datetime.date(2021, 3, 25)]], None),
    "indicators": ("maltall", [INDICATORS, ["Lånegjeld", "Røros", 2021, 100.6, "%", 90, "maks"]], None),
    "grants": ("koronatilskudd", [GRANTS, ["G", "Vaksinasjon", None, "KMD", 1977]], 2021),
    "pupils": ("elevtall", [("Aldersgruppe", 2020, 2021), ["6-9 år", 195, 187]], None),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", GOOD_FILES)
def test_the_same_file_again_changes_nothing_and_undo_restores_what_stood(case: str) -> None:
    kind, rows, year = GOOD_FILES[case]
    empty = everything()

    first = bring(kind, rows, year=year)
    assert first.state == State.COMMITTED, codes(first)
    full = everything()
    assert full != empty

    assert bring(kind, rows, year=year).state == State.UNCHANGED
    engine.undo(first, by=None)
    assert everything() == empty


@pytest.mark.django_db
def test_undo_restores_a_changed_status_and_leaves_later_reports_alone() -> None:
    bring("verbalvedtak", [DECISIONS, decision(1)], year=2021)
    before = everything()
    later = bring("verbalvedtak", [DECISIONS, decision(1, "Ferdig")], year=2021)
    assert [report.status for report in DecisionStatus.objects.order_by("id")] == ["iht-plan", "ferdig"]

    engine.undo(later, by=None)
    assert everything() == before

    again = bring("verbalvedtak", [DECISIONS, decision(1, "Ferdig")], year=2021)
    bring("verbalvedtak", [DECISIONS, decision(1, "Forsinket")], year=2021)
    with pytest.raises(CannotUndo, match="ny status etterpå"):
        engine.undo(again, by=None)


@pytest.mark.django_db
def test_an_import_that_knows_less_leaves_what_it_does_not_know() -> None:
    bring("saker", [CASES, ["13/21", 13, 2021, "Kommunestyret", "Opsjon", datetime.date(2021, 3, 25)]])
    bring("saker", [CASES[:5], ["13/21", 13, 2021, "Kommunestyret", "Utløsning av opsjon"]])

    case = CouncilCase.objects.get()
    assert (case.title, case.decided_on) == ("Utløsning av opsjon", datetime.date(2021, 3, 25))


@pytest.mark.django_db
def test_a_cell_that_was_emptied_removes_the_followup_and_the_target() -> None:
    bring("verbalvedtak", [DECISIONS, decision(1, **{"Oppfølging sak": "13/21"})], year=2021)
    bring("verbalvedtak", [DECISIONS, decision(1)], year=2021)
    bring("maltall", [INDICATORS, ["Lånegjeld", "Røros", 2021, 100.6, "%", 90, "maks"]])
    bring("maltall", [INDICATORS, ["Lånegjeld", "Røros", 2021, 100.6, "%", None, None]])

    assert not FollowUp.objects.exists()
    assert not IndicatorTarget.objects.exists()
    assert IndicatorValue.objects.count() == 1


@pytest.mark.django_db
def test_themes_are_read_with_their_codes_and_printed_costs() -> None:
    Prosjekt.objects.create(code="111011", name="Korona")
    sheets = {
        "Temaer": [THEMES, ["Korona", "Prosjekt", "111011", "Pandemien"]],
        "Trykte kostnader": [
            ("Tema", "År", "Rammeområde", "Navn", "Beløp"),
            ["Korona", 2021, 1, "Stab", 10],
            ["Korona", 2021, None, "Total", 12.5],
        ],
    }
    assert bring("temaer", xlsx(sheets)).state == State.COMMITTED
    assert list(ThemeCode.objects.values_list("theme_id", "dimension", "code")) == [("korona", "prosjekt", "111011")]
    assert list(PrintedCost.objects.order_by("line").values_list("line", "amount")) == [("1", 10), ("sum", 12.5)]

    sheets["Temaer"] = [THEMES, ["Korona", "Prosjekt", "", None]]
    assert codes(bring("temaer", xlsx(sheets))) == [("empty-value", 2, "C")]
    sheets["Temaer"] = [THEMES, ["Korona", "Prosjekt", "111011", "Pandemien"]]
    sheets["Trykte kostnader"] = [
        ("Tema", "År", "Rammeområde", "Navn", "Beløp"),
        ["Korona", 2021, None, "Resten", 1],
        ["Flom", 2021, 1, "Stab", 1],
    ]
    found = sorted(codes(bring("temaer", xlsx(sheets))))
    assert found == [("printed-line-unclear", 2, "C"), ("unknown-theme", 3, "A")]


@pytest.mark.django_db
def test_an_import_makes_an_open_form_stale() -> None:
    bring("saker", [CASES[:5], ["13/21", 13, 2021, "Kommunestyret", "Opsjon"]])
    seen = CouncilCase.objects.get().version
    bring("saker", [CASES[:5], ["13/21", 13, 2021, "Kommunestyret", "Utløsning"]], by=person())

    assert CouncilCase.objects.get().version == seen + 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE budget_councilcase SET title = title")
    assert CouncilCase.objects.get().version == seen + 1
