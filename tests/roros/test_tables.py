"""Tables of figures: lines, sums, folding, sorting, bars, signs, and what they export."""

import re
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.test import RequestFactory

from roros.bars import BarRange, deviation_bar, dumbbell, parts_bar, ratio_bar
from roros.components import Status, StatusKind
from roros.numbers import Scale, deviation_percent
from roros.tables import (
    AmountColumn,
    BarColumn,
    CountColumn,
    DeviationColumn,
    DumbbellColumn,
    FiguresTable,
    Line,
    LineKind,
    Missing,
    NameColumn,
    PercentColumn,
    Phone,
    RatioBarColumn,
    StatusColumn,
    TextColumn,
)

NBSP = "\u00a0"


@dataclass(frozen=True)
class Unit:
    code: str
    name: str
    actual: Decimal | None
    revised: Decimal | None
    over: bool = False
    href: str = ""

    @property
    def deviation(self) -> Decimal | None:
        return None if self.actual is None or self.revised is None else self.revised - self.actual

    @property
    def percent(self) -> Decimal | None:
        return deviation_percent(self.deviation, self.revised)


def unit(code: str, name: str, actual: str | None, revised: str | None, **more: object) -> Unit:
    amounts = (None if text is None else Decimal(text) for text in (actual, revised))
    return Unit(code, name, *amounts, **more)  # type: ignore[arg-type]


class UnitTable(FiguresTable):
    css = "deviations"
    empty = "Ingen avvik over grensen i denne perioden."

    name = NameColumn("Virksomhet", code="code", href="href", fold="Virksomheter i %(name)s", export="navn")
    actual = AmountColumn("Regnskap %(year)s", phone=Phone.LEFT, phone_label="Brukt", export="regnskap")
    revised = AmountColumn("Budsjett", export="revidert_budsjett")
    deviation = DeviationColumn("Avvik", export="avvik")
    bar = BarColumn(of="deviation", over="over")
    percent = PercentColumn("Avvik i %", export="avvik_pst")
    status = StatusColumn("Merknad", of="over", export="merknad")


STAB = unit("1", "Stab og støtte", "57806513.88", "55644515", over=True, href="/1/")
OPPVEKST = unit("2", "Oppvekst", "93535568.04", "94347409")
HELSE = unit("3", "Helse & omsorg", "160395232", "151537781", over=True)
SYKEHJEM = unit("310", "Røros sykehjem", "33868000", "30497000", over=True)
BARNEVERN = unit("320", "Barneverntjenesten", "6868000", "7536000")
GAVE = unit("330", "Gavekonto", "0", "0")
TOTAL = unit("", "Sum", "311737313.92", "301529705")


def make(*lines: object, **options: object) -> UnitTable:
    return UnitTable(lines, words={"year": 2021}, **options)  # type: ignore[arg-type]


def rows(html: str) -> list[list[str]]:
    """The text of every cell, row by row, head left out."""
    body = html.partition("</thead>")[2]
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.DOTALL)
    ]


def names(html: str) -> list[str]:
    return [row[0].split(" ", 1)[-1] if row[0][0].isdigit() else row[0] for row in rows(html)]


def test_figures_are_rounded_late_and_written_in_norwegian() -> None:
    assert rows(make(STAB).html)[0] == [
        "1 Stab og støtte",
        f"57{NBSP}807",
        f"55{NBSP}645",
        f"−2{NBSP}162",
        "",
        f"−3,9{NBSP}%",
        "Over grensen",
    ]


def test_scale_decides_figures_and_unit() -> None:
    html = make(STAB, scale=Scale.MILL, caption="Drift.").html
    assert rows(html)[0][1:4] == ["57,8", "55,6", "−2,2"]
    assert f"<caption>Drift. <b>Beløp i mill.{NBSP}kr.</b>" in html


def test_words_fill_the_heads_and_a_percent_sign_survives() -> None:
    html = make(STAB).html
    assert ">Regnskap 2021</a>" in html
    assert ">Avvik i %</a>" in html


def test_doubled_percent_sign_in_a_head_is_one() -> None:
    class Heads(FiguresTable):
        name = NameColumn("%(level)s")
        share = PercentColumn("Avvik i %%")

    html = Heads([{"name": "A", "share": None}], words={"level": "Ansvar i %(x)s"}).html
    assert ">Ansvar i %(x)s</a>" in html
    assert ">Avvik i %</a>" in html


