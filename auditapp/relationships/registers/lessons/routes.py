"""Pages of lessons."""

from flask import Blueprint

bp = Blueprint("lessons", __name__, template_folder="templates")
