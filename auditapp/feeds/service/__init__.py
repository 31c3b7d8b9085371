"""What is done with feeds: made, renamed, rotated, revoked; filled by a job; polled."""

from auditapp.feeds.service.managing import Options, make, note_poll, rename, revoke, rotate
from auditapp.feeds.service.refreshing import pending, refresh
from auditapp.feeds.service.settling import settle

__all__ = ["Options", "make", "note_poll", "pending", "refresh", "rename", "revoke", "rotate", "settle"]
