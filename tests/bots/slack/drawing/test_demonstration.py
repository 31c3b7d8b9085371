"""Everything that the people of the demonstration would see in Slack: each card, window and form is taken, and calls nobody."""

import json
import shutil
from collections import Counter

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import LAST_DAY, now
from auditapp.kit.db import current_session, db, run_unit
from auditapp.kit.errors import Refusal
from auditapp.overview.demo.service import load_demonstration
from auditapp.people.model import Person
from auditapp.people.queries import principal_of_person
from auditapp.reminders import due
from bots.deeds import mine
from bots.deeds.raising import may_raise
from bots.deeds.registry import trade_of
from bots.deeds.subjects import subject_of
from bots.main import mount
from bots.slack import forms, home
from bots.slack.cards import card
from bots.slack.forms import Meta
from bots.slack.posts.looking import look, pen_of
from tests.bots.slack.drawing.test_shapes import only_ours
from tests.conftest import build, settings_for
from tests.slackfake import blockkit
from tests.slackfake.mentions import mentions_in

pytestmark = pytest.mark.soak


@pytest.fixture
def demonstration(sqlite_template, tmp_path):
    """The site with the demonstration and the bots."""
    shutil.copy(sqlite_template, tmp_path / "auditapp.sqlite3")
    app = build(settings_for(tmp_path))
    mount(app)
    with app.app_context():
        store = app.extensions["auditapp_store"]
        run_unit(lambda: load_demonstration(current_session(), store, at=now()), "write")
        yield app
        db.session.remove()
        db.engine.dispose()


def taken(what, surface, site):
    plainly = json.loads(json.dumps(what))
    assert blockkit.problems(plainly, surface) == []
    only_ours(mentions_in(plainly), site)


def test_slack_takes_all_of_it(demonstration):
    """Whoever owes something: their cards, every window and form behind a button, and the three lists of Home."""
    app, seen, refused = demonstration, Counter(), Counter()

    def of_person(person):
        session, at = current_session(), now()
        who = principal_of_person(session, person.id)
        pen = pen_of(app, locale=person.locale, zone=person.zone, at=at)
        items = due.items(session, at=at, until=LAST_DAY, person_id=person.id)
        for subject in dict.fromkeys(":".join(subject_of(one)) for one in items):
            found = look(session, app, person, subject, at=at, theirs=items)
            if found is None:
                continue
            more = {"lines": found.lines, "reminders": found.reminders}
            taken(
                list(card(found.thing, pen, **more, private=found.private).blocks), blockkit.MESSAGE, pen.site
            )
            taken(forms.thing_modal(found.thing, pen, **more), blockkit.MODAL, pen.site)
            seen.update(("card", "thing"))
            for thing in (found.thing, *found.reminders):
                for deed in thing.deeds:
                    if deed.form:
                        try:
                            form = trade_of(thing.kind).form(session, who, thing.id, deed.verb, at=at)
                        except Refusal as error:
                            refused[f"{thing.kind} {deed.verb}: {error.text}"] += 1
                            continue
                        view = forms.form_modal(
                            form, pen, meta=Meta(ref=pen.ref(thing, deed.verb)), about=thing.title
                        )
                        taken(view, blockkit.MODAL, pen.site)
                        seen["form"] += 1
        lists = {
            home.MINE: mine.mine(session, who, at=at),
            home.WAITING: mine.waiting_for_others(session, who, at=at),
            home.COMING: mine.coming(session, who, at=at),
        }
        for name in home.LISTS:
            view = home.home(lists, pen, shown=name, raises=may_raise(session, who))
            taken(view, blockkit.HOME, pen.site)
            seen["home"] += 1

    people = run_unit(lambda: list(current_session().scalars(sa.select(Person).where(Person.active))), "read")
    for one in people:
        run_unit(lambda one=one: of_person(current_session().merge(one, load=False)), "read")
    assert refused == {}, refused
    assert seen["card"] > 100
    assert seen["form"] > 300
