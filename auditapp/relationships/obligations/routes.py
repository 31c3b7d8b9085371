"""Pages of obligations."""

from flask import Blueprint

bp = Blueprint("obligations", __name__, template_folder="templates")
