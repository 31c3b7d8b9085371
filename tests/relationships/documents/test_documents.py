"""Documents: one version holds, nobody approves their own, reviews recur; a contact gets the shared approved one alone."""

import io
from itertools import product
from types import SimpleNamespace

import pytest

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.people.rules import Role
from auditapp.relationships.documents import queries, service
from auditapp.relationships.documents.rules import STEPS, DocumentKind, VersionStatus, VersionVerb
from auditapp.relationships.obligations.queries import open_one
from auditapp.relationships.rules import Sharing
from tests.factories import make_contact, make_person, make_relationship

S, V = VersionStatus, VersionVerb
TABLE = {
    S.DRAFT: {V.SUBMIT, V.WITHDRAW},
    S.IN_REVIEW: {V.APPROVE, V.RETURN, V.WITHDRAW},
    S.APPROVED: {V.SUPERSEDE, V.WITHDRAW},
    S.SUPERSEDED: set(),
    S.WITHDRAWN: set(),
}


@pytest.mark.parametrize(("status", "verb"), list(product(S, V)))
def test_every_step_and_no_other(status, verb):
    assert ((status, verb) in STEPS) == (verb in TABLE[status])


def build(session):
    found = make_relationship(session, ref="R-01")
    return SimpleNamespace(
        found=found,
        ada=make_person(session, Role.SYSTEM_MANAGER, name="Ada"),
        kim=make_person(session, name="Kim", scoped=[(Role.RELATIONSHIP_MANAGER, found.id)]),
        ben=make_person(session, Role.SER, name="Ben"),
        wes=make_contact(session, found, name="Wes"),
    )


@pytest.fixture
def world(session):
    return build(session)


def values(world, **more):
    return {
        "title": "Joint charter", "kind": DocumentKind.CHARTER, "clauses": "7.5; 8.6.2", "owner_id": world.kim.person_id,
        "approver_id": world.ben.person_id, "review_months": None, "sharing": Sharing.SHARED,
    } | more  # fmt: skip


def add(session, world, **more):
    actor, relationship_id = more.pop("actor", world.kim), more.pop("relationship_id", world.found.id)
    return service.add_document(
        session, actor=actor, at=now(), relationship_id=relationship_id,
        contents=service.Contents(url="https://example.org/charter", changes="first"), **values(world, **more),
    )  # fmt: skip


def row_of(session, world, document, number=1):
    return queries.version_of(session, world.ada, document, number)


def approve(session, world, document, number=1):
    row = row_of(session, world, document, number)
    service.submit(session, actor=world.kim, at=now(), document=document, row=row)
    service.approve(session, actor=world.ben, at=now(), document=document, row=row)
    return row


def test_a_new_version_supersedes_the_one_that_held(session, world):
    document = add(session, world)
    first = approve(session, world, document)
    assert open_one(session, "document_review", document.id).owner_id == world.kim.person_id
    contents = service.Contents(url="https://example.org/2", changes="a new forum")
    second = service.new_version(session, actor=world.kim, at=now(), document=document, contents=contents)
    with pytest.raises(Refusal, match="under way"):
        service.new_version(session, actor=world.kim, at=now(), document=document, contents=contents)
    approve(session, world, document, 2)
    assert (first.status, second.status) == (S.SUPERSEDED, S.APPROVED)
    assert document.clauses == "7.5, 8.6.2"


def test_nobody_approves_what_they_wrote(session, world):
    document = add(session, world, approver_id=world.kim.person_id)
    row = row_of(session, world, document)
    service.submit(session, actor=world.kim, at=now(), document=document, row=row)
    with pytest.raises(NotAllowed, match="Nobody approves"):
        service.approve(session, actor=world.kim, at=now(), document=document, row=row)
    with pytest.raises(NotAllowed, match="Only the approver"):
        service.approve(session, actor=world.ben, at=now(), document=document, row=row)


def test_returned_withdrawn_and_out_of_use_ask_why(session, world):
    document = add(session, world)
    row = row_of(session, world, document)
    service.submit(session, actor=world.kim, at=now(), document=document, row=row)
    for verb in (service.return_version, service.withdraw_version):
        with pytest.raises((Invalid, NotAllowed)):
            verb(
                session,
                actor=world.ben if verb is service.return_version else world.kim,
                at=now(),
                document=document,
                row=row,
                reason="",
            )
    service.return_version(session, actor=world.ben, at=now(), document=document, row=row, reason="no date")
    assert (row.status, row.note) == (S.DRAFT, "no date")
    approve(session, world, document)
    service.withdraw_document(session, actor=world.kim, at=now(), document=document, reason="replaced")
    assert open_one(session, "document_review", document.id) is None
    with pytest.raises(Refusal, match="out of use"):
        service.reviewed(session, actor=world.kim, at=now(), document=document, note="")
    service.bring_back(session, actor=world.kim, at=now(), document=document)
    assert open_one(session, "document_review", document.id) is not None


