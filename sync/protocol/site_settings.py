"""Settings that the office gives for the kiosks of a site: signed, whole, of rising version.

Pure. What the names mean, and which of them may be set from afar, is for the kiosk to judge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from kiosk.envelope import Json
from sync.protocol.reading import BadAnswer, Fields, Refused
from sync.protocol.trust import (
    DocumentType,
    Keyset,
    SignedDocument,
    parse_payload,
    verify_signed,
)

SettingValue: TypeAlias = str | int | bool
MOST_SETTINGS = 100
MOST_CHARS = 200


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """All settings that the office gives for a site, by `table.option`; others it leaves alone."""

    version: int
    site: str
    values: Mapping[str, SettingValue]
    document: SignedDocument = field(repr=False)


def settings_payload(
    version: int, site: str, values: Mapping[str, SettingValue]
) -> dict[str, Json]:
    """Return what is signed to give a site these settings, and no others."""
    return {"version": version, "site": site, "values": dict(values)}


def settings_version(document: SignedDocument) -> int:
    """Return the version that settings claim, whoever signed them; 0 if they claim none."""
    version = parse_payload(document, DocumentType.SETTINGS, lambda fields: fields.whole("version"))
    return 0 if isinstance(version, BadAnswer) else version


def accept_settings(
    document: SignedDocument, keyset: Keyset, site: str
) -> SiteSettings | BadAnswer:
    """Return the settings if a key of the keyset signed them for this site."""

    def reader(fields: Fields) -> SiteSettings:
        return SiteSettings(
            fields.whole("version", least=1),
            fields.text("site", most=100),
            _values(fields.raw("values")),
            document,
        )

    told = verify_signed(document, keyset, DocumentType.SETTINGS, reader)
    if isinstance(told, SiteSettings) and told.site != site:
        return BadAnswer("the settings are for another site")
    return told


def _values(told: object) -> dict[str, SettingValue]:
    if not isinstance(told, dict) or len(told) > MOST_SETTINGS:
        raise Refused(f"values is no object of at most {MOST_SETTINGS}")
    read: dict[str, SettingValue] = {}
    for name, value in told.items():
        if not isinstance(value, str | int) or (isinstance(value, str) and len(value) > MOST_CHARS):
            raise Refused("a setting has a value that none can have")
        read[name] = value
    return read
