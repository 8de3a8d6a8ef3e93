"""`import_workbook` and `undo_import` as a nightly job meets them: exit code, JSON, words."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from budget.models import LedgerLine
from roros.models import ImportRun
from tests.ledger_world import ledger_file


def run(*words: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(*words, stdout=out, stderr=err)
    except SystemExit as leaving:
        return int(str(leaving.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "regnskap.xlsx"
    path.write_bytes(ledger_file())
    return path


def test_a_good_file_is_told_in_one_line(scratch: str, book: Path) -> None:
    code, out, err = run("import_workbook", "regnskap", str(book))
    only = ImportRun.objects.get()
    assert (code, err) == (0, "")
    assert out == f"Innlesing {only.pk}: Lest inn. {only.rows} linjer, {only.new} nye, 0 endret, 0 borte.\n"
    code, out, _err = run("import_workbook", "regnskap", str(book))
    assert code == 0
    assert "Ingen endring" in out


def test_a_dry_run_writes_nothing(scratch: str, book: Path) -> None:
    code, out, _err = run("import_workbook", "regnskap", str(book), "--dry-run", "--json")
    answer: dict[str, Any] = json.loads(out)
    assert (code, answer["state"], answer["committed"]) == (0, "ready", False)
    assert not LedgerLine.objects.exists()


def test_a_bad_file_leaves_with_1_and_says_why(scratch: str, tmp_path: Path) -> None:
    path = tmp_path / "feil.xlsx"
    path.write_bytes(ledger_file([("9999", "1200", "101000", "", 1, "10.00")]))
    code, out, err = run("import_workbook", "regnskap", str(path))
    assert code == 1
    assert "Avvist" in out
    assert err.startswith("Ark «")
    assert "9999" in err
    code, out, _err = run("import_workbook", "regnskap", str(path), "--json")
    assert code == 1
    assert [error["code"] for error in json.loads(out)["errors"]] == ["unknown-ansvar"]


def test_a_run_that_is_overtaken_says_so(scratch: str, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from budget.targets.slices import SliceTarget  # noqa: PLC0415 - only this test reaches behind the engine

    base = SliceTarget.base
    seen: list[object] = []

    def moving(self: SliceTarget, staged: Any) -> dict[str, Any]:
        seen.append(staged)
        return {**base(self, staged), "moved": len(seen)}

    monkeypatch.setattr(SliceTarget, "base", moving)
    code, out, _err = run("import_workbook", "regnskap", str(book), "--json")
    answer = json.loads(out)
    assert (code, answer["committed"]) == (1, False)
    assert answer["refused"]
    assert not LedgerLine.objects.exists()


def test_files_that_cannot_be_taken(scratch: str, book: Path, settings: Settings) -> None:
    with pytest.raises(CommandError, match="Finner ikke filen"):
        call_command("import_workbook", "regnskap", str(book.parent / "borte.xlsx"))
    settings.IMPORT_MAX_BYTES = 10
    with pytest.raises(CommandError, match="større enn grensen"):
        call_command("import_workbook", "regnskap", str(book))
    assert not ImportRun.objects.exists()


def test_undo_tells_what_it_did_and_why_not(scratch: str, book: Path) -> None:
    run("import_workbook", "regnskap", str(book))
    only = ImportRun.objects.get()
    assert run("undo_import", str(only.pk)) == (0, f"Innlesing {only.pk} er angret.\n", "")
    code, out, _err = run("undo_import", str(only.pk), "--json")
    assert code == 1
    answer = json.loads(out)
    assert (answer["run"], answer["undone"]) == (only.pk, False)
    assert "ingenting å angre" in answer["refused"]
    with pytest.raises(CommandError, match="ingen innlesing 0"):
        call_command("undo_import", "0")
