"""One sentence per verb of the trail. Pure.

A test finds every verb that is recorded anywhere and fails when it has no sentence here.
``%(who)s`` is who did it, ``%(thing)s`` the number or name of what it was done to; for persons ``%(thing)s`` is the
person's name. Other placeholders are values of the fact itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditapp.kit.text import Text
from auditapp.overview.history.sentences import KINDS as ROOM_KINDS
from auditapp.overview.history.sentences import SENTENCES
from auditapp.people.rules import ROLE_LABELS, Role

__all__ = ["KINDS", "SENTENCES", "Told", "label_of", "tell"]

UNKNOWN = Text("%(who)s recorded “%(verb)s” for %(thing)s.")
SYSTEM = Text("The system")
SOMEBODY = Text("Somebody whose name was erased")

KINDS: Mapping[str, Text] = {
    "audit": Text("Audits"),
    "programme": Text("Audit programmes"),
    "finding": Text("Findings"),
    "nonconformity": Text("Nonconformities"),
    "action": Text("Actions"),
    "evidence": Text("Evidence"),
    "answer": Text("Answers"),
    "report": Text("Audit reports"),
    "rescue": Text("Rescue files of tablets"),
    "person": Text("People"),
    "partner": Text("Partners"),
    "relationship": Text("Relationships"),
    "organization": Text("The organization"),
    "checklist": Text("Checklists"),
    **ROOM_KINDS,
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """A fact in words."""

    seq: int
    at: datetime
    kind: str
    ref: str
    sentence: Text
    detail: Text | str
    initials: str


def tell(
    *,
    verb: str,
    at: datetime,
    seq: int,
    kind: str,
    ref: str,
    who: str | None,
    whom: str,
    values: Any,
) -> Told:
    """A fact as a sentence. ``who``: the name, ``None`` for the system, empty when it was erased."""
    name: Text | str = SYSTEM if who is None else who or SOMEBODY
    given: dict[str, Any] = dict.fromkeys(_placeholders(SENTENCES.get(verb, UNKNOWN)), "…")
    if isinstance(values, dict):
        given |= {
            key: value for key, value in values.items() if key in given and isinstance(value, str | int)
        }
    given |= {"who": name, "thing": whom or ref, "verb": verb}
    return Told(
        seq=seq,
        at=at,
        kind=kind,
        ref=ref,
        sentence=Text(SENTENCES.get(verb, UNKNOWN).msgid, **given),
        detail=_detail(values),
        initials=_initials(who or ""),
    )


def _detail(values: Any) -> Text | str:
    """What a reader wants to know besides: the reason given, or which role."""
    if not isinstance(values, dict):
        return ""
    if values.get("role") in set(Role):
        return ROLE_LABELS[Role(values["role"])]
    said = values.get("reason") or values.get("how") or ""
    return said if isinstance(said, str) else ""


def label_of(verb: str) -> Text:
    """A verb as a filter names it: its sentence with gaps."""
    text = SENTENCES[verb]
    return Text(text.msgid, **dict.fromkeys(_placeholders(text), "…"))


def _placeholders(text: Text) -> list[str]:
    return [part.split(")s")[0] for part in text.msgid.split("%(")[1:]]


def _initials(name: str) -> str:
    parts = name.split()
    return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper() or "·"