def test_a_contact_sees_the_shared_approved_version_of_their_relationship(session, world):
    shared, internal = add(session, world), add(session, world, sharing=Sharing.INTERNAL)
    with pytest.raises(NotFound):
        queries.document_by_ref(session, world.wes, shared.ref)
    for one in (shared, internal):
        approve(session, world, one)
    service.new_version(
        session,
        actor=world.kim,
        at=now(),
        document=shared,
        contents=service.Contents(url="https://example.org/2", changes="x"),
    )
    session.flush()
    assert queries.document_by_ref(session, world.wes, shared.ref) is shared
    assert [row[0].number for row in queries.versions_of(session, world.wes, shared)] == [1]
    stranger = make_contact(session, make_relationship(session))
    for who, one in ((world.wes, internal), (stranger, shared)):
        with pytest.raises(NotFound):
            queries.document_by_ref(session, who, one.ref)


def test_who_controls_documents(session, world):
    add(session, world, actor=world.ada, relationship_id=None, sharing=Sharing.INTERNAL)
    with pytest.raises(Invalid):
        add(session, world, actor=world.ada, relationship_id=None)
    for who, where in ((world.kim, None), (world.ben, world.found.id), (world.ben, None)):
        with pytest.raises(NotAllowed):
            add(session, world, actor=who, relationship_id=where, sharing=Sharing.INTERNAL)


def test_a_stale_change_is_refused(session, world):
    document = add(session, world)
    session.flush()
    with pytest.raises(Stale):
        service.change_document(
            session, actor=world.kim, at=now(), document=document, version=0, **values(world)
        )


def test_whoever_owns_it_now_is_reminded(session, world):
    document = add(session, world)
    approve(session, world, document)
    service.change_document(
        session, actor=world.kim, at=now(), document=document, version=document.version,
        **values(world, owner_id=world.ada.person_id),
    )  # fmt: skip
    assert open_one(session, "document_review", document.id).owner_id == world.ada.person_id


def test_lists_are_narrowed(session, world):
    document = add(session, world)
    add(session, world, clauses="17.5")
    session.flush()

    def refs(**more):
        return [
            row[0].ref for row in queries.list_documents(session, world.ada, today=now().date(), **more).rows
        ]

    assert refs(clause="7.5") == [document.ref]
    assert refs(show="waiting") == []
    assert len(refs(search="charter")) == 2
    assert refs(kind=DocumentKind.POLICY) == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_file_is_kept_approved_and_downloaded(client_of, unit):
    world = unit(build)
    kim, ben, wes = client_of(world.kim), client_of(world.ben), client_of(world.wes)
    data = {
        "relationship": "R-01", "title": "Charter", "kind": "charter", "clauses": "7.5", "owner": str(world.kim.person_id),
        "approver": str(world.ben.person_id), "review_months": "", "sharing": "shared", "url": "", "changes": "",
    }  # fmt: skip
    bad = kim.post("/documents/new", data=data | {"file": (io.BytesIO(b"<html>"), "charter.pdf")})
    assert bad.status_code == 422
    assert "Charter" in bad.get_data(as_text=True)
    answer = kim.post(
        "/documents/new", data=data | {"file": (io.BytesIO(b"%PDF-1.4 charter"), "charter.pdf")}
    )
    address = answer.location
    kim.post(f"{address}/versions/1/submit")
    assert wes.get(address).status_code == 404
    assert "Your turn" in ben.get(address).get_data(as_text=True)
    ben.post(f"{address}/versions/1/approve")
    sent = wes.get(f"{address}/versions/1/file")
    assert sent.data == b"%PDF-1.4 charter"
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert sent.headers["Content-Security-Policy"].startswith("sandbox")
    sent.close()
    assert "Charter" in wes.get("/relationships/R-01/documents").get_data(as_text=True)
    kim.post(f"{address}/versions", data={"url": "https://example.org/2", "changes": "new"})
    assert wes.get(f"{address}/versions/2/file").status_code == 404
    assert wes.post(f"{address}/versions/1/withdraw", data={"reason": "x"}).status_code == 403
    ben.post(f"{address}/versions/1/read")
    assert "Read by" in kim.get(address).get_data(as_text=True)
    assert kim.get("/documents/?show=review").status_code == 200
