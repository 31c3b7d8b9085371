"""Tables of joint risks and opportunities."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base, UTCDateTime, enum_of
from auditapp.relationships.registers.risks.rules import RiskKind, RiskState, Scores, Treatment
from auditapp.relationships.rules import Sharing


class Risk(Base):
    """A risk or an opportunity; ``party_id`` is the partner who wrote it, empty for our own organization."""

    __tablename__ = "risk"
    __table_args__ = (
        sa.Index("ix_risk_relationship_state", "relationship_id", "state", "next_review_on"),
        sa.Index(
            "ix_risk_open_due",
            "due_on",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.Index(
            "ix_risk_open_review",
            "next_review_on",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)  # RK-2026-001
    relationship_id: Mapped[UUID] = mapped_column(sa.ForeignKey("relationship.id"))
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    written_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[RiskKind] = mapped_column(enum_of(RiskKind))
    title: Mapped[str] = mapped_column(sa.String(200))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    cause: Mapped[str] = mapped_column(sa.Text, default="")
    effect: Mapped[str] = mapped_column(sa.Text, default="")
    owner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    partner_owner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    likelihood: Mapped[int]
    impact: Mapped[int]
    residual_likelihood: Mapped[int | None] = mapped_column(default=None)
    residual_impact: Mapped[int | None] = mapped_column(default=None)
    treatment: Mapped[Treatment] = mapped_column(enum_of(Treatment))
    treatment_text: Mapped[str] = mapped_column(sa.Text, default="")
    due_on: Mapped[date | None] = mapped_column(default=None)  # of the treatment
    last_reviewed_on: Mapped[date | None] = mapped_column(default=None)
    next_review_on: Mapped[date]
    state: Mapped[RiskState] = mapped_column(enum_of(RiskState), default=RiskState.OPEN)
    state_reason: Mapped[str] = mapped_column(sa.Text, default="")
    sharing: Mapped[Sharing] = mapped_column(enum_of(Sharing), default=Sharing.INTERNAL)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(init=False, default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def scores(self) -> Scores:
        """As they stand."""
        return _scores(self)


class RiskReview(Base):
    """A look at a risk: what was said, and the scores as its party saw them then. The first is its assessment."""

    __tablename__ = "risk_review"
    __table_args__ = (sa.Index("ix_risk_review_risk", "risk_id", "reviewed_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=new_id)
    risk_id: Mapped[UUID] = mapped_column(sa.ForeignKey("risk.id"))
    party_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"), default=None)
    by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    reviewed_on: Mapped[date]
    said: Mapped[str] = mapped_column(sa.Text, default="")
    likelihood: Mapped[int]
    impact: Mapped[int]
    residual_likelihood: Mapped[int | None] = mapped_column(default=None)
    residual_impact: Mapped[int | None] = mapped_column(default=None)
    next_review_on: Mapped[date | None] = mapped_column(default=None)  # empty: a view of the other party
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    @property
    def scores(self) -> Scores:
        """As they were seen."""
        return _scores(self)


def _scores(row: "Risk | RiskReview") -> Scores:
    return Scores(
        likelihood=row.likelihood,
        impact=row.impact,
        residual_likelihood=row.residual_likelihood,
        residual_impact=row.residual_impact,
    )
