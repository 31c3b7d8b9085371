"""docs/webhooks.md: its sample works on what we send, its list is the code's, its example has the fields that are sent."""

import json
import re

import pytest

from auditapp.api.webhooks.events import EVENTS, table
from auditapp.config import ROOT
from auditapp.kit import clock

TEXT = (ROOT / "docs/webhooks.md").read_text(encoding="utf-8")


def test_the_list_of_events_is_that_of_the_code():
    assert TEXT.endswith(table())
    assert len(re.findall(r"^\| `[a-z_.]+` \|", TEXT, re.MULTILINE)) == len(EVENTS)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_sample_verifies_what_we_send_and_the_example_looks_like_it(hooks, receiver):
    names = {}
    exec(re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)[1], names)  # noqa: S102 - our own page
    hooks.at = clock.now()
    _, secret = hooks.make(receiver.url)
    hooks.happen("nonconformity.issued")
    hooks.put()
    hooks.send()
    headers, body, _ = receiver.got[0]
    assert names["verified"](secret, headers, body)
    assert not names["verified"](secret, headers, body + b" ")
    assert not names["verified"]("whsec_" + "A" * 44, headers, body)
    assert not names["verified"](secret, headers | {"webhook-timestamp": "1"}, body)
    told, shown = json.loads(body), json.loads(re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)[1])
    assert [set(told), set(told["data"]), set(told["data"]["thing"])] == [
        set(shown), set(shown["data"]), set(shown["data"]["thing"])
    ]  # fmt: skip
