"""A program that receives: a real server, with or without a certificate, that says what it is told to say."""

import contextlib
import ipaddress
import ssl
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from auditapp.api.webhooks.addresses import Allowed
from auditapp.api.webhooks.model import Webhook, WebhookDelivery
from auditapp.api.webhooks.running import send_all, vault_of
from auditapp.api.webhooks.service import managing
from auditapp.api.webhooks.service.managing import Wish
from auditapp.api.webhooks.service.putting import put
from auditapp.feeds.site import site_of
from auditapp.kit.clock import now
from auditapp.kit.ids import new_id
from auditapp.people.rules import Role
from auditapp.trail.service import record
from tests.factories import make_person

LOOPBACK = "127.0.0.0/8"
HOST = "hooks.example.test"


class Receiver:
    """Keeps what came, and answers from ``says``: (status, headers, body, seconds before it); 204 when that is empty."""

    def __init__(self, context=None):
        self.got, self.says, self.drip = [], [], 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append((dict(self.headers), body, self.path))
                status, headers, words, pause = outer.says.pop(0) if outer.says else (204, {}, b"", 0)
                time.sleep(pause)
                if outer.drip:
                    for letter in b"HTTP/1.1 200 OK\r\n" * 100:
                        self.wfile.write(bytes([letter]))
                        time.sleep(outer.drip)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 204:
                    self.send_header("Content-Length", str(len(words)))
                self.end_headers()
                self.wfile.write(words)

            def log_message(self, *_):
                pass

            def handle(self):
                with contextlib.suppress(OSError):  # it was cut
                    super().handle()

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass  # a certificate that is not liked

        self.server = Server(("127.0.0.1", 0), Handler)
        if context is not None:
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/in"

    @property
    def ids(self):
        return [headers["webhook-id"] for headers, _, _ in self.got]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def certificate(tmp_path):
    """A certificate of HOST, signed by itself: its file, its key's file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return tmp_path / "cert.pem", tmp_path / "key.pem"


@pytest.fixture
def sealed(certificate):
    """A receiver with that certificate, and the name it was asked for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    asked = []
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    made = Receiver(context)
    made.asked = asked
    yield made
    made.close()


def inside(*ports):
    """What is allowed where receivers of tests are reached."""
    return Allowed(networks=(ipaddress.ip_network(LOOPBACK),), ports=frozenset(ports))


class Hooks:
    """Webhooks of a site, as the tests drive them; the clock stands still."""

    def __init__(self, app, unit, *receivers):
        self.app, self.unit, self.at = app, unit, now()
        own = app.extensions["auditapp"]
        own.webhook_allow = LOOPBACK
        own.webhook_ports = ",".join(str(one.port) for one in receivers) or "443"
        self.settings = own
        self.vault = vault_of(own)
        self.allowed = Allowed.of(own.webhook_allow, own.webhook_ports)
        self.link = site_of(app).link
        self.who = unit(lambda s: make_person(s, Role.SYSTEM_MANAGER))

    def make(self, url, *events, name="Tickets"):
        made, secret = self.unit(
            lambda s: managing.make(
                s, actor=self.who, at=self.at, wish=Wish(name=name, url=url, events=events or ("all",)),
                allowed=self.allowed, vault=self.vault,
            )
        )  # fmt: skip
        return made.id, secret

    def happen(self, *verbs):
        def work(session):
            for verb in verbs:
                record(
                    session, actor_id=self.who.person_id, at=self.at, verb=verb, thing_kind=verb.partition(".")[0],
                    thing_id=new_id(), thing_ref="X-1",
                )  # fmt: skip

        self.unit(work)

    def put(self):
        return self.unit(lambda s: put(s, at=self.at, link=self.link))

    def send(self, **more):
        return send_all(self.app, self.at, **more)

    def later(self, **more):
        self.at += timedelta(**more)

    def rows(self, webhook_id):
        return self.unit(
            lambda s: (
                s.query(WebhookDelivery).filter_by(webhook_id=webhook_id).order_by(WebhookDelivery.seq).all()
            ),
            "read",
        )

    def hook(self, webhook_id):
        return self.unit(lambda s: s.get(Webhook, webhook_id), "read")


@pytest.fixture
def hooks(app, unit, receiver):
    return Hooks(app, unit, receiver)
