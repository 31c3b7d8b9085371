"""Pages of audit_report."""

from flask import Blueprint

bp = Blueprint("audit_report", __name__, template_folder="templates", url_prefix="")
