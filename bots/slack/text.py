"""Texts as Slack takes them: escaped, cut without cutting what was escaped, and with nobody called by what people wrote.

Lengths are counted in UTF-16 units: Slack does not say what it counts, and nothing counts more.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from auditapp.shell.reader import Reader
from bots.words import TURNING

ELLIPSIS = "…"
JOINER = "\u2060"  # no width, no break: what stands beside it formats nothing
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_FORMATTING = re.compile(r"(?<![^\W_])([*_~`])")
_QUOTING = re.compile(r"^(\s*)>", re.MULTILINE)
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Zs", "Zl", "Zp"})
EMPTY = "–"
STAR = "\u2217"


def units(text: str) -> int:
    """The length of a text, as the strictest counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """Without control characters, lone surrogates and marks that turn directions; line ends stay."""
    return "".join(
        char
        for char in text.replace("\r\n", "\n").replace("\r", "\n")
        if char == "\n"
        or not (char in TURNING or char < " " or "\x7f" <= char < "\xa0" or "\ud800" <= char <= "\udfff")
    )


def one_line(text: str) -> str:
    """The same on one line."""
    return " ".join(clean(text).split())


def cut(text: str, limit: int) -> str:
    """At most so many units, with an ellipsis where something is missing."""
    return _joined(iter(text), limit) if units(text) > limit else text


def escape(text: str, limit: int = 3000) -> str:
    """What people wrote, in mrkdwn: it reads as it was written, calls nobody, links nowhere and formats nothing."""
    quiet = _QUOTING.sub(rf"\1{JOINER}>", _FORMATTING.sub(rf"{JOINER}\1", clean(text)))
    pieces = [_ESCAPES.get(char, char) for char in quiet]
    whole = "".join(pieces)
    return whole if units(whole) <= limit else _joined(iter(pieces), limit)


def bold(text: str, limit: int = 300) -> str:
    """What people wrote, in bold: a star in it would end that, and looks like one instead."""
    return f"*{escape(one_line(text).replace('*', STAR), limit)}*" if seen(text) else ""


def seen(text: str) -> bool:
    """Whether anything in a text can be seen."""
    return any(unicodedata.category(char) not in _UNSEEN for char in text)


def _joined(pieces: Iterator[str], limit: int) -> str:
    """As many whole pieces as fit, and an ellipsis."""
    kept: list[str] = []
    room = limit - units(ELLIPSIS)
    for piece in pieces:
        room -= units(piece)
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept).rstrip() + ELLIPSIS


def plain(text: str, limit: int, *, lines: bool = False) -> dict[str, Any]:
    """A ``plain_text`` object: nothing in it is read as anything but text. Never empty."""
    kept = clean(text).strip() if lines else one_line(text)
    return {"type": "plain_text", "text": cut(kept, limit) if seen(kept) else EMPTY, "emoji": False}


def mrkdwn(text: str, limit: int = 3000) -> dict[str, Any]:
    """A ``mrkdwn`` object of a text that is made of escaped pieces. ``verbatim``: Slack makes no links or mentions."""
    kept = text if units(text) <= limit else _cut_escaped(text, limit)
    return {"type": "mrkdwn", "text": kept.strip() if seen(kept) else EMPTY, "verbatim": True}


def _cut_escaped(text: str, limit: int) -> str:
    return _joined(iter(re.findall(r"&(?:amp|lt|gt);|<[^<>]*>|[\s\S]", text)), limit)


def link(url: str, label: str) -> str:
    """A link of our own."""
    target = url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
    return f"<{target}|{escape(one_line(label), 200)}>"


def when(at: datetime, reader: Reader, *, today: date) -> str:
    """A moment in the zone of whoever reads it in Slack; the words of its reader where Slack cannot."""
    said = escape(reader.moment(at, today=today)).replace("|", "/")
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{said}>"


_MARKED = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def from_slack(text: str) -> str:
    """What people wrote in Slack, as they wrote it: Slack escapes it, and marks links and names."""

    def plainly(found: re.Match[str]) -> str:
        target, label = found.group(1), found.group(2)
        if target.startswith(("@", "#", "!")):
            named = label or target.lstrip("@#!").partition("^")[0]
            return f"{'#' if target.startswith('#') else '@'}{named.lstrip('@#')}"
        return target if not label or label == target else f"{label} ({target})"

    return _MARKED.sub(plainly, text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
