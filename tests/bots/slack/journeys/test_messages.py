"""From messages and with files: raised, kept with something, refused in words, once; and whoever is not connected connects."""

import hashlib
import io

import pytest
from PIL import Image

from auditapp.findings.model import Action, CaseFile, Comment, Nonconformity
from auditapp.findings.rules.action import ActionStatus
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.db import current_session
from auditapp.people.guards import cookie_name
from auditapp.people.service import begin_sign_in
from auditapp.relationships.issues.model import Issue
from auditapp.relationships.links.model import RecordLink
from bots.slack.inbound.handling import do_what_is_left
from bots.slack.model import SlackAccount, SlackTeam, Standing, TeamState
from tests.factories.nonconformities import Cast, make_case

MB = 1024 * 1024
WORDS = {
    "tombstone": "not in Slack any more", "hidden_by_limit": "not in Slack itself", "large": "wall.jpg",
    "cut": "did not hand out", "missing_scope": "may not read files",
}  # fmt: skip


def photo(colour="red"):
    drawn = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(drawn, "JPEG")
    return drawn.getvalue()


@pytest.fixture
def case(world):
    def make():
        session = current_session()
        cast = Cast(session)
        nc, action, _ = make_case(session, cast, NcStatus.IMPLEMENTING, actions=ActionStatus.IN_PROGRESS)
        action.due_on = world.watch.at.date()
        session.flush()
        cast.action_id, cast.ref, cast.nc_id = action.id, action.ref, nc.id
        return cast

    made = world.write(make)
    for one in ("owner", "relationship_manager", "employee"):
        world.join(one, made.id_of(one))
    return made


@pytest.fixture
def channel(world, case):
    return world.fake.add_channel(
        "site", members=[world.users[one] for one in ("owner", "relationship_manager", "employee")]
    )


def inputs(view):
    return {one["block_id"]: one for one in view.body["blocks"] if one["type"] == "input"}


def needed(view, **given):
    """What was given, and the first option of every choice that is asked for."""
    for name, block in inputs(view).items():
        part = block["element"]
        if (
            part["type"] == "static_select"
            and not block.get("optional")
            and not {"initial_option"} & set(part)
        ):
            given.setdefault(name, part["options"][0]["value"])
    return given


def window(world, name):
    return world[name].views()[-1]


def count(world, model, **by):
    return world.read(lambda s: s.query(model).filter_by(**by).count())


def test_an_issue_is_raised_from_a_message_once_and_keeps_where_it_was_written(world, case, channel):
    drawing = world["employee"].file("drawing.jpg", b"not looked at", "image/jpeg")
    message = world["employee"].say(channel, "The drawings <came> late & wrong.", files=[drawing])
    manager = world["relationship_manager"]
    manager.shortcut("raise_issue", message=message)
    world.settle()
    view = window(world, "relationship_manager")
    assert "stay in Slack" in str(view.body), "an issue keeps no files, and says so"
    stale = view.snapshot()
    assert manager.submit(view, needed(view, title="Late drawings")).ok
    world.settle()
    assert "raised" in str(window(world, "relationship_manager").body)
    twice = world.fake.deliveries.send("interactive", manager._envelope("view_submission") | {
        "trigger_id": manager._trigger(), "response_urls": [],
        "view": manager._view_json(view, stale) | {"state": {"values": {}}},
    }, takes_answer=True)  # fmt: skip
    assert twice.ok
    world.settle()
    # the message once more, as somebody who forgot that they did it already
    world.close_windows("relationship_manager")
    manager.shortcut("raise_issue", message=message)
    world.settle()
    again = window(world, "relationship_manager")
    assert manager.submit(again, needed(again, title="Late drawings")).ok
    world.settle()
    assert count(world, Issue, title="Late drawings") == 1
    issue, link = world.read(lambda s: (s.query(Issue).one(), s.query(RecordLink).one()))
    assert issue.ref in str(window(world, "relationship_manager").body)
    assert "The drawings <came> late & wrong." in issue.description
    assert "Em Employee" in issue.description
    assert link.url.startswith("https://")
    assert message.ts.replace(".", "") in link.url


def test_a_message_and_its_file_are_kept_with_an_action(world, case, channel):
    picture = world["employee"].file("seal.jpg", photo(), "image/jpeg")
    message = world["employee"].say(channel, "So it looks now.", files=[picture])
    owner = world["owner"]
    owner.shortcut("attach", message=message)
    world.settle()
    view = window(world, "owner")
    assert owner.submit(view, {"thing": f"action:{case.action_id}"}).ok
    world.settle()
    assert case.ref in str(window(world, "owner").body), world.trouble()

    def kept(session):
        file = session.query(CaseFile).filter_by(action_id=case.action_id).one()
        return file.sha256, file.media_type, session.query(Comment).filter_by(action_id=case.action_id).one()

    sha, media, comment = world.read(kept)
    assert (sha, media) == (hashlib.sha256(photo()).hexdigest(), "image/jpeg")
    assert "So it looks now." in comment.text
    assert "Em Employee" in comment.text
    assert "https://" in comment.text


def test_the_global_shortcut_and_what_is_refused_keeps_what_was_typed(world, case):
    owner = world["owner"]
    owner.shortcut("new")
    world.settle()
    owner.click(window(world, "owner"), "Raise a nonconformity")
    world.settle()
    view = window(world, "owner")
    answer = owner.submit(view, {"title": "A gap", "statement": "   "})
    assert answer.errors == {"statement": "This is asked for."}
    assert window(world, "owner") is view
    answer = owner.submit(view, {"title": "A gap", "statement": "The fence has a gap."})
    assert answer.ok
    world.settle()
    assert count(world, Nonconformity, title="A gap") == 1
    world.close_windows("owner")


