"""How long each step may take, and when the next one is due. Pure.

The organization chooses the figures (page “Deadlines”); none of them stands in a standard. Days are working days
of the organization unless a name says otherwise.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import Any

from auditapp.audits.execution.rules import Grade
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text

SETTING = "findings.policy"  # the key under which the site keeps it
WorkingDays = Callable[[date, int], date]
"""The day so many working days after a day."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Figures with the defaults we suggest."""

    issue_days: int = 5  # a draft is looked at
    acknowledge_days: int = 5
    dispute_days: int = 10  # the programme manager decides
    containment_days: int = 5
    cause_days_major: int = 10
    cause_days_minor: int = 20
    plan_days: int = 5  # from the cause to the submitted plan
    review_days: int = 5  # accept or return the plan
    resubmit_days: int = 5
    verify_days: int = 10
    effectiveness_days: int = 60  # calendar days from the verified work to the effectiveness check
    effectiveness_window_days: int = 20  # working days to do the check, from its day on
    extension_days_most: int = 30  # calendar days that one extension may add
    repeat_months: int = 24  # how far back a similar finding is a repeat
    action_decide_days: int = 3  # answer a request about an action

    @classmethod
    def from_json(cls, value: Any) -> "Policy":
        """From what the site keeps; what is missing or no number stays at its default."""
        known = {field.name for field in fields(cls)}
        given = value if isinstance(value, Mapping) else {}
        return cls(**{name: days for name, days in given.items() if name in known and isinstance(days, int)})

    def to_json(self) -> dict[str, int]:
        """For the site to keep."""
        return asdict(self)

    def checked(self) -> "Policy":
        """Itself. Raises Invalid naming the first figure that is out of bounds (1 to 365; months 1 to 120)."""
        for name, days in self.to_json().items():
            most = 120 if name.endswith("months") else 365
            if not 1 <= days <= most:
                raise Invalid(Text("Give a whole number from 1 to %(most)s.", most=most), field=name)
        return self


def turn_due(
    status: NcStatus, *, grade: Grade, since: date, policy: Policy, days: WorkingDays, last_action: date | None,
    check_on: date | None,
) -> date | None:  # fmt: skip
    """When the step that a nonconformity stands in is due; ``None`` when nothing is owed.

    ``since``: the day it came into this status. ``last_action``: the latest due date of its open actions.
    ``check_on``: the day before which effectiveness is not checked.
    """
    cause = policy.cause_days_major if grade is Grade.MAJOR else policy.cause_days_minor
    within: Mapping[NcStatus, int] = {
        NcStatus.DRAFT: policy.issue_days,
        NcStatus.ISSUED: policy.acknowledge_days,
        NcStatus.DISPUTED: policy.dispute_days,
        NcStatus.CONTAINMENT: policy.containment_days,
        NcStatus.CAUSE: cause,
        NcStatus.PLANNING: policy.plan_days,
        NcStatus.PLAN_SUBMITTED: policy.review_days,
        NcStatus.PLAN_RETURNED: policy.resubmit_days,
        NcStatus.VERIFICATION: policy.verify_days,
    }
    if status in within:
        return days(since, within[status])
    if status is NcStatus.IMPLEMENTING:
        return max(last_action or since, since)
    if status is NcStatus.EFFECTIVENESS:
        return days(max(check_on or since, since), policy.effectiveness_window_days)
    return None


def check_day(verified_on: date, policy: Policy) -> date:
    """The first day of an effectiveness check when nobody names one."""
    return verified_on + timedelta(days=policy.effectiveness_days)