def test_line_may_lead_to_the_page_that_shows_what_is_under_it() -> None:
    class Drilled(FiguresTable):
        name = NameColumn("Navn", code="code", drill="drill", fold="Ansvar i %(name)s")

    html = Drilled([{"name": "A", "code": "1", "drill": "?apen=1&x=2"}, {"name": "B", "code": "2"}]).html
    assert '<span class="node"><a class="drill" href="?apen=1&amp;x=2" aria-label="Ansvar i A">' in html
    assert '<span class="node no-drill"><span class="code">2</span> B</span>' in html


def test_text_from_the_data_is_escaped() -> None:
    nasty = unit("<b>", '<script>alert("1")</script>', "1", "1", href='"><img src=x>')
    html = make(nasty, caption="<i>").html
    for raw in ("<script>", "<b></", "<img", "<i>"):
        assert raw not in html
    assert "Helse &amp; omsorg" in make(HELSE).html


def test_only_the_answer_is_marked_as_deviation() -> None:
    assert make(STAB).html.count('class="deviation"') == 1


def test_children_stand_under_their_parent_and_are_hidden_until_opened() -> None:
    closed = make(Line(HELSE, children=(SYKEHJEM, BARNEVERN)), OPPVEKST).html
    assert names(closed) == ["Helse &amp; omsorg", "Røros sykehjem", "Barneverntjenesten", "Oppvekst"]
    assert closed.count('data-parent="l1" hidden>') == 2
    assert 'aria-expanded="false" data-toggles="l1" aria-label="Virksomheter i Helse &amp; omsorg"' in closed
    opened = make(Line(HELSE, children=(SYKEHJEM,), open=True)).html
    assert 'class="row open"' in opened
    assert 'data-parent="l1">' in opened


def test_two_tables_on_a_page_fold_apart() -> None:
    assert 'data-toggles="a-l1"' in make(Line(HELSE, children=(SYKEHJEM,)), prefix="a-").html


def test_names_line_up_with_those_that_fold() -> None:
    html = make(Line(HELSE, children=(SYKEHJEM,)), OPPVEKST).html
    assert '<span class="node no-drill"><span class="code">2</span>' in html
    assert "no-drill" not in make(OPPVEKST).html


def test_sums_stand_in_the_foot() -> None:
    html = make(STAB, footer=[Line(TOTAL, LineKind.SUM), Line(TOTAL, LineKind.GRAND)]).html
    foot = html.partition("<tfoot")[2]
    assert re.findall(r'<tr role="row" class="([\w ]+)"', foot) == ["sum", "sum grand"]
    assert "Stab" not in foot


def test_bars_share_one_scale_and_copper_means_past_the_limit() -> None:
    html = make(HELSE, OPPVEKST, footer=[Line(TOTAL, LineKind.SUM, has_bar=False)]).html
    assert re.findall(r'<svg class="(bar[\w ]*)"', html) == ["bar over", "bar"]
    # −8 857 451 to 811 840.96: the whole width, and the zero line where it must be
    assert '<rect x="0" y="0" width="91.6" height="10"/><line class="bar-zero" x1="91.6"' in html
    assert '<rect x="91.6" y="0" width="8.4" height="10"/>' in html


def test_nothing_inline_that_a_strict_policy_would_stop() -> None:
    html = make(Line(HELSE, children=(SYKEHJEM,)), footer=[TOTAL]).html
    assert not re.search(r"style=|<style|<script|\son\w+=", html)


def test_missing_figures_are_told_apart_and_explained() -> None:
    html = make(unit("9", "Ukjent", None, "0")).html
    assert rows(html)[0][1:] == ["..", "0", "..", "", "–", ""]
    assert "«..» betyr at tallet mangler." in html
    assert "fordi budsjettet er 0" in html
    assert "personvern" not in html


def test_hidden_figure_prints_a_colon_everywhere() -> None:
    class Leave(FiguresTable):
        name = NameColumn("Enhet")
        employees = CountColumn("Ansatte", export="ansatte")
        share = PercentColumn("Fravær", export="fravaer")

    table = Leave([{"name": "Kino", "employees": Missing.HIDDEN, "share": Missing.HIDDEN}], unit="Prosent")
    assert rows(table.html)[0] == ["Kino", ":", ":"]
    assert "hensyn til personvern" in table.html
    assert table.export("sykefravaer").rows[0]["fravaer"] == ":"


