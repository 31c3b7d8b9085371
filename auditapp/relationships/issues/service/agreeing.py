"""What both parties have to agree to: a pause of the clock, a jump up the ladder."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.issues.model import Issue, IssueRequest
from auditapp.relationships.issues.queries.ladder import ladder_of
from auditapp.relationships.issues.queries.running import calendars_from, open_request
from auditapp.relationships.issues.rules.clock import Going, day_start
from auditapp.relationships.issues.rules.issue import Came, Outcome, RequestKind, RequestStatus, Verb
from auditapp.relationships.issues.rules.ladder import Level
from auditapp.relationships.issues.service.acting import Act, answering_for, begin, must_be_shared, said
from auditapp.relationships.issues.service.base import enter, leave, retime, tell, turn_to

LONGEST_PAUSE = timedelta(days=366)


def ask_pause(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    issue: Issue,
    until_on: date,
    reason: str,
    version: int | None = None,
    seen: int | None = None,
) -> IssueRequest:
    """Propose that the clock stands until the beginning of a day, in the zone of the party whose turn it is."""
    act = begin(session, issue, Verb.ASK_PAUSE, actor=actor, at=at, version=version, seen=seen)
    must_be_shared(issue)
    _nothing_open(session, issue)
    if issue.going is Going.PAUSED:
        raise Refusal(Text("The clock is paused already. Take the issue up again first."))
    if act.stay.expired_at is not None:
        raise Refusal(Text("The time of this level is over: there is nothing to pause. Move the issue up."))
    reason = said(reason)
    until = day_start(until_on, calendars_from(act.stay.calendars)[issue.awaited].zone)
    if until <= at:
        raise Invalid(Text("Choose a day to come."), field="until_on")
    if until - at > LONGEST_PAUSE:
        raise Invalid(Text("A pause lasts a year at most. Choose a nearer day."), field="until_on")
    made = _propose(session, issue, act, RequestKind.PAUSE, actor=actor, at=at, reason=reason)
    made.until_at = until
    tell(
        session, issue, act.stay, actor=actor, at=at, verb="issue.pause_proposed", before=act.before,
        reason=reason, until=until.isoformat(),
    )  # fmt: skip
    return made


def ask_jump(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    issue: Issue,
    to_level: Level,
    reason: str,
    version: int | None = None,
    seen: int | None = None,
) -> IssueRequest:
    """Propose to go up at once, also over levels between."""
    act = begin(session, issue, Verb.ASK_JUMP, actor=actor, at=at, version=version, seen=seen)
    must_be_shared(issue)
    _nothing_open(session, issue)
    if to_level <= issue.level:
        raise Invalid(Text("Choose a level above the present one."), field="to_level")
    reason = said(reason)
    made = _propose(session, issue, act, RequestKind.JUMP, actor=actor, at=at, reason=reason)
    made.to_level = int(to_level)
    tell(
        session, issue, act.stay, actor=actor, at=at, verb="issue.jump_proposed", before=act.before,
        reason=reason, to=int(to_level),
    )  # fmt: skip
    return made


def answer_request(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    issue: Issue,
    agreed: bool,
    answer: str = "",
    how: str = "",
    version: int | None = None,
    seen: int | None = None,
) -> None:
    """The other party agrees, or refuses with a reason.

    ``how``: who of the partner answered, when and how, if nobody of theirs can sign in here. Raises Invalid for
    fields ``answer`` and ``how``; Refusal when nothing waits, or it is one's own.
    """
    act = begin(session, issue, Verb.ANSWER, actor=actor, at=at, version=version, seen=seen)
    request = open_request(session, issue.id)
    if request is None:
        raise Refusal(Text("Nothing waits for an answer here now."))
    how = answering_for(session, issue, act, request.party, how)
    if not agreed:
        answer = said(answer, field="answer", wanted=Text("Say why not."))
    request.answered_at, request.answered_by_id = at, actor.person_id
    request.answer = "\n".join(one for one in (answer.strip(), how) if one)
    request.status = RequestStatus.AGREED if agreed else RequestStatus.REFUSED
    session.flush()
    if not agreed and request.kind is RequestKind.PAUSE:
        _count_up(session, issue, act)
        tell(
            session, issue, act.stay, actor=actor, at=at, verb="issue.pause_refused", before=act.before,
            reason=request.answer,
        )  # fmt: skip
    elif not agreed:
        _count_up(session, issue, act)
        tell(
            session, issue, act.stay, actor=actor, at=at, verb="issue.jump_refused", before=act.before,
            reason=request.answer,
        )  # fmt: skip
    elif request.kind is RequestKind.PAUSE:
        _pause(session, issue, act, request, actor=actor, at=at)
    else:
        _jump(session, issue, act, request, actor=actor, at=at)


def take_back_request(
    session: Session, *, actor: Principal, at: datetime, issue: Issue, version: int | None = None
) -> None:
    """The party that proposed it does not want it any more."""
    act = begin(session, issue, Verb.TAKE_BACK, actor=actor, at=at, version=version)
    request = open_request(session, issue.id)
    if request is None:
        return
    if request.party is not act.party:
        raise Refusal(Text("The other party proposed this. Agree to it, or refuse it with a reason."))
    request.status, request.answered_at, request.answered_by_id = (
        RequestStatus.TAKEN_BACK, at, actor.person_id,
    )  # fmt: skip
    _count_up(session, issue, act)
    tell(session, issue, act.stay, actor=actor, at=at, verb="issue.request_taken_back", before=act.before)


def resume(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    issue: Issue,
    version: int | None = None,
    seen: int | None = None,
) -> None:
    """Either party takes the issue up again before the pause is over."""
    act = begin(session, issue, Verb.RESUME, actor=actor, at=at, version=version, seen=seen)
    if issue.going is not Going.PAUSED:
        return
    turn_to(
        session, issue, act.stay, began=at, party=issue.awaited, going=Going.RUNNING, by_id=actor.person_id
    )
    tell(session, issue, act.stay, actor=actor, at=at, verb="issue.resumed", before=act.before)


def _pause(
    session: Session, issue: Issue, act: Act, request: IssueRequest, *, actor: Principal, at: datetime
) -> None:
    until = request.until_at
    if until is None or until <= at:
        raise Refusal(Text("The day until which the pause was proposed has come. Propose a later one."))
    turn_to(
        session, issue, act.stay, began=at, party=issue.awaited, going=Going.PAUSED, until=until,
        by_id=actor.person_id, note=request.reason,
    )  # fmt: skip
    tell(
        session, issue, act.stay, actor=actor, at=at, verb="issue.paused", before=act.before,
        reason=request.reason, until=until.isoformat(),
    )  # fmt: skip


def _jump(
    session: Session, issue: Issue, act: Act, request: IssueRequest, *, actor: Principal, at: datetime
) -> None:
    level = Level(request.to_level or issue.level)
    skipped = [int(one) for one in Level if issue.level < one < level]
    leave(session, issue, act.stay, left=at, outcome=Outcome.JUMPED)
    stay = enter(
        session,
        issue,
        ladder_of(session, act.relationship),
        level=level,
        entered=at,
        came=Came.JUMPED,
        party=issue.awaited,
        number=act.stay.number + 1,
        at=at,
        reason=request.reason,
    )
    tell(
        session, issue, stay, actor=actor, at=at, verb="issue.jumped", before=act.before,
        reason=request.reason, skipped=skipped,
    )  # fmt: skip


def _propose(
    session: Session,
    issue: Issue,
    act: Act,
    kind: RequestKind,
    *,
    actor: Principal,
    at: datetime,
    reason: str,
) -> IssueRequest:
    made = IssueRequest(
        issue_id=issue.id, kind=kind, party=act.party, asked_by_id=actor.person_id, asked_at=at, reason=reason
    )
    session.add(made)
    _count_up(session, issue, act)
    return made


def _count_up(session: Session, issue: Issue, act: Act) -> None:
    """The issue's version moves although only rows around it changed."""
    flag_modified(issue, "title")
    retime(session, issue, act.stay)


def _nothing_open(session: Session, issue: Issue) -> None:
    if open_request(session, issue.id) is not None:
        raise Refusal(
            Text("Something is proposed already and waits for its answer. Take it back to propose anew.")
        )
