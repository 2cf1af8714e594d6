"""Looking up a printer's name, with an end to it.

The system's resolver knows no deadline (`resolv.conf`: 5 s, twice, for each server, unless set
otherwise; a broken one hangs for longer) and can't be interrupted. So it is asked on a thread of
its own, one for a name however often it is asked, and whoever waits stops waiting in time. What a
name meant the last time is used while it can't be looked up.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

LOOK_UP_S = 3.0
"""A network that is well answers in hundredths of a second."""
MOST_ADDRESSES = 4
"""More of one name are not tried."""

Ask = Callable[[str], tuple[str, ...]]


def _ask_system(name: str) -> tuple[str, ...]:
    """Return the addresses of a name in the order to try them in. Raises OSError."""
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(it[4][0]) for it in found))[:MOST_ADDRESSES]


@dataclass
class _Question:
    """A look-up that is under way."""

    is_done: threading.Event = field(default_factory=threading.Event)
    error: OSError | None = None


@dataclass
class Resolver:
    """Looks names up; any thread."""

    ask: Ask = _ask_system
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _under_way: dict[str, _Question] = field(default_factory=dict, init=False)
    _known: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False)

    def addresses(self, host: str, limit_s: float) -> tuple[str, ...]:
        """Return the numeric addresses of a host, one at least; at once if it is one itself.

        Raises:
            OSError: There is no such name, or nobody answered in time; never later than `limit_s`.
        """
        if _is_numeric(host):
            return (host,)
        question = self._begin(host)
        is_in_time = question.is_done.wait(min(limit_s, LOOK_UP_S))
        with self._lock:
            known = self._known.get(host)
        if known is not None:
            return known
        if not is_in_time:
            raise TimeoutError(f"the name {host} was not looked up in time")
        raise question.error or OSError(f"the name {host} has no address")

    def _begin(self, host: str) -> _Question:
        with self._lock:
            question = self._under_way.get(host)
            if question is None:
                question = self._under_way[host] = _Question()
                arguments = (host, question)
                threading.Thread(target=self._look_up, args=arguments, daemon=True).start()
            return question

    def _look_up(self, host: str, question: _Question) -> None:
        found: tuple[str, ...] = ()
        try:
            found = self.ask(host)
        except OSError as error:
            question.error = error
        except UnicodeError:  # a name that can't be one
            question.error = OSError(f"{host} is no name")
        with self._lock:
            if found:
                self._known[host] = found
            self._under_way.pop(host, None)
        question.is_done.set()


RESOLVER = Resolver()
"""The program's own: a name that hangs costs one thread, however many printers have it."""


def _is_numeric(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
