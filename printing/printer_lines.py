"""The ways to a receipt printer: a TCP port, the kernel's USB printer device, a serial line.

Each is opened per job and gives a `Link`: a file descriptor that never blocks, so that one driver
serves all three and every deadline is kept. A queue in between (CUPS `socket://`) would call a job
done while the printer is out of paper, so there is none.
"""

from __future__ import annotations

import array
import contextlib
import fcntl
import os
import socket
import struct
import termios
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import serial

from kiosk.ports.printer import PrinterState
from printing.escpos_answers import state_from_port

UNDER_WAY_BYTES = 8192
"""Little is under way at a time: what was handed over is in the printer, not here."""
BITS_PER_BYTE = 10
"""On a serial line, with start and stop bit."""
_LPGETSTATUS = 0x060B  # linux/lp.h
_READ_BYTES = 4096


class FlowControl(StrEnum):
    """How a serial printer says that it can take no more for now."""

    RTS_CTS = "rts_cts"
    XON_XOFF = "xon_xoff"
    NONE = "none"


class Link(Protocol):
    """An open way. Every method but `abort` and `close` raises OSError when it broke."""

    def fileno(self) -> int:
        """Return the descriptor to wait for."""

    def write(self, data: memoryview) -> int:
        """Hand over what there is room for now, perhaps nothing; return how many bytes."""

    def read(self) -> bytes:
        """Return what came in."""

    def waiting(self) -> int:
        """Return how many bytes were taken and have not left this machine yet."""

    def port_state(self) -> PrinterState:
        """Return what the port itself says of the printer; CANT_TELL where it says nothing."""

    def abort(self) -> None:
        """Close at once and throw away what is still on its way to the printer."""

    def close(self) -> None:
        """Close; may be called twice."""


class Line(Protocol):
    """Where a printer is."""

    @property
    def bytes_per_s(self) -> float | None:
        """How fast it is at best; None: faster than any head prints."""

    def open(self, deadline: float) -> Link:
        """Open it by then (monotonic seconds); raises OSError."""


def left(deadline: float) -> float:
    """Return the seconds until a deadline; TimeoutError once there are none."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        message = "the printer did not keep up"
        raise TimeoutError(message)
    return seconds


class TcpLine:
    """A printer on a TCP port, usually 9100; most serve one client at a time."""

    def __init__(self, host: str, port: int) -> None:
        """Keep where it is. `host` is a numeric address: looking up a name keeps no deadline."""
        self._address = (host, port)

    @property
    def bytes_per_s(self) -> float | None:
        """See the protocol."""
        return None

    def open(self, deadline: float) -> Link:
        """See the protocol."""
        family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        made = socket.socket(family, socket.SOCK_STREAM)
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNDER_WAY_BYTES)
            made.settimeout(left(deadline))
            made.connect(self._address)
            made.setblocking(False)
        except BaseException:
            made.close()
            raise
        return _TcpLink(made)


class UsbLine:
    """A printer at a device of the kernel's driver `usblp`, such as /dev/usb/lp0."""

    def __init__(self, device: Path) -> None:
        """Keep which device; nothing is opened."""
        self._device = device

    @property
    def bytes_per_s(self) -> float | None:
        """See the protocol."""
        return None

    def open(self, deadline: float) -> Link:
        """See the protocol."""
        left(deadline)
        return _FileLink(os.open(self._device, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY))


class SerialLine:
    """A printer on a serial line, also one behind a USB bridge."""

    def __init__(self, device: str, baud: int, flow: FlowControl) -> None:
        """Keep line, speed in bit/s and flow control; nothing is opened."""
        self._device = device
        self._baud = baud
        self._flow = flow

    @property
    def bytes_per_s(self) -> float | None:
        """See the protocol."""
        return self._baud / BITS_PER_BYTE

    def open(self, deadline: float) -> Link:
        """See the protocol."""
        left(deadline)
        try:
            port = serial.Serial(
                self._device,
                self._baud,
                timeout=0,
                write_timeout=0,
                rtscts=self._flow is FlowControl.RTS_CTS,
                xonxoff=self._flow is FlowControl.XON_XOFF,
                exclusive=True,
            )
        except (serial.SerialException, termios.error, ValueError) as error:
            raise OSError(str(error)) from error
        return _FileLink(port.fileno(), port.close)


class _TcpLink:
    def __init__(self, made: socket.socket) -> None:
        self._socket = made

    def fileno(self) -> int:
        return self._socket.fileno()

    def write(self, data: memoryview) -> int:
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0

    def read(self) -> bytes:
        try:
            return _something(self._socket.recv(_READ_BYTES))
        except BlockingIOError:
            return b""

    def waiting(self) -> int:
        return _unsent(self.fileno())

    def port_state(self) -> PrinterState:
        return PrinterState.CANT_TELL

    def abort(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self) -> None:
        self._socket.close()


class _FileLink:
    """A device file: of usblp, or a serial line's."""

    def __init__(self, handle: int, close: Callable[[], None] | None = None) -> None:
        self._handle = handle
        self._close = close or (lambda: os.close(handle))
        self._is_open = True

    def fileno(self) -> int:
        return self._handle

    def write(self, data: memoryview) -> int:
        try:
            return os.write(self._handle, data[:UNDER_WAY_BYTES])
        except BlockingIOError:
            return 0

    def read(self) -> bytes:
        try:
            return _something(os.read(self._handle, _READ_BYTES))
        except BlockingIOError:
            return b""

    def waiting(self) -> int:
        try:
            return _unsent(self._handle)
        except OSError as error:
            if error.errno in {25, 22}:  # ENOTTY, EINVAL: usblp hands over as it takes
                return 0
            raise

    def port_state(self) -> PrinterState:
        answer = array.array("i", [0])
        try:
            fcntl.ioctl(self._handle, _LPGETSTATUS, answer)
        except OSError:
            return PrinterState.CANT_TELL
        return state_from_port(answer[0] & 0xFF)

    def abort(self) -> None:
        # Closing a line waits for what is on it, half a minute at worst.
        with contextlib.suppress(termios.error, OSError):
            termios.tcflush(self._handle, termios.TCIOFLUSH)
        self.close()

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            with contextlib.suppress(OSError, termios.error):
                self._close()


def _something(data: bytes) -> bytes:
    if not data:
        message = "the printer closed the connection"
        raise ConnectionResetError(message)
    return data


def _unsent(handle: int) -> int:
    answer = array.array("i", [0])
    fcntl.ioctl(handle, termios.TIOCOUTQ, answer)
    return answer[0]
