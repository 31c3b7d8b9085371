"""Whose turn an action is, what happens next and when, and the one big step that its reader takes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from auditapp.findings.rules.action import UNDONE, ActionStatus, ActionVerb, RequestKind
from auditapp.kit.text import Text, day_words

S, V = ActionStatus, ActionVerb
SOON = timedelta(days=7)  # what is due within a week needs its owner now


@dataclass(frozen=True, kw_only=True)
class RequestFacts:
    """What is asked for and waits for a decision. ``deciders``: who decides, in words."""

    kind: RequestKind
    asked_by: str
    deciders: str
    due: date | None = None  # when a decision is owed
    mine: bool = False  # the reader asked, or owns the action
    decide: bool = False  # the reader decides


@dataclass(frozen=True, kw_only=True)
class ActionFacts:
    """How an action stands, and who reads. ``may``: what the reader can do now. ``reason``: why it was returned.

    ``verifier`` is left out for a partner's contact, who does not know the people behind.
    """

    status: ActionStatus
    due: date
    today: date
    owner: str
    verifier: str | None = None
    mine: bool = False  # the reader owns it or stands in for the owner
    may: frozenset[ActionVerb] = frozenset()
    request: RequestFacts | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Whose turn it is (``mine``: the reader's), what comes if nothing happens, and the one main step if there is one."""

    sentence: Text
    next: Text | None = None
    mine: bool = False
    main: ActionVerb | None = None


def turn(facts: ActionFacts) -> Turn:
    """The sentences for one reader."""
    request = facts.request if facts.status in UNDONE else None
    found = _asked(facts, request) if request else _WHOSE[facts.status](facts)
    main = found.main if found.main in facts.may else None
    return Turn(sentence=found.sentence, next=found.next, mine=found.mine, main=main)


MAIN_STEP: Mapping[ActionStatus, ActionVerb] = {
    S.PROPOSED: V.ACCEPT,
    S.ACCEPTED: V.START,
    S.IN_PROGRESS: V.FINISH,
    S.RETURNED: V.FINISH,
}
"""The next step of whoever carries an action out."""


def _asked(facts: ActionFacts, request: RequestFacts) -> Turn:
    asked = Text(_ASKED[request.kind].msgid, name=request.asked_by, day=day_words(facts.due))
    if request.decide:
        sentence = Text("Your turn: decide. %(asked)s", asked=asked)
    else:
        sentence = Text(
            "%(asked)s It is decided by: %(who)s.",
            asked=asked,
            who=request.deciders,
        )
    if request.due is None:
        after = None
    elif request.due < facts.today:
        after = Text(
            "An answer was owed by %(day)s. Until it comes, nothing changes.", day=day_words(request.due)
        )
    else:
        after = Text("An answer is owed by %(day)s. Until then nothing changes.", day=day_words(request.due))
    main = V.DECIDE if request.decide else (MAIN_STEP.get(facts.status) if facts.mine else None)
    return Turn(sentence=sentence, next=after, mine=request.decide, main=main)


_ASKED: Mapping[RequestKind, Text] = {
    RequestKind.EXTENSION: Text("%(name)s asks for more time than %(day)s."),
    RequestKind.CANT_DO: Text("%(name)s says that it cannot be done."),
    RequestKind.NOT_MINE: Text("%(name)s says that it belongs to somebody else."),
    RequestKind.CANCEL: Text("%(name)s asks to cancel it."),
}


def _proposed(facts: ActionFacts) -> Turn:
    sentence = (
        Text("Your turn: accept it, or say why not.")
        if facts.mine
        else Text("%(owner)s accepts it, or says why not.", owner=facts.owner)
    )
    return Turn(sentence=sentence, next=_due(facts), mine=facts.mine, main=V.ACCEPT)


def _accepted(facts: ActionFacts) -> Turn:
    sentence = (
        Text("Your turn: begin with it.")
        if facts.mine
        else Text("%(owner)s has accepted it and begins with it.", owner=facts.owner)
    )
    return Turn(sentence=sentence, next=_due(facts), mine=facts.mine, main=V.START)


def _in_progress(facts: ActionFacts) -> Turn:
    sentence = (
        Text("Your turn: carry it out, then say what was done.")
        if facts.mine
        else Text("%(owner)s is at work on it.", owner=facts.owner)
    )
    return Turn(sentence=sentence, next=_due(facts), mine=facts.mine, main=V.FINISH)


def _returned(facts: ActionFacts) -> Turn:
    sentence = (
        Text("Your turn: it was returned. %(reason)s", reason=facts.reason)
        if facts.mine
        else Text("It was returned to %(owner)s. %(reason)s", owner=facts.owner, reason=facts.reason)
    )
    return Turn(sentence=sentence, next=_due(facts), mine=facts.mine, main=V.FINISH)


def _done(facts: ActionFacts) -> Turn:
    if V.VERIFY in facts.may:
        return Turn(
            sentence=Text("Your turn: look at what was done, then accept or return it."),
            next=Text("Until somebody has looked at it, its nonconformity cannot be closed."),
            mine=True,
            main=V.VERIFY,
        )
    return Turn(
        sentence=Text("%(who)s looks at what was done.", who=facts.verifier)
        if facts.verifier
        else Text("The verifier looks at what was done."),
        next=Text("Nothing more is to be done here unless it comes back.") if facts.mine else None,
    )


def _verified(facts: ActionFacts) -> Turn:
    del facts
    return Turn(sentence=Text("Nobody’s turn: it is done and verified."))


def _cancelled(facts: ActionFacts) -> Turn:
    return Turn(sentence=Text("Nobody’s turn: it was cancelled. %(reason)s", reason=facts.reason))


_WHOSE = {
    S.PROPOSED: _proposed,
    S.ACCEPTED: _accepted,
    S.IN_PROGRESS: _in_progress,
    S.RETURNED: _returned,
    S.DONE: _done,
    S.VERIFIED: _verified,
    S.CANCELLED: _cancelled,
}


def _due(facts: ActionFacts) -> Text:
    days = (facts.due - facts.today).days
    if days < 0:
        return Text("It was due on %(day)s and stands as overdue.", day=day_words(facts.due))
    if days == 0:
        return Text("It is due today; from tomorrow on it stands as overdue.")
    return Text(
        "It is due on %(day)s. If it is not done by then, it stands as overdue.", day=day_words(facts.due)
    )


class Group(StrEnum):
    """Where an action stands in the list of whoever carries it out, the most urgent first."""

    OVERDUE = "overdue"
    NOW = "now"
    LATER = "later"
    WAITING = "waiting"


GROUP_LABELS: Mapping[Group, Text] = {
    Group.OVERDUE: Text("Overdue"),
    Group.NOW: Text("Needs you now"),
    Group.LATER: Text("Later"),
    Group.WAITING: Text("Waiting for others"),
}


def group_of(status: ActionStatus, due: date, today: date, *, asked: bool) -> Group:
    """The group of an open action; ``asked``: something waits for a decision. SQL says the same in ``queries``."""
    if status is S.DONE or asked:
        return Group.WAITING
    if due < today:
        return Group.OVERDUE
    if status in {S.PROPOSED, S.RETURNED} or due <= today + SOON:
        return Group.NOW
    return Group.LATER
