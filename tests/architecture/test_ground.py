"""The ground under the tests notices what it is there to notice."""

from __future__ import annotations

import socket
import subprocess
import threading

import pytest

from tests.support import leftovers, loopback
from tests.support.needs import needs
from tests.support.waiting import wait_until


def test_no_connection_leaves_the_machine() -> None:
    """Connecting, sending and looking up beyond this machine fail before a packet is sent."""
    with pytest.raises(loopback.OutsideWorldError):
        socket.create_connection(("192.0.2.1", 9), timeout=1)
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram,
        pytest.raises(loopback.OutsideWorldError),
    ):
        datagram.sendto(b"x", ("192.0.2.1", 9))
    with pytest.raises(loopback.OutsideWorldError):
        socket.getaddrinfo("platform.example", 443)
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("platform.invalid", 443)  # nobody's name: answered, and not asked for


def test_loopback_is_open() -> None:
    """Real servers of a test are reached."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=10) as client,
    ):
        assert client.getpeername() == server.getsockname()


def test_a_thread_that_goes_on_is_seen() -> None:
    """A thread that a test forgets is among its leftovers until it ends."""
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    before = leftovers.running_threads()
    thread.start()
    try:
        assert leftovers.running_threads() - before == {thread}
    finally:
        stop.set()
        thread.join()
    assert leftovers.running_threads() == before


def test_a_child_that_goes_on_is_seen() -> None:
    """A process that a test forgets is among its leftovers until it ends."""
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as child:
        assert child.pid in leftovers.child_processes()
    assert child.pid not in leftovers.child_processes()


def test_waiting_ends_with_the_condition_or_with_a_reason() -> None:
    """Waiting returns once the condition holds and fails by name when it never does."""
    answers = iter([False, False, True])
    wait_until(lambda: next(answers))
    with pytest.raises(AssertionError, match="the tide"):
        wait_until(lambda: False, timeout_s=0.02, what="the tide")


def test_a_lacking_machine_skips_on_a_desk_and_fails_in_integration(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What cannot be tried here is said aloud, and is no success where it counts."""
    needs(condition=True, reason="")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="loop devices"):
        needs(condition=False, reason="loop devices")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="loop devices"):
        needs(condition=False, reason="loop devices")
