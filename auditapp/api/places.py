"""Whole addresses of pages, for the people behind a program."""

from typing import Any

from flask import url_for

from auditapp.people.guards import settings


def site(endpoint: str, **values: Any) -> str:
    """Where a page is."""
    return f"{settings().public_url}{url_for(endpoint, _external=False, **values)}"
