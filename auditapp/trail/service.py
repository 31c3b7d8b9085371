"""Writing and proving the trail."""

from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.ids import new_secret
from auditapp.kit.orm import canonical
from auditapp.trail.model import Fact, PersonalPayload
from auditapp.trail.rules import GENESIS, Anchor, Break, breaks, link_hash, personal_hash

request_id: ContextVar[str] = ContextVar("request_id", default="")
# Built once: a fact is recorded with every saved answer.
_FACTS: Any = Fact.__table__
_LAST = sa.select(_FACTS.c.seq, _FACTS.c.hash).order_by(_FACTS.c.seq.desc()).limit(1)
_APPEND = sa.insert(_FACTS)
Reaction = Callable[[Session, Fact], None]
_reactions: dict[str, list[Reaction]] = {}


def reacts_to(*verbs: str) -> Callable[[Reaction], Reaction]:
    """Let a room act on what a room below it did, in the same transaction, without the lower one knowing (ADR 5).

    The function is called with every new fact of these verbs. A Refusal it raises refuses the whole command.
    """

    def register(reaction: Reaction) -> Reaction:
        for verb in verbs:
            _reactions.setdefault(verb, []).append(reaction)
        return reaction

    return register


def record(
    session: Session,
    *,
    actor_id: UUID | None,
    at: datetime,
    verb: str,
    thing_kind: str,
    thing_id: UUID | str,
    thing_ref: str,
    context_id: UUID | None = None,
    before: Any = None,
    after: Any = None,
    personal: Any = None,
    personal_of: UUID | None = None,
) -> Fact:
    """Append one fact in the caller's transaction.

    ``verb`` is dotted, lower case: ``audit.opened``. ``before`` and ``after`` are JSON values without anything
    personal; names and addresses go into ``personal`` (about ``personal_of``), which can be erased later.
    The session is flushed, so that numbering is exact. The unit of work holds the one write lock, hence no gap.
    """
    session.flush()
    connection = session.connection()
    last = connection.execute(_LAST).first()
    seq, prev = (last.seq + 1, last.hash) if last else (1, GENESIS)
    salt = new_secret() if personal is not None else ""
    payload = canonical(personal) if personal is not None else ""
    fact = Fact(
        seq=seq,
        at=at,
        actor_id=actor_id,
        verb=verb,
        thing_kind=thing_kind,
        thing_id=str(thing_id),
        thing_ref=thing_ref,
        context_id=context_id,
        request_id=request_id.get(),
        before="" if before is None else canonical(before),
        after="" if after is None else canonical(after),
        personal_digest=personal_hash(salt, payload) if personal is not None else "",
        prev=prev,
        hash="",
    )
    fact.hash = link_hash(fact)
    connection.execute(_APPEND, {column.key: getattr(fact, column.key) for column in _FACTS.columns})
    if personal is not None:
        session.add(PersonalPayload(seq=seq, person_id=personal_of, salt=salt, payload=payload))
    for reaction in _reactions.get(verb, ()):
        reaction(session, fact)
    return fact


def head(session: Session) -> Anchor | None:
    """The newest row's number and hash, to be written down outside; ``None`` while the trail is empty."""
    last = session.execute(_LAST).first()
    return Anchor(seq=last.seq, hash=last.hash) if last else None


def verify(session: Session, anchors: Iterable[Anchor] = ()) -> Iterator[Break]:
    """Every place where the trail does not hold, in order; nothing when it is whole. Streams."""
    rows = session.execute(
        sa.select(Fact, PersonalPayload.salt, PersonalPayload.payload)
        .outerjoin(PersonalPayload, PersonalPayload.seq == Fact.seq)
        .order_by(Fact.seq)
        .execution_options(yield_per=1000)
    )
    yield from breaks(((row[0], row[1], row[2]) for row in rows), anchors)


def erase_personal(session: Session, person_id: UUID) -> int:
    """Remove the personal parts of all facts about a person; returns how many. The chain stays whole."""
    result = session.execute(sa.delete(PersonalPayload).where(PersonalPayload.person_id == person_id))
    return int(getattr(result, "rowcount", 0))
