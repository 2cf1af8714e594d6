"""Asking a printer, or CUPS in front of one, by IPP over HTTP (RFC 8010, section 4).

One connection per question: printers close idle ones when they like. CUPS on this machine is asked
through its own socket, where it believes who asks by the kernel's word; nothing is sent to any
other machine than the one in the address.
"""

from __future__ import annotations

import getpass
import hashlib
import http.client
import logging
import os
import re
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.errors import BadSetting
from printing.ipp_message import (
    LONGEST_ANSWER,
    Answer,
    Attribute,
    BadAnswer,
    Operation,
    Tag,
    Value,
    parse,
    request,
)
from printing.resolving import RESOLVER

IPP_PORT = 631
"""Of `ipps`, too (RFC 7472, section 4.3)."""
CUPS_SOCKET = Path("/run/cups/cups.sock")
ASK_S = 5.0
"""Upper limit of one question."""
_log = logging.getLogger(__name__)


class NoPrinter(Exception):
    """Nobody answers there, or not as IPP says."""


class NotReached(NoPrinter):
    """Nobody was there to be asked: not a byte was sent."""


class Refused(Exception):
    """It answered, and does not do it; `status` is IPP's (RFC 8011, appendix B)."""

    def __init__(self, status: int) -> None:
        """Keep the status."""
        super().__init__(f"IPP status 0x{status:04x}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Address:
    """Where a printer is: `ipp://host[:port]/path`. `socket_path` is CUPS's on this machine."""

    uri: str
    host: str
    port: int
    path: str
    socket_path: Path | None = None
    certificate: str = ""
    """For `ipps`: SHA-256 of the certificate that the printer shows, in hex; "" for `ipp`."""

    @property
    def is_queue(self) -> bool:
        """Say whether this is a queue of CUPS, by its path."""
        return self.path.startswith("/printers/")


def address_of(uri: str, cups_socket: Path = CUPS_SOCKET, certificate: str = "") -> Address:
    """Take an address apart.

    Args:
        uri: The address.
        cups_socket: Where CUPS listens on this machine.
        certificate: For `ipps`: by which one the printer is known.

    Raises:
        BadSetting: It is none.
    """
    try:
        parts = urlsplit(uri)
        port = parts.port or IPP_PORT
    except ValueError as error:
        raise _bad(uri) from error
    if (
        parts.scheme not in {"ipp", "ipps"}
        or not parts.hostname
        or "@" in parts.netloc
        or not parts.path
    ):
        raise _bad(uri)
    if not uri.isascii():  # HTTP takes no other; what is not stands there as %XX
        raise _bad(uri)
    if (parts.scheme == "ipps") is not (certificate != ""):
        message = "An ipps address and the certificate of its printer belong together."
        advice = "Set certificate to its SHA-256 beside ipps://, and leave it out beside ipp://."
        raise BadSetting(message, advice)
    is_here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    is_cups = (
        is_here and not certificate and port == IPP_PORT and parts.path.startswith("/printers/")
    )
    return Address(
        uri, parts.hostname, port, parts.path, cups_socket if is_cups else None, certificate
    )


def _bad(uri: str) -> BadSetting:
    shown = re.sub("(?s)//.*@", "//…@", uri)  # nobody's password into a log
    message = f"The printer's address {shown!r} is no address of a printer."
    advice = "Write ipp://localhost/printers/NAME for a queue, or ipp://192.168.1.50/ipp/print."
    return BadSetting(message, advice)


@dataclass
class IppClient:
    """Asks one printer; used from one thread."""

    address: Address
    user: str = field(default_factory=getpass.getuser)
    _number: int = field(default=0, init=False)

    def ask(
        self,
        operation: Operation,
        deadline: float,
        *more: Attribute,
        job: tuple[Attribute, ...] = (),
        document: bytes = b"",
        limit_s: float = ASK_S,
    ) -> Answer:
        """Ask, and return what was answered.

        Args:
            operation: What is wanted.
            deadline: The `time.monotonic` at which to give up.
            more: Operation attributes besides those that every request has.
            job: Attributes of the job to be made.
            document: What is to be printed.
            limit_s: Upper limit of this one question.

        Raises:
            NoPrinter: Nobody answers there in time, or not as IPP says.
            NotReached: Nothing was sent.
            Refused: It answered, and does not do it.
        """
        self._number += 1
        attributes = (
            Attribute("attributes-charset", Tag.CHARSET, ("utf-8",)),
            Attribute("attributes-natural-language", Tag.LANGUAGE, ("en",)),
            Attribute("printer-uri", Tag.URI, (self.address.uri,)),
            Attribute("requesting-user-name", Tag.NAME, (self.user,)),
            *more,
        )
        body = request(operation, self._number, attributes, job) + document
        try:
            answer = parse(self._post(body, _left(deadline, limit_s)))
        except (OSError, http.client.HTTPException, BadAnswer) as error:
            raise NoPrinter(str(error)) from error
        if not answer.is_ok:
            raise Refused(answer.status)
        return answer

    def printer(self, deadline: float, *wanted: str) -> dict[str, tuple[Value, ...]]:
        """Return attributes of the printer. Raises as `ask`."""
        asked = Attribute("requested-attributes", Tag.KEYWORD, wanted)
        return self.ask(Operation.GET_PRINTER_ATTRIBUTES, deadline, asked).printer

    def _post(self, body: bytes, limit_s: float) -> bytes:
        connection = _Connection(self.address, limit_s)
        headers = {"Content-Type": "application/ipp"}
        if self.address.socket_path is not None:
            # CUPS's own scheme: it asks the kernel who is at the other end of its socket.
            headers["Authorization"] = f"PeerCred {self.user}"
        # A peer that dribbles keeps every single read within its limit: this ends it as a whole.
        watch = threading.Timer(limit_s, connection.close_now)
        watch.start()
        try:
            try:
                connection.connect()
            except OSError as error:
                raise NotReached(str(error)) from error
            connection.request("POST", self.address.path, body, headers)
            response = connection.getresponse()
            data = response.read(LONGEST_ANSWER + 1)
        finally:
            watch.cancel()
            connection.close()
        if response.status in {401, 403}:
            raise Refused(0x0403)
        if response.status != 200:
            raise NoPrinter(f"HTTP status {response.status}")
        return data


class _Connection(http.client.HTTPConnection):
    """A connection by address, or through the socket of CUPS."""

    def __init__(self, address: Address, timeout_s: float) -> None:
        super().__init__(address.host, address.port, timeout=timeout_s)
        self._limit_s = timeout_s
        self._certificate = address.certificate
        self._socket_path = address.socket_path
        self._held: socket.socket | None = None
        """Kept here, too: the library lets go of it before an answer without a length is read."""
        self._is_over = False

    def connect(self) -> None:
        """Connect."""
        if self._socket_path is None:
            ends_at = time.monotonic() + self._limit_s
            hosts = RESOLVER.addresses(self.host, self._limit_s)
            self.sock = self._reached(hosts, ends_at)
            self.sock.settimeout(self._limit_s)
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._certificate:
                self._encrypt(self.sock)
        else:
            self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.sock.settimeout(self.timeout)
            self.sock.connect(os.fspath(self._socket_path))
        self._held = self.sock
        if self._is_over:  # it took too long to find or reach: nobody would end it any more
            raise TimeoutError("the printer did not answer in time")

    def _reached(self, hosts: tuple[str, ...], ends_at: float) -> socket.socket:
        """Return a connection to the first of these that takes one: `localhost` has two, and a
        printer may listen at one of them.
        """
        for number, host in enumerate(hosts, start=1):
            left = (ends_at - time.monotonic()) / (len(hosts) + 1 - number)
            try:
                return socket.create_connection((host, self.port), max(left, 0.05))
            except OSError:
                if number == len(hosts):
                    raise
        raise OSError("the name has no address")

    def _encrypt(self, line: socket.socket) -> None:
        """Begin TLS; nothing is said before the printer has shown the certificate that is known."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False  # printers sign for themselves, with any name and any end
        context.verify_mode = ssl.CERT_NONE
        # Ours at once, so that `close_now` ends it while hands are being shaken, too.
        self.sock = self._held = secret = context.wrap_socket(line, do_handshake_on_connect=False)
        if self._is_over:  # before it was ours: nobody would end it any more
            raise TimeoutError("the printer did not answer in time")
        secret.do_handshake()
        shown = hashlib.sha256(secret.getpeercert(binary_form=True) or b"").hexdigest()
        if shown != self._certificate:
            _log.error("PRINTER_CERTIFICATE shown=%s", shown)
            raise ssl.SSLError("the printer shows another certificate")

    def close_now(self) -> None:
        """End it from another thread, also while it connects."""
        self._is_over = True
        if self._held is not None:
            try:
                # Below TLS: `SSLSocket.shutdown` takes the cipher away first, and what the other
                # thread sends just then would go out as it is.
                socket.socket.shutdown(self._held, socket.SHUT_RDWR)
            except OSError:
                return


def _left(deadline: float, limit_s: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise NotReached("the printer was not asked in time")
    return min(left, limit_s)
