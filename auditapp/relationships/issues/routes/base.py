"""Pages of issues."""

from flask import Blueprint

bp = Blueprint("issues", __name__, template_folder="../templates")
