"""Reading a template before it is filled: where its tags stand, and what would go wrong with them. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from auditapp.kit.text import Text
from auditapp.reports.templated.package import W

MOST_TAGS = 3000
LONGEST_EXCERPT = 160
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
OPENING = re.compile(r"\{[{%#]")
_STATEMENT = re.compile(r"\{%-?\s*(?:(tr|tc|p|r)\s+)?-?\s*(\w+)", re.DOTALL)
_ALONE = re.compile(r"\{[%{#](tr|tc|p)\s")
_ENDS = {"endfor": "for", "endif": "if"}


@dataclass(frozen=True)
class Fault:
    """What is wrong, in which part of the file (body, header, footer, footnotes), in which paragraph of it, and its text."""

    text: Text
    part: str = "body"
    paragraph: int = 0
    excerpt: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the template and where it stands."""

    number: int
    text: str
    cell: Any
    row: Any


def paragraphs(tree: Any) -> list[Paragraph]:
    """All paragraphs with their texts, in the order of the file."""
    made = []
    for number, each in enumerate(tree.iter(f"{W}p"), start=1):
        text = "".join(
            t.text or "" for t in each.iter(f"{W}t") if next(t.iterancestors(f"{W}p"), None) is each
        )
        cell = next(each.iterancestors(f"{W}tc"), None)
        made.append(Paragraph(number, text, cell, next(each.iterancestors(f"{W}tr"), None)))
    return made


def read_through(tree: Any, part: str) -> list[Fault]:
    """What is wrong with the tags of one part, before anything is filled."""
    found = paragraphs(tree)
    faults = [Fault(text, part, p.number, cut(p.text)) for p in found for text in _in_paragraph(p)]
    if sum(len(OPENING.findall(p.text)) for p in found) > MOST_TAGS:
        return [Fault(Text("It holds more than %(most)s tags.", most=MOST_TAGS), part)]
    for each in tree.iter():
        if any("{{" in value or "{%" in value for value in each.attrib.values()):
            faults.append(
                Fault(
                    Text(
                        "A tag stands where Word keeps settings (the text beside a picture, a link). Put it into the text."
                    ),
                    part,
                )
            )
            break
    if not faults:
        faults = list(_pairs(found, part))
        faults += list(_rows(found, part))
    return faults


def _in_paragraph(p: Paragraph) -> Iterator[Text]:
    rest = TAG.sub("", p.text)
    if OPENING.search(rest) or (re.search(r"[}%#]\}", rest) and ("%}" in rest or "}}" in rest)):
        yield Text("A tag is not closed in its paragraph: {{ needs }}, {%% needs %%}.")
    for tag in TAG.findall(p.text):
        alone = _ALONE.match(tag)
        if alone is None:
            continue
        kind = alone[1]
        if kind == "p" and p.text.replace(tag, "", 1).strip():
            yield Text(
                "%(tag)s must stand alone in its paragraph: whatever stands beside it would be lost.", tag=tag
            )
        if kind in {"tr", "tc"} and p.row is None:
            yield Text(
                "%(tag)s belongs into a table; outside of one leave out “%(kind)s”.", tag=tag, kind=kind
            )


def _pairs(found: list[Paragraph], part: str) -> Iterator[Fault]:
    waiting: list[tuple[str, str, Paragraph, str]] = []
    for p in found:
        for tag in TAG.findall(p.text):
            said = _STATEMENT.match(tag)
            if said is None:
                continue
            kind, word = said[1] or "", said[2]
            if word in {"for", "if"}:
                waiting.append((word, kind, p, tag))
            elif word in _ENDS:
                if not waiting or waiting[-1][0] != _ENDS[word]:
                    opened = waiting[-1][3] if waiting else ""
                    text = (
                        Text("%(tag)s comes before %(opened)s is ended.", tag=tag, opened=opened)
                        if opened
                        else Text(
                            "%(tag)s ends nothing: there is no “%(word)s” before it.",
                            tag=tag,
                            word=_ENDS[word],
                        )
                    )
                    yield Fault(text, part, p.number, cut(p.text))
                    return
                _word, opened_kind, begun, opened_tag = waiting.pop()
                if opened_kind != kind:
                    text = Text(
                        "%(opened)s is ended by %(tag)s: both must be of one kind.",
                        opened=opened_tag,
                        tag=tag,
                    )
                    yield Fault(text, part, p.number, cut(p.text))
                elif not kind and begun.cell is not p.cell:
                    text = Text(
                        "%(opened)s and %(tag)s stand in different cells. To repeat rows write {%%tr … %%}, each in a row of its own.",
                        opened=opened_tag,
                        tag=tag,
                    )
                    yield Fault(text, part, begun.number, cut(begun.text))
    for word, _kind, p, tag in waiting:
        text = Text("%(tag)s is never ended: “end%(word)s” is missing.", tag=tag, word=word)
        yield Fault(text, part, p.number, cut(p.text))


def _rows(found: list[Paragraph], part: str) -> Iterator[Fault]:
    """A row with ``{%tr`` is taken out whole: nothing else may stand in it."""
    rows: dict[int, list[Paragraph]] = {}
    for p in found:
        if p.row is not None:
            rows.setdefault(id(p.row), []).append(p)
    for those in rows.values():
        text = " ".join(p.text for p in those)
        tag = next((tag for tag in TAG.findall(text) if (m := _ALONE.match(tag)) and m[1] == "tr"), None)
        if tag and text.replace(tag, "", 1).strip():
            said = Text(
                "%(tag)s must stand alone in its row: the whole row is taken out, with whatever else is in it.",
                tag=tag,
            )
            yield Fault(said, part, those[0].number, cut(text))


def placed(found: list[Paragraph], near: list[str], part: str, text: Text) -> Fault:
    """A fault of the filled source, led back to the paragraph of the template that it came from; ``near``: the lines around it."""
    name = re.sub(r"\W", "", str(text.params.get("name", "")))
    tags = [re.sub(r"\W", "", tag) for line in near for tag in TAG.findall(re.sub(r"<[^>]+>", "", line))]
    for tag in sorted(tags, key=lambda tag: not name or name not in tag):  # those that hold the name first
        for p in found:
            if tag and any(tag in re.sub(r"\W", "", each) for each in TAG.findall(p.text)):
                return Fault(text, part, p.number, cut(p.text))
    return Fault(text, part, 0, cut(re.sub(r"<[^>]+>", "", "".join(near))))


def cut(text: str) -> str:
    """The text of a paragraph, as much as is shown of it."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_EXCERPT else flat[: LONGEST_EXCERPT - 1] + "…"
