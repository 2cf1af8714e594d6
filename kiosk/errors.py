"""What stops the kiosk from working at all.

    KioskError
      DeviceError    ReaderMissing E-CARD-01 · CameraMissing E-CAM-01 · PrinterMissing E-PRN-01
      StorageError   DiskFull E-DB-01 · DatabaseDamaged E-DB-02 · DatabaseTooNew E-DB-03 ·
      DatabaseLocked E-DB-04
      SettingsError  UnknownSetting E-SET-01 · BadSetting E-SET-02
      CatalogueError E-CAT-01
      EnrolmentError E-ENR-01
        NobodyToSealTo E-ENR-02
      PlatformError  E-NET-01
      ScreenMissing  E-SCR-01
      StickError     E-USB-01

Everything that can happen on an ordinary day (no card, blurred photo, paper out, platform
unreachable) is a returned
value instead, described in `kiosk.ports`. Whatever is neither is a bug.
"""

from __future__ import annotations

import errno
from typing import ClassVar

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
"""How the system says that a disk, or what one user may have of it, is used up."""


class KioskError(Exception):
    """Something the kiosk can't work without is not there; carries a code and one sentence of
    advice.
    """

    code: ClassVar[str] = "E-00"
    advice: ClassVar[str] = "Call the technician."

    def __init__(self, what: str, advice: str | None = None) -> None:
        """Keep `what` is wrong, in a sentence, and the `advice` that fits this case better than the
        class's own.
        """
        super().__init__(what)
        self.what = what
        self.next_step = advice if advice is not None else self.advice

    def __str__(self) -> str:
        """Return code, what is wrong and what to do, on one line."""
        return f"{self.code}: {self.what} {self.next_step}"


class DeviceError(KioskError):
    """A device can't be opened."""


class ReaderMissing(DeviceError):
    """The configured card reader is not there."""

    code = "E-CARD-01"
    advice = "Check the reader's cable and the [card_reader] settings."


class CameraMissing(DeviceError):
    """The configured camera is not there."""

    code = "E-CAM-01"
    advice = "Check the camera's cable and the [camera] settings."


class PrinterMissing(DeviceError):
    """The configured receipt printer is not there."""

    code = "E-PRN-01"
    advice = "Check that the printer is on, and the [printer] settings."


class StorageError(KioskError):
    """The store can't be opened or written."""

    code = "E-DB-00"


class DiskFull(StorageError):
    """There is no room left; nothing was stored."""

    code = "E-DB-01"
    advice = "Free space on the data disk, or send the queue by network or USB."


def storage_error(what: str, error: OSError, advice: str | None = None) -> StorageError:
    """Return what a refused file operation means: that the disk is full, or `what` with the
    system's reason.

    A disk without room refuses everything; who is told of a key file then looks at the wrong thing.

    Args:
        what: What could not be done, a sentence without its full stop.
        error: As the system raised it.
        advice: What to do if it is not room that is missing.
    """
    if error.errno in NO_ROOM:
        return DiskFull("The disk is full.")
    return StorageError(f"{what}: {error.strerror or error}.", advice)


class DatabaseDamaged(StorageError):
    """The database can't be read; the sealed files beside it are untouched."""

    code = "E-DB-02"
    advice = (
        "Don't delete anything: call the technician. Sealed applications are files of their own."
    )


class DatabaseTooNew(StorageError):
    """The database was written by a newer version of this program."""

    code = "E-DB-03"
    advice = "Install the newer version again."


class DatabaseLocked(StorageError):
    """Another program holds the database."""

    code = "E-DB-04"
    advice = "End the other kiosk program, then start again."


class SettingsError(KioskError):
    """The settings file can't be used as it stands."""

    code = "E-SET-00"


class UnknownSetting(SettingsError):
    """The settings file names an option that does not exist."""

    code = "E-SET-01"


class BadSetting(SettingsError):
    """A setting has a value it can't have."""

    code = "E-SET-02"


class CatalogueError(KioskError):
    """A service definition can't be used."""

    code = "E-CAT-01"
    advice = "Correct the workbook or the metadata file, then run `kiosk catalogue build` again."


class EnrolmentError(KioskError):
    """The kiosk could not be enrolled with the platform."""

    code = "E-ENR-01"
    advice = "Ask the office for a new one-time code and check the platform's address."


class NobodyToSealTo(EnrolmentError):
    """The platform revoked every key that applications were sealed to; nothing was stored."""

    code = "E-ENR-02"
    advice = (
        "Call the office: kiosks take applications again when there are new keys. What was taken in"
        " before is safe."
    )


class ScreenMissing(KioskError):
    """There is no screen to show a window on."""

    code = "E-SCR-01"
    advice = "Start it in a graphical session, or run `kiosk rehearse`, which needs none."


class PlatformError(KioskError):
    """The platform can't be trusted or started."""

    code = "E-NET-01"
    advice = "Check the platform's address and certificate in the [platform] settings."


class PaperRefused(KioskError):
    """There is nothing to print such a paper from, or nowhere to put it."""

    code = "E-PAPER-01"
    advice = "Check the number, or the service."


class StickError(KioskError):
    """A USB stick can't be written or read; nothing on the kiosk was changed by that."""

    code = "E-USB-01"
    advice = "Nothing is lost. Run it again, with another stick if this one stays bad."
