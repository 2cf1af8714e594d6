"""Office printers that are none: CUPS's own IPP printer simulator, and a private CUPS before it.

The simulator is `ippeveprinter`, which wants D-Bus and Avahi even with its announcements off: both
run here for it alone, on loopback. Its print command plays the faults and keeps what was printed.
"""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from printing.ipp_client import Address
from tests.support.needs import needs
from tests.support.ports import HeldPorts
from tests.support.waiting import wait_until

PROGRAMS = ("ippeveprinter", "ipptool", "cupsd", "lpadmin", "avahi-daemon", "dbus-daemon")
QUEUE = "A4"
EMPTY = "media-empty-error"
JAM = "media-jam-error"
COVER = "cover-open-error"
SLOW = "media-low-report"
"""No reason to stop: the sheet is on its way for as long as it is there."""

_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={folder}/bus</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/><allow user="*"/></policy></busconfig>
"""
_AVAHI = """[server]
host-name=doorstep-test
allow-interfaces=lo
use-ipv6=no
enable-dbus=yes
[wide-area]
enable-wide-area=no
[publish]
publish-hinfo=no
publish-workstation=no
"""
# Runs for each document: waits while there is a fault, then the sheet is out. A cancelled job is
# let go of, unless the printer is one that does not; what stopped it still does.
_PRINT = """#!/bin/sh
folder="{folder}"
echo begun >> "$folder/begun"
while [ -s "$folder/fault" ]; do
    read -r fault < "$folder/fault"
    [ "$fault" = "$last" ] || echo "STATE: +$fault" >&2
    last=$fault
    if [ ! -e "$folder/stubborn" ] && ipptool -q -d "id=$IPP_JOB_ID" \\
        "ipp://127.0.0.1:{port}/ipp/print" "$folder/cancelled.test" > "$folder/ipptool"; then
        touch "$folder/left"
        exit 1
    fi
    sleep 0.05
