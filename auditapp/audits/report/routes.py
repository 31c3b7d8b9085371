"""Pages of report."""

from flask import Blueprint

bp = Blueprint("report", __name__, template_folder="templates", url_prefix="")
