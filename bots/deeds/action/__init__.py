"""Actions of nonconformities, from accepted to verified: looked at and answered in a conversation."""

from bots.deeds.action.trade import ActionTrade

__all__ = ["ActionTrade"]