done
[ -z "$last" ] || echo "STATE: -$last" >&2
cat "$1" > "$folder/out/$$.part" && mv "$folder/out/$$.part" "$folder/out/$$.out"
"""
_CANCELLED = """{
OPERATION Get-Job-Attributes
GROUP operation-attributes-tag
ATTR charset attributes-charset utf-8
ATTR language attributes-natural-language en
ATTR uri printer-uri $uri
ATTR integer job-id $id
STATUS successful-ok
EXPECT job-state-reasons WITH-VALUE "/processing-to-stop-point|canceled/"
}
"""
_MODEL = ("-m", "everywhere")
_CUPSD = """LogLevel debug
Listen 127.0.0.1:{port}
Listen {folder}/cups.sock
Browsing Off
WebInterface No
DefaultAuthType None
PreserveJobHistory Yes
PreserveJobFiles No
JobRetryInterval 1
<Location />
Order allow,deny
Allow localhost
</Location>
<Policy default>
JobPrivateAccess default
JobPrivateValues none
<Limit All>
Order deny,allow
Allow localhost
</Limit>
</Policy>
"""
_CUPS_FILES = """ServerRoot {folder}/etc
RequestRoot {folder}/spool
StateDir {folder}/state
CacheDir {folder}/cache
AccessLog {folder}/access_log
ErrorLog {folder}/error_log
PageLog {folder}/page_log
SystemGroup root
User {user}
Group {user}
Sandboxing relaxed
"""


@dataclass
class Started:
    """Programs that were started here, and are ended here."""

    folder: Path
    environment: dict[str, str]
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _ports: list[HeldPorts] = field(default_factory=list)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a program; what it says goes to a file beside it."""
        with (self.folder / f"{Path(command[0]).name}.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._running.append(process)
        return process

    def a_port(self) -> int:
        """Return a port that is nobody else's until `close`."""
        held = HeldPorts()
        self._ports.append(held)
        return held.first

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """End a program and whatever it started."""
        if process in self._running:
            self._running.remove(process)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def close(self) -> None:
        """End all, the last started first."""
        for process in reversed(self._running[:]):
            self.end(process)
        for held in self._ports:
            held.close()


class SimulatedOfficePrinter:
    """An IPP printer on loopback whose faults are played by its print command."""

    def __init__(
        self, programs: Started, formats: str = "application/pdf,image/pwg-raster"
    ) -> None:
        """Start it; it takes these formats."""
        self._programs = programs
        self._formats = formats
        self.folder = Path(tempfile.mkdtemp(prefix="printer-", dir=programs.folder))
        (self.folder / "out").mkdir()
        self._command = self.folder / "print"
        self.port = programs.a_port()
        self._command.write_text(_PRINT.format(folder=self.folder, port=self.port))
        self._command.chmod(0o755)
        (self.folder / "cancelled.test").write_text(_CANCELLED)
        self.plug_in()

    @property
    def _keys(self) -> Path:
        return self.folder / "keys"

    @property
    def certificate(self) -> str:
        """SHA-256 of the certificate that it shows: it signed it itself."""
        pem = ssl.get_server_certificate(("127.0.0.1", self.port), timeout=20)
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()

    @property
    def address(self) -> Address:
        """Where it is asked."""
        uri = f"ipp://127.0.0.1:{self.port}/ipp/print"
        return Address(uri, "127.0.0.1", self.port, "/ipp/print")

    def plug_in(self) -> None:
        """Switch it on, with paper in it."""
        self._is_empty = False
        self._keys.mkdir(exist_ok=True)  # else it makes some for the whole machine
        (self.folder / "left").unlink(missing_ok=True)
        spool = self.folder / "spool"
        spool.mkdir(exist_ok=True)
        self._process = self._programs.start(
            *("ippeveprinter", "-p", str(self.port), "-r", "off", "-n", "localhost"),
            *("-K", str(self._keys), "-d", str(spool)),
            *("-c", str(self._command), "-f", self._formats),
            "Doorstep Test",
        )
        wait_until(self._is_reachable, timeout_s=20, what="the simulated printer")

    def unplug(self) -> None:
        """Pull its plug."""
        self._programs.end(self._process)

    def suffer(self, fault: str, *, is_stubborn: bool = False) -> None:
        """Have a reason stop the next documents, and the one that is being printed.

        Args:
            fault: A reason as IPP names it.
            is_stubborn: Whether a cancelled job stays in it, and is printed once it is mended.
        """
        stubborn = self.folder / "stubborn"
        stubborn.touch() if is_stubborn else stubborn.unlink(missing_ok=True)
        path = self.folder / "fault.new"
        path.write_text(f"{fault}\n")
        path.replace(self.folder / "fault")

    def mend(self) -> None:
        """Undo `suffer` and `take_paper_out`."""
        (self.folder / "fault").unlink(missing_ok=True)
        is_stopped = self._is_empty or (self.folder / "left").exists()
        if is_stopped and self.is_plugged_in:  # it does not notice paper that is put in
            self.unplug()
            self.plug_in()

    def take_paper_out(self) -> None:
        """Empty the tray: it says so before any job."""
        self._is_empty = True
        query = "size1=iso_a4_210x297mm&type1=stationery&level1=0"
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/media?{query}", timeout=10):
            pass

    def fill_only_by_pass(self) -> None:
        """Empty the main tray, which is its default, and lay A4 into the other one."""
        self._is_empty = True
        main = "size1=na_letter_8.5x11in&type1=stationery&level1=0"
        query = f"{main}&size3=iso_a4_210x297mm&type3=stationery&level3=25"
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/media?{query}", timeout=10):
            pass

    @property
    def sheets(self) -> list[bytes]:
        """What came out."""
        paths = sorted((self.folder / "out").glob("*.out"), key=lambda it: it.stat().st_mtime_ns)
        return [path.read_bytes() for path in paths]

    @property
    def begun(self) -> int:
        """How many documents have reached the print command."""
        path = self.folder / "begun"
        return len(path.read_text().splitlines()) if path.exists() else 0

    def await_begun(self, times: int) -> None:
        """Wait until so many documents have reached the print command."""
        wait_until(lambda: self.begun >= times, 20, "a document at the print command")

    @property
    def is_plugged_in(self) -> bool:
        """Say whether it runs."""
        return self._process.poll() is None

    def _is_reachable(self) -> bool:
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", self.port)) == 0


class PrivateCups:
    """A CUPS of its own, with one queue or none."""

    def __init__(self, programs: Started, device_uri: str = "") -> None:
        """Start it, and make the queue for a device, if one is named."""
        self._programs = programs
        self.folder = folder = Path(tempfile.mkdtemp(prefix="cups-", dir=programs.folder))
        for name in ("etc", "spool", "spool/tmp", "state", "cache"):
            (folder / name).mkdir()
        # CUPS gives up root by itself, and does not start where it can't.
        user = "lp" if os.geteuid() == 0 else getpass.getuser()
        for path in (folder, programs.folder):
            path.chmod(0o755)
        self.port = programs.a_port()
        (folder / "cupsd.conf").write_text(_CUPSD.format(folder=folder, port=self.port))
        (folder / "cups-files.conf").write_text(_CUPS_FILES.format(folder=folder, user=user))
        self._process = programs.start(
            *("cupsd", "-f", "-c", str(folder / "cupsd.conf")),
            *("-s", str(folder / "cups-files.conf")),
        )
        wait_until((folder / "cups.sock").exists, timeout_s=20, what="CUPS")
        if not device_uri:
            return
        self.run("lpadmin", "-p", QUEUE, "-E", "-v", device_uri.replace("http:", "ipp:"), *_MODEL)
        # CUPS asks the printer what it can do on a thread of its own, and then opens the queue.
        description = folder / "etc" / "ppd" / f"{QUEUE}.ppd"
        wait_until(description.exists, timeout_s=20, what="the queue's description")
        if device_uri.startswith("http:"):
            self.run("lpadmin", "-p", QUEUE, "-v", device_uri)

    @property
    def address(self) -> Address:
        """Where the queue is asked: as it would be on a kiosk, through the socket."""
        return self.address_of(QUEUE)

    def address_of(self, queue: str) -> Address:
        """Return where a queue is asked."""
        path = f"/printers/{queue}"
        return Address(f"ipp://localhost{path}", "localhost", 631, path, self.folder / "cups.sock")

    def add_queue(self, queue: str, device_uri: str) -> None:
        """Make one that hands every document on as it is."""
        self.run("lpadmin", "-p", queue, "-E", "-v", device_uri, "-m", "raw")

    @property
    def spooled(self) -> list[Path]:
        """Documents that lie in its spool."""
        return [path for path in (self.folder / "spool").rglob("d*") if path.is_file()]

    def close(self) -> None:
        """End it."""
        self._programs.end(self._process)

    def run(self, *command: str) -> None:
        """Run one of CUPS's commands on it."""
        environment = self._programs.environment | {"CUPS_SERVER": str(self.folder / "cups.sock")}
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)


