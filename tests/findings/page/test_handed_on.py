"""An action that was ours before it was given to a partner's contact: what we asked about it stays with us."""

from auditapp.findings.model import ActionRequest
from auditapp.findings.rules.action import RequestKind, RequestStatus
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.clock import now
from tests.factories.nonconformities import Cast, make_case


def scene(session):
    cast = Cast(session)
    _, _, theirs = make_case(session, cast, NcStatus.IMPLEMENTING)
    for role, reason in (("former", "We never trusted them."), ("contact_owner", "The line is closed.")):
        session.add(
            ActionRequest(
                action_id=theirs.id,
                kind=RequestKind.CANT_DO,
                level=1,
                reason=reason,
                asked_by_id=cast.id_of(role),
                asked_at=now(),
                status=RequestStatus.REFUSED,
            )
        )
    session.flush()
    return cast, theirs.ref


def test_a_contact_reads_only_what_was_asked_by_those_who_do_it_now(unit, client_of):
    cast, ref = unit(scene)
    theirs = client_of(cast["contact_owner"]).get(f"/actions/{ref}").get_data(as_text=True)
    ours = client_of(cast["manager"]).get(f"/actions/{ref}").get_data(as_text=True)
    for words in ("The line is closed.", "We never trusted them."):
        assert words in ours
    assert "The line is closed." in theirs
    assert "We never trusted them." not in theirs
