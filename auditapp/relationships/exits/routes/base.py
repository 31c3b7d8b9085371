"""The blueprint of exits, and what its pages share."""

from flask import Blueprint

from auditapp.relationships.exits import service

bp = Blueprint("exits", __name__, template_folder="../templates", url_prefix="/relationships/<ref>/exits")
SERVICE = service
