"""The blueprint that all rooms of nonconformities put their pages on."""

from flask import Blueprint

bp = Blueprint("findings", __name__, template_folder="templates")
