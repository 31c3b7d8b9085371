"""A major nonconformity from the card to effective closure, without one page of the site, in both modes."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from PIL import Image

from auditapp.audits.execution.rules import Grade
from auditapp.findings.model import Action, CaseFile, Nonconformity
from auditapp.findings.rules.action import ActionStatus
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.db import current_session
from auditapp.trail.model import Fact
from tests.factories.nonconformities import Cast, make_nonconformity

PEOPLE = ("issuer", "responsible", "owner", "verifier", "manager")


def photo(colour):
    """A picture from a phone."""
    drawn = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(drawn, "JPEG")
    return drawn.getvalue()


@pytest.fixture
def cast(world):
    """Everybody, with accounts in Slack for those who do something."""

    def make():
        made = Cast(current_session())
        nc = make_nonconformity(
            current_session(), made["raiser"], grade=Grade.MAJOR, relationship_id=made.relationship.id,
            audit_id=made.audit.id,
        )  # fmt: skip
        made.nc_id = nc.id
        return made

    made = world.write(make)
    for one in PEOPLE:
        world.join(one, made.id_of(one))
    return made


# Who did what, as the trail keeps it: word for word what the services of the site record (tests/bots/deeds).
FACTS = [
    ("issuer", "nonconformity.issued"),
    ("responsible", "nonconformity.acknowledged"),
    ("responsible", "nonconformity.contained"),
    ("responsible", "nonconformity.cause_changed"),
    ("responsible", "nonconformity.cause_changed"),
    ("responsible", "nonconformity.cause_completed"),
    ("responsible", "action.proposed"),
    ("responsible", "nonconformity.criteria_set"),
    ("responsible", "nonconformity.plan_submitted"),
    ("verifier", "nonconformity.plan_accepted"),
    ("owner", "action.accepted"),
    ("owner", "action.started"),
    ("owner", "action.extension_asked"),
    ("verifier", "action.request_refused"),
    ("owner", "action.extension_asked"),
    ("manager", "action.request_granted"),
    ("owner", "action.finished"),
    ("owner", "action.file_added"),
    ("verifier", "action.verified"),
    ("responsible", "nonconformity.work_submitted"),
    ("verifier", "nonconformity.verified"),
    ("verifier", "nonconformity.effective"),
]


def facts(session, cast):
    """(role, verb) of every fact about the nonconformity and its action, in order."""
    names = {str(one.person_id): role for role, one in cast.people.items()}
    rows = session.query(Fact).filter_by(context_id=cast.nc_id).order_by(Fact.seq)
    return [(names.get(str(one.actor_id)), one.verb) for one in rows]


def action_id(world, cast):
    return world.read(lambda s: s.query(Action).filter_by(nonconformity_id=cast.nc_id).one().id)


@pytest.mark.parametrize(
    ("settings", "world"),
    [
        pytest.param("sqlite", "http", id="sqlite-http"),
        pytest.param("postgres", "socket", id="postgres-socket", marks=pytest.mark.postgres),
    ],
    indirect=True,
)
def test_from_the_card_to_effective_closure(world, cast):
    nc = ("nonconformity", cast.nc_id)
    world.deed("issuer", *nc, "issue", grade="major", responsible_id=str(cast.id_of("responsible")), verifier_id=str(cast.id_of("verifier")))  # fmt: skip
    world.next_morning()
    ref = world.read(lambda s: s.get(Nonconformity, cast.nc_id).ref)
    assert world.card("responsible", ref) is not None, world.told("responsible")
    world.deed("responsible", *nc, "acknowledge")
    world.deed(
        "responsible", *nc, "contain", correction="The review is called.", containment="A note to all."
    )
    world.deed("responsible", *nc, "analyse", why_1="Nobody called it.", why_2="It stood in no calendar.", root=True, category="process", evidence="Read it.", complete=True, cause_summary="No procedure.", extent_summary="Nowhere else.")  # fmt: skip
    due = date(2026, 4, 20)
    world.deed("responsible", *nc, "propose_action", title="Write the procedure", owner_id=str(cast.id_of("owner")), due_on=due.isoformat(), evidence_wanted="A photo of it on the wall.")  # fmt: skip
    world.deed(
        "responsible",
        *nc,
        "set_criteria",
        criteria="The next three reviews are on record.",
        not_before="2026-07-01",
    )
    world.deed("responsible", *nc, "submit_plan")
    world.next_morning()
    assert world.card("verifier", ref) is not None, (world.told("verifier"), world.trouble())
    world.deed("verifier", *nc, "accept_plan", note="Good.")
    world.next_morning()
    action = ("action", action_id(world, cast))
    aref = world.read(lambda s: s.get(Action, action[1]).ref)
    assert world.card("owner", aref) is not None
    world.deed("owner", *action, "accept")
    world.deed("owner", *action, "start")
    world.deed("owner", *action, "ask_extension", wanted_on="2026-05-04", reason="Snow.", impact="None.")
    world.next_morning()
    world.deed("verifier", *action, "decide", granted="no", decision="It can be done in time.")
    world.deed(
        "owner", *action, "ask_extension", wanted_on="2026-05-10", reason="More snow.", impact="A week."
    )
    world.next_morning()
    world.deed("manager", *action, "decide", granted="yes", due_on="2026-05-04", decision="A week less.")
    picture = world["owner"].file("wall.jpg", photo("green"), "image/jpeg")
    world.deed("owner", *action, "finish", result="It is on the wall.", files=[picture])
    world.next_morning()
    world.deed("verifier", *action, "verify", note="Seen.", sample="1 of 1")
    world.deed("responsible", *nc, "submit_work", note="All done.")
    world.deed("verifier", *nc, "verify", note="All there.", sample="All.")
    world.watch.at = datetime(2026, 7, 3, 9, 30, tzinfo=UTC) + timedelta(minutes=1)
    world.run()
    world.deed("verifier", *nc, "confirm", note="Three of three.", sample="All three.")
    world.run()

    def end(session):
        found = session.get(Nonconformity, cast.nc_id)
        kept = session.query(CaseFile).filter_by(action_id=action[1]).one()
        return found.status, session.get(Action, action[1]).status, kept.media_type

    assert world.read(end) == (NcStatus.CLOSED, ActionStatus.VERIFIED, "image/jpeg")
    card = world.card("responsible", ref)
    assert set(world._buttons(card)) <= {"more"}, (card.text, world._buttons(card), world.trouble())
    assert world.read(lambda s: facts(s, cast)) == FACTS
    assert world.doubles() == []
