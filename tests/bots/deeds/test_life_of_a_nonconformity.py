"""A major nonconformity from issue to effective closure, by deeds only and by the services of the site: one trail."""

from datetime import UTC, date, datetime, timedelta

import pytest

from auditapp.audits.execution.rules import Grade
from auditapp.findings.actions import service as actions
from auditapp.findings.actions.queries import steps_of
from auditapp.findings.causes import service as causes
from auditapp.findings.causes.queries import causes_of, extent_of
from auditapp.findings.exchange import service as exchange
from auditapp.findings.life import service as life
from auditapp.findings.model import Action, CaseFile
from auditapp.findings.rules.action import ActionKind, ActionPriority, ActionStatus
from auditapp.findings.rules.nonconformity import CauseCategory, ExtentResult, NcStatus
from auditapp.findings.verification import service as verification
from tests.bots.deeds.cases import TRADES, deed, photo, shown, told
from tests.factories.nonconformities import Cast, make_nonconformity

BEGUN = datetime(2026, 3, 2, 9, tzinfo=UTC)
DUE = date(2026, 4, 20)
LATER, MUCH_LATER = date(2026, 5, 4), date(2026, 5, 10)
CHECK_ON = date(2026, 7, 1)
FIRST_WHY, SECOND_WHY, THIRD_WHY = (
    "Nobody called it.",
    "It stood in no calendar.",
    "No procedure says who puts it there.",
)
CRITERIA = "The next three reviews are on record, each within its month."


class Story:
    """One life: who is in it, and the clock."""

    def __init__(self, session, folder):
        self.session, self.cast, self.days = session, Cast(session), 0
        self.nc = make_nonconformity(
            session, self.cast["raiser"], grade=Grade.MAJOR, relationship_id=self.cast.relationship.id,
            audit_id=self.cast.audit.id,
        )  # fmt: skip
        self.photos = [photo(folder, colour) for colour in ("red", "green")]

    @property
    def at(self):
        return BEGUN + timedelta(days=self.days)

    def id_of(self, role):
        return self.cast.id_of(role)

    @property
    def action(self):
        return self.session.query(Action).filter_by(nonconformity_id=self.nc.id).one()

    def told(self):
        return told(self.session, self.nc, self.cast.people)


class ByDeeds(Story):
    """Everything is done as in a conversation."""

    def on_nc(self, role, verb, **values):
        self.days += 1
        return deed(self.session, self.cast[role], ("nonconformity", self.nc.id), verb, values, at=self.at)

    def on_action(self, role, verb, **values):
        self.days += 1
        return deed(self.session, self.cast[role], ("action", self.action.id), verb, values, at=self.at)

    def live(self):
        self.on_nc(
            "issuer", "issue", grade="major", responsible_id=str(self.id_of("responsible")),
            deputy_id=str(self.id_of("deputy")), verifier_id=str(self.id_of("verifier")),
        )  # fmt: skip
        self.on_nc("responsible", "acknowledge")
        self.on_nc("responsible", "contain", correction="The review is called.", containment="A note to all.")
        self.on_nc("responsible", "analyse", why_1=FIRST_WHY, why_2=SECOND_WHY)
        self.on_nc("responsible", "add_extent", place="The other site", due_on=date(2026, 6, 1))
        form = TRADES["nonconformity"].form(
            self.session, self.cast["responsible"], str(self.nc.id), "analyse", at=self.at
        )
        assert [one.initial for one in form.fields[:5]] == [
            FIRST_WHY,
            SECOND_WHY,
            "",
            "",
            "",
        ]  # the first sitting
        assert "The other site" in shown(form)
        self.on_nc(
            "responsible", "analyse", why_3=THIRD_WHY, root=True, category="process", evidence="Read it.",
            complete=True, cause_summary="No procedure.", extent_summary="Perhaps the other site.",
        )  # fmt: skip
        proposed = self.on_nc(
            "responsible", "propose_action", title="Write the procedure", owner_id=str(self.id_of("owner")),
            due_on=DUE, steps="Ask\nWrite", evidence_wanted="A photo of it on the wall.",
        )  # fmt: skip
        assert proposed.then == ("action", str(self.action.id))
        self.on_nc("responsible", "set_criteria", criteria=CRITERIA, not_before=CHECK_ON)
        self.on_nc("responsible", "submit_plan")
        self.on_nc("verifier", "return_plan", reason="Who checks it?")
        self.on_nc("responsible", "submit_plan")
        self.on_nc("verifier", "accept_plan", note="Good.")
        self.on_action("owner", "accept")
        self.on_action("owner", "start")
        self.on_action("owner", "ask_extension", wanted_on=LATER, reason="Snow.", impact="None.")
        self.on_action("verifier", "decide", granted="no", decision="It can be done in time.")
        self.on_action("owner", "ask_extension", wanted_on=MUCH_LATER, reason="More snow.", impact="A week.")
        form = TRADES["action"].form(
            self.session, self.cast["manager"], str(self.action.id), "decide", at=self.at
        )
        assert "0 granted, 1 refused" in shown(form)
        assert "It moves by 20 days" in shown(form)
        self.on_action("manager", "decide", granted="yes", due_on=LATER, decision="A week less.")
        self.on_action("owner", "tick_step", steps=[str(one.id) for one in self.steps()[:1]])
        self.on_action("owner", "comment", text="Nearly there.")
        self.on_action("owner", "finish", result="It is written.", files=(self.photos[0],))
        self.on_action("verifier", "return", reason="The photo is blurred.", sample="1 of 1")
        self.on_action("owner", "finish", result="It is on the wall.", files=(self.photos[1],))
        self.on_action("verifier", "verify", note="Seen.", sample="1 of 1")
        self.on_nc("responsible", "record_extent", result="not_found", note="Looked at the calendar there.")
        self.on_nc("responsible", "submit_work", note="All done.")
        self.on_nc("verifier", "return_work", reason="Where is the photo?", sample="1 of 1")
        self.on_nc("responsible", "attach", files=tuple(self.photos), title="The wall")
        self.on_nc("responsible", "submit_work")
        self.on_nc("verifier", "verify", note="All there.", sample="All.")
        self.days = (datetime(2026, 7, 3, 9, tzinfo=UTC) - BEGUN).days
        self.on_nc("verifier", "confirm", note="Three of three.", sample="All three.")

    def steps(self):
        return steps_of(self.session, [self.action.id])[self.action.id]


