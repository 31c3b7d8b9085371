"""What each of the eight stages is expected to bring, in our own words, and where in the product it is worked on. Pure.

The keys are those of the guide's bullets as the BS 11000 checklist names them (``AW1`` to ``EX7``), so that each
output is audited by the questions that cover its bullet. A bullet that asks for two things has two outputs, told
apart by a letter (``WT4a``, ``WT4b``).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from auditapp.kit.text import Text
from auditapp.relationships.rules import Stage


@dataclass(frozen=True, kw_only=True)
class Place:
    """A page of the product: what it is called, and whether it belongs to one relationship."""

    label: Text
    of_relationship: bool = True


PLACES: Mapping[str, Place] = {
    "dossier.show": Place(label=Text("Overview of the relationship")),
    "lifecycle.of_relationship": Place(label=Text("Stages")),
    "rmp.of_relationship": Place(label=Text("RMP")),
    "rmp.index": Place(label=Text("Corporate RMP"), of_relationship=False),
    "exits.of_relationship": Place(label=Text("Exit strategy")),
    "obligations.of_relationship": Place(label=Text("Obligations")),
    "obligations.index": Place(label=Text("Obligations of the system"), of_relationship=False),
    "issues.of_relationship": Place(label=Text("Issues")),
    "meetings.of_relationship": Place(label=Text("Meetings")),
    "joint_actions.of_relationship": Place(label=Text("Actions")),
    "communications.of_relationship": Place(label=Text("Communications")),
    "documents.of_relationship": Place(label=Text("Documents")),
    "documents.index": Place(label=Text("Documents of the system"), of_relationship=False),
    "contacts.of_relationship": Place(label=Text("People")),
    "contacts.terms": Place(label=Text("Contract, priority, interdependencies")),
    "objectives.of_relationship": Place(label=Text("Objectives")),
    "risks.of_relationship": Place(label=Text("Risks")),
    "ideas.of_relationship": Place(label=Text("Ideas")),
    "lessons.of_relationship": Place(label=Text("Lessons")),
    "health.of_relationship": Place(label=Text("Health checks")),
    "behaviours.of_relationship": Place(label=Text("Behaviours")),
    "certification.index": Place(label=Text("Certificate"), of_relationship=False),
}


@dataclass(frozen=True, kw_only=True)
class Output:
    """One expected output of a stage.

    ``places`` are endpoints of :data:`PLACES`, the first one is where to get it. ``system``: the same for every
    relationship, so what one has can be taken over by the next. ``rmp``: not ticked here, but by the RMP's own record.
    """

    key: str
    stage: Stage
    title: Text
    hint: Text
    places: tuple[str, ...]
    system: bool = False
    rmp: bool = False

    @property
    def bullet(self) -> str:
        """The bullet it belongs to: ``WT4a`` belongs to ``WT4``."""
        return self.key.rstrip("ab")


_S = Stage
_ALL: tuple[Output, ...] = (
    # Awareness
    Output(
        key="AW1", stage=_S.AWARENESS, system=True, places=("contacts.of_relationship", "documents.index"),
        title=Text("A Senior Executive Responsible with charge and authority"),
        hint=Text("The appointment: its date, who gave it, and who stands in during absence."),
    ),
    Output(
        key="AW2", stage=_S.AWARENESS, system=True, places=("documents.index", "objectives.of_relationship"),
        title=Text("Policy, objectives and scope for working with partners"),
        hint=Text("The policy in force, and what lies inside the system and what does not."),
    ),
    Output(
        key="AW3", stage=_S.AWARENESS, places=("objectives.of_relationship",),
        title=Text("The benefits hoped for, and an objective for each"),
        hint=Text("What working together could bring, and which objective grew out of it."),
    ),
    Output(
        key="AW4", stage=_S.AWARENESS, system=True, places=("contacts.terms", "documents.index"),
        title=Text("How partners are chosen; segment and priority of this relationship"),
        hint=Text("The procedure, and the criteria by which this relationship got its priority."),
    ),
    Output(
        key="AW5", stage=_S.AWARENESS, system=True, places=("behaviours.of_relationship", "documents.index"),
        title=Text("The behaviours and competences that are asked for"),
        hint=Text("A model that people are measured by, on both sides later on."),
    ),
    Output(
        key="AW6", stage=_S.AWARENESS, places=("risks.of_relationship",),
        title=Text("First risks, weighed against the benefits"),
        hint=Text("A first register with likelihood and effect, beside what is to be gained."),
    ),
    Output(
        key="AW7", stage=_S.AWARENESS, places=("joint_actions.of_relationship", "documents.of_relationship"),
        title=Text("An action plan for this relationship"),
        hint=Text("Offer, sector, kinds of customers and regions; who does what until when."),
    ),
    Output(
        key="AW8", stage=_S.AWARENESS, system=True, places=("documents.index", "certification.index"),
        title=Text("An overview of how the system answers the standard"),
        hint=Text("A matrix or a handbook: clause by clause, where it is dealt with."),
    ),
    Output(
        key="AW9", stage=_S.AWARENESS, rmp=True, places=("rmp.of_relationship", "rmp.index"),
        title=Text("The RMP is begun: scope and core"),
        hint=Text("Its first version says what the relationship is about and what the system asks of it."),
    ),
    # Knowledge
    Output(
        key="KN1", stage=_S.KNOWLEDGE, places=("lifecycle.of_relationship", "documents.of_relationship"),
        title=Text("The opportunity weighed: is a partnership the right form?"),
        hint=Text("If it is not, decide not to collaborate: that is a result too, and its reason is kept."),
    ),
    Output(
        key="KN2", stage=_S.KNOWLEDGE, places=("contacts.of_relationship", "behaviours.of_relationship"),
        title=Text("Key people who know how, with their training"),
        hint=Text("Who they are and what they learned about working with partners."),
    ),
    Output(
        key="KN3", stage=_S.KNOWLEDGE, system=True, places=("lessons.of_relationship", "documents.index"),
        title=Text("Lessons from earlier partnerships, and rules for sharing knowledge"),
        hint=Text("What was learned is found again, and everybody knows what may be passed on."),
    ),
    Output(
        key="KN4", stage=_S.KNOWLEDGE, places=("documents.of_relationship", "documents.index"),
        title=Text("Strategy and business case, made by a set procedure"),
        hint=Text("The case for this opportunity, and the procedure it follows."),
    ),
    Output(
        key="KN5", stage=_S.KNOWLEDGE, places=("objectives.of_relationship", "communications.of_relationship"),
        title=Text("Objectives approved, and known in the organization"),
        hint=Text("Who approved them, and how the people concerned heard of it."),
    ),
    Output(
        key="KN6", stage=_S.KNOWLEDGE, places=("documents.of_relationship",),
        title=Text("What it means for market and customers"),
        hint=Text("Who might be touched by this partnership, and how they would take it."),
    ),
    Output(
        key="KN7", stage=_S.KNOWLEDGE, places=("ideas.of_relationship", "obligations.of_relationship"),
        title=Text("The value expected, estimated anew at every stage"),
        hint=Text("A figure or a range, its date, and the next time it is looked at."),
    ),
    Output(
        key="KN8", stage=_S.KNOWLEDGE, places=("exits.of_relationship",),
        title=Text("A first look at the way out"),
        hint=Text("What it would take to part, before anything is signed."),
    ),
    Output(
        key="KN9", stage=_S.KNOWLEDGE, places=("risks.of_relationship",),
        title=Text("Risks and opportunities of the partnership, managed by a procedure"),
        hint=Text("A register with owners and review dates, kept by rules that are written down."),
    ),
    Output(
        key="KN10", stage=_S.KNOWLEDGE, places=("contacts.terms", "obligations.of_relationship"),
        title=Text("Interdependencies with other relationships"),
        hint=Text("What this one needs of others and they of it, with the date of the last review."),
    ),
    Output(
        key="KN11", stage=_S.KNOWLEDGE, rmp=True, places=("rmp.of_relationship",),
        title=Text("The RMP holds what the stage of Knowledge brought"),
        hint=Text("Reviewed, and brought up to date with strategy, value, risks and the first way out."),
    ),
    # Internal assessment
    Output(
        key="IA1", stage=_S.INTERNAL_ASSESSMENT, system=True, places=("documents.index", "obligations.index"),
        title=Text("Policies and processes in use, with their last review"),
        hint=Text("They show whether the partnership works, and they are kept up to date."),
    ),
    Output(
        key="IA2", stage=_S.INTERNAL_ASSESSMENT, places=("contacts.of_relationship", "dossier.show"),
        title=Text("Who leads: SER, owner and manager of this relationship"),
        hint=Text("Named, and able to carry the strategy."),
    ),
    Output(
        key="IA3", stage=_S.INTERNAL_ASSESSMENT, places=("documents.of_relationship",),
        title=Text("The criteria by which a partner will be chosen"),
        hint=Text("Written down before the first candidate is looked at; behaviour counts among them."),
    ),
    Output(
        key="IA4", stage=_S.INTERNAL_ASSESSMENT, places=("behaviours.of_relationship",),
        title=Text("Our own skills looked at; people found or developed"),
        hint=Text("What was missing, and what was done about it."),
    ),
    Output(
        key="IA5", stage=_S.INTERNAL_ASSESSMENT, places=("joint_actions.of_relationship",),
        title=Text("An internal action plan with names and dates"),
        hint=Text("What we have to do ourselves before a partner comes."),
    ),
    Output(
        key="IA6", stage=_S.INTERNAL_ASSESSMENT, system=True, places=("obligations.index", "documents.index"),
        title=Text("The SER has looked at the management system"),
        hint=Text("A review in the last year: does it still fit, does it work, does it matter?"),
    ),
    Output(
        key="IA7", stage=_S.INTERNAL_ASSESSMENT, rmp=True, places=("rmp.of_relationship",),
        title=Text("The RMP holds what the internal assessment brought"),
        hint=Text("Strengths, gaps and the plan to close them stand in it."),
    ),
    # Partner selection
    Output(
        key="PS1", stage=_S.PARTNER_SELECTION, places=("documents.of_relationship",),
        title=Text("Candidates, and how each did against the criteria"),
        hint=Text("Also the one we have always worked with."),
    ),
    Output(
        key="PS2", stage=_S.PARTNER_SELECTION, places=("documents.of_relationship", "risks.of_relationship"),
        title=Text("A plan for the selection, and for what will come up soon, later and in the long run"),
        hint=Text("Issues to expect of the relationship, each with a measure."),
    ),
    Output(
        key="PS3", stage=_S.PARTNER_SELECTION, places=("objectives.of_relationship",),
        title=Text("Objectives that both sides share"),
        hint=Text("At least one that is joint, with a measure both sides read the same way."),
    ),
    Output(
        key="PS4", stage=_S.PARTNER_SELECTION, places=("documents.of_relationship",),
        title=Text("A negotiation strategy that helps to work together afterwards"),
        hint=Text("What is given, what is wanted, and which manners are kept."),
    ),
    Output(
        key="PS5", stage=_S.PARTNER_SELECTION, places=("dossier.show", "documents.of_relationship"),
        title=Text("The partner chosen, with the grounds"),
        hint=Text("Who decided, when, and why this one. Or decide not to collaborate."),
    ),
    Output(
        key="PS6", stage=_S.PARTNER_SELECTION, rmp=True, places=("rmp.of_relationship",),
        title=Text("The RMP holds what the selection brought"),
        hint=Text("From here on there is a joint one, to be agreed by each party."),
    ),
    # Working together
    Output(
        key="WT1", stage=_S.WORKING_TOGETHER,
        places=("meetings.of_relationship", "objectives.of_relationship", "contacts.of_relationship"),
        title=Text("Governance agreed: joint objectives, leaders from each party"),
        hint=Text("Who decides what, in which forum, and how often it meets."),
    ),
    Output(
        key="WT2", stage=_S.WORKING_TOGETHER, places=("contacts.of_relationship",),
        title=Text("A joint management team, its roles and duties"),
        hint=Text("People of both sides, each with what they answer for."),
    ),
    Output(
        key="WT3", stage=_S.WORKING_TOGETHER, places=("communications.of_relationship",),
        title=Text("A communications plan in use"),
        hint=Text("What is said to whom, by whom, how often and by which way."),
    ),
    Output(
        key="WT4a", stage=_S.WORKING_TOGETHER, places=("risks.of_relationship", "documents.of_relationship"),
        title=Text("A joint policy for risks, with one joint register"),
        hint=Text("One register that both sides keep, instead of two that nobody compares."),
    ),
    Output(
        key="WT4b", stage=_S.WORKING_TOGETHER, places=("documents.of_relationship", "contacts.terms"),
        title=Text("How contracts and agreements are settled and approved"),
        hint=Text("The contract or charter, and who may sign a change of it."),
    ),
    Output(
        key="WT5", stage=_S.WORKING_TOGETHER,
        places=("objectives.of_relationship", "joint_actions.of_relationship"),
        title=Text("Performance measured, and corrected where it falls short"),
        hint=Text("Measures with targets and readings, and actions that came of them."),
    ),
    Output(
        key="WT6", stage=_S.WORKING_TOGETHER, places=("ideas.of_relationship", "behaviours.of_relationship"),
        title=Text("Value and competences looked at again"),
        hint=Text("Is it still worth it, and do the people have what it takes?"),
    ),
    Output(
        key="WT7", stage=_S.WORKING_TOGETHER, rmp=True, places=("rmp.of_relationship",),
        title=Text("The joint RMP holds all of it"),
        hint=Text("Governance, team, communications, risks, contract and measures stand in it."),
    ),
    # Value creation
    Output(
        key="VC1a", stage=_S.VALUE_CREATION, places=("lessons.of_relationship",),
        title=Text("What both sides learn is kept and used"),
        hint=Text("Lessons with what was changed because of them."),
    ),
    Output(
        key="VC1b", stage=_S.VALUE_CREATION, places=("ideas.of_relationship",),
        title=Text("A way for ideas: from the idea to its measured value"),
        hint=Text("Ideas of both sides, decided upon, and what they brought each party."),
    ),
    Output(
        key="VC2", stage=_S.VALUE_CREATION, rmp=True, places=("rmp.of_relationship",),
        title=Text("The RMP holds what value creation brought"),
        hint=Text("How ideas are handled and shared stands in it."),
    ),
    # Staying together
    Output(
        key="ST1", stage=_S.STAYING_TOGETHER,
        places=("health.of_relationship", "objectives.of_relationship", "joint_actions.of_relationship"),
        title=Text("The relationship is watched and measured, and actions follow"),
        hint=Text("Health checks by both sides, and what was put right after them."),
    ),
    Output(
        key="ST2", stage=_S.STAYING_TOGETHER, places=("meetings.of_relationship", "obligations.of_relationship"),
        title=Text("Our own part of the governance is delivered"),
        hint=Text("Meetings held, duties met on their day."),
    ),
    Output(
        key="ST3", stage=_S.STAYING_TOGETHER, places=("ideas.of_relationship",),
        title=Text("Fresh ideas keep it alive"),
        hint=Text("New ideas in the last months, not only old ones carried along."),
    ),
    Output(
        key="ST4", stage=_S.STAYING_TOGETHER, places=("health.of_relationship", "objectives.of_relationship"),
        title=Text("Results of the reviews are analysed"),
        hint=Text("What the gap between the parties and the trend tell, and what follows."),
    ),
    Output(
        key="ST5", stage=_S.STAYING_TOGETHER, places=("issues.of_relationship",),
        title=Text("A way to resolve issues, defined and in use"),
        hint=Text("The ladder: levels, time limits, and a holder from each party."),
    ),
    Output(
        key="ST6", stage=_S.STAYING_TOGETHER, rmp=True, places=("rmp.of_relationship",),
        title=Text("The RMP holds what staying together brought"),
        hint=Text("Measures, reviews and the way to resolve issues are up to date in it."),
    ),
    # Exit strategy
    Output(
        key="EX1", stage=_S.EXIT_STRATEGY, places=("exits.of_relationship",),
        title=Text("An exit strategy agreed by each party, reviewed for whom it touches"),
        hint=Text("The version in force, its last review, and the effect on people inside and outside."),
    ),
    Output(
        key="EX2", stage=_S.EXIT_STRATEGY, places=("exits.of_relationship",),
        title=Text("Boundaries of the relationship, and where conflict may arise"),
        hint=Text("What belongs to it and what does not; where interests may collide."),
    ),
    Output(
        key="EX3", stage=_S.EXIT_STRATEGY, places=("exits.of_relationship", "obligations.of_relationship"),
        title=Text("Changes are watched: organization, environment, performance, market"),
        hint=Text("Triggers with a watcher each, and when they were last looked at."),
    ),
    Output(
        key="EX4", stage=_S.EXIT_STRATEGY, places=("exits.of_relationship",),
        title=Text("Who may start the exit, and the steps of parting"),
        hint=Text("Notice route, steps with owners and days."),
    ),
    Output(
        key="EX5", stage=_S.EXIT_STRATEGY, places=("exits.of_relationship",),
        title=Text("A continuity plan for a partner who leaves early"),
        hint=Text("How the work goes on, and when that was last tested."),
    ),
    Output(
        key="EX6", stage=_S.EXIT_STRATEGY, places=("exits.of_relationship", "lessons.of_relationship"),
        title=Text("What the parties might do together in future"),
        hint=Text("Opportunities kept open after the exit."),
    ),
    Output(
        key="EX7", stage=_S.EXIT_STRATEGY, rmp=True, places=("rmp.of_relationship",),
        title=Text("The RMP holds what the exit strategy says"),
        hint=Text("Its last update: exit, continuity and what stays."),
    ),
)  # fmt: skip
OUTPUTS: Mapping[str, Output] = {one.key: one for one in _ALL}
BULLETS: tuple[str, ...] = tuple(dict.fromkeys(one.bullet for one in _ALL))


def outputs_of(stage: Stage) -> tuple[Output, ...]:
    """The expected outputs of a stage, in the guide's order; the RMP's update is the last."""
    return tuple(one for one in _ALL if one.stage is stage)


def rmp_output(stage: Stage) -> Output:
    """The output of a stage that says that the RMP was updated for it."""
    return next(one for one in outputs_of(stage) if one.rmp)
