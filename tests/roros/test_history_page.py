"""The log of all registers, and that every register is in it."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Callable
from decimal import Decimal
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Q
from django.db.utils import DatabaseError, IntegrityError
from django.test import Client
from django.utils import timezone

from budget.models import Amendment, CouncilCase, Decision
from hr.models import ControlPercent, Enhet, SickLeave, StaffFigure
from roros import history, history_log
from roros.history_log import SYSTEM, LogFilter, count, entries, name_of, registers_for, tracked_models
from roros.models import Rammeomrade, Role, User, Virksomhet
from tests.people import person

# Tables that hold no register. Each says why nobody needs to ask who changed its rows.
ADDED_ONLY = "rows are only added, by triggers, and say themselves who and when"
UNTRACKED = {
    "roros.StoredFile": "the uploaded file under its checksum: it cannot change and be the same file",
    "roros.ImportRun": "the log of imports: each row says who uploaded, read in and undid it, and when",
    "roros.ImportChange": "what an import did to each row, kept to undo it",
    "roros.RememberedLayout": "which column was which the last time: a help for the next import, no register",
    "roros.DataVersion": "one number, for the cache of pages",
    "budget.LedgerLine": ADDED_ONLY + " (through the import run or the amendment)",
    "budget.ActiveSlice": "which import counts for which month: follows from the log of imports",
    "budget.ActiveLine": "a view",
    "budget.Balance": "sums of the ledger, kept by triggers",
    "budget.AmendmentStep": ADDED_ONLY,
    "budget.DecisionStatus": ADDED_ONLY,
    "budget.TaskStep": ADDED_ONLY,
    "budget.Reminder": ADDED_ONLY,
    "budget.Forecast": ADDED_ONLY,
    "budget.PeriodEvent": ADDED_ONLY,
    "budget.SignedReport": ADDED_ONLY,
    "budget.SignedFile": ADDED_ONLY,
    "investments.StatusReport": ADDED_ONLY,
    "hr.Cover": "follows from the rows of sick leave, and is only added to",
}
ROOMS = ("roros", "budget", "investments", "hr", "climate")
SECRET = {SickLeave, ControlPercent, StaffFigure}


@pytest.fixture
def revisor(client: Client, db: None) -> Client:
    client.force_login(person(Role.REVISOR, name="reidar"))
    return client


def case(number: int, title: str = "Budsjett") -> CouncilCase:
    return CouncilCase.objects.create(body="Kommunestyret", year=2021, number=number, title=title)


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"/historikk/?{query}")
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\xa0", " ")


# -- every register is tracked


def test_every_register_is_tracked() -> None:
    tracked = {model._meta.label for model in tracked_models()}
    events = {model for tracked_model in tracked_models() for model in [history.events_of(tracked_model).model]}
    ours = {model._meta.label for model in apps.get_models() if model._meta.app_label in ROOMS and model not in events}
    assert ours - tracked - set(UNTRACKED) == set(), "track the new model, or say here why it is no register"
    assert set(UNTRACKED) - (ours - tracked) == set(), "these are tracked or gone"


def test_tables_that_are_only_added_to_refuse_changes(demo: None) -> None:
    with connection.cursor() as cursor:
        for label in (label for label, why in UNTRACKED.items() if why.startswith(ADDED_ONLY)):
            table = apps.get_model(label)._meta.db_table
            cursor.execute(
                "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"
                " AND (tgtype & 24) <> 0",  # fires at UPDATE or DELETE
                [table],
            )
            assert cursor.fetchone()[0] > 0, f"{label} can be changed"


def test_every_tracked_table_has_its_triggers(demo: None) -> None:
    with connection.cursor() as cursor:
        for model in tracked_models():
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'O'", [model._meta.db_table]
            )
            names = " ".join(name for (name,) in cursor.fetchall())
            assert all(word in names for word in ("insert_insert", "update_update", "delete_delete")), model


def test_events_can_neither_be_changed_nor_removed(db: None) -> None:
    case(1)
    table = history.events_of(CouncilCase).model._meta.db_table
    for statement in (f"UPDATE {table} SET title = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_no_register_is_emptied_unseen(demo: None) -> None:
    """TRUNCATE fires no trigger of a row, so registers and their histories refuse it."""
    for model in tracked_models():
        for table in (model._meta.db_table, history.events_of(model).model._meta.db_table):
            with pytest.raises(IntegrityError), transaction.atomic():
                empty(table)


def empty(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")


def test_raw_sql_is_in_the_log(revisor: Client) -> None:
    found = case(7, "Skolen")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE budget_councilcase SET title = 'Badet' WHERE id = %s", [found.pk])
        cursor.execute("DELETE FROM budget_councilcase WHERE id = %s", [found.pk])
    told = words(page(revisor, "register=budget.councilcase"))
    assert "Tittel: Skolen → Badet" in told
    assert "Fjernet. Organ: Kommunestyret; År: 2021; Løpenummer: 7; Tittel: Badet" in told
    assert "Systemet" in told
    assert page(revisor, f"register=budget.councilcase&hvem={SYSTEM}").count('<th role="rowheader"') == 3


def test_naming_a_row_asks_for_nothing(demo: None, django_assert_num_queries: Callable[[int], object]) -> None:
    """A page of changes in many registers takes as many queries as there are registers that others point to."""
    admin = person(Role.ADMINISTRATOR, Role.HR)
    for model in registers_for(admin):
        events = history.events_of(model).values_list("pgh_id", flat=True)[:1]
        for version in history.versions({model: Q(pgh_id__in=list(events))}):
            with django_assert_num_queries(0):
                assert history_log._row_name(version, {})


def test_every_register_can_be_told(demo: None) -> None:
    for model in registers_for(person(Role.ADMINISTRATOR, Role.HR)):
        wanted = LogFilter([model])
        assert len(entries(wanted, limit=3)) == min(count(wanted), 3), model


# -- what is told


def test_who_what_before_after_and_why(revisor: Client) -> None:
    kari = person(Role.OKONOMI, name="kari")
    with history.because("Nytt i saken", by=kari):
        found = case(13, "Rammer")
    with history.because("Skrivefeil", by=kari):
        found.title = "Økonomiske rammer"
        found.decided_on = datetime.date(2021, 12, 16)
        found.save()
    newest, first = entries(LogFilter([CouncilCase]))
    assert (newest.who, newest.reason, newest.row) == ("kari", "Skrivefeil", "Kommunestyret 13/21")
    assert newest.differences == (("Tittel", "Rammer", "Økonomiske rammer"), ("Dato", "–", "16.12.2021"))
    assert (newest.before, newest.after) == ("Tittel: Rammer; Dato: –", "Tittel: Økonomiske rammer; Dato: 16.12.2021")
    assert (first.reason, first.before) == ("Nytt i saken", "")
    told = words(page(revisor, "q=rammer"))
    assert "Tittel: Rammer → Økonomiske rammer Dato: – → 16.12.2021" in told
    assert "2 endringer er registrert" in told


def test_a_row_among_many_is_told_with_its_owner(revisor: Client) -> None:
    area = Rammeomrade.objects.create(number=7, name="Teknisk")
    person(Role.KOMMUNALSJEF, name="knut", rammeomrade=area.number)
    assert "knut: Kommunalsjef 7" in words(page(revisor, "register=roros.roleassignment"))


def test_filters(revisor: Client) -> None:
    kari, per = person(Role.OKONOMI, name="kari"), person(Role.OKONOMI, name="per")
    with history.because("Ny sak fra møtet", by=kari):
        one = case(1, "Barnehagen")
    with history.because("Rettet", by=per):
        one.title = "Barnehagene 100% klar"
        one.save()
    Virksomhet.objects.create(code="650", name="Bygg")

    def found(query: str) -> int:
        return page(revisor, query).count('<th role="rowheader"')

    today = timezone.localdate()
    assert found("register=budget.councilcase") == 2
    assert found(f"register=budget.councilcase&hvem={kari.pk}") == found("q=fra+møtet") == 1
    assert found("register=budget.councilcase&hva=update") == found("q=100%25") == 1
    assert found("q=barnehag") == 2
    assert found("q=BARNEHAGENE+rettet") == 1
    case(2, 'Bygget "Elden" \\ Røros')
    assert found("q=%22Elden%22") == found("q=%5C") == 1
    assert found("q=pgh_created") == 0, "names of columns are no text of a row"
    assert found("register=roros.virksomhet&q=bygg") == 1
    assert found(f"q=barnehag&fra={today}&til={today}") == 2
    assert found(f"q=barnehag&til={today - datetime.timedelta(days=1)}") == 0
    assert found(f"q=barnehag&fra={today + datetime.timedelta(days=1)}") == 0


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("register=budget.ledgerline", "«budget.ledgerline» er ikke blant valgene."),
        ("hvem=999999", "«999999» er ikke blant valgene."),
        ("fra=32.13.2021", "Skriv datoen som 31.08.2021."),
        ("fra=2021-05-02&til=2021-05-01", "«Til og med» er før «Fra»."),
    ],
)
def test_a_filter_that_cannot_be(revisor: Client, query: str, said: str) -> None:
    answer = revisor.get(f"/historikk/?{query}")
    assert answer.status_code == 400
    assert said in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3, 60])
def test_the_page_asks_the_same_however_long_the_history(
    revisor: Client, django_assert_num_queries: Callable[[int], object], rows: int
) -> None:
    kari = person(Role.OKONOMI, name="kari")
    with history.because("Mange", by=kari):
        for number in range(1, rows + 1):
            case(number)
    with django_assert_num_queries(9):
        shown = page(revisor, "register=budget.councilcase")
    assert shown.count('<th role="rowheader"') == min(rows, 50)
    if rows > 50:
        assert page(revisor, "register=budget.councilcase&page=2").count('<th role="rowheader"') == rows - 50
        order = re.findall(r"Kommunestyret (\d+)/21", page(revisor, "register=budget.councilcase"))
        assert order == [str(number) for number in range(60, 10, -1)]


def test_the_whole_demo_is_paged_and_filed(demo: None, client: Client) -> None:
    reader = person(Role.REVISOR, name="r2")
    client.force_login(reader)
    wanted = LogFilter(registers_for(reader))
    total = count(wanted)
    assert total > 500
    assert page(client).count('<th role="rowheader"') == 50
    last = client.get(f"/historikk/?page={-(-total // 50)}").content.decode()
    assert last.count('<th role="rowheader"') == total % 50 or 50
    file = client.get("/historikk/?_export=csv&register=budget.decision").content.decode()
    assert file.splitlines()[0] == "tidspunkt,hvem,rom,register,rad,hva,fra,til,hvorfor,innlesing,er_sum"
    assert len(file.splitlines()) - 1 == count(LogFilter([Decision])) == Decision.objects.count()
    book = client.get("/historikk/?_export=xlsx&register=budget.decision").content
    assert "xl/workbook.xml" in ZipFile(io.BytesIO(book)).namelist()


def test_a_file_has_a_limit(revisor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("roros.views.history.MOST_EXPORTED", 2)
    for number in (1, 2, 3):
        case(number)
    answer = revisor.get("/historikk/?_export=csv&register=budget.councilcase")
    assert answer.status_code == 400
    assert "En fil kan ha høyst 2 endringer." in answer.content.decode()
    assert revisor.get("/historikk/?_export=csv&register=budget.councilcase&q=1").status_code == 400
    assert revisor.get("/historikk/?_export=doc&register=roros.virksomhet").status_code == 400


# -- who may see it


@pytest.mark.parametrize("role", [None, *Role])
def test_who_may_see_it(client: Client, db: None, role: Role | None) -> None:
    client.force_login(person(*([role] if role else []), name="noen"))
    allowed = role in (Role.ADMINISTRATOR, Role.OKONOMI, Role.REVISOR)
    assert client.get("/historikk/").status_code == (200 if allowed else 403)
    assert client.get("/historikk/?_export=csv").status_code == (200 if allowed else 403)
    assert client.post("/historikk/").status_code == 405


def test_a_visitor_is_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.get("/historikk/").headers["Location"] == "/logg-inn/?next=/historikk/"


def sick_leave() -> None:
    area = Rammeomrade.objects.create(number=3, name="Oppvekst")
    SickLeave.objects.create(
        year=2021,
        quarter=1,
        enhet=Enhet.objects.create(code="310", name="Liten enhet"),
        rammeomrade=area,
        agreed_days=Decimal(100),
        short_days=Decimal("17.5"),
        long_days=Decimal(0),
        employees=3,
    )


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.OKONOMI, Role.REVISOR])
def test_days_of_sick_leave_are_in_the_log_for_hr_alone(client: Client, db: None, role: Role) -> None:
    sick_leave()
    user = person(role, name="noen")
    client.force_login(user)
    assert set(registers_for(user)).isdisjoint(SECRET)
    assert "17,5" not in page(client, "q=17.5")
    assert "17.5" not in client.get("/historikk/?_export=csv").content.decode()
    assert client.get(f"/historikk/?register={name_of(SickLeave)}").status_code == 400
    both = person(role, Role.HR, name="begge")
    assert set(registers_for(both)) >= SECRET
    client.force_login(both)
    assert "17,5" in page(client, f"register={name_of(SickLeave)}")


def test_every_register_of_people_is_kept_from_those_who_may_not_see_it() -> None:
    """Registers with days or numbers of employees; the others of the hr room hold no counts of people."""
    counting = {
        model
        for model in tracked_models()
        if model._meta.app_label == "hr"
        and {field.name for field in model._meta.fields} & {"short_days", "employees", "short", "value"}
    }
    assert counting == SECRET


def test_somebody_without_the_right_gets_no_registers(db: None) -> None:
    assert registers_for(person(Role.POLITIKER)) == []
    assert entries(LogFilter([])) == []
    assert count(LogFilter([])) == 0


def test_drafts_are_in_the_log_of_those_who_see_all_drafts(revisor: Client) -> None:
    Amendment.objects.create(number="2021-900", year=2021, text="Utkast om badet")
    assert "2021-900" in page(revisor, "q=badet")
    assert User.objects.count() == 1
