"""When a plan is agreed. Pure."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar
from uuid import UUID


class AnswerLike(Protocol):
    """An auditee's answer to a plan, as far as these rules care."""

    @property
    def person_id(self) -> UUID:
        """Whose answer."""

    @property
    def plan_revision(self) -> int:
        """To which revision of the plan."""

    @property
    def agreed(self) -> bool:
        """Agreed, or objected."""

    @property
    def settled(self) -> str:
        """How the objection was settled; empty while it is open."""


A = TypeVar("A", bound=AnswerLike)


def standing(answers: Sequence[A], revision: int) -> dict[UUID, A]:
    """The answer that counts per auditee: the last one to this revision. ``answers`` in the order they came."""
    return {answer.person_id: answer for answer in answers if answer.plan_revision == revision}


def is_agreed(auditees: Iterable[UUID], answers: Sequence[AnswerLike], revision: int) -> bool:
    """Whether every auditee agreed to this revision or had the objection settled. Nobody to ask: not agreed."""
    last = standing(answers, revision)
    wanted = list(auditees)
    return bool(wanted) and all(
        person in last and (last[person].agreed or bool(last[person].settled)) for person in wanted
    )
