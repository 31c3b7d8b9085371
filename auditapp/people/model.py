"""Tables of people: who they are, how they sign in, what they may do, what they are trained for."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, Json, UTCDateTime, enum_of
from auditapp.people.rules import Role


class Organization(Base):
    """The organization that runs the system. There is exactly one row, made by the set-up page or the demo."""

    __tablename__ = "organization"
    __table_args__ = (sa.CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    name: Mapped[str] = mapped_column(sa.String(200))
    zone: Mapped[str] = mapped_column(sa.String(60))
    locale: Mapped[str] = mapped_column(sa.String(12), default="en")
    country: Mapped[str] = mapped_column(sa.String(2), default="GB")  # ISO 3166-1, for holidays
    subdivision: Mapped[str] = mapped_column(sa.String(12), default="")
    demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}


class SetupCode(Base):
    """The one-time code that guards the set-up page of an empty installation. One row; only its digest."""

    __tablename__ = "setup_code"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    digest: Mapped[str] = mapped_column(sa.String(64))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Person(Base):
    """Somebody the system knows, with or without an account; a partner's contact has ``partner_id``."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    name: Mapped[str] = mapped_column(sa.String(200), index=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)  # lower case
    job_title: Mapped[str] = mapped_column(sa.String(200), default="")
    zone: Mapped[str] = mapped_column(sa.String(60), default="Europe/London")
    locale: Mapped[str] = mapped_column(sa.String(12), default="en")
    partner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(init=False, default=1)
    account: Mapped["Account | None"] = relationship(init=False, back_populates="person", lazy="raise")
    __mapper_args__ = {"version_id_col": version}


class Account(Base):
    """How a person signs in."""

    __tablename__ = "account"

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    password_hash: Mapped[str] = mapped_column(sa.String(200), default="")  # argon2id; empty: not set yet
    password_changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    theme: Mapped[str] = mapped_column(sa.String(8), default="auto")  # auto, light, dark
    person: Mapped[Person] = relationship(init=False, back_populates="account", lazy="raise")


class SignIn(Base):
    """One signed-in browser. The cookie holds the secret, the row its digest; ending the row ends the sign-in."""

    __tablename__ = "sign_in"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)
    address: Mapped[str] = mapped_column(sa.String(60), default="")
    agent: Mapped[str] = mapped_column(sa.String(300), default="")


class SignInAttempt(Base):
    """A failed check of a credential, for throttling. ``key`` is a digest of the account or the address."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (sa.Index("ix_sign_in_attempt_key_at", "key", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    key: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class PasswordLink(Base):
    """A one-time link to set a password; only the digest of its secret is kept."""

    __tablename__ = "password_link"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime, default=None)


class RoleGrant(Base):
    """A role a person holds: for one relationship, or for all when ``relationship_id`` is empty."""

    __tablename__ = "role_grant"
    __table_args__ = (
        sa.Index(
            "uq_role_grant_all",
            "person_id",
            "role",
            unique=True,
            sqlite_where=sa.text("relationship_id IS NULL"),
            postgresql_where=sa.text("relationship_id IS NULL"),
        ),
        sa.UniqueConstraint("person_id", "role", "relationship_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(enum_of(Role))
    relationship_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("relationship.id"), default=None)
    granted_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ProcessResponsibility(Base):
    """A person answers for a stage or process of the system and so may not audit it (ISO 19011 4 e)."""

    __tablename__ = "process_responsibility"

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    stage: Mapped[str] = mapped_column(sa.String(40), primary_key=True)  # a stage slug or management_system


class Training(Base):
    """A course taken. Evidence of competence (ISO 19011 7.2)."""

    __tablename__ = "training"
    __table_args__ = (sa.Index("ix_training_expires_on", "expires_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    course: Mapped[str] = mapped_column(sa.String(200))
    taken_on: Mapped[date]
    expires_on: Mapped[date | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(sa.Text, default="")


class Competence(Base):
    """A person may audit against a checklist library, until a day. ``library_key``: such as ``iso44001-2017``."""

    __tablename__ = "competence"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "library_key"),
        sa.Index("ix_competence_expires_on", "expires_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    library_key: Mapped[str] = mapped_column(sa.String(80))
    since: Mapped[date]
    expires_on: Mapped[date | None] = mapped_column(default=None)
    basis: Mapped[str] = mapped_column(sa.Text, default="")  # which training or experience it rests on


class Counter(Base):
    """The last number given out per series (``IA-2026``); taken under the write lock, so without gaps."""

    __tablename__ = "counter"

    series: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    last: Mapped[int]


class Setting(Base):
    """Choices made in the site by key; a JSON value each."""

    __tablename__ = "site_setting"

    key: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    value: Mapped[object] = mapped_column(Json)
