"""What is due is found by its day: indexes of what is open, so that a scan never reads what is due later or settled."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_index(
        "ix_obligation_open_due",
        "obligation",
        ["key", "due_on"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_nonconformity_reply_due",
        "nonconformity",
        ["reply_due_on"],
        unique=False,
        sqlite_where=sa.text("replied_on IS NULL AND reply_due_on IS NOT NULL"),
        postgresql_where=sa.text("replied_on IS NULL AND reply_due_on IS NOT NULL"),
    )
    op.create_index(
        "ix_nonconformity_close_due",
        "nonconformity",
        ["close_due_on"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND close_due_on IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND close_due_on IS NOT NULL"),
    )
    op.create_index(
        "ix_nonconformity_extent_open_due",
        "nonconformity_extent",
        ["due_on"],
        unique=False,
        sqlite_where=sa.text("result = 'open'"),
        postgresql_where=sa.text("result = 'open'"),
    )
    op.create_index(
        "ix_joint_action_open_due",
        "joint_action",
        ["due_on"],
        unique=False,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "ix_risk_open_due",
        "risk",
        ["due_on"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_risk_open_review",
        "risk",
        ["next_review_on"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_exit_step_open_due",
        "exit_step",
        ["due_on"],
        unique=False,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "ix_behaviour_development_open_due",
        "behaviour_development",
        ["due_on"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_induction_open_due",
        "induction",
        ["due_on"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_training_expires_on",
        "training",
        ["expires_on"],
        unique=False,
    )
    op.create_index(
        "ix_competence_expires_on",
        "competence",
        ["expires_on"],
        unique=False,
    )
    op.create_index(
        "ix_communication_next_on",
        "communication",
        ["next_on"],
        unique=False,
    )
    op.create_index(
        "ix_relationship_meeting_planned",
        "relationship_meeting",
        ["starts_at"],
        unique=False,
        sqlite_where=sa.text("status = 'planned'"),
        postgresql_where=sa.text("status = 'planned'"),
    )
    op.create_index(
        "ix_health_check_open_closes",
        "health_check",
        ["closes_on"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_objective_agreed_target",
        "objective",
        ["target_on"],
        unique=False,
        sqlite_where=sa.text("state = 'agreed'"),
        postgresql_where=sa.text("state = 'agreed'"),
    )
    op.create_index(
        "ix_idea_target_on",
        "idea",
        ["target_on"],
        unique=False,
    )
    op.create_index(
        "ix_certificate_visit_planned",
        "certificate_visit",
        ["planned_from"],
        unique=False,
        sqlite_where=sa.text("held_from IS NULL AND cancelled_on IS NULL"),
        postgresql_where=sa.text("held_from IS NULL AND cancelled_on IS NULL"),
    )
    op.create_index(
        "ix_relationship_break_point_on_day",
        "relationship_break_point",
        ["on_day"],
        unique=False,
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_relationship_break_point_on_day", table_name="relationship_break_point")
    op.drop_index("ix_certificate_visit_planned", table_name="certificate_visit")
    op.drop_index("ix_idea_target_on", table_name="idea")
    op.drop_index("ix_objective_agreed_target", table_name="objective")
    op.drop_index("ix_health_check_open_closes", table_name="health_check")
    op.drop_index("ix_relationship_meeting_planned", table_name="relationship_meeting")
    op.drop_index("ix_communication_next_on", table_name="communication")
    op.drop_index("ix_competence_expires_on", table_name="competence")
    op.drop_index("ix_training_expires_on", table_name="training")
    op.drop_index("ix_induction_open_due", table_name="induction")
    op.drop_index("ix_behaviour_development_open_due", table_name="behaviour_development")
    op.drop_index("ix_exit_step_open_due", table_name="exit_step")
    op.drop_index("ix_risk_open_review", table_name="risk")
    op.drop_index("ix_risk_open_due", table_name="risk")
    op.drop_index("ix_joint_action_open_due", table_name="joint_action")
    op.drop_index("ix_nonconformity_extent_open_due", table_name="nonconformity_extent")
    op.drop_index("ix_nonconformity_close_due", table_name="nonconformity")
    op.drop_index("ix_nonconformity_reply_due", table_name="nonconformity")
    op.drop_index("ix_obligation_open_due", table_name="obligation")
