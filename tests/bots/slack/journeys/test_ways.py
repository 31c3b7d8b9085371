"""The other ways: shortcuts, words below a card, files that are none, the command, Home, links, channels, connecting."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from auditapp.findings.actions import service as actions
from auditapp.findings.model import Action, CaseFile, Comment, Nonconformity
from auditapp.findings.rules.action import ActionStatus
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.db import current_session
from auditapp.people.queries import principal_of_person
from auditapp.relationships.issues.model import Issue
from auditapp.reminders.ladder.model import ReminderRun
from auditapp.reminders.ladder.rules import RunState
from auditapp.reminders.outbox.model import OutboxMessage
from bots.slack.identity.service import refuse
from bots.slack.model import SlackAccount, SlackPlace, SlackTeam
from bots.slack.posts.service import want
from tests.factories.nonconformities import Cast, make_action, make_case


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
        action.due_on = world.watch.at.date() + timedelta(days=5)
        session.flush()
        cast.action_id, cast.ref, cast.nc_id, cast.nc_ref = action.id, action.ref, nc.id, nc.ref
        return cast

    made = world.write(make)
    for one in ("owner", "verifier", "relationship_manager", "employee"):
        world.join(one, made.id_of(one))
    return made


def said(world, name):
    return [one.text for one in world.fake.ephemerals(world.users[name])]


def test_a_nonconformity_is_raised_from_a_message_with_its_photo(world, case):
    channel = world.fake.add_channel("site", members=[world.users["owner"], world.users["employee"]])
    picture = world["employee"].file("seal.jpg", photo(), "image/jpeg")
    world["employee"].say(channel, "The seal of door 7 is torn.", files=[picture])
    message = world.fake.messages(channel)[-1]
    world["owner"].shortcut("raise_nonconformity", message=message)
    world.settle()
    view = world["owner"].views()[-1]
    assert "The seal of door 7 is torn." in str(view.body)
    answer = world["owner"].submit(view, {"title": "A torn seal"})
    assert answer.ok
    world.settle()
    nc, kept = world.read(
        lambda s: (
            s.query(Nonconformity).filter_by(title="A torn seal").one(),
            [(one.media_type, one.address) for one in s.query(CaseFile).join(Nonconformity).filter(Nonconformity.title == "A torn seal")],
        )
    )  # fmt: skip
    assert nc.raised_by_id == case.id_of("owner")
    assert "Em Employee" in nc.objective_evidence
    assert ("image/jpeg", "") in [(kind or "", address or "") for kind, address in kept]
    assert any("slack.com" in (address or "") for _, address in kept), "where it was written is kept"
    assert nc.ref in str(world["owner"].views()[-1].body)


def test_an_issue_is_raised_by_the_command(world, case):
    world["relationship_manager"].command("/audit", "new")
    world.settle()
    answer = world.fake.ephemerals(world.users["relationship_manager"])[-1]
    world["relationship_manager"].click(answer, "Raise an issue")
    world.settle()
    view = world["relationship_manager"].views()[-1]
    blocks = {one["block_id"]: one for one in view.body["blocks"] if one["type"] == "input"}
    given = {"title": "Late drawings", "description": "They come a week late."}
    for name, block in blocks.items():
        element = block["element"]
        if element["type"] == "static_select" and not block["optional"] and "initial_option" not in element:
            given[name] = element["options"][0]["value"]
    assert world["relationship_manager"].submit(view, given).ok
    world.settle()
    assert world.read(lambda s: s.query(Issue).filter_by(title="Late drawings").count()) == 1


@pytest.mark.parametrize("kind", ["html", "status:404"])
def test_a_file_that_cannot_be_had_leaves_nothing_and_opens_the_form_again(world, case, kind):
    world.next_morning()
    world.fake.faults.add("files-pri", kind, times=None)
    picture = world["owner"].file("wall.jpg", photo(), "image/jpeg")
    world.deed("owner", "action", case.action_id, "finish", result="It hangs on the wall.", files=[picture])
    view = world["owner"].views()[-1]
    assert "wall.jpg" in str(view.body["blocks"][0]), "why"
    assert "It hangs on the wall." in str(view.body), "what was typed"
    assert world.read(lambda s: s.get(Action, case.action_id).status) is ActionStatus.IN_PROGRESS
    world.fake.faults.clear()
    again = world["owner"].file("wall.jpg", photo(), "image/jpeg")
    assert world["owner"].submit(view, {"files": [again]}).ok
    world.settle()
    assert world.read(lambda s: s.get(Action, case.action_id).status) is ActionStatus.DONE


def test_a_file_is_fetched_when_slack_can_again(world, case):
    world.next_morning()
    world.fake.faults.add("files.info", "status:503", times=1)
    picture = world["owner"].file("wall.jpg", photo(), "image/jpeg")
    world.deed("owner", "action", case.action_id, "finish", result="It hangs.", files=[picture])
    assert world.read(lambda s: s.get(Action, case.action_id).status) is ActionStatus.IN_PROGRESS
    for _ in range(3):
        world.watch.go(seconds=40)
        world.run()
    assert world.read(lambda s: s.get(Action, case.action_id).status) is ActionStatus.DONE
    assert world.read(lambda s: s.query(CaseFile).filter_by(action_id=case.action_id).count()) == 1


def test_words_and_a_file_below_a_card_are_kept(world, case):
    world.next_morning()
    card = world.card("owner", case.ref)
    picture = world["owner"].file("half.jpg", photo("blue"), "image/jpeg")
    world["owner"].dm_say("Half of it is done <&>.", thread=card, files=[picture])
    world.settle()
    assert (
        world.read(lambda s: [one.text for one in s.query(Comment).filter_by(action_id=case.action_id)]) != []
    )
    words = world.read(lambda s: [one.text for one in s.query(Comment).filter_by(action_id=case.action_id)])
    assert words == ["Half of it is done <&>."]
    assert case.ref in said(world, "owner")[-1]
    world["owner"].dm_say("Hello?")
    world.settle()
    assert "below one" in said(world, "owner")[-1]


def test_whoever_is_not_connected_is_shown_how_and_then_acts(world, case):
    world.join("stand_in", case.id_of("stand_in"), linked=False)
    world["stand_in"].command("/audit", "mine")
    world.settle()
    shown = world.fake.ephemerals(world.users["stand_in"])[-1]
    link = next(
        part["url"] for block in shown.blocks if block["type"] == "actions" for part in block["elements"] if part.get("url")
    )  # fmt: skip
    assert link.startswith("https://audit.example.org/slack/link/")
    world["stand_in"].click(shown, "Connect my account")
    world["stand_in"].open_home()
    world.settle()
    assert "Connect my account" in str(world.fake.home(world.users["stand_in"]).body)


def test_the_command_answers_each_of_its_words(world, case):
    for words, part in (
        ("", "/audit"), ("help", "/audit"), ("mine", case.ref), ("due", "Coming"), ("waiting", "others"),
        (f"find {case.ref}", case.ref), ("find zzzqqq", "Nothing"), ("dance", "dance"), ("new", "raise"),
    ):  # fmt: skip
        assert world["owner"].command("/audit", words).ok
        world.settle()
        assert part in said(world, "owner")[-1], words


def test_home_pages_through_sixty_things_and_draws_itself_anew(world, case):
    def more():
        session = current_session()
        nc = session.get(Nonconformity, case.nc_id)
        for _ in range(60):
            make_action(
                session,
                nc,
                case.id_of("owner"),
                status=ActionStatus.IN_PROGRESS,
                due_on=world.watch.at.date(),
            )

    world.write(more)
    world["owner"].open_home()
    world.settle()
    seen = set()
    for _ in range(8):
        home = world.fake.home(world.users["owner"])
        seen |= {block["accessory"]["value"] for block in home.body["blocks"] if block.get("accessory")}
        buttons = [
            part["action_id"]
            for block in home.body["blocks"]
            if block["type"] == "actions"
            for part in block["elements"]
        ]
        if "page-on" not in buttons:
            break
        world["owner"].click(home, "page-on")
        world.settle()
    assert len(seen) >= 61
    home = world.fake.home(world.users["owner"])
    world["owner"].click(home, "open-0")
    world.settle()
    window = world["owner"].views()[-1]
    assert window.body["callback_id"] == "thing"


def test_links_show_all_only_to_those_who_may_see_it(world, case):
    url = f"https://audit.example.org/nonconformities/{case.nc_ref}"
    path = world.read(lambda _: None) or url
    bot = next(iter(world.fake.world.installations[0].bots.values()))
    own = world.fake.add_channel("own", members=[world.users["owner"], world.users["verifier"], bot])
    mixed = world.fake.add_channel("mixed", members=[world.users["owner"], world.fake.add_user("guest"), bot])
    with world.app.test_request_context():
        path = "https://audit.example.org" + world.app.url_map.bind("x").build(
            "findings.show", {"ref": case.nc_ref}
        )
    title = world.read(lambda s: s.get(Nonconformity, case.nc_id).title)
    world["owner"].share_link(path, channel=own)
    world.settle()
    assert title in str(world.fake.calls("chat.unfurl")[-1].args)
    world["owner"].share_link(path, channel=mixed)
    world.settle()
    shown = str(world.fake.calls("chat.unfurl")[-1].args)
    assert case.nc_ref in shown
    assert title not in shown
    count = len(world.fake.calls("chat.unfurl"))
    world["owner"].share_link("https://audit.example.org/nowhere", channel=own)
    world.settle()
    assert len(world.fake.calls("chat.unfurl")) == count


def test_a_channel_hears_in_the_morning_and_keeps_up(world, case):
    bot = next(iter(world.fake.world.installations[0].bots.values()))
    channel = world.fake.add_channel("north", members=[world.users["verifier"], bot])

    def place():
        session = current_session()
        team = session.query(SlackTeam).one()
        session.add(
            SlackPlace(
                slack_team_id=team.id, channel_id=channel.id, name="north", set_by_id=case.id_of("relationship_manager"),
                set_at=world.watch.now(), relationship_id=case.relationship.id,
            )
        )  # fmt: skip
        found = session.get(Action, case.action_id)
        found.due_on = world.watch.at.date()

    world.write(place)
    world.next_morning()
    first, second = [one for one in world.fake.messages(channel) if one.metadata]
    assert case.ref in first.text
    assert case.ref in second.text

    def finish():
        session = current_session()
        who = principal_of_person(session, case.id_of("owner"))
        actions.finish_action(
            session,
            actor=who,
            at=world.watch.now(),
            action=session.get(Action, case.action_id),
            result="Done.",
        )

    world.write(finish)
    world.watch.go(minutes=1)
    world.run()
    now = world.fake.messages(channel)[-1].text
    assert case.ref not in now
    assert "settled" in now, "its verification is due later than the days that a channel is told of"
    world.next_morning()
    assert world.doubles() == []


def test_the_reminder_is_answered_on_the_card(world, case):
    world.write(
        lambda: setattr(current_session().get(Action, case.action_id), "due_on", world.watch.at.date())
    )
    world.next_morning()
    card = world.card("owner", case.ref)
    world["owner"].click(card, "It is in hand")
    world.settle()
    runs = world.read(
        lambda s: [one.state for one in s.query(ReminderRun).filter_by(item_key=f"action:{case.action_id}")]
    )
    assert RunState.ACKNOWLEDGED in runs
    assert world.read(lambda s: s.query(OutboxMessage).filter_by(person_id=case.id_of("owner")).count()) == 1


def test_what_stands_there_goes_when_somebody_takes_their_account_back(world, case):
    world.next_morning()
    assert case.ref in world.card("owner", case.ref).text

    def take_back():
        session = current_session()
        account = session.query(SlackAccount).filter_by(person_id=case.id_of("owner")).one()
        refuse(
            session,
            actor=principal_of_person(session, case.id_of("owner")),
            at=world.watch.now(),
            account_id=account.id,
        )
        session.get(Action, case.action_id).title = "Hidden from now on"
        want(session, {f"action:{case.action_id}"}, at=world.watch.now(), now=world.watch.now())

    world.write(take_back)
    world.watch.go(minutes=1)
    world.run()
    [post] = [one for one in world.posts("owner") if one.metadata]
    assert case.ref not in post.text
    assert "Hidden" not in str(post.blocks)
    assert "not shown" in post.text
