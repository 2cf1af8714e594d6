"""The line between a worker and its parent: whatever happens to it, there is an answer."""

from __future__ import annotations

import json
import socket
import time

import pytest

from devices.wire import (
    Fields,
    Garbled,
    HungUp,
    Message,
    has_message,
    receive_message,
    send_message,
)


@pytest.mark.parametrize("seconds", [None, 5.0])
def test_a_line_that_another_thread_closed_is_a_line_that_hung_up(seconds: float | None) -> None:
    """Between two steps of a call: nobody meets an error of the system."""
    line, other = socket.socketpair()
    line.close()
    other.close()
    deadline_s = None if seconds is None else time.monotonic() + seconds
    assert has_message(line, time.monotonic())
    with pytest.raises(HungUp):
        receive_message(line, deadline_s)
    with pytest.raises(HungUp):
        send_message(line, Message({}), deadline_s)


def test_half_a_character_is_no_text() -> None:
    """JSON can say one, and nothing can be stored or logged that holds it."""
    fields = Fields(json.loads('{"name": "a\\ud83d", "whole": "\\ud83d\\ude00"}'))
    assert fields.text("whole") == "\U0001f600"
    with pytest.raises(Garbled):
        fields.text("name")
