"""Requests that leave this machine because somebody named a host: guarded, short, and small.

A name from outside may lead anywhere, to this machine and its neighbours too (server-side request
forgery). So the name is resolved first, every address it has must be public, the connection goes
to the address that was looked at, and no redirect is followed. The operator may except hosts by
name (CLOUDSIRT_ALLOW_PRIVATE_HOSTS). HTTPS with the trust store of the system; without TLS only
to a host that the operator excepted.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import dns.exception
import dns.resolver

from cloudsirt.config import Config
from cloudsirt.errors import CannotReach
from membership.routable import special_use

LONGEST = 5.0  # seconds for everything after the name was resolved
LARGEST = 4_096  # octets of an answer
_TOO_SLOW = "The host did not answer in time."
_FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: its status, and as much of its content as was allowed."""

    status: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes, and nowhere else; without TLS only where the operator allows it."""

    host: str
    port: int
    is_secure: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """How long an exchange may take after the name was resolved, and how large its answer is."""

    seconds: float
    octets: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: its method, the target as it is put on the wire, its headers and its body."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A whole answer: a longer one than was allowed is none."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def header(self, name: str) -> str | None:
        """A header by its name, in whatever case it came."""
        found = (value for key, value in self.headers.items() if key.lower() == name.lower())
        return next(found, None)


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


def exchange(config: Config, place: Place, asked: Asked, limits: Limits) -> Answered:
    """Send a request to a place that an operator named, and read all of the answer; CannotReach.

    A redirect is refused, whatever it leads to: it would pass the guard by.
    """
    if not place.is_secure and place.host.lower() not in config.allow_private_hosts:
        raise CannotReach("Without TLS only hosts of CLOUDSIRT_ALLOW_PRIVATE_HOSTS are reached.")
    address = public_addresses(config, place.host)[0]
    seconds, is_secure = limits.seconds, place.is_secure
    with _connection(address, place.host, place.port, seconds, is_secure) as connection:
        connection.request(asked.method, asked.target, asked.body, dict(asked.headers))
        answer = connection.getresponse()
        if 300 <= answer.status < 400:
            raise CannotReach("The host answered with a redirect, which is not followed.")
        content = answer.read(limits.octets + 1)
        if len(content) > limits.octets:
            raise CannotReach(f"The answer is larger than {limits.octets} octets.")
        if answer.length:
            raise CannotReach("The answer ended before it was complete.")
        return Answered(answer.status, dict(answer.getheaders()), content)


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
def _connection(
    address: Address, host: str, port: int, longest: float | None = None, is_secure: bool = True
) -> Iterator[http.client.HTTPConnection]:
    """A connection to exactly this address, for as long as it may last; errors are ours."""
    seconds = LONGEST if longest is None else longest
    connection = http.client.HTTPConnection(host, port)
    open_ones = [socket.socket(_FAMILIES[address.version], socket.SOCK_STREAM)]
    open_ones[0].settimeout(seconds)
    is_cut = threading.Event()
    end = threading.Timer(seconds, _cut, (open_ones, is_cut))  # one that drips is cut off as well
    end.daemon = True
    end.start()
    try:
        open_ones[0].connect((str(address), port))
        if is_secure:
            _secure(open_ones, host)
        connection.sock = open_ones[-1]
        yield connection
    except CannotReach as error:
        if is_cut.is_set():
            raise CannotReach(_TOO_SLOW) from error
        raise
    except (OSError, ValueError, http.client.HTTPException) as error:
        way = "over HTTPS " if is_secure else ""
        raise CannotReach(f"The host could not be reached {way}in time.") from error
    finally:
        end.cancel()
        for one in open_ones:
            one.close()
    if is_cut.is_set():  # what was read may be a part that looks whole
        raise CannotReach(_TOO_SLOW)


def _secure(open_ones: list[socket.socket], host: str) -> None:
    """Speak TLS on the latest of these sockets from now on."""
    secured = ssl.create_default_context().wrap_socket(
        open_ones[-1], server_hostname=host, do_handshake_on_connect=False
    )
    open_ones.append(secured)
    secured.do_handshake()


def _cut(open_ones: list[socket.socket], is_cut: threading.Event) -> None:
    """End what is under way on the latest of these sockets, whoever waits for it."""
    is_cut.set()
    with contextlib.suppress(OSError):
        socket.socket.shutdown(open_ones[-1], socket.SHUT_RDWR)
