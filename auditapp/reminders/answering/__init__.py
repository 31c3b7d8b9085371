"""Pages behind the links in mails: say that something is in hand, switch the digest by mail off."""
