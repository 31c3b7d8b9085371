"""Write docs/guide.md: every bullet of the guide, where it is in the product, which questions audit it.

`make guide`. From the table of outputs (auditapp/relationships/lifecycle/rules) and the shipped checklists.
"""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from auditapp.checklists.rules import Library, parse
from auditapp.config import ROOT
from auditapp.relationships.lifecycle.rules import guide

TARGET = ROOT / "docs/guide.md"
BS, ISO = "bs11000-1-2010", "iso44001-2017"


def library(name: str) -> Library:
    """A checklist that comes with the product."""
    path = ROOT / "checklists" / f"{name}.yaml"
    return parse(path.read_bytes(), name=path.name)


def audited_by(of: Library) -> Mapping[str, list[str]]:
    """The ids of the questions that cover each bullet."""
    found: dict[str, list[str]] = defaultdict(list)
    for question in of.questions:
        for bullet in question.covers:
            found[bullet].append(question.id)
    return found


def mapped_from(of: Library, to: Library) -> Mapping[str, list[str]]:
    """The ids of questions of one checklist that map to a section or a question of ``to``, by what that covers."""
    sections: dict[str, set[str]] = defaultdict(set)
    for question in to.questions:
        for place in (f"{to.id}#{question.clause}", f"{to.id}:{question.id}"):
            sections[place] |= set(question.covers)
    found: dict[str, list[str]] = defaultdict(list)
    for question in of.questions:
        for bullet in sorted({one for place in question.maps_to for one in sections.get(place, ())}):
            found[bullet].append(question.id)
    return found


def text() -> str:
    """The document as it has to be."""
    bs, iso = library(BS), library(ISO)
    return guide(bs.bullets, audited_by(bs), mapped_from(iso, bs))


def main(target: Path = TARGET) -> None:
    """Write it."""
    target.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
