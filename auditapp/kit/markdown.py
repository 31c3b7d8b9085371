"""Markdown that people write, as HTML that is safe to show: CommonMark with tables, then an allowlist of tags."""

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

# No raw HTML goes in, and only these come out; headings begin below the page's own.
_READER = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
_TAGS = {
    "p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a",
    "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}
_LOWEST = 6


def tokens(text: str) -> list[Token]:
    """What a Markdown text is made of, for whoever writes it into another format than HTML."""
    return _READER.parse(text)


def html(text: str, *, heading: int = 3) -> Markup:
    """A Markdown text as cleaned HTML. ``heading``: the level (3 to 6) that ``#`` becomes."""
    parsed = tokens(text)
    for token in parsed:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(_LOWEST, int(token.tag[1]) + heading - 1)}"
    made = _READER.renderer.render(parsed, _READER.options, {})
    return Markup(  # noqa: S704 - cleaned in this very line
        nh3.clean(
            made,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            url_schemes=_SCHEMES,
            link_rel="noopener noreferrer nofollow",
        )
    )
