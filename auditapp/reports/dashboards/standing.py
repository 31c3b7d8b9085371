"""How the eight stages stand: by the clauses of the standard, or by the answers about some relationships."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.people.rules import Capability
from auditapp.relationships.rules import STAGES
from auditapp.reports.dashboards.queries import answers_of, spokes_by_answers, spokes_of
from auditapp.reports.dashboards.rules import Spoke
from auditapp.reports.figures.rules import Asked
from auditapp.reports.readiness.queries.picture import Picture, picture_of


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The stages in their order. ``seen``: the picture of the standard, when its clauses are what is counted."""

    spokes: tuple[Spoke, ...]
    seen: Picture | None = None

    @property
    def unseen_too(self) -> bool:
        """Whether it is known how much nobody has looked at."""
        return self.seen is not None

    @property
    def known(self) -> bool:
        """Whether anything was looked at."""
        return any(one.looked for one in self.spokes)


def standing_by_stage(session: Session, asked: Asked) -> Standing:
    """The usual standard for whoever may see all audits; narrowed to relationships, the latest answers about them.

    Eighteen statements at most.
    """
    if asked.refs is not None or not asked.principal.can(Capability.VIEW_AUDITS):
        return Standing(spokes=tuple(spokes_by_answers(answers_of(session, asked))))
    try:
        seen = picture_of(session, asked.principal, as_of=asked.at)
    except NotFound:  # no checklist of a standard is in use yet
        return Standing(spokes=tuple(Spoke(stage=one, good=0, looked=0, whole=0) for one in STAGES))
    return Standing(spokes=tuple(spokes_of(seen)), seen=seen)
