"""Pages of communications."""

from flask import Blueprint

bp = Blueprint("communications", __name__, template_folder="templates")
