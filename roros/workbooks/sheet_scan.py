"""What calamine does not tell about an .xlsx sheet: error cells and formulas without a stored result."""

from __future__ import annotations

import posixpath
import re
from typing import TypeAlias
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from roros.workbooks.header_words import column_index

BadCells: TypeAlias = dict[int, dict[int, tuple[str, str]]]  # sheet row -> column from 0 -> ("error"|"formula", text)

MAX_CELLS = 200_000
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

_ERROR_SIGNS = (b't="e"', b"t='e'")
_FORMULA_SIGNS = (b"<f", b":f>", b":f ")
_ERROR = re.compile(
    rb"""<(?:\w+:)?c\s(?P<before>[^<>]*?)\bt\s*=\s*["']e["'](?P<after>[^<>]*?)(?:/>|>.*?</(?:\w+:)?c>)""", re.DOTALL
)
_FORMULA = re.compile(
    rb"""<(?:\w+:)?c\s(?P<before>[^<>]*)>\s*<(?:\w+:)?f\b[^<>]*(?:/>|>(?P<text>[^<]*)</(?:\w+:)?f>)"""
    rb"""\s*(?:<(?:\w+:)?v\s*>\s*</(?:\w+:)?v>|<(?:\w+:)?v\s*/>)?\s*</(?:\w+:)?c>"""
)
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]+)(\d+)["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v[^<>]*>([^<]*)<")
_NAMESPACES = {
    "m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "s": "http://purl.oclc.org/ooxml/spreadsheetml/main",
}


class SheetScan:
    """Takes a sheet's XML block by block; blocks without errors and formulas cost next to nothing."""

    def __init__(self) -> None:
        self.cells: BadCells = {}
        self.count = 0
        self.tail = b""

    def feed(self, block: bytes) -> None:
        """This will look at the next block."""
        text = self.tail + block
        cut = max(text.rfind(b"<c "), text.rfind(b":c "), 0)
        # A cell cut in two by the end of the block waits for the rest of it.
        self.tail = text[cut - 20 if cut > 20 else 0 :] if len(text) - cut < 100_000 else b""
        # One letter is found a hundred times faster than two, and most sheets hold neither letter.
        if (b"e" in text and any(sign in text for sign in _ERROR_SIGNS)) or (
            b"f" in text and any(sign in text for sign in _FORMULA_SIGNS)
        ):
            self._look(text)

    def _look(self, text: bytes) -> None:
        if b't="e"' in text or b"t='e'" in text:
            for match in _ERROR.finditer(text):
                value = _VALUE.search(match[0])
                self._note(match["before"] + match["after"], "error", value[1] if value else b"#")
        for match in _FORMULA.finditer(text):
            self._note(match["before"], "formula", b"=" + (match["text"] or b""))

    def _note(self, attributes: bytes, kind: str, text: bytes) -> None:
        reference = _REFERENCE.search(attributes)
        if reference is None or self.count >= MAX_CELLS or len(reference[1]) > 3 or len(reference[2]) > 7:
            return
        row, column = int(reference[2]), column_index(reference[1].decode())
        self.cells.setdefault(row, {})[column] = (kind, text.decode(errors="replace")[:100])
        self.count += 1

    def result(self) -> BadCells:
        """This will return the cells found."""
        return self.cells


def sheet_names(parts: dict[str, bytes]) -> dict[str, str]:
    """This will return which part of the file holds which sheet: part name -> sheet name."""
    try:
        workbook = fromstring(parts["xl/workbook.xml"])
        relations = fromstring(parts["xl/_rels/workbook.xml.rels"])
    except (KeyError, ParseError, DefusedXmlException, ValueError):
        return {}
    targets = {}
    for relation in relations:
        target = relation.get("Target") or ""
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        targets[relation.get("Id")] = path
    names = {}
    for namespace in _NAMESPACES.values():
        for sheet in workbook.iter(f"{{{namespace}}}sheet"):
            relation_id = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), None)
            if relation_id in targets:
                names[targets[relation_id]] = sheet.get("name") or ""
    return names


def farthest_cell(blocks: list[bytes]) -> str:
    """This will return the cell reference farthest out that no sheet of ours reaches, "" when there is none."""
    worst, reached = "", 0
    for block in blocks:
        for match in _REFERENCE.finditer(block):
            if len(match[1]) > 6 or len(match[2]) > 12:
                return (match[1] + match[2]).decode()[:40]
            row, column = int(match[2]), column_index(match[1].decode()) + 1
            if (row > LAST_ROW or column > 1_000) and row * column > reached:
                worst, reached = f"{match[1].decode()}{row}", row * column
    return worst
