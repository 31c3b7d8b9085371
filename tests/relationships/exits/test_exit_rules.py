"""The rules of exits as tables: lives, days, who may start, what is missing, what differs, whose turn it is."""

from datetime import date
from itertools import product

import pytest

from auditapp.kit.errors import NotAllowed, Refusal
from auditapp.kit.ids import new_id
from auditapp.kit.text import Text, day_words
from auditapp.relationships.exits.rules import process, standing, triggers, versions
from auditapp.relationships.exits.rules.content import (
    BY_DEFAULT,
    JOINT_NEEDS,
    STANDARD_STEPS,
    CountedFrom,
    InitiatorRole,
    Section,
)
from auditapp.relationships.exits.rules.difference import Change, entries, pieces
from auditapp.relationships.exits.rules.process import (
    Counted,
    ExitKind,
    ExitStatus,
    ExitVerb,
    Place,
    StepStatus,
    StepVerb,
    due_days,
    in_order,
    require_initiator,
)
from auditapp.relationships.exits.rules.reviews import counts_for
from auditapp.relationships.exits.rules.triggers import (
    STANDARD_TRIGGERS,
    TriggerKind,
    TriggerState,
    TriggerVerb,
    closes_watch,
)
from auditapp.relationships.exits.rules.versions import (
    VersionKind,
    VersionStatus,
    VersionVerb,
    kind_for,
    missing,
)
from auditapp.relationships.rules import STAGES, Sharing, Stage

R, X = InitiatorRole, ExitKind


@pytest.mark.parametrize(
    ("table", "states", "verbs", "ask", "some"),
    [
        (versions.STEPS, VersionStatus, VersionVerb, versions.next_status,
         {("draft", "submit"): "submitted", ("agreed", "change"): "draft", ("in_force", "change"): None,
          ("draft", "put_in_force"): None, ("submitted", "put_in_force"): None, ("superseded", "submit"): None}),
        (triggers.STEPS, TriggerState, TriggerVerb, triggers.next_state,
         {("quiet", "trip"): "tripped", ("tripped", "calm"): None, ("tripped", "watch"): None,
          ("tripped", "stay"): "watch", ("quiet", "stay"): None, ("tripped", "confirm"): "tripped"}),
        (process.STEPS, ExitStatus, ExitVerb, process.next_status,
         {("proposed", "work"): None, ("proposed", "complete"): None, ("running", "call_off"): None,
          ("running", "ask_call_off"): "calling_off", ("calling_off", "complete"): None,
          ("completed", "ask_call_off"): None, ("completed", "work"): None}),
        (process.STEP_STEPS, StepStatus, StepVerb, process.next_step,
         {("open", "do"): "done", ("done", "waive"): None, ("not_needed", "reopen"): "open", ("done", "move"): None}),
    ],
    ids=["version", "trigger", "exit", "step"],
)  # fmt: skip
def test_the_lives_are_tables(table, states, verbs, ask, some):
    for state, verb in product(states, verbs):
        if (state, verb) in table:
            assert ask(state, verb) is table[(state, verb)]
        else:
            with pytest.raises(Refusal):
                ask(state, verb)
    for (state, verb), wanted in some.items():
        found = table.get((states(state), verbs(verb)))
        assert (found.value if found else None) == wanted, (state, verb)


