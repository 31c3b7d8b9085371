"""The page “Close the audit”."""

import sqlalchemy as sa

from auditapp.findings.model import CarryOver, Nonconformity, NonconformityRequirement
from auditapp.people.rules import Role
from tests.factories import make_person
from tests.factories.walked import make_issued_audit


def text_of(response):
    return response.get_data(as_text=True)


def scene(session):
    walked = make_issued_audit(session)
    nc = session.scalar(sa.select(Nonconformity).where(Nonconformity.audit_id == walked.audit.id))
    return walked, nc, make_person(session, Role.PROGRAMME_MANAGER), make_person(session)


def test_from_follow_up_over_a_carrying_over_to_completed(unit, client_of):
    walked, nc, manager, _ = unit(scene)
    address = f"/nonconformities/of/{walked.audit.ref}"
    client = client_of(manager)
    page = text_of(client.get(address))
    assert nc.ref in page
    assert "It can be completed once nothing above is open." in page
    empty = client.post(f"/nonconformities/{nc.ref}/carry-over", data={"reason": "", "version": nc.version})
    assert empty.status_code == 422
    assert "it stays on record" in text_of(empty)
    stale = client.post(f"/nonconformities/{nc.ref}/carry-over", data={"reason": "Later.", "version": "99"})
    assert stale.status_code == 409
    assert "Later." in text_of(stale)
    answer = client.post(f"/nonconformities/{nc.ref}/carry-over", data={"reason": "It needs a year."})
    assert answer.location.endswith(address)
    assert "It needs a year." in text_of(client.get(address))
    assert client.post(f"/nonconformities/{nc.ref}/keep").status_code == 302
    assert unit(lambda s: s.get(CarryOver, nc.id), "read") is None
    client.post(f"/nonconformities/{nc.ref}/carry-over", data={"reason": "It needs a year."})
    assert "The follow-up comes first" in text_of(client.get(address))
    client.post(f"/audits/{walked.audit.ref}/follow-up")
    assert "What was verified" in text_of(client.get(address))
    done = client.post(f"/audits/{walked.audit.ref}/complete", data={"note": "Minutes were read."})
    assert done.status_code == 302
    assert "The audit is completed." in text_of(client.get(address))


def test_who_answers_for_it_reads_and_does_not_carry_over(unit, client_of):
    walked, nc, _, stranger = unit(scene)
    auditee = client_of(walked.auditee)
    page = auditee.get(f"/nonconformities/of/{walked.audit.ref}")
    assert page.status_code == 200
    assert "/carry-over" not in text_of(page)
    for data in ({}, {"reason": "Later."}):
        assert auditee.post(f"/nonconformities/{nc.ref}/carry-over", data=data).status_code == 403
        assert client_of(stranger).post(f"/nonconformities/{nc.ref}/carry-over", data=data).status_code == 404
    assert client_of(stranger).get(f"/nonconformities/of/{walked.audit.ref}").status_code == 404


def test_an_audit_issued_long_ago_hands_over_on_its_closing_page(unit, client_of):
    walked, nc, manager, _ = unit(scene)

    def forget(session):
        session.execute(
            sa.delete(NonconformityRequirement).where(NonconformityRequirement.nonconformity_id == nc.id)
        )
        session.execute(sa.delete(Nonconformity).where(Nonconformity.id == nc.id))

    unit(forget)
    address = f"/nonconformities/of/{walked.audit.ref}"
    assert "/hand-over" in text_of(client_of(walked.leader).get(address))
    assert "/hand-over" not in text_of(client_of(walked.auditee).get(address))
    client = client_of(manager)
    assert f"{address}/hand-over" in text_of(client.get(address))
    assert client.post(f"{address}/hand-over").location.endswith(address)
    page = text_of(client.get(address))
    assert "/hand-over" not in page
    assert "/carry-over" in page
