"""The audits of the demonstration programme: past, current and coming ones, in every state an audit can be in."""

from dataclasses import dataclass
from enum import StrEnum

from auditapp.audits.rules import AuditKind
from auditapp.overview.demo.texts import COMBINED, EXIT, LOGISTICS, SYSTEM, TIDAL, Raised

ISO = "iso44001-2017"
BS = "bs11000-1-2010"


class End(StrEnum):
    """How far an audit has come by today."""

    PLANNED = "planned"
    SENT = "sent"
    OBJECTED = "objected"
    AGREED = "agreed"
    WALKING = "walking"
    REPORTING = "reporting"
    ISSUED = "issued"
    FOLLOW_UP = "follow_up"
    COMPLETED = "completed"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Tale:
    """One audit as it went. ``starts``: days from today; people by first name; relationships by ref."""

    title: str
    end: End
    starts: int
    lasts: int = 2  # days
    kind: AuditKind = AuditKind.INTERNAL
    libraries: tuple[str, ...] = (ISO,)
    relationships: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    leader: str = "dan"
    auditors: tuple[str, ...] = ()
    experts: tuple[str, ...] = ()
    observers: tuple[str, ...] = ()
    auditees: tuple[str, ...] = ()
    override: tuple[str, str, str] = (
        "",
        "",
        "",
    )  # who audits though not independent, why, who reviews the work
    objectives: str = "Find out whether what was agreed is done, and whether it helps the relationship."
    scope: str = ""
    places: str = "Head office, room Hawthorn; site offices"
    reason: str = ""  # why objected, postponed or cancelled
    raised: tuple[Raised, ...] = ()
    share: float = 1.0  # how much of it is answered by today
    repeat_months: int | None = None
    seed: int = 1
    conclusion: str = ""
    corrected: bool = False  # the issued report has a second revision


