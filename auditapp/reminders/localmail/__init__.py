"""Mails of an installation without a mail server: kept as files, shown on a page."""
