"""Every call to Slack's Web API: how it is made, what its errors mean, and how fast calls may follow each other."""

from bots.slack.web.api import Api, SlackError, Team, to_not_sent
from bots.slack.web.rates import leave_alone, wait_for
from bots.slack.web.site import SlackSite, site_of
from bots.slack.web.teams import row_for

__all__ = [
    "Api",
    "SlackError",
    "SlackSite",
    "Team",
    "leave_alone",
    "row_for",
    "site_of",
    "to_not_sent",
    "wait_for",
]
