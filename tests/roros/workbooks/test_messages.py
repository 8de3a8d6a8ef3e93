"""Every finding has words: what, where, what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from roros.workbooks import messages
from roros.workbooks.declare import Finding
from roros.workbooks.message_texts import TEMPLATES

READER = ("guard", "child", "reader", "workbook", "rows", "years", "cells", "lines", "findings")


def codes_of_the_reader() -> set[str]:
    folder = Path(messages.__file__).parent
    codes: set[str] = set()
    for name in READER:
        source = (folder / f"{name}.py").read_text(encoding="utf-8")
        pattern = r'(?:CellError|Finding|_RefusedError|findings\.add|find)\(\s*"([a-z-]+)"'
        codes |= set(re.findall(pattern, source))
        codes |= set(re.findall(r'"([a-z]+-[a-z-]+)" if cell == cell', source))
    return codes


def test_every_code_of_the_reader_has_a_message() -> None:
    codes = codes_of_the_reader()
    assert len(codes) > 40
    assert codes - TEMPLATES.keys() == set()


@pytest.mark.parametrize("code", sorted(TEMPLATES))
def test_every_message_can_be_filled_and_ends_as_a_sentence(code: str) -> None:
    text = messages.text(Finding(code, value="x"))
    assert "%(" not in text
    assert text.endswith(".")


def test_a_message_says_where_and_what_and_what_to_do() -> None:
    finding = Finding(
        "ambiguous-number",
        sheet="Regnskap",
        row=47,
        column="F",
        value="1.234",
        params={"first": "1234", "second": "1,234"},
    )
    assert messages.message(finding) == (
        "Ark «Regnskap», rad 47, kolonne F: «1.234» kan leses som 1234 eller 1,234. "
        "Skriv tallet uten skilletegn for tusen, eller som tall i Excel."
    )


def test_amounts_in_messages_are_written_for_readers() -> None:
    params = {"text": "Sum", "file": "80.50", "rows": "1080.60", "difference": "-1000.10"}
    assert messages.text(Finding("sum-differs", params=params)) == (
        "Sumraden «Sum» viser 80,50, men linjene over gir 1\u00a0080,60. Forskjellen er \u22121\u00a0000,10. "
        "Rett linjene eller sumraden."
    )


def test_a_finding_about_the_file_names_no_place() -> None:
    assert messages.message(Finding("empty-file")) == "Filen er tom. Eksporter den på nytt og prøv igjen."


def test_an_unknown_code_and_missing_params_still_give_a_message() -> None:
    assert messages.text(Finding("helt-ny", value="7")) == "7 er avvist (helt-ny)."
    assert "?" in messages.text(Finding("wrong-year", value="202001"))
    assert "tull" in messages.text(Finding("sum-differs", params={"file": "tull"}))


def test_a_room_adds_its_own_messages() -> None:
    messages.register({"prove-kode": "Prøve %(value)s."})
    try:
        assert messages.text(Finding("prove-kode", value="7")) == "Prøve 7."
    finally:
        del TEMPLATES["prove-kode"]
