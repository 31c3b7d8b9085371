"""The text of a mail in pieces: words, and addresses of this site that can be followed. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of text; ``path`` is where it leads on this site, empty for words."""

    text: str
    path: str = ""


def pieces(text: str, site: str) -> Iterator[Piece]:
    """The text, with the whole addresses of ``site`` (without a slash at the end) as pieces of their own."""
    at = 0
    for found in re.finditer(rf"{re.escape(site)}(/[^\s<>\"]*)", text):
        if at < found.start():
            yield Piece(text=text[at : found.start()])
        yield Piece(text=found[0], path=found[1])
        at = found.end()
    if at < len(text):
        yield Piece(text=text[at:])
