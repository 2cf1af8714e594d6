"""Fetching the catalogue that the office gave out: piece by piece, checked whole, laid ready.

Comes after everything that is to be sent. A broken or interrupted transfer goes on or begins anew;
what can't be used is refused with a sentence for the technician, and the one before stays.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path

from kiosk.flow.world import Room
from kiosk.store import catalogues, facts
from kiosk.store.engine import Database
from kiosk.store.room import Levels, glance
from sync.answers import Failed, Failure
from sync.platform import Platform
from sync.protocol import (
    BadAnswer,
    Keyset,
    SignedDocument,
    accept_catalogue,
    catalogue_version,
    read_bytes,
    read_signed,
    unpack_services,
)
from sync.protocol.catalogue import Release, read_release

CATALOGUE_VERSION = "catalogue_version"
WANTED = "catalogue_wanted"
"""The signed release whose package is still to be fetched; "" when there is none."""

_log = logging.getLogger(__name__)


def take_release(db: Database, document: SignedDocument, keyset: Keyset) -> None:
    """Remember a release that is to be fetched, if it is signed and newer than all before."""
    at_least = int(facts.get(db, CATALOGUE_VERSION) or "0")
    if (claimed := catalogue_version(document)) <= at_least:
        _log.info("CATALOGUE_OLD version=%d known=%d", claimed, at_least)
        return
    release = accept_catalogue(document, keyset)
    if isinstance(release, BadAnswer):
        _log.error("CATALOGUE_NOT_TAKEN why=%s", release.why)
        return
    facts.put(db, WANTED, json.dumps(document.to_json(), ensure_ascii=False))
    facts.put(db, CATALOGUE_VERSION, str(release.version))


@dataclass(slots=True)
class CatalogueFeed:
    """Fetches once whatever is wanted; made anew for every round."""

    db: Database
    state_folder: Path
    kiosk: str
    platform: Platform
    levels: Levels

    def fetch(self) -> Failed | None:
        """Go on with the package that is wanted; None when there is nothing more to ask for now."""
        release = self._wanted()
        if release is None or glance(self.state_folder, self.levels) is not Room.PLENTY:
            return None
        try:
            return self._fetch(release)
        except OSError as error:
            _log.error("CATALOGUE_NOT_STORED errno=%s", error.errno)
            return None

    def _wanted(self) -> Release | None:
        told = facts.get(self.db, WANTED)
        document = read_bytes(told.encode(), read_signed) if told else None
        if document is None or isinstance(document, BadAnswer):
            return None
        release = read_release(document)
        return None if isinstance(release, BadAnswer) else release

    def _fetch(self, release: Release) -> Failed | None:
        part = self._part(release)
        with part.open("ab") as file:
            have = file.tell()
            while have < release.size:
                piece = self.platform.catalogue_piece(self.kiosk, release.sha256, have)
                if isinstance(piece, Failed):
                    if piece.kind is not Failure.GONE:
                        return piece
                    _log.error("CATALOGUE_NOT_THERE version=%d", release.version)
                    return None
                if not piece:
                    break
                file.write(piece)
                have += len(piece)
        package = part.read_bytes() if have == release.size else b""
        if hashlib.sha256(package).digest() != release.sha256:
            part.unlink()
            _log.error("CATALOGUE_DAMAGED version=%d", release.version)
            return None
        self._stage(release, package)
        part.unlink()
        return None

    def _part(self, release: Release) -> Path:
        """Return where the package grows; what is left of another one is thrown away."""
        folder = catalogues.folder_of(self.state_folder)
        folder.mkdir(mode=0o700, exist_ok=True)
        part = folder / f"{release.sha256.hex()}.part"
        for other in folder.glob("*.part"):
            if other != part:
                other.unlink()
        return part

    def _stage(self, release: Release, package: bytes) -> None:
        services = unpack_services(package)
        if isinstance(services, BadAnswer):
            why = services.why
            catalogues.refuse(self.state_folder, release.version, why)
        else:
            why = catalogues.stage(self.state_folder, release.version, services)
        facts.put(self.db, WANTED, "")
        if why:
            _log.error("CATALOGUE_REFUSED version=%d why=%s", release.version, why)
        else:
            _log.info("CATALOGUE_READY version=%d from the next start on", release.version)
