"""The limited Markdown that explanations are written in: paragraphs, emphasis, lists and links, and nothing else."""

from __future__ import annotations

import html

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

TAGS = frozenset({"p", "br", "strong", "em", "ul", "ol", "li", "a"})
SCHEMES = frozenset({"http", "https", "mailto"})


def _is_allowed(address: str) -> bool:
    return address.partition(":")[0].lower() in SCHEMES


_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    [
        *("image", "code", "fence", "backticks", "heading", "lheading", "hr", "blockquote", "reference"),
        *("html_block", "html_inline"),
    ]
)
_markdown.validateLink = _is_allowed  # type: ignore[method-assign, assignment]


def rendered(text: str) -> SafeString:
    """This will return Markdown as HTML that may stand on any page; what is not allowed shows as plain text."""
    return SafeString(
        nh3.clean(
            _markdown.render(text),
            tags=set(TAGS),
            clean_content_tags=set(),
            attributes={"a": {"href"}},
            url_schemes=set(SCHEMES),
            link_rel="noopener",
        ).strip()
    )


def plain(text: str) -> str:
    """This will return Markdown as one line without its marks, for files and mails."""
    return " ".join(html.unescape(nh3.clean(rendered(text), tags=set())).split())
