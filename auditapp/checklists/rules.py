"""The rules of clause libraries in one place: read, compare, merge, write, and the life of an edition."""

from enum import StrEnum

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
from auditapp.checklists.parse import SCHEMA, ChecklistFaults, parse
from auditapp.checklists.reading import Fault
from auditapp.kit.text import Text

__all__ = [
    "EDITION_LABELS",
    "FORMAT",
    "KIND_LABELS",
    "NUMBER_STATUS_LABELS",
    "SCHEMA",
    "SCOPE_LABELS",
    "STAGE_LABELS",
    "STANDARD_STATUS_LABELS",
    "STEPS",
    "ChecklistFaults",
    "Clause",
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
    "Stage",
    "Standard",
    "StandardStatus",
    "WalkItem",
    "diff",
    "export",
    "merge",
    "next_edition",
    "parse",
    "plain",
]


class EditionStatus(StrEnum):
    """Draft: being edited. Released: may be used. Retired: kept for the audits that used it."""

    DRAFT = "draft"
    RELEASED = "released"
    RETIRED = "retired"


class EditionVerb(StrEnum):
    """What can be done to an edition."""

    EDIT = "edit"
    RELEASE = "release"
    DISCARD = "discard"
    RETIRE = "retire"
    BRING_BACK = "bring_back"


STEPS: dict[tuple[EditionStatus, EditionVerb], EditionStatus] = {
    (EditionStatus.DRAFT, EditionVerb.EDIT): EditionStatus.DRAFT,
    (EditionStatus.DRAFT, EditionVerb.RELEASE): EditionStatus.RELEASED,
    (EditionStatus.RELEASED, EditionVerb.RETIRE): EditionStatus.RETIRED,
    (EditionStatus.RETIRED, EditionVerb.BRING_BACK): EditionStatus.RELEASED,
}

EDITION_LABELS: dict[EditionStatus, Text] = {
    EditionStatus.DRAFT: Text("Draft"),
    EditionStatus.RELEASED: Text("Released"),
    EditionStatus.RETIRED: Text("Retired"),
}


def next_edition(taken: set[str]) -> str:
    """The smallest whole number above every edition that is one; editions with other names do not count."""
    return str(max((int(name) for name in taken if name.isascii() and name.isdigit()), default=0) + 1)