def has_programs() -> bool:
    """Say whether this machine has CUPS and what its simulator needs."""
    return all(shutil.which(program, path=_path()) for program in PROGRAMS)


@contextlib.contextmanager
def office_programs() -> Iterator[Started]:
    """Run what office printers need here, for as long as the block lasts."""
    for program in PROGRAMS:
        needs(shutil.which(program, path=_path()), f"{program} is not installed")
    # Not under pytest's tmp_path: a socket's path has at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="office-", dir="/tmp"))
    bus = f"unix:path={folder}/bus"
    environment = os.environ | {"PATH": _path(), "DBUS_SYSTEM_BUS_ADDRESS": bus, "LC_ALL": "C"}
    programs = Started(folder, environment)
    try:
        (folder / "bus.conf").write_text(_BUS.format(folder=folder))
        programs.start("dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork")
        wait_until((folder / "bus").exists, timeout_s=20, what="the message bus")
        (folder / "avahi.conf").write_text(_AVAHI)
        programs.start(
            *("avahi-daemon", "-f", str(folder / "avahi.conf"), "--no-drop-root"),
            *("--no-chroot", "--no-rlimits", "--no-proc-title"),
        )
        yield programs
    finally:
        programs.close()
        shutil.rmtree(folder, ignore_errors=True)


def _path() -> str:
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
