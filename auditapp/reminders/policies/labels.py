"""A policy in words, for its page and for the preview. Pure."""

from collections.abc import Mapping, Sequence
from functools import reduce

from auditapp.kit.text import Text
from auditapp.reminders.policies.rules import Policy
from auditapp.reminders.rules import KIND_LABELS, SEVERITY_LABELS, Kind, Level, Severity

K = Kind
GROUPS: Sequence[tuple[Text, tuple[Kind, ...]]] = (
    (Text("Audits"), (K.AUDIT_PREPARATION, K.AUDIT_ANSWER, K.AUDIT, K.AUDIT_REPORT, K.AUDIT_FOLLOW_UP)),
    (
        Text("Nonconformities and actions"),
        (
            K.NONCONFORMITY,
            K.EXTENT_CHECK,
            K.ACTION,
            K.ACTION_REQUEST,
            K.ACTION_VERIFICATION,
            K.EFFECTIVENESS_CHECK,
            K.BODY_REPLY,
        ),
    ),
    (
        Text("Relationships"),
        (
            K.ISSUE_LEVEL,
            K.ISSUE_ANSWER,
            K.JOINT_ACTION,
            K.RISK_TREATMENT,
            K.RMP_REVIEW,
            K.HEALTH_CHECK,
            K.MEETING,
            K.INDUCTION,
        ),
    ),
    (Text("Exit"), (K.EXIT_REVIEW, K.TRIGGER_WATCH, K.CONTINUITY_TEST, K.EXIT_STEP)),
    (
        Text("Management system"),
        (K.DOCUMENT_REVIEW, K.MANAGEMENT_REVIEW, K.CERTIFICATE, K.TRAINING, K.OBLIGATION),
    ),
)
# The levels inside a sentence.
LEVEL_WORDS: Mapping[Level, Text] = {
    Level.OWNER: Text("the owner"),
    Level.DEPUTY: Text("the deputy"),
    Level.RELATIONSHIP: Text("the relationship owner and manager"),
    Level.PROGRAMME: Text("the audit programme manager"),
    Level.SER: Text("the Senior Executive Responsible"),
    Level.JOINT_BOARD: Text("the joint management team"),
}
EVERY_SEVERITY = Text("Every severity")
_SEVERITY_WORDS: Mapping[Severity, Text] = {
    Severity.NORMAL: Text("normal"),
    Severity.SERIOUS: Text("serious"),
    Severity.CRITICAL: Text("critical"),
}


def name_of(kind: Kind, severity: Severity | None) -> Text:
    """What a policy is for: “Action”, or “Action, critical”."""
    if severity is None:
        return KIND_LABELS[kind]
    return Text("%(kind)s, %(severity)s", kind=KIND_LABELS[kind], severity=_SEVERITY_WORDS[severity])


def severity_label(severity: Severity | None) -> Text:
    """A severity as a heading names it."""
    return EVERY_SEVERITY if severity is None else SEVERITY_LABELS[severity]


def _joined(parts: Sequence[Text], *, last: bool = False) -> Text:
    """Parts with commas between; ``last``: “and” before the last one."""
    if last and len(parts) > 1:
        return Text("%(first)s and %(last)s", first=_joined(parts[:-1]), last=parts[-1])
    return reduce(lambda first, then: Text("%(first)s, %(then)s", first=first, then=then), parts)


def _days(count: int) -> Text:
    return Text("1 day") if count == 1 else Text("%(count)s days", count=count)


def _times(count: int) -> Text:
    few = {0: Text("never"), 1: Text("once"), 2: Text("twice")}
    return few.get(count) or Text("%(count)s times", count=count)


def before_words(policy: Policy) -> Text:
    """When the owner is told before it is overdue."""
    parts = []
    if policy.announce:
        parts.append(Text("when it becomes theirs"))
    if policy.leads:
        days = _joined([_days(lead) for lead in sorted(policy.leads, reverse=True)], last=True)
        parts.append(Text("%(days)s before", days=days))
    if policy.on_day:
        parts.append(Text("on the day"))
    return Text("%(when)s.", when=_joined(parts)) if parts else Text("not at all.")


def after_words(policy: Policy) -> Text:
    """How often after the day, and where it ends."""
    in_all = Text("1 message") if policy.most == 1 else Text("%(count)s messages", count=policy.most)
    if policy.most_per_level == 1:
        return Text("once on each level; at most %(most)s in all.", most=in_all)
    often = (
        Text("every working day")
        if policy.every_days == 1
        else Text("every %(count)s working days", count=policy.every_days)
    )
    return Text(
        "%(often)s, at most %(level)s on one level; at most %(most)s in all.",
        often=often,
        level=_times(policy.most_per_level),
        most=in_all,
    )


def climb_words(policy: Policy) -> Text:
    """Who is asked after whom, and what comes last."""
    parts: list[Text] = []
    for awaited, following in zip(policy.rungs, policy.rungs[1:], strict=False):
        more = Text("after %(hours)s more", hours=awaited.wait_hours)
        first = Text("after %(hours)s working hours without an answer", hours=awaited.wait_hours)
        parts.append(
            Text("%(when)s %(who)s", when=more if parts else first, who=LEVEL_WORDS[following.level])
        )
    if not parts:
        return Text("nobody else: only the owner is told.")
    return Text("%(steps)s.", steps=_joined(parts))


def answers_words(policy: Policy) -> Text:
    """What somebody's answers do to the clock."""
    return Text(
        "Asked again %(ack)s working days after “it is in hand”. Put off by up to %(snooze)s at a time, "
        "%(free)s without a reason, and never longer than %(grace)s after the due day.",
        ack=policy.ack_days,
        snooze=_days(policy.snooze_days),
        free=_times(policy.free_snoozes),
        grace=_days(policy.grace_days),
    )
