"""The pages of execution, registered under one blueprint."""

from auditapp.audits.execution.blueprint import bp
from auditapp.audits.execution.evidence import routes as evidence_routes
from auditapp.audits.execution.findings import routes as findings_routes
from auditapp.audits.execution.opening import routes as opening_routes
from auditapp.audits.execution.walk import routes as walk_routes

__all__ = ["bp", "evidence_routes", "findings_routes", "opening_routes", "walk_routes"]
