"""What calamine does not tell about .xls and .ods sheets: error cells read as empty there too."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from roros.workbooks.sheet_scan import MAX_CELLS, BadCells

_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_BOF, _EOF, _SHEET, _FORMULA, _BOOL_OR_ERROR = 0x0809, 0x000A, 0x0085, 0x0006, 0x0205
_NO_SECTOR = 0xFFFFFFF0
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_VALUES = ("value", "string-value", "date-value", "time-value", "boolean-value")


def xls_errors(content: bytes) -> dict[str, BadCells]:
    """This will return the error cells of an .xls by sheet; nothing for a file too damaged to walk."""
    try:
        return _walk(_workbook_stream(content))
    except (struct.error, IndexError, ValueError, UnicodeDecodeError):
        return {}  # calamine will say that it is damaged


def _workbook_stream(content: bytes) -> bytes:
    """The stream that holds the sheets, out of the small file system that an .xls is."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    if not 128 <= size <= 4096:
        raise ValueError("no such sector size")

    def sector(number: int) -> bytes:
        return content[size * (number + 1) : size * (number + 2)]

    places = list(struct.unpack_from("<109I", content, 76))
    more = struct.unpack_from("<I", content, 68)[0]
    for _ in range(len(content) // size):
        if more >= _NO_SECTOR:
            break
        *found, more = struct.unpack(f"<{size // 4}I", sector(more))
        places += found
    table: list[int] = []
    for place in places:
        if place < _NO_SECTOR:
            table += struct.unpack(f"<{size // 4}I", sector(place))

    def chain(start: int) -> bytes:
        parts: list[bytes] = []
        while start < len(table) and len(parts) <= len(table):
            parts.append(sector(start))
            start = table[start]
        return b"".join(parts)

    directory = chain(struct.unpack_from("<I", content, 48)[0])
    for at in range(0, len(directory), 128):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(length - 2, 0)].decode("utf-16-le")
        if name in ("Workbook", "Book"):
            start, stream_size = struct.unpack_from("<II", directory, at + 116)
            return chain(start)[:stream_size]
    raise ValueError("no workbook inside")


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _walk(stream: bytes) -> dict[str, BadCells]:
    names: dict[int, str] = {}
    found: dict[str, BadCells] = {}
    sheet = ""
    for at, kind, data in _records(stream):
        if kind == _SHEET:
            wide = data[7] & 1
            text = data[8 : 8 + data[6] * (2 if wide else 1)]
            names[struct.unpack_from("<I", data)[0]] = text.decode("utf-16-le" if wide else "latin-1")
        elif kind == _BOF and at in names:
            sheet = names[at]
        elif kind == _EOF:
            sheet = ""
        elif sheet and (error := _error_of(kind, data)):
            row, column = struct.unpack_from("<HH", data)
            found.setdefault(sheet, {}).setdefault(row + 1, {})[column] = ("error", error)
    return found


def _error_of(kind: int, data: bytes) -> str:
    if kind == _BOOL_OR_ERROR and data[7]:
        return _ERRORS.get(data[6], "#")
    if kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:
        return _ERRORS.get(data[8], "#")
    return ""


def ods_errors(content: bytes) -> dict[str, BadCells]:
    """This will return the error cells and formulas without a value of an .ods by sheet, from its content.xml."""
    found: dict[str, BadCells] = {}
    if b'"error"' not in content and b":formula=" not in content:
        return found
    sheet, row, column, count = "", 0, 0, 0
    try:
        for event, element in iterparse(BytesIO(content), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                if element.tag == f"{_TABLE}table":
                    sheet, row = element.get(f"{_TABLE}name") or "", 0
                elif element.tag == f"{_TABLE}table-row":
                    column = 0
                continue
            if element.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                bad = _bad_ods(element)
                if bad is not None and count < MAX_CELLS:
                    found.setdefault(sheet, {}).setdefault(row + 1, {})[column] = bad
                    count += 1
                column += int(element.get(f"{_TABLE}number-columns-repeated") or 1)
            elif element.tag == f"{_TABLE}table-row":
                row += int(element.get(f"{_TABLE}number-rows-repeated") or 1)
                element.clear()
    except (ParseError, DefusedXmlException, ValueError):
        return {}  # calamine will say that it is damaged
    return found


def _bad_ods(cell: Element) -> tuple[str, str] | None:
    if cell.get(f"{_CALC}value-type") == "error":
        return "error", "".join(cell.itertext()).strip() or "#"
    formula = cell.get(f"{_TABLE}formula")
    if (
        formula
        and not any(cell.get(f"{_OFFICE}{name}") is not None for name in _VALUES)
        and not "".join(cell.itertext())
    ):
        return "formula", formula[:100]
    return None