TALES: tuple[Tale, ...] = (
    Tale(
        title="Management system: leadership, objectives, review",
        end=End.COMPLETED,
        starts=-410,
        stages=("awareness", "management_system"),
        relationships=("R-02",),
        auditors=("gwen",),
        auditees=("ada", "ben"),
        scope="Clauses on context, leadership, planning, support, evaluation and improvement; the tidal scheme as example.",
        raised=SYSTEM,
        repeat_months=12,
        seed=11,
        conclusion="The system is led from the top and lived in daily work. Two objectives need figures.",
    ),
    Tale(
        title="Gap analysis before the certification body comes",
        end=End.COMPLETED,
        starts=-310,
        lasts=1,
        kind=AuditKind.GAP,
        libraries=("gap-readiness",),
        relationships=("R-01", "R-03"),
        leader="ella",
        auditees=("ada", "iris"),
        objectives="Find out how far we are on the way to a certificate, and what to do first.",
        scope="The whole management system; rail and logistics as examples.",
        seed=12,
        conclusion="Ready for Stage 1 in a quarter. Exit strategies and records of review are the longest way.",
    ),
    Tale(
        title="Logistics framework: staying together",
        end=End.FOLLOW_UP,
        starts=-215,
        libraries=(BS,),
        relationships=("R-03",),
        stages=("working_together", "value_creation", "staying_together"),
        leader="finn",
        auditors=("ella",),
        auditees=("mia", "yara"),
        scope="Daily work, value and review in the logistics framework.",
        raised=LOGISTICS,
        seed=13,
        repeat_months=24,
        conclusion="A grown relationship that works. What is measured should be used more.",
    ),
    Tale(
        title="Design support framework: the end of it",
        end=End.COMPLETED,
        starts=-140,
        lasts=1,
        relationships=("R-07",),
        stages=("exit_strategy", "staying_together"),
        leader="ella",
        auditees=("kim",),
        scope="How the framework was ended and what was kept of it.",
        raised=EXIT,
        seed=14,
        conclusion="Ended as planned. The rehearsal of the hand-over is worth copying.",
    ),
    Tale(
        title="Tidal scheme alliance: health check with the partner",
        end=End.COMPLETED,
        starts=-95,
        lasts=1,
        kind=AuditKind.HEALTH,
        libraries=("relationship-health",),
        relationships=("R-02",),
        leader="dan",
        observers=("sam",),
        auditees=("leo", "xavi"),
        objectives="Hear how both parties see the relationship, each alone, and lay the answers side by side.",
        scope="The alliance as a whole, seen by both parties.",
        seed=15,
        repeat_months=12,
        conclusion="Both parties trust each other and say so in the same words. They differ about risk.",
    ),
    Tale(
        title="Rail: line renewal and Northlight joint venture",
        end=End.ISSUED,
        corrected=True,
        starts=-48,
        lasts=3,
        libraries=(ISO, BS),
        relationships=("R-01", "R-05"),
        stages=(
            "awareness", "internal_assessment", "partner_selection", "working_together", "value_creation",
            "exit_strategy", "management_system",
        ),
        auditors=("ella", "finn", "hugo"),
        override=(
            "hugo",
            "He knows the purchasing records, and no other auditor was free. He asks about daily work only.",
            "cora",
        ),
        experts=("vera",),
        observers=("tess",),
        auditees=("iris", "kim", "mia", "oona", "wes"),
        objectives="Find out whether both relationships are run as ISO 44001 and BS 11000-1 ask, before the "
        "certification body looks at them; and whether the joint venture could be left in good order.",
        scope="Two relationships of the rail sector and the parts of the management system they lean on. "
        "Knowledge and staying together were audited last year and are not sampled again.",
        places="Alliance office Copperbeck; Northlight works; head office",
        raised=COMBINED,
        seed=16,
        repeat_months=12,
        conclusion="Both relationships are run by people who know what they agreed and why. The line renewal meets "
        "the criteria with small gaps. The joint venture works well day by day but could not be left in good order: "
        "an exit strategy is missing. The management system supports both.",
    ),
    Tale(
        title="Station design: is there a case for a partnership?",
        end=End.REPORTING,
        starts=-16,
        lasts=1,
        relationships=("R-08",),
        stages=("knowledge", "awareness"),
        leader="finn",
        auditees=("noah", "uma"),
        scope="The first two stages of the station design partnership.",
        seed=17,
    ),
    Tale(
        title="Tidal scheme alliance: all eight stages",
        end=End.WALKING,
        starts=-1,
        lasts=3,
        libraries=(ISO, BS),
        relationships=("R-02",),
        auditors=("ella",),
        observers=("sam",),
        auditees=("leo", "jon", "xavi"),
        objectives="See all eight stages of one mature relationship against both standards.",
        scope="The alliance from awareness to exit, and the parts of the system it uses.",
        places="Tidal site office; partner's head office",
        raised=TIDAL,
        share=0.42,
        seed=18,
        repeat_months=24,
    ),
    Tale(
        title="Shared site model: choosing the partner",
        end=End.AGREED,
        starts=9,
        relationships=("R-04",),
        stages=("internal_assessment", "partner_selection"),
        leader="ella",
        auditors=("dan",),
        auditees=("noah", "zoe"),
        scope="How the partner is chosen, and whether behaviour weighs as much as function.",
        seed=19,
    ),
    Tale(
        title="Facilities: our own division as a partner",
        end=End.SENT,
        starts=20,
        lasts=1,
        relationships=("R-06",),
        stages=("awareness", "knowledge", "internal_assessment"),
        leader="finn",
        auditees=("noah", "oona"),
        scope="Whether working with our own division is prepared like working with a partner.",
        seed=20,
    ),
    Tale(
        title="Logistics framework: issues and joint reviews",
        end=End.OBJECTED,
        starts=27,
        libraries=(BS,),
        relationships=("R-03",),
        stages=("working_together",),
        leader="dan",
        auditees=("mia", "yara"),
        scope="The issue ladder and the joint reviews of this year.",
        reason="Those two days are our stock count: nobody would have time for you. The week after suits us.",
        seed=21,
    ),
    Tale(
        title="Line renewal: value creation on site",
        end=End.POSTPONED,
        starts=34,
        relationships=("R-01",),
        stages=("value_creation", "working_together"),
        leader="ella",
        auditees=("kim",),
        scope="Ideas, shared savings and how they are taken up on site.",
        reason="The line is closed for the possession in that month; the site team moves to the depot.",
        seed=22,
    ),
    Tale(
        title="Station design: selection of the partner",
        end=End.CANCELLED,
        starts=41,
        lasts=1,
        relationships=("R-08",),
        stages=("partner_selection",),
        leader="finn",
        auditees=("noah",),
        scope="The way to the partner.",
        reason="The partnership has not come this far. It is audited when there is something to select.",
        seed=23,
    ),
    Tale(
        title="Northlight joint venture: exit strategy, follow-up",
        end=End.PLANNED,
        starts=75,
        lasts=1,
        kind=AuditKind.FOLLOW_UP,
        libraries=(ISO, BS),
        relationships=("R-05",),
        stages=("exit_strategy", "working_together"),
        auditors=("ella",),
        auditees=("mia",),
        scope="Whether what was agreed after the last audit has been done and works.",
        seed=24,
    ),
    Tale(
        title="Shared site model: health check after the first quarter",
        end=End.PLANNED,
        starts=130,
        lasts=1,
        kind=AuditKind.HEALTH,
        libraries=("relationship-health",),
        relationships=("R-04",),
        leader="ella",
        auditees=("noah", "zoe"),
        objectives="Hear how both parties see the beginning, each alone.",
        scope="The first quarter of working together.",
        seed=25,
    ),
    Tale(
        title="Management system before surveillance",
        end=End.PLANNED,
        starts=190,
        stages=("management_system",),
        relationships=("R-05",),
        auditors=("finn",),
        auditees=("ada", "ben"),
        scope="The clauses around the eight stages.",
        repeat_months=12,
        seed=26,
    ),
)  # fmt: skip
