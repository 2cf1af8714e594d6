"""The settings file: what can be set, how it is read, and how it is told.

`tables` and `machines` declare every option once, with type, default, unit, allowed values and a
sentence; `loading` reads a file against these declarations and names what is wrong in it;
`reference` makes the manual, the example file and the list of what is in force out of them. Nothing
here knows what an option is used for, and the environment changes nothing.
"""

from kiosk.settings.choices import (
    CameraKind,
    CardReaderKind,
    DocumentCameraKind,
    FaceMatcherKind,
    LogLevel,
    OfficePrinterKind,
    Orientation,
    PrinterKind,
    SpeakerKind,
)
from kiosk.settings.face_matcher import FaceMatcherSettings
from kiosk.settings.loading import load_settings, parse_settings
from kiosk.settings.machines import (
    CameraSettings,
    CardReaderSettings,
    DocumentCameraSettings,
    OfficePrinterSettings,
    PrinterSettings,
    SpeakerSettings,
)
from kiosk.settings.photo_quality import PhotoQualitySettings
from kiosk.settings.reference import example, in_force, settings_reference
from kiosk.settings.tables import (
    CourierSettings,
    KioskSettings,
    LogSettings,
    PlatformSettings,
    ScreenSettings,
    Settings,
    SiteSettings,
    StorageSettings,
    VisitSettings,
)

__all__ = [
    "CameraKind",
    "CameraSettings",
    "CardReaderKind",
    "CardReaderSettings",
    "CourierSettings",
    "DocumentCameraKind",
    "DocumentCameraSettings",
    "FaceMatcherKind",
    "FaceMatcherSettings",
    "KioskSettings",
    "LogLevel",
    "LogSettings",
    "OfficePrinterKind",
    "OfficePrinterSettings",
    "Orientation",
    "PhotoQualitySettings",
    "PlatformSettings",
    "PrinterKind",
    "PrinterSettings",
    "ScreenSettings",
    "Settings",
    "SiteSettings",
    "SpeakerKind",
    "SpeakerSettings",
    "StorageSettings",
    "VisitSettings",
    "example",
    "in_force",
    "load_settings",
    "parse_settings",
    "settings_reference",
]
