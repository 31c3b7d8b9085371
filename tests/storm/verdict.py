"""What the page had promised beside what the server has in the end."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.devices.model import Operation
from auditapp.audits.execution.devices.rules import OperationState
from auditapp.audits.execution.model import Answer, AnswerConflict, Evidence
from auditapp.audits.tablet.integrity.queries import chains
from auditapp.kit.storage import Store
from auditapp.trail import service as trail


@dataclass
class Ledger:
    """What was promised, and what was tried after it, by question and field."""

    ids: dict[str, int]  # question -> its number
    promised: dict[tuple[str, str], str] = field(default_factory=dict)
    tried: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    operations: dict[str, str] = field(default_factory=dict)  # id -> SHA-256
    photos: dict[str, str] = field(default_factory=dict)  # SHA-256 -> question
    heard: int = 0
    bases: int = 0  # how often the browser made the database: once

    def hear(self, told: dict[str, Any]) -> bool:
        """The page says "On this tablet"; whether it says it for the first time."""
        if "made" in told:
            self.bases += (
                1  # more than once: the browser threw it away, and the second copy has to bring all back
            )
            return False
        self.heard += 1
        if "photo" in told:
            new = told["photo"] not in self.photos
            self.photos[told["photo"]] = told["question"]
            return new
        key = (told["question"], told["field"])
        self.promised[key] = told["value"]
        new = bool(told["op"]) and told["op"] not in self.operations
        if new:
            self.operations[told["op"]] = told["sha256"]
        return new

    def good(self, key: tuple[str, str], value: str) -> bool:
        """Whether this may stand where something was promised: that, or what was under way after it."""
        return value == self.promised[key] or any(one.startswith(value) for one in self.tried.get(key, ()))


@dataclass
class Found:
    """What is wrong, in words, and how much there is."""

    lost: list[str]
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    operations: int = 0
    answers: int = 0


def compare(session: Session, ledger: Ledger, store: Store) -> Found:
    """Look at everything that the server has."""
    found = Found(lost=[])
    _operations(session, ledger, found)
    _answers(session, ledger, found)
    _photos(session, ledger, store, found)
    if met := session.scalar(sa.select(sa.func.count()).select_from(AnswerConflict)):
        found.wrong.append(f"{met} answers met, of one tablet alone")
    found.wrong += [f"trail: {fault.message}" for fault in trail.verify(session)]
    found.wrong += [f"chain of {one.name}: {one.breaks}" for one in chains(session) if one.breaks]
    return found


def _operations(session: Session, ledger: Ledger, found: Found) -> None:
    held = {str(one.id): one for one in session.scalars(sa.select(Operation))}
    found.operations = len(held)
    for number, sha256 in ledger.operations.items():
        if number not in held:
            found.lost.append(f"operation {number}")
        elif held[number].sha256 != sha256:
            found.wrong.append(f"operation {number} has another hash")
    found.wrong += [
        f"operation {one.id} is {one.state.value}: {one.why}"
        for one in held.values()
        if one.state not in {OperationState.APPLIED, OperationState.SAME}
    ]


def _answers(session: Session, ledger: Ledger, found: Found) -> None:
    stand = {str(one.question_id): one for one in session.scalars(sa.select(Answer))}
    found.answers = sum(one.result.value != "not_asked" for one in stand.values())
    for key, value in ledger.promised.items():
        there = str(getattr(stand[key[0]], key[1]))
        if not ledger.good(key, there):
            found.lost.append(f"q{ledger.ids[key[0]]} {key[1]}: {value!r} was promised, {there!r} stands")
    # Each operation that was applied moved its field by one version: one more would be one applied twice.
    moved = Counter(
        (one.result["question"], one.result["field"])
        for one in session.scalars(sa.select(Operation).where(Operation.kind == "answer"))
        if one.state is OperationState.APPLIED
    )
    found.doubled += [
        f"q{ledger.ids[question]} {name}: version {version} of {moved[question, name]} operations"
        for question, answer in stand.items()
        for name, version in answer.versions.items()
        if version != moved[question, name]
    ]


def _photos(session: Session, ledger: Ledger, store: Store, found: Found) -> None:
    evidence = session.scalars(sa.select(Evidence)).all()
    shown = Counter((str(one.question_id), one.sha256) for one in evidence)
    found.lost += [
        f"photo {sha256} of q{ledger.ids[question]}"
        for sha256, question in ledger.photos.items()
        if not shown[question, sha256]
    ]
    found.doubled += [
        f"photo {sha256} stands {count} times" for (_, sha256), count in shown.items() if count > 1
    ]
    for one in evidence:
        if one.arrived_at is None:
            found.lost.append(f"the bytes of photo {one.sha256}")
        elif hashlib.sha256(store.path(one.sha256).read_bytes()).hexdigest() != one.sha256:
            found.wrong.append(f"photo {one.sha256} has other bytes")