@pytest.mark.parametrize("fault", ["tombstone", "hidden_by_limit", "large", "cut", "missing_scope"])
def test_a_file_that_is_none_opens_the_form_again(world, case, fault):
    world.next_morning()
    owner, content = world["owner"], photo()
    if fault == "large":
        content = b"x" * (world.app.extensions["auditapp"].max_upload_mb * MB + 1)
    good, bad = (
        owner.file("good.jpg", photo("blue"), "image/jpeg"),
        owner.file("wall.jpg", content, "image/jpeg"),
    )
    if fault == "cut":
        bad.short = 5
    elif fault == "missing_scope":
        world.fake.faults.add("files.info", "error:missing_scope", times=None)
    elif fault != "large":  # it goes after it was chosen
        world.fake.faults.add("files.info", do=lambda: setattr(bad, "mode", fault))
    world.deed("owner", "action", case.action_id, "finish", result="It hangs.", files=[good, bad])
    for _ in range(5 if fault == "cut" else 0):  # what may get better is tried again for a while
        world.watch.go(hours=1)
        do_what_is_left(world.app, world.watch.now())
    view = window(world, "owner")
    assert WORDS[fault] in str(view.body["blocks"][0]), (view.body, world.trouble())
    assert world.read(lambda s: s.query(SlackTeam.state).scalar()) is TeamState.ACTIVE
    assert inputs(view)["result"]["element"]["initial_value"] == "It hangs."
    assert world.read(lambda s: s.get(Action, case.action_id).status) is ActionStatus.IN_PROGRESS
    assert count(world, CaseFile, action_id=case.action_id) == 0, "nothing half kept"
    world.fake.faults.clear()
    assert owner.submit(view, {"files": [good]}).ok
    world.settle()
    assert world.read(lambda s: s.get(Action, case.action_id).status) is ActionStatus.DONE
    assert count(world, CaseFile, action_id=case.action_id) == 1


def test_slack_hands_out_no_file_for_a_while_and_it_is_done_once(world, case):
    world.next_morning()
    picture = world["owner"].file("wall.jpg", photo(), "image/jpeg")
    fault = world.fake.faults.add("files-pri", "status:503", times=2)
    world.deed("owner", "action", case.action_id, "finish", result="It hangs.", files=[picture])
    world["owner"].close()
    for _ in range(4):
        world.watch.go(minutes=3)
        world.run()
    assert world.read(lambda s: s.get(Action, case.action_id).status) is ActionStatus.DONE
    assert count(world, CaseFile, action_id=case.action_id) == 1
    assert fault.used == 2


def test_a_window_that_was_closed_is_opened_again_from_the_message_that_says_so(world, case):
    world.next_morning()
    owner = world["owner"]
    picture = owner.file("wall.jpg", photo(), "image/jpeg")
    picture.short = 5
    world.deed("owner", "action", case.action_id, "finish", result="It hangs.", files=[picture])
    world.close_windows("owner")
    for _ in range(5):
        world.watch.go(hours=1)
        do_what_is_left(world.app, world.watch.now())
    world.run()
    told = world.posts("owner")[-1]
    assert "What you typed is kept" in told.text
    owner.click(told, "Open it again")
    world.settle()
    view = window(world, "owner")
    assert inputs(view)["result"]["element"]["initial_value"] == "It hangs."
    assert owner.submit(view, {}).ok
    world.settle()
    assert world.read(lambda s: s.get(Action, case.action_id).status) is ActionStatus.DONE


def test_whoever_is_not_connected_connects_on_the_site_and_acts(world, case):
    world.join("stand_in", case.id_of("stand_in"), linked=False)
    person = world["stand_in"]
    world.write(lambda: setattr(current_session().get(Action, case.action_id), "deputy_id", None))
    world.write(
        lambda: setattr(current_session().get(Action, case.action_id), "owner_id", case.id_of("stand_in"))
    )
    world.next_morning()
    card = world.card("stand_in", case.ref)
    assert card is not None, "a suggestion may receive"
    person.click(card, "It is in hand")
    world.settle()
    shown = world.fake.ephemerals(world.users["stand_in"])[-1]
    link = next(
        part["url"] for block in shown.blocks if block["type"] == "actions" for part in block["elements"]
    )
    assert world.read(lambda s: s.get(Action, case.action_id).status) is ActionStatus.IN_PROGRESS
    client = world.app.test_client()
    secret = world.write(
        lambda: begin_sign_in(
            current_session(), person_id=case.id_of("stand_in"), at=world.watch.now(), days=1, address="", agent="t"
        )
    )  # fmt: skip
    with world.app.app_context():
        client.set_cookie(cookie_name(), secret, domain="localhost")
    path = link.removeprefix("https://audit.example.org")
    page = client.get(path).text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    assert client.post(path, data={"csrf_token": token}).status_code == 302
    standing = world.read(
        lambda s: s.query(SlackAccount).filter_by(user_id=world.users["stand_in"].id).one().standing
    )
    assert standing is Standing.LINKED
    world.deed("stand_in", "action", case.action_id, "finish", result="Done by me.")
    assert world.read(lambda s: s.get(Action, case.action_id).status) is ActionStatus.DONE
