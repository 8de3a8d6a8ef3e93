"""Text files: which letters, which separator, and the rows."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

SEPARATORS = ";\t,|"
SAMPLE_LINES = 200
LARGEST_FIELD = 100_000

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(path: Path) -> str:
    """This will return the encoding: by its mark, UTF-8 when the whole file is valid UTF-8, else Windows-1252."""
    with path.open("rb") as file:
        start = file.read(4)
        for mark, name in _MARKS:
            if start.startswith(mark):
                return name
        decoder = codecs.getincrementaldecoder("utf-8")()
        file.seek(0)
        try:
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def separator_of(sample: list[str]) -> tuple[str, bool]:
    """This will return the separator and whether the first line only declares it (`sep=;`)."""
    if sample and sample[0].strip().lower().startswith("sep=") and len(sample[0].strip()) == 5:
        return sample[0].strip()[4], True
    best, best_score = ";", (0, 0)
    for separator in SEPARATORS:
        widths = Counter(len(row) for row in csv.reader(sample, delimiter=separator) if row)
        if not widths:
            continue
        width, lines = max(widths.items(), key=lambda item: (item[1] if item[0] > 1 else 0, item[0]))
        score = (lines, width) if width > 1 else (0, 0)
        if score > best_score:
            best, best_score = separator, score
    return best, False


def read_rows(path: Path) -> Iterator[list[str]]:
    """This will yield the rows of a text file, all of the same width."""
    encoding = encoding_of(path)
    csv.field_size_limit(LARGEST_FIELD)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        sample = [line for _, line in zip(range(SAMPLE_LINES), file, strict=False)]
        separator, declared = separator_of(sample)
    width = _width(path, encoding, separator)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        if declared:
            file.readline()
            yield [""] * width
        for row in csv.reader(file, delimiter=separator):
            yield row + [""] * (width - len(row)) if len(row) < width else row


def _width(path: Path, encoding: str, separator: str) -> int:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        return max((len(row) for row in csv.reader(file, delimiter=separator)), default=0)
