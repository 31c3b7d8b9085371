"""Raised by somebody: drafts, and what repeats what; on both databases."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from auditapp.audits.execution.rules import Grade
from auditapp.findings import queries
from auditapp.findings.model import Cause, Nonconformity, Repeat
from auditapp.findings.raising import service
from auditapp.findings.raising.queries import similar, similar_to
from auditapp.findings.raising.rules import Requirement
from auditapp.findings.rules.nonconformity import CauseCategory, NcStatus, Source
from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, Stale
from auditapp.kit.ids import new_id
from auditapp.people.model import Person
from auditapp.people.rules import Role
from auditapp.relationships.model import Partner
from auditapp.trail.model import Fact
from tests.factories import make_person, make_relationship
from tests.factories.nonconformities import make_nonconformity
from tests.factories.walked import make_closed_audit


def facts_of(session, nc):
    return list(session.scalars(sa.select(Fact).where(Fact.context_id == nc.id).order_by(Fact.seq)))


def verbs_of(session, nc):
    return [fact.verb for fact in facts_of(session, nc)]


def of_finding(session, finding):
    return session.scalar(sa.select(Nonconformity).where(Nonconformity.finding_id == finding.id))


def test_anybody_of_the_organization_raises_a_draft(session):
    who = make_person(session)
    relationship = make_relationship(session)
    nc = service.raise_nonconformity(
        session,
        actor=who,
        at=now(),
        title=" The plan is  not signed ",
        statement="Version 3 has no signature.",
        relationship_id=relationship.id,
        requirements=[{"standard": "ISO 44001:2017", "clause": "8.6.2", "title": "Joint plan"}],
    )
    assert nc.status is NcStatus.DRAFT
    assert nc.title == "The plan is not signed"
    assert nc.raised_by_id == who.person_id
    assert nc.turn_due_on is not None
    assert verbs_of(session, nc) == ["nonconformity.raised"]
    assert queries.nonconformity_by_ref(session, who, nc.ref) is nc


def test_a_contact_of_a_partner_raises_none(session):
    partner = Partner(name="Partner", created_at=now())
    session.add(partner)
    session.flush()
    contact = make_person(session, Role.PARTNER_CONTACT, partner_id=partner.id)
    with pytest.raises(NotAllowed):
        service.raise_nonconformity(session, actor=contact, at=now(), title="Something")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"grade": Grade.OBSERVATION}, "grade"),
        ({"relationship_id": new_id()}, "relationship"),
        ({"reply_due_on": date(2026, 6, 2), "close_due_on": date(2026, 6, 1)}, "close_due_on"),
    ],
)
def test_what_cannot_be_raised_names_its_field(session, values, field):
    who = make_person(session)
    with pytest.raises(Invalid) as caught:
        service.raise_nonconformity(session, actor=who, at=now(), **({"title": "Something"} | values))
    assert caught.value.field == field


def test_only_a_certification_body_has_deadlines_and_a_reference(session):
    who = make_person(session)
    values = {
        "title": "Minor 3",
        "body_name": "The body",
        "body_ref": "M-3",
        "reply_due_on": date(2026, 12, 1),
        "close_due_on": date(2027, 1, 1),
    }
    by_body = service.raise_nonconformity(
        session, actor=who, at=now(), source=Source.CERTIFICATION_BODY, **values
    )
    other = service.raise_nonconformity(session, actor=who, at=now(), source=Source.COMPLAINT, **values)
    assert (by_body.body_ref, by_body.reply_due_on) == ("M-3", date(2026, 12, 1))
    assert (other.body_ref, other.reply_due_on) == ("", None)


def test_a_draft_is_changed_by_whoever_raised_it_and_stale_pages_are_refused(session):
    who = make_person(session)
    nc = service.raise_nonconformity(session, actor=who, at=now(), title="A thing", statement="Seen.")
    version = nc.version
    edit = {"title": "A thing", "statement": "Seen twice.", "grade": Grade.MAJOR}
    service.edit_draft(session, actor=who, at=now(), nc=nc, version=version, **edit)
    assert (nc.statement, nc.grade) == ("Seen twice.", Grade.MAJOR)
    assert verbs_of(session, nc) == ["nonconformity.raised", "nonconformity.edited"]
    service.edit_draft(session, actor=who, at=now(), nc=nc, **edit)
    assert len(facts_of(session, nc)) == 2
    with pytest.raises(Stale):
        service.edit_draft(session, actor=who, at=now(), nc=nc, version=version, **edit)
    with pytest.raises(NotAllowed):
        service.edit_draft(session, actor=make_person(session), at=now(), nc=nc, **edit)


def test_a_draft_from_a_finding_keeps_what_the_finding_says(session):
    walked = make_closed_audit(session)
    session.get_one(Person, walked.auditee.person_id).active = False
    (nc,) = service.hand_over(session, actor=walked.leader, at=now(), audit=walked.audit)
    service.edit_draft(session, actor=walked.leader, at=now(), nc=nc, title="No meetings", statement="Else.")
    assert nc.title == "No meetings"
    assert nc.statement == walked.findings[0].statement


# Repeats ---------------------------------------------------------------------------------------------------


def test_similar_ones_are_on_the_same_clause_or_of_the_same_cause_newest_first(session):
    auditor = make_person(session, Role.AUDITOR)
    at = now()
    days = iter(range(10, 100, 10))

    def earlier(clauses, **more):
        return make_nonconformity(
            session, auditor, clauses=clauses, raised_at=at - timedelta(days=next(days)), **more
        )

    clause = earlier(("8.2.2", "9"))
    cause = earlier(("7",))
    session.add(Cause(nonconformity_id=cause.id, text="x", root=True, category=CauseCategory.PEOPLE))
    not_root = earlier(("7",))
    session.add(Cause(nonconformity_id=not_root.id, text="x", category=CauseCategory.PEOPLE))
    earlier(("8.2.2",), status=NcStatus.WITHDRAWN)
    earlier(("8.2.3",))
    make_nonconformity(session, auditor, raised_at=at - timedelta(days=365 * 2 + 40))
    session.flush()
    look = similar(
        session,
        auditor,
        requirements=[Requirement(standard="ISO 44001:2017", clause="8.2.2")],
        categories=[CauseCategory.PEOPLE],
        at=at,
    )
    assert [one.ref for one in look.found] == [clause.ref, cause.ref]
    assert look.found[0].likeness.clauses == ("8.2.2",)
    assert look.found[1].likeness.category is CauseCategory.PEOPLE
    assert look.months == 24
    assert not look.suggests_major(Grade.MINOR)  # they are drafts
    clause.status = NcStatus.CLOSED
    session.flush()
    again = similar(session, auditor, requirements=[Requirement(standard="", clause="8.2.2")], at=at)
    assert again.suggests_major(Grade.MINOR)
    assert similar(session, auditor, at=at).found == ()


def test_similar_ones_are_at_most_five_and_only_what_one_may_see(session):
    auditor, outsider = make_person(session, Role.AUDITOR), make_person(session)
    at = now()
    for number in range(7):
        make_nonconformity(session, auditor, raised_at=at - timedelta(days=number + 1))
    mine = make_nonconformity(session, outsider, raised_at=at)
    assert len(similar_to(session, auditor, mine).found) == 5
    assert similar_to(session, outsider, mine).found == ()


def test_a_repeat_is_linked_once_and_taken_back(session):
    auditor = make_person(session, Role.AUDITOR)
    earlier = make_nonconformity(session, auditor, raised_at=now() - timedelta(days=9))
    nc = make_nonconformity(session, auditor)
    version = nc.version
    for _ in range(2):
        service.relate(session, actor=auditor, at=now(), nc=nc, earlier_id=earlier.id, note="The same team.")
    assert session.get(Repeat, (nc.id, earlier.id)).note == "The same team."
    assert verbs_of(session, nc) == ["nonconformity.repeat_linked"]
    assert nc.version == version + 1
    for _ in range(2):
        service.unrelate(session, actor=auditor, at=now(), nc=nc, earlier_id=earlier.id)
    assert session.get(Repeat, (nc.id, earlier.id)) is None
    assert verbs_of(session, nc)[1:] == ["nonconformity.repeat_unlinked"]


def test_only_an_earlier_one_is_repeated_and_only_auditors_say_so(session):
    auditor = make_person(session, Role.AUDITOR)
    earlier = make_nonconformity(session, auditor, raised_at=now() - timedelta(days=9))
    nc = make_nonconformity(session, auditor)
    with pytest.raises(Invalid):
        service.relate(session, actor=auditor, at=now(), nc=nc, earlier_id=nc.id)
    with pytest.raises(Invalid):
        service.relate(session, actor=auditor, at=now(), nc=earlier, earlier_id=nc.id)
    with pytest.raises(NotAllowed):
        service.relate(session, actor=make_person(session), at=now(), nc=nc, earlier_id=earlier.id)
    assert verbs_of(session, nc) == []
