"""Who records what a check of the extent found, and when. Pure."""

from auditapp.findings.rules.nonconformity import AT_WORK, PART_LABELS, STATUS_LABELS, NcStatus
from auditapp.findings.rules.parts import Part
from auditapp.kit.errors import NotAllowed, Refusal
from auditapp.kit.text import Text

MOST_CHECKS = 100  # of one round
# From the analysis until the work is verified: the verifier takes nothing while a check is open.
RECORDABLE = AT_WORK - {NcStatus.CONTAINMENT, NcStatus.EFFECTIVENESS}
# Besides the person who is asked to check.
WHO_RECORDS = frozenset({Part.RESPONSIBLE, Part.DEPUTY, Part.MANAGER})


def may_record(status: NcStatus, parts: frozenset[Part], *, checker: bool) -> bool:
    """Whether somebody with these parts may record a result now."""
    return status in RECORDABLE and Part.READER in parts and (checker or bool(WHO_RECORDS & parts))


def require_may_record(status: NcStatus, parts: frozenset[Part], *, checker: bool) -> None:
    """Raises NotAllowed saying who may, or Refusal saying that it is not the time."""
    if Part.READER not in parts or not (checker or WHO_RECORDS & parts):
        raise NotAllowed(
            Text(
                "This is not yours to do here. It is done by whoever was asked to check, or by: %(who)s.",
                who=", ".join(str(PART_LABELS[part]) for part in sorted(WHO_RECORDS)),
            )
        )
    if status not in RECORDABLE:
        raise Refusal(
            Text(
                "Nothing can be recorded about the extent while the nonconformity is “%(status)s”.",
                status=STATUS_LABELS[status],
            )
        )
