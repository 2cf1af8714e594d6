"""The services that the office gives to all kiosks: what is signed of them, and their package.

Pure. The signed document names a package by its hash; the package is fetched piece by piece. A
version only rises: what was there before comes back as a new version.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.envelope import Json
from sync.protocol.reading import BadAnswer, Fields, Refused, read
from sync.protocol.trust import (
    DocumentType,
    Keyset,
    SignedDocument,
    parse_payload,
    verify_signed,
)

MAX_PACKAGE_BYTES = 16 * 2**20
MAX_SERVICES = 200
PIECE_BYTES = 256 * 2**10
"""How much of a package one answer brings at most."""
_SERVICE_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Release:
    """A catalogue that the office gave out: its version, what people call it, and its package."""

    version: int
    name: str
    sha256: bytes
    size: int
    document: SignedDocument = field(repr=False)


def catalogue_payload(version: int, name: str, sha256: bytes, size: int) -> dict[str, Json]:
    """Return what is signed to give out a package."""
    return {"version": version, "name": name, "sha256": sha256.hex(), "size": size}


def catalogue_version(document: SignedDocument) -> int:
    """Return the version that a release claims, whoever signed it; 0 if it claims none."""
    release = read_release(document)
    return 0 if isinstance(release, BadAnswer) else release.version


def accept_catalogue(document: SignedDocument, keyset: Keyset) -> Release | BadAnswer:
    """Return the release if a key of the keyset signed it."""
    return verify_signed(document, keyset, DocumentType.CATALOGUE, lambda it: _read(it, document))


def read_release(document: SignedDocument) -> Release | BadAnswer:
    """Return what a release says; who signed it is for the caller to check."""
    return parse_payload(document, DocumentType.CATALOGUE, lambda it: _read(it, document))


def pack_services(services: Mapping[str, str]) -> bytes:
    """Return the package of compiled services, by their ids."""
    told = {"services": dict(services)}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def unpack_services(package: bytes) -> dict[str, str] | BadAnswer:
    """Return the compiled services of a package by their ids, each fit to be a folder's name.

    What is in them is for who loads them to check.
    """
    if len(package) > MAX_PACKAGE_BYTES:
        return BadAnswer("the package is too large")
    try:
        told = json.loads(package)
    except (ValueError, RecursionError):
        return BadAnswer("the package is no JSON")

    def reader(fields: Fields) -> dict[str, str]:
        services = fields.raw("services")
        if not isinstance(services, dict) or not 0 < len(services) <= MAX_SERVICES:
            raise Refused("the package holds no services")
        for name, text in services.items():
            if not _SERVICE_ID.fullmatch(name) or not isinstance(text, str):
                raise Refused("a service of the package has no name, or no text")
        return services

    return read(told, reader)


def _read(fields: Fields, document: SignedDocument) -> Release:
    return Release(
        fields.whole("version", least=1),
        fields.text("name", most=100),
        fields.hash("sha256"),
        fields.whole("size", least=1, most=MAX_PACKAGE_BYTES),
        document,
    )
