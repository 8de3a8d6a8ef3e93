"""A whole file: which sheet is which, then each sheet's lines."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from roros.workbooks.cells import CellError, is_blank, reader
from roros.workbooks.declare import Column, ColumnType, Finding, Layout, ReadResult, Severity, Sheet, SheetResult
from roros.workbooks.header_words import letter, normal
from roros.workbooks.headers import Header, find_header
from roros.workbooks.oddities import Furniture
from roros.workbooks.rows import SheetReader, Source
from roros.workbooks.sources import SheetSource

_PRINTED = re.compile(r"(?:utskriftsdato|utskrevet|skrevet ut|utskrift|rapportdato|dato utskrift)\b[: ]*(.*)", re.I)
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})\s*$")


@dataclass(frozen=True)
class Options:
    """What a person, the settings or earlier imports tell about the file."""

    out_dir: Path
    year: int | None = None
    replacements: Mapping[str, Mapping[str, str]] | None = None
    remembered: Mapping[str, Mapping[str, str]] | None = None


@dataclass(frozen=True)
class Candidate:
    """One sheet of the file held up against one declared sheet."""

    source: SheetSource
    head: list[list[Any]]
    header: Header
    titled: bool

    @property
    def has_lines(self) -> bool:
        """This will return whether anything stands below the header."""
        return any(not is_blank(cell) for row in self.head[self.header.row + 1 :] for cell in row)


def read_sources(
    sources: Sequence[SheetSource], layout: Layout, options: Options, on_rows: Callable[[int], None]
) -> ReadResult:
    """This will read every declared sheet that the file holds, with all that is wrong in them."""
    result = ReadResult([], [])
    if not sources:
        result.findings.append(Finding("no-sheets"))
        return result
    heads = [(source, source.head()) for source in sources]
    done = 0
    for sheet in layout.sheets:
        chosen = _choose(sheet, layout, heads, options, result.findings)
        if chosen is None:
            continue

        def on_sheet_rows(rows: int, before: int = done) -> None:
            on_rows(before + rows)

        read = _read_sheet(sheet, chosen, options, result.findings, on_sheet_rows)
        if read is not None:
            result.sheets.append(read)
            done += read.rows
    return result


def _titles(sheet: Sheet) -> set[str]:
    return {normal(title) for title in (*sheet.titles, sheet.label, sheet.name)}


def _choose(
    sheet: Sheet,
    layout: Layout,
    heads: Sequence[tuple[SheetSource, list[list[Any]]]],
    options: Options,
    findings: list[Finding],
) -> Candidate | None:
    others = {title for other in layout.sheets if other is not sheet for title in _titles(other)}
    candidates = []
    for source, head in heads:
        titled = normal(source.name) in _titles(sheet)
        if not titled and normal(source.name) in others:
            continue
        header = find_header(head, sheet, merged=source.merged, remembered=options.remembered or {}, year=options.year)
        if header is not None:
            candidates.append(Candidate(source, head, header, titled))
    complete = [candidate for candidate in candidates if candidate.header.complete]
    if not complete:
        return _nearest(sheet, layout, candidates, findings)
    visible = [candidate for candidate in complete if not candidate.source.hidden]
    ranked = visible or complete
    ranked = [candidate for candidate in ranked if candidate.titled] or ranked
    ranked = [candidate for candidate in ranked if candidate.has_lines] or ranked
    if len(ranked) > 1:
        names = ", ".join(candidate.source.name for candidate in ranked)
        findings.append(Finding("several-sheets", params={"sheets": names, "label": sheet.label}))
        return None
    chosen = ranked[0]
    if chosen.source.hidden:
        findings.append(Finding("hidden-sheet-read", Severity.WARNING, chosen.source.name))
    for candidate in complete:
        if candidate.source.hidden and candidate is not chosen and candidate.has_lines:
            findings.append(Finding("hidden-sheet-skipped", Severity.WARNING, candidate.source.name))
    return chosen


def _nearest(sheet: Sheet, layout: Layout, candidates: list[Candidate], findings: list[Finding]) -> Candidate | None:
    """No sheet has all the columns: say what the most likely one lacks."""
    titled = [candidate for candidate in candidates if candidate.titled]
    likely = titled or candidates
    best = max(likely, key=lambda c: (-len(c.header.missing), len(c.header.columns), not c.source.hidden), default=None)
    if best is None and len(layout.sheets) == 1:
        findings.append(Finding("empty-file"))
    elif len(layout.sheets) > 1 and (best is None or (not titled and len(best.header.columns) < 2)):
        if sheet.required:
            findings.append(Finding("missing-sheet", params={"label": sheet.label}))
    elif best is not None and (sheet.required or titled):
        labels = [sheet.column(name).label for name in best.header.missing]
        params = {
            "missing": ", ".join(labels),
            "seen": best.header.seen(),
            "columns": ",".join(best.header.missing),
            "fingerprint": best.header.fingerprint,
        }
        findings.append(
            Finding("missing-columns", Severity.ERROR, best.source.name, best.header.row + 1, params=params)
        )
    return None


def _read_sheet(
    sheet: Sheet, chosen: Candidate, options: Options, findings: list[Finding], on_rows: Callable[[int], None]
) -> SheetResult | None:
    header, head = chosen.header, chosen.head
    if header.ambiguous:
        for name, columns in header.ambiguous.items():
            params = {
                "label": sheet.column(name).label,
                "columns": ", ".join(letter(column) for column in columns),
                "fingerprint": header.fingerprint,
                "name": name,
            }
            value = " ".join(header.texts[columns[0]].split())
            findings.append(
                Finding(
                    "ambiguous-header",
                    Severity.ERROR,
                    chosen.source.name,
                    header.row + 1,
                    letter(columns[0]),
                    value,
                    params,
                )
            )
        return None
    copy_file = options.out_dir / f"{sheet.name}.copy"
    furniture = Furniture(header, head[: header.row])
    with copy_file.open("w", encoding="utf-8", newline="") as out:
        rows = SheetReader(
            sheet,
            header,
            source=Source(chosen.source.name, chosen.source.bad_cells),
            year=options.year,
            out=out,
            furniture=furniture,
            replacements=options.replacements or {},
        )
        rows.read(islice(chosen.source.rows(), header.row + 1, None), header.row + 2, on_rows)
        result = rows.finish(str(copy_file), printed_at(head[: header.row]))
    if not rows.lines.rows and not rows.findings.list:
        rows.findings.add("no-lines", header.row + 1)
    findings += rows.findings.all()
    return result


def printed_at(rows: Sequence[Sequence[Any]]) -> str:
    """This will return the ISO time of the print date above the header, "" when there is none."""
    for row in rows:
        for index, cell in enumerate(row):
            match = _PRINTED.match(cell.strip()) if isinstance(cell, str) else None
            if match is None:
                continue
            for value in (match[1], *row[index + 1 :]):
                if moment := _moment(value):
                    return moment
    return ""


def _moment(value: Any) -> str:
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if not isinstance(value, str) or not value.strip():
        return ""
    read = reader(Column("printed_at", "Utskriftsdato", ColumnType.DATE))
    try:
        day = read(value.split(" kl")[0].strip())
    except CellError:
        return ""
    time = _TIME.search(value.split(" ", 1)[1]) if " " in value else None
    return f"{day}T{int(time[1]):02d}:{time[2]}:00" if time else day
