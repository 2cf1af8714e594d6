"""The fence around the tests: no socket of this process leaves the machine.

Whatever is tested is tested against real servers on loopback. Child processes are not fenced in:
they are ours.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

import pytest


class OutsideWorldError(AssertionError):
    """A test tried to reach another machine."""


def is_local(host: object) -> bool:
    """Tell whether `host` (name, address, or None for "any") stays on this machine."""
    if host is None or host in ("", b"", "localhost", b"localhost"):
        return True
    text = host.decode(errors="replace") if isinstance(host, bytes) else str(host)
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def is_nobodys(host: object) -> bool:
    """Tell whether `host` is a name that nobody can ever have (RFC 6761, section 6.4)."""
    text = host.decode(errors="replace") if isinstance(host, bytes) else str(host)
    return text.rstrip(".").endswith(".invalid")


def fence(patch: pytest.MonkeyPatch) -> None:
    """Make every connection and look-up beyond this machine fail with `OutsideWorldError`."""

    def guarded(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: socket.socket, *args: Any) -> Any:  # noqa: ANN401  # as the socket module has it
            address = args[-1]  # sendto(data, address) and sendto(data, flags, address)
            if isinstance(address, tuple) and not is_local(address[0]):
                message = f"no test may reach {address[0]!r}"
                raise OutsideWorldError(message)
            return original(self, *args)

        return call

    look_up = socket.getaddrinfo

    def guarded_look_up(host: Any, *args: Any, **options: Any) -> Any:  # noqa: ANN401  # as the socket module has it
        if is_nobodys(host):  # answered as a resolver answers, which is not asked
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if not is_local(host):
            message = f"no test may look up {host!r}"
            raise OutsideWorldError(message)
        return look_up(host, *args, **options)

    for name in ("connect", "connect_ex", "sendto"):
        patch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
    patch.setattr(socket, "getaddrinfo", guarded_look_up)
