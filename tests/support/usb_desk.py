"""A SAM reader found by its USB device, whose line has another name at each plugging-in.

Neither a pty nor a container has a USB device behind it, so what pyserial would tell of the plugged
devices stands in a file: one path per line. All the rest is as it is: worker, adapter, line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devices.card_reader.hosted import handlers
from devices.card_reader.sam_serial import SamSerialReader
from devices.card_reader.worker_reader import WorkerCardReader
from devices.frames import PictureMemory
from devices.wire import Fields, JsonObject, Message
from devices.worker_child import Handler
from tests.support.sam_module import SamModule

USB_ID = "1a86:7523"


@dataclass
class PluggedIn:
    """What pyserial tells of one line."""

    device: str
    vid: int | None = 0x1A86
    pid: int | None = 0x7523
    serial_number: str | None = None


def sam_by_usb_id(config: JsonObject, _memory: PictureMemory | None) -> Mapping[str, Handler]:
    """Host the SAM reader that looks for its line by the USB device."""
    listed = Path(Fields(config).text("listed"))
    reader = SamSerialReader(
        usb_id=USB_ID,
        comports=lambda: map(PluggedIn, listed.read_text().splitlines()),
    )

    def identity(_arguments: JsonObject, timeout_s: float) -> Message:
        return Message({"identity": reader.identity(timeout_s)})

    return {**handlers(reader), "identity": identity}


class UsbDesk:
    """The hands that plug the device in and out."""

    def __init__(self, module: SamModule) -> None:
        """Begin with the module plugged in."""
        self.module = module
        self._listed = module.path.with_name("plugged-in")
        self._number = 0
        self._list(str(module.path))

    def reader(self) -> WorkerCardReader:
        """Return the kiosk's reader at this desk."""
        config = {"listed": str(self._listed)}
        return WorkerCardReader("tests.support.usb_desk:sam_by_usb_id", config)

    def unplug(self) -> None:
        """Take the device out: line and listing are gone."""
        self._list("")
        self.module.unplug()

    def plug_in(self) -> None:
        """Put it in again, in another socket: its line has another name."""
        self._number += 1
        path = self.module.path.with_name(f"ttyUSB{self._number}")
        self.module.pull()
        self.module.plug_in(path)
        self._list(str(path))

    def _list(self, line: str) -> None:
        new = self._listed.with_suffix(".new")
        new.write_text(line)
        new.replace(self._listed)
