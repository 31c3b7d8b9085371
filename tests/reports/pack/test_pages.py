"""A pack is ordered on the page, made beside the clock, looked at and fetched; whoever does not prepare visits sees none."""

import io
import threading
from datetime import timedelta

import pytest

from auditapp.kit.clock import now
from auditapp.kit.storage import Store
from auditapp.overview.history.sentences import SENTENCES
from auditapp.people.rules import Role
from auditapp.reminders.engine.running import run_job, stopping
from auditapp.reports.orders import queries as orders
from auditapp.reports.orders import running as making
from auditapp.reports.orders.rules import LOST, MOST_TRIES, STEPS, OrderState
from auditapp.reports.pack import queries, running, service
from auditapp.reports.pack.checking import check
from auditapp.reports.pack.model import EvidencePack
from auditapp.reports.pack.rules import Chosen, Purpose
from auditapp.trail.model import Fact
from tests.factories import make_person
from tests.factories.audits import make_edition
from tests.statements import counted

JOB = running.JOBS[0]
FORM = {
    "purpose": "stage_1", "standard": "small", "reports": ["readiness", "gap"], "since": "2020-01-01", "audits": "y",
    "plans": "y", "documents": "y",
}  # fmt: skip


@pytest.fixture
def manager(unit):
    def make(session):
        make_edition(session)
        return make_person(session, Role.SYSTEM_MANAGER, name="Mona Manager")

    return unit(make)


def run(app):
    """The job, and the end of what it began."""
    done = run_job(app, JOB, at=now())
    for thread in threading.enumerate():
        if thread.name == "evidence-pack":
            thread.join(60)
    return done


def the_pack(unit):
    [found] = unit(lambda session: queries.orders(session, page=1).rows, "read")
    return found


def test_a_pack_is_ordered_made_looked_at_fetched_and_removed(app, unit, client_of, manager):
    client = client_of(manager)
    assert "EP-" not in client.get("/reports/packs/").text
    assert client.post("/reports/packs/new", data=FORM | {"since": ""}).status_code == 422
    nothing = {"purpose": "other", "standard": "small", "since": "2020-01-01"}
    page = client.post("/reports/packs/new", data=nothing)
    assert (page.status_code, "Choose a report" in page.text) == (422, True)
    address = client.post("/reports/packs/new", data=FORM).headers["Location"]
    assert "data-working" in client.get(address).text
    assert run(app) == 1
    assert run(app) == 0
    found = the_pack(unit)
    assert (found.state, found.files, found.error) == (OrderState.READY, 4, "")
    page = client.get(address).text
    assert found.manifest_sha256 in page
    assert f"{address}/files/reports/gap.pdf" in page
    pdf = client.get(f"{address}/files/reports/gap.pdf")
    assert (pdf.data[:5], pdf.headers["Content-Security-Policy"][:7]) == (b"%PDF-", "sandbox")
    assert (
        client.get(f"{address}/files/manifest.json").headers["Content-Disposition"].startswith("attachment")
    )
    assert client.get(f"{address}/files/reports/stage-1.pdf").status_code == 404
    whole = client.post(f"{address}/file")
    assert check(io.BytesIO(whole.data), manifest_sha256=found.manifest_sha256).whole
    whole.close()
    assert client.post(f"{address}/remove").status_code == 302
    assert client.post(f"{address}/file").status_code == 409
    assert "There is no file of it" in client.get(address).text
    running_folder = running.folder(app)
    with app.app_context():
        making.tidy(app, running.WORKSHOP, now())
    assert list(running_folder.iterdir()) == []
    verbs = unit(lambda session: [one.verb for one in session.query(Fact).order_by(Fact.seq)], "read")
    told = [verb for verb in verbs if verb.startswith("evidence_pack.")]
    assert told == [f"evidence_pack.{verb}" for verb in ("ordered", "made", "fetched", "removed")]
    assert set(told) <= set(SENTENCES)


def test_the_same_data_give_the_same_bytes(app, unit, manager):
    at = now()
    found = [unit(lambda session: _gathered(session, manager, at)) for _ in range(2)]
    assert found[0] == found[1]
    made = []
    for one in found:
        target = io.BytesIO()
        with app.app_context():
            running.write(
                target, one, ref="EP-1", title="T", locale="en", base="http://x", tell=lambda *_: None,
                shelf=running.Shelf(Store(app.extensions["auditapp"].data_dir), app.extensions["auditapp"].data_dir),
            )  # fmt: skip
        made.append(target.getvalue())
    assert made[0] == made[1]


