"""Pages of actions."""

from flask import Blueprint

bp = Blueprint("joint_actions", __name__, template_folder="templates")
