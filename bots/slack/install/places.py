"""Channels in which the things of a relationship, or of an audit programme, are told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import Programme
from auditapp.kit.errors import Invalid, NotAllowed, NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.kit.text import Text
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.model import Relationship
from auditapp.trail.service import record
from bots.slack.faults import FaultSort
from bots.slack.model import SlackPlace, SlackTeam
from bots.slack.web import Api, SlackError, Team

MOST_PAGES = 10  # of a thousand channels each
LONGEST_NAME = 120
NOT_THERE = Text(
    "No channel like that is to be seen. A private one must invite the app first: write /invite in it, and choose the app."
)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A channel as Slack shows it. ``external``: people of other organizations read it."""

    id: str
    name: str
    external: bool


def find_channel(api: Api, team: Team, wanted: str) -> Found:
    """A channel by its id, its link or its name, joined if it is public. Calls Slack. Raises Invalid, SlackError."""
    wanted = wanted.strip().rstrip("/").rsplit("/", 1)[-1].removeprefix("#").strip()
    channel = _by_id(api, team, wanted) if _is_id(wanted) else _by_name(api, team, wanted.lower())
    if channel is None or channel.get("is_im") or channel.get("is_mpim"):
        raise Invalid(NOT_THERE, field="channel")
    if channel.get("is_archived"):
        raise Invalid(
            Text("This channel is archived. Choose another, or bring it back in Slack."), field="channel"
        )
    if not channel.get("is_member"):
        if channel.get("is_private"):
            raise Invalid(NOT_THERE, field="channel")
        api.call(team, "conversations.join", channel=channel["id"])
    return Found(
        id=str(channel["id"]),
        name=str(channel.get("name") or channel["id"])[:LONGEST_NAME],
        external=bool(channel.get("is_ext_shared") or channel.get("is_pending_ext_shared")),
    )


def _is_id(wanted: str) -> bool:
    return len(wanted) > 8 and wanted[0] in "CG" and wanted.isalnum() and wanted == wanted.upper()  # noqa: PLR2004 - Slack's ids have nine and more


