"""The pages and addresses of the tablet, registered under one blueprint."""

from auditapp.audits.tablet.blueprint import bp
from auditapp.audits.tablet.sync import routes as sync_routes
from auditapp.audits.tablet.taking import routes as taking_routes

__all__ = ["bp", "sync_routes", "taking_routes"]
