"""Who sees which relationship, and what of it."""

from auditapp.people.rules import Role
from auditapp.relationships.queries import visible_relationships
from tests.factories import make_contact, make_person, make_relationship


def test_a_contact_sees_their_relationship_and_no_other(session):
    mine, other = make_relationship(session), make_relationship(session)
    contact = make_contact(session, mine)
    make_contact(session, other)
    assert session.scalars(visible_relationships(contact)).all() == [mine]
    own = make_person(session, Role.VIEWER)
    seen = {one.ref for one in session.scalars(visible_relationships(own))}
    assert seen == {mine.ref, other.ref}
