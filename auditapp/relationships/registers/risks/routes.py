"""Pages of risks."""

from flask import Blueprint

bp = Blueprint("risks", __name__, template_folder="templates")
