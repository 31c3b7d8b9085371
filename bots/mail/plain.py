"""The text of a mail, in 72 columns."""

import textwrap
from collections.abc import Iterator

from bots.mail.content import Content, Entry

WIDTH = 72


def plain(content: Content) -> str:
    """The whole text. Addresses are never broken, however long they are."""
    parts: list[str] = []
    if content.opening:
        parts.append(_filled(content.opening))
    for title, entries in content.groups:
        parts.append(f"{title}\n{'=' * min(len(title), WIDTH)}")
        parts += ["\n".join(_entry(entry)) for entry in entries]
    if content.more:
        parts.append(f"{_filled(content.more.label)}:\n{content.more.url}")
    if content.closing:
        parts.append(_filled(content.closing))
    foot = [_filled(content.careful)] if content.careful else []
    if content.quiet:
        foot.append(f"{_filled(content.quiet.label)}:\n{content.quiet.url}")
    if foot:
        parts.append("-- \n" + "\n\n".join(foot))
    return "\n\n".join(parts) + "\n"


def _entry(entry: Entry) -> Iterator[str]:
    head = " ".join(part for part in (entry.ref, entry.title) if part) or entry.kind
    yield _filled(head, first="* ")
    if head != entry.kind:
        yield _filled(entry.kind, first="  ")
    yield _filled(f"! {entry.due}" if entry.late else entry.due, first="  ")
    for sentence in (entry.step, entry.why, entry.next):
        if sentence:
            yield _filled(sentence, first="  ")
    for link in entry.links:
        yield f"  {link.label}:\n  {link.url}"


def _filled(text: str, first: str = "") -> str:
    return textwrap.fill(
        text,
        width=WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )
