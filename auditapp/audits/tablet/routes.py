"""The pages and addresses of the tablet, registered under one blueprint."""

from auditapp.audits.tablet.blueprint import bp
from auditapp.audits.tablet.integrity import routes as integrity_routes
from auditapp.audits.tablet.office import routes as office_routes
from auditapp.audits.tablet.rescue import routes as rescue_routes
from auditapp.audits.tablet.sync import routes as sync_routes
from auditapp.audits.tablet.taking import routes as taking_routes

__all__ = ["bp", "integrity_routes", "office_routes", "rescue_routes", "sync_routes", "taking_routes"]
