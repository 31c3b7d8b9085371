"""The rules of clause libraries in one place: read, compare, merge, write, and the life of an edition."""

import re
from collections.abc import Collection
from enum import StrEnum

from auditapp.checklists.content import (
    Correction,
    add_question,
    change_question,
    checked,
    correct_clause,
    fingerprint,
    question_of,
    remove_question,
)
from auditapp.checklists.diff import FieldChange, LibraryDiff, diff
from auditapp.checklists.export import export, plain
from auditapp.checklists.library import (
    FORMAT,
    KIND_LABELS,
    NUMBER_STATUS_LABELS,
    SCOPE_LABELS,
    STAGE_LABELS,
    STANDARD_STATUS_LABELS,
    Clause,
    Kind,
    Library,
    NumberStatus,
    Question,
    Scope,
    Stage,
    Standard,
    StandardStatus,
)
from auditapp.checklists.merge import CountsFor, WalkItem, merge
from auditapp.checklists.parse import SCHEMA, ChecklistFaults, library_of, parse
from auditapp.checklists.reading import Fault
from auditapp.kit.text import Text

__all__ = [
    "EDITION_LABELS",
    "EDITION_TONES",
    "FORMAT",
    "KIND_LABELS",
    "NUMBER_STATUS_LABELS",
    "REFUSALS",
    "SCHEMA",
    "SCOPE_LABELS",
    "SOURCE_LABELS",
    "STAGE_LABELS",
    "STANDARD_STATUS_LABELS",
    "STEPS",
    "ChecklistFaults",
    "Clause",
    "Correction",
    "CountsFor",
    "EditionStatus",
    "EditionVerb",
    "Fault",
    "FieldChange",
    "Kind",
    "Library",
    "LibraryDiff",
    "NumberStatus",
    "Question",
    "Scope",
    "Source",
    "Stage",
    "Standard",
    "StandardStatus",
    "WalkItem",
    "add_question",
    "change_question",
    "checked",
    "correct_clause",
    "diff",
    "export",
    "fingerprint",
    "library_of",
    "merge",
    "next_edition",
    "parse",
    "plain",
    "question_of",
    "remove_question",
]


class EditionStatus(StrEnum):
    """Draft: being edited. Released: may be used. Retired: kept for the audits that used it."""

    DRAFT = "draft"
    RELEASED = "released"
    RETIRED = "retired"


class Source(StrEnum):
    """Where an edition came from."""

    SHIPPED = "shipped"
    IMPORTED = "imported"
    EDITED = "edited"


class EditionVerb(StrEnum):
    """What can be done to an edition."""

    EDIT = "edit"
    RELEASE = "release"
    DISCARD = "discard"
    RETIRE = "retire"
    BRING_BACK = "bring_back"


STEPS: dict[tuple[EditionStatus, EditionVerb], EditionStatus] = {
    (EditionStatus.DRAFT, EditionVerb.EDIT): EditionStatus.DRAFT,
    (
        EditionStatus.DRAFT,
        EditionVerb.DISCARD,
    ): EditionStatus.DRAFT,  # the row goes, the trail keeps what it was
    (EditionStatus.DRAFT, EditionVerb.RELEASE): EditionStatus.RELEASED,
    (EditionStatus.RELEASED, EditionVerb.RETIRE): EditionStatus.RETIRED,
    (EditionStatus.RETIRED, EditionVerb.BRING_BACK): EditionStatus.RELEASED,
}

REFUSALS: dict[EditionVerb, Text] = {
    EditionVerb.EDIT: Text("Only a draft can be edited. Start a new edition from this one."),
    EditionVerb.RELEASE: Text("Only a draft can be released; this edition already was."),
    EditionVerb.DISCARD: Text("Only a draft can be discarded. A released edition can be retired."),
    EditionVerb.RETIRE: Text("Only a released edition can be retired."),
    EditionVerb.BRING_BACK: Text("Only a retired edition can be brought back."),
}

SOURCE_LABELS: dict[Source, Text] = {
    Source.SHIPPED: Text("came with the product"),
    Source.IMPORTED: Text("imported"),
    Source.EDITED: Text("edited here"),
}

EDITION_TONES: dict[EditionStatus, str] = {
    EditionStatus.DRAFT: "attention",
    EditionStatus.RELEASED: "done",
    EditionStatus.RETIRED: "quiet",
}

EDITION_LABELS: dict[EditionStatus, Text] = {
    EditionStatus.DRAFT: Text("Draft"),
    EditionStatus.RELEASED: Text("Released"),
    EditionStatus.RETIRED: Text("Retired"),
}


def next_edition(base: str, taken: Collection[str]) -> str:
    """The name of the organization's next own revision of edition `base`: 1 → 1.1, then 1.2; never one of `taken`.

    The stem stays that of the edition it came from, so that a later shipped or bought edition 2 finds its name free.
    """
    stem = re.sub(r"\.[0-9]{1,6}$", "", base)[:24]
    own = re.compile(re.escape(stem) + r"\.([0-9]{1,6})")
    used = [int(found.group(1)) for name in taken if (found := own.fullmatch(name))]
    return f"{stem}.{max(used, default=0) + 1}"