@pytest.mark.parametrize(
    ("kind", "held", "named", "role"),
    [
        (X.PLANNED, {R.SER}, BY_DEFAULT, R.SER),
        (X.PLANNED, {R.MANAGER}, BY_DEFAULT, None),  # the strategy names the SER
        (X.PLANNED, {R.MANAGER}, (R.MANAGER,), R.MANAGER),
        (X.BY_US, {R.OWNER}, BY_DEFAULT, None),
        (X.BY_US, {R.PARTNER_SER}, BY_DEFAULT, None),  # nobody leaves for the other party
        (X.BY_PARTNER, {R.PARTNER_SER}, BY_DEFAULT, R.PARTNER_SER),
        (X.BY_PARTNER, {R.SER}, BY_DEFAULT, None),
        (X.BY_PARTNER, {R.PARTNER_MANAGER}, BY_DEFAULT, None),
        (X.JOINT, {R.SER}, BY_DEFAULT, R.SER),
        (X.JOINT, {R.PARTNER_SER}, BY_DEFAULT, R.PARTNER_SER),
        (X.JOINT, {R.OWNER, R.MANAGER}, BY_DEFAULT, None),
        (X.JOINT, set(), tuple(R), None),
    ],
)
def test_who_may_start_an_exit(kind, held, named, role):
    if role is None:
        with pytest.raises(NotAllowed):
            require_initiator(kind, held, named)
    else:
        assert require_initiator(kind, held, named) is role


UK, NL = Place(country="GB", subdivision="ENG"), Place(country="NL")
WED = date(2026, 12, 23)


def counted(days, start=CountedFrom.NOTICE, premature=None, **more):
    values = {"continuity": False, "after": None} | more
    return Counted(id=new_id(), days=days, counted_from=start, premature_days=premature, **values)


@pytest.mark.parametrize(
    ("step", "kind", "place", "wanted"),
    [
        # 25 and 28 December are holidays in England; in the Netherlands 25 December only (the 26th is a Saturday)
        (counted(2), X.PLANNED, UK, date(2026, 12, 29)),
        (counted(2), X.PLANNED, NL, date(2026, 12, 28)),
        (
            counted(0),
            X.PLANNED,
            UK,
            date(2026, 12, 24),
        ),  # never before the first working day after the notice
        # half of the days, or the step's own short figure, when the partner leaves before time
        (counted(5), X.BY_PARTNER, NL, date(2026, 12, 29)),
        (counted(10, premature=1), X.BY_PARTNER, UK, date(2026, 12, 24)),
        (counted(10, premature=1), X.BY_US, UK, date(2027, 1, 11)),
        # before the end, on 1 March 2027, a Monday
        (counted(0, CountedFrom.END), X.PLANNED, UK, date(2027, 3, 1)),
        (counted(5, CountedFrom.END), X.PLANNED, UK, date(2027, 2, 22)),
        (counted(500, CountedFrom.END), X.PLANNED, UK, date(2026, 12, 24)),
        (counted(400), X.PLANNED, UK, date(2027, 3, 1)),  # never after the end
    ],
)
def test_when_a_step_is_due(step, kind, place, wanted):
    assert process.due_day(step, kind=kind, notice_on=WED, ends_on=date(2027, 3, 1), place=place) == wanted


def test_a_step_is_never_due_before_the_one_it_waits_for():
    first = counted(30)
    second = counted(5, after=first.id)
    third = counted(1, after=second.id)
    dues = due_days(
        [third, second, first], dict.fromkeys((first.id, second.id, third.id), UK), kind=X.PLANNED,
        notice_on=WED, ends_on=date(2027, 6, 1),
    )  # fmt: skip
    assert dues[third.id] == dues[second.id] == dues[first.id]


def test_continuity_comes_first_only_when_the_partner_leaves_before_time():
    plain, plan = counted(1), counted(9, continuity=True)
    assert in_order([plain, plan], X.PLANNED) == [plain, plan]
    assert in_order([plain, plan], X.BY_PARTNER) == [plan, plain]


def test_the_standard_lists_are_whole():
    assert {one.kind for one in STANDARD_TRIGGERS} == set(TriggerKind)
    assert len({one.key for one in STANDARD_TRIGGERS}) == len(STANDARD_TRIGGERS)
    assert [one.key for one in STANDARD_TRIGGERS if one.issues] == ["issue"]
    assert all(one.after is None or one.after < at for at, one in enumerate(STANDARD_STEPS))
    assert any(one.continuity for one in STANDARD_STEPS)


