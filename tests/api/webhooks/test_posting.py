"""One try, to a real server: pinned to the judged address, the certificate that of the name, no redirect, no proxy, in time."""

import time

import pytest

from auditapp.api.webhooks import posting
from auditapp.api.webhooks.addresses import Allowed
from auditapp.api.webhooks.posting import check, post, resolve
from auditapp.api.webhooks.service.sending import Claim
from auditapp.api.webhooks.signing import new_secret
from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid
from auditapp.kit.ids import new_id
from tests.api.webhooks.conftest import HOST, inside


def claim_for(url):
    return Claim(
        delivery_id=new_id(), webhook_id=new_id(), token="t", url=url, message_id="msg_1", body=b"{}",
        keys=(new_secret(),),
    )  # fmt: skip


def sent(url, *ports, find=resolve):
    return post(claim_for(url), at=now(), allowed=inside(*ports), find=find)


def test_the_connection_goes_to_what_was_looked_up_once_and_the_certificate_is_that_of_the_name(
    sealed, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    asked = []

    def find(host, port):  # answers differently the second time, as somebody would who wants in
        asked.append((host, port))
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.99"]

    url = f"https://{HOST}:{sealed.port}/in?x=1"
    tried = sent(url, sealed.port, find=find)
    assert (tried.code, tried.error) == (204, "")
    assert asked == [(HOST, sealed.port)]
    assert sealed.asked == [HOST]
    headers, body, path = sealed.got[0]
    assert (headers["Host"], body, path) == (f"{HOST}:{sealed.port}", b"{}", "/in?x=1")
    assert tried.milliseconds >= 0
    # Another name at the same address has no certificate.
    other = sent(f"https://other.example.test:{sealed.port}/in", sealed.port, find=lambda *_: ["127.0.0.1"])
    assert other.code is None
    assert "certificate" in other.error
    monkeypatch.delenv("SSL_CERT_FILE")
    unknown = sent(url, sealed.port, find=lambda *_: ["127.0.0.1"])
    assert "certificate" in unknown.error
    assert len(sealed.got) == 1


def test_redirects_are_not_followed_and_proxies_not_asked(receiver, monkeypatch):
    for name in ("http_proxy", "https_proxy", "ALL_PROXY", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    receiver.says = [(302, {"Location": "http://169.254.169.254/latest"}, b"there", 0)]
    tried = sent(receiver.url, receiver.port)
    assert (tried.code, tried.answer) == (302, "there")
    assert "redirect" in tried.error
    assert len(receiver.got) == 1


@pytest.mark.parametrize("found", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254", "fd00::1"])
def test_a_name_that_leads_inside_is_refused_at_saving_and_at_sending(found, receiver):
    with pytest.raises(Invalid):
        check("https://hooks.example.org/", Allowed(), lambda *_: [found])
    tried = post(
        claim_for("https://hooks.example.org/"), at=now(), allowed=Allowed(), find=lambda *_: [found]
    )
    assert tried.code is None
    assert "not open to everybody" in tried.error
    assert not receiver.got


def test_names_are_looked_up_by_the_system():
    assert "127.0.0.1" in resolve("localhost", 443)
    assert resolve("no-such-host.invalid", 443) == []
    with pytest.raises(Invalid):
        check("https://localhost/", Allowed())
    with pytest.raises(Invalid):
        check("https://0x7f.1/", Allowed())  # the system reads it as 127.0.0.1


def test_a_look_up_that_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr(posting, "LOOK_UP", 0.05)
    monkeypatch.setattr(posting.socket, "getaddrinfo", lambda *_, **__: time.sleep(0.5) or [])
    began = time.monotonic()
    assert resolve("hooks.example.org", 443) == []
    assert time.monotonic() - began < 0.4


def test_nobody_holds_us_longer_than_the_time(receiver, monkeypatch):
    monkeypatch.setattr(posting, "TIMEOUT", 0.4)
    receiver.drip = 0.1  # a letter now and then: no single wait is long
    began = time.monotonic()
    tried = sent(receiver.url, receiver.port)
    assert (tried.code, tried.error) == (None, "no answer within ten seconds")
    assert time.monotonic() - began < 2
    receiver.drip = 0
    receiver.says = [(200, {}, b"late", 1)]
    assert sent(receiver.url, receiver.port).error == "no answer within ten seconds"
    receiver.close()
    assert "refused" in sent(receiver.url, receiver.port).error


def test_of_an_answer_only_the_beginning_is_read(receiver):
    receiver.says = [(500, {}, b"x" * 5_000_000, 0)]
    tried = sent(receiver.url, receiver.port)
    assert (tried.code, len(tried.answer)) == (500, 2000)
