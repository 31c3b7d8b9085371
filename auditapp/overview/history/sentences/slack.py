"""Sentences of Slack: workspaces, and whose account is whose. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "slack.died": Text("%(who)s noticed that Slack’s workspace %(thing)s stopped working."),
    "slack.installed": Text("%(who)s connected Slack's workspace %(thing)s."),
    "slack.linked": Text("%(who)s confirmed an account in Slack as their own."),
    "slack.mapped": Text("%(who)s chose an account in Slack for %(thing)s."),
    "slack.partners_chosen": Text("%(who)s chose the relationships whose partners are reached by Slack."),
    "slack.place_added": Text("%(who)s chose the channel %(thing)s in Slack for what is told there."),
    "slack.place_ended": Text("%(who)s ended what is told in the channel %(thing)s in Slack."),
    "slack.private_chosen": Text("%(who)s chose whose titles stay out of previews in Slack."),
    "slack.refused": Text("%(who)s took an account in Slack back."),
    "slack.revived": Text("%(who)s noticed that Slack’s workspace %(thing)s works again."),
    "slack.uninstalled": Text("%(who)s noted that Slack’s workspace %(thing)s is not connected any more."),
    "slack.unmapped": Text("%(who)s took back which account in Slack is of %(thing)s."),
}
KINDS: Mapping[str, Text] = {
    "slack_place": Text("Slack's channels"),
    "slack_setting": Text("Settings of Slack"),
    "slack_team": Text("Slack's workspaces"),
}
