"""Tables of Slack: workspaces, accounts, what was posted, what came in, what is still to be done, how fast it may go."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, Json, UTCDateTime, enum_of


class TeamState(StrEnum):
    """How an installation stands."""

    ACTIVE = "active"
    DEAD = "dead"  # its token does not work, or a scope is missing: somebody has to look
    UNINSTALLED = "uninstalled"


class Standing(StrEnum):
    """How an account in Slack belongs to a person. Only LINKED may act; SUGGESTED and MAPPED may receive."""

    UNMATCHED = "unmatched"  # nobody of ours
    SUGGESTED = "suggested"  # the same mail address
    MAPPED = "mapped"  # the system manager says so
    LINKED = "linked"  # the person confirmed it while signed in to the site
    REFUSED = "refused"  # the person took the link back: neither receives nor is suggested again


class Sort(StrEnum):
    """What sort of account Slack says it is."""

    MEMBER = "member"
    GUEST = "guest"
    EXTERNAL = "external"  # of another organization, through Slack Connect
    BOT = "bot"
    GONE = "gone"  # deactivated


class PostKind(StrEnum):
    """What was posted."""

    CARD = "card"  # one living card per thing and person
    NUDGE = "nudge"  # a reply below a card
    DIGEST = "digest"  # several things in one message
    PLACE = "place"  # in the channel of a relationship or a programme


class WorkState(StrEnum):
    """Where a job that came out of Slack stands."""

    WAITING = "waiting"
    DOING = "doing"
    DONE = "done"
    FAILED = "failed"  # the person was told in words


class SlackTeam(Base):
    """An installation: one workspace, or a whole organization (``team_id`` is empty then). Tokens are encrypted."""

    __tablename__ = "slack_team"
    __table_args__ = (sa.UniqueConstraint("enterprise_id", "team_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    team_id: Mapped[str] = mapped_column(sa.String(24))
    enterprise_id: Mapped[str] = mapped_column(sa.String(24))
    name: Mapped[str] = mapped_column(sa.String(200))
    app_id: Mapped[str] = mapped_column(sa.String(24))
    bot_user_id: Mapped[str] = mapped_column(sa.String(24))
    bot_id: Mapped[str] = mapped_column(sa.String(24))
    token: Mapped[str] = mapped_column(sa.Text)  # encrypted
    installed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    scopes: Mapped[list[str]] = mapped_column(Json, default_factory=list)
    refresh_token: Mapped[str] = mapped_column(sa.Text, default="")  # encrypted; empty: the token never ends
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    installed_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    state: Mapped[TeamState] = mapped_column(enum_of(TeamState), default=TeamState.ACTIVE)
    reason: Mapped[str] = mapped_column(sa.Text, default="")  # why it is dead, as Slack says it
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    directory_at: Mapped[datetime | None] = mapped_column(
        UTCDateTime, default=None
    )  # its people were read last
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class SlackInvite(Base):
    """A one-time secret on its way: ``state`` of an installation, or a link that joins an account to a person."""

    __tablename__ = "slack_invite"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    what: Mapped[str] = mapped_column(sa.String(20))  # install, link
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    person_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    account_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("slack_account.id"), default=None)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)


class SlackAccount(Base):
    """An account in a workspace, and the person it belongs to as far as anybody knows."""

    __tablename__ = "slack_account"
    __table_args__ = (
        sa.UniqueConstraint("slack_team_id", "user_id"),
        sa.Index("ix_slack_account_person_id", "person_id"),
        sa.CheckConstraint(
            "standing NOT IN ('suggested', 'mapped', 'linked') OR person_id IS NOT NULL", name="standing_has_person"
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    slack_team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("slack_team.id"))
    team_id: Mapped[str] = mapped_column(
        sa.String(24)
    )  # the workspace, also in an organization-wide installation
    user_id: Mapped[str] = mapped_column(sa.String(24))
    checked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")  # lower case; empty where Slack hides it
    zone: Mapped[str] = mapped_column(sa.String(60), default="")
    sort: Mapped[Sort] = mapped_column(enum_of(Sort), default=Sort.MEMBER)
    standing: Mapped[Standing] = mapped_column(enum_of(Standing), default=Standing.UNMATCHED)
    person_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    settled_at: Mapped[datetime | None] = mapped_column(
        UTCDateTime, default=None
    )  # mapped, linked or refused
    settled_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    channel_id: Mapped[str] = mapped_column(sa.String(24), default="")  # of the direct messages, once opened
    closed_reason: Mapped[str] = mapped_column(
        sa.String(80), default=""
    )  # why messages do not arrive, as Slack says
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class SlackPost(Base):
    """Something that stands in Slack because we posted it. ``wanted_at``: it should be drawn anew since then.

    ``subject``: the thing of a card (``kind:id``), empty for others; one living card per thing and account.
    """

    __tablename__ = "slack_post"
    __table_args__ = (
        sa.UniqueConstraint("slack_team_id", "channel_id", "ts"),
        sa.Index(
            "uq_slack_post_card",
            "account_id",
            "subject",
            unique=True,
            sqlite_where=sa.text("kind = 'card' AND gone_at IS NULL"),
            postgresql_where=sa.text("kind = 'card' AND gone_at IS NULL"),
        ),
        sa.Index(
            "ix_slack_post_wanted",
            "wanted_at",
            sqlite_where=sa.text("wanted_at IS NOT NULL"),
            postgresql_where=sa.text("wanted_at IS NOT NULL"),
        ),
        sa.Index("ix_slack_post_message_id", "message_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    slack_team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("slack_team.id"))
    kind: Mapped[PostKind] = mapped_column(enum_of(PostKind))
    channel_id: Mapped[str] = mapped_column(sa.String(24))
    ts: Mapped[str] = mapped_column(sa.String(24))
    posted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    account_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("slack_account.id"), default=None)
    message_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("outbox_message.id"), default=None)
    thread_ts: Mapped[str] = mapped_column(sa.String(24), default="")
    subject: Mapped[str] = mapped_column(sa.String(120), default="")
    shown_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    wanted_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    held_until: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)  # a worker draws it now
    gone_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)  # it was deleted in Slack


class SlackPostThing(Base):
    """A thing that stands in a post: when it changes, the post is drawn anew. ``subject``: ``kind:id``."""

    __tablename__ = "slack_post_thing"
    __table_args__ = (sa.Index("ix_slack_post_thing_subject", "subject"),)

    post_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("slack_post.id", ondelete="CASCADE"), primary_key=True
    )
    subject: Mapped[str] = mapped_column(sa.String(120), primary_key=True)


class SlackSeen(Base):
    """Something that came in and was done: an event, a click, a form. It is done once, however often it comes."""

    __tablename__ = "slack_seen"
    __table_args__ = (sa.Index("ix_slack_seen_at", "at"),)

    key: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class SlackWork(Base):
    """Something slow that a person asked for in Slack: fetch files, then do. It survives a crash, and is done once.

    ``payload``: what was asked, with all that was typed. ``said``: how it ended, as the person was told.
    """

    __tablename__ = "slack_work"
    __table_args__ = (
        sa.Index(
            "ix_slack_work_open",
            "next_try_at",
            sqlite_where=sa.text("state IN ('waiting', 'doing')"),
            postgresql_where=sa.text("state IN ('waiting', 'doing')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("slack_account.id"))
    payload: Mapped[Any] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    next_try_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[WorkState] = mapped_column(enum_of(WorkState), default=WorkState.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    deadline_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    said: Mapped[Any] = mapped_column(Json, nullable=True, default=None)


class SlackRate(Base):
    """Until when something is to be left alone: a method of a workspace (``T1:chat.postMessage``) or a channel."""

    __tablename__ = "slack_rate"

    key: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    free_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SlackPlace(Base):
    """A channel in which the things of a relationship, or of an audit programme, are told."""

    __tablename__ = "slack_place"
    __table_args__ = (
        sa.UniqueConstraint("slack_team_id", "channel_id", "relationship_id", "programme_id"),
        sa.CheckConstraint("relationship_id IS NOT NULL OR programme_id IS NOT NULL", name="has_subject"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    slack_team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("slack_team.id"))
    channel_id: Mapped[str] = mapped_column(sa.String(24))
    name: Mapped[str] = mapped_column(sa.String(120))
    set_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    set_at: Mapped[datetime] = mapped_column(UTCDateTime)
    relationship_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("relationship.id"), default=None)
    programme_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("audit_programme.id"), default=None)
    external: Mapped[bool] = mapped_column(
        default=False
    )  # people of other organizations read it (Slack Connect)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}
