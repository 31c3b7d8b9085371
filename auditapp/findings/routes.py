"""The pages of nonconformities, registered under one blueprint."""

from auditapp.findings.actions import routes as actions_routes
from auditapp.findings.blueprint import bp
from auditapp.findings.causes import routes as causes_routes
from auditapp.findings.closeout import routes as closeout_routes
from auditapp.findings.exchange import routes as exchange_routes
from auditapp.findings.life import routes as life_routes
from auditapp.findings.page import routes as page_routes
from auditapp.findings.raising import routes as raising_routes
from auditapp.findings.register import routes as register_routes
from auditapp.findings.verification import routes as verification_routes

__all__ = [
    "actions_routes",
    "bp",
    "causes_routes",
    "closeout_routes",
    "exchange_routes",
    "life_routes",
    "page_routes",
    "raising_routes",
    "register_routes",
    "verification_routes",
]
