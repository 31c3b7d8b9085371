"""Issues between the parties: one resolved where it belongs, one that climbed to the top, one paused by agreement."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from auditapp.overview.demo.story import Story
from auditapp.relationships.issues import service
from auditapp.relationships.issues.model import Issue
from auditapp.relationships.issues.rules.clock import Party
from auditapp.relationships.issues.rules.issue import CommentKind, IssueKind
from auditapp.relationships.issues.rules.ladder import DEFAULT_LIMITS, Expiry, Holder, Level, Severity
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import Sharing

FIRST_ISSUE = (
    -130
)  # days before the moment of telling; from then on the clock of the ladder ticks every morning
# relationship, the partner, their people by level: somebody we know (lower case) or a name
LADDERS: tuple[tuple[str, str, tuple[str, str, str, str]], ...] = (
    ("R-01", "Copperbeck Rail", ("wes", "wes", "Orla Osier", "Percy Plum")),
    ("R-02", "Thistle & Tide Energy", ("xavi", "xavi", "Olaf Orchid", "Petra Pansy")),
    ("R-03", "Saltmarsh Logistics", ("yara", "Pia Pear", "Otto Ox-eye", "Paul Poppy")),
    ("R-04", "Blue Heron Software", ("zoe", "zoe", "", "")),
)  # fmt: skip


@dataclass
class _Tale:
    """One issue: who raises it, and what happens on which day before the moment of telling."""

    story: Story
    ref: str
    by: str
    ago: int
    title: str
    kind: IssueKind
    severity: Severity
    description: str
    impact: str
    sharing: Sharing = Sharing.SHARED
    partner: str = ""
    issue: Issue | None = None
    last: datetime | None = None  # when the latest thing told so far happens

    def tell(self) -> "_Tale":
        """It is raised on its day."""
        self.last = self.story.moment(-self.ago, 10, 20)
        self.story.tell(self.last, self._raise)
        return self

    def then(self, ago: int, hour: int, what: Callable[[Issue, datetime], object]) -> "_Tale":
        """What happens to it later: never before what was told last, though a weekend moves both to one Friday."""
        assert self.last is not None  # noqa: S101 - told before

        def happen(at: datetime) -> None:
            assert self.issue is not None  # noqa: S101 - raised before
            what(self.issue, at)

        self.last = max(self.story.moment(-ago, hour), self.last + timedelta(minutes=30))
        self.story.tell(self.last, happen)
        return self

    def _raise(self, at: datetime) -> None:
        partner_id: UUID | None = self.story.partners[self.partner] if self.partner else None
        self.issue = service.raise_issue(
            self.story.session,
            actor=self.story.people[self.by],
            at=at,
            relationship_id=self.story.relationships[self.ref],
            title=self.title,
            kind=self.kind,
            severity=self.severity,
            description=self.description,
            impact=self.impact,
            sharing=self.sharing,
            partner_id=partner_id,
        )


@dataclass(frozen=True)
class _Words:
    """What somebody says."""

    text: str
    kind: CommentKind = CommentKind.COMMENT
    sharing: Sharing = Sharing.SHARED


def load_issues(story: Story, at: datetime) -> None:
    """The ladders, a tick every morning, and the issues of the last months."""
    for ref, partner, people in LADDERS:
        _ladder(story, ref, partner, people, at)
    for ago in range(FIRST_ISSUE, 1):
        story.tell(
            story.clock(story.today + timedelta(days=ago), 5, 30),
            lambda moment: _tick(story, moment),
        )
    _resolved(story)
    _climbing(story)
    _at_the_top(story)
    _paused(story)
    _to_be_accepted(story)
    _others(story)


def _tick(story: Story, at: datetime) -> None:
    service.advance(story.session, at=at)


def _ladder(story: Story, ref: str, partner: str, people: tuple[str, ...], at: datetime) -> None:
    partner_id = story.partners[partner]
    relationship = story.session.get_one(Relationship, story.relationships[ref])
    holders: dict[tuple[Level, UUID | None], Holder] = {(Level.FINAL, None): Holder(name="Nora Narcissus")}
    for level, who in zip(Level, people, strict=True):
        known = story.people.get(who)
        holders[level, partner_id] = Holder(person_id=str(known.person_id)) if known else Holder(name=who)
    service.set_ladder(
        story.session,
        actor=story.people["ada"],
        at=at,
        relationship=relationship,
        limits=DEFAULT_LIMITS,
        expiry=Expiry.ASK if ref == "R-04" else Expiry.MOVE,
        answer_days=5,
        holders=holders,
    )


def _resolved(story: Story) -> None:
    """Resolved at level 2, with a lesson, after a word from each side."""
    who = story.people
    tale = _Tale(
        story, "R-01", "kim", 96, "Possessions are handed back late", IssueKind.DELIVERY, Severity.SERIOUS,
        "Three possessions in a row were handed back 40 to 90 minutes late. Agreed was ten minutes before the first train.",
        "Each late hand-back costs the operator a service and us the trust of its control room.",
    ).tell()  # fmt: skip
    tale.then(
        94,
        14,
        lambda issue, at: _say(
            story,
            issue,
            "wes",
            at,
            _Words("Control was never told who hands back. We name one person a night."),
        ),
    )
    tale.then(
        91,
        9,
        lambda issue, at: _say(
            story,
            issue,
            "kim",
            at,
            _Words(
                "Our night shift lead will do it; we need your control room's number.", CommentKind.PROPOSAL
            ),
        ),
    )
    tale.then(89, 11, lambda issue, at: _resolve(story, issue, "wes", at, (
        "Nobody was named who hands a possession back, and each side waited for the other.",
        "One named person a night from each side; hand-back is called 45 minutes before the end, not at the end.",
        "Whatever two organizations hand to each other needs a name on both sides and a time before the time.",
    )))  # fmt: skip
    tale.then(87, 10, lambda issue, at: service.accept(story.session, actor=who["iris"], at=at, issue=issue))


def _climbing(story: Story) -> None:
    """Through two levels because time ran out, and now with the SERs."""
    tale = _Tale(
        story, "R-01", "wes", 30, "Design changes reach the site before the joint board has seen them", IssueKind.INFORMATION,
        Severity.MODERATE, "Four drawings were revised in a fortnight and built to on the next day. The joint board saw them a week later.",
        "Rework of two bridge bearings; the board is asked to approve what stands already.",
    ).tell()  # fmt: skip
    tale.then(
        28,
        15,
        lambda issue, at: _say(
            story,
            issue,
            "kim",
            at,
            _Words("We look for a quicker way through the board, not for a way around it."),
        ),
    )
    tale.then(
        27,
        9,
        lambda issue, at: _say(
            story,
            issue,
            "kim",
            at,
            _Words(
                "Between ourselves: the site manager was told twice.", CommentKind.COMMENT, Sharing.INTERNAL
            ),
        ),
    )


def _at_the_top(story: Story) -> None:
    """Nobody settled it on three levels: the chief executives have it."""
    tale = _Tale(
        story, "R-02", "leo", 46, "The innovation fund pays out for ideas of one party only", IssueKind.COMMERCIAL,
        Severity.MODERATE, "Of eleven ideas that were paid from the joint fund, eleven came from us. The charter says both.",
        "Their people have stopped handing ideas in. The alliance loses what it was made for.",
    ).tell()  # fmt: skip
    tale.then(
        44,
        10,
        lambda issue, at: service.pass_ball(
            story.session,
            actor=story.people["xavi"],
            at=at,
            issue=issue,
            to=Party.OWN,
            note="Please send the list of ideas with who handed them in.",
        ),
    )
    tale.then(
        42,
        16,
        lambda issue, at: service.pass_ball(
            story.session,
            actor=story.people["leo"],
            at=at,
            issue=issue,
            to=Party.PARTNER,
            note="The list is in the shared folder. Which of yours were never looked at?",
        ),
    )


def _paused(story: Story) -> None:
    """Both agreed to wait for a survey."""
    tale = _Tale(
        story, "R-02", "xavi", 16, "Who pays for the second survey of the sea bed", IssueKind.CONTRACT, Severity.SERIOUS,
        "The first survey missed a cable. The contract names the first survey only.",
        "The vessel is booked by the week.",
    ).tell()  # fmt: skip
    until = story.day(12)
    tale.then(
        15,
        11,
        lambda issue, at: service.ask_pause(
            story.session,
            actor=story.people["leo"],
            at=at,
            issue=issue,
            until_on=until,
            reason="The surveyor's insurer decides within the month whether it pays at all.",
        ),
    )
    tale.then(
        14,
        9,
        lambda issue, at: service.answer_request(
            story.session,
            actor=story.people["xavi"],
            at=at,
            issue=issue,
            agreed=True,
            answer="We wait for that.",
        ),
    )


def _to_be_accepted(story: Story) -> None:
    """Resolved by the partner yesterday; it is our turn to say yes or no."""
    tale = _Tale(
        story, "R-03", "mia", 5, "Plant arrives without its inspection sheets", IssueKind.DELIVERY, Severity.MODERATE,
        "Five of nine machines came without the sheet that the site has to see before they are started.",
        "Machines stand for half a day until somebody has sent a picture of the sheet.",
    ).tell()  # fmt: skip
    tale.then(1, 15, lambda issue, at: _resolve(story, issue, "yara", at, (
        "Sheets were kept in the depot's office and given to the driver on request.",
        "The sheet hangs in the cab from now on; the driver sends a picture when leaving.",
        "What a site needs before it may begin belongs to the delivery, not to the office.",
    )))  # fmt: skip


def _others(story: Story) -> None:
    """Fresh ones: critical, internal, raised by a partner, withdrawn, one where the ladder asks."""
    _Tale(
        story, "R-03", "yara", 2, "Forecasts change after the plant is loaded", IssueKind.INFORMATION, Severity.MODERATE,
        "Twice last week the site changed what it needs when the lorry had left.", "Each time an empty run of 180 km.",
    ).tell()  # fmt: skip
    _Tale(
        story, "R-05", "mia", 4, "Seconded staff do not know whose instructions count", IssueKind.BEHAVIOUR, Severity.SERIOUS,
        "Two supervisors gave opposite instructions on the same shift.", "People do neither.",
        sharing=Sharing.INTERNAL, partner="Quarry Lane Materials",
    ).tell()  # fmt: skip
    _Tale(
        story, "R-04", "noah", 9, "The trial data have not been handed over", IssueKind.INFORMATION, Severity.SERIOUS,
        "Agreed for the first of the month: the model of one station, with its sources.", "The selection board cannot compare.",
    ).tell()  # fmt: skip
    gone = _Tale(
        story, "R-01", "kim", 60, "Access gate 12 is locked at night", IssueKind.RESOURCE, Severity.MODERATE,
        "The key is with the day shift.", "",
    ).tell()  # fmt: skip
    gone.then(
        58,
        9,
        lambda issue, at: service.withdraw(
            story.session,
            actor=story.people["kim"],
            at=at,
            issue=issue,
            reason="The lock was changed on the same day; it was never an issue between us.",
        ),
    )


def _say(story: Story, issue: Issue, by: str, at: datetime, said: _Words) -> None:
    service.comment(
        story.session,
        actor=story.people[by],
        at=at,
        issue=issue,
        text=said.text,
        kind=said.kind,
        sharing=said.sharing,
    )


def _resolve(story: Story, issue: Issue, by: str, at: datetime, words: tuple[str, str, str]) -> None:
    cause, resolution, lesson = words
    service.resolve(
        story.session, actor=story.people[by], at=at, issue=issue, cause=cause, resolution=resolution,
        lesson=lesson,
    )  # fmt: skip