class BySite(Story):
    """The same, by the services that the pages call."""

    def by(self, role):
        self.days += 1
        return {"actor": self.cast[role], "at": self.at, "nc": self.nc}

    def on_action(self, role):
        self.days += 1
        return {"actor": self.cast[role], "at": self.at, "action": self.action}

    def live(self):
        s, by, on_action = self.session, self.by, self.on_action
        life.issue_nonconformity(
            s, **by("issuer"), grade=Grade.MAJOR, responsible_id=self.id_of("responsible"),
            deputy_id=self.id_of("deputy"), verifier_id=self.id_of("verifier"),
        )  # fmt: skip
        life.acknowledge(s, **by("responsible"))
        life.contain(s, **by("responsible"), correction="The review is called.", containment="A note to all.")
        asked = by("responsible")
        first = causes.add_cause(s, **asked, text=FIRST_WHY)
        second = causes.add_cause(s, **asked, text=SECOND_WHY, parent_id=first.id)
        causes.add_extent(
            s, **by("responsible"), place="The other site", due_on=date(2026, 6, 1),
            checker_id=self.id_of("responsible"),
        )  # fmt: skip
        asked = by("responsible")
        causes.add_cause(
            s, **asked, text=THIRD_WHY, parent_id=second.id, root=True, category=CauseCategory.PROCESS,
            evidence="Read it.",
        )  # fmt: skip
        causes.complete_cause(
            s, **asked, cause_summary="No procedure.", extent_summary="Perhaps the other site."
        )
        actions.propose_action(
            s, **by("responsible"), title="Write the procedure", kind=ActionKind.CORRECTIVE,
            owner_id=self.id_of("owner"), due_on=DUE, priority=ActionPriority.MEDIUM, steps=["Ask", "Write"],
            evidence_wanted="A photo of it on the wall.",
        )  # fmt: skip
        life.set_criteria(s, **by("responsible"), criteria=CRITERIA, not_before=CHECK_ON)
        life.submit_plan(s, **by("responsible"))
        life.return_plan(s, **by("verifier"), reason="Who checks it?")
        life.submit_plan(s, **by("responsible"))
        life.accept_plan(s, **by("verifier"), note="Good.")
        actions.accept_action(s, **on_action("owner"))
        actions.start_action(s, **on_action("owner"))
        actions.ask_extension(s, **on_action("owner"), wanted_on=LATER, reason="Snow.", impact="None.")
        actions.decide(s, **on_action("verifier"), granted=False, decision="It can be done in time.")
        actions.ask_extension(
            s, **on_action("owner"), wanted_on=MUCH_LATER, reason="More snow.", impact="A week."
        )
        actions.decide(s, **on_action("manager"), granted=True, due_on=LATER, decision="A week less.")
        step = steps_of(s, [self.action.id])[self.action.id][0]
        actions.tick_step(s, **on_action("owner"), step_id=step.id, done=True)
        exchange.comment(s, **by("owner"), action=self.action, text="Nearly there.")
        self.finish("It is written.", self.photos[0])
        verification.return_action(
            s, **on_action("verifier"), reason="The photo is blurred.", sample="1 of 1"
        )
        self.finish("It is on the wall.", self.photos[1])
        verification.verify_action(s, **on_action("verifier"), note="Seen.", sample="1 of 1")
        check = extent_of(s, self.nc)[0].check
        causes.record_extent(
            s, **by("responsible"), extent_id=check.id, result=ExtentResult.NOT_FOUND,
            note="Looked at the calendar there.",
        )  # fmt: skip
        life.submit_work(s, **by("responsible"), note="All done.")
        verification.return_work(s, **by("verifier"), reason="Where is the photo?", sample="1 of 1")
        asked = by("responsible")
        for number, one in enumerate(self.photos, 1):
            exchange.add_file(s, **asked, kept=one, title=f"The wall ({number})")
        life.submit_work(s, **by("responsible"))
        verification.verify_work(s, **by("verifier"), note="All there.", sample="All.", not_before=CHECK_ON)
        self.days = (datetime(2026, 7, 3, 9, tzinfo=UTC) - BEGUN).days
        verification.confirm_effective(s, **by("verifier"), note="Three of three.", sample="All three.")

    def finish(self, result, kept):
        asked = self.on_action("owner")
        actions.finish_action(self.session, **asked, result=result)
        exchange.add_file(self.session, **asked, nc=self.nc, kept=kept, internal=False)


