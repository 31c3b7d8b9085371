"""What the system manager chooses for Slack: whose partners are reached, and what stays out of previews."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed
from auditapp.kit.text import Text
from auditapp.people.model import Setting
from auditapp.people.queries import relationship_names
from auditapp.people.rules import Capability, Principal
from auditapp.reminders.rules import Kind
from auditapp.trail.service import record
from bots.slack.identity.queries import PARTNERS, PRIVATE, partner_relationships, private_kinds


def choose_partners(
    session: Session, *, actor: Principal, at: datetime, relationship_ids: Iterable[UUID]
) -> None:
    """From now on only the partner contacts of these relationships are reached, and may answer, by Slack."""
    wanted = set(relationship_ids)
    known = {row[0] for row in relationship_names(session, wanted)} if wanted else set()
    if wanted - known:
        raise Invalid(
            Text("One of these relationships is not there any more. Choose again."), field="partners"
        )
    before = sorted(str(one) for one in partner_relationships(session))
    _choose(
        session, PARTNERS, before, sorted(map(str, wanted)), verb="slack.partners_chosen", actor=actor, at=at
    )


def choose_private(session: Session, *, actor: Principal, at: datetime, kinds: Iterable[str]) -> None:
    """From now on the titles of these kinds stay out of previews: numbers only."""
    wanted = set(kinds)
    if wanted - set(Kind):
        raise Invalid(Text("One of these kinds is not known. Choose again."), field="private")
    _choose(
        session, PRIVATE, sorted(private_kinds(session)), sorted(wanted), verb="slack.private_chosen", actor=actor, at=at
    )  # fmt: skip


def _choose(
    session: Session,
    key: str,
    before: list[str],
    after: list[str],
    *,
    verb: str,
    actor: Principal,
    at: datetime,
) -> None:
    if not actor.can(Capability.MANAGE_SETTINGS):
        raise NotAllowed(Text("Only the system manager chooses this."))
    if before == after:
        return
    kept = session.get(Setting, key)
    if kept is None:
        session.add(Setting(key=key, value=after))
    else:
        kept.value = after
    record(
        session, actor_id=actor.person_id, at=at, verb=verb, thing_kind="slack_setting", thing_id=key,
        thing_ref=key, before=before, after=after,
    )  # fmt: skip
