"""The nonconformities of the demonstration: from every source, in every state, each with somebody's next step."""

from datetime import datetime

from auditapp.audits.execution.rules import Grade
from auditapp.findings.actions import service as actions
from auditapp.findings.causes import service as causes
from auditapp.findings.life import service as life
from auditapp.findings.raising import service as raising
from auditapp.findings.rules.action import ActionKind, ActionPriority
from auditapp.findings.rules.nonconformity import CauseCategory, Source
from auditapp.findings.verification import service as verification
from auditapp.overview.demo.cases import Case
from auditapp.overview.demo.story import Story

C = CauseCategory


def tell_nonconformities(story: Story, _: datetime) -> None:
    """Put all of them on the story's list. Those of audits come to be when the report is issued."""
    _objectives(story)
    trust = _trust(story)
    _exit_strategy(story)
    _ladder(story)
    _reviews(story)
    _drafts(story)
    _unanswered(story)
    _repeat(story, trust)
    _analysed(story)
    _returned(story)
    _verified_next(story)
    _effect_next(story)
    _withdrawn(story)
    _body(story)


def _objectives(story: Story) -> None:
    """Of the oldest audit: closed, and it held."""
    case = Case(story, "Objectives of the collaboration system")
    case.taken_on(-396, "ada", "The two areas were given figures for the rest of the year.")
    case.caused(
        -390, "ada",
        (("The two areas were new this year", "", None),
         ("The form for objectives does not ask for a figure", "The two areas were new this year", C.PROCESS)),
        "The form takes an objective without a figure.", "All five areas were looked at: only the two new ones lack figures.",
    )  # fmt: skip
    case.plans(-388, "ada", "Ask for figure, unit and source in the form for objectives", "rosa", -370)
    case.criteria(
        -387, "ada", "Every objective of the next half-year has a figure, and each was reported once.", -300
    )
    case.accepted(-386, "ada", "dan")
    case.done(
        -375,
        "rosa",
        1,
        "Form revised and announced.",
        verifier="dan",
        note="Form seen; two new objectives entered with it.",
    )
    case.go(-370, "ada", life.submit_work)
    case.go(
        -368,
        "dan",
        verification.verify_work,
        note="The form refuses empty figures.",
        sample="Five of five areas",
    )
    case.go(
        -297, "dan", verification.confirm_effective, note="All objectives carry figures, all were reported.",
        sample="Nine of nine objectives",
    )  # fmt: skip


def _trust(story: Story) -> Case:
    """It was done, it did not hold, and it is open again."""
    case = Case(story, "Trust is measured")
    case.taken_on(-198, "mia", "Both rounds were put on the agenda of the next joint meeting.")
    case.caused(
        -190, "mia",
        (("Nobody was to bring the results to the meeting", "", None),
         ("The agenda is copied from the last meeting", "Nobody was to bring the results to the meeting", C.PROCESS)),
        "The standing agenda has no place for survey results.", "Asked in R-01 and R-02: both have the item.",
    )  # fmt: skip
    case.plans(-188, "mia", "Add survey results to the standing agenda", "mia", -170)
    case.criteria(-187, "mia", "The minutes after the next survey say what was decided about it.", -80)
    case.accepted(-186, "mia", "finn")
    case.done(-175, "mia", 1, "Agenda changed.", verifier="finn", note="Agenda seen.")
    case.go(-170, "mia", life.submit_work)
    case.go(
        -168, "finn", verification.verify_work, note="The item is there.", sample="Agendas of two meetings"
    )
    case.go(
        -70, "finn", verification.fail_effective,
        reason="The item is on the agenda, but the spring results were noted without a decision.",
        sample="Minutes 22 to 25",
    )  # fmt: skip
    case.whys(
        -60, "mia",
        (("Nobody in the room could decide about it", "", None),
         ("The people who decide come once a quarter", "Nobody in the room could decide about it", C.LEADERSHIP)),
    )  # fmt: skip
    case.says(-58, "mia", "@Finn Fir, you were right: the agenda alone does not help. I ask the directors.")
    return case


