"""Requests that leave this machine because somebody named a host: guarded, short, and small.

A name from outside may lead anywhere, to this machine and its neighbours too (server-side request
forgery). So the name is resolved first, every address it has must be public, the connection goes
to the address that was looked at, and no redirect is followed. The operator may except hosts by
name (CLOUDSIRT_ALLOW_PRIVATE_HOSTS). HTTPS only, with the trust store of the system.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import dns.exception
import dns.resolver

from cloudsirt.config import Config
from cloudsirt.errors import CannotReach
from membership.routable import special_use

LONGEST = 5.0  # seconds for everything after the name was resolved
LARGEST = 4_096  # octets of an answer
_FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: its status, and as much of its content as was allowed."""

    status: int
    content: bytes


def resolver(config: Config) -> dns.resolver.Resolver:
    """The resolver of the settings, or the system's; it gives up after five seconds."""
    if config.dns_server is None:
        found = dns.resolver.Resolver()
    else:
        found = dns.resolver.Resolver(configure=False)
        address, found.port = config.dns_server
        found.nameservers = [address]
    found.timeout, found.lifetime = 2.5, LONGEST
    return found


def public_addresses(config: Config, host: str) -> tuple[Address, ...]:
    """The addresses of a host, all of them public unless the operator excepts it; CannotReach."""
    found = tuple(_addresses(config, host))
    if not found:
        raise CannotReach("The name of the host leads nowhere.")
    if host.lower() not in config.allow_private_hosts:
        for address in found:
            if special_use(ipaddress.ip_network(address)) is not None:
                raise CannotReach("The name of the host leads to an address that is not public.")
    return found


def fetch(config: Config, host: str, path: str, *, port: int = 443) -> Fetched:
    """GET a small thing over HTTPS from a host that somebody named; CannotReach.

    `path` must be ours, or checked: it is put into the request as it is.
    """
    address = public_addresses(config, host)[0]
    with _connection(address, host, port) as connection:
        connection.request("GET", path, headers={"User-Agent": "CloudSIRT", "Accept": "*/*"})
        answer = connection.getresponse()
        return Fetched(answer.status, answer.read(LARGEST))


def _addresses(config: Config, host: str) -> Iterator[Address]:
    if config.dns_server is None:
        with contextlib.suppress(OSError, UnicodeError):
            for *_, place in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM):
                yield ipaddress.ip_address(str(place[0]).partition("%")[0])
        return
    for kind in ("A", "AAAA"):
        with contextlib.suppress(dns.exception.DNSException):
            for record in resolver(config).resolve(host, kind, search=False):
                yield ipaddress.ip_address(record.to_text())


@contextlib.contextmanager
def _connection(address: Address, host: str, port: int) -> Iterator[http.client.HTTPConnection]:
    """A TLS connection to exactly this address, for as long as it may last; errors are ours."""
    connection = http.client.HTTPConnection(host, port)
    open_ones = [socket.socket(_FAMILIES[address.version], socket.SOCK_STREAM)]
    open_ones[0].settimeout(LONGEST)
    end = threading.Timer(LONGEST, _cut, (open_ones,))  # a host that drips is cut off as well
    end.daemon = True
    end.start()
    try:
        open_ones[0].connect((str(address), port))
        secured = ssl.create_default_context().wrap_socket(
            open_ones[0], server_hostname=host, do_handshake_on_connect=False
        )
        open_ones.append(secured)
        secured.do_handshake()
        connection.sock = secured
        yield connection
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise CannotReach("The host could not be reached over HTTPS in time.") from error
    finally:
        end.cancel()
        for one in open_ones:
            one.close()


def _cut(open_ones: list[socket.socket]) -> None:
    """End what is under way on the latest of these sockets, whoever waits for it."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(open_ones[-1], socket.SHUT_RDWR)