def test_budget_of_zero_prints_as_in_the_annual_report_when_asked() -> None:
    zero = unit("4", "Næring", "0", "0")
    assert rows(make(zero, annual_report=True).html)[0][5] == f"0,0{NBSP}%"


def test_lines_of_nothing_but_zero_are_left_out_on_a_phone() -> None:
    html = make(GAVE, BARNEVERN, footer=[Line(GAVE, LineKind.SUM)]).html
    assert re.findall(r'<tr role="row" class="([\w ]+)"', html) == ["row zero", "row", "sum"]


def test_empty_table_is_a_sentence() -> None:
    html = make(caption="Drift").html
    assert "Ingen avvik over grensen i denne perioden." in html
    assert "<table" not in html


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("deviation", ["Helse &amp; omsorg", "Røros sykehjem", "Barneverntjenesten", "Oppvekst", "Ukjent", "Sum"]),
        ("-deviation", ["Oppvekst", "Helse &amp; omsorg", "Barneverntjenesten", "Røros sykehjem", "Ukjent", "Sum"]),
    ],
)
def test_sorting_keeps_families_together_and_unknown_last(order: str, expected: list[str]) -> None:
    request = RequestFactory().get("/avvik/", {"sort": order})
    family = Line(HELSE, children=(Line(SYKEHJEM), Line(BARNEVERN)))
    html = make(unit("8", "Ukjent", None, "5"), OPPVEKST, family, footer=[TOTAL], request=request).html
    assert names(html) == expected


def test_sorting_is_a_plain_address_that_keeps_the_filter_and_drops_the_export() -> None:
    request = RequestFactory().get("/avvik/?skala=kr&sort=deviation&_export=csv")
    html = make(STAB, request=request).html
    assert (
        '<th role="columnheader" scope="col" class="key" aria-sort="ascending"><a href="?skala=kr&amp;sort=-deviation">'
        in html
    )
    assert html.count("aria-sort") == 1
    assert "_export" not in html


def test_unknown_sort_column_is_ignored() -> None:
    request = RequestFactory().get("/?sort=bar&sort=nonsense&sort=-")
    assert names(make(STAB, OPPVEKST, request=request).html) == ["Stab og støtte", "Oppvekst"]


def test_names_sort_as_norwegians_do() -> None:
    class Plain(FiguresTable):
        name = TextColumn("Navn")

    places = [{"name": name} for name in ("Ålen", "Ørlandet", "Ås", "Ærfugl", "Zakken", "abel")]
    table = Plain(places, order_by="name")
    assert names(table.html) == ["abel", "Zakken", "Ærfugl", "Ørlandet", "Ålen", "Ås"]


def test_groups_have_their_own_body_and_count_their_lines() -> None:
    class Projects(FiguresTable):
        name = NameColumn("Prosjekt")
        used = AmountColumn("Brukt", export="brukt")
        bar = RatioBarColumn("Brukt av rammen", of="used", frame="frame")
        status = StatusColumn("Status")

    late = Status("Forsinket", StatusKind.DELAYED)
    project = {"name": "Teknisk senter", "used": Decimal(5), "frame": Decimal(10), "status": late}
    groups = [
        Line({"name": title}, LineKind.GROUP, children=(project, project), open=True, fold_narrow=fold)  # type: ignore[arg-type]
        for title, fold in (("Forsinket", False), ("Iht. plan", True))
    ]
    table = Projects(groups)
    assert table.html.count("<tbody") == 2
    assert 'colspan="4"' in table.html
    assert "Forsinket (2)" in table.html
    assert table.html.count("data-fold-narrow") == 1
    assert [row["name"] for row in table.export("x").rows] == ["Teknisk senter"] * 4
    assert not any(row["er_sum"] for row in table.export("x").rows)


