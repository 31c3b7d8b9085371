"""Slack put together for one site: the channel, what comes in, the jobs of the clock, the socket."""

from datetime import timedelta
from functools import partial

from slack_bolt import App

from auditapp.app import AuditApp, csrf
from auditapp.kit.text import Text
from auditapp.reminders.engine.registry import Job, accompany, register
from auditapp.reminders.outbox import channels
from bots.deeds import registry
from bots.deeds.trades import TRADES
from bots.slack import http, socket, work
from bots.slack.channel import SlackChannel
from bots.slack.inbound import handling, later
from bots.slack.inbound.listening import BOLT, bolt_of
from bots.slack.jobs import register_jobs
from bots.slack.posts import places, service
from bots.slack.posts.drawing import draw_wanted
from bots.slack.web import site_of


def set_up(app: AuditApp) -> None:
    """Everything, where a workspace can be joined; the door and what can be done alone, where none can."""
    registry.register(*TRADES)
    app.register_blueprint(http.bp)
    csrf.exempt(http.bp)  # Slack's signature says where it comes from
    app.extensions[later.DO] = partial(handling.follow, app)
    bolt: App = bolt_of(app)
    app.extensions[BOLT] = bolt
    register_jobs(app)
    if not site_of(app).configured:
        channels.forget(SlackChannel.name)
        return
    channels.register(SlackChannel(app))
    accompany("slack", socket.connect)
    for job in _jobs():
        register(job)


def _jobs() -> tuple[Job, ...]:
    return (
        Job(
            name="slack_work", label=Text("What came in from Slack and is still to be done"), order=4,
            edge=handling.do_what_is_left, due=lambda session, at: work.anything_left(session, at=at), every=timedelta(),
        ),
        Job(
            name="slack_follow", label=Text("Slack’s messages follow what happens"), order=45,
            work=lambda session, at: service.follow(session, at=at),
            due=lambda session, at: service.anything_new(session, at=at),
        ),
        Job(
            name="slack_places", label=Text("Channels in Slack hear what is due"), order=46,
            work=lambda session, at: places.tell(session, at=at),
            due=lambda session, at: places.anything_to_tell(session, at=at), every=timedelta(minutes=1),
        ),
        Job(
            name="slack_draw", label=Text("Slack’s messages are drawn anew"), order=95, edge=draw_wanted,
            due=lambda session, at: service.anything_wanted(session, at=at), every=timedelta(),
        ),
        Job(
            name="slack_clean", label=Text("What came in from Slack long ago is forgotten"), order=81,
            work=lambda session, at: work.forget_old(session, at=at), every=timedelta(hours=12),
        ),
    )  # fmt: skip