def _gathered(session, who, at):
    chosen = Chosen(
        purpose=Purpose.OTHER, standard="small", reports=("readiness",), relationships=(), since=at.date()
    )
    return running.gather(session, actor=who, as_of=at, chosen=chosen, address=lambda _e, _v: "")


def test_who_does_not_prepare_visits_gets_none(client_of, unit, manager):
    ref = unit(lambda session: service.place_order(session, actor=manager, at=now(), chosen=_chosen()))
    for role in (Role.AUDITOR, Role.RELATIONSHIP_OWNER, Role.VIEWER, Role.PARTNER_CONTACT):
        client = client_of(unit(lambda session, role=role: make_person(session, role)))
        assert client.get("/reports/packs/").status_code == 403
        assert client.get(f"/reports/packs/{ref}").status_code == 403
        assert client.get(f"/reports/packs/{ref}/files/index.html").status_code == 403
        assert client.post(f"/reports/packs/{ref}/file").status_code == 403
    for role in (Role.SER, Role.PROGRAMME_MANAGER):
        client = client_of(unit(lambda session, role=role: make_person(session, role)))
        assert client.get(f"/reports/packs/{ref}").status_code == 200


def _chosen():
    return Chosen(
        purpose=Purpose.OTHER, standard="small", reports=("readiness",), relationships=(), since=now().date()
    )


def test_one_that_was_killed_is_begun_anew_and_given_up_after_some_tries(app, unit, client_of, manager):
    unit(lambda session: service.place_order(session, actor=manager, at=now(), chosen=_chosen()))
    pack_id = the_pack(unit).id
    for again in range(MOST_TRIES + 1):
        at = now() + again * (LOST + timedelta(seconds=1))
        assert unit(lambda session, at=at: orders.next_to_make(session, EvidencePack, at), "read") == pack_id
        begun = unit(lambda session, at=at: service.begin(session, pack_id=pack_id, at=at))
        assert (begun is None) == (again == MOST_TRIES)
        assert unit(lambda session, at=at: service.begin(session, pack_id=pack_id, at=at)) is None
    found = the_pack(unit)
    assert (found.state, "several times" in found.error) == (OrderState.FAILED, True)
    client = client_of(manager)
    assert "several times" in client.get(f"/reports/packs/{found.ref}").text
    assert client.post(f"/reports/packs/{found.ref}/retry").status_code == 302
    run(app)
    assert the_pack(unit).state is OrderState.READY


def test_who_lost_the_right_gets_no_pack_made(app, unit, manager):
    owner = unit(lambda session: make_person(session, Role.RELATIONSHIP_OWNER))
    unit(lambda session: service.place_order(session, actor=manager, at=now(), chosen=_chosen()))

    def hand_over(session):
        session.query(EvidencePack).one().ordered_by_id = owner.person_id

    unit(hand_over)
    run(app)
    found = the_pack(unit)
    assert (found.state, "may not see" in found.error) == (OrderState.FAILED, True)


def test_a_pack_that_nobody_wants_any_more_leaves_no_file(app, unit, manager, monkeypatch):
    unit(lambda session: service.place_order(session, actor=manager, at=now(), chosen=_chosen()))
    pack = the_pack(unit)
    monkeypatch.setattr(making, "BEAT", timedelta())
    progress = making.Progress.tell

    def tell(self, done, total):
        unit(lambda session: service.remove(session, actor=manager, at=now(), pack_id=pack.id))
        progress(self, done, total)

    monkeypatch.setattr(making.Progress, "tell", tell)
    with app.app_context():
        making.make(app, running.WORKSHOP, pack.id)
    assert list(running.folder(app).iterdir()) == []
    assert the_pack(unit).state is OrderState.REMOVED
    assert not stopping(app).is_set()


def test_every_step_leads_somewhere():
    assert {state for state, _verb in STEPS} == set(OrderState) - {OrderState.REMOVED}


def test_the_list_reads_as_much_for_many_packs(unit, manager):
    def work(session):
        service.place_order(session, actor=manager, at=now(), chosen=_chosen())
        with counted(session) as one:
            queries.orders(session, page=1)
        for _ in range(5):
            service.place_order(session, actor=manager, at=now(), chosen=_chosen())
        with counted(session) as many:
            queries.orders(session, page=1)
        assert len(one) == len(many) == 2

    unit(work)
