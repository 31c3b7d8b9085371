"""Coming in and going out: passwords, throttling, sessions, links."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.ids import digest
from auditapp.people import passwords, service
from auditapp.people.model import Account, PasswordLink, Setting, SignIn, SignInAttempt
from auditapp.people.queries import credential_of, paused_until
from auditapp.people.rules import Role, device
from auditapp.people.service import Throttle
from tests.factories import make_organization, make_person

PASSWORD = "correct horse battery"
HASH = passwords.hash_password(PASSWORD)


@pytest.fixture
def who(unit):
    """Somebody with a password."""

    def make(session):
        found = make_person(session, Role.SYSTEM_MANAGER, name="Ann Other")
        session.get(Account, found.person_id).password_hash = HASH
        return found

    return unit(make)


def sign_in(browser, who, password=PASSWORD, **more):
    return browser.post("/people/sign-in", data={"email": who.email, "password": password, **more})


def test_in_and_out(unit, client_of, who):
    browser = client_of(None)
    answer = sign_in(browser, who)
    assert (answer.status_code, answer.location) == (302, "/")
    cookie = next(
        text for text in answer.headers.getlist("Set-Cookie") if text.startswith("auditapp_sign_in=")
    )
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    secret = cookie.split("=", 1)[1].split(";", 1)[0]
    row = unit(lambda s: s.scalar(sa.select(SignIn)), "read")
    assert row.digest == digest(secret) != secret
    assert browser.get("/people/me").status_code == 200
    assert browser.get("/people/sign-in").status_code == 302
    assert browser.post("/people/sign-out").status_code == 302
    assert browser.get("/people/me").status_code == 302
    browser.set_cookie("auditapp_sign_in", secret, domain="localhost")
    assert browser.get("/people/me").status_code == 302  # the secret opens nothing any more


def test_a_secure_cookie_where_the_setting_says_so(app, client_of, who):
    app.config["SESSION_COOKIE_SECURE"] = True
    answer = sign_in(client_of(None), who)
    cookie = next(
        text for text in answer.headers.getlist("Set-Cookie") if text.startswith("__Host-auditapp=")
    )
    assert "Secure" in cookie
    assert "Domain" not in cookie


def test_every_sign_in_has_a_secret_of_its_own(unit, client_of, who):
    browser = client_of(None)
    sign_in(browser, who)
    sign_in(browser, who)
    assert len(set(unit(lambda s: s.scalars(sa.select(SignIn.digest)).all(), "read"))) == 2


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/people/", "/people/"),
        ("/people/?q=a&page=2", "/people/?q=a&page=2"),
        # elsewhere, in all the ways that browsers understand
        ("https://example.com/", "/"),
        ("//example.com/", "/"),
        ("/\\example.com/", "/"),
        ("\\\\example.com", "/"),
        ("javascript:alert(1)", "/"),
        ("/\t/example.com", "/"),
        ("people/", "/"),
        ("", "/"),
        # no page of ours, or none to land on
        ("/nothing/like/it", "/"),
        ("/people/sign-out", "/"),
        ("/people/sign-in", "/"),
    ],
)
def test_where_one_lands(client_of, who, target, lands):
    assert sign_in(client_of(None), who, next=target).location == lands


def test_wrong_credentials_say_the_same_whoever_it_is(unit, client_of, who):
    browser = client_of(None)
    answers = [
        sign_in(browser, who, "not the password"),
        browser.post("/people/sign-in", data={"email": "nobody@example.org", "password": PASSWORD}),
    ]
    unit(lambda s: setattr(s.get(Account, who.person_id), "disabled_at", now()))
    answers.append(sign_in(browser, who))
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert all("do not go together" in answer.text for answer in answers)
    assert all(
        "set-cookie" not in {name.lower() for name, _ in answer.headers if "auditapp_sign_in" in _}
        for answer in answers
    )
    assert f'value="{who.email}"' in answers[0].text  # what was typed stays, but not the password
    assert "not the password" not in answers[0].text
    assert unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(SignInAttempt)), "read") == 6


def test_a_pause_after_too_many_failures(app, unit, client_of, who):
    browser = client_of(None)
    limit = app.extensions["auditapp"].sign_in_attempts
    for _ in range(limit):
        assert sign_in(browser, who, "wrong").status_code == 422
    for password in ("wrong", PASSWORD):  # even the right one is not looked at now
        answer = sign_in(browser, who, password)
        assert answer.status_code == 429
        assert "You can try again in 15 min." in answer.text
    # another account from the same address still can
    other = unit(make_person)
    assert sign_in(browser, other, "wrong").status_code == 422
    # the pause counts from the failures, not from tries during it
    early = now() - timedelta(minutes=16)
    unit(lambda s: s.execute(sa.update(SignInAttempt).values(at=early)))
    assert sign_in(browser, who).status_code == 302


def test_an_address_is_paused_as_well(app, unit, client_of):
    unit(make_organization)
    browser = client_of(None)
    limit = app.extensions["auditapp"].sign_in_attempts * service.ADDRESS_FACTOR

    def fail(session):
        for _ in range(limit):
            service.note_failure(session, email=None, address="127.0.0.1", at=now())

    unit(fail)
    answer = browser.post("/people/sign-in", data={"email": "x@example.org", "password": "wrong"})
    assert answer.status_code == 429


def test_success_forgives_the_account_but_not_the_address(unit, client_of, who):
    browser = client_of(None)
    for _ in range(3):
        sign_in(browser, who, "wrong")
    sign_in(browser, who)
    keys = unit(lambda s: s.scalars(sa.select(SignInAttempt.key)).all(), "read")
    assert keys == [service.address_key("127.0.0.1")] * 3


def test_old_failures_are_forgotten(session):
    service.note_failure(session, email="a@example.org", address="::1", at=now() - timedelta(days=3))
    session.flush()
    service.note_failure(session, email=None, address="::1", at=now())
    session.flush()
    assert session.scalar(sa.select(sa.func.count()).select_from(SignInAttempt)) == 1


def test_the_throttle_is_asked_again_under_the_lock(session):
    """A hundred tries at once: no more get an answer than one after the other."""
    who = make_person(session)
    session.get(Account, who.person_id).password_hash = HASH
    session.flush()
    known = credential_of(session, who.email)
    at = now()
    answers = [
        service.sign_in(
            session, email=who.email, checked=known, right=False, new_hash=None, at=at,
            throttle=Throttle(limit=8, minutes=15), days=1, address="127.0.0.1", agent="",
        ).status
        for _ in range(100)
    ]  # fmt: skip
    assert answers == [422] * 8 + [429] * 92
    assert paused_until(
        session, key=service.account_key(who.email), at=at, limit=8, minutes=15
    ) == at + timedelta(minutes=15)


def test_a_password_changed_while_it_was_checked_does_not_let_in(session):
    who = make_person(session)
    session.get(Account, who.person_id).password_hash = HASH
    session.flush()
    known = credential_of(session, who.email)
    session.get(Account, who.person_id).password_hash = passwords.hash_password("another password")
    session.flush()
    answer = service.sign_in(
        session, email=who.email, checked=known, right=True, new_hash=None, at=now(),
        throttle=Throttle(limit=8, minutes=15), days=1, address="127.0.0.1", agent="",
    )  # fmt: skip
    assert answer.secret is None


def test_a_hash_of_old_parameters_is_made_anew(unit, client_of, who):
    weak = passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    unit(lambda s: setattr(s.get(Account, who.person_id), "password_hash", weak))
    assert sign_in(client_of(None), who).status_code == 302
    kept = unit(lambda s: s.get(Account, who.person_id).password_hash, "read")
    assert kept != weak
    assert passwords.check(kept, PASSWORD) == passwords.Check(right=True)


def test_changing_the_password_ends_all_other_sign_ins(unit, client_of, who):
    here, there = client_of(who), client_of(who)
    link = unit(lambda s: service.make_password_link(s, actor=None, at=now(), person_id=who.person_id))
    new = {"old": PASSWORD, "password": "a longer new one", "again": "a longer new one"}
    assert here.post("/people/me/password", data=new | {"old": "wrong"}).status_code == 422
    assert there.get("/people/me").status_code == 200
    assert here.post("/people/me/password", data=new).status_code == 302
    assert here.get("/people/me").status_code == 200
    assert there.get("/people/me").status_code == 302
    assert sign_in(client_of(None), who).status_code == 422
    assert sign_in(client_of(None), who, "a longer new one").status_code == 302
    assert client_of(None).get(f"/people/password/{link}").status_code == 404  # it would undo the change


def test_the_old_password_is_throttled_too(app, client_of, who):
    browser = client_of(who)
    new = {"old": "wrong", "password": "a longer new one", "again": "a longer new one"}
    for _ in range(app.extensions["auditapp"].sign_in_attempts):
        assert browser.post("/people/me/password", data=new).status_code == 422
    assert browser.post("/people/me/password", data=new | {"old": PASSWORD}).status_code == 429


def test_sign_ins_are_listed_and_ended(unit, client_of, who):
    here, there, third = client_of(who), client_of(who), client_of(who)
    page = here.get("/people/me").text
    assert page.count("Unknown device") == 3
    others = list(unit(lambda s: s.scalars(sa.select(SignIn)).all(), "read"))
    there_id = others[1].id
    stranger = client_of(unit(make_person))
    stranger.post(f"/people/me/sign-ins/{there_id}/end")
    assert there.get("/people/me").status_code == 200  # nobody ends somebody else's
    here.post(f"/people/me/sign-ins/{there_id}/end")
    assert there.get("/people/me").status_code == 302
    here.post("/people/me/sign-ins/end-others")
    assert third.get("/people/me").status_code == 302
    assert here.get("/people/me").status_code == 200
    assert stranger.get("/people/me").status_code == 200


def test_a_disabled_account_is_out_at_once(unit, client_of, who):
    browser = client_of(who)
    unit(lambda s: make_person(s, Role.SYSTEM_MANAGER))
    unit(lambda s: service.disable_account(s, actor=None, at=now(), person_id=who.person_id))
    assert browser.get("/people/me").status_code == 302
    unit(lambda s: service.enable_account(s, actor=None, at=now(), person_id=who.person_id))
    assert browser.get("/people/me").status_code == 302
    assert sign_in(browser, who).status_code == 302


def test_zone_language_and_theme(client_of, who):
    browser = client_of(who)
    good = {"zone": "Asia/Tokyo", "locale": "en", "theme": "dark"}
    assert browser.post("/people/me", data=good).status_code == 302
    page = browser.get("/people/me").text
    assert 'data-theme="dark"' in page
    assert '<option selected value="Asia/Tokyo">' in page
    assert browser.post("/people/me", data=good | {"zone": "Nowhere"}).status_code == 422


def test_a_link_lives_a_day(session):
    who = make_person(session)
    at = now()
    secret = service.make_password_link(session, actor=None, at=at, person_id=who.person_id)
    session.flush()
    kept = session.scalar(sa.select(PasswordLink))
    assert kept.digest == digest(secret)
    with pytest.raises(service.NotFound):
        service.set_password(session, at=at + timedelta(hours=24), secret=secret, new_hash=HASH)
    service.set_password(session, at=at + timedelta(hours=23), secret=secret, new_hash=HASH)


def test_a_bad_link_is_counted(app, unit, client_of):
    unit(make_organization)
    browser = client_of(None)
    assert browser.post("/people/password/guess", data={}).status_code == 404
    assert unit(lambda s: s.scalars(sa.select(SignInAttempt.key)).all(), "read") == [
        service.address_key("127.0.0.1")
    ]


def test_the_demonstration_offers_its_accounts(unit, client_of):
    unit(make_organization)
    browser = client_of(None)
    assert "Try this demonstration" not in browser.get("/people/sign-in").text

    def demonstrate(session):
        make_organization(session).demonstration = True
        accounts = [{"name": "Ann", "email": "ann@example.org", "role": "auditor"}]
        session.add(service_setting(accounts))

    unit(demonstrate)
    page = browser.get("/people/sign-in").text
    assert "Sign in as Ann" in page
    assert "Internal auditor" in page


def service_setting(accounts):

    return Setting(key="demonstration", value={"password": PASSWORD, "accounts": accounts})


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("eleven char", "at least 12"),
        ("twelve chars", None),
        ("x" * 257, "at most 256"),
        ("ab" * 128, "not one character"),
        ("Ann Margaret Other", "not the name"),
        ("annmargaretother", "not the name"),
        ("ann.other@example.org", "not the name"),
        ("aaaaaaaaaaaaaaa", "not one character"),
        ("one two three four", None),
        ("пароль из слов", None),
    ],
)
def test_which_passwords_are_taken(password, said):
    found = passwords.fault(password, name="Ann Margaret Other", email="ann.other@example.org")
    assert (said in str(found)) if said else found is None


def test_accents_are_the_same_however_they_are_typed():
    kept = passwords.hash_password("p\u00e4ssword of words")
    assert passwords.check(kept, "pa\u0308ssword of words").right


def test_nothing_opens_an_account_without_a_password():
    assert not passwords.check("", "").right
    assert not passwords.check("", "nobody has this password, and it opens nothing").right
    assert not passwords.check("not a hash", "x").right


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
            "Chrome on Windows",
        ),
        (
            "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1",
            "Safari on iPad",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("curl/8", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_devices_have_names(agent, said):
    assert str(device(agent)) == said


def test_ipv6_counts_by_network():
    assert service.address_key("2001:db8::1") == service.address_key("2001:db8::ffff")
    assert service.address_key("2001:db8::1") != service.address_key("2001:db8:0:1::1")
    assert service.address_key("192.0.2.1") != service.address_key("192.0.2.2")
