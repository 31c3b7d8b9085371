"""The columns of the board, in the order of a nonconformity's life. Pure."""

from dataclasses import dataclass

from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.text import Text


@dataclass(frozen=True, kw_only=True)
class Lane:
    """A column: what it is called and which statuses stand in it."""

    key: str
    label: Text
    statuses: tuple[NcStatus, ...]


S = NcStatus
LANES = (
    Lane(key="new", label=Text("New"), statuses=(S.DRAFT, S.ISSUED, S.DISPUTED)),
    Lane(key="containment", label=Text("Correction and containment"), statuses=(S.CONTAINMENT,)),
    Lane(key="cause", label=Text("Cause and extent"), statuses=(S.CAUSE,)),
    Lane(key="plan", label=Text("Action plan"), statuses=(S.PLANNING, S.PLAN_SUBMITTED, S.PLAN_RETURNED)),
    Lane(key="implementing", label=Text("Implementing"), statuses=(S.IMPLEMENTING,)),
    Lane(key="verification", label=Text("Verification"), statuses=(S.VERIFICATION,)),
    Lane(key="effectiveness", label=Text("Effectiveness check"), statuses=(S.EFFECTIVENESS,)),
)
CLOSED = Lane(key="closed", label=Text("Closed"), statuses=(S.CLOSED, S.WITHDRAWN))


def lanes(*, closed: bool) -> tuple[Lane, ...]:
    """The columns to show; what is closed only when it is asked for."""
    return (*LANES, CLOSED) if closed else LANES
