"""What every request owes the house: a guard, no write in a safe method, nothing left uncommitted."""

import ast

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from auditapp.kit.clock import now
from auditapp.kit.db import current_session, is_read_only_error, mode
from auditapp.people.guards import guard, unguarded
from auditapp.people.model import Counter
from auditapp.people.rules import CAPABILITIES, Role
from auditapp.trail.service import record
from tests.factories import make_organization, make_person
from tests.house.source import python, tree
from tests.uncommitted import UncommittedError

# Pages that anybody may open, each for its reason.
PUBLIC = {
    "api_pages.openapi": "what can be asked, for programs; holds nothing of the organization",
    "answering.show": "the signed link in a mail is the key; shows a number and whose turn it is",
    "answering.say": "the same; gives one safe answer",
    "answering.quiet": "the same; shows in which ways one person is told",
    "answering.quiet_said": "the same; takes mail out of them",
    "contacts.come_in": "the one-time link is the key",
    "contacts.come_in_post": "the same",
    "feeds.serve": "the secret in the address is the key",
    "schedule.stop": "the signed link in a message is the key; names a report, and changes nothing",
    "schedule.stop_post": "the same; ends the one report of the link",
    "people.sign_in": "there one comes in",
    "people.sign_in_post": "the same",
    "people.set_password": "the one-time link is the key",
    "people.set_password_post": "the same",
    "tablet.manifest": "how the installed app is called; holds nothing",
    "tablet.ping": "says that it is us and who is signed in; a tablet asks before it signs in again",
    "tablet.worker": "the script that serves what the tablet keeps; a browser fetches it without a sign-in",
    "setup.start": "the one-time code is the key",
    "setup.code": "the same",
    "setup.organization_page": "the code was given; ends with the first organization",
    "setup.organization_said": "the same",
    "setup.holidays": "the same",
    "setup.holidays_said": "the same",
    "setup.manager": "the same",
    "setup.finish": "the same",
    "visiting.enter": "the link of an external auditor is the key",
    "visiting.enter_said": "the same",
    "visiting.contents": "the cookie of their visit is the key, checked at every request",
    "visiting.one_file": "the same",
    "visiting.whole": "the same",
    "visiting.leave": "the same",
    "shell.favicon": "browsers ask before signing in",
    "shell.healthz": "monitors ask",
    "engine.readyz": "the same; says whether the clock is late, and nothing about what is in it",
    "shell.set_theme": "a cookie of one's own browser",
    "shell.sample_chart": "shows made-up content only",
    "shell.style": "the same",
}
SAFE = {"GET", "HEAD", "OPTIONS"}
SAMPLES = {"string": "none", "uuid": "00000000-0000-0000-0000-000000000001", "int": 1, "path": "none"}


def by_token(endpoint):
    """Whether the token in the request is the key: tests/api asks each of these without one, and with a wrong scope."""
    return endpoint.startswith("api_v1.")


def routes(app):
    """(endpoint, method, address with sample values) of everything but static files."""
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            if rule.endpoint.endswith("static"):
                continue
            values = {
                name: min(converter.items)
                if hasattr(converter, "items")
                else SAMPLES.get(
                    type(converter)
                    .__name__.removesuffix("Converter")
                    .lower()
                    .replace("unicode", "string")
                    .replace("integer", "int"),
                    "none",
                )
                for name, converter in rule._converters.items()
            }
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                yield rule.endpoint, method, adapter.build(rule.endpoint, values, method=method)


def guard_of(app, endpoint):
    return app.view_functions[endpoint].guard


def test_every_view_carries_exactly_one_guard():
    wrong = []
    for name in python("auditapp"):
        for node in ast.walk(tree(name)):
            if not isinstance(node, ast.FunctionDef):
                continue
            decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
            shown = [
                text
                for text in decorators
                if text.startswith(("bp.get(", "bp.post(", "bp.route(", "bp.put(", "bp.delete(", "bp.patch("))
            ]
            guards = [text for text in decorators if text.startswith("guard(") or text == "public"]
            if len(guards) != bool(shown):
                wrong.append(f"{name}:{node.lineno} {node.name}: {guards}")
    assert wrong == []


def test_no_route_is_unguarded(app):
    assert unguarded(app) == []


def test_only_these_pages_are_public(app):
    open_to_all = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.endswith("static")
        and guard_of(app, rule.endpoint) == "public"
        and not by_token(rule.endpoint)
    }
    assert open_to_all - set(PUBLIC) == set()


def test_nobody_gets_in_unsigned(app, unit, client_of):
    unit(make_organization)
    browser = client_of(None)
    wrong = []
    for endpoint, method, address in routes(app):
        if guard_of(app, endpoint) == "public":
            continue
        answer = browser.open(address, method=method)
        wanted = 302 if method == "GET" else 401
        if answer.status_code != wanted or (wanted == 302 and "/sign-in" not in answer.location):
            wrong.append((method, address, answer.status_code, answer.location))
    assert wrong == []


@pytest.mark.parametrize("role", Role)
def test_a_role_without_the_capability_is_refused(app, unit, client_of, role):
    browser = client_of(unit(lambda s: make_person(s, role)))
    wrong = []
    for endpoint, method, address in routes(app):
        needed = guard_of(app, endpoint)
        if needed == "public" or CAPABILITIES[role] & set(needed):
            continue
        status = browser.open(address, method=method).status_code
        if status != 403:
            wrong.append((method, address, status))
    assert wrong == []


def test_a_write_in_a_safe_method_fails(app, unit, client_of):
    @guard(public=True)
    def writes():
        current_session().add(Counter(series="from a GET", last=1))
        return "written"

    app.add_url_rule("/writes", view_func=writes, methods=["GET", "POST"])
    browser = client_of(None)
    with pytest.raises(DBAPIError) as raised:
        browser.get("/writes")
    assert is_read_only_error(raised.value)
    assert unit(lambda s: s.scalars(sa.select(Counter)).all(), "read") == []
    assert browser.post("/writes").status_code == 200
    assert len(unit(lambda s: s.scalars(sa.select(Counter)).all(), "read")) == 1


def test_a_request_that_fails_leaves_nothing(app, unit, client_of):
    @guard(public=True)
    def breaks():
        session = current_session()
        session.add(Counter(series="half", last=1))
        record(
            session,
            actor_id=None,
            at=now(),
            verb="half.done",
            thing_kind="half",
            thing_id="1",
            thing_ref="half",
        )
        raise ZeroDivisionError

    app.add_url_rule("/breaks", view_func=breaks, methods=["POST"])
    with pytest.raises(ZeroDivisionError):
        client_of(None).post("/breaks")
    assert unit(lambda s: s.scalars(sa.select(Counter)).all(), "read") == []


def after_the_unit(app, work):
    """A request that does some work when its unit is already committed."""

    @guard(public=True)
    def view():
        return "fine"

    app.add_url_rule("/late", view_func=view, methods=["POST"])
    app.after_request_funcs.setdefault(None, []).append(lambda response: (work(), response)[1])


@pytest.mark.parametrize(
    "work",
    [
        lambda: current_session().add(Counter(series="late", last=1)),
        lambda: (current_session().add(Counter(series="late", last=1)), current_session().flush()),
        lambda: current_session().execute(sa.insert(Counter).values(series="late", last=1)),
    ],
    ids=["added", "flushed", "executed"],
)
def test_the_test_client_fails_on_uncommitted_work(app, client_of, work):
    def writing():
        with mode("write"):
            work()

    after_the_unit(app, writing)
    with pytest.raises(UncommittedError):
        client_of(None).post("/late")
