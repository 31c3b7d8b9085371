"""The filters of the registers of nonconformities and actions: what the registers know, read by their own reader."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from auditapp.api.shapes import Day, Line, Paging
from auditapp.findings.register.rules.actions import ACTIONS
from auditapp.findings.register.rules.nonconformities import NONCONFORMITIES
from auditapp.findings.register.rules.spec import Filter, Register, Spec, Takes
from auditapp.findings.register.rules.wanted import (
    LONGEST_NUMBER,
    LONGEST_REQUIREMENT,
    ME,
    Wanted,
    everything,
    pairs,
    read,
    unread,
)
from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text

NAMES = {"q": "words", "before": "due_before"}  # what is spelled otherwise in an address of the register
_KEYS = {name: key for key, name in NAMES.items()}
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_NUMBER: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": LONGEST_NUMBER}
_TAKES: Mapping[Takes, tuple[dict[str, Any], str]] = {
    Takes.PERSON: (
        {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "string", "enum": [ME]}]},
        "The id of a person; `me`: you.",
    ),
    Takes.NUMBER: (_NUMBER, "A number, such as R-01."),
    Takes.CLAUSE: (
        {"type": "string", "pattern": r"^[A-Za-z]?[0-9]{1,3}(\.[0-9]{1,3}){0,5}$"},
        "8.2 stands for 8.2.1 too.",
    ),
    Takes.YEAR: ({"type": "string", "pattern": "^(199[0-9]|2[01][0-9]{2})$"}, "Such as 2026."),
    Takes.SPAN: (
        {"type": "string", "pattern": rf"^{_DAY}\.\.{_DAY}$"},
        "Two days and all between them: 2026-01-01..2026-03-31.",
    ),
    Takes.REQUIREMENT: (
        {"type": "string", "minLength": 1, "maxLength": LONGEST_REQUIREMENT},
        "A standard, a blank, and exactly one clause of it.",
    ),
}
SHOW = "Several are joined by “and”."
SEVERAL = "Several are joined by “or”."


def _listed(given: Any) -> Any:
    """A parameter as a list, whether it comes once or several times."""
    return [given] if isinstance(given, str) else list(given.values())


Values = Annotated[list[str], BeforeValidator(_listed)]


def taken(spec: Spec, key: str) -> Any:
    """The field of one filter of a register, told in the document as the register knows it."""
    known: Filter = spec.filters[key]
    if known.takes is Takes.CHOICE:
        choices = known.choices or {}
        items: dict[str, Any] = {"type": "string", "enum": list(choices)}
        told = "; ".join(f"`{value}`: {label.msgid}" for value, label in choices.items()) + "."
    else:
        items, told = _TAKES[known.takes]
    joined = SHOW if key == "show" else SEVERAL
    return Field(
        default_factory=list,
        description=f"{known.label.msgid}. {told} {joined}",
        json_schema_extra={"items": items},
    )


class RegisterAsked(Paging):
    """What both registers take. A filter that cannot be read is refused."""

    words: Line = Field(default="", description="In the number, the title or the texts.")
    due_before: Day | None = Field(default=None, description="What is owed before this day.")
    ref: Values = Field(
        default_factory=list,
        description="These only, by their numbers.",
        json_schema_extra={"items": _NUMBER},
    )

    def given(self) -> dict[str, list[str]]:
        """What was asked for, as an address of the register says it."""
        found: dict[str, list[str]] = {}
        for name in type(self).model_fields:
            if name not in Paging.model_fields and (value := getattr(self, name)):
                found[_KEYS.get(name, name)] = value if isinstance(value, list) else [str(value)]
        return found


class NonconformitiesAsked(RegisterAsked):
    """Which nonconformities."""

    show: Values = taken(NONCONFORMITIES, "show")
    status: Values = taken(NONCONFORMITIES, "status")
    grade: Values = taken(NONCONFORMITIES, "grade")
    source: Values = taken(NONCONFORMITIES, "source")
    stage: Values = taken(NONCONFORMITIES, "stage")
    cause: Values = taken(NONCONFORMITIES, "cause")
    relationship: Values = taken(NONCONFORMITIES, "relationship")
    responsible: Values = taken(NONCONFORMITIES, "responsible")
    verifier: Values = taken(NONCONFORMITIES, "verifier")
    clause: Values = taken(NONCONFORMITIES, "clause")
    audit: Values = taken(NONCONFORMITIES, "audit")
    year: Values = taken(NONCONFORMITIES, "year")
    root: Values = taken(NONCONFORMITIES, "root")
    requirement: Values = taken(NONCONFORMITIES, "requirement")
    raised: Values = taken(NONCONFORMITIES, "raised")
    acknowledged: Values = taken(NONCONFORMITIES, "acknowledged")
    planned: Values = taken(NONCONFORMITIES, "planned")
    closed: Values = taken(NONCONFORMITIES, "closed")
    checked: Values = taken(NONCONFORMITIES, "checked")


class ActionsAsked(RegisterAsked):
    """Which actions."""

    show: Values = taken(ACTIONS, "show")
    status: Values = taken(ACTIONS, "status")
    kind: Values = taken(ACTIONS, "kind")
    priority: Values = taken(ACTIONS, "priority")
    request: Values = taken(ACTIONS, "request")
    grade: Values = taken(ACTIONS, "grade")
    relationship: Values = taken(ACTIONS, "relationship")
    owner: Values = taken(ACTIONS, "owner")
    nonconformity: Values = taken(ACTIONS, "nonconformity")
    extension: Values = taken(ACTIONS, "extension")


def wanted(register: Register, query: RegisterAsked) -> Wanted:
    """What is asked of a register; without a filter all of it. Raises Invalid naming what cannot be read."""
    given = query.given()
    fault = unread(register, given)
    if fault is not None:
        key, value = fault
        raise Invalid(
            Text("“%(value)s” is not what this filter takes, or there are too many.", value=value[:60]),
            field=f"query.{NAMES.get(key, key)}",
        )
    found = read(register, given)
    return found if given else everything(found)


def asking(asked: Wanted) -> list[tuple[str, str]]:
    """The parameters that ask an operation for what a register shows at an address."""
    found = [(NAMES.get(key, key), value) for key, value in pairs(asked) if key not in ("sort", "cols")]
    return found or [("show", "open")]
