"""Pages of behaviours."""

from flask import Blueprint

bp = Blueprint("behaviours", __name__, template_folder="templates")
