"""The blueprint that the pages of execution share, and what they all need to say about an audit."""

from flask import Blueprint

bp = Blueprint("execution", __name__, template_folder="templates", url_prefix="")
