"""The coverage document: every bullet of the guide, where it is in the product, which questions audit it. Pure.

`scripts/guide.py` writes it to docs/guide.md; a test compares the two and checks it against the checklists and
the map of the site.
"""

from collections.abc import Mapping, Sequence

from auditapp.relationships.lifecycle.rules.outputs import OUTPUTS, PLACES
from auditapp.relationships.rules import PHASE_LABELS, PHASE_OF, STAGE_LABELS, STAGES, Stage

HEAD = """# The guide's eight stages in the product

<!-- Written by `make guide` from the outputs of auditapp/relationships/lifecycle/rules and the checklists. -->

Every bullet of the implementation guide's eight stages has its place. A bullet is one expected output of its stage
(two where it asks for two things), kept on the page **Stages** of each relationship: open, there or not applicable,
with the document, record or note that shows it. The table says where that record is made, which questions of the
BS 11000 checklist audit it, and which questions of the ISO 44001 checklist ask the same.

- *Where* names the pages by what they are called and by their endpoint; a page in *italics* belongs to the system,
  the others to each relationship.
- The update of the RMP, which ends each stage, is recorded with the RMP and only read by the stages.
- The bullets are named by key and in short, in our own words: {count} of them.
"""
COLUMNS = "| bullet | in short | where in the product | audited by (BS 11000) | the same in ISO 44001 |"


def where(bullet: str) -> list[str]:
    """The endpoints of the pages where a bullet is worked on, the first one first."""
    found = [
        place
        for one in OUTPUTS.values()
        if one.bullet == bullet
        for place in (*one.places, "lifecycle.of_relationship")
    ]
    return list(dict.fromkeys(found))


def guide(
    bullets: Mapping[str, str], audited: Mapping[str, Sequence[str]], mapped: Mapping[str, Sequence[str]]
) -> str:
    """The document as Markdown.

    ``bullets``: what each is about in short; ``audited`` and ``mapped``: ids of questions by bullet.
    """
    lines = [HEAD.format(count=len(bullets))]
    for number, stage in enumerate(STAGES, start=1):
        lines += [f"## {number}. {STAGE_LABELS[stage]} ({PHASE_LABELS[PHASE_OF[stage]]})", "", COLUMNS]
        lines.append("|---|---|---|---|---|")
        lines += [
            f"| {key} | {bullets[key]} | {_places(key)} | {', '.join(audited.get(key, ()))} | "
            f"{', '.join(mapped.get(key, ()))} |"
            for key in _of(stage)
        ]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _of(stage: Stage) -> list[str]:
    return list(dict.fromkeys(one.bullet for one in OUTPUTS.values() if one.stage is stage))


def _places(bullet: str) -> str:
    return ", ".join(
        f"{PLACES[one].label} (`{one}`)"
        if PLACES[one].of_relationship
        else f"*{PLACES[one].label}* (`{one}`)"
        for one in where(bullet)
    )
