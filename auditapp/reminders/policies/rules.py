"""A policy: who is told how long before, how often after, who comes next and when it ends. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from auditapp.reminders.rules import Kind, Level, Severity


@dataclass(frozen=True, kw_only=True)
class Rung:
    """A level, and how many working hours of whoever is awaited there pass before the next one is asked."""

    level: Level
    wait_hours: int


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Figures with the defaults we suggest; the site can change every one.

    ``leads``: days before the due day on which the owner is told. ``every_days``: working days of whoever is awaited
    between two reminders on one level. ``most_per_level`` and ``most`` are hard caps. ``rungs``: the first is the owner's.
    """

    active: bool = True
    announce: bool = True  # the owner is told when it becomes theirs
    leads: tuple[int, ...] = (7, 1)
    on_day: bool = True
    every_days: int = 2
    most_per_level: int = 3
    most: int = 12
    ack_days: int = 5  # working days until somebody who said "in hand" is asked again
    snooze_days: int = 5  # calendar days one putting-off may last
    free_snoozes: int = 2  # from the next one on a reason is wanted
    grace_days: int = 10  # calendar days after the due day that putting off may reach
    rungs: tuple[Rung, ...] = (
        Rung(level=Level.OWNER, wait_hours=16),
        Rung(level=Level.DEPUTY, wait_hours=8),
        Rung(level=Level.RELATIONSHIP, wait_hours=24),
        Rung(level=Level.PROGRAMME, wait_hours=40),
        Rung(level=Level.SER, wait_hours=40),
    )

    def to_json(self) -> dict[str, Any]:
        """For a row to keep."""
        kept = {name: getattr(self, name) for name in FIGURES}
        return kept | {
            "leads": list(self.leads),
            "rungs": [{"level": int(rung.level), "wait_hours": rung.wait_hours} for rung in self.rungs],
        }

    @classmethod
    def from_json(cls, kept: Any) -> "Policy":
        """From what a row kept; what is missing stays at its default."""
        given = kept if isinstance(kept, Mapping) else {}
        found = cls(**{name: given[name] for name in FIGURES if name in given})
        if "leads" in given:
            found = replace(found, leads=tuple(given["leads"]))
        if "rungs" in given:
            found = replace(
                found,
                rungs=tuple(
                    Rung(level=Level(one["level"]), wait_hours=one["wait_hours"]) for one in given["rungs"]
                ),
            )
        return found


FIGURES = (
    "active", "announce", "on_day", "every_days", "most_per_level", "most", "ack_days", "snooze_days", "free_snoozes",
    "grace_days",
)  # fmt: skip
BOUNDS: Mapping[str, tuple[int, int]] = {
    "every_days": (1, 30),
    "most_per_level": (1, 10),
    "most": (1, 40),
    "ack_days": (1, 60),
    "snooze_days": (1, 30),
    "free_snoozes": (0, 5),
    "grace_days": (0, 60),
}
MOST_LEAD, MOST_LEADS, MOST_WAIT = 365, 6, 400