def _exit_strategy(story: Story) -> None:
    """The major one: several owners at work, one of them at the partner."""
    case = Case(story, "The joint venture has no exit strategy")
    case.taken_on(
        -35, "mia", "The board was told, and named the three triggers it would act on today.",
        "Until the strategy is agreed no new secondments are signed.",
    )  # fmt: skip
    case.whys(
        -33, "mia",
        (("Nobody wanted to speak about the end at the beginning", "", None),
         ("The template calls the chapter optional", "Nobody wanted to speak about the end at the beginning", C.PROCESS),
         ("The partner feared that we plan to leave", "Nobody wanted to speak about the end at the beginning", None),
         ("What an exit strategy is for was never explained to them", "The partner feared that we plan to leave",
          C.INFORMATION)),
    )  # fmt: skip
    case.go(
        -33, "mia", causes.add_extent, relationship_id=story.relationships["R-04"], question="Is there a draft of an exit strategy?",
        checker_id=case.who("noah"), due_on=story.day(-20),
    )  # fmt: skip
    case.go(
        -32, "mia", causes.complete_cause, cause_summary="The template lets the chapter be left out, and its purpose was never shared.",
        extent_summary="Asked in R-04, where the partner is being chosen.",
    )  # fmt: skip
    case.plans(
        -31, "mia", "Agree the triggers and the three ways out with both partners", "wes", 12, deputy_id=None,
        priority=ActionPriority.HIGH, expected="A list of triggers that all three employers have signed",
        evidence_wanted="The signed list", steps=("Collect our own triggers", "Talk with the two partners", "Sign"),
    )  # fmt: skip
    case.plans(
        -31, "mia", "Write how staff return and who keeps the joint results", "oona", 6, priority=ActionPriority.HIGH,
        evidence_wanted="Chapter 8 of the RMP, agreed", steps=("Talk with personnel", "Draft", "Agree with Wes Willow"),
    )  # fmt: skip
    case.plans(-31, "mia", "Make the chapter on exit mandatory in the template", "rosa", 9)
    case.plans(-31, "mia", "Rehearse the hand-over once on paper", "vera", 40, kind=ActionKind.PREVENTIVE)
    case.criteria(
        -30,
        "mia",
        "Both partners name the same triggers when asked apart; the rehearsal finds no open owner.",
        120,
    )
    case.go(-30, "mia", life.submit_plan)
    case.go(-28, "dan", life.accept_plan)
    for number, owner in ((1, "wes"), (2, "oona"), (4, "vera")):
        case.act(-27, owner, number, actions.accept_action)
        case.act(-25, owner, number, actions.start_action)
    case.act(
        -20, "wes", 1, actions.ask_extension, wanted_on=story.day(22), impact="The rehearsal moves by as much.",
        reason="Our board meets only at the end of the month.",
    )  # fmt: skip
    case.act(-18, "dan", 1, actions.decide, granted=True, decision="Once; the board has to see it.")
    case.says(-17, "mia", "@Wes Willow, I send you our own list tomorrow.", 1, internal=False)
    case.says(-16, "wes", "Thank you. Ours has two more, about the quarry.", 1)
    case.shows(-10, "oona", "whiteboard", "What we found out about returning staff", 2)
    case.says(-9, "kim", "@Oona Oak, at Copperbeck they return with three months' notice. Is that in?", 2)
    case.act(
        -4, "rosa", 3, actions.say_not_mine, reason="Templates belong to document control since the summer.",
        proposed_owner_id=case.who("pip"),
    )  # fmt: skip
    case.act(
        -2, "wes", 1, actions.ask_extension, wanted_on=story.day(36), impact="The rehearsal would slip into the new year.",
        reason="One director wants our lawyers to read the list first.",
    )  # fmt: skip


def _ladder(story: Story) -> None:
    """The plan waits for the auditor."""
    case = Case(story, "Issues do not climb the ladder")
    case.taken_on(-34, "kim", "The three issues were decided on the day.", "The list is read every Monday.")
    case.caused(
        -24, "kim",
        (("Nobody watches how long an issue stays", "", None),
         ("The log has no date for the step", "Nobody watches how long an issue stays", C.PROCESS),
         ("The deputy was never told that it is hers", "Nobody watches how long an issue stays", C.PEOPLE)),
        "The log does not show how long an issue stands, and the deputy did not know her part.",
        "The same log is used in R-02; it has the date.",
    )  # fmt: skip
    case.shows(-23, "kim", "whiteboard", "The ladder as it hangs there now")
    case.plans(-22, "kim", "Put the date of each step into the issue log", "pip", 14)
    case.plans(-22, "kim", "Brief deputies of both parties on the ladder", "oona", 20)
    case.criteria(-21, "kim", "No issue stays longer than agreed in two months in a row.", 90)
    case.act(-20, "pip", 1, actions.accept_action)
    case.go(-3, "kim", life.submit_plan)
    case.says(-3, "kim", "@Dan Dogwood, the briefing would be on the last Thursday. Does that do?")