def test_the_kind_of_a_version_follows_the_stage():
    found = [kind_for(stage).value for stage in STAGES]
    assert found == ["assessment"] * 3 + ["position"] + ["joint"] * 4


TEXTS = dict.fromkeys(JOINT_NEEDS, ("Said.", Sharing.SHARED))
ALL = {"steps": 1, "triggers": 1, "initiators": 1, "discussed": True}


@pytest.mark.parametrize(
    ("kind", "texts", "more", "count"),
    [
        (VersionKind.JOINT, TEXTS, {}, 0),
        (VersionKind.JOINT, {}, {}, 4),
        (VersionKind.JOINT, TEXTS | {Section.CONTINUITY: ("  ", Sharing.SHARED)}, {}, 1),
        (VersionKind.JOINT, TEXTS | {Section.CONTINUITY: ("Said.", Sharing.INTERNAL)}, {}, 1),
        (VersionKind.JOINT, TEXTS, {"steps": 0, "triggers": 0, "initiators": 0}, 3),
        (VersionKind.POSITION, dict.fromkeys(JOINT_NEEDS, ("Said.", Sharing.INTERNAL)), {"steps": 0}, 0),
        (VersionKind.POSITION, TEXTS, {"discussed": False}, 1),
        (VersionKind.ASSESSMENT, {}, {}, 1),
        (
            VersionKind.ASSESSMENT,
            {Section.ASSETS: ("Ours.", Sharing.INTERNAL)},
            {"triggers": 0, "steps": 0},
            0,
        ),
    ],
)
def test_what_a_version_lacks(kind, texts, more, count):
    assert len(missing(kind, texts, **(ALL | more))) == count


@pytest.mark.parametrize(
    ("checked", "done"),
    [
        ([date(2026, 6, 1), date(2026, 5, 1)], True),
        ([date(2026, 6, 1), date(2026, 3, 31)], False),  # more than ninety days before
        ([date(2026, 6, 1), None], False),
        ([], True),
    ],
)
def test_when_a_watch_is_done(checked, done):
    assert closes_watch(checked, due_on=date(2026, 7, 1), today=date(2026, 6, 2)) is done
    assert closes_watch(checked, due_on=date(2026, 12, 1), today=date(2026, 6, 2)) is False


def test_a_test_long_before_its_day_does_not_count_for_it():
    assert counts_for(date(2026, 10, 1), date(2026, 12, 1))
    assert counts_for(date(2027, 2, 1), date(2026, 12, 1))
    assert not counts_for(date(2026, 1, 20), date(2026, 12, 1))


def test_the_difference_is_in_words():
    found = pieces("three months before", "six months before\nthe end")
    assert [(one.change, one.text) for one in found] == [
        (Change.GONE, "three"), (Change.NEW, "six"), (Change.SAME, " months before"), (Change.NEW, "\nthe end"),
    ]  # fmt: skip
    labels = {"a": "A", "b": "B", "c": "C"}
    assert [one.label for one in entries(labels, {"a": "x", "b": "y"}, {"a": "x", "c": "z"})] == ["B", "C"]
    assert pieces("word " * 3000, "word " * 2999 + "end ")[-1].text == "word " * 2999 + "end "  # line by line


TODAY = date(2026, 11, 27)
JOINT = standing.VersionFacts(
    number=2, kind=VersionKind.JOINT, status=VersionStatus.IN_FORCE, in_force_on=date(2026, 1, 5)
)
RUNNING = standing.ProcessFacts(status=ExitStatus.RUNNING, ends_on=date(2027, 3, 1), ended_on=None)


def waiting(**more):
    values = {"number": 3, "kind": VersionKind.JOINT, "status": VersionStatus.DRAFT} | more
    return standing.VersionFacts(**values)


def running(**more):
    return standing.ProcessFacts(
        **({"status": ExitStatus.RUNNING, "ends_on": date(2027, 3, 1), "ended_on": None} | more)
    )


