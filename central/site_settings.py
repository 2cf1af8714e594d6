"""Settings for the kiosks of a site, read from a file as `kiosk.toml` spells them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

from sqlalchemy import select

from central.keysets import may_sign
from central.platform import Platform, newest_version, store_document
from central.tables import ChangeRow, SiteRow
from kiosk.envelope import canonical
from sync.protocol import DocumentType, SettingsChange, change_to_json, sign_document
from sync.protocol.site_settings import (
    MOST_CHARS,
    MOST_SETTINGS,
    SettingValue,
    settings_payload,
)

NOT_ALLOWED = (
    "the keyset in force does not let this platform sign settings: put a new one in force"
    " (central rotate-keys)"
)


@dataclass(frozen=True, slots=True)
class Given:
    """What was given to a site."""

    version: int
    names: tuple[str, ...]


def give_settings(platform: Platform, site_name: str, text: str) -> Given | str:
    """Give a site these settings in place of those before; or say why not.

    Which of them may be set from afar, and within which bounds, each kiosk checks.
    """
    values = _read(text)
    if isinstance(values, str):
        return values
    if not may_sign(platform, DocumentType.SETTINGS):
        return NOT_ALLOWED
    with platform.database.writing() as session:
        site = session.scalar(select(SiteRow).where(SiteRow.name == site_name))
        if site is None:
            return f"there is no site {site_name!r}"
        last = newest_version(session, DocumentType.SETTINGS, site.site_id)
        version = max(last + 1, int(platform.now().timestamp()))
        document = sign_document(
            DocumentType.SETTINGS,
            settings_payload(version, site.site_id, values),
            platform.keys.signing_key.kid,
            platform.keys.signing.sign,
        )
        store_document(session, DocumentType.SETTINGS, site.site_id, version, document)
        body = canonical(change_to_json(SettingsChange(document))).decode()
        session.add(ChangeRow(kiosk="", site_id=site.site_id, body=body))
    return Given(version, tuple(sorted(values)))


def _read(text: str) -> dict[str, SettingValue] | str:
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return f"it is no TOML: {error}"
    values: dict[str, SettingValue] = {}
    for table, options in told.items():
        if not isinstance(options, dict):
            return f"{table} stands in no table"
        for option, given in options.items():
            # What is signed has whole numbers only.
            is_whole = isinstance(given, float) and given.is_integer()
            value = int(given) if is_whole else given
            if not isinstance(value, str | int) or len(str(value)) > MOST_CHARS:
                return f"{table}.{option} is no text, whole number or truth value"
            values[f"{table}.{option}"] = value
    return values if len(values) <= MOST_SETTINGS else f"more than {MOST_SETTINGS} settings"
