"""What a kind of workbook looks like: plain data, no Django, picklable into the reader's child process."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class ColumnType(StrEnum):
    """How the cells of one column are read."""

    CODE = "code"  # text; 6512.0 reads as "6512", leading zeros in text kept; "6512 Øverhagaen 1" reads as "6512"
    TEXT = "text"
    INTEGER = "integer"
    YEAR = "year"  # 1990..2100
    PERIOD = "period"  # staged as a period number 1..13; reads 202101, 2021-01, "jan", "januar 2021", dates, 1..13
    AMOUNT = "amount"  # kroner with øre, Decimal(16, 2)
    DECIMAL = "decimal"  # a figure that is not kroner (percent, tonnes, days), up to 6 decimals
    DATE = "date"
    BOOLEAN = "boolean"  # ja/nei, sann/usann, true/false, x and blank
    CHOICE = "choice"  # one of `choices`, compared without case


@dataclass(frozen=True)
class Column:
    """One column of a sheet.

    `name` is the same in the staging table, the export and the code. `label` is the Norwegian header that the
    municipality's own files use; `synonyms` are the other headers met in the wild, compared without case,
    accents on NFD letters, punctuation and extra space.
    """

    name: str
    label: str
    type: ColumnType
    synonyms: tuple[str, ...] = ()
    header_required: bool = True  # the sheet is refused when no header matches
    value_required: bool = True  # an empty cell is an error
    choices: tuple[str, ...] = ()
    inherit: bool = False  # an empty cell takes the value above it (group cells written once)
    label_of: str = ""  # this text column holds the name of that code column: "ansvar_navn" is label_of "ansvar"
    minimum: str = ""  # smallest allowed figure, as decimal text
    maximum: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook and the rows it gives."""

    name: str  # staging name: "ansvar", "ledger"
    label: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]  # columns that identify a row
    titles: tuple[str, ...] = ()  # sheet names that point to it when a workbook holds several declared sheets
    required: bool = True
    # A ledger sheet has one amount and one period column. The reader may then take twelve month columns,
    # debit and credit columns, accumulated amounts (hittil i år) and amounts in 1000 kr.
    amount: str = ""
    period: str = ""
    year: str = ""  # column holding the year, if any; a period such as 202101 also tells the year

    def column(self, name: str) -> Column:
        """This will return the column with that name; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True)
class Layout:
    """The pure part of a kind of workbook: what the reader must know."""

    kind: str  # "regnskap"
    label: str  # "Regnskap (hovedbok)"
    sheets: tuple[Sheet, ...]


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One thing wrong or odd in a file, before it is put into words.

    `code` names the message in `messages.py`; `params` fill it. `row` is the sheet's row number from 1, `column`
    its letter; both are empty (0, "") when the finding is about the sheet or the file.
    """

    code: str
    severity: Severity = Severity.ERROR
    sheet: str = ""
    row: int = 0
    column: str = ""
    value: str = ""
    params: dict[str, str] = field(default_factory=dict)


@dataclass
class SheetResult:
    """What the reader made of one sheet.

    `copy_file` holds lines in PostgreSQL's COPY text format: sheet row number, then the declared columns in order.
    Amounts in `sums` are decimal text in kroner.
    """

    name: str
    sheet: str  # the sheet's name in the file
    header_row: int
    mapping: dict[str, str]  # column name -> letter ("beløp" of twelve month columns: "F-Q")
    rows: int
    copy_file: str
    control_total: str | None  # the file's own sum row, if any
    total: str | None  # sum of the rows read
    years: tuple[int, ...]
    periods: tuple[int, ...]
    labels: dict[str, dict[str, str]]  # code column -> code -> name seen beside it
    printed_at: str = ""  # ISO time of "Utskriftsdato", if the file tells
    fingerprint: str = ""  # of the header, to remember the mapping per layout
    notes: tuple[str, ...] = ()  # codes of layout conventions used: "thousands", "accumulated", "debit-credit", ...


@dataclass
class ReadResult:
    """Everything the reader found in a file; `findings` with an error means nothing may be committed."""

    sheets: list[SheetResult]
    findings: list[Finding]
