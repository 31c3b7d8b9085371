"""Every page about Slack, on one blueprint."""

from bots.slack.pages import mine, people, places, teams
from bots.slack.pages.blueprint import bp
from bots.slack.pages.teams import banners

__all__ = ["banners", "bp", "mine", "people", "places", "teams"]
