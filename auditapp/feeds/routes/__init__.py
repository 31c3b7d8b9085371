"""The address that calendars poll, and the pages on which people make and look after their feeds."""

from auditapp.feeds.routes import pages, serving
from auditapp.feeds.routes.base import bp

__all__ = ["bp", "pages", "serving"]
