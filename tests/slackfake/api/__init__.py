"""The Web API, method by method. Importing this package fills the register."""

from tests.slackfake.api import auth, chat, conversations, files, people, views
from tests.slackfake.api.calls import METHODS, Call

__all__ = ["METHODS", "Call", "auth", "chat", "conversations", "files", "people", "views"]
