"""Nonconformities by hand: one whose actions were not effective is open again."""

import re

import sqlalchemy as sa
from playwright.sync_api import expect

from auditapp.findings.model import Action, Nonconformity
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.trail import service as trail
from tests.journeys.browser import DESK, PHONE, TABLET, check
from tests.journeys.nc_steps import lasting, later, open_nc, ref_where, status_of, today


def test_not_effective_opens_it_again(chromium, demo, monkeypatch):
    ref = ref_where(demo, title="Selection criteria were dated after the choice")
    later(monkeypatch, 120)
    ella = lasting(chromium, demo, "ella", TABLET)
    open_nc(ella, ref)
    ella.get_by_role("main").get_by_role("link", name="Check the effect").click()
    ella.get_by_role("button", name="Not effective: reopen it").click()
    expect(ella).to_have_url(re.compile(r"/check-effect$"))  # not without a word
    ella.get_by_label("What you found, measured by the criteria").fill("The next criteria were late again.")
    ella.get_by_role("button", name="Not effective: reopen it").click()
    expect(ella.locator("body")).to_contain_text(f"{ref} is open again: its actions were not effective.")
    status_of(ella, "Cause and extent")
    expect(ella.get_by_role("main")).to_contain_text("It was reopened once: this is round 2.")
    check(ella)

    uma = lasting(chromium, demo, "uma", PHONE)
    open_nc(uma, ref)
    uma.goto(f"/nonconformities/{ref}/submit-plan")
    # The old plan cannot be sent again: the cause comes first.
    expect(uma.get_by_role("button", name="Submit the plan")).to_have_count(0)
    cora = lasting(chromium, demo, "cora", DESK)
    cora.goto(f"/nonconformities/?q={ref}")
    check(cora)
    expect(cora.get_by_role("row").filter(has_text=ref)).to_contain_text("Cause and extent")
    for page in (ella, uma, cora):
        page.context.close()

    def look(s):
        nc = s.scalars(sa.select(Nonconformity).where(Nonconformity.ref == ref)).one()
        assert (nc.status, nc.round, nc.reopened) == (NcStatus.CAUSE, 2, 1)
        assert nc.turn_due_on >= today()
        rounds = s.scalars(sa.select(Action.round).where(Action.nonconformity_id == nc.id)).all()
        assert set(rounds) == {1}
        assert list(trail.verify(s)) == []

    demo.unit(look)
