"""What the audit plan loads about a team."""

from datetime import date

import sqlalchemy as sa

from auditapp.people.model import Competence, ProcessResponsibility
from auditapp.people.queries import competences_of, duties_of
from auditapp.people.rules import Role
from tests.factories import make_person, make_relationship


def counted(session, work):
    """What ``work`` gives, and the number of statements it took."""
    seen = []
    engine = session.get_bind()

    def note(*args):
        seen.append(args[2])

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        return work(), len(seen)
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def test_competences_and_duties_of_a_team(session):
    here = make_relationship(session)
    one = make_person(session, Role.AUDITOR, scoped=[(Role.SER, here.id)])
    two = make_person(session, Role.AUDITOR)
    session.add(Competence(person_id=one.person_id, library_key="b", since=date(2026, 1, 1)))
    session.add(
        Competence(
            person_id=one.person_id, library_key="a", since=date(2026, 1, 1), expires_on=date(2027, 1, 1)
        )
    )
    session.add(ProcessResponsibility(person_id=two.person_id, stage="awareness"))
    session.flush()
    team = [one.person_id, two.person_id]
    found, statements = counted(session, lambda: competences_of(session, team))
    assert statements == 1
    assert found == {
        one.person_id: [("a", date(2026, 1, 1), date(2027, 1, 1)), ("b", date(2026, 1, 1), None)],
        two.person_id: [],
    }
    duties, statements = counted(session, lambda: duties_of(session, team))
    assert statements == 2
    assert duties[one.person_id].roles_scoped == {here.id: {Role.SER}}
    assert duties[one.person_id].responsibilities == set()
    assert duties[two.person_id].responsibilities == {"awareness"}
