"""What a link in a mail does, in the name of the person it was sent to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import NotAllowed, NotFound
from auditapp.kit.text import Text
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Principal
from auditapp.reminders.answering.queries import asked, reader_of
from auditapp.reminders.answering.rules import BROKEN, AnswerLink, Standing
from auditapp.reminders.ladder.service import answer
from auditapp.reminders.quiet.queries import chosen_by, rhythms
from auditapp.reminders.quiet.rules import Rhythm
from auditapp.reminders.quiet.service import set_rhythm

MAIL, IN_APP = "mail", "in_app"
GONE = Text("This link was sent to somebody who does not work with this site any more. Nothing was answered.")


def give_answer(session: Session, *, at: datetime, link: AnswerLink) -> Standing:
    """Give the answer of a link once; said again, or overtaken, it does nothing. How it stands then.

    Raises NotFound for a reminder that is not there, NotAllowed for a person who left or whose account is disabled.
    """
    found = asked(session, link)
    if found is None:
        raise NotFound(BROKEN)
    actor = _acting(session, link.person_id)
    if found.standing is not Standing.OPEN:
        return found.standing
    answer(session, actor=actor, at=at, run_id=link.run_id, generation=link.generation, answer=link.answer)
    return Standing.SAID


def stop_mail(session: Session, *, at: datetime, person_id: UUID) -> None:
    """Take mail out of the ways somebody is told; said again, it does nothing. Raises NotFound, NotAllowed."""
    actor = _acting(session, person_id)
    rhythm = rhythms(session, [person_id], at=at)[person_id]
    if MAIL in rhythm.channels:
        _choose_channels(session, actor, at, rhythm, [one for one in rhythm.channels if one != MAIL])


def _acting(session: Session, person_id: UUID) -> Principal:
    reader = reader_of(session, person_id)
    actor = principal_of_person(session, person_id)
    if reader is None or actor is None:
        raise NotFound(BROKEN)
    if not reader.may_act:
        raise NotAllowed(GONE)
    return actor


def _choose_channels(
    session: Session, actor: Principal, at: datetime, rhythm: Rhythm, channels: list[str]
) -> None:
    row = chosen_by(session, actor.person_id)
    set_rhythm(
        session,
        actor=actor,
        at=at,
        person_id=actor.person_id,
        version=row.version if row is not None else 0,
        work_days=rhythm.work_days,
        starts=rhythm.starts,
        ends=rhythm.ends,
        digest=rhythm.digest,
        budget=rhythm.budget,
        channels=channels if IN_APP in channels else [*channels, IN_APP],
        country=row.country if row is not None else "",
        subdivision=row.subdivision if row is not None else "",
        deputy_id=row.deputy_id if row is not None else None,
    )
