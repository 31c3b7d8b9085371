"""What the auditors of the demonstration wrote: notes by result, and findings to be raised from an answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from auditapp.audits.execution.rules import Grade, Result

NOTES: Mapping[Result, tuple[str, ...]] = {
    Result.CONFORMS: (
        "Shown without being asked twice; the last change is three weeks old.",
        "Both sides describe it in the same words.",
        "In use since the start, reviewed at each joint management team meeting.",
        "Looked at three examples of different age; all of them complete.",
        "Kept in the RMP, current revision, signed by both relationship managers.",
        "The staff on site knew where to find it and when it was last changed.",
        "Owner named, date set, result recorded.",
        "",
    ),
    Result.NONCONFORMING: ("What was agreed is not what is done; see the finding.",),
    Result.OBSERVATION: (
        "Works today because two people know it by heart. Nothing is written down.",
        "Done, but the record does not show when.",
    ),
    Result.OPPORTUNITY: (
        "The other sector solves this with one shared list; worth copying.",
        "The partner offered to run this jointly.",
    ),
    Result.GOOD_PRACTICE: ("Better than asked for. Should be shown to the other relationships.",),
    Result.ARRANGED: (
        "Agreed and assigned. Nothing to look at before this stage is reached.",
        "Procedure in place; the first use is planned for next spring.",
    ),
    Result.NOT_APPLICABLE: ("",),
    Result.NOT_VERIFIED: ("",),
}
REASONS: Mapping[Result, tuple[str, ...]] = {
    Result.NOT_APPLICABLE: (
        "There is no sub-contracting in this relationship.",
        "The relationship is with our own division; nothing is bought.",
    ),
    Result.NOT_VERIFIED: (
        "The person who keeps the record was on leave; to be looked at in the next audit.",
        "The partner's records were not open to us on the day.",
    ),
}
SAMPLES = ("3 of 12 meeting records", "5 of 31 risks", "all 4 reviews of the year", "2 of 6 site teams", "")


@dataclass(frozen=True)
class Raised:
    """A finding to be raised from the first question of a stage that is still free for it."""

    grade: Grade
    stage: str
    statement: str
    evidence: str
    relationship: str = ""  # ref; empty: about the system
    photo: str = ""  # a drawing
    caption: str = ""
    support: int = 1  # how many answers support it
    auditee: str = ""
    about: str = ""  # a word of the question it is raised from, if one has it


RESULT_OF: Mapping[Grade, Result] = {
    Grade.MAJOR: Result.NONCONFORMING,
    Grade.MINOR: Result.NONCONFORMING,
    Grade.OBSERVATION: Result.OBSERVATION,
    Grade.OPPORTUNITY: Result.OPPORTUNITY,
    Grade.GOOD_PRACTICE: Result.GOOD_PRACTICE,
}

COMBINED: tuple[Raised, ...] = (
    Raised(
        Grade.MAJOR,
        "exit_strategy",
        "The joint venture has no exit strategy. What would end it, who keeps the joint results and how staff "
        "return is not settled, though the company has run for a year and a half.",
        "RMP of Northlight, revision 3: the chapter on exit is empty. Interview with the supply chain manager. "
        "Board papers of the last four quarters name no trigger.",
        relationship="R-05",
        support=2,
        auditee="mia",
        about="exit",
    ),
    Raised(
        Grade.MINOR,
        "working_together",
        "Issues do not climb the ladder in the agreed time: three of eight open issues stayed on level 2 for more "
        "than ten working days without a decision or an extension.",
        "Issue log, numbers 1 to 8; the ladder on the whiteboard of the alliance room (photo).",
        relationship="R-01",
        photo="whiteboard",
        caption="Issue ladder in the alliance room",
        auditee="kim",
        about="escalat",
    ),
    Raised(
        Grade.MINOR,
        "working_together",
        "Reviews of the joint risk list were not recorded in the second half of the year. The risks are talked "
        "about, but nobody can show what was decided.",
        "Binder “Reviews, 2nd half” is empty (photo). Joint risk list: last change in June.",
        relationship="R-05",
        photo="binder",
        caption="Binders of the joint management team",
        auditee="mia",
        about="risk",
    ),
    Raised(
        Grade.OBSERVATION,
        "working_together",
        "The charter of behaviours carries the partner's signature without a date. It cannot be seen whether it "
        "was agreed before the work began.",
        "Charter, last page (photo).",
        relationship="R-05",
        photo="signed_page",
        caption="Last page of the charter of behaviours",
        auditee="oona",
        about="charter signed by both",
    ),
    Raised(
        Grade.OBSERVATION,
        "management_system",
        "Document control knows two current revisions of the relationship procedure. The older one is still "
        "linked from the induction pages.",
        "Procedure CP-04 revisions 5 and 6, both opened from the intranet on the day of the audit.",
        auditee="ada",
        about="document",
    ),
    Raised(
        Grade.OPPORTUNITY,
        "value_creation",
        "Ideas from the site teams reach the idea fund through their managers only. A direct way in, as in the "
        "energy sector, would bring more of them and faster.",
        "Idea register of the year: 4 of 31 entries come from site teams. Interviews with two foremen.",
        relationship="R-01",
        auditee="kim",
        about="idea",
    ),
    Raised(
        Grade.OPPORTUNITY,
        "internal_assessment",
        "The profile of collaborative behaviours is measured once a year. Measured at the turn of each project "
        "stage, it would show changes while something can still be done.",
        "Behaviour profile of March; plan of project stages.",
        auditee="rosa",
        about="behaviour",
    ),
    Raised(
        Grade.GOOD_PRACTICE,
        "value_creation",
        "Shared savings are shown on the site wall, kept up by both parties every quarter. Everybody who was asked "
        "knew the figure.",
        "Chart in the site office (photo); five people asked, five right answers.",
        relationship="R-01",
        photo="wall_chart",
        caption="Chart of shared savings in the site office",
        auditee="kim",
        about="benefit",
    ),
    Raised(
        Grade.GOOD_PRACTICE,
        "awareness",
        "Each new member of staff spends half a day with the partner before the first working day.",
        "Induction plan; three of three newcomers confirmed it.",
        auditee="rosa",
        about="competence",
    ),
)
SYSTEM: tuple[Raised, ...] = (
    Raised(
        Grade.MINOR,
        "management_system",
        "Objectives of the collaboration system have no figures for two of five areas, so that nobody can say "
        "whether they were met.",
        "Objectives of the year, page 2; management review minutes.",
        auditee="ada",
        about="objectives register",
    ),
    Raised(
        Grade.OBSERVATION,
        "awareness",
        "The letter that appoints the Senior Executive Responsible names a predecessor's title.",
        "Letter of appointment; organization chart.",
        auditee="ben",
        about="appoint",
    ),
    Raised(
        Grade.GOOD_PRACTICE,
        "management_system",
        "Top management walks through one relationship at every review, with the people who run it in the room.",
        "Minutes of the last four management reviews.",
        auditee="ben",
        about="review",
    ),
)
LOGISTICS: tuple[Raised, ...] = (
    Raised(
        Grade.MINOR,
        "staying_together",
        "Trust is measured, but the results of the last two rounds were not taken up by the joint team.",
        "Survey results of spring and autumn; minutes 11 to 18 do not mention them.",
        relationship="R-03",
        auditee="mia",
        about="trust",
    ),
    Raised(
        Grade.OPPORTUNITY,
        "working_together",
        "Forecasts travel by mail once a month. The partner's portal would show them the same day.",
        "Mails of the last quarter; demonstration of the portal by the partner.",
        relationship="R-03",
        auditee="mia",
        about="communicat",
    ),
)
EXIT: tuple[Raised, ...] = (
    Raised(
        Grade.GOOD_PRACTICE,
        "exit_strategy",
        "The hand-over at the end of the framework was rehearsed a quarter before it was due, with the partner.",
        "Rehearsal protocol; list of open points, all closed on the last day.",
        relationship="R-07",
        auditee="kim",
        about="transition",
    ),
    Raised(
        Grade.OBSERVATION,
        "exit_strategy",
        "Access of the partner's staff to the shared drive was closed nine days after the end.",
        "Access log of the shared drive.",
        relationship="R-07",
        auditee="kim",
        about="access",
    ),
)
TIDAL: tuple[Raised, ...] = (
    Raised(
        Grade.MINOR,
        "working_together",
        "The joint risk list has no owner on the partner's side for the two highest risks.",
        "Joint risk list, risks 2 and 5; interview with the alliance manager.",
        relationship="R-02",
        auditee="leo",
        about="risk",
    ),
    Raised(
        Grade.GOOD_PRACTICE,
        "value_creation",
        "Every idea gets an answer within two weeks, also the ones that are turned down.",
        "Idea register: 22 of 22 answered in time.",
        relationship="R-02",
        auditee="leo",
        about="idea",
    ),
)