def test_the_trail_is_the_same_as_if_done_in_the_site(session, tmp_path):
    deeds, site = ByDeeds(session, tmp_path), BySite(session, tmp_path)
    deeds.live()
    site.live()
    session.flush()
    assert deeds.nc.status is NcStatus.CLOSED
    assert deeds.action.status is ActionStatus.VERIFIED
    assert deeds.action.due_on == LATER
    assert [one.text for one in causes_of(session, deeds.nc)][-1] == THIRD_WHY
    assert session.query(CaseFile).filter_by(action_id=deeds.action.id).count() == 2
    ours, theirs = deeds.told(), site.told()
    assert [one[0] for one in ours] == [one[0] for one in theirs]
    assert ours == theirs
    assert len(ours) == 36


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_dispute_is_answered_decided_and_differed_from(session, tmp_path):
    def lived(story, steps):
        steps(story)
        return story.told()

    def by_deeds(story):
        nc = ("nonconformity", story.nc.id)
        for role, verb, values in (
            ("issuer", "issue", {"responsible_id": str(story.id_of("responsible")),
                                 "verifier_id": str(story.id_of("verifier"))}),
            ("responsible", "dispute", {"view": "It was reviewed."}),
            ("leader", "answer_dispute", {"answer": "No record was shown."}),
            ("manager", "decide_dispute", {"outcome": "other_grade", "decision": "One review is there."}),
            ("deputy" if story.nc.deputy_id else "responsible", "maintain", {"view": "Two are there."}),
        ):  # fmt: skip
            deed(session, story.cast[role], nc, verb, values, at=BEGUN)

    def by_site(story):
        def by(role):
            return {"actor": story.cast[role], "at": BEGUN, "nc": story.nc}

        life.issue_nonconformity(
            session, **by("issuer"), grade=Grade.MAJOR, responsible_id=story.id_of("responsible"),
            verifier_id=story.id_of("verifier"),
        )  # fmt: skip
        life.dispute(session, **by("responsible"), view="It was reviewed.")
        life.answer_dispute(session, **by("leader"), answer="No record was shown.")
        life.uphold(session, **by("manager"), decision="One review is there.", grade=Grade.MINOR)
        life.maintain(session, **by("responsible"), view="Two are there.")

    deeds = lived(Story(session, tmp_path), by_deeds)
    assert deeds == lived(Story(session, tmp_path), by_site)
    assert [one[0].partition(".")[2] for one in deeds] == [
        "issued",
        "disputed",
        "dispute_answered",
        "dispute_upheld",
        "opinion_maintained",
    ]