def _reviews(story: Story) -> None:
    """Disputed: the audit programme manager decides."""
    case = Case(story, "Reviews of the joint risk list")
    case.go(
        -33, "mia", life.dispute,
        view="The reviews took place, in the weekly call. We see no requirement that each call is minuted.",
    )  # fmt: skip
    case.go(
        -30, "dan", life.answer_dispute,
        answer="A call can be a review. Nothing shows what was looked at and decided, not even a changed list.",
    )  # fmt: skip


def _drafts(story: Story) -> None:
    Case(story).raised(
        -2, "oona", "Two copies of the joint plan are in use", "The site team works with revision 3 of the joint "
        "relationship management plan; the partner signed revision 4 in spring.", evidence="Both copies, seen on site",
        clause="7.5.3", relationship="R-01",
    )  # fmt: skip
    Case(story).raised(
        -9, "kim", "A complaint about late answers", "The partner complains that three questions to us were answered "
        "after more than four weeks.", source=Source.COMPLAINT, source_note="Letter of the partner's site manager",
        evidence="Letter with three dates", clause="8.6.3", relationship="R-01",
    )  # fmt: skip


def _unanswered(story: Story) -> None:
    """Nobody has acknowledged it, and it is late."""
    case = Case(story).raised(
        -17, "kim", "Deputy of the Senior Executive is not named", "The partner does not know whom to turn to "
        "when the Senior Executive Responsible is away; no deputy is named anywhere.",
        source=Source.PARTNER_FEEDBACK, source_note="Joint meeting, point 4", evidence="Organization chart of the alliance",
        clause="5.3", relationship="R-01",
    )  # fmt: skip
    case.issued(-15, "dan", "iris", "dan", "kim")


def _repeat(story: Story, trust: Case) -> None:
    """It repeats an earlier one in another relationship."""
    case = Case(story).raised(
        -14, "ella", "Survey results were not taken up in the tidal scheme either", "The last survey of the alliance "
        "was reported, but no decision about it is on record.", evidence="Minutes 31 to 35; survey of spring",
        clause="8.6.7", relationship="R-02",
    )  # fmt: skip
    case.tell(
        -13,
        lambda at: raising.relate(
            story.session, actor=story.people["ella"], at=at, nc=case.nc(), earlier_id=trust.nc().id,
            note="The same cause: nobody in the room can decide.",
        ),
    )  # fmt: skip
    case.issued(-13, "ella", "leo", "ella")
    case.go(-6, "leo", life.acknowledge)


def _analysed(story: Story) -> None:
    """Causes that branch, and checks elsewhere."""
    case = Case(story).raised(
        -26, "gwen", "People start on site without the joint induction", "Four of eleven people who began since summer had no "
        "induction into the alliance; one of them leads a gang.", evidence="Induction list; site passes of the last quarter",
        clause="7.3", relationship="R-01", grade=Grade.MAJOR,
    )  # fmt: skip
    case.issued(-24, "dan", "iris", "ella", "kim")
    case.taken_on(
        -21,
        "iris",
        "The four had their induction within two days.",
        "The gate lets nobody in without the stamp.",
    )
    late, agency = "They came between two induction days", "Three of them came through an agency"
    case.whys(
        -12, "iris",
        ((late, "", None),
         ("Induction is held once a month only", late, C.RESOURCES),
         (agency, "", None),
         ("The agency's order form does not mention induction", agency, C.PROCESS),
         ("We never told the agency what an alliance is", agency, C.PARTNER)),
    )  # fmt: skip
    for ref, question in (("R-02", "Does everybody who began since summer have the stamp?"),
                          ("R-03", "Is there an induction at all?")):  # fmt: skip
        case.go(
            -11, "iris", causes.add_extent, relationship_id=story.relationships[ref], question=question,
            checker_id=case.who("leo" if ref == "R-02" else "mia"), due_on=story.day(5),
        )  # fmt: skip
    case.go(-11, "iris", causes.add_extent, place="Depot east", question="The same agency works there.",
            checker_id=case.who("oona"), due_on=story.day(3))  # fmt: skip
    case.shows(-10, "kim", "signed_page", "Order form of the agency")


def _returned(story: Story) -> None:
    case = Case(story).raised(
        -60, "cora", "Benefits are counted by each party alone", "Both parties count the savings of the framework; the two sums "
        "differ by a third and were never compared.", source=Source.MANAGEMENT_REVIEW, source_note="Review of the third quarter",
        evidence="Both reports of the third quarter", clause="8.7.3", relationship="R-03",
    )  # fmt: skip
    case.issued(-58, "cora", "mia", "ella")
    case.taken_on(-52, "mia", "The two sums were laid side by side.")
    case.caused(
        -40, "mia", (("Each has its own sheet", "", C.INFORMATION),), "There are two sheets with two rules.",
        "All other relationships use the joint sheet.",
    )  # fmt: skip
    case.plans(-20, "mia", "Count in one sheet", "oona", 15)
    case.criteria(-20, "mia", "It is better.", 60)
    case.go(-12, "mia", life.submit_plan)
    case.go(
        -5,
        "ella",
        life.return_plan,
        reason="“It is better” cannot be judged: say which two figures have to agree, and when.",
    )


