"""A receipt printer on a TCP port of this machine, or on a pty: `escpos_device` with a plug.

Like the real ones it serves one client at a time, and has as little room as they have, so that a
printer that stops reading is noticed.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
import threading
import tty
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.escpos_device import EscposDevice, Fault, Moment, Picture, Plan, command_length

__all__ = [
    "EscposPrinter",
    "Fault",
    "Moment",
    "Picture",
    "Plan",
    "PtyPrinter",
    "command_length",
]


class _Plugged:
    """A device that is served by a thread of its own from `with` to its end."""

    def __init__(self, width_dots: int, *, is_head: bool) -> None:
        self.device = EscposDevice(width_dots, is_head=is_head)
        self.device.answer = self._answer
        self.device.hang_up = self._hang_up
        self._ends = False
        self._lock = threading.RLock()
        self._bell, self._rope = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, name="escpos-printer")

    @property
    def slips(self) -> list[Picture]:
        """What was printed and cut so far."""
        with self._lock:
            return list(self.device.slips)

    @property
    def rows_on_the_way(self) -> int:
        """Rows printed and not yet cut."""
        with self._lock:
            return len(self.device.rows)

    @property
    def commands_to_print(self) -> int:
        """How many commands it has got that are not questions."""
        return self.device.commands_to_print

    @property
    def unknown(self) -> bytes:
        """Bytes that were no command it knows."""
        return bytes(self.device.unknown)

    @property
    def sends_automatic_status(self) -> bool:
        """ASB: four bytes unasked before every answer."""
        return self.device.sends_automatic_status

    @sends_automatic_status.setter
    def sends_automatic_status(self, value: bool) -> None:
        self.device.sends_automatic_status = value

    def break_with(self, *faults: Fault) -> None:
        """Make it have these faults and no others; what waits goes on if it can."""
        with self._lock:
            self.device.faults = set(faults)
            self.device.plans.clear()
        self._rope.send(b"!")

    def plan(self, *plans: Plan) -> None:
        """Have faults strike later."""
        with self._lock:
            self.device.plans = list(plans)

    @property
    def awaits_fault(self) -> bool:
        """Whether a fault that is planned has not struck yet."""
        with self._lock:
            return bool(self.device.plans)

    def load_paper(self, rows: int | None = None) -> None:
        """Put in a roll with so many rows left, or one that does not end; what hung there is torn
        off.
        """
        with self._lock:
            self.device.paper_left_rows = rows
            self.device.rows.clear()
            self.device.faults.discard(Fault.PAPER_END)
        self._rope.send(b"!")

    def mend(self) -> None:
        """Mend whatever is wrong with it; it goes on if it can."""
        with self._lock:
            is_empty = Fault.PAPER_END in self.device.faults
        if is_empty:
            self.load_paper()
        self.break_with()

    def take_paper(self) -> int:
        """Take away what lies in the tray, and return how many slips it was."""
        with self._lock:
            count = len(self.device.slips)
            self.device.slips.clear()
            self.device.has_ticket = False
            return count

    def swallow(self, data: bytes) -> None:
        """Do what the bytes say, as if they had come over the wire."""
        with self._lock:
            self.device.swallow(data)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._ends = True
        self._rope.send(b"!")
        self._thread.join(10)
        self._bell.close()
        self._rope.close()
        self._close()

    def _serve(self) -> None:
        while not self._ends:
            is_deaf = self.device.faults & {Fault.STALL, Fault.DEAD}
            others = [] if is_deaf else self._listens_to()
            bell = self._bell.fileno()
            ready = select.select([bell, *others], [], [])[0]
            with self._lock:
                if bell in ready:
                    self._bell.recv(64)
                elif ready:
                    self._hear()
                self.device.work()
        self._hang_up()

    def _answer(self, data: bytes) -> None:
        if self.device.faults & {Fault.MUTE, Fault.DEAD}:
            return
        if self.device.sends_automatic_status:
            self._say(self.device.automatic_status())
        self._say(data)

    def _listens_to(self) -> list[int]:
        raise NotImplementedError

    def _hear(self) -> None:
        raise NotImplementedError

    def _say(self, data: bytes) -> None:
        raise NotImplementedError

    def _hang_up(self) -> None:
        raise NotImplementedError

    def _close(self) -> None:
        raise NotImplementedError


class EscposPrinter(_Plugged):
    """On a TCP port."""

    def __init__(self, width_dots: int = 576, *, is_head: bool = False) -> None:
        super().__init__(width_dots, is_head=is_head)
        self._client: socket.socket | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    def _listens_to(self) -> list[int]:
        return [(self._client or self._listener).fileno()]

    def _hear(self) -> None:
        if self._client is None:
            self._client = self._listener.accept()[0]
            return
        try:
            data = self._client.recv(2048)
        except ConnectionResetError:
            data = b""
        if data:
            self.device.swallow(data)
        else:
            self._close_client()

    def _say(self, data: bytes) -> None:
        if self._client is not None:
            try:
                self._client.sendall(data)
            except OSError:
                self._close_client()

    def _hang_up(self) -> None:
        """Break the connection rudely, as a power cut does."""
        if self._client is not None:
            linger = struct.pack("ii", 1, 0)
            with contextlib.suppress(OSError):
                self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._close_client()

    def _close_client(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None
        self.device.forget(is_power_cut=Fault.DEAD in self.device.faults)

    def _close(self) -> None:
        self._listener.close()


class PtyPrinter(_Plugged):
    """On a pty: what a serial line is to a program, and the kernel's USB printer device nearly."""

    def __init__(self, path: Path, width_dots: int = 576, *, is_head: bool = False) -> None:
        super().__init__(width_dots, is_head=is_head)
        self.device.is_line = True
        self.path = path
        self._master, self._slave = self._new_line()

    def mend(self) -> None:
        """Have a line under the same path again, too."""
        with self._lock:
            if self._master < 0:
                self._master, self._slave = self._new_line()
        super().mend()

    def _new_line(self) -> tuple[int, int]:
        master, slave = os.openpty()
        tty.setraw(slave)
        draft = self.path.with_suffix(".new")
        draft.symlink_to(os.ttyname(slave))
        draft.replace(self.path)
        return master, slave

    def _listens_to(self) -> list[int]:
        return [self._master] if self._master >= 0 else []

    def _hear(self) -> None:
        self.device.swallow(os.read(self._master, 2048))

    def _say(self, data: bytes) -> None:
        if self._master >= 0:
            os.write(self._master, data)

    def _hang_up(self) -> None:
        """Unplug the cable: the path is gone until it is plugged in."""
        if self._master >= 0:
            self.path.unlink()
            os.close(self._slave)
            os.close(self._master)
            self._master = self._slave = -1
        self.device.forget(is_power_cut=Fault.DEAD in self.device.faults)

    def _close(self) -> None:
        self._hang_up()
