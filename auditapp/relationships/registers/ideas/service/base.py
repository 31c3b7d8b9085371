"""What the verbs of an idea share."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid
from auditapp.kit.states import step
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.registers.ideas.model import Idea, IdeaDecision
from auditapp.relationships.registers.ideas.queries import deciding
from auditapp.relationships.registers.ideas.rules import (
    NO_STEP,
    STEPS,
    IdeaState,
    outcome,
)
from auditapp.relationships.registers.rules import keeps

REVIEW = "value_review"


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What something is worth: an amount in hundredths of a unit, or words, or both. Nothing: not said."""

    amount: int | None = None
    unit: str = ""
    words: str = ""

    @property
    def said(self) -> bool:
        """Whether it says anything."""
        return self.amount is not None or bool(self.words.strip())


def may_decide(actor: Principal, idea: Idea) -> bool:
    """Whether somebody decides for their party: any contact of a partner; of ours who keeps the relationship."""
    return actor.partner_id is not None or keeps(actor, idea.relationship_id)


def may_carry_out(actor: Principal, idea: Idea) -> bool:
    """Whether somebody may say how it goes: its owner, on either side, and who keeps the relationship."""
    return actor.person_id == idea.owner_id or keeps(actor, idea.relationship_id)


def worth_fits(worth: Worth, *, needed: bool) -> None:
    """Refuse an amount without a unit, and (``needed``) what says nothing."""
    if needed and not worth.said:
        raise Invalid(Text("Give an amount, or say in words what it was worth."), field="amount")
    if worth.amount is not None and not worth.unit.strip():
        raise Invalid(Text("Say of what: a currency such as GBP, or a unit such as hours."), field="unit")


def unit(worth: Worth) -> str:
    """Currencies in capitals, so that their sums meet."""
    unit = worth.unit.strip()[:20] if worth.amount is not None else ""
    return unit.upper() if len(unit) == 3 and unit.isalpha() else unit  # noqa: PLR2004 - ISO 4217


DECIDED = (IdeaState.PROPOSED, IdeaState.LATER, IdeaState.ACCEPTED, IdeaState.DECLINED)


def settle(session: Session, idea: Idea) -> None:
    """Bring the state in line with what the parties decided."""
    verdicts = {
        row[0]: row[1]
        for row in session.execute(
            sa.select(IdeaDecision.party_id, IdeaDecision.verdict).where(
                IdeaDecision.idea_id == idea.id, IdeaDecision.holds
            )
        )
    }
    idea.state = step(STEPS, idea.state, outcome(deciding(session, idea), verdicts), NO_STEP)
