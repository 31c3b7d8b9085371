"""Pages of exits."""

from flask import Blueprint

bp = Blueprint("exits", __name__, template_folder="templates")
