"""Opening rounds, the limits, the steps of a task, and what waits for whom."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from budget.actions.locks import close_periods
from budget.actions.rounds import Terms, change_terms, move_task, open_round
from budget.models import Round, RoundTask, TaskStep
from budget.queries.limits import is_over, unit_figures
from budget.queries.locks import closed_periods
from budget.queries.rounds import (
    Progress,
    Step,
    newest_round,
    signing_obstacles,
    task_rows,
    tasks_of,
    title_of,
)
from budget.queries.turns import waiting_for
from roros import history
from roros.actions import ActionRefused, ChangedMeanwhile
from roros.models import Role, RoleAssignment, User
from tests.budget import round_world as world

STATES = ("kladd", "levert", "returnert", "godkjent", "kvalitetssikret")
DELIVER, APPROVE, RETURN, ASSURE = Step


@pytest.fixture
def people(db: None) -> dict[str, User]:
    world.build()
    return world.people()


@pytest.fixture
def task(people: dict[str, User]) -> RoundTask:
    return world.task_of(world.opened(people["economy"]))


# -- the limits


@pytest.mark.parametrize(
    ("deviation", "revised", "over"),
    [
        ("-500000", "10000000", True),  # both limits met to the øre
        ("-499999.99", "1000000", False),
        ("-500000", "16666666.66", True),  # 3.0000000012 %
        ("-500000", "16666666.67", False),  # 2.9999999994 %
        ("-500000", "0", True),  # of nothing, any percent is passed
        ("500000", "1000000", False),  # less spent than budgeted
        ("-600000", "-5000000", True),  # income that did not come
    ],
)
def test_a_unit_is_over_when_both_limits_are_met(deviation: str, revised: str, *, over: bool) -> None:
    assert is_over(Decimal(deviation), Decimal(revised), Decimal(500_000), Decimal(3)) is over


def test_no_deviation_is_never_over_a_limit_of_zero() -> None:
    assert not is_over(Decimal(0), Decimal(0), Decimal(0), Decimal(0))


def test_the_figures_of_every_unit_come_in_one_query(task: RoundTask) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        units = unit_figures(task.round)
    assert len(queries) == 1
    unit = units["110"]
    assert (unit.actual, unit.revised, unit.deviation) == (6_000_000, 5_000_000, -1_000_000)
    assert (unit.percent, unit.revised_year, unit.rammeomrade) == (Decimal("-20.0"), 15_000_000, 1)
    assert [node.key for node in unit.required] == [world.UNIT, world.LARGE]
    assert [code for code, one in units.items() if one.over_limit] == ["110"]
    assert units["120"].required == []


def test_a_unit_with_one_ansvar_is_explained_once(task: RoundTask) -> None:
    world.late_posting("2100", 2_000_000)
    unit = unit_figures(task.round)["210"]
    assert [node.key for node in unit.required] == [("virksomhet", "210")]


def test_the_limits_of_the_round_count_and_not_the_house_s(task: RoundTask) -> None:
    Round.objects.update(limit_amount=1_000_001)
    task.round.refresh_from_db()
    assert unit_figures(task.round)["110"].required == []


# -- opening and adjusting


def test_a_round_opens_with_a_task_per_unit_with_figures(people: dict[str, User]) -> None:
    opened = world.opened(people["economy"])
    assert [(task.virksomhet_id, task.rammeomrade_id, task.state) for task in tasks_of(opened)] == [
        ("110", 1, "kladd"),
        ("120", 1, "kladd"),
        ("210", 2, "kladd"),
    ]
    assert TaskStep.objects.filter(state="kladd", by=people["economy"]).count() == 3
    assert opened.opened_by == people["economy"]
    assert history.changes_of(opened)[0].who == "Olav"
    assert newest_round() == opened == newest_round(2021)
    assert newest_round(2020) is None
    assert title_of(opened) == "1. tertial 2021"


def test_the_same_round_opens_once(people: dict[str, User]) -> None:
    world.opened(people["economy"])
    with pytest.raises(ActionRefused, match=r"1\. tertial 2021 er åpnet fra før"):
        world.opened(people["economy"])
    assert Round.objects.count() == 1


@pytest.mark.parametrize("year", [2019, 2020])
def test_a_round_needs_figures(people: dict[str, User], year: int) -> None:
    with pytest.raises(ActionRefused, match=f"til og med april {year}"):
        open_round(
            year=year, kind=Round.Kind.FIRST_TERTIAL, period=4, terms=world.TERMS, close=False, by=people["economy"]
        )
    assert not Round.objects.exists()


def test_opening_may_close_the_periods_that_are_open(people: dict[str, User]) -> None:
    close_periods(year=2021, periods=[1, 2], by=people["economy"])
    open_round(year=2021, kind=Round.Kind.FIRST_TERTIAL, period=4, terms=world.TERMS, close=True, by=people["economy"])
    assert closed_periods(2021) == {1, 2, 3, 4}


def test_terms_change_with_who_and_why(task: RoundTask, people: dict[str, User]) -> None:
    terms = replace(world.TERMS, limit_percent=Decimal(5))
    changed = change_terms(
        reporting=task.round, terms=terms, seen=task.round.version, reason="For mange", by=people["economy"]
    )
    assert changed.limit_percent == 5
    change = history.changes_of(changed)[0]
    assert (change.who, change.reason, change.before, change.after) == ("Olav", "For mange", "3", "5")
    with pytest.raises(ChangedMeanwhile):
        change_terms(reporting=changed, terms=terms, seen=task.round.version, reason="x", by=people["economy"])


# -- the steps of a task: who may do what when

LEADS = {"leader": {"kladd": {DELIVER}, "returnert": {DELIVER}}}
HEADS = {"chief": {"levert": {APPROVE, RETURN}}}
RUNS = {
    "economy": {
        "kladd": {DELIVER},
        "returnert": {DELIVER},
        "levert": {RETURN},
        "godkjent": {ASSURE, RETURN},
        "kvalitetssikret": {RETURN},
    }
}
ALLOWED: dict[str, dict[str, set[Step]]] = {**LEADS, **HEADS, **RUNS}
ROLES = ("leader", "other-leader", "chief", "other-chief", "economy", "director", "admin", "auditor")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("who", ROLES)
def test_who_may_take_which_step_when(people: dict[str, User], task: RoundTask, who: str, state: str) -> None:
    standing = world.bring_to(task, state, people)
    allowed = ALLOWED.get(who, {}).get(state, set())
    for step in Step:
        before = TaskStep.objects.count()
        try:
            moved = move_task(task=standing, step=step, comment="Fordi", seen=standing.version, by=people[who])
        except ActionRefused:
            assert step not in allowed
            assert world.task_of(task.round).state == state
            assert TaskStep.objects.count() == before
            continue
        assert step in allowed
        assert moved.state == step.leads_to
        last = TaskStep.objects.latest("id")
        assert (last.state, last.by, last.comment) == (step.leads_to, people[who], "Fordi")
        # Back to where the step was taken from, past the rules: only the next step is of interest.
        RoundTask.objects.filter(pk=task.pk).update(state=state)
        standing = world.task_of(task.round)


def test_okonomi_approves_where_there_is_no_kommunalsjef(people: dict[str, User], task: RoundTask) -> None:
    world.bring_to(task, "levert", people)
    with pytest.raises(ActionRefused):
        world.step(task, APPROVE, by=people["economy"])
    RoleAssignment.objects.filter(user=people["chief"]).delete()
    assert world.step(task, APPROVE, by=people["economy"]).state == "godkjent"


def test_a_return_says_why(people: dict[str, User], task: RoundTask) -> None:
    world.bring_to(task, "levert", people)
    with pytest.raises(ActionRefused, match="Skriv hva som må rettes"):
        world.step(task, RETURN, by=people["chief"], comment="  ")
    assert world.step(task, RETURN, by=people["chief"], comment=" Hva med april? ").state == "returnert"
    assert TaskStep.objects.latest("id").comment == "Hva med april?"


def test_a_unit_delivers_when_it_has_said_all_that_it_must(people: dict[str, User], task: RoundTask) -> None:
    leader = people["leader"]
    with pytest.raises(ActionRefused) as refused:
        world.step(task, DELIVER, by=leader)
    assert str(refused.value) == (
        "Virksomhet 110 kan ikke levere ennå. "
        "110 Virksomhet 110 har brukt 1\u00a0000\u00a0000 kr mer enn budsjettert og må forklares. "
        "1100 Ansvar 1100 har brukt 1\u00a0000\u00a0000 kr mer enn budsjettert og må forklares. "
        "Prognosen for året mangler."
    )
    world.explain(task, world.UNIT, by=leader)
    with pytest.raises(ActionRefused, match=r"ennå\. 1100 .* må forklares\. Prognosen"):
        world.step(task, DELIVER, by=leader)
    world.explain(task, world.LARGE, by=leader)
    with pytest.raises(ActionRefused, match=r"ennå\. Prognosen for året mangler\.$"):
        world.step(task, DELIVER, by=leader)
    world.forecast(task, by=leader)
    assert world.step(task, DELIVER, by=leader).state == "levert"


def test_the_annual_report_needs_no_forecast(people: dict[str, User]) -> None:
    annual = world.opened(people["economy"], Round.Kind.ANNUAL, 13)
    task = world.task_of(annual, "120")
    assert world.step(task, DELIVER, by=people["other-leader"]).state == "levert"


def test_two_steps_at_once_are_one(people: dict[str, User], task: RoundTask) -> None:
    standing = world.bring_to(task, "levert", people)
    world.step(task, RETURN, by=people["chief"], comment="Mer")
    with pytest.raises(ChangedMeanwhile, match="Knut satte Virksomhet 110 til «Returnert»"):
        move_task(task=standing, step=APPROVE, comment="", seen=standing.version, by=people["chief"])


# -- how far they have come


def test_progress_counts_what_has_passed_each_step() -> None:
    assert Progress.of(["kladd", "levert", "returnert", "godkjent", "kvalitetssikret"]) == Progress(5, 3, 2, 1)


def test_what_stands_between_a_round_and_its_signature(people: dict[str, User], task: RoundTask) -> None:
    world.bring_to(task, "kvalitetssikret", people)
    assert signing_obstacles(task.round) == ["Ikke kvalitetssikret: Virksomhet 120, Virksomhet 210."]
    for code, leader, chief in (("120", "other-leader", "chief"), ("210", "economy", "other-chief")):
        other = world.task_of(task.round, code)
        world.ready(other, by=people[leader])
        for step, who in ((DELIVER, leader), (APPROVE, chief), (ASSURE, "economy")):
            world.step(other, step, by=people[who])
    assert signing_obstacles(task.round) == []
    world.late_posting("1200", 900_000)
    assert signing_obstacles(task.round) == ["Avvik over grensen uten forklaring: Virksomhet 120."]


def test_changed_figures_are_flagged_with_the_difference(people: dict[str, User], task: RoundTask) -> None:
    world.bring_to(task, "levert", people)
    rows = {row.task.virksomhet_id: row for row in task_rows(task.round, tasks_of(task.round))}
    assert rows["110"].moved == []
    assert rows["110"].moved_by is None
    world.late_posting("1100", 250_000)
    row = next(row for row in task_rows(task.round, tasks_of(task.round)) if row.task.virksomhet_id == "110")
    assert [(text.node.key, text.moved, text.moved_actual, text.moved_revised) for text in row.moved] == [
        (world.UNIT, -250_000, 250_000, 0),
        (world.LARGE, -250_000, 250_000, 0),
    ]
    assert row.moved_by == -250_000  # once, although two texts are about it


def test_figures_that_cancel_out_are_flagged_all_the_same(people: dict[str, User], task: RoundTask) -> None:
    world.ready(task, by=people["leader"])
    world.late_posting("1100", 250_000)
    world.late_posting("1101", -250_000)
    row = next(row for row in task_rows(task.round, tasks_of(task.round)) if row.task.virksomhet_id == "110")
    assert [text.node.key for text in row.moved] == [world.LARGE]  # the virksomhet as a whole is what it was


# -- what waits for whom


def titles(user: User) -> list[str]:
    return [one.title for one in waiting_for(User.objects.get(pk=user.pk))]


def test_what_waits_follows_the_task_from_hand_to_hand(people: dict[str, User], task: RoundTask) -> None:
    assert titles(people["leader"]) == ["Lever 1. tertial 2021 for Virksomhet 110"]
    assert titles(people["economy"]) == ["Lever 1. tertial 2021 for Virksomhet 210"]  # which has no leader
    assert titles(people["chief"]) == []
    world.bring_to(task, "levert", people)
    assert titles(people["leader"]) == []
    assert titles(people["chief"]) == ["Godkjenn 1. tertial 2021 for Virksomhet 110"]
    world.step(task, RETURN, by=people["chief"], comment="Mer")
    assert titles(people["leader"]) == ["Rett opp og lever 1. tertial 2021 for Virksomhet 110 på nytt"]
    world.step(task, DELIVER, by=people["leader"])
    world.step(task, APPROVE, by=people["chief"])
    assert "Kvalitetssikre 1. tertial 2021 for Virksomhet 110" in titles(people["economy"])
    assert titles(people["director"]) == []
    RoundTask.objects.update(state="kvalitetssikret")
    assert titles(people["director"]) == ["Signer 1. tertial 2021"]
    for who in ("admin", "auditor", "politician", "hr", "nobody", "other-chief"):
        assert titles(people[who]) == []


def test_what_waits_has_a_deadline_and_a_page(people: dict[str, User], task: RoundTask) -> None:
    (one,) = waiting_for(people["leader"])
    assert (one.href, one.deadline, one.overdue) == (f"/rapportering/{task.round_id}/110/", world.DAY, True)
    today = timezone.localdate()
    Round.objects.update(**{name: today for name in Terms.__dataclass_fields__ if name.endswith("deadline")})
    (one,) = waiting_for(people["leader"])
    assert one.overdue is False
    assert one.deadline - datetime.timedelta(days=1) < today


def test_what_waits_costs_the_same_for_one_round_and_for_three(people: dict[str, User], task: RoundTask) -> None:
    def cost() -> int:
        economy = User.objects.get(pk=people["economy"].pk)
        with CaptureQueriesContext(connection) as queries:
            assert waiting_for(economy)
        return len(queries)

    assert cost() == 3
    world.opened(people["economy"], Round.Kind.SECOND_TERTIAL, 8)
    world.opened(people["economy"], Round.Kind.MONTH, 5)
    assert cost() == 3


def test_several_units_are_one_thing_to_do(people: dict[str, User], task: RoundTask) -> None:
    RoundTask.objects.update(state="levert")
    (one,) = waiting_for(people["chief"])
    assert (one.title, one.href) == (
        "Godkjenn 1. tertial 2021 for 2 virksomheter",
        f"/rapportering/{task.round_id}/",
    )


def test_a_closed_account_holds_nothing(people: dict[str, User], task: RoundTask) -> None:
    User.objects.filter(pk=people["leader"].pk).update(is_active=False)
    assert titles(people["economy"]) == ["Lever 1. tertial 2021 for 2 virksomheter"]
    assert RoleAssignment.objects.filter(role=Role.VIRKSOMHETSLEDER, virksomhet="110").exists()
