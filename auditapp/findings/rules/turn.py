"""Whose turn a nonconformity is, what happens next if nothing happens, and when: for one reader. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from auditapp.findings.rules.nonconformity import NcStatus, NcVerb
from auditapp.findings.rules.parts import Part
from auditapp.kit.text import Text, day_words

S, V = NcStatus, NcVerb
MOST_NAMES = 3  # so many people are named in one sentence


@dataclass(frozen=True, kw_only=True)
class TurnFacts:
    """How a nonconformity stands, and who reads. Names are of people; ``None``: nobody is named yet.

    ``may``: what the reader can do now. ``parts``: the reader's parts. ``owners``: of actions that are not done.
    ``managers``: those who manage the audit programme.
    """

    status: NcStatus
    today: date
    due: date | None = None
    may: frozenset[NcVerb] = frozenset()
    parts: frozenset[Part] = frozenset()
    responsible: str | None = None
    verifier: str | None = None
    leader: str | None = None
    managers: Sequence[str] = ()
    owners: Sequence[str] = ()
    answered: bool = False  # the audit team has answered the dispute
    check_on: date | None = None
    reason: str = ""  # why it was returned, reopened or withdrawn


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Whose turn it is (``mine``: the reader's), what happens if nothing does, and until when."""

    sentence: Text
    next: Text | None = None
    due: date | None = None
    mine: bool = False
    main: NcVerb | None = None  # the one step that the reader takes next, if any


def turn(facts: TurnFacts) -> Turn:
    """The sentences for one reader."""
    sentence, mine, main = _WHOSE[facts.status](facts)
    waits = facts.status is S.EFFECTIVENESS and facts.check_on is not None and facts.today < facts.check_on
    return Turn(
        sentence=sentence,
        next=None if waits else _next(facts),
        due=facts.due,
        mine=mine,
        main=main if main in facts.may else None,
    )


Said = tuple[Text, bool, NcVerb | None]


def _next(facts: TurnFacts) -> Text | None:
    """Overdue things stand on the programme manager's home; nothing else happens by itself."""
    if facts.due is None:
        return None
    values = {"day": day_words(facts.due), "manager": _names(facts.managers)}
    where = "yours" if Part.MANAGER in facts.parts else "theirs" if facts.managers else "register"
    msgid = (_LATE if facts.due < facts.today else _COMES)[where].msgid
    return Text(msgid, **values)


_COMES: Mapping[str, Text] = {
    "yours": Text("If nothing has happened by %(day)s, it stands as overdue on your list."),
    "register": Text("If nothing has happened by %(day)s, it stands as overdue in the register."),
    "theirs": Text(
        "If nothing has happened by %(day)s, it stands as overdue on the list of %(manager)s, "
        "audit programme manager."
    ),
}
_LATE: Mapping[str, Text] = {
    "yours": Text("It was due on %(day)s and stands as overdue on your list."),
    "register": Text("It was due on %(day)s and stands as overdue in the register."),
    "theirs": Text(
        "It was due on %(day)s and stands as overdue on the list of %(manager)s, audit programme manager."
    ),
}