@pytest.mark.parametrize(
    ("facts", "tone", "words"),
    [
        ({}, "quiet", "There is no exit strategy yet."),
        ({"wanted": True}, "attention", "There is no exit strategy yet."),
        ({"there": True, "ended_on": TODAY}, "quiet", "ended on 27 November 2026"),
        ({"there": True}, "attention", "No version is in force"),
        ({"there": True, "in_force": JOINT}, "on_track", "Version 2 is in force"),
        ({"there": True, "in_force": JOINT, "dues": [standing.Due(what=Text("Review"), on=date(2026, 12, 1))]},
         "on_track", "Next: Review on 1 December 2026."),
        ({"there": True, "in_force": JOINT, "dues": [standing.Due(what=Text("Review"), on=date(2026, 11, 1))]},
         "overdue", "Review was due on 1 November 2026."),
        ({"there": True, "in_force": JOINT, "tripped": ["Change of control"]}, "overdue", "Decide about “Change of control”"),
        ({"there": True, "in_force": JOINT, "working": waiting(status=VersionStatus.SUBMITTED, awaited=["North"])},
         "attention", "Version 3: It waits for the agreement of North."),
        ({"there": True, "working": waiting(lacks=[Text("Write.")])}, "attention", "Still missing: 1."),
        ({"there": True, "working": waiting(awaited=["Us", "North"])}, "attention", "It is ready"),
        ({"there": True, "working": waiting(status=VersionStatus.AGREED)}, "attention", "put it in force"),
        ({"there": True, "wanted": True, "in_force": standing.VersionFacts(
            number=1, kind=VersionKind.ASSESSMENT, status=VersionStatus.IN_FORCE, in_force_on=TODAY)},
         "attention", "Begin a joint version"),
        ({"there": True, "in_force": JOINT, "process": RUNNING}, "attention", "it can be completed"),
        ({"process": running(open_steps=2, overdue=1, first=("Tell them", "Kim", date(2026, 11, 20)))},
         "overdue", "Turn of Kim: “Tell them” was due on 20 November 2026."),
        ({"process": running(open_steps=2, first=("Tell them", "Kim", date(2026, 12, 1)))}, "on_track",
         "Turn of Kim: “Tell them” by 1 December 2026."),
        ({"process": running(lacks=[Text("Write it.")])}, "attention", "Every step is settled. Write it."),
        ({"process": running(status=ExitStatus.PROPOSED, awaited=["North"])}, "attention", "agreement of North"),
        ({"process": running(status=ExitStatus.CALLING_OFF, awaited=["North"])}, "attention", "needs the word of North"),
    ],
)  # fmt: skip
def test_whose_turn_it_is(facts, tone, words):
    found = standing.of_strategy(standing.Facts(**facts), TODAY)
    assert found.tone == tone
    assert words in str(found.turn)


@pytest.mark.parametrize("status", ExitStatus)
def test_every_exit_has_a_sentence(status):
    found = standing.of_process(running(status=status), TODAY)
    assert str(found.turn)


@pytest.mark.parametrize("status", VersionStatus)
def test_every_version_has_a_sentence(status):
    assert str(standing.of_version(waiting(status=status)).turn)


def test_what_starting_means_is_said():
    words = [
        str(one) for one in process.consequences(X.BY_PARTNER, steps=3, agreed=False, day=day_words(TODAY))
    ]
    assert any("standard steps" in one for one in words)
    assert any("continuity plan come first" in one for one in words)
    assert any("27 November 2026" in one for one in words)
    assert "every party has agreed" in str(
        process.consequences(X.JOINT, steps=0, agreed=True, day=day_words(TODAY))[0]
    )


def test_the_stages_before_working_together_need_no_partner():
    assert versions.who_agrees(VersionKind.ASSESSMENT, [new_id()]) == [None]
    partner = new_id()
    assert versions.who_agrees(VersionKind.JOINT, [partner]) == [None, partner]
    assert kind_for(Stage.MANAGEMENT_SYSTEM) is VersionKind.ASSESSMENT
