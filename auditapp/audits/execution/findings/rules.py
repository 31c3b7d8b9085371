"""What a finding needs, and how one is begun from an answer. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from auditapp.audits.execution.rules import FindingStatus, Grade
from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text

MAX_REQUIREMENTS = 40
NONCONFORMITIES = frozenset({Grade.MAJOR, Grade.MINOR})


def require_draft(status: FindingStatus, ref: str) -> None:
    """Raises Refusal unless the finding can still be changed."""
    if status is FindingStatus.WITHDRAWN:
        raise Refusal(Text("Finding %(ref)s was withdrawn. Raise a new one if it holds after all.", ref=ref))
    if status is FindingStatus.ISSUED:
        raise Refusal(
            Text(
                "Finding %(ref)s stands in an issued report. The audit team leader corrects the report if it is wrong.",
                ref=ref,
            )
        )


def require_statement(statement: str) -> None:
    """Raises Invalid when there is nothing to read."""
    if not statement.strip():
        raise Invalid(
            Text("Write what was found, so that somebody who was not there understands it."),
            field="statement",
        )


def first_statement(question: str, note: str, *, nonconforming: bool) -> str | Text:
    """The statement that a new finding starts with: the auditor's note; without one, what a nonconformity means.

    Nothing can be said for the auditor about an observation or a good practice: it starts empty.
    """
    if note.strip() or not nonconforming:
        return note.strip()
    return Text("No objective evidence was found for: %(question)s", question=question)


def first_evidence(evidence: str, sample: str, titles: Iterable[str]) -> str:
    """The objective evidence that a new finding starts with, a line each: words, sample, titles of files."""
    return "\n".join(part.strip() for part in (evidence, sample, *titles) if part.strip())


def requirements_of(counts_for: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The requirements that a question's answer counts for, each once, as a finding keeps them."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for place in counts_for:
        key = (str(place["standard"]), str(place["ref"]))
        found.setdefault(
            key,
            {"standard": place["standard"], "ref": place["number"] or place["ref"], "title": place["title"]},
        )
    return list(found.values())[:MAX_REQUIREMENTS]


def label_of(requirement: Mapping[str, Any]) -> str:
    """A requirement in one line: “ISO 44001:2017 8.2.2 Title”."""
    return " ".join(str(requirement[name]) for name in ("standard", "ref", "title") if requirement.get(name))
