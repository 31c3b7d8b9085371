"""A nonconformity as one person stands before it: what is read about it, each at most once."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.findings.actions.queries import possible_owners
from auditapp.findings.causes.queries import Place, causes_of, extent_of
from auditapp.findings.causes.rules import may_record
from auditapp.findings.life.queries import ActionLine, Standing, actions_of, standing_of
from auditapp.findings.life.service import missing_for_plan, require_done
from auditapp.findings.model import Cause, Nonconformity
from auditapp.findings.queries import visible_nonconformities
from auditapp.findings.rules.nonconformity import ExtentResult
from auditapp.findings.verification.queries import gate_of
from auditapp.findings.verification.rules import Gate
from auditapp.kit.errors import NotFound
from auditapp.kit.text import Text
from auditapp.people.model import Organization
from auditapp.people.queries import organization
from auditapp.people.rules import Principal
from bots.deeds.case import owners
from bots.deeds.ground import Call, allowed
from bots.deeds.rules import Done, Option


@dataclass
class NcCase:
    """A nonconformity, and whoever looks at it."""

    session: Session
    who: Principal
    at: datetime
    nc: Nonconformity
    house: (
        Organization | None
    )  # held so that it is read once: its zone and its working days are asked for often

    @cached_property
    def standing(self) -> Standing:
        """How it stands for this person."""
        return standing_of(self.session, self.who, self.nc, self.at)

    @cached_property
    def causes(self) -> list[Cause]:
        """The causes of the present round."""
        return causes_of(self.session, self.nc, round_=self.nc.round)

    @cached_property
    def places(self) -> list[Place]:
        """The checks of the extent of the present round."""
        return extent_of(self.session, self.nc, round_=self.nc.round)

    @property
    def recordable(self) -> list[Place]:
        """The checks that this person may record a result of now, open ones first, their own before those."""
        found = [
            one
            for one in self.places
            if may_record(
                self.nc.status,
                self.standing.parts,
                checker=one.check.checker_id == self.who.person_id,
            )
        ]
        return sorted(
            found,
            key=lambda one: (
                one.check.result is not ExtentResult.OPEN,
                one.check.checker_id != self.who.person_id,
            ),
        )

    @cached_property
    def actions(self) -> list[ActionLine]:
        """Its actions, in order."""
        return actions_of(self.session, self.nc)

    @cached_property
    def plan_missing(self) -> list[Text]:
        """What its plan still needs."""
        return missing_for_plan(self.session, self.nc)

    @cached_property
    def work_done(self) -> bool:
        """Whether the work can be submitted."""
        return allowed(require_done, self.session, self.nc)

    @cached_property
    def gate(self) -> Gate:
        """What stands in the way of verified work, and of closing."""
        return gate_of(self.session, self.nc)

    def owners(self) -> list[Option]:
        """Who could own an action of it."""
        return owners(possible_owners(self.session, self.nc, self.who))


NcCall = Call[NcCase]


def case_of(session: Session, who: Principal, nc_id: UUID, at: datetime) -> NcCase:
    """The nonconformity, if the person may know of it. Raises NotFound."""
    nc: Nonconformity | None = session.scalar(visible_nonconformities(who).where(Nonconformity.id == nc_id))
    if nc is None:
        raise NotFound
    return NcCase(session=session, who=who, at=at, nc=nc, house=organization(session))


def common(call: NcCall) -> dict[str, Any]:
    """What every verb of a nonconformity takes."""
    return {**call.common, "nc": call.found.nc, "version": call.version}


def done(call: NcCall, what: Text, *, then: tuple[str, str] | None = None) -> Done:
    """What happened, and whose turn it is after it."""
    call.session.flush()
    turn = standing_of(call.session, call.who, call.found.nc, call.at).turn.sentence
    return Done(said=Text("%(done)s %(turn)s", done=what, turn=turn), then=then)