def _names(names: Sequence[str]) -> Text | str:
    shown = ", ".join(names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    return Text("%(names)s and %(count)s more", names=shown, count=more) if more > 0 else shown


def _manager(facts: TurnFacts) -> Text | str:
    return _names(facts.managers) if facts.managers else Text("the audit programme manager")


def _responsible(facts: TurnFacts) -> Text | str:
    return facts.responsible or Text("the responsible person")


def _verifier(facts: TurnFacts) -> Text | str:
    return facts.verifier or Text("the verifier")


def _works(facts: TurnFacts) -> bool:
    return bool(facts.parts & {Part.RESPONSIBLE, Part.DEPUTY})


def _draft(facts: TurnFacts) -> Said:
    if V.ISSUE in facts.may and (facts.parts & {Part.LEADER, Part.MANAGER} or Part.RAISER in facts.parts):
        return Text("Your turn: name who answers for it and who verifies it, then issue it."), True, V.ISSUE
    if V.ISSUE in facts.may:
        return Text("It is a draft. An internal auditor (you are one) or %(manager)s issues it.",
                    manager=_manager(facts)), False, V.ISSUE  # fmt: skip
    if facts.leader:
        return Text("%(leader)s, audit team leader, issues it.", leader=facts.leader), False, V.EDIT
    return Text("An internal auditor or %(manager)s issues it.", manager=_manager(facts)), False, V.EDIT


def _issued(facts: TurnFacts) -> Said:
    if _works(facts):
        return Text("Your turn: acknowledge it, or dispute it and say why."), True, V.ACKNOWLEDGE
    return (
        Text("%(name)s acknowledges it, or disputes it and says why.", name=_responsible(facts)),
        False,
        None,
    )


def _disputed(facts: TurnFacts) -> Said:
    if V.UPHOLD in facts.may:
        return Text("Your turn: decide the dispute. Does it stand, and with which grade?"), True, V.UPHOLD
    if V.ANSWER_DISPUTE in facts.may and not facts.answered:
        return (
            Text(
                "Your turn: answer the dispute with the audit team’s view. %(manager)s decides it.",
                manager=_manager(facts),
            ),
            True,
            V.ANSWER_DISPUTE,
        )
    return Text("It is disputed: %(manager)s decides.", manager=_manager(facts)), False, None


def _containment(facts: TurnFacts) -> Said:
    if _works(facts):
        return (
            Text("Your turn: record what was put right at once, and what keeps it from doing harm."),
            True,
            V.CONTAIN,
        )
    return Text("%(name)s records the correction and containment.", name=_responsible(facts)), False, None


def _cause(facts: TurnFacts) -> Said:
    if _works(facts):
        return (
            Text("Your turn: find the cause, and where else it may occur."),
            True,
            V.ANALYSE,
        )
    return Text("%(name)s finds the cause and the extent.", name=_responsible(facts)), False, None


def _planning(facts: TurnFacts) -> Said:
    if _works(facts):
        return Text("Your turn: finish the action plan and submit it."), True, V.SUBMIT_PLAN
    return Text("%(name)s finishes and submits the action plan.", name=_responsible(facts)), False, None


def _plan_submitted(facts: TurnFacts) -> Said:
    if Part.VERIFIER in facts.parts and V.ACCEPT_PLAN in facts.may:
        return Text("Your turn: accept the action plan, or return it and say why."), True, V.ACCEPT_PLAN
    if V.ACCEPT_PLAN in facts.may:
        return (
            Text("%(name)s accepts or returns the action plan; you may do it too.", name=_verifier(facts)),
            False,
            V.ACCEPT_PLAN,
        )
    return Text("%(name)s accepts or returns the action plan.", name=_verifier(facts)), False, None


def _plan_returned(facts: TurnFacts) -> Said:
    if _works(facts):
        return (
            Text(
                "Your turn: change the action plan and submit it again. It was returned: %(reason)s",
                reason=facts.reason,
            ),
            True,
            V.SUBMIT_PLAN,
        )
    return (
        Text(
            "The action plan was returned; %(name)s changes it and submits it again.",
            name=_responsible(facts),
        ),
        False,
        None,
    )


def _implementing(facts: TurnFacts) -> Said:
    if not facts.owners:
        if _works(facts):
            return (
                Text("Your turn: everything is done; submit the work for verification."),
                True,
                V.SUBMIT_WORK,
            )
        return (
            Text(
                "The actions are done; %(name)s submits the work for verification.", name=_responsible(facts)
            ),
            False,
            None,
        )
    owners = _names(facts.owners)
    if facts.parts & {Part.OWNER, Part.STAND_IN}:
        return (
            Text("Actions are being carried out by %(owners)s. Some of them are yours.", owners=owners),
            True,
            None,
        )
    if _works(facts):
        return (
            Text(
                "Actions are being carried out by %(owners)s. When all are done, you submit the work.",
                owners=owners,
            ),
            False,
            None,
        )
    return Text("Actions are being carried out by %(owners)s.", owners=owners), False, None


def _verification(facts: TurnFacts) -> Said:
    if Part.VERIFIER in facts.parts and V.VERIFY in facts.may:
        return Text("Your turn: look at the work; verify it, or return it and say why."), True, V.VERIFY
    if V.VERIFY in facts.may:
        return (
            Text("%(name)s verifies or returns the work; you may do it too.", name=_verifier(facts)),
            False,
            V.VERIFY,
        )
    return Text("%(name)s verifies or returns the work.", name=_verifier(facts)), False, None


def _effectiveness(facts: TurnFacts) -> Said:
    mine = Part.VERIFIER in facts.parts
    if facts.check_on is not None and facts.today < facts.check_on:
        day = day_words(facts.check_on)
        if mine:
            return (
                Text("Nothing to do before %(day)s. Then you check whether the actions worked.", day=day),
                False,
                None,
            )
        return (
            Text(
                "Nothing to do before %(day)s. Then %(name)s checks whether the actions worked.",
                day=day,
                name=_verifier(facts),
            ),
            False,
            None,
        )
    if mine and V.CONFIRM in facts.may:
        return Text("Your turn: check by the written criteria whether the actions worked."), True, V.CONFIRM
    if V.CONFIRM in facts.may:
        return (
            Text("%(name)s checks whether the actions worked; you may do it too.", name=_verifier(facts)),
            False,
            V.CONFIRM,
        )
    return Text("%(name)s checks whether the actions worked.", name=_verifier(facts)), False, None


def _closed(_facts: TurnFacts) -> Said:
    return Text("Nobody’s turn: it is closed, and its actions were found effective."), False, None


def _withdrawn(facts: TurnFacts) -> Said:
    return Text("Nobody’s turn: it was withdrawn. %(reason)s", reason=facts.reason), False, None


_WHOSE: Mapping[NcStatus, Callable[[TurnFacts], Said]] = {
    S.DRAFT: _draft,
    S.ISSUED: _issued,
    S.DISPUTED: _disputed,
    S.CONTAINMENT: _containment,
    S.CAUSE: _cause,
    S.PLANNING: _planning,
    S.PLAN_SUBMITTED: _plan_submitted,
    S.PLAN_RETURNED: _plan_returned,
    S.IMPLEMENTING: _implementing,
    S.VERIFICATION: _verification,
    S.EFFECTIVENESS: _effectiveness,
    S.CLOSED: _closed,
    S.WITHDRAWN: _withdrawn,
}
