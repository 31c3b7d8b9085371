"""Where a webhook may be sent, so that nobody reaches through us what only we can reach. Pure.

The name is looked up once; each address that comes back is judged, and the connection is made to one that was judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
MOST_URL = 500
PORTS = {"https": 443, "http": 80}
# Beyond what Python calls global: ways from the one protocol to the other, which end where their last bits say.
_THROUGH = tuple(
    ip_network(one)
    for one in (
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
        "::/96",
        "::ffff:0:0/96",
        "fec0::/10",
    )
)


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """What the settings allow beyond the open internet."""

    networks: tuple[Network, ...] = ()
    ports: frozenset[int] = frozenset({443})

    @classmethod
    def of(cls, networks: str, ports: str) -> "Allowed":
        """From the texts of the settings."""
        return cls(
            networks=tuple(ip_network(one) for part in networks.split(",") if (one := part.strip())),
            ports=frozenset(int(one) for one in ports.split(",") if one.strip()),
        )


@dataclass(frozen=True, kw_only=True)
class Target:
    """An address taken apart. ``host``: as it is asked for and as the certificate must say."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def shown(self) -> str:
        """The ``Host`` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def _refused(text: Text) -> Invalid:
    return Invalid(text, field="url")


def target_of(url: str, allowed: Allowed) -> Target:
    """Take an address apart. Raises Invalid with what is wrong about it."""
    wrong = Text("This is no address that can be sent to, such as https://hooks.example.org/in.")
    if not url or len(url) > MOST_URL or any(char <= " " or char in "\x7f\\" for char in url):
        raise _refused(wrong)
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
        host = host if ":" in host else host.encode("idna").decode()
    except ValueError:
        raise _refused(wrong) from None
    if parts.scheme not in PORTS or not host or "%" in host:
        raise _refused(wrong)
    if parts.scheme == "http" and not allowed.networks:
        raise _refused(Text("The address must begin with https://, so that nobody on the way can read it."))
    if parts.username is not None or parts.password is not None:
        raise _refused(Text("Leave name and password out of the address: the signature proves who sends."))
    if parts.fragment:
        raise _refused(Text("Leave out what follows the #: it is never sent."))
    port = port if port is not None else PORTS[parts.scheme]
    if port not in allowed.ports:
        raise _refused(
            Text(
                "Port %(port)s is not allowed here. Whoever runs the installation can allow it (AUDITAPP_WEBHOOK_PORTS).",
                port=port,
            )
        )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise _refused(wrong)
    return Target(scheme=parts.scheme, host=host, port=port, path=path)


def is_open(address: Address) -> bool:
    """Whether an address is one of the open internet."""
    if isinstance(address, IPv6Address) and (
        address.ipv4_mapped or address.sixtofour or address.teredo or address.scope_id
    ):
        return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address.version == one.version and address in one for one in _THROUGH)
    )


def chosen(target: Target, found: Sequence[str], allowed: Allowed) -> str:
    """The address to connect to. Raises Invalid when one of those found may not be reached: then the name is not to be trusted."""
    if not found:
        raise _refused(Text("No address is known for %(host)s. Check how it is spelled.", host=target.host))
    for one in found:
        address = ip_address(one)
        inside = any(address.version == net.version and address in net for net in allowed.networks)
        if target.scheme == "http" and not inside:
            raise _refused(
                Text("http:// is taken only inside the networks that the settings name. Use https://.")
            )
        if not inside and not is_open(address):
            raise _refused(
                Text(
                    "%(host)s lies in a network that is not open to everybody. Whoever runs the installation can allow it (AUDITAPP_WEBHOOK_ALLOW).",
                    host=target.host,
                )
            )
    return found[0]