R = Rung
_AUDITS = (
    R(level=Level.OWNER, wait_hours=16),
    R(level=Level.PROGRAMME, wait_hours=24),
    R(level=Level.SER, wait_hours=40),
)
_CASES = (
    R(level=Level.OWNER, wait_hours=16),
    R(level=Level.DEPUTY, wait_hours=8),
    R(level=Level.RELATIONSHIP, wait_hours=16),
    R(level=Level.PROGRAMME, wait_hours=24),
    R(level=Level.SER, wait_hours=40),
)
_CASES_CRITICAL = tuple(R(level=one.level, wait_hours=max(one.wait_hours // 2, 4)) for one in _CASES)
_RELATIONSHIP = (
    R(level=Level.OWNER, wait_hours=24),
    R(level=Level.DEPUTY, wait_hours=8),
    R(level=Level.RELATIONSHIP, wait_hours=24),
    R(level=Level.SER, wait_hours=40),
    R(level=Level.JOINT_BOARD, wait_hours=40),
)
_SYSTEM = (R(level=Level.OWNER, wait_hours=40), R(level=Level.SER, wait_hours=80))
# An issue has a ladder of its own, which moves it up by itself: reminders only warn its holders.
_ISSUE = (R(level=Level.OWNER, wait_hours=8),)
DEFAULTS: Mapping[Kind, Policy] = {
    Kind.AUDIT_PREPARATION: Policy(leads=(21, 7, 3), rungs=_AUDITS),
    Kind.AUDIT_ANSWER: Policy(leads=(3, 1), rungs=_AUDITS),
    Kind.AUDIT: Policy(announce=False, leads=(14, 1), rungs=_AUDITS),
    Kind.AUDIT_REPORT: Policy(leads=(5, 1), rungs=_AUDITS),
    Kind.AUDIT_FOLLOW_UP: Policy(leads=(7,), rungs=_AUDITS),
    Kind.NONCONFORMITY: Policy(leads=(3, 1), rungs=_CASES),
    Kind.EXTENT_CHECK: Policy(leads=(3, 1), rungs=_CASES),
    Kind.EFFECTIVENESS_CHECK: Policy(leads=(7, 1), rungs=_AUDITS),
    Kind.ACTION: Policy(leads=(7, 1), rungs=_CASES),
    Kind.ACTION_VERIFICATION: Policy(leads=(3, 1), rungs=_AUDITS),
    Kind.ACTION_REQUEST: Policy(leads=(1,), rungs=_AUDITS),
    Kind.BODY_REPLY: Policy(leads=(14, 7, 3), rungs=_SYSTEM),
    Kind.ISSUE_LEVEL: Policy(leads=(1,), rungs=_ISSUE, most=4),
    Kind.ISSUE_ANSWER: Policy(leads=(1,), rungs=_ISSUE, most=4),
    Kind.CERTIFICATE: Policy(announce=False, leads=(90, 30, 7), rungs=_SYSTEM),
    Kind.MANAGEMENT_REVIEW: Policy(announce=False, leads=(60, 14), rungs=_SYSTEM),
    Kind.TRAINING: Policy(announce=False, leads=(60, 14), rungs=_AUDITS),
    Kind.EXIT_STEP: Policy(leads=(7, 1), rungs=_RELATIONSHIP),
    Kind.JOINT_ACTION: Policy(leads=(7, 1), rungs=_RELATIONSHIP),
    Kind.RISK_TREATMENT: Policy(leads=(7, 1), rungs=_RELATIONSHIP),
}
OTHER = Policy(announce=False, leads=(14, 3), rungs=_RELATIONSHIP)  # reviews and meetings of a relationship
CRITICAL_KINDS = frozenset(
    {Kind.NONCONFORMITY, Kind.ACTION, Kind.ACTION_VERIFICATION, Kind.EFFECTIVENESS_CHECK}
)


def default_policy(kind: Kind, severity: Severity) -> Policy:
    """The policy as it comes: what is critical is asked for daily and climbs in half the time."""
    found = DEFAULTS.get(kind, OTHER)
    if kind in CRITICAL_KINDS and severity is Severity.CRITICAL:
        return replace(found, every_days=1, rungs=_CASES_CRITICAL if found.rungs is _CASES else found.rungs)
    return found


def wait_field(level: Level) -> str:
    """The name of the field in which the wait of a level is typed."""
    return f"wait_{int(level)}"


def checked(policy: Policy) -> Policy:
    """Itself. Raises Invalid naming the first field that is out of bounds."""
    for name, (least, most) in BOUNDS.items():
        if not least <= getattr(policy, name) <= most:
            raise Invalid(
                Text("Give a whole number from %(least)s to %(most)s.", least=least, most=most), field=name
            )
    if len(policy.leads) > MOST_LEADS or any(not 0 < lead <= MOST_LEAD for lead in policy.leads):
        raise Invalid(Text("Give at most %(count)s numbers of days, each from 1 to %(most)s.", count=MOST_LEADS, most=MOST_LEAD), field="leads")  # fmt: skip
    if len(set(policy.leads)) != len(policy.leads):
        raise Invalid(Text("The same number of days stands here twice."), field="leads")
    levels = [rung.level for rung in policy.rungs]
    if not levels or levels[0] is not Level.OWNER:
        raise Invalid(Text("The first level is the owner."), field=wait_field(Level.OWNER))
    if levels != sorted(set(levels)):
        raise Invalid(Text("Each level stands once, in its order."), field=wait_field(Level.OWNER))
    for rung in policy.rungs:
        if not 1 <= rung.wait_hours <= MOST_WAIT:
            raise Invalid(
                Text("A level waits from 1 to %(most)s working hours.", most=MOST_WAIT),
                field=wait_field(rung.level),
            )
    if policy.most < len(policy.rungs):
        raise Invalid(
            Text(
                "There are %(count)s levels: with fewer messages the last of them would never be told. "
                "Allow more messages, or switch a level off.",
                count=len(policy.rungs),
            ),
            field="most",
        )
    return policy


def tidied(policy: Policy) -> Policy:
    """The same policy with its days before in their order, the longest first."""
    return replace(policy, leads=tuple(sorted(policy.leads, reverse=True)))


def resolve(
    changed: Mapping[tuple[Kind, Severity | None], Policy], kind: Kind, severity: Severity | None
) -> Policy:
    """The policy that holds: of its kind and severity, else of its kind, else the one that comes with the product.

    ``severity`` ``None``: what holds for every severity that has no policy of its own.
    """
    own = changed.get((kind, severity)) or changed.get((kind, None))
    return own or default_policy(kind, severity or Severity.NORMAL)
