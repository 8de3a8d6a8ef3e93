"""Limited Markdown: what is allowed comes out as HTML, everything else as plain text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.rich_text import TAGS, plain, rendered


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Strøm **dyr** og *kald*", "<p>Strøm <strong>dyr</strong> og <em>kald</em></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
        ("en\nto", "<p>en<br>\nto</p>"),
        ("[sak](https://roros.no/1)", '<p><a href="https://roros.no/1" rel="noopener">sak</a></p>'),
        ("<mailto:post@roros.no>", '<p><a href="mailto:post@roros.no" rel="noopener">mailto:post@roros.no</a></p>'),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("", ""),
    ],
)
def test_what_is_allowed(text: str, html: str) -> None:
    assert rendered(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![bilde](https://roros.no/x.png)",
        "[x](javascript:alert(1))",
        "[x](JAVASCRIPT:alert(1))",
        "[x](java&#x09;script:alert(1))",
        "[x](data:text/html;base64,PHN2Zz4=)",
        "[x](//evil.no)",
        "[x](/logg-ut/)",
        "[x][y]\n\n[y]: javascript:alert(1)",
        '<https://a.no/"onmouseover=alert(1)>',
        '[x](https://a.no "onmouseover=alert(1)")',
        "# Overskrift",
        "    kode",
        "```\nkode\n```",
        "`kode`",
        "> sitat",
        "***",
        "<svg><a xlink:href='javascript:alert(1)'>",
        "<style>*{}</style>",
    ],
)
def test_what_is_not_allowed_shows_as_text(text: str) -> None:
    html = rendered(text)
    assert set(re.findall(r"<(\w+)", html)) <= TAGS
    assert set(re.findall(r"<\w+ (\w+)=", html)) <= {"href"}
    assert not re.search(r'href="(?!https?:|mailto:)', html)
    words = set(re.findall(r"[a-zæøå]{4,}", text))
    assert words & set(re.findall(r"[a-zæøå]{4,}", html)) or not words  # nothing disappears


@given(st.text(alphabet=st.sampled_from("ab <>&\"'[]()*_!#`\n-1.:/\\javscriptdonhgmlto="), max_size=80))
def test_no_text_whatsoever_gets_past(text: str) -> None:
    html = rendered(text)
    assert set(re.findall(r"<(\w+)", html)) <= TAGS
    for attributes in re.findall(r"<\w+ ([^>]*)>", html):
        assert re.fullmatch(r'href="(https?|mailto):[^"]*" rel="noopener"|start="\d+"', attributes)


def test_plain_is_one_line_without_marks() -> None:
    assert plain("Strøm **dyr** & *kald*\n\n- a\n- [b](https://b.no)") == "Strøm dyr & kald a b"
