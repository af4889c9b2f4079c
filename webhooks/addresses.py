"""Where a webhook may go: to a public machine over TLS, and to none of our own, whatever a name is made to say."""

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from common.errors import InvalidInput

LONGEST_URL = 500
HOME_NAMES = {"localhost", "127.0.0.1", "::1"}
DEFAULT_PORTS = {"https": 443, "http": 80}
PUBLIC_IPV6 = ip_network(
    "2000::/3"
)  # all that is dealt out; tunnels and translations to other places lie beyond or are looked into
NOBODYS = (ip_network("168.63.129.16/32"), ip_network("192.88.99.0/24"), ip_network("2001::/23"))  # a cloud's own desk, relays
Address = IPv4Address | IPv6Address


class UrlRefused(InvalidInput):
    code = "invalid"
    field = "url"


class AddressRefused(OSError):
    """The name leads where nothing may be sent."""


@dataclass(frozen=True)
class Target:
    """An address that has the right shape. `path` holds the query too."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_home(self) -> bool:
        return self.scheme == "http"


def read_url(url: str) -> Target:
    """The target of a URL, or UrlRefused with a sentence."""
    parts, port = _split(url)
    host = _host(parts)
    if not _is_home(parts.scheme, host):
        _must(parts.scheme == "https", "The address must begin with https://.")
        _must(port in settings.WEBHOOK_PORTS, f"Use port {_listed(settings.WEBHOOK_PORTS)}.")
        literal = _literal(host)
        _must(literal is None or is_public(literal), "This address is not on the public internet.")
        _must(literal is not None or "." in host, "Enter a whole name, such as hooks.example.com.")
    path = parts.path or "/"
    return Target(parts.scheme, host, port, f"{path}?{parts.query}" if parts.query else path)


def resolve(target: Target) -> list[str]:
    """The machine's addresses, checked; connect to these and to nothing else, or a name could change its mind meanwhile.

    Raises AddressRefused when there is none, or when any of them is not public.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise AddressRefused(f"The name {target.host} is not known.") from None
    addresses = [str(sockaddr[0]).partition("%")[0] for *_, sockaddr in found]
    if not target.is_home and not all(is_public(ip_address(each)) for each in addresses):
        raise AddressRefused(f"{target.host} leads to an address that is not on the public internet.")
    return addresses


def is_public(address: Address) -> bool:
    """Somebody else's machine on the internet: not ours, not a neighbour's, not a cloud's desk, nor a way around to these."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address.sixtofour:
            return is_public(address.sixtofour)
        if address not in PUBLIC_IPV6:
            return False
    is_strange = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local
    return (
        address.is_global and not is_strange and not any(address in each for each in NOBODYS if each.version == address.version)
    )


def _split(url: str) -> tuple[SplitResult, int]:
    _must(len(url) <= LONGEST_URL, f"At most {LONGEST_URL} characters.")
    _must(url.isascii() and url.isprintable() and " " not in url and "\\" not in url, "Only plain letters, digits and signs.")
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError:
        raise UrlRefused("Enter a whole address, such as https://hooks.example.com/tillbook.") from None
    _must(parts.username is None and parts.password is None, "Leave out the user name and password: each delivery is signed.")
    _must(not parts.fragment, "Leave out what follows the #.")
    return parts, port


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    _must(bool(host), "Enter a whole address, such as https://hooks.example.com/tillbook.")
    return host


def _is_home(scheme: str, host: str) -> bool:
    return bool(settings.WEBHOOK_TO_OURSELVES) and scheme == "http" and host in HOME_NAMES


def _literal(host: str) -> Address | None:
    """An address written in figures, in any of the ways in which a resolver would take it."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return ip_address(socket.inet_aton(host))  # 127.1, 0x7f000001, 2130706433
    except OSError:
        return None


def _must(holds: bool, words: str) -> None:  # noqa: FBT001  (reads as a sentence)
    if not holds:
        raise UrlRefused(words)


def _listed(ports: Iterable[int]) -> str:
    return " or ".join(str(port) for port in ports)
