"""The pages: the whole way of a webhook in the browser, and who does not get there."""

import re

import pytest
import sqlalchemy as sa
from standardwebhooks.webhooks import Webhook as Verifier

from auditapp.api.webhooks import routes
from auditapp.api.webhooks.model import Webhook, WebhookDelivery
from auditapp.api.webhooks.rules import MOST_TESTS, TESTS_WITHIN, Status
from auditapp.people.rules import Role
from tests.factories import make_person


def test_the_whole_way(hooks, receiver, client_of):
    browser = client_of(hooks.who)
    assert "No webhooks yet" in browser.get("/webhooks/").text
    form = {"name": "Tickets", "url": receiver.url, "events": ["audit.planned", "issue.raised"]}
    assert browser.post("/webhooks/new", data=form | {"events": []}).status_code == 422
    refused = browser.post("/webhooks/new", data=form | {"url": f"https://169.254.169.254:{receiver.port}/"})
    assert refused.status_code == 422
    assert "not open to everybody" in refused.text
    made = browser.post("/webhooks/new", data=form)
    secret = re.search(r"whsec_[\w+/=]{44}", made.text)[0]
    hook = hooks.unit(lambda s: s.scalar(sa.select(Webhook.id)), "read")
    place = f"/webhooks/{hook}"

    answered = browser.post(f"{place}/test", follow_redirects=True)  # a real one, at once
    assert "Test message" in answered.text
    assert "204" in answered.text
    headers, body, _ = receiver.got[0]
    assert Verifier(secret).verify(body, headers)["type"] == "ping"
    receiver.says = [(500, {}, b"<b>broken</b>", 0)]
    assert "&lt;b&gt;broken" in browser.post(f"{place}/test", follow_redirects=True).text
    assert hooks.hook(hook).failing_since is None  # a test says nothing about the rest

    hooks.happen("audit.planned", "issue.raised")
    hooks.put()
    receiver.says = [(500, {}, b"", 0)]
    hooks.send()
    page = browser.get(place).text
    assert "An audit was planned" in page
    assert "takes nothing since" in browser.get("/webhooks/").text
    assert "An issue was raised" in browser.get(f"{place}?status=waiting").text
    assert "Nothing here" in browser.get(f"{place}?status=sending").text

    assert browser.post(f"{place}/pause", follow_redirects=True).status_code == 200
    hooks.happen("audit.planned")
    asked = browser.get(f"{place}/resume").text
    assert "2 messages wait" in asked
    assert "One thing happened" in asked
    assert "told again" in browser.post(f"{place}/resume", follow_redirects=True).text
    hooks.at = hooks.hook(hook).made_at.replace(year=hooks.at.year + 1)
    hooks.put()
    assert hooks.send() == 3
    row = hooks.unit(
        lambda s: s.scalar(sa.select(WebhookDelivery.id).where(WebhookDelivery.seq.is_not(None))), "read"
    )
    assert "msg_" in browser.get(f"{place}/deliveries/{row}").text
    browser.post(f"{place}/deliveries/{row}/again")
    hooks.unit(lambda s: s.execute(sa.update(WebhookDelivery).values(status=Status.FAILED)))
    assert "3 messages are sent again" in browser.post(f"{place}/failed", follow_redirects=True).text

    changed = form | {"name": "Other", "version": "1"}
    shown = browser.get(f"{place}/edit").text
    assert "Tickets" in shown
    assert re.findall(r'value="([a-z_.]+)" checked', shown) == ["audit.planned", "issue.raised"]
    assert browser.post(f"{place}/edit", data=changed).status_code == 302
    stale = browser.post(f"{place}/edit", data=changed | {"name": "Third"})
    assert stale.status_code == 409
    assert "Make a new secret" in browser.get(f"{place}/secret").text
    assert re.search(r"whsec_[\w+/=]{44}", browser.post(f"{place}/secret").text)[0] != secret
    for path in ("", "/edit", "/secret", "/delete"):
        assert "whsec_" not in browser.get(place + path).text
    told = browser.get("/history/?kind=webhook").text
    assert "made a new secret" in told
    assert "whsec_" not in told
    assert "Delete WH-01" in browser.get(f"{place}/delete").text
    assert "is deleted" in browser.post(f"{place}/delete", follow_redirects=True).text
    assert browser.get(place).status_code == 404


def test_only_so_many_tests_within_ten_minutes(hooks, receiver, client_of):
    browser = client_of(hooks.who)
    hook, other = (hooks.make(receiver.url, name=name)[0] for name in ("One", "Other"))
    hooks.happen("audit.planned")
    hooks.put()
    for _ in range(MOST_TESTS):
        assert browser.post(f"/webhooks/{hook}/test").status_code == 302
    refused = browser.post(f"/webhooks/{hook}/test")
    assert refused.status_code == 429
    assert (
        "5 tests were sent to this webhook within 10 minutes. You can send another one in 10 min."
        in refused.text
    )
    assert len(receiver.got) == len(hooks.rows(hook)) - 1 == MOST_TESTS  # what happened is no test
    assert browser.post(f"/webhooks/{other}/test").status_code == 302
    hooks.unit(lambda s: s.execute(sa.update(WebhookDelivery).values(put_at=hooks.at - TESTS_WITHIN)))
    assert browser.post(f"/webhooks/{hook}/test").status_code == 302
    assert len(receiver.got) == MOST_TESTS + 2


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_only_system_managers_get_there(hooks, receiver, unit, client_of):
    hook, _ = hooks.make(receiver.url)
    others = [
        unit(lambda s, r=role: make_person(s, r))
        for role in (Role.PROGRAMME_MANAGER, Role.SER, Role.PARTNER_CONTACT)
    ]
    for rule in hooks.app.url_map.iter_rules():
        if rule.endpoint.startswith(f"{routes.bp.name}."):
            path = re.sub(r"<uuid:\w+>", str(hook), rule.rule)
            for who in others:
                for method in rule.methods & {"GET", "POST"}:
                    assert client_of(who).open(path, method=method).status_code == 403, rule
    assert not receiver.got
