"""What can be done with clause libraries. A released edition never changes: every edit goes to the library's one draft."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.checklists import queries
from auditapp.checklists.model import Edition
from auditapp.checklists.rules import (
    REFUSALS,
    STEPS,
    Correction,
    EditionStatus,
    EditionVerb,
    Library,
    Question,
    Source,
    add_question,
    change_question,
    checked,
    correct_clause,
    diff,
    fingerprint,
    next_edition,
    parse,
    plain,
    question_of,
    remove_question,
)
from auditapp.config import ROOT
from auditapp.kit.errors import Refusal, Stale
from auditapp.kit.ids import new_id
from auditapp.kit.orm import canonical
from auditapp.kit.states import step
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.trail import service as trail

SHIPPED = ROOT / "checklists"


def shipped(folder: Path = SHIPPED) -> list[Library]:
    """The libraries that come with the product. Raises ChecklistFaults for a file that is no library."""
    return [parse(path.read_bytes(), name=path.name) for path in sorted(folder.glob("*.yaml"))]


def import_shipped(
    session: Session,
    *,
    at: datetime,
    actor: Principal | None = None,
    folder: Path = SHIPPED,
    keys: Collection[str] | None = None,
) -> list[Edition]:
    """Bring in the libraries that come with the product and release them; those already here are left alone.

    ``keys`` picks some of them. Returns the editions that are new. Raises ChecklistFaults for a file that is no library.
    """
    made = []
    for library in shipped(folder):
        if keys is not None and library.id not in keys:
            continue
        if library.edition in queries.names_taken(session, library.id):
            continue
        edition = _add(session, library, actor=actor, at=at, source=Source.SHIPPED)
        _release(session, edition, actor=actor, at=at)
        made.append(edition)
    return made


def import_library(
    session: Session, *, actor: Principal | None, at: datetime, data: bytes, name: str
) -> Edition:
    """Bring in a file as the draft of its library, to be looked at and released.

    If the file's edition name is taken by other content, the draft gets the next free name.
    Raises ChecklistFaults with every fault of the file; Refusal when the library has a draft already or the
    file says nothing new.
    """
    library = parse(data, name=name)
    current = queries.current_edition(session, library.id)
    if current is not None and not diff(queries.library(session, current), library):
        raise Refusal(
            Text(
                "Nothing to import: the file says the same as edition %(edition)s, which is in force.",
                edition=current.edition,
            )
        )
    _refuse_second_draft(session, library.id)
    taken = queries.names_taken(session, library.id)
    if library.edition in taken:
        library = replace(library, edition=next_edition(library.edition, taken))
    edition = _add(session, library, actor=actor, at=at, source=Source.IMPORTED)
    trail.record(
        session,
        actor_id=_id(actor),
        at=at,
        verb="checklist.imported",
        **_about(edition),
        after={"file": name[:200], "questions": edition.questions, "sha256": edition.sha256},
    )
    return edition


def start_edition(session: Session, *, actor: Principal, at: datetime, base: Edition) -> Edition:
    """Start a draft from an edition. Raises Refusal when the library has a draft already."""
    _refuse_second_draft(session, base.library_key)
    return _draft_from(session, base, actor=actor, at=at)


def edit_question(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    edition: Edition,
    question_id: str,
    seen: str,
    **changes: Any,
) -> Edition:
    """Change fields of a question in the library's draft; returns the draft.

    `seen` is the fingerprint of the question as it was read. Raises Stale when somebody changed it meanwhile,
    NotFound or Invalid (with the field) when the change cannot be.
    """
    draft, library = _editable(session, edition, actor=actor, at=at)
    before = question_of(library, question_id)
    _refuse_stale(before, seen)
    changed = change_question(library, question_id, **changes)
    after = question_of(changed, question_id)
    if after == before:
        return draft
    _store(draft, changed)
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="checklist.question_changed",
        **_about(draft),
        before={"question": question_id} | _differing(before, after),
        after={"question": question_id} | _differing(after, before),
    )
    return draft


def new_question(
    session: Session, *, actor: Principal, at: datetime, edition: Edition, **fields: Any
) -> tuple[Edition, str]:
    """Add a question to the library's draft; returns the draft and the question's new id."""
    draft, library = _editable(session, edition, actor=actor, at=at)
    question = Question(id=f"own-{new_id().hex[-8:]}", **fields)
    _store(draft, add_question(library, question))
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="checklist.question_added",
        **_about(draft),
        after={"question": question.id, "clause": question.clause, "text": question.text},
    )
    return draft, question.id


def drop_question(
    session: Session, *, actor: Principal, at: datetime, edition: Edition, question_id: str, seen: str
) -> Edition:
    """Remove a question from the library's draft; earlier editions keep it."""
    draft, library = _editable(session, edition, actor=actor, at=at)
    before = question_of(library, question_id)
    _refuse_stale(before, seen)
    _store(draft, remove_question(library, question_id))
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="checklist.question_removed",
        **_about(draft),
        before={"question": before.id, "clause": before.clause, "text": before.text},
    )
    return draft


def correct_clauses(
    session: Session, *, actor: Principal, at: datetime, edition: Edition, corrections: Sequence[Correction]
) -> Edition:
    """Write down clause numbers and titles found in the licensed copy, in the library's draft; returns the draft.

    Earlier editions, and the audits that use them, keep showing what was known then.
    """
    if not corrections:
        raise Refusal(Text("Nothing was ticked or changed. Tick the clauses that you have checked."))
    draft, library = _editable(session, edition, actor=actor, at=at)
    clauses = library.clause_map()
    changed = library
    for correction in corrections:
        changed = correct_clause(changed, correction)
    checked(changed)
    after = changed.clause_map()
    differing = [ref_ for ref_ in after if after[ref_] != clauses[ref_]]
    if not differing:
        return draft
    _store(draft, changed)
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="checklist.clauses_confirmed",
        **_about(draft),
        before={name: [clauses[name].number, clauses[name].title] for name in differing},
        after={name: [after[name].number, after[name].title] for name in differing},
    )
    return draft


