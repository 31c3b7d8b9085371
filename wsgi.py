"""For WSGI servers: ``gunicorn -k gthread wsgi:app``."""

from auditapp.app import create_app
from auditapp.config import load_settings

app = create_app(load_settings())