def _verified_next(story: Story) -> None:
    case = Case(story).raised(
        -80, "leo", "The exit plan of the tidal scheme has an owner who left", "The owner of the exit plan left in spring; nobody "
        "took it over.", evidence="Exit plan, page 1; personnel notice", clause="8.9.3", relationship="R-02",
    )  # fmt: skip
    case.issued(-78, "dan", "jon", "dan", "leo")
    case.taken_on(-72, "jon", "Vera Vetch looks after it for the time being.")
    case.caused(
        -60, "jon", (("Roles in plans are written as names", "", C.PROCESS),), "Plans name people instead of posts.",
        "Looked at in all eight relationships: two more plans name people who moved.",
    )  # fmt: skip
    case.plans(-55, "jon", "Write posts instead of names into the exit plans", "vera", -20)
    case.plans(-55, "jon", "Tell personnel whom to inform when somebody leaves", "quin", -15)
    case.criteria(-54, "jon", "At the next change of people the plan has an owner on the same day.", 30)
    case.accepted(-50, "jon", "dan")
    case.done(-25, "vera", 1, "Three plans changed and agreed.", verifier="dan", note="Three plans seen.")
    case.done(-17, "quin", 2, "The leaver's form has a line for it.")
    case.go(-6, "jon", life.submit_work)


def _effect_next(story: Story) -> None:
    case = Case(story).raised(
        -130, "noah", "Selection criteria were dated after the choice", "The criteria for the partner of the site model carry a "
        "date two weeks after the choice.", evidence="Criteria sheet; decision paper", clause="8.5.2", relationship="R-04",
        grade=Grade.MAJOR,
    )  # fmt: skip
    case.issued(-128, "dan", "uma", "ella", "noah")
    case.taken_on(-124, "uma", "The choice was made again with the criteria on the table.")
    case.caused(
        -115, "uma", (("The criteria are a form that is filled in last", "", C.PROCESS),), "The form comes at the end of the way.",
        "Three earlier choices were looked at: all in order.",
    )  # fmt: skip
    case.plans(-112, "uma", "No market enquiry without signed criteria", "noah", -80)
    case.criteria(-111, "uma", "The next choice of a partner has criteria older than the enquiry.", 6)
    case.accepted(-110, "uma", "ella")
    case.done(
        -85,
        "noah",
        1,
        "Purchasing refuses enquiries without them.",
        verifier="ella",
        note="One refused enquiry seen.",
    )
    case.go(-75, "uma", life.submit_work)
    case.go(
        -72, "ella", verification.verify_work, note="The gate works.", sample="Four of four enquiries since"
    )


def _withdrawn(story: Story) -> None:
    case = Case(story).raised(
        -45, "hugo", "Minutes of the joint board are not signed", "Minutes 7 and 8 carry no signature.",
        evidence="Minutes 7 and 8", clause="7.5.3", relationship="R-05",
    )  # fmt: skip
    case.issued(-44, "dan", "jon", "dan")
    case.go(
        -41,
        "cora",
        life.withdraw,
        reason="They are signed: the signed copies lie with the partner, as agreed.",
    )


def _body(story: Story) -> None:
    """Of the certification body, with its own number and days."""
    case = Case(story).raised(
        -25, "ada", "Management review without feedback of partners", "The inputs of the last management review contain no "
        "feedback of partners.", source=Source.CERTIFICATION_BODY, source_note="Surveillance visit, second day",
        evidence="Report of the body, page 11", clause="9.3", body_name="Northern Assurance (made up)", body_ref="NA-4711/2",
        reply_due_on=story.day(6), close_due_on=story.day(65),
    )  # fmt: skip
    case.issued(-24, "cora", "ben", "dan", "ada")
    case.taken_on(-22, "ada", "Feedback of all partners was collected and sent round.")
    case.caused(
        -15, "ada", (("The list of inputs is older than the standard's", "", C.PROCESS),), "The list of inputs was never renewed.",
        "The other inputs were compared: all are there.",
    )  # fmt: skip
    case.plans(-5, "ada", "Renew the list of inputs", "quin", 20)
    case.says(-4, "cora", "@Ada Alder, the body wants the plan with the reply. Six days are left.")
