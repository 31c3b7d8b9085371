"""`make pictures`: the pictures of the user guide, made by the browser from the demonstration."""

import pytest
import sqlalchemy as sa

from auditapp.audits.execution.model import Finding
from auditapp.audits.execution.rules import Grade
from auditapp.audits.model import Audit, PlanAnswer, Programme
from auditapp.overview.demo.people import PEOPLE, address
from tests.journeys.browser import person, pictures, shot
from tests.journeys.guide import PICTURES

ADDRESSES = {name.split()[0].lower(): address(name) for name, *_ in PEOPLE}
pytestmark = pytest.mark.pictures


@pytest.fixture(scope="module")
def names(demo):
    """What stands for what in an address: an audit per status, and a few more."""

    def read(s):
        found = {
            status.value: ref
            for ref, status in s.execute(sa.select(Audit.ref, Audit.status).order_by(Audit.ref.desc()))
        }
        objected = sa.select(PlanAnswer.audit_id).where(PlanAnswer.agreed.is_(False))
        sent = sa.select(Audit.ref).where(Audit.plan_sent_at.is_not(None), Audit.agreed_at.is_(None))
        return found | {
            "objected": s.scalars(sa.select(Audit.ref).where(Audit.id.in_(objected))).one(),
            "planned": s.scalars(sent.where(Audit.id.not_in(objected))).one(),
            "major": s.scalars(sa.select(Finding.ref).where(Finding.grade == Grade.MAJOR)).first(),
            "programme": s.scalars(sa.select(Programme.ref)).first(),
        }

    return demo.unit(read)


@pytest.mark.parametrize("name", PICTURES)
def test_picture(chromium, demo, names, name):
    assert pictures(), "name the folder: AUDITAPP_TESTS_PICTURES, as make pictures does"
    wanted = PICTURES[name]
    page = person(chromium, demo, ADDRESSES.get(wanted.who), wanted.size)
    page.emulate_media(color_scheme=wanted.theme, reduced_motion="reduce")
    answer = page.goto(wanted.path.format(**names))
    assert answer.status == 200
    if wanted.taps:
        wanted.taps(page)
    shot(page, name)
    page.context.close()
