"""Every verb tried by everybody, on the services themselves: who may and who may not, written down by hand.

A verb that has no row here fails the test, so a new one cannot be forgotten. Whoever may not is refused as such, and
nothing is changed by trying.
"""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from auditapp.audits.model import AuditMember
from auditapp.audits.rules import MemberRole
from auditapp.findings.model import Action, Nonconformity
from auditapp.findings.queries import action_by_ref, nonconformity_by_ref
from auditapp.findings.rules.action import ActionVerb
from auditapp.findings.rules.nonconformity import NcVerb
from auditapp.kit.clock import now
from auditapp.kit.errors import NotAllowed, NotFound, Refusal
from auditapp.people.rules import Role
from auditapp.trail.model import Fact
from tests.factories import make_person
from tests.factories.audits import make_auditor
from tests.factories.nonconformities import Cast, make_case
from tests.findings.tries import Row, World
from tests.findings.tries_action import ACTIONS
from tests.findings.tries_nc import NC


def make_world(session: Any) -> Cast:
    """The usual people, and some with two hats."""
    cast = Cast(session)
    for role in ("responsible_manager", "worked_manager"):
        cast.people[role] = make_person(session, Role.PROGRAMME_MANAGER, name=role)
    cast.people["owning_verifier"] = make_auditor(session, name="Ow Verifier")
    leading = make_auditor(session, name="Le Manager")
    cast.people["leading_manager"] = replace(leading, roles=leading.roles | {Role.PROGRAMME_MANAGER})
    return cast


def dress(w: World, role: str) -> None:
    """Give somebody with two hats the second one."""
    me = w.who.person_id
    if role == "responsible_manager":
        w.nc.responsible_id = me
    elif role == "worked_manager":
        w.action.worked_ids = [*w.action.worked_ids, str(me)]
    elif role == "owning_verifier":
        w.nc.verifier_id = me
        w.action.owner_id = me
    elif role == "leading_manager":
        w.session.execute(
            sa.update(AuditMember)
            .where(AuditMember.audit_id == w.nc.audit_id, AuditMember.role == MemberRole.LEADER)
            .values(person_id=me)
        )
    w.session.flush()


def attempt(
    session: Any, cast: Cast, case: tuple[Nonconformity, Action, Action], row: Row, *,
    role: str, verb: NcVerb | ActionVerb,
) -> tuple[str, str]:  # fmt: skip
    """What came of somebody's try: “done”, “not allowed”, or why it failed otherwise; and what it left."""
    nc, own, theirs = case
    action = theirs if role == "contact_owner" and isinstance(verb, ActionVerb) else own
    w = World(session=session, cast=cast, nc=nc, action=action, at=now(), who=cast[role])
    dress(w, role)
    if row.before is not None:
        row.before(w)
    before = snapshot(w)
    try:
        if isinstance(verb, NcVerb):
            nonconformity_by_ref(session, w.who, nc.ref)
        else:
            action_by_ref(session, w.who, action.ref)
        row.do(w)
    except (NotAllowed, NotFound):
        return "not allowed", "" if snapshot(w) == before else "was refused, but left something"
    except Refusal as refusal:
        return "refused", str(refusal)
    return "done", "" if snapshot(w) != before else "went through, but did nothing"


def snapshot(w: World) -> Any:
    """The nonconformity and its actions as the database has them, and how many facts there are."""
    w.session.flush()
    rows = [
        w.session.execute(sa.select(table).where(column == w.nc.id).order_by(table.c.id)).all()
        for table, column in (
            (Nonconformity.__table__, Nonconformity.id),
            (Action.__table__, Action.nonconformity_id),
        )
    ]
    return rows, w.session.scalar(sa.select(sa.func.max(Fact.seq)))


def all_tries(session: Any, rows: dict[Any, list[Row]]) -> list[str]:
    """Everybody tries every row; gives what came out otherwise than it is written down."""
    cast = make_world(session)
    wrong = []
    for verb, tries in rows.items():
        for number, row in enumerate(tries):
            assert row.may <= set(cast.people), f"{verb}: nobody is {row.may - set(cast.people)}"
            case = make_case(session, cast, row.status, actions=row.actions, **(row.more or {}))
            for role in cast.people:
                point = session.begin_nested()
                came, left = attempt(session, cast, case, row, role=role, verb=verb)
                point.rollback()
                session.expire_all()
                wanted = "done" if role in row.may else "not allowed"
                if came != wanted or left:
                    wrong.append(f"{verb}[{number}] by {role}: {came}, expected {wanted}. {left}")
    return wrong


def test_every_verb_has_a_row():
    assert [verb for verb in NcVerb if not NC.get(verb)] == []
    assert [verb for verb in ActionVerb if not ACTIONS.get(verb)] == []


def test_who_may_do_what_with_a_nonconformity(session):
    assert all_tries(session, NC) == []


def test_who_may_do_what_with_an_action(session):
    assert all_tries(session, ACTIONS) == []
