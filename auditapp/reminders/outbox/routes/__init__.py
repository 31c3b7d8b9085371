"""Pages of the outbox: messages, dead letters, channels, and the log of what was told about a thing."""

from flask import Blueprint

bp = Blueprint("outbox", __name__, template_folder="../templates", url_prefix="/messages")
