"""Nonconformities from issue to effective closure: looked at and dealt with in a conversation."""

from bots.deeds.nonconformity.trade import NonconformityTrade

__all__ = ["NonconformityTrade"]
