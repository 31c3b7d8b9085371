"""A pack that is ready, and external auditors with a link to it."""

from datetime import timedelta

from auditapp.kit.clock import now
from auditapp.people.queries import today_of
from auditapp.reports.orders.running import make
from auditapp.reports.pack import running
from auditapp.reports.pack import service as packs
from auditapp.reports.pack.model import EvidencePack
from auditapp.reports.pack.queries import order_by_ref
from auditapp.reports.pack.rules import Chosen, Purpose
from auditapp.reports.visitors import service


def ready_pack(app, unit, who, *, standard="small"):
    """A pack with one report in it, made."""
    chosen = Chosen(
        purpose=Purpose.OTHER, standard=standard, reports=("readiness",), relationships=(), since=now().date()
    )
    ref = unit(lambda session: packs.place_order(session, actor=who, at=now(), chosen=chosen))
    pack_id = unit(lambda session: order_by_ref(session, ref).id, "read")
    with app.app_context():
        make(app, running.WORKSHOP, pack_id)
    found = unit(lambda session: order_by_ref(session, ref), "read")
    assert (found.error, found.state) == ("", "ready")
    return found


def invited(unit, who, pack: EvidencePack, *, days=5, at=None):
    """The secret of a link to it."""

    def work(session):
        today = today_of(session, at or now())
        return service.invite(
            session, actor=who, at=at or now(), pack_id=pack.id, name="Eva Extern", body="Cert Body", email="eva@cert.example",
            first=today, last=today + timedelta(days=days), most_days=30,
        )  # fmt: skip

    return unit(work)


def let_in(app, secret, name="Eva Extern"):
    """A browser that has opened the link and confirmed the name."""
    client = app.test_client()
    assert client.post(f"/visit/enter/{secret}", data={"name": name}).location == "/visit/"
    return client
