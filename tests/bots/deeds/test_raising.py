"""A nonconformity or an issue from a message: the message is the evidence, whatever somebody makes of its words."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from auditapp.findings.model import CaseFile, Nonconformity
from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound
from auditapp.kit.ids import new_id
from auditapp.kit.keeping import Kept
from auditapp.relationships.issues.model import Issue
from auditapp.relationships.links.model import RecordLink
from auditapp.relationships.rules import Sharing
from bots.deeds.issue import IssueTrade
from bots.deeds.raising import RaiseIssue, RaiseNonconformity, may_raise
from bots.deeds.rules import fields_by_name
from bots.deeds.source import LONGEST_WORDS, Source
from tests.bots.deeds.doing import ONCE, facts, filled
from tests.factories import make_contact, make_person, make_relationship
from tests.relationships.issues.conftest import make_cast

WRONG, ISSUE = RaiseNonconformity(), RaiseIssue()
SAID = {
    "permalink": "https://chat.example.org/archives/C1/p1",
    "author": "Yara Yew",
    "at": datetime(2026, 11, 9, 14, 30, tzinfo=UTC).isoformat(),
    "text": "The valve was not tested. We found it open on Monday.",
}
once = pytest.mark.parametrize("app", [ONCE], indirect=True)


def test_a_nonconformity_from_a_message_keeps_it_as_evidence(session):
    who = make_person(session)
    place = make_relationship(session)
    form = WRONG.form(session, who, "", "raise", at=now(), source=SAID)
    fields = fields_by_name(form)
    assert fields["title"].initial == "The valve was not tested"
    assert fields["objective_evidence"].initial == fields["statement"].initial == SAID["text"]
    photo = Kept(sha256="ab" * 32, size=9, media_type="image/jpeg", file_name="valve.jpg")
    given = filled(form, {"relationship": str(place.id), "files": (photo,), "grade": "major"})
    given |= {"source": SAID, "objective_evidence": "The log has no entry."}
    done = WRONG.do(session, who, "", "raise", given, version=None, at=now())
    nc = session.get(Nonconformity, session.scalar(sa.select(Nonconformity.id)))
    assert done.then == ("nonconformity", str(nc.id))
    assert nc.relationship_id == place.id
    for kept in (
        "The log has no entry.",
        SAID["text"],
        "Yara Yew, 9 November 2026, 14:30 UTC",
        SAID["permalink"],
    ):
        assert kept in nc.objective_evidence
    files = session.scalars(sa.select(CaseFile).order_by(CaseFile.title)).all()
    assert {one.address or one.file_name for one in files} == {SAID["permalink"], "valve.jpg"}
    assert facts(session, nc.id)[0][0] == "nonconformity.raised"
    again = WRONG.do(session, who, "", "raise", given, version=None, at=now())
    assert again == done
    assert session.scalar(sa.select(sa.func.count()).select_from(Nonconformity)) == 1


def test_an_issue_from_a_message_links_it(session):
    cast = make_cast(session)
    form = ISSUE.form(session, cast.manager, "", "raise", at=now(), source=SAID)
    given = filled(form, {"sharing": "shared", "kind": "delivery", "severity": "serious"}) | {"source": SAID}
    given["relationship"] = next(
        one.value
        for one in fields_by_name(form)["relationship"].options
        if cast.relationship.ref in str(one.label)
    )
    for _ in range(2):
        done = ISSUE.do(session, cast.manager, "", "raise", given, version=None, at=now())
        session.flush()
    issue = session.scalars(sa.select(Issue)).one()
    assert done.then == ("issue", str(issue.id))
    assert (issue.raised_by_id, issue.sharing) == (cast.manager.person_id, Sharing.SHARED)
    assert SAID["text"] in issue.description
    assert "Yara Yew" in issue.description
    assert session.scalar(sa.select(RecordLink.url)) == SAID["permalink"]
    assert IssueTrade().look(session, cast.lead, str(issue.id), at=now()) is not None


@once
def test_who_may_raise_what_and_where(session):
    cast = make_cast(session)
    two = make_relationship(session, name="Consortium")
    one = make_contact(session, two)
    other = make_contact(session, two)
    ended = make_relationship(session, name="Over", ended_on=now().date())
    session.flush()
    assert may_raise(session, cast.viewer) == ("raise_nonconformity", "raise_issue")
    assert may_raise(session, cast.lead) == ("raise_issue",)
    nowhere = make_person(session, partner_id=one.partner_id)
    assert may_raise(session, nowhere) == ()
    for trade in (WRONG, ISSUE):
        with pytest.raises(NotAllowed):
            trade.form(session, nowhere, "", "raise", at=now())
        with pytest.raises(NotFound):
            trade.form(session, cast.manager, "", "delete", at=now())
        assert trade.look(session, cast.manager, "", at=now()) is None
    with pytest.raises(NotAllowed):
        WRONG.do(session, cast.lead, "", "raise", {"title": "T"}, version=None, at=now())
    offered = fields_by_name(ISSUE.form(session, cast.manager, "", "raise", at=now()))["relationship"].options
    assert {f"{two.id}:{who.partner_id}" for who in (one, other)} < {place.value for place in offered}
    assert str(ended.id) not in {place.value for place in offered}
    theirs = fields_by_name(ISSUE.form(session, cast.lead, "", "raise", at=now()))
    assert [place.value for place in theirs["relationship"].options] == [str(cast.relationship.id)]
    assert "sharing" not in theirs
    good = {
        "title": "T",
        "kind": "delivery",
        "severity": "serious",
        "relationship": str(cast.relationship.id),
    }
    for wrong in ("", "x", str(new_id()), str(two.id)):  # a contact sees no other relationship
        with pytest.raises(Invalid) as refused:
            ISSUE.do(session, cast.lead, "", "raise", good | {"relationship": wrong}, version=None, at=now())
        assert refused.value.field == "relationship"
    both = good | {"relationship": str(two.id), "sharing": "shared"}
    with pytest.raises(Invalid) as refused:  # which of the two partners
        ISSUE.do(session, cast.manager, "", "raise", both, version=None, at=now())
    assert refused.value.field == "relationship"
    for name in ("title", "kind", "severity"):
        with pytest.raises(Invalid) as refused:
            ISSUE.do(session, cast.lead, "", "raise", good | {name: ""}, version=None, at=now())
        assert refused.value.field == name


@pytest.mark.parametrize(
    ("given", "author", "text"),
    [
        (None, "", ""),
        ("nonsense", "", ""),
        ({"author": None, "at": "yesterday", "text": " a\0b "}, "", "ab"),
        ({"author": "A", "at": datetime(2026, 1, 1), "text": "x" * 4000}, "A", "x" * 4000),  # noqa: DTZ001
    ],
)
def test_a_message_is_read_as_far_as_it_can_be(given, author, text):
    found = Source.of(given)
    assert (found.author, found.text, found.at) == (author, text, None)
    assert len(found.shown) <= LONGEST_WORDS
    assert text in found.kept_with("What I say")
