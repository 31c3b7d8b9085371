"""Pages of rmp."""

from flask import Blueprint

bp = Blueprint("rmp", __name__, template_folder="templates")
