"""The reports themselves: each a function that gives the neutral report."""

from auditapp.reports.readiness.reports.gap import gap_report
from auditapp.reports.readiness.reports.readiness import readiness_report
from auditapp.reports.readiness.reports.stage1 import stage1_report
from auditapp.reports.readiness.reports.stage2 import stage2_report
from auditapp.reports.readiness.reports.surveillance import surveillance_report

__all__ = ["gap_report", "readiness_report", "stage1_report", "stage2_report", "surveillance_report"]
