"""What is sent when, how it is signed, where it may go: without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from auditapp.api.webhooks import signing
from auditapp.api.webhooks.addresses import Allowed, chosen, target_of
from auditapp.api.webhooks.events import EVENT_OF, EVENTS, PLACES, grouped, verbs_of
from auditapp.api.webhooks.rules import (
    ASIDE,
    LONGEST_WISH,
    MOST_TESTS,
    MOST_TRIES,
    PATIENCE,
    PAUSES,
    SPREAD,
    TESTS_WITHIN,
    next_test,
    pause_after,
    wish_of,
    worn_out,
)
from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid
from auditapp.overview.history.sentences import SENTENCES

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_the_pauses_grow_and_end_after_about_three_days():
    least = [pause_after(tries, 0.0) for tries in range(1, MOST_TRIES + 1)]
    assert least == [*PAUSES, None]
    assert list(PAUSES) == sorted(PAUSES)
    assert (
        timedelta(days=2.5)
        < sum(PAUSES, timedelta())
        < sum(PAUSES, timedelta()) * (1 + SPREAD)
        < timedelta(days=4)
    )
    assert timedelta(minutes=5) < sum(PAUSES[: ASIDE - 1], timedelta()) < timedelta(hours=1)
    assert pause_after(1, 0.5) == timedelta(seconds=5.5)
    assert pause_after(1, 0.0, timedelta(minutes=3)) == timedelta(minutes=3)
    assert pause_after(4, 0.0, timedelta(minutes=3)) == timedelta(minutes=30)  # the longer one
    assert pause_after(MOST_TRIES, 0.0, timedelta(minutes=3)) is None
    assert not worn_out(None, AT)
    assert not worn_out(AT - PATIENCE + timedelta(seconds=1), AT)
    assert worn_out(AT - PATIENCE, AT)


def test_a_test_more_waits_until_the_oldest_that_counts_is_over():
    sent = [AT - timedelta(minutes=minute) for minute in range(MOST_TESTS)]
    assert next_test(sent[1:], AT) is None
    assert next_test(sent, AT) == sent[-1] + TESTS_WITHIN
    assert next_test([*sent, AT - timedelta(minutes=9)], AT) == sent[-1] + TESTS_WITHIN
    assert next_test(sent, sent[-1] + TESTS_WITHIN) is None
    assert next_test([], AT) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("Fri, 01 May 2026 12:01:00 GMT", 60),
        ("Fri, 01 May 2026 11:00:00 GMT", 0),
        ("99999999999999999999", LONGEST_WISH.total_seconds()),
        ("-5", 0),
        ("²", 0),
        ("soon", 0),
        ("", 0),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_a_day_at_most(header, seconds):
    assert wish_of(header, AT) == timedelta(seconds=seconds)


def test_the_signature_is_that_of_the_specification():
    """The example that the specification's own libraries test."""
    secret, message_id = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    moment = datetime.fromtimestamp(1614265330, UTC)
    made = signing.signature(secret, message_id, moment, b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_either_of_two_secrets_verifies():
    old, new, body = signing.new_secret(), signing.new_secret(), '{"ü":1}'.encode()
    headers = signing.headers((new, old), "msg_1", now(), body)
    for secret in (old, new):
        assert Verifier(secret).verify(body, dict(headers)) == {"ü": 1}


def test_every_event_is_made_of_facts_that_there_are():
    assert set(EVENT_OF) <= set(SENTENCES)
    assert sum(len(one.verbs) for one in EVENTS.values()) == len(EVENT_OF)  # each verb in one event
    assert verbs_of(["all"]) == set(EVENT_OF)
    assert sorted(key for _, keys in grouped() for key in keys) == sorted(EVENTS)  # each folded in one place
    assert verbs_of(["issue.escalated", "gone"]) == set(EVENTS["issue.escalated"].verbs)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_place_of_a_thing_is_there(app):
    adapter = app.url_map.bind("site.example")
    for places in PLACES.values():
        for place in filter(None, (places.page, places.api)):
            args = dict.fromkeys(place.args, "00000000-0000-0000-0000-000000000001")
            assert adapter.build(place.endpoint, args)


OPEN = Allowed()
DEVELOPMENT = Allowed.of("127.0.0.0/8, 10.0.0.0/8, fd00::/8", "443,8080")


@pytest.mark.parametrize(
    ("url", "allowed", "fits"),
    [
        ("https://hooks.example.org/in?a=b", OPEN, True),
        ("https://hooks.example.org", OPEN, True),
        ("https://[2606:4700::1111]/", OPEN, True),
        ("https://hooks.exämple.org/", OPEN, True),
        ("http://hooks.example.org/", OPEN, False),
        ("http://localhost:8080/", DEVELOPMENT, True),
        ("https://hooks.example.org:8443/", OPEN, False),
        ("https://hooks.example.org:22/", DEVELOPMENT, False),
        ("https://user:word@hooks.example.org/", OPEN, False),
        ("https://user@hooks.example.org/", OPEN, False),
        ("https://hooks.example.org/#part", OPEN, False),
        ("https://hooks.example.org/a b", OPEN, False),
        ("https://hooks.example.org\\@evil.example/", OPEN, False),
        ("https://hooks.example.org/\r\nX: y", OPEN, False),
        ("https://[fe80::1%25eth0]/", OPEN, False),
        ("https:///in", OPEN, False),
        ("https://x:99999/", OPEN, False),
        ("ftp://hooks.example.org/", OPEN, False),
        ("file:///etc/passwd", OPEN, False),
        ("hooks.example.org", OPEN, False),
        ("https://hooks.example.org/" + "a" * 500, OPEN, False),
        ("", OPEN, False),
    ],
)
def test_what_is_an_address(url, allowed, fits):
    if fits:
        assert target_of(url, allowed).host
    else:
        with pytest.raises(Invalid) as refused:
            target_of(url, allowed)
        assert refused.value.field == "url"


PRIVATE = (
    "127.0.0.1", "127.1.2.3", "0.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254",
    "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1",
    "fe80::1", "fe80::1%2", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1",
)  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_of_the_open_internet_is_refused(address):
    target = target_of("https://hooks.example.org/", OPEN)
    for found in ([address], ["8.8.8.8", address], [address, "2606:4700::1111"]):
        with pytest.raises(Invalid):
            chosen(target, found, OPEN)


def test_what_may_be_reached():
    target = target_of("https://hooks.example.org/", OPEN)
    assert chosen(target, ["8.8.8.8", "2606:4700::1111"], OPEN) == "8.8.8.8"
    assert chosen(target, ["10.1.2.3"], DEVELOPMENT) == "10.1.2.3"
    assert chosen(target, ["fd00::5"], DEVELOPMENT) == "fd00::5"
    for found in ([], ["192.168.1.1"], ["::ffff:10.1.2.3"]):
        with pytest.raises(Invalid):
            chosen(target, found, DEVELOPMENT)
    plain = target_of("http://hooks.example.org:8080/", DEVELOPMENT)
    assert chosen(plain, ["127.0.0.1"], DEVELOPMENT) == "127.0.0.1"
    with pytest.raises(Invalid):
        chosen(plain, ["8.8.8.8"], DEVELOPMENT)  # http:// leaves the house for nobody