def test_export_is_the_table_in_kroner_with_children_and_sums() -> None:
    table = make(Line(HELSE, children=(SYKEHJEM,)), STAB, footer=[Line(TOTAL, LineKind.SUM)], scale=Scale.MILL)
    export = table.export("avvik-virksomhet", note="Kilde")
    names = [column.name for column in export.columns]
    assert names == ["code", "navn", "regnskap", "revidert_budsjett", "avvik", "avvik_pst", "merknad"]
    assert next(column.label for column in export.columns if column.name == "regnskap") == "Regnskap 2021"
    assert [(row["navn"], row["regnskap"], row["er_sum"]) for row in export.rows] == [
        ("Helse & omsorg", Decimal(160395232), True),
        ("Røros sykehjem", Decimal(33868000), False),
        ("Stab og støtte", Decimal("57806513.88"), False),
        ("Sum", Decimal("311737313.92"), True),
    ]
    assert export.rows[2]["merknad"] == "Over grensen"
    assert export.rows[0]["avvik_pst"] == Decimal("-5.8")


def test_story_of_the_figure_is_linked_from_it() -> None:
    class Traced(FiguresTable):
        name = NameColumn("Navn")
        deviation = DeviationColumn("Avvik", trace="story")

    html = Traced([{"name": "A", "deviation": Decimal(-6051838), "story": "#historie"}]).html
    assert f'<a class="traced" href="#historie">−6{NBSP}052</a>' in html


def test_amount_with_plus_says_which_way_it_went() -> None:
    class Changes(FiguresTable):
        name = NameColumn("Navn")
        change = AmountColumn("Endring", plus=True)

    amounts = ("5000", "-5000", "0", "400")
    html = Changes([{"name": "A", "change": Decimal(amount)} for amount in amounts]).html
    assert [row[1] for row in rows(html)] == ["+5", "−5", "0", "0"]


def test_bar_range_always_holds_zero_and_survives_nothing() -> None:
    assert BarRange.of([Decimal(5), None, Decimal(9)]) == BarRange(Decimal(0), Decimal(9))
    assert BarRange.of([]).x(Decimal(3)) == 0


def test_waterfall_bar_begins_where_the_last_one_ended() -> None:
    scale = BarRange(Decimal(-10), Decimal(0))
    assert '<rect x="40" y="0" width="20" height="10"/>' in deviation_bar(Decimal(-2), scale, start=Decimal(-4))


def test_target_tick() -> None:
    scale = BarRange(Decimal(0), Decimal(12))
    assert 'class="bar-target" x1="37.5" x2="37.5"' in deviation_bar(Decimal(3), scale, target=Decimal("4.5"))
    assert 'class="bar-target"' not in deviation_bar(Decimal(3), scale)


@pytest.mark.parametrize(
    ("used", "frame", "expected"),
    [
        ("5", "10", ['x="0" y="0" width="25"']),
        ("15", "10", ['x="0" y="0" width="50"', 'class="copper" x="50" y="0" width="25"']),
        ("50", "10", ['class="copper" x="50" y="0" width="50"']),
        ("-5", "10", ['x="0" y="0" width="0"']),
        ("5", "0", []),
        ("5", None, []),
    ],
)
def test_ratio_bar_is_cut_at_the_double(used: str, frame: str | None, expected: list[str]) -> None:
    svg = ratio_bar(Decimal(used), None if frame is None else Decimal(frame))
    for part in expected:
        assert part in svg
    assert svg.count("<rect") == (1 if expected and "copper" not in "".join(expected) else 2 if expected else 0)
    assert 'class="bar-zero" x1="50"' in svg


def test_parts_bar_adds_up() -> None:
    svg = parts_bar(Decimal(2), Decimal(6), BarRange(Decimal(0), Decimal(10)))
    assert 'class="part-light" x="0" y="0" width="20"' in svg
    assert 'class="part-dark" x="20" y="0" width="60"' in svg


def test_dumbbell_turns_copper_upwards() -> None:
    scale = BarRange(Decimal(0), Decimal(10))
    assert 'class="now up" x1="80"' in dumbbell(Decimal(5), Decimal(8), scale)
    assert 'class="now" x1="20"' in dumbbell(Decimal(5), Decimal(2), scale)

    class Emissions(FiguresTable):
        name = NameColumn("Sektor")
        bar = DumbbellColumn("Endring", of="now", before="before")

    html = Emissions([{"name": "A", "now": Decimal(8), "before": None}]).html
    assert "<svg" not in html.partition("</thead>")[2]
