"""The blueprint of everything that a tablet asks for."""

from flask import Blueprint

bp = Blueprint("tablet", __name__, template_folder="templates", url_prefix="")
