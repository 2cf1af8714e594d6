"""Catalogues that the office gives to all kiosks: kept by their hash, told under signature."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from central.database import fsync_folder
from central.keysets import may_sign
from central.platform import Platform, newest_version, store_document
from central.tables import ChangeRow
from kiosk.envelope import canonical
from sync.protocol import (
    MAX_PACKAGE_BYTES,
    PIECE_BYTES,
    BadAnswer,
    CatalogueChange,
    DocumentType,
    catalogue_payload,
    change_to_json,
    pack_services,
    sign_document,
    unpack_services,
)

COMPILED = "compiled.json"
NOT_ALLOWED = (
    "the keyset in force does not let this platform sign catalogues: put a new one in force"
    " (central rotate-keys)"
)


@dataclass(frozen=True, slots=True)
class Published:
    """What was given out."""

    version: int
    services: tuple[str, ...]
    size: int


def publish_catalogue(platform: Platform, folder: Path, name: str) -> Published | str:
    """Give the compiled services in the folders below `folder` to all kiosks; or say why not.

    Kiosks check for themselves whether they can use them, and keep what they have if not.
    """
    services: dict[str, str] = {}
    try:
        for path in sorted(folder.glob(f"*/{COMPILED}")):
            services[path.parent.name] = path.read_text(encoding="utf-8")
            told = json.loads(services[path.parent.name])
            if not isinstance(told, dict):
                return f"{path.parent.name}/{COMPILED} is no compiled service"
    except (OSError, ValueError) as error:
        return f"{folder} can't be read ({type(error).__name__})"
    if not services:
        return f"there are no compiled services below {folder}: run `kiosk catalogue build` first"
    package = pack_services(services)
    if len(package) > MAX_PACKAGE_BYTES:
        return f"the services are larger than {MAX_PACKAGE_BYTES} bytes together"
    refusal = unpack_services(package)
    if isinstance(refusal, BadAnswer):
        return refusal.why
    if not may_sign(platform, DocumentType.CATALOGUE):
        return NOT_ALLOWED
    digest = hashlib.sha256(package)
    _keep(_file(platform, digest.hexdigest()), package)
    with platform.database.writing() as session:
        last = newest_version(session, DocumentType.CATALOGUE, "")
        version = max(last + 1, int(platform.now().timestamp()))
        document = sign_document(
            DocumentType.CATALOGUE,
            catalogue_payload(version, name, digest.digest(), len(package)),
            platform.keys.signing_key.kid,
            platform.keys.signing.sign,
        )
        store_document(session, DocumentType.CATALOGUE, "", version, document)
        body = canonical(change_to_json(CatalogueChange(document))).decode()
        session.add(ChangeRow(kiosk="", site_id="", body=body))
    return Published(version, tuple(services), len(package))


def piece_of(platform: Platform, sha256: str, offset: int) -> bytes | None:
    """Return a piece of a package from an offset on, empty at its end; None if there is none."""
    try:
        with _file(platform, sha256).open("rb") as file:
            file.seek(offset)
            return file.read(PIECE_BYTES)
    except FileNotFoundError:
        return None


def _file(platform: Platform, sha256: str) -> Path:
    return platform.data / "catalogues" / f"{sha256}.json"


def _keep(path: Path, package: bytes) -> None:
    """Make a package durable before anything names it."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    draft = path.with_suffix(".tmp")
    with draft.open("wb") as file:
        file.write(package)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    fsync_folder(path.parent)
    fsync_folder(path.parent.parent)
