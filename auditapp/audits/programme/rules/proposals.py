"""Which audits a programme should add, and why, in words (ISO 19011 5.3: risks; 5.4.3: extent). Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from auditapp.audits.plan.rules import add_months
from auditapp.audits.programme.rules.period import SYSTEM
from auditapp.kit.text import Text, day_words
from auditapp.relationships.rules import PRIORITY_LABELS, STAGE_LABELS, Priority, Stage

HORIZON_MONTHS = 6  # what falls due within this time is proposed
SOON_AFTER_MAJOR_MONTHS = 6  # a major nonconformity is looked at again this long after the audit
LEAD_DAYS = 28  # no audit is proposed for sooner than this: people need notice
FIRST_LOOK_DAYS = 56
MOST_PROPOSALS = 50


@dataclass(frozen=True, kw_only=True)
class Looked:
    """The last audit that looked at something, and what it found."""

    on: date
    ref: str
    majors: int = 0
    minors: int = 0


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A relationship (or, without id, the management system) as proposing needs it.

    ``gaps``: stages with questions about it that are neither done nor planned in the cycle.
    """

    id: UUID | None
    ref: str
    name: str
    priority: Priority | None = None
    stage: Stage | None = None
    last: Looked | None = None
    open_ref: str | None = None  # an audit that is planned or under way already
    gaps: Sequence[str] = ()

    @property
    def key(self) -> str:
        """Names the proposal inside the programme."""
        return f"relationship:{self.id}" if self.id else SYSTEM


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Why something is proposed: a code that stays the same while the cause does, and the sentence."""

    code: str
    text: Text
    weight: int


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """An audit that the programme should have, with its reasons, the weightiest first."""

    key: str
    relationship_id: UUID | None
    ref: str
    title: Text
    causes: tuple[Cause, ...]
    starts_on: date
    stages: tuple[str, ...]

    @property
    def weight(self) -> int:
        """The larger, the sooner."""
        return sum(cause.weight for cause in self.causes)

    @property
    def codes(self) -> list[str]:
        """The codes of the causes: what a dismissal keeps."""
        return sorted(cause.code for cause in self.causes)


def proposals(
    subjects: Iterable[Subject], *, frequency: Mapping[str, int], today: date, starts_on: date, ends_on: date
) -> list[Proposal]:
    """The audits to propose on a day, the weightiest first; the programme runs from ``starts_on`` to ``ends_on``.

    A subject with an open audit is proposed again only for what that audit leaves out.
    """
    found = []
    for subject in subjects:
        proposal = _proposal(subject, frequency, today, (starts_on, ends_on))
        if proposal is not None:
            found.append(proposal)
    return sorted(found, key=lambda one: (-one.weight, one.starts_on, one.ref))[:MOST_PROPOSALS]


def _proposal(
    subject: Subject, frequency: Mapping[str, int], today: date, period: tuple[date, date]
) -> Proposal | None:
    months = frequency[subject.priority.value if subject.priority else SYSTEM]
    due = add_months(subject.last.on, months) if subject.last else None
    ends_on = period[1]
    causes = _gaps(subject, today, period)
    if subject.open_ref is None:
        causes += [*_frequency(subject, months, due, today), *_findings(subject)]
    if not causes:
        return None
    earliest = today + timedelta(days=LEAD_DAYS)
    if earliest > ends_on:
        return None  # the programme is as good as over: the next one proposes it
    return Proposal(
        key=subject.key,
        relationship_id=subject.id,
        ref=subject.ref,
        title=Text("Audit of %(ref)s %(name)s", ref=subject.ref, name=subject.name)
        if subject.id
        else Text("Audit of the management system"),
        causes=(*sorted(causes, key=lambda cause: -cause.weight), *_risk(subject)),
        starts_on=min(ends_on, _monday(max(earliest, _wanted(subject, due, today)))),
        stages=_stages(subject),
    )


def _frequency(subject: Subject, months: int, due: date | None, today: date) -> list[Cause]:
    if subject.last is None:
        text = (
            Text(
                "It was never audited; the programme looks at it at least every %(months)s months.",
                months=months,
            )
            if subject.id
            else Text(
                "The management system was never audited; the programme looks at it at least every %(months)s months.",
                months=months,
            )
        )
        return [Cause(code="never", text=text, weight=40)]
    assert due is not None  # noqa: S101 - it comes with the last audit
    if due <= today:
        text = Text(
            "It is overdue: last audited on %(last)s (%(ref)s), and every %(months)s months is the rule.",
            last=day_words(subject.last.on),
            ref=subject.last.ref,
            months=months,
        )
        return [Cause(code=f"overdue:{subject.last.ref}", text=text, weight=50)]
    if due <= add_months(today, HORIZON_MONTHS):
        text = Text(
            "It falls due on %(due)s: last audited on %(last)s (%(ref)s), every %(months)s months.",
            due=day_words(due),
            last=day_words(subject.last.on),
            ref=subject.last.ref,
            months=months,
        )
        return [Cause(code=f"due:{subject.last.ref}", text=text, weight=20)]
    return []


def _findings(subject: Subject) -> list[Cause]:
    last = subject.last
    if last is None:
        return []
    found = []
    if last.majors:
        text = Text(
            "%(count)s major nonconformities were found in %(ref)s: see whether the actions work.",
            count=last.majors,
            ref=last.ref,
        )
        if last.majors == 1:
            text = Text(
                "A major nonconformity was found in %(ref)s: see whether the actions work.", ref=last.ref
            )
        found.append(Cause(code=f"majors:{last.ref}", text=text, weight=45))
    if last.minors > 1:  # one minor nonconformity is followed up without an audit of its own
        text = Text("%(count)s minor nonconformities were found in %(ref)s.", count=last.minors, ref=last.ref)
        found.append(Cause(code=f"minors:{last.ref}", text=text, weight=10))
    return found


def _gaps(subject: Subject, today: date, period: tuple[date, date]) -> list[Cause]:
    """What the programme leaves out: at once when it is the stage that matters now, else after its first year."""
    if not subject.gaps or (subject.last is None and subject.open_ref is None):  # never audited says it all
        return []
    if subject.stage is not None and subject.stage.value in subject.gaps:
        text = Text(
            "It is in the stage “%(stage)s”, which no audit of this programme has looked at or will.",
            stage=STAGE_LABELS[subject.stage],
        )
        return [Cause(code=f"stage:{subject.stage.value}", text=text, weight=25)]
    starts_on, ends_on = period
    if today < min(add_months(starts_on, 12), add_months(ends_on, -12)):
        return []
    text = (
        Text(
            "One stage was not looked at here and is not planned; the programme ends on %(end)s.",
            end=day_words(ends_on),
        )
        if len(subject.gaps) == 1
        else Text(
            "%(count)s stages were not looked at here and are not planned; the programme ends on %(end)s.",
            end=day_words(ends_on),
            count=len(subject.gaps),
        )
    )
    return [Cause(code=f"gaps:{','.join(sorted(subject.gaps))}", text=text, weight=5 + len(subject.gaps))]


def _risk(subject: Subject) -> list[Cause]:
    """A priority alone proposes nothing, but it says what comes first."""
    weights = {Priority.CRITICAL: 30, Priority.HIGH: 15}
    if subject.priority not in weights:
        return []
    text = Text("Its priority is “%(priority)s”.", priority=PRIORITY_LABELS[subject.priority])
    return [Cause(code=f"priority:{subject.priority.value}", text=text, weight=weights[subject.priority])]


def _wanted(subject: Subject, due: date | None, today: date) -> date:
    """The day it would best begin: when due, sooner after a major nonconformity, soon when never looked at.

    What an open audit leaves out comes half a year later, so that people are not asked twice in a row.
    """
    if subject.open_ref is not None:
        return add_months(today, HORIZON_MONTHS)
    if subject.last is None or due is None:
        return today + timedelta(days=FIRST_LOOK_DAYS)
    if subject.last.majors:
        return min(due, add_months(subject.last.on, SOON_AFTER_MAJOR_MONTHS))
    return due


def _monday(day: date) -> date:
    """Audits begin on Mondays unless somebody decides otherwise."""
    return day + timedelta(days=-day.weekday() % 7)


def _stages(subject: Subject) -> tuple[str, ...]:
    """Everything on the first look; later what is uncovered and the stage it is in. Empty: all of them."""
    if not subject.gaps or (subject.last is None and subject.open_ref is None):
        return ()
    if subject.open_ref is not None:
        return tuple(stage.value for stage in Stage if stage.value in subject.gaps)
    wanted = set(subject.gaps) | ({subject.stage.value} if subject.stage else set())
    return tuple(stage.value for stage in Stage if stage.value in wanted)


def is_dismissed(proposal: Proposal, dismissed: Collection[Collection[str]]) -> bool:
    """Whether a dismissal covers every present cause. Something new brings the proposal back."""
    return any(set(proposal.codes) <= set(codes) for codes in dismissed)
