"""Before a file is opened: its real format, its real size, and whether it is safe to hand to the reader."""

from __future__ import annotations

import codecs
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from roros.workbooks.declare import Finding, Severity
from roros.workbooks.sheet_scan import BadCells, SheetScan, sheet_names

MAX_FILE = 150 * 1024 * 1024
MAX_UNZIPPED = 2 * 1024 * 1024 * 1024
MAX_RATIO = 150  # a real ledger packs 10-25 times
RATIO_FREE = 20 * 1024 * 1024  # below this the ratio says nothing
MAX_PARTS = 5_000
BLOCK = 1 << 20

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_ENTITY = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)|<\0!\0(?:D\0O\0C|E\0N\0T)|\0<\0!(?:\0D\0O|\0E\0N)", re.IGNORECASE)
_UTF_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_KNOWN_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b", b"MZ", b"{\\rtf")


class Format(StrEnum):
    """What a file really is; the value is the extension it is opened with."""

    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    TEXT = "csv"


EXTENSIONS = {
    Format.XLSX: ("xlsx", "xlsm", "xltx", "xltm"),
    Format.XLS: ("xls", "xlt"),
    Format.ODS: ("ods",),
    Format.TEXT: ("csv", "txt", "tsv", "tab", "asc", "skv"),
}


@dataclass
class Inspection:
    """What the guard found. `format` is None when the file may not be opened."""

    format: Format | None = None
    findings: list[Finding] = field(default_factory=list)
    bad_cells: dict[str, BadCells] = field(default_factory=dict)  # of an .xlsx: error cells, formulas without value


class _RefusedError(Exception):
    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.finding = Finding(code, params=params)


def inspect(path: Path, file_name: str) -> Inspection:
    """This will look at the file's bytes, never trusting its name or its own headers about size."""
    found = Inspection()
    try:
        found.format = _format(path, found)
    except _RefusedError as refused:
        found.findings.append(refused.finding)
        return found
    extension = Path(file_name).suffix.lower().removeprefix(".")
    if extension not in EXTENSIONS[found.format]:
        params = {"extension": extension, "format": found.format.value}
        found.findings.append(Finding("wrong-extension", Severity.WARNING, value=file_name[-200:], params=params))
    return found


def _format(path: Path, found: Inspection) -> Format:
    size = path.stat().st_size
    if size == 0:
        raise _RefusedError("empty-file")
    if size > MAX_FILE:
        raise _RefusedError("file-too-large", size=_megabytes(size), limit=_megabytes(MAX_FILE))
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(b"PK\x03\x04"):
        return _zip_format(path, found)
    if start.startswith(b"PK"):
        raise _RefusedError("damaged-file")
    if start.startswith(_OLE):
        if _holds(path, _ENCRYPTED_PACKAGE):
            raise _RefusedError("encrypted")
        return Format.XLS
    return _text_format(start)


def _text_format(start: bytes) -> Format:
    if start.startswith(_KNOWN_BINARY):
        raise _RefusedError("not-a-workbook")
    if start.startswith((*_UTF_MARKS, codecs.BOM_UTF32_LE)):
        return Format.TEXT
    text = start.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if text.startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<body", b"<meta", b"<?xml", b"<workbook")):
        raise _RefusedError("web-page")
    controls = sum(1 for byte in start if byte < 32 and byte not in b"\t\n\r\f\x1a")
    if controls:
        raise _RefusedError("not-a-workbook")
    return Format.TEXT


def _holds(path: Path, pattern: bytes) -> bool:
    with path.open("rb") as file:
        tail = b""
        while block := file.read(BLOCK):
            if pattern in tail + block:
                return True
            tail = block[-len(pattern) :]
    return False


def _zip_format(path: Path, found: Inspection) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise _RefusedError("damaged-file") from error
    names = {part.filename for part in parts}
    if len(names) != len(parts) or len(parts) > MAX_PARTS:
        raise _RefusedError("damaged-file")
    if any(part.flag_bits & 1 for part in parts):
        raise _RefusedError("encrypted")
    is_ods = "content.xml" in names and "xl/workbook.xml" not in names
    if not is_ods and "xl/workbook.xml" not in names:
        raise _RefusedError("binary-workbook" if "xl/workbook.bin" in names else "not-a-workbook")
    contents = _scan_parts(path, parts, found)
    if is_ods:
        if b"encryption-data" in contents.get("META-INF/manifest.xml", b""):
            raise _RefusedError("encrypted")
        if b"opendocument.spreadsheet" not in contents.get("mimetype", b"opendocument.spreadsheet"):
            raise _RefusedError("not-a-workbook")
        return Format.ODS
    by_sheet = sheet_names(contents)
    found.bad_cells = {by_sheet.get(part, part): cells for part, cells in found.bad_cells.items()}
    return Format.XLSX


def _scan_parts(path: Path, parts: list[zipfile.ZipInfo], found: Inspection) -> dict[str, bytes]:
    """Unpack everything once, counting real bytes; keep the small parts, scan the sheets."""
    kept: dict[str, bytes] = {}
    total = packed = 0
    with path.open("rb") as file:
        for part in parts:
            is_xml = part.filename.endswith((".xml", ".rels"))
            keep = part.filename in (
                "xl/workbook.xml",
                "xl/_rels/workbook.xml.rels",
                "META-INF/manifest.xml",
                "mimetype",
            )
            scan = SheetScan() if part.filename.startswith("xl/worksheets/") and is_xml else None
            count, first, content = 0, True, b""
            for block in _unpacked(file, part):
                count += len(block)
                total += len(block)
                if total > MAX_UNZIPPED or (
                    total > RATIO_FREE and total > MAX_RATIO * (packed + part.compress_size + 1)
                ):
                    raise _RefusedError("zip-bomb", limit=_megabytes(MAX_UNZIPPED))
                if first and is_xml and _ENTITY.search(block, 0, 100_000):
                    raise _RefusedError("entity-declaration")
                first = False
                if keep and len(content) < BLOCK:
                    content += block
                if scan is not None:
                    scan.feed(block)
            packed += part.compress_size
            if count != part.file_size:
                raise _RefusedError("damaged-file")
            if keep:
                kept[part.filename] = content
            if scan is not None and (cells := scan.result()):
                found.bad_cells[part.filename] = cells
    return kept


def _unpacked(file: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack one part from its raw bytes: what the headers say of its size is not believed."""
    file.seek(part.header_offset)
    header = file.read(30)
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
        raise _RefusedError("damaged-file")
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    file.seek(name_length + extra_length, 1)
    if part.compress_type == zipfile.ZIP_STORED:
        left = part.compress_size
        while left and (block := file.read(min(BLOCK, left))):
            left -= len(block)
            yield block
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise _RefusedError("damaged-file")
    inflate = zlib.decompressobj(-15)
    try:
        while not inflate.eof:
            packed = inflate.unconsumed_tail or file.read(1 << 16)
            if not packed:
                raise _RefusedError("damaged-file")
            if block := inflate.decompress(packed, BLOCK):
                yield block
    except zlib.error as error:
        raise _RefusedError("damaged-file") from error


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.0f}"
