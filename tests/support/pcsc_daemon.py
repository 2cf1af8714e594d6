"""A private pcscd with one virtual reader, beside whatever smart card service the machine runs.

pcscd's socket has a fixed path, so each daemon gets a mount namespace in which /run/pcscd is a
folder of ours; programs find the socket there through PCSCLITE_CSOCK_NAME. The path stays the same
when the daemon is killed and started again. In a bare chroot no such namespace can be had; there,
where nobody else's service is running, the daemon takes the fixed path itself.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.support.needs import needs
from tests.support.ports import HeldPorts
from tests.support.waiting import wait_until

READER_NAME = "Doorstep Virtual Reader"

_LISTEN = "0A"  # TCP_LISTEN, as /proc/net/tcp has it

_DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")

_FIXED = Path("/run/pcscd")

# $0 folder of the socket, $1 folder with the reader file. A /run of its own also works where there
# is no /run/pcscd to mount over.
_IN_NAMESPACE = """
set -e
mount -t tmpfs tmpfs /mnt
mkdir /mnt/socket
mount --bind "$0" /mnt/socket
mount -t tmpfs tmpfs /run
mkdir /run/pcscd
mount --move /mnt/socket /run/pcscd
exec pcscd --foreground --config "$1"
"""


class PcscDaemon:
    """One private smart card service; `socket_path` belongs into PCSCLITE_CSOCK_NAME."""

    def __init__(self, folder: Path, *, has_namespace: bool = True) -> None:
        """Prepare a service that keeps its files in `folder`, which must have a short path."""
        # One reader entry listens on two neighbours.
        self._ports = HeldPorts(2, host="")
        self.card_port = self._ports.first
        self._has_namespace = has_namespace
        self._run = folder / "run" if has_namespace else _FIXED
        self._config = folder / "config"
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / "pcscd.log"
        for path in (self._run, self._config):
            path.mkdir(exist_ok=not has_namespace)
        (self._config / "vpcd").write_text(
            f'FRIENDLYNAME "{READER_NAME}"\n'
            f"DEVICENAME /dev/null:{self.card_port:#x}\n"
            f"LIBPATH {_DRIVER}\n"
            f"CHANNELID {self.card_port:#x}\n"
        )

    @property
    def socket_path(self) -> Path:
        """Where programs reach this service."""
        return self._run / "pcscd.comm"

    def start(self) -> None:
        """Start the service and wait until it can be reached."""
        unshare = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "-rm"]
        command = [*unshare, "sh", "-c", _IN_NAMESPACE, str(self._run), str(self._config)]
        if not self._has_namespace:
            command = ["pcscd", "--foreground", "--config", str(self._config)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_until(self._is_reachable, timeout_s=20, what="pcscd")
        wait_until(self._takes_cards, timeout_s=20, what="the virtual reader")

    def kill(self) -> None:
        """End the service the hard way, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """End it for good."""
        self.kill()
        self._ports.close()

    def _is_reachable(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"pcscd ended: {self._log.read_text(errors='replace')}")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            return line.connect_ex(str(self.socket_path)) == 0

    def _takes_cards(self) -> bool:
        """Look for the driver's listening port without connecting: a connection would be a card."""
        lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
        sockets = [line.split()[1:4] for line in lines]
        return any(
            local.endswith(f":{self.card_port:04X}") and state == _LISTEN
            for local, _, state in sockets
        )


@contextlib.contextmanager
def pcsc_daemon() -> Iterator[PcscDaemon]:
    """Yield a running private pcscd; skips where the machine can't have one."""
    needs(shutil.which("pcscd"), "pcscd is not installed")
    needs(_DRIVER.exists(), "vsmartcard-vpcd, the virtual card reader, is not installed")
    has_namespace = _can_have_namespaces()
    needs(has_namespace or _is_path_ours(), "mount namespaces are not allowed here")
    # Not under pytest's tmp_path: a socket's path has at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="pcsc-", dir="/tmp"))
    daemon = PcscDaemon(folder, has_namespace=has_namespace)
    try:
        daemon.start()
        yield daemon
    finally:
        daemon.close()
        shutil.rmtree(folder, ignore_errors=True)


def _can_have_namespaces() -> bool:
    flags = "--mount" if os.geteuid() == 0 else "-rm"
    command = ["unshare", flags, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _is_path_ours() -> bool:
    """Tell whether the fixed path can be taken without disturbing a running service."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        return os.geteuid() == 0 and line.connect_ex(str(_FIXED / "pcscd.comm")) != 0
