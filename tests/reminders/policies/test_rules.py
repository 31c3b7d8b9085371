"""What a policy may be, what holds, and how it reads."""

from dataclasses import replace

import pytest

from auditapp.kit.errors import Invalid
from auditapp.reminders.policies.labels import (
    GROUPS,
    LEVEL_WORDS,
    after_words,
    answers_words,
    before_words,
    climb_words,
    name_of,
)
from auditapp.reminders.policies.rules import (
    BOUNDS,
    DEFAULTS,
    Policy,
    Rung,
    checked,
    default_policy,
    resolve,
    tidied,
)
from auditapp.reminders.rules import Kind, Level, Severity

OWNER = Rung(level=Level.OWNER, wait_hours=8)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("severity", Severity)
def test_every_suggested_policy_can_be_kept(kind, severity):
    found = default_policy(kind, severity)
    assert checked(found) is found
    assert Policy.from_json(found.to_json()) == found
    assert tidied(found) == found


def test_every_kind_stands_in_one_group_of_the_page():
    listed = [kind for _, kinds in GROUPS for kind in kinds]
    assert sorted(listed) == sorted(Kind)
    assert set(DEFAULTS) <= set(Kind)


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize("past", [-1, 1])
def test_a_figure_out_of_its_bounds_is_refused_at_its_field(name, past):
    least, most = BOUNDS[name]
    for good in (least, most):
        checked(replace(Policy(), **{name: max(good, len(Policy().rungs)) if name == "most" else good}))
    with pytest.raises(Invalid) as refused:
        checked(replace(Policy(), **{name: least - 1 if past < 0 else most + 1}))
    assert refused.value.field == name


@pytest.mark.parametrize(
    ("change", "field"),
    [
        # days before: from 1 to 365, each once, six at most
        ({"leads": (0,)}, "leads"),
        ({"leads": (366,)}, "leads"),
        ({"leads": (7, 7)}, "leads"),
        ({"leads": (7, 6, 5, 4, 3, 2, 1)}, "leads"),
        # the owner is always the first; each level once, in order
        ({"rungs": ()}, "wait_0"),
        ({"rungs": (Rung(level=Level.SER, wait_hours=8),)}, "wait_0"),
        ({"rungs": (OWNER, OWNER)}, "wait_0"),
        ({"rungs": (OWNER, Rung(level=Level.SER, wait_hours=8), Rung(level=Level.DEPUTY, wait_hours=8))}, "wait_0"),
        # a wait is named by its own field
        ({"rungs": (OWNER, Rung(level=Level.SER, wait_hours=0))}, "wait_4"),
        ({"rungs": (OWNER, Rung(level=Level.JOINT_BOARD, wait_hours=401))}, "wait_5"),
        ({"rungs": (Rung(level=Level.OWNER, wait_hours=0),)}, "wait_0"),
        # whoever stands last must be told at least once
        ({"most": 4}, "most"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_at_its_field(change, field):
    with pytest.raises(Invalid) as refused:
        checked(replace(Policy(), **change))
    assert refused.value.field == field


@pytest.mark.parametrize(
    "change", [{"leads": ()}, {"leads": (365,)}, {"rungs": (OWNER,), "most": 1}, {"active": False}]
)
def test_what_is_at_the_edge_is_taken(change):
    checked(replace(Policy(), **change))


def test_what_a_row_does_not_say_is_as_suggested():
    assert Policy.from_json({}) == Policy()
    assert Policy.from_json(None) == Policy()
    assert Policy.from_json({"every_days": 5, "unknown": 1}) == Policy(every_days=5)


A, B = Policy(every_days=10), Policy(every_days=20)


@pytest.mark.parametrize(
    ("changed", "severity", "holds"),
    [
        ({}, Severity.NORMAL, default_policy(Kind.ACTION, Severity.NORMAL)),
        ({}, Severity.CRITICAL, default_policy(Kind.ACTION, Severity.CRITICAL)),
        ({}, None, default_policy(Kind.ACTION, Severity.NORMAL)),
        # one for every severity wins over what we suggest, also for what is critical
        ({(Kind.ACTION, None): A}, Severity.NORMAL, A),
        ({(Kind.ACTION, None): A}, Severity.CRITICAL, A),
        # one's own wins over both
        ({(Kind.ACTION, None): A, (Kind.ACTION, Severity.CRITICAL): B}, Severity.CRITICAL, B),
        ({(Kind.ACTION, None): A, (Kind.ACTION, Severity.CRITICAL): B}, Severity.SERIOUS, A),
        ({(Kind.ACTION, Severity.CRITICAL): B}, Severity.NORMAL, default_policy(Kind.ACTION, Severity.NORMAL)),
        ({(Kind.ACTION, Severity.CRITICAL): B}, None, default_policy(Kind.ACTION, Severity.NORMAL)),
        # another kind's does not count
        ({(Kind.AUDIT, None): A}, Severity.NORMAL, default_policy(Kind.ACTION, Severity.NORMAL)),
    ],
)  # fmt: skip
def test_which_policy_holds(changed, severity, holds):
    assert resolve(changed, Kind.ACTION, severity) == holds


def test_what_is_critical_is_asked_for_daily_and_climbs_faster():
    normal, critical = (
        default_policy(Kind.NONCONFORMITY, one) for one in (Severity.NORMAL, Severity.CRITICAL)
    )
    assert (normal.every_days, critical.every_days) == (2, 1)
    assert all(
        fast.wait_hours < slow.wait_hours for fast, slow in zip(critical.rungs, normal.rungs, strict=True)
    )


def test_a_policy_reads_as_people_say_it():
    policy = default_policy(Kind.ACTION, Severity.NORMAL)
    assert str(before_words(policy)) == "when it becomes theirs, 7 days and 1 day before, on the day."
    assert str(after_words(policy)) == (
        "every 2 working days, at most 3 times on one level; at most 12 messages in all."
    )
    assert str(climb_words(policy)) == (
        "after 16 working hours without an answer the deputy, after 8 more the relationship owner and manager, "
        "after 16 more the audit programme manager, after 24 more the Senior Executive Responsible."
    )
    assert str(answers_words(policy)) == (
        "Asked again 5 working days after “it is in hand”. Put off by up to 5 days at a time, twice without a "
        "reason, and never longer than 10 days after the due day."
    )


def test_a_bare_policy_reads_too():
    bare = Policy(
        announce=False, leads=(), on_day=False, every_days=1, most_per_level=1, rungs=(OWNER,), most=1
    )
    assert str(before_words(bare)) == "not at all."
    assert str(after_words(bare)) == "once on each level; at most 1 message in all."
    assert str(climb_words(bare)) == "nobody else: only the owner is told."
    assert str(name_of(Kind.ACTION, Severity.CRITICAL)) == "Action, critical"
    assert str(name_of(Kind.ACTION, None)) == "Action"
    assert set(LEVEL_WORDS) == set(Level)