def _by_id(api: Api, team: Team, channel_id: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = api.call(team, "conversations.info", channel=channel_id)["channel"]
    except SlackError as error:
        if error.sort is FaultSort.RESOLVE:
            return None
        raise
    return found


def _by_name(api: Api, team: Team, name: str) -> dict[str, Any] | None:
    return next((one for one in _channels(api, team) if str(one.get("name", "")).lower() == name), None)


def _channels(api: Api, team: Team) -> Iterator[dict[str, Any]]:
    cursor = ""
    for _page in range(MOST_PAGES):
        answer = api.call(
            team,
            "conversations.list",
            exclude_archived=True,
            types="public_channel,private_channel",
            **{"limit": 1000, **({"cursor": cursor} if cursor else {})},  # type: ignore[arg-type] # no timeout among them
        )
        yield from answer["channels"]
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return


def add_place(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    slack_team_id: UUID,
    found: Found,
    relationship_id: UUID | None,
    programme_id: UUID | None,
    partners_allowed: bool,
) -> UUID:
    """What concerns a relationship, or a programme, is told in this channel from now on. Raises Invalid.

    A channel that other organizations read is taken only for a relationship whose partners may be reached by Slack.
    """
    _must_manage(actor)
    if (relationship_id is None) == (programme_id is None):
        raise Invalid(Text("Choose a relationship or a programme."), field="subject")
    wanted = (
        session.get(Relationship, relationship_id)
        if relationship_id
        else session.get(Programme, programme_id)
    )
    if wanted is None:
        raise Invalid(Text("This is not there any more. Choose again."), field="subject")
    if found.external and not partners_allowed:
        raise Invalid(
            Text(
                "People of other organizations read this channel. Allow Slack for this relationship's partners first."
            ),
            field="channel",
        )
    place = session.scalar(
        sa.select(SlackPlace).where(
            SlackPlace.slack_team_id == slack_team_id,
            SlackPlace.channel_id == found.id,
            SlackPlace.relationship_id == relationship_id
            if relationship_id
            else SlackPlace.relationship_id.is_(None),
            SlackPlace.programme_id == programme_id if programme_id else SlackPlace.programme_id.is_(None),
        )
    )
    if place is not None and place.ended_at is None:
        raise Invalid(Text("It is told in this channel already."), field="channel")
    if place is None:
        place = SlackPlace(
            slack_team_id=slack_team_id, channel_id=found.id, name=found.name, set_by_id=actor.person_id, set_at=at,
            relationship_id=relationship_id, programme_id=programme_id, external=found.external,
        )  # fmt: skip
        session.add(place)
    place.name, place.external, place.ended_at, place.reason = found.name, found.external, None, ""
    place.set_by_id, place.set_at = actor.person_id, at
    session.flush()
    _record(session, place, verb="slack.place_added", actor_id=actor.person_id, at=at)
    return place.id


def end_place(session: Session, *, actor: Principal, at: datetime, place_id: UUID) -> None:
    """Nothing is told there any more. One that has ended stays so."""
    _must_manage(actor)
    place = session.get(SlackPlace, place_id, populate_existing=True)
    if place is None:
        raise NotFound
    if place.ended_at is None:
        place.ended_at = at
        _record(session, place, verb="slack.place_ended", actor_id=actor.person_id, at=at)


def lost_place(session: Session, *, at: datetime, slack_team_id: UUID, channel_id: str, reason: str) -> int:
    """Slack says that nothing can be written there any more (archived, the app thrown out). Gives how many ended."""
    rows = session.scalars(
        sa.select(SlackPlace).where(
            SlackPlace.slack_team_id == slack_team_id,
            SlackPlace.channel_id == channel_id,
            SlackPlace.ended_at.is_(None),
        )
    ).all()
    for place in rows:
        place.ended_at, place.reason = at, reason[:200]
        _record(session, place, verb="slack.place_ended", actor_id=None, at=at)
    return len(rows)


def renamed_place(session: Session, *, slack_team_id: UUID, channel_id: str, name: str) -> None:
    """A channel is called otherwise now (``channel_rename``)."""
    for place in session.scalars(
        sa.select(SlackPlace).where(
            SlackPlace.slack_team_id == slack_team_id, SlackPlace.channel_id == channel_id
        )
    ):
        place.name = name[:LONGEST_NAME]


def places_page(session: Session, *, page: int) -> Page[Any]:
    """Rows of (place, workspace, relationship's number, its name, programme's number, its title); those that run first."""
    query = (
        sa.select(
            SlackPlace, SlackTeam.name, Relationship.ref, Relationship.name, Programme.ref, Programme.title
        )
        .join(SlackTeam, SlackTeam.id == SlackPlace.slack_team_id)
        .outerjoin(Relationship, Relationship.id == SlackPlace.relationship_id)
        .outerjoin(Programme, Programme.id == SlackPlace.programme_id)
        .order_by(SlackPlace.ended_at.is_not(None), SlackPlace.name, SlackPlace.id)
    )
    return paginate(session, query, page=page, scalars=False)


def programmes(session: Session) -> list[tuple[UUID, str, str]]:
    """(id, number, title) of the programmes that run, the newest first."""
    rows = session.execute(
        sa.select(Programme.id, Programme.ref, Programme.title)
        .where(Programme.closed_at.is_(None))
        .order_by(Programme.starts_on.desc(), Programme.ref)
        .limit(200)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _must_manage(actor: Principal) -> None:
    if not actor.can(Capability.MANAGE_SETTINGS):
        raise NotAllowed(Text("Only the system manager chooses channels."))


def _record(session: Session, place: SlackPlace, *, verb: str, actor_id: UUID | None, at: datetime) -> None:
    record(
        session, actor_id=actor_id, at=at, verb=verb, thing_kind="slack_place", thing_id=place.id,
        thing_ref=f"#{place.name}", context_id=place.relationship_id,
        after={"channel_id": place.channel_id, "reason": place.reason},
    )  # fmt: skip
