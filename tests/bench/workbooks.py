"""Large ledger workbooks, written as XML by hand: openpyxl would take minutes for a million lines."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

HEADER = (
    "Ansvar",
    "Ansvar(T)",
    "Tjeneste",
    "Tjeneste(T)",
    "Art",
    "Art(T)",
    "Prosjekt",
    "Prosjekt(T)",
    "Periode",
    "Beløp",
)
ANSVAR = [f"{1000 + i}" for i in range(1, 101)]
TJENESTE = [f"{2000 + 10 * i}" for i in range(1, 41)]
ART = [f"{100000 + 500 * i}" for i in range(1, 51)]
ACCOUNTS = [
    (ansvar, TJENESTE[(n * 7 + k) % len(TJENESTE)], ART[(n + 3 * k) % len(ART)])
    for n, ansvar in enumerate(ANSVAR)
    for k in range(25)
]

CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/sharedStrings.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ROOT_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{RELATIONSHIPS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
BOOK_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{RELATIONSHIPS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{RELATIONSHIPS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONSHIPS}"><sheets>'
    '<sheet name="Regnskap" sheetId="1" r:id="r1"/></sheets></workbook>'
)


def lines(rows: int, *, seed: int = 1) -> Iterator[tuple[str, str, str, int, str]]:
    """This will give `rows` ledger lines (ansvar, tjeneste, art, period, amount in kroner), ordered by account."""
    chance = random.Random(seed)
    for row in range(rows):
        ansvar, tjeneste, art = ACCOUNTS[row * len(ACCOUNTS) // rows]
        yield ansvar, tjeneste, art, row % 12 + 1, f"{chance.randrange(-2_000_000, 9_000_000) / 100:.2f}"


def write_ledger(path: Path, rows: int, *, seed: int = 1) -> Path:
    """This will write an .xlsx of `rows` ledger lines in the ten columns of the ERP's export."""
    strings: dict[str, int] = {}

    def text(cell: str, value: str) -> str:
        return f'<c r="{cell}" t="s"><v>{strings.setdefault(value, len(strings))}</v></c>'

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        book.writestr("[Content_Types].xml", CONTENT_TYPES)
        book.writestr("_rels/.rels", ROOT_RELS)
        book.writestr("xl/workbook.xml", BOOK)
        book.writestr("xl/_rels/workbook.xml.rels", BOOK_RELS)
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{MAIN}"><dimension ref="A1:J{rows + 1}"/><sheetData><row r="1">'.encode())
            sheet.write("".join(text(f"{'ABCDEFGHIJ'[n]}1", name) for n, name in enumerate(HEADER)).encode())
            sheet.write(b"</row>")
            for number, (ansvar, tjeneste, art, period, amount) in enumerate(lines(rows, seed=seed), start=2):
                sheet.write(
                    (
                        f'<row r="{number}">{text(f"A{number}", ansvar)}{text(f"B{number}", "Ansvar " + ansvar)}'
                        f"{text(f'C{number}', tjeneste)}{text(f'D{number}', 'Tjeneste ' + tjeneste)}"
                        f"{text(f'E{number}', art)}{text(f'F{number}', 'Art ' + art)}"
                        f'<c r="I{number}"><v>{period}</v></c><c r="J{number}"><v>{amount}</v></c></row>'
                    ).encode()
                )
            sheet.write(b"</sheetData></worksheet>")
        shared = "".join(f"<si><t>{value}</t></si>" for value in strings)
        book.writestr(
            "xl/sharedStrings.xml", f'<sst xmlns="{MAIN}" uniqueCount="{len(strings)}">{shared}</sst>'.encode()
        )
    return path
