"""How a certificate stands today, in a word and a sentence; what comes next and until when. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from auditapp.kit.text import Text, day_words
from auditapp.relationships.certification.rules.cycle import (
    Renewal,
    RenewalState,
    Window,
    WindowState,
    next_window,
    renewal,
    surveillance,
    verify_until,
)
from auditapp.relationships.certification.rules.kinds import (
    SCHEME_LABELS,
    Decision,
    Scheme,
    Visit,
    VisitKind,
)


class Phase(StrEnum):
    """Where a certificate is in its life."""

    PREPARING = "preparing"
    STAGE_1 = "stage_1"  # held
    STAGE_2 = "stage_2"  # held
    CERTIFIED = "certified"
    LAPSED = "lapsed"
    EXPIRED = "expired"
    ENDED = "ended"


PHASE_LABELS: dict[Phase, Text] = {
    Phase.PREPARING: Text("In preparation"),
    Phase.STAGE_1: Text("Stage 1 held"),
    Phase.STAGE_2: Text("Stage 2 held"),
    Phase.CERTIFIED: Text("Certified"),
    Phase.LAPSED: Text("Lapsed"),
    Phase.EXPIRED: Text("Expired"),
    Phase.ENDED: Text("Given up"),
}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a certificate. ``concerns`` and ``majors``: how many are not accepted by the body yet."""

    scheme: Scheme
    body: str
    decisions: Sequence[Decision] = ()
    visits: Sequence[Visit] = ()
    concerns: int = 0
    majors: int = 0
    ended_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How it stands: ``sentence`` says it, ``next`` what comes, ``by`` until when."""

    phase: Phase
    tone: str
    sentence: Text
    next: Text
    by: date | None = None
    windows: Sequence[Window] = field(default_factory=tuple)
    renewal: Renewal | None = None
    verify_by: date | None = None  # majors of Stage 2


def standing(known: Facts, today: date) -> Standing:
    """How a certificate stands today."""
    if known.ended_on is not None:
        return Standing(
            phase=Phase.ENDED, tone="quiet",
            sentence=Text("It was given up or withdrawn on %(day)s.", day=day_words(known.ended_on)),
            next=Text("Nothing is due any more."),
        )  # fmt: skip
    if known.decisions:
        current = max(known.decisions, key=lambda one: (one.decided_on, one.expires_on))
        return _certified(known, current, today)
    return _on_the_way(known, today)


def _held(visits: Sequence[Visit], kind: VisitKind) -> date | None:
    return max((one.held[1] for one in visits if one.kind is kind and one.held), default=None)


def _planned(visits: Sequence[Visit], kind: VisitKind, after: date | None = None) -> date | None:
    days = [
        one.planned[0]
        for one in visits
        if one.kind is kind and one.planned and not one.held and (after is None or one.planned[0] > after)
    ]
    return min(days, default=None)


def _on_the_way(known: Facts, today: date) -> Standing:
    stage_1, stage_2 = _held(known.visits, VisitKind.STAGE_1), _held(known.visits, VisitKind.STAGE_2)
    if stage_2 is not None:
        return _after_stage_2(known, stage_2, today)
    planned = _planned(known.visits, VisitKind.STAGE_2)
    if stage_1 is not None:
        if known.concerns:
            coming = Text(
                "Concerns still open: %(count)s. They have to be dealt with before Stage 2, planned for %(day)s.",
                count=known.concerns, day=day_words(planned),
            ) if planned else Text(
                "Concerns still open: %(count)s. They have to be dealt with before Stage 2. Agree its days with the body.",
                count=known.concerns,
            )  # fmt: skip
        elif planned:
            coming = Text("Stage 2 is planned for %(day)s.", day=day_words(planned))
        else:
            coming = Text("Agree the days of Stage 2 with the body.")
        late = planned is not None and planned < today
        return Standing(
            phase=Phase.STAGE_1, tone="attention" if known.concerns or planned is None or late else "on_track",
            sentence=Text("Stage 1 was held; it ended on %(day)s.", day=day_words(stage_1)),
            next=coming, by=planned,
        )  # fmt: skip
    first = _planned(known.visits, VisitKind.STAGE_1)
    return Standing(
        phase=Phase.PREPARING, tone="on_track" if first else "attention",
        sentence=Text("There is no certificate to %(scheme)s yet.", scheme=SCHEME_LABELS[known.scheme]),
        next=Text("Stage 1 is planned for %(day)s.", day=day_words(first))
        if first
        else Text("Agree the days of Stage 1 with the body."),
        by=first,
    )  # fmt: skip


def _after_stage_2(known: Facts, ended_on: date, today: date) -> Standing:
    said = Text("Stage 2 was held; it ended on %(day)s.", day=day_words(ended_on))
    if not known.majors:
        return Standing(
            phase=Phase.STAGE_2, tone="on_track", sentence=said,
            next=Text("The body decides on the certificate: enter its decision when it is here."),
        )  # fmt: skip
    until = verify_until(ended_on)
    over = today > until
    return Standing(
        phase=Phase.STAGE_2, tone="overdue" if over else "attention", sentence=said, verify_by=until, by=until,
        next=Text(
            "Major nonconformities not verified by %(day)s: %(count)s. Stage 2 has to be held again.",
            count=known.majors, day=day_words(until),
        )
        if over
        else Text(
            "Major nonconformities to be verified by the body by %(day)s, or Stage 2 is held again: %(count)s.",
            count=known.majors, day=day_words(until),
        ),
    )  # fmt: skip


def _certified(known: Facts, current: Decision, today: date) -> Standing:
    again = renewal(current, known.visits, today)
    windows = surveillance(current, known.visits, today)
    if again.state is RenewalState.LAPSED:
        return Standing(
            phase=Phase.LAPSED, tone="overdue", windows=windows, renewal=again, by=again.restore_until,
            sentence=Text("The certificate lapsed: %(day)s was its last day.", day=day_words(current.expires_on)),
            next=Text(
                "It can be restored until %(day)s, once recertification is completed. After that the body begins "
                "anew, with a Stage 2 at least.",
                day=day_words(again.restore_until),
            ),
        )  # fmt: skip
    if again.state is RenewalState.OVER:
        return Standing(
            phase=Phase.EXPIRED, tone="overdue", windows=windows, renewal=again,
            sentence=Text("The certificate expired on %(day)s.", day=day_words(current.expires_on)),
            next=Text("It can no longer be restored: plan a Stage 2, or give it up here."),
        )  # fmt: skip
    waiting = next_window(windows)
    coming, by, tone = _what_comes(waiting, again, known.majors)
    return Standing(
        phase=Phase.CERTIFIED, tone=tone, windows=windows, renewal=again, by=by, next=coming,
        sentence=Text(
            "Certified to %(scheme)s by %(body)s until %(day)s.",
            scheme=SCHEME_LABELS[known.scheme], body=known.body, day=day_words(current.expires_on),
        ),
    )  # fmt: skip


def _what_comes(waiting: Window | None, again: Renewal, majors: int) -> tuple[Text, date, str]:
    """What comes next while a certificate holds: a visit, unless recertification is the nearer of the two."""
    if waiting is not None and waiting.state is WindowState.MISSED:
        return (
            Text(
                "No surveillance visit was held by %(day)s: the body may suspend the certificate. Arrange it now.",
                day=day_words(waiting.latest),
            ),
            waiting.latest,
            "overdue",
        )
    if again.state in {RenewalState.AUDITED, RenewalState.HURRY} or (
        again.state in {RenewalState.PLAN, RenewalState.PLANNED}
        and (waiting is None or waiting.latest >= again.start_by)
    ):
        return _renewal_comes(again, majors)
    if waiting is None:
        return (
            Text(
                "Recertification has to be decided by %(day)s: begin to plan it from %(plan)s, start by %(start)s.",
                day=day_words(again.decide_by), plan=day_words(again.plan_from), start=day_words(again.start_by),
            ),
            again.plan_from,
            "on_track",
        )  # fmt: skip
    if waiting.state is WindowState.PLANNED and waiting.on is not None:
        return (
            Text(
                "The next surveillance visit is planned for %(on)s; it has to be held by %(day)s.",
                on=day_words(waiting.on), day=day_words(waiting.latest),
            ),
            waiting.on,
            "on_track",
        )  # fmt: skip
    first = waiting.year is None
    return (
        Text("The first surveillance visit has to be held by %(day)s.", day=day_words(waiting.latest))
        if first
        else Text("The next surveillance visit has to be held by %(day)s.", day=day_words(waiting.latest)),
        waiting.latest,
        "on_track",
    )


def _renewal_comes(again: Renewal, majors: int) -> tuple[Text, date, str]:
    day = day_words(again.decide_by)
    if again.state is RenewalState.AUDITED:
        if majors:
            return (
                Text(
                    "Recertification was audited. Major nonconformities still to be verified: %(count)s. The body has to "
                    "decide by %(day)s.",
                    count=majors, day=day,
                ),
                again.decide_by,
                "attention",
            )  # fmt: skip
        return (
            Text("Recertification was audited; the body has to decide by %(day)s.", day=day),
            again.decide_by,
            "on_track",
        )
    if again.state is RenewalState.PLANNED and again.on is not None:
        return (
            Text(
                "Recertification is planned for %(on)s; it has to be decided by %(day)s.",
                on=day_words(again.on), day=day,
            ),
            again.on,
            "on_track",
        )  # fmt: skip
    if again.state is RenewalState.PLAN:
        return (
            Text(
                "It is time to plan recertification: agree its days with the body by %(start)s. It has to be decided "
                "by %(day)s.",
                start=day_words(again.start_by), day=day,
            ),
            again.start_by,
            "attention",
        )  # fmt: skip
    return (
        Text("Recertification should have begun. It has to be audited and decided by %(day)s.", day=day),
        again.decide_by,
        "overdue",
    )
