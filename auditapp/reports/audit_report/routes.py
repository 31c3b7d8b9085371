"""Pages of audit_report."""

from flask import Blueprint, render_template

from auditapp.people.guards import guard
from auditapp.people.rules import Capability

bp = Blueprint("audit_report", __name__, template_folder="templates", url_prefix="")
