"""A run from file to figures and back: whole or not at all, the same by every way in."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from openpyxl import load_workbook

from budget.audit import figure_errors
from budget.models import ActiveLine
from roros.models import CodeMapping, DataVersion, ImportRun, Role, StoredFile, User
from roros.workbooks import engine
from roros.workbooks.annotate import annotate
from roros.workbooks.claims import at_work, claimed
from roros.workbooks.kinds import CannotUndo, ImportRefused, StalePreview
from roros.workbooks.mappings import remember_code
from roros.workbooks.results import as_json, findings_of
from tests.ledger_world import LINE_HEADER, LINES, Line, exported, figures, imported, ledger_file, received, user
from tests.workbooks import xlsx

pytestmark = pytest.mark.usefixtures("world")
State = ImportRun.State

CORRECTED: list[Line] = [*LINES[:1], ("1000", "1200", "101000", "", 2, "115.50"), *LINES[2:]]

# One line for each kind of error; columns A-G are ansvar, name, tjeneste, art, prosjekt, periode, beløp.
GOOD = ("1000", "Stab", "1200", "101000", "", "202101", 1.0)
TEN_ERRORS: dict[str, tuple[str, str, tuple[object, ...]]] = {
    "unknown-ansvar": ("A", "7777", ("7777", "Ny", *GOOD[2:])),
    "ansvar-outside-years": ("A", "3999", ("3999", "Gammel", *GOOD[2:])),
    "unknown-tjeneste": ("C", "7777", (*GOOD[:2], "7777", *GOOD[3:])),
    "tjeneste-outside-years": ("C", "2999", (*GOOD[:2], "2999", *GOOD[3:])),
    "unknown-art": ("D", "777777", (*GOOD[:3], "777777", *GOOD[4:])),
    "unknown-prosjekt": ("E", "888888", (*GOOD[:4], "888888", *GOOD[5:])),
    "not-a-period": ("F", "202114", (*GOOD[:5], "202114", 1.0)),
    "wrong-year": ("F", "202001", (*GOOD[:5], "202001", 1.0)),
    "ambiguous-number": ("G", "1.234", (*GOOD[:6], "1.234")),
    "empty-amount": ("G", "", (*GOOD[:6], "")),
}
FIRST_ROW = 3


def ten_errors() -> bytes:
    """A file with ten different kinds of error, one per line from row 3."""
    return xlsx([["Regnskap 2021"], LINE_HEADER, *(line for _column, _value, line in TEN_ERRORS.values())])


def report(path: Path, *options: str, kind: str = "regnskap") -> tuple[int, dict[str, object]]:
    """What the command line answers: exit status and JSON."""
    out, status = io.StringIO(), 0
    try:
        call_command("import_workbook", kind, str(path), "--json", *options, stdout=out, stderr=io.StringIO())
    except SystemExit as leaving:
        status = int(str(leaving.code))
    answer: dict[str, object] = json.loads(out.getvalue())
    return status, answer


def written(tmp_path: Path, content: bytes, name: str = "regnskap.xlsx") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_a_good_file_becomes_figures() -> None:
    run = imported(ledger_file())
    assert (run.year, run.rows, run.new, run.changed, run.removed) == (2021, 6, 6, 0, 0)
    assert ActiveLine.objects.count() == 6
    assert figure_errors() == []
    assert as_json(run)["control_total"] == {"file": "-950.00", "rows": "-950.00"}
    assert [(group["label"], group["before"], group["after"]) for group in run.preview["groups"]] == [
        ("1 Stab", None, "210.50"),
        ("3 Helse og omsorg", None, "940.25"),
        ("9 Sentrale inntekter", None, "-2100.75"),
    ]


def test_ten_kinds_of_error_are_all_told_with_their_place_and_nothing_is_written(tmp_path: Path) -> None:
    before = figures()
    status, answer = report(written(tmp_path, ten_errors()), "--year", "2021")
    assert status == 1
    assert answer["committed"] is False
    found = {error["code"]: error for error in answer["errors"]}  # type: ignore[attr-defined]
    assert set(found) == set(TEN_ERRORS)
    for number, (code, (column, value, _line)) in enumerate(TEN_ERRORS.items(), FIRST_ROW):
        error = found[code]
        assert (error["sheet"], error["row"], error["column"]) == ("Regnskap", number, column), code
        assert error["value"] == value, code
        assert error["message"].startswith(f"Ark «Regnskap», rad {number}, kolonne {column}: "), code
        assert len(error["message"]) > 60, code  # says what was expected, not only that it is wrong
    assert figures() == before


def test_the_marked_workbook_opens_with_the_ten_cells_marked() -> None:
    run = engine.prepare(received(ten_errors()))
    annotated = annotate(ten_errors(), "regnskap.xlsx", findings_of(run))
    sheet = load_workbook(io.BytesIO(annotated.content))["Regnskap"]
    marked = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment is not None}
    assert marked == {f"{column}{row}" for row, (column, _v, _l) in enumerate(TEN_ERRORS.values(), FIRST_ROW)}


@pytest.mark.parametrize("content", [ledger_file(), ten_errors()], ids=["good", "ten errors"])
def test_command_line_and_browser_say_the_same(content: bytes, tmp_path: Path, client: Client) -> None:
    client.force_login(user(Role.OKONOMI))
    upload = io.BytesIO(content)
    upload.name = "regnskap.xlsx"
    answer = client.post("/innlesing/", {"kind": "regnskap", "file": upload, "year": "2021"})
    by_browser = ImportRun.objects.get()
    assert answer["Location"] == f"/innlesing/{by_browser.pk}/"
    _status, by_command = report(written(tmp_path, content), "--year", "2021", "--dry-run")
    assert by_command | {"run": 0} == as_json(by_browser) | {"run": 0}
    page = client.get(answer["Location"]).content.decode()
    for finding in findings_of(by_browser):
        assert f'<span class="cell">{finding.value}</span>' in page or not finding.value


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    before = figures()
    status, answer = report(written(tmp_path, ledger_file()), "--dry-run")
    assert (status, answer["state"], answer["new"]) == (0, "ready", 6)
    assert figures() == before


def test_the_same_file_twice_changes_nothing_and_says_so(tmp_path: Path) -> None:
    content = ledger_file()
    imported(content)
    before = figures()
    status, answer = report(written(tmp_path, content))
    assert (status, answer["state"], answer["committed"]) == (0, "unchanged", False)
    assert (answer["new"], answer["changed"], answer["removed"]) == (0, 0, 0)
    assert figures() == before
    assert StoredFile.objects.count() == 1


def test_a_corrected_file_lists_exactly_what_changes() -> None:
    first = imported(ledger_file())
    run = engine.prepare(received(ledger_file(CORRECTED)))
    assert run.state == State.READY
    assert run.preview["replaces"] == [first.pk]
    assert run.preview["changes"] == [{"key": "2021-02 1000 · 1200 · 101000", "before": "110.50", "after": "115.50"}]
    moved = {group["label"]: (group["before"], group["after"]) for group in run.preview["groups"]}
    assert moved["1 Stab"] == ("210.50", "215.50")
    assert moved["3 Helse og omsorg"] == ("940.25", "940.25")


def test_a_line_that_is_gone_is_taken_out() -> None:
    imported(ledger_file())
    run = imported(ledger_file(LINES[1:]))
    assert (run.new, run.changed, run.removed) == (0, 0, 1)
    assert ActiveLine.objects.count() == 5
    assert figure_errors() == []


def test_undo_restores_every_table_to_the_byte(tmp_path: Path) -> None:
    imported(ledger_file())
    imported(ledger_file(), "budsjett")
    (tmp_path / "before").mkdir()
    (tmp_path / "after").mkdir()
    before, tables = figures(), exported(tmp_path / "before")
    run = imported(ledger_file(CORRECTED))
    assert figures() != before
    undone = engine.undo(run, by=None)
    assert undone.state == State.UNDONE
    assert figures() == before
    assert exported(tmp_path / "after") == tables
    assert figure_errors() == []


def test_undo_out_of_order_is_refused_with_the_reason() -> None:
    first = imported(ledger_file())
    second = imported(ledger_file(CORRECTED))
    before = figures()
    with pytest.raises(CannotUndo) as refusal:
        engine.undo(first, by=None)
    assert refusal.value.message == (
        f"Innlesing {first.pk} kan ikke angres nå, for innlesing {second.pk} har erstattet tallene dens etterpå. "
        f"Angre innlesing {second.pk} først."
    )
    assert figures() == before
    engine.undo(second, by=None)
    engine.undo(first, by=None)
    assert ActiveLine.objects.count() == 0
    assert figure_errors() == []


def test_a_run_is_undone_once() -> None:
    run = imported(ledger_file())
    engine.undo(run, by=None)
    with pytest.raises(ImportRefused, match="ingenting å angre"):
        engine.undo(run, by=None)


def test_an_undone_file_can_be_read_in_again() -> None:
    engine.undo(imported(ledger_file()), by=None)
    imported(ledger_file())
    assert ActiveLine.objects.count() == 6
    assert figure_errors() == []


def test_later_months_do_not_disturb_earlier_ones() -> None:
    imported(ledger_file(LINES[:1]))  # January
    run = imported(ledger_file([LINES[1]]))  # February
    assert run.preview["replaces"] == []
    assert ActiveLine.objects.count() == 2
    assert figure_errors() == []


def test_preview_that_has_been_overtaken_is_refused_and_renewed() -> None:
    run = engine.prepare(received(ledger_file()))
    other = imported(ledger_file(CORRECTED))
    before = figures()
    with pytest.raises(StalePreview, match="Noen andre har lest inn tall"):
        engine.commit(run, by=None)
    run.refresh_from_db()
    assert figures() == before
    assert run.state == State.READY
    assert run.notice.startswith("Noen andre har lest inn tall")
    assert run.preview["replaces"] == [other.pk]
    engine.commit(run, by=None)
    run.refresh_from_db()
    assert (run.state, run.notice) == (State.COMMITTED, "")


def test_preview_overtaken_by_the_same_file_says_so() -> None:
    run = engine.prepare(received(ledger_file()))
    imported(ledger_file())
    with pytest.raises(StalePreview, match="alt lest inn de samme tallene"):
        engine.commit(run, by=None)
    run.refresh_from_db()
    assert run.state == State.UNCHANGED


def test_refused_and_concluded_runs_are_not_carried_out() -> None:
    wrong = engine.prepare(received(ten_errors()))
    with pytest.raises(ImportRefused, match="kan ikke lagres nå"):
        engine.commit(wrong, by=None)
    done = imported(ledger_file())
    for again in (engine.prepare, lambda run: engine.commit(run, by=None), engine.discard):
        with pytest.raises(ImportRefused):
            again(done)
    done.refresh_from_db()
    assert done.state == State.COMMITTED


def test_a_run_concluded_elsewhere_is_not_begun_again_from_an_old_copy() -> None:
    run = engine.prepare(received(ledger_file()))
    old_copy = ImportRun.objects.get(pk=run.pk)
    engine.commit(run, by=None)
    with pytest.raises(ImportRefused, match="avsluttet"):
        engine.prepare(old_copy)
    assert ImportRun.objects.get(pk=run.pk).state == State.COMMITTED


def test_discarded_run_is_left_alone() -> None:
    run = engine.prepare(received(ledger_file()))
    assert engine.discard(run).state == State.DISCARDED
    with pytest.raises(ImportRefused):
        engine.commit(run, by=None)
    assert StoredFile.objects.count() == 1


def test_every_commit_and_undo_bumps_the_data_version() -> None:
    def version() -> int:
        return DataVersion.objects.filter(id=1).values_list("version", flat=True).first() or 0

    start = version()
    run = imported(ledger_file())
    after_commit = version()
    engine.undo(run, by=None)
    assert start < after_commit < version()


def test_a_mapped_code_is_remembered_for_later_files() -> None:
    content = ledger_file([("7777", *LINES[0][1:])])
    run = engine.prepare(received(content))
    assert [finding.code for finding in findings_of(run)] == ["unknown-ansvar"]
    by = user(Role.OKONOMI)
    remember_code(kind="regnskap", column="ansvar", seen="7777", use="3200", by=by)
    engine.prepare(run)
    assert run.state == State.READY
    engine.commit(run, by=by)
    assert ActiveLine.objects.get().ansvar_id == "3200"
    remember_code(kind="regnskap", column="ansvar", seen="7777", use="1000", by=by)
    assert CodeMapping.objects.get().use == "1000"


def test_very_many_findings_keep_some_of_each_kind() -> None:
    lines = [(f"8{number:03}", "7777", "101000", "", 1, "1.00") for number in range(50)]
    run = received(ledger_file(lines))
    original, engine.MAX_FINDINGS_KEPT = engine.MAX_FINDINGS_KEPT, 20
    try:
        engine.prepare(run)
    finally:
        engine.MAX_FINDINGS_KEPT = original
    codes = [finding.code for finding in findings_of(run)]
    assert codes.count("unknown-ansvar") == codes.count("unknown-tjeneste") == 10
    told = [finding.params for finding in findings_of(run) if finding.code == "more-of-the-same"]
    assert {(params["kind"], params["count"], params["shown"]) for params in told} == {
        ("unknown-ansvar", "50", "10"),
        ("unknown-tjeneste", "50", "10"),
    }


def test_who_works_on_a_run_is_known_while_they_do() -> None:
    run = received(ledger_file())
    assert at_work([run.pk]) == frozenset()
    with claimed(run.pk):
        assert at_work([run.pk, run.pk + 1]) == {run.pk}
    assert at_work([run.pk]) == frozenset()


def test_temporary_tables_do_not_stay_behind() -> None:
    imported(ledger_file())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'staged\\_%%' AND relpersistence = 't'")
        assert cursor.fetchone() == (0,)


def test_undo_from_the_command_line(tmp_path: Path) -> None:
    first, second = imported(ledger_file()), imported(ledger_file(CORRECTED))
    out = io.StringIO()
    with pytest.raises(SystemExit) as leaving:
        call_command("undo_import", str(first.pk), "--json", stdout=out)
    assert leaving.value.code == 1
    assert json.loads(out.getvalue())["refused"].endswith(f"Angre innlesing {second.pk} først.")
    out = io.StringIO()
    call_command("undo_import", str(second.pk), stdout=out)
    assert out.getvalue() == f"Innlesing {second.pk} er angret.\n"


def test_who_did_it_is_kept() -> None:
    by: User = user(Role.OKONOMI)
    run = imported(ledger_file(), by=by)
    engine.undo(run, by=by)
    run.refresh_from_db()
    assert (run.created_by, run.committed_by, run.undone_by) == (by, by, by)
