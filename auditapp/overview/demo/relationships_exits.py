"""Exit strategies at every point of their life, and the one exit that was carried out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from auditapp.overview.demo.story import Story
from auditapp.people.rules import Principal
from auditapp.relationships.exits import service
from auditapp.relationships.exits.model import ExitProcess, ExitStep, ExitStrategy, ExitTrigger, ExitVersion
from auditapp.relationships.exits.queries.base import roles_held
from auditapp.relationships.exits.rules.content import THEIRS, InitiatorRole, Section
from auditapp.relationships.exits.rules.process import Again, ExitKind
from auditapp.relationships.exits.rules.reviews import PlanResult, ReviewOutcome
from auditapp.relationships.exits.rules.triggers import TriggerVerb
from auditapp.relationships.exits.rules.versions import VersionKind
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import Sharing, Stage

RUNS_OUT = 2  # the number of that trigger
S, K, V = Section, VersionKind, TriggerVerb
USUAL = (
    "control",
    "distress",
    "people",
    "trust",
    "contract",
    "regulation",
    "level",
    "health",
    "issue",
    "market",
)
RAIL: dict[Section, str] = {
    S.BOUNDARIES: "The parting covers design, planning and works of the renewal. **It leaves alone** safety duties on "
    "the open line and warranties already given.\n\nAcceptable: possessions kept in 95 of 100 cases over a quarter.",
    S.CONFLICT_AREAS: "- Spare parts ordered for both depots\n- Staff of both sides who know the signalling interface\n"
    "- Savings not yet shared",
    S.IMPACT_INTERNAL: "Forty people in the rail sector; two apprenticeships that depend on the line.",
    S.IMPACT_EXTERNAL: "Passengers of 84 km of line, the regulator, and eleven local suppliers.",
    S.WHO_MAY_INITIATE: "The Senior Executive of either party, after a talk with the other.",
    S.NOTICE_ROUTE: "In writing from Senior Executive to Senior Executive, **six months** before the end; the joint team "
    "is told on the same day, with one text.",
    S.DISENGAGEMENT: "Works in a possession are finished; no new one is planned after the notice.",
    S.PEOPLE: "Secondees return within 20 working days. Nobody is hired away for a year.",
    S.ASSETS: "| what | whose | how it goes back |\n|---|---|---|\n| tamping machine | ours | by rail, after the last "
    "possession |\n| survey trolleys | joint | offered to the other first |",
    S.DATA_AND_KNOWLEDGE: "The shared site model goes to both parties; personal data is deleted after 90 days.",
    S.INTELLECTUAL_PROPERTY: "What each brought stays theirs. The possession planner was made together: both may use it.",
    S.COMMITMENTS_AND_MONEY: "Orders beyond the end are listed monthly. Savings are shared up to the last day.",
    S.CONTINUITY: "If the partner leaves before time, our own control room takes over possessions from the next "
    "Monday; the framework supplier stands by for the night shift.",
    S.COMMUNICATIONS: "One joint text to staff, passengers and press, agreed by both Senior Executives.",
    S.FUTURE_OPPORTUNITIES: "The freight branch, when its funding is decided.",
}
SHORT: dict[Section, str] = {
    S.BOUNDARIES: "The parting is about the joint work. Safety and warranties are not touched.",
    S.CONFLICT_AREAS: "- Results made together\n- People who know both sides",
    S.NOTICE_ROUTE: "In writing, three months before the end, from Senior Executive to Senior Executive.",
    S.DATA_AND_KNOWLEDGE: "Handed over in an open format, and read back once before the last day.",
    S.CONTINUITY: "Our own team serves customers for six weeks; a second source is named for each service.",
    S.FUTURE_OPPORTUNITIES: "To be asked again when the market has settled.",
}
OWN_ONLY = frozenset({S.IMPACT_INTERNAL})


@dataclass
class Life:
    """The strategy of one relationship, told in its order."""

    story: Story
    ref: str
    manager: str
    contact: str = ""
    kinds: dict[int, VersionKind] = field(
        default_factory=dict
    )  # by the day a version is submitted, if not joint

    def on(self, day: int, what: Callable[[datetime], object], hour: int = 10) -> None:
        """Something happens on a day, counted from today."""

        def happens(at: datetime) -> None:
            what(at)

        self.story.tell(self.story.moment(day, hour), happens)

    @property
    def relationship(self) -> Relationship:
        """Which one."""
        return self.story.session.get_one(Relationship, self.story.relationships[self.ref])

    @property
    def strategy(self) -> ExitStrategy:
        """Its strategy."""
        return self.story.session.scalars(
            sa.select(ExitStrategy).where(ExitStrategy.relationship_id == self.relationship.id)
        ).one()

    @property
    def latest(self) -> ExitVersion:
        """Its newest version."""
        return self.story.session.scalars(
            sa.select(ExitVersion)
            .where(ExitVersion.strategy_id == self.strategy.id)
            .order_by(ExitVersion.number.desc())
            .limit(1)
        ).one()

    def trigger(self, number: int) -> ExitTrigger:
        """One of its triggers."""
        mine = sa.select(ExitTrigger).where(ExitTrigger.strategy_id == self.strategy.id)
        return self.story.session.scalars(mine.where(ExitTrigger.number == number)).one()

    def who(self, name: str = "") -> Principal:
        """Somebody by first name; else the manager."""
        return self.story.people[name or self.manager]

    def by(self, at: datetime, name: str = "") -> dict[str, Any]:
        """What every verb takes."""
        return {"actor": self.who(name), "at": at, "strategy": self.strategy}

    def start(
        self, day: int, kind: VersionKind, texts: dict[Section, str], triggers: tuple[str, ...] = USUAL
    ) -> None:
        """The first draft and its sections."""

        def begin(at: datetime) -> None:
            service.start(
                self.story.session, actor=self.who(), at=at, relationship=self.relationship, kind=kind,
                trigger_keys=triggers, with_steps=kind is K.JOINT,
            )  # fmt: skip

        self.on(day, begin)
        self.write(day, kind, texts)

    def write(self, day: int, kind: VersionKind, texts: dict[Section, str]) -> None:
        """Some sections, on one day."""

        def write(at: datetime) -> None:
            for key, text in texts.items():
                shared = kind is K.JOINT and key not in OWN_ONLY
                service.write_section(
                    self.story.session, version=self.latest, key=key, text=text,
                    sharing=Sharing.SHARED if shared else Sharing.INTERNAL, owner_id=self.who().person_id, **self.by(at),
                )  # fmt: skip

        self.on(day, write, 14)

    def agreed(self, day: int, *, waits: bool = False) -> None:
        """Submitted; our Senior Executive agrees; unless it ``waits``, the partner too, and it is in force."""

        def submit(at: datetime) -> None:
            service.submit(self.story.session, version=self.latest, **self.by(at))

        def ours(at: datetime) -> None:
            service.agree(self.story.session, version=self.latest, **self.by(at, "ben"))

        def theirs(at: datetime) -> None:
            contact = self.story.people.get(self.contact)
            if contact and roles_held(self.story.session, contact, self.relationship) & THEIRS:
                service.agree(self.story.session, version=self.latest, **self.by(at, self.contact))
                return
            for partner in self.relationship.partners:
                service.record_agreement(
                    self.story.session, version=self.latest, party_id=partner.id, on=self.story.day(day + 4),
                    reference="Minutes of the joint management team, item 4", **self.by(at),
                )  # fmt: skip

        def holds(at: datetime) -> None:
            service.put_in_force(
                self.story.session, version=self.latest, on=self.story.day(day + 5), **self.by(at)
            )

        self.on(day, submit, 9)
        self.on(day + 1, ours)
        if waits:
            return
        if self.kinds.get(day, K.JOINT) is K.JOINT:
            self.on(day + 4, theirs)
        self.on(day + 5, holds, 15)

    def reviewed(
        self, day: int, own: str, theirs: str, outcome: ReviewOutcome = ReviewOutcome.KEPT, changes: str = ""
    ) -> None:
        """A review."""
        self.on(
            day,
            lambda at: service.record_review(
                self.story.session, on=self.story.day(day), own=own, theirs=theirs, outcome=outcome, changes=changes,
                sharing=Sharing.SHARED, **self.by(at),
            ),
        )  # fmt: skip

    def tested(self, day: int, what: str, result: PlanResult, found: str = "") -> None:
        """A test of the continuity plan."""
        self.on(
            day,
            lambda at: service.record_test(
                self.story.session, on=self.story.day(day), what=what, result=result, found=found, **self.by(at)
            ),
        )  # fmt: skip

    def seen(self, day: int, number: int, verb: TriggerVerb, note: str = "") -> None:
        """A look at one trigger."""

        def look(at: datetime) -> None:
            found = self.trigger(number)
            service.check_trigger(self.story.session, trigger=found, verb=verb, note=note, **self.by(at))

        self.on(day, look, 11)

    def all_quiet(self, day: int) -> None:
        """A round in which nothing had changed."""

        def look(at: datetime) -> None:
            live = self.story.session.scalars(
                sa.select(ExitTrigger).where(ExitTrigger.strategy_id == self.strategy.id)
            )
            service.check_all(
                self.story.session, said_of={one.number: (V.CONFIRM, "") for one in live}, **self.by(at)
            )

        self.on(day, look, 9)


def load_exits(story: Story, at: datetime) -> None:
    """Tell it."""
    del at
    _rail(Life(story, "R-01", "kim", "wes"))
    _tidal(Life(story, "R-02", "leo", "xavi"))
    _logistics(Life(story, "R-03", "mia", "yara"))
    _model(Life(story, "R-04", "noah"))
    _venture(Life(story, "R-05", "mia"))
    _station(Life(story, "R-08", "noah"))
    _design(Life(story, "R-07", "kim"))


def _rail(life: Life) -> None:
    """In force and kept up: one trigger on watch, the plan tested twice."""
    life.start(-430, K.JOINT, RAIL)
    life.agreed(-400)
    life.tested(-300, "Table-top: the partner stops on a Friday evening.", PlanResult.PARTLY,
                "The framework supplier’s night number rang out. A second number is agreed.")  # fmt: skip
    life.all_quiet(-235)
    life.all_quiet(-50)
    life.reviewed(-48, "Kim Kapok, Iris Ivy", "Wes Willow", ReviewOutcome.KEPT)
    life.tested(-40, "The control room ran two possessions on its own.", PlanResult.PASSED)
    life.seen(
        -12,
        6,
        V.WATCH,
        "A bill on track access is in its second reading; it would change who pays for possessions.",
    )


def _tidal(life: Life) -> None:
    """A second version that waits for the partner."""
    life.start(-420, K.JOINT, {**SHORT, S.PEOPLE: "Two engineers are seconded; they return within a month."})
    life.agreed(-390)
    life.all_quiet(-215)
    life.reviewed(-45, "Leo Larch, Jon Juniper", "Xavi Xyris", ReviewOutcome.TO_CHANGE,
                  "The innovation fund needs an end: who keeps what when one of us leaves.")  # fmt: skip

    def again(at: datetime) -> None:
        service.begin_version(
            life.story.session,
            kind=K.JOINT,
            changes="The innovation fund gets an end of its own.",
            **life.by(at),
        )

    life.on(-30, again, 9)
    life.write(
        -29, K.JOINT,
        {S.COMMITMENTS_AND_MONEY: "What the fund holds on the last day is shared **by what was paid in**; ideas under way "
         "are finished by whoever leads them.",
         S.NOTICE_ROUTE: "In writing, six months before the end, from Senior Executive to Senior Executive."},
    )  # fmt: skip
    life.agreed(-8, waits=True)


def _logistics(life: Life) -> None:
    """A trigger has tripped and asks for a decision; the review is asked for by it."""
    life.start(-440, K.JOINT, SHORT)
    life.agreed(-410)
    life.all_quiet(-225)
    life.reviewed(-44, "Mia Maple", "Yara Yew")
    life.all_quiet(-42)
    life.seen(-20, 1, V.WATCH, "A trade paper writes that a fund wants to buy the partner.")
    life.seen(-3, 1, V.TRIP, "The partner confirmed it: the sale is signed, the new owner starts next month.")


def _model(life: Life) -> None:
    """The position was discussed with the candidate."""
    life.start(-60, K.POSITION, SHORT, ("control", "distress", "market"))

    def discussed(at: datetime) -> None:
        service.record_discussion(
            life.story.session, version=life.latest, on=life.story.day(-40),
            note="With Zoe Zinnia. Escrow of the source is accepted; the hand-over of data needs a test before signing.",
            **life.by(at),
        )  # fmt: skip

    life.on(-40, discussed)
    life.kinds[-35] = K.POSITION
    life.agreed(-35)


def _venture(life: Life) -> None:
    """The one that an audit found missing: being written."""
    life.start(-25, K.JOINT, {S.BOUNDARIES: SHORT[S.BOUNDARIES], S.CONFLICT_AREAS: "- Seconded staff\n- The sleeper recipe"},
               ("control", "distress", "wish"))  # fmt: skip


def _station(life: Life) -> None:
    """First thoughts, at the stage of Knowledge."""
    life.start(-30, K.ASSESSMENT, {S.BOUNDARIES: "Bidding apart again must stay possible after every bid.",
                                   S.INTELLECTUAL_PROPERTY: "Drawings of a lost bid go back to whoever drew them."},
               ("market", "strategy"))  # fmt: skip
    life.kinds[-20] = K.ASSESSMENT
    life.agreed(-20)


def _design(life: Life) -> None:
    """The framework that ran out: its exit, from the notice to the closing evaluation."""
    found = life.relationship
    found.ended_on, found.stage = None, Stage.STAYING_TOGETHER  # it ends in its own time, below
    life.start(-480, K.JOINT, SHORT, ("contract", "objectives", "people"))
    life.agreed(-470)
    life.all_quiet(-300)
    life.seen(-285, RUNS_OUT, V.TRIP, "The framework runs out in summer and is not renewed.")

    def begin(at: datetime) -> None:
        service.activate(
            life.story.session, actor=life.who("ben"), at=at, relationship=life.relationship, held={InitiatorRole.SER},
            kind=ExitKind.PLANNED, reason="The framework runs out; what it was for is built.",
            notice_on=life.story.day(-270), ends_on=life.story.day(-150),
            route="Letter from Ben Birch to the partner’s director", reference="Letter HI-114", trigger_id=life.trigger(RUNS_OUT).id,
        )  # fmt: skip

    life.on(-270, begin)
    for number, day in enumerate((-262, -258, -255, -254, -245, -240, -185, -170, -153, -151), start=1):
        life.on(day, lambda at, number=number: _done(life, number, at))  # type: ignore[misc]
    life.on(-151, lambda at: _evaluated(life, at), 15)
    life.on(
        -150,
        lambda at: service.complete(
            life.story.session, actor=life.who(), at=at, relationship=life.relationship, process=_process(life),
            on=life.story.day(-150),
        ),
        16,
    )  # fmt: skip


def _process(life: Life) -> ExitProcess:
    return life.story.session.scalars(
        sa.select(ExitProcess).where(ExitProcess.relationship_id == life.relationship.id)
    ).one()


def _done(life: Life, number: int, at: datetime) -> None:
    process = _process(life)
    step = life.story.session.scalars(
        sa.select(ExitStep).where(ExitStep.process_id == process.id, ExitStep.number == number)
    ).one()
    common: dict[str, Any] = {
        "actor": life.who(), "at": at, "relationship": life.relationship, "process": process, "step": step,
    }  # fmt: skip
    if number == 1:
        reason = "The end is planned: customers are served to the last day."
        service.waive_step(life.story.session, reason=reason, **common)
        return
    note = "Confirmed in the weekly call." if step.party_id else ""
    service.do_step(life.story.session, on=at.date(), note=note, **common)


def _evaluated(life: Life, at: datetime) -> None:
    process = _process(life)
    common: dict[str, Any] = {
        "actor": life.who(), "at": at, "relationship": life.relationship, "process": process,
    }  # fmt: skip
    service.evaluate(
        life.story.session, party_id=None, sharing=Sharing.SHARED,
        values=service.Evaluated(
            worked="Designers sat with us from the first week; questions took hours, not weeks.",
            lessons="Hand over knowledge from the first month on, and not in the last.",
            value_reached="Nine schemes designed; a fifth less rework than before the framework.",
            future="Ask them again for the stations, if that goes ahead.", again=Again.YES,
        ), **common,
    )  # fmt: skip
    service.evaluate(
        life.story.session, party_id=life.relationship.partners[0].id, reference="E-mail of their director after the last meeting",
        values=service.Evaluated(
            worked="Early talks about what is needed.", lessons="Say earlier that a framework will not be renewed.",
            value_reached="Steady work for two design teams.", future="Stations.", again=Again.YES,
        ), **common,
    )  # fmt: skip
