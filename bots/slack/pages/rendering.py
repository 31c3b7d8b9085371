"""Slack's mrkdwn as HTML, as far as we write it: bold, code, links, moments, a few emoji. All of it escaped."""

import re
from collections.abc import Mapping

from markupsafe import Markup, escape

EMOJI: Mapping[str, str] = {
    "arrow_right": "→",
    "hourglass": "⌛",
    "red_circle": "●",
    "warning": "▲",
    "white_check_mark": "✓",
}
_PIECES = re.compile(
    r"<(?P<url>https?://[^|>]+)\|(?P<label>[^>]*)>"
    r"|<!date\^\d+\^[^|>]*\|(?P<moment>[^>]*)>"
    r"|(?<!\w):(?P<emoji>[a-z_]+):(?!\w)"
    r"|(?<!\w)`(?P<code>[^`\n]+)`"
    r"|(?<![^\W_])\*(?=\S)(?P<bold>[^*\n]+?)(?<=\S)\*(?!\w)"
)


def html_of(text: str) -> Markup:
    """A mrkdwn text as people see it."""
    made, at = [], 0
    for found in _PIECES.finditer(text):
        made += [_words(text[at : found.start()]), _piece(found)]
        at = found.end()
    return Markup("").join([*made, _words(text[at:])])


def _piece(found: re.Match[str]) -> Markup:
    if found["url"] is not None:
        return Markup('<a href="{}">{}</a>').format(_plain(found["url"]), _plain(found["label"]))
    if found["moment"] is not None:
        return Markup('<span class="sk-moment">{}</span>').format(_plain(found["moment"]))
    if found["emoji"] is not None:
        said = EMOJI.get(found["emoji"])
        return Markup('<span class="sk-mark sk-{}" aria-hidden="true">{}</span>').format(
            found["emoji"], said
        ) if said else escape(found[0])  # fmt: skip
    if found["code"] is not None:
        return Markup("<code>{}</code>").format(_plain(found["code"]))
    return Markup("<strong>{}</strong>").format(html_of(found["bold"]))


def _words(text: str) -> Markup:
    return Markup("<br>").join(escape(_plain(line)) for line in text.split("\n"))


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def lines_of(text: str) -> Markup:
    """A plain text with its lines."""
    return Markup("<br>").join(escape(line) for line in text.split("\n"))
