"""Serial lines by the USB device behind them: a re-plugged reader is found under its new path.

A device is named by vendor and product, as `lsusb` prints them (`1a86:7523`), and by its serial
number where two of a kind are plugged in (`1a86:7523:A50285BI`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from serial.tools import list_ports


class UsbPort(Protocol):
    """What pyserial tells of one line."""

    device: str
    vid: int | None
    pid: int | None
    serial_number: str | None


ListPorts = Callable[[], Iterable[UsbPort]]


class NoSuchLine(Exception):
    """No line, or more than one, is that device's; the words are for a technician."""


def line_of(usb_id: str, comports: ListPorts = list_ports.comports) -> str:
    """Return the path of the serial line that the USB device has now.

    Raises:
        NoSuchLine: it is not plugged in, or two of a kind are.
    """
    vendor, product, serial = [*usb_id.lower().split(":"), ""][:3]
    found = [
        port
        for port in comports()
        if port.vid is not None
        and port.pid is not None
        and (f"{port.vid:04x}", f"{port.pid:04x}") == (vendor, product)
        and serial in ("", (port.serial_number or "").lower())
    ]
    match found:
        case [port]:
            return port.device
        case []:
            raise NoSuchLine(f"No serial line belongs to the USB device {usb_id}.")
        case _:
            paths = ", ".join(sorted(port.device for port in found))
            raise NoSuchLine(f"Several lines belong to USB devices {usb_id}: {paths}.")
