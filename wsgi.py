"""For WSGI servers: ``gunicorn -k gthread wsgi:app``."""

from auditapp.config import load_settings
from bots.main import build

app = build(load_settings())
