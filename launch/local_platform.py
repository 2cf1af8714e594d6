"""A platform on this machine for demo, practice and rehearsal: the real program, started and
stopped as a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from kiosk.errors import PlatformError

START_TIMEOUT_S = 60.0
_POLL_S = 0.02


@dataclass(frozen=True, slots=True)
class LocalPlatform:
    """A running platform and where its data lie."""

    url: str
    folder: Path
    log: Path

    @property
    def office(self) -> str:
        """The address of its pages."""
        return f"{self.url}/office/"

    @property
    def password(self) -> str:
        """The password of its pages."""
        return (self.folder / "admin-password").read_text(encoding="utf-8").strip()

    def enrolment_code(self, site: str, phone: str) -> str:
        """Make a one-time code.

        Raises:
            PlatformError: It could not be made.
        """
        return self._run("enrolment-code", "--site", site, "--phone", phone)

    def add_volunteer(self, site: str, phone: str, name: str, pin: str) -> None:
        """Put a volunteer with a PIN on the staff list of a site.

        Raises:
            PlatformError: It could not be done.
        """
        arguments = ("--site", site, "--phone", phone, "--name", name)
        self._run("add-volunteer", *arguments, said=pin + "\n")

    def _run(self, command: str, *arguments: str, said: str = "") -> str:
        done = subprocess.run(  # noqa: S603 - our own program
            [*_CENTRAL, command, "--data", str(self.folder), *arguments],
            input=said,
            capture_output=True,
            text=True,
            check=False,
            timeout=START_TIMEOUT_S,
        )
        if done.returncode != 0:
            raise PlatformError(f"`central {command}` failed: {done.stderr.strip()[-300:]}")
        return done.stdout.strip()


_CENTRAL = (sys.executable, "-m", "central.cli")


@contextmanager
def local_platform(folder: Path) -> Iterator[LocalPlatform]:
    """Run a platform on a free port of this machine for as long as the block lasts.

    Raises:
        PlatformError: It does not start.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    port_file, log = folder / "port", folder / "platform.log"
    port_file.unlink(missing_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [
                *_CENTRAL,
                "run",
                "--data",
                str(folder),
                "--port",
                "0",
                "--port-file",
                str(port_file),
                "--stop-with-stdin",
            ],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
        )
        try:
            port = _await_port(process, port_file, log)
            yield LocalPlatform(f"http://127.0.0.1:{port}", folder, log)
        finally:
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await_port(process: subprocess.Popen[bytes], port_file: Path, log: Path) -> int:
    pause = Event()
    for _ in range(int(START_TIMEOUT_S / _POLL_S)):
        if port_file.exists():
            return int(port_file.read_text(encoding="ascii"))
        if process.poll() is not None:
            break
        pause.wait(_POLL_S)
    last = log.read_text(encoding="utf-8", errors="replace").strip()[-300:]
    raise PlatformError(f"The platform does not start: {last}", f"Read {log}.")
