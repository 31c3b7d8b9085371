"""A check is closed and worked out, or called off; what the parties made of it is noted."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, Refusal, Stale
from auditapp.kit.text import Text
from auditapp.people.queries import today_of
from auditapp.people.rules import Principal
from auditapp.relationships.health.model import HealthCheck
from auditapp.relationships.health.queries import (
    all_answers,
    closed_checks,
    invites_of,
    parties_of,
    party_key,
    questions_of,
    results_of,
)
from auditapp.relationships.health.rules.life import CheckVerb
from auditapp.relationships.health.rules.results import results, to_data, trend
from auditapp.relationships.health.service.base import KEY, move, must_say, tell
from auditapp.relationships.obligations import service as obligations
from auditapp.relationships.obligations.queries import open_one
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.rules import Sharing
from auditapp.relationships.service import must_manage


def close(
    session: Session, *, actor: Principal, at: datetime, check: HealthCheck, sharing: Sharing
) -> HealthCheck:
    """Close a check and work it out. The obligation is done; the next one is counted from the day intended.

    The results are kept as they are, so that a later change of people or questions changes none of them.
    """
    must_manage(actor, check.relationship_id)
    place = relationship_of(session, actor, check.relationship_id)
    answers = all_answers(session, check.id)
    earlier = closed_checks(session, None, check.relationship_id)
    invited = {party_key(one.invite.party_id) for one in invites_of(session, check)}
    move(check, CheckVerb.CLOSE)  # after all reading: what is read next would write it, half closed
    if not any(one.score is not None for one in answers):
        raise Refusal(Text("Nobody has answered yet. Give more time, or call it off with a reason."))
    before = results_of(earlier[-1]) if earlier else None
    found = results(
        questions_of(check),
        answers,
        parties=[one for one in parties_of(place) if one in invited],
        desired=check.desired,
        minimum=check.minimum,
        before=before,
    )
    check.results, check.overall, check.trend = to_data(found), found.overall, trend(found, before)
    check.closed_at, check.closed_by_id, check.sharing = at, actor.person_id, sharing
    today = today_of(session, at)
    if open_one(session, KEY, place.id) is None:
        obligations.begin(
            session, at=at, key=KEY, subject=place.id, anchor_on=today, first_on=today, relationship_id=place.id,
            thing_kind="relationship", thing_ref=place.ref, title=place.name,
        )  # fmt: skip
    obligations.done(session, actor=actor, at=at, key=KEY, subject=place.id, on=today, note=check.ref)
    session.flush()
    tell(
        session, check, actor=actor, at=at, verb="health.closed",
        after={"overall": found.overall.value, "people": dict(found.people), "sharing": sharing.value},
    )  # fmt: skip
    return check


def call_off(
    session: Session, *, actor: Principal, at: datetime, check: HealthCheck, reason: str
) -> HealthCheck:
    """Give a check up. Its answers are shown to nobody; what was due is still due."""
    must_manage(actor, check.relationship_id)
    reason = must_say(reason, "reason", Text("Say why it is called off. The reason stays on record."))
    move(check, CheckVerb.CALL_OFF)
    check.reason, check.closed_at, check.closed_by_id = reason, at, actor.person_id
    session.flush()
    tell(session, check, actor=actor, at=at, verb="health.called_off", after={"reason": reason})
    return check


def follow_up(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    check: HealthCheck,
    version: int,
    workshop_on: date | None,
    workshop: str,
    workshop_sharing: Sharing,
    sharing: Sharing,
) -> HealthCheck:
    """Note what the parties made of the results, and who reads them."""
    must_manage(actor, check.relationship_id)
    move(check, CheckVerb.FOLLOW_UP)
    if check.version != version:
        raise Stale(
            Text(
                "Somebody else changed this health check since you opened it. Look at it again, then change it."
            )
        )
    if workshop_on is not None and workshop_on > today_of(session, at):
        raise Invalid(
            Text("This day has not come yet. Note the workshop when it was held."), field="workshop_on"
        )
    if workshop_sharing is Sharing.SHARED and sharing is not Sharing.SHARED:
        raise Invalid(
            Text("The outcome cannot be shared while the results are not. Share both, or neither."),
            field="workshop_sharing",
        )
    now = (workshop_on, workshop.strip(), workshop_sharing, sharing)
    if (check.workshop_on, check.workshop, check.workshop_sharing, check.sharing) == now:
        return check
    before = {"sharing": check.sharing.value}
    check.workshop_on, check.workshop, check.workshop_sharing, check.sharing = now
    session.flush()
    tell(
        session, check, actor=actor, at=at, verb="health.followed_up", before=before,
        after={"workshop_on": workshop_on.isoformat() if workshop_on else None, "sharing": sharing.value},
    )  # fmt: skip
    return check
