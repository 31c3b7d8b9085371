"""What is done with feeds: made, renamed, rotated, revoked; filled by a job; polled. And invitations by mail."""

from auditapp.feeds.service.inviting import choose_invitations, invitations_pending, invite
from auditapp.feeds.service.managing import Options, make, note_poll, rename, revoke, rotate
from auditapp.feeds.service.refreshing import pending, refresh
from auditapp.feeds.service.settling import settle

__all__ = [
    "Options",
    "choose_invitations",
    "invitations_pending",
    "invite",
    "make",
    "note_poll",
    "pending",
    "refresh",
    "rename",
    "revoke",
    "rotate",
    "settle",
]
