"""Pages of the verbs of a nonconformity's own life."""

from auditapp.findings.life.routes import deadlines, dispute, ending, head, issuing, plan, working

__all__ = ["deadlines", "dispute", "ending", "head", "issuing", "plan", "working"]
