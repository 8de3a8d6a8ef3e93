"""The names written beside codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from roros.workbooks.cells import MISSING, Memo, escape, split_code
from roros.workbooks.declare import Sheet

_UNESCAPED = (("\\t", "\t"), ("\\n", "\n"), ("\\r", "\r"), ("\\\\", "\\"))


class Names:
    """The names written beside codes, in their own column or behind the code in its cell."""

    def __init__(self, sheet: Sheet, replacements: Mapping[str, Mapping[str, str]]) -> None:
        self.labels = {column.label_of: column.name for column in sheet.columns if column.label_of}
        self.replaced = {name: set(codes.values()) for name, codes in replacements.items()}
        self.behind: dict[str, dict[Any, str]] = {}  # code column -> cell -> name behind the code
        self.found: dict[str, dict[str, str]] = {}
        self.memos: Mapping[str, Memo] = {}
        self.known: dict[str, tuple[int, int]] = {}

    def reader(self, name: str, read: Callable[[Any], str]) -> Callable[[Any], str]:
        """This will return `read` for a code column, made to remember names behind codes."""
        behind = self.behind.setdefault(name, {})

        def read_code(cell: Any) -> str:
            text = read(cell)
            if isinstance(cell, str) and text != MISSING and (words := split_code(cell)[1]):
                behind[cell] = escape(words)
            return text

        return read_code

    def learn(self, outs: dict[str, list[str]], raw: Mapping[str, Sequence[Any]]) -> None:
        """This will remember the names of some lines, and stage names behind codes where no column holds them."""
        for code, label in self.labels.items():
            if code not in outs:
                continue
            if label in outs and not self._news(code, label):
                continue
            behind = self.behind.get(code)
            if label not in outs:
                if not behind:
                    continue
                outs[label] = [behind.get(cell, MISSING) for cell in raw[code]]
            found = self.found.setdefault(code, {})
            for key, name in set(zip(outs[code], outs[label], strict=True)):
                if name != MISSING and key != MISSING and key not in self.replaced.get(code, ()):
                    found.setdefault(_plain(key), _plain(name))

    def _news(self, code: str, label: str) -> bool:
        """Whether any new code or name has come since last time."""
        known = len(self.memos[code]), len(self.memos[label])
        news = self.known.get(code) != known
        self.known[code] = known
        return news


def _plain(text: str) -> str:
    if "\\" in text:
        for written, meant in _UNESCAPED:
            text = text.replace(written, meant)
    return text
