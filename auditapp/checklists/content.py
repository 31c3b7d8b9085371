"""Changing a library: each function gives back a new one and leaves the old one as it was."""

import hashlib
import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from auditapp.checklists.export import export
from auditapp.checklists.library import Clause, Library, NumberStatus, Question
from auditapp.checklists.parse import ChecklistFaults, parse
from auditapp.kit.errors import Invalid, NotFound
from auditapp.kit.orm import canonical
from auditapp.kit.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a person found in the licensed copy for one clause; an empty number means that there is none."""

    ref: str
    number: str
    title: str


def question_of(library: Library, question_id: str) -> Question:
    """The question of that id. Raises NotFound."""
    for question in library.questions:
        if question.id == question_id:
            return question
    raise NotFound(Text("There is no question %(id)s in this edition.", id=question_id))


def change_question(library: Library, question_id: str, **changes: Any) -> Library:
    """The library with fields of one question changed; a new `clause` moves it there, after the others.

    Raises NotFound when there is no such question, Invalid (with the field) when the result would not be a library.
    """
    found = question_of(library, question_id)
    new = replace(found, **changes)
    if new.clause == found.clause:
        questions = tuple(new if item is found else item for item in library.questions)
    else:
        questions = (*(item for item in library.questions if item is not found), new)
    return checked(_sorted(replace(library, questions=questions)))


def add_question(library: Library, question: Question) -> Library:
    """The library with one more question, last in its clause. Raises Invalid like :func:`change_question`."""
    return checked(_sorted(replace(library, questions=(*library.questions, question))))


def remove_question(library: Library, question_id: str) -> Library:
    """The library without one question, and without mappings inside the library that led to it."""
    found = question_of(library, question_id)
    gone = f"{library.id}:{question_id}"
    kept = tuple(
        replace(item, maps_to=tuple(target for target in item.maps_to if target != gone))
        if gone in item.maps_to
        else item
        for item in library.questions
        if item is not found
    )
    if not kept:
        raise Invalid(Text("This is the last question: a library without questions cannot be used."))
    return replace(library, questions=kept)


def correct_clause(library: Library, correction: Correction) -> Library:
    """The library with a clause's number and title as the licensed copy has them, marked as confirmed.

    A heading of our own stays ours while it is given no number. Raises NotFound or Invalid.
    """
    clause = library.clause_map().get(correction.ref)
    if clause is None:
        raise NotFound(Text("There is no clause %(ref)s in this edition.", ref=correction.ref))
    own = clause.number_status is NumberStatus.OWN
    if not correction.number and not own:
        raise Invalid(Text("Clause %(clause)s needs a number.", clause=clause.label), field="number")
    corrected = replace(
        clause,
        number=correction.number or None,
        title=correction.title,
        number_status=NumberStatus.CONFIRMED if correction.number else NumberStatus.OWN,
    )
    return replace(
        library, clauses=tuple(corrected if item.ref == clause.ref else item for item in library.clauses)
    )


def fingerprint(item: Question | Clause) -> str:
    """Changes whenever the thing does: a form carries it, so that an edit of something else than was read is told."""
    return hashlib.sha256(canonical(asdict(item)).encode()).hexdigest()[:32]


def checked(library: Library) -> Library:
    """The library itself, if a file of it would be taken; otherwise Invalid, with the form field at fault.

    The rules for a file and for a form are the same ones: what cannot be imported cannot be typed either.
    """
    try:
        parse(export(library), name=library.id)
    except ChecklistFaults as faults:
        fault = faults.faults[0]
        named = re.findall(r"\.([a-z_]+)(?:\[\d+\])?$", f".{fault.path}")
        raise Invalid(fault.message, field=named[0] if named else None) from None
    return library


def _sorted(library: Library) -> Library:
    """Questions in the order of their clauses; within a clause as they stood."""
    place = {clause.ref: i for i, clause in enumerate(library.clauses)}
    if missing := [question for question in library.questions if question.clause not in place]:
        raise Invalid(
            Text("There is no clause %(ref)s in this edition.", ref=missing[0].clause), field="clause"
        )
    return replace(library, questions=tuple(sorted(library.questions, key=lambda item: place[item.clause])))