def release(session: Session, *, actor: Principal | None, at: datetime, edition: Edition) -> None:
    """Put a draft in force: from now on it is frozen, and new audits are planned with it."""
    before = queries.previous(session, edition)
    if before is not None and not diff(queries.library(session, before), queries.library(session, edition)):
        raise Refusal(
            Text(
                "Nothing differs from edition %(edition)s yet: change something, or discard this draft.",
                edition=before.edition,
            )
        )
    _release(session, edition, actor=actor, at=at)


def discard(session: Session, *, actor: Principal, at: datetime, edition: Edition) -> None:
    """Throw a draft away; the trail keeps that it was there."""
    step(STEPS, edition.status, EditionVerb.DISCARD, REFUSALS[EditionVerb.DISCARD])
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="checklist.discarded",
        **_about(edition),
        before={"questions": edition.questions, "sha256": edition.sha256},
    )
    session.delete(edition)
    session.flush()


def retire(session: Session, *, actor: Principal, at: datetime, edition: Edition) -> None:
    """Take an edition out of use for new audits; audits that use it go on with it. Twice is once."""
    if edition.status is EditionStatus.RETIRED:
        return
    edition.status = step(STEPS, edition.status, EditionVerb.RETIRE, REFUSALS[EditionVerb.RETIRE])
    edition.retired_at = at
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="checklist.retired",
        **_about(edition),
    )


def bring_back(session: Session, *, actor: Principal, at: datetime, edition: Edition) -> None:
    """Put a retired edition back into use. Twice is once."""
    if edition.status is EditionStatus.RELEASED:
        return
    edition.status = step(STEPS, edition.status, EditionVerb.BRING_BACK, REFUSALS[EditionVerb.BRING_BACK])
    edition.retired_at = None
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="checklist.brought_back",
        **_about(edition),
    )


def ref(edition: Edition) -> str:
    """What people call an edition: `iso44001-2017 1`."""
    return f"{edition.library_key} {edition.edition}"


def _editable(
    session: Session, edition: Edition, *, actor: Principal, at: datetime
) -> tuple[Edition, Library]:
    """The draft that an edit of `edition` goes to (begun now, if there is none) and what stands in it."""
    if edition.status is not EditionStatus.DRAFT:
        draft = queries.draft_of(session, edition.library_key)
        edition = draft or _draft_from(session, edition, actor=actor, at=at)
    return edition, queries.library(session, edition)


def _draft_from(session: Session, base: Edition, *, actor: Principal, at: datetime) -> Edition:
    library = queries.library(session, base)
    name = next_edition(base.edition, queries.names_taken(session, base.library_key))
    edition = _add(
        session, replace(library, edition=name), actor=actor, at=at, source=Source.EDITED, base=base
    )
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="checklist.drafted",
        **_about(edition),
        after={"from": base.edition},
    )
    return edition


def _add(
    session: Session,
    library: Library,
    *,
    actor: Principal | None,
    at: datetime,
    source: Source,
    base: Edition | None = None,
) -> Edition:
    base = base or queries.current_edition(session, library.id)
    edition = Edition(
        library_key=library.id,
        edition=library.edition,
        title=library.title,
        kind=library.kind,
        source=source,
        content={},
        sha256="",
        previous_id=base.id if base else None,
        created_by_id=_id(actor),
        created_at=at,
    )
    _store(edition, library)
    session.add(edition)
    session.flush()
    return edition


def _store(edition: Edition, library: Library) -> None:
    content = plain(library)
    edition.content = content
    edition.sha256 = hashlib.sha256(canonical(content).encode()).hexdigest()
    edition.title = library.title
    edition.questions = len(library.questions)


def _release(session: Session, edition: Edition, *, actor: Principal | None, at: datetime) -> None:
    edition.status = step(STEPS, edition.status, EditionVerb.RELEASE, REFUSALS[EditionVerb.RELEASE])
    edition.released_at = at
    trail.record(
        session,
        actor_id=_id(actor),
        at=at,
        verb="checklist.released",
        **_about(edition),
        after={"questions": edition.questions, "sha256": edition.sha256, "source": edition.source.value},
    )


def _refuse_second_draft(session: Session, library_key: str) -> None:
    draft = session.scalar(
        sa.select(Edition.edition).where(
            Edition.library_key == library_key, Edition.status == EditionStatus.DRAFT
        )
    )
    if draft is not None:
        raise Refusal(
            Text(
                "There is a draft already, edition %(edition)s: release it or discard it first.",
                edition=draft,
            )
        )


def _refuse_stale(found: Question, seen: str) -> None:
    if fingerprint(found) != seen:
        raise Stale(
            Text(
                "Somebody changed question %(id)s since you opened it. It now reads: “%(text)s”",
                id=found.id,
                text=found.text,
            )
        )


def _differing(one: Question, other: Question) -> dict[str, Any]:
    return {
        name: getattr(one, name)
        for name in one.__dataclass_fields__
        if getattr(one, name) != getattr(other, name)
    }


def _about(edition: Edition) -> dict[str, Any]:
    """What a fact is about."""
    return {"thing_kind": "checklist", "thing_id": edition.id, "thing_ref": ref(edition)}


def _id(actor: Principal | None) -> Any:
    return actor.person_id if actor else None
