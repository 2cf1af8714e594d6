"""The real platform in a process of its own on loopback, to be stopped, killed, started again.

with running_platform(tmp_path / "central") as central:
    client = KioskClient.enrolled(central)
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from central.enrolment import create_code
from central.platform import open_platform
from tests.support.ports import HeldPorts
from tests.support.waiting import wait_until

ROOT = Path(__file__).parents[2]
START_TIMEOUT_S = 60.0


@dataclass
class CentralServer:
    """A platform with its data folder; started again it has the same address."""

    data: Path
    options: Sequence[str] = ()
    scheme: str = "http"
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """The address, without a slash at the end."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def admin_password(self) -> str:
        """The password of the office pages."""
        return (self.data / "admin-password").read_text().strip()

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        assert self.process is None, "it is running"
        self.data.mkdir(parents=True, exist_ok=True)
        port_file = self.data / "port"
        port_file.unlink(missing_ok=True)
        command = [sys.executable, "-m", "central.cli", "run", "--data", str(self.data)]
        command += ["--port", str(self.port), "--port-file", str(port_file), "--stop-with-stdin"]
        with (self.data / "out.log").open("ab") as log:
            process = subprocess.Popen(
                [*command, *self.options],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.process = process
        wait_until(
            lambda: port_file.exists() or process.poll() is not None,
            START_TIMEOUT_S,
            "the platform to start",
        )
        assert port_file.exists(), (self.data / "out.log").read_text()
        self.port = int(port_file.read_text())

    def stop(self) -> None:
        """End it as a service manager does; the address stays."""
        self._end(hard=False)

    def kill(self) -> None:
        """End it as a power cut does."""
        self._end(hard=True)

    def enrolment_code(self, site: str = "Lakeside office", phone: str = "555 0100") -> str:
        """Return a fresh one-time code, as the office would read it out."""
        platform = open_platform(self.data)
        code = create_code(platform, site, phone)
        platform.database.close()
        return str(code)

    def _end(self, *, hard: bool) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        if hard:
            process.kill()
        else:
            process.terminate()
        assert process.stdin is not None, "it was started with a pipe"
        process.stdin.close()
        process.wait(30)


@contextmanager
def running_platform(data: Path, *options: str, scheme: str = "http") -> Iterator[CentralServer]:
    """Run a platform whose data lies in `data`, with further options of `central run`."""
    port = HeldPorts()
    server = CentralServer(data, options, scheme, port.first)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        port.close()
