"""Passive authentication (Doc 9303-11, 5.1): whether what was read is what a state signed.

openssl's own program verifies: it takes all certificates that states publish, the library at hand
five in six (docs/decisions/0048). It is given public bytes only, on its standard input.
"""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from devices.card_reader.travel import security_object
from devices.card_reader.travel.trouble import Malformed, TravelTrouble

_OPENSSL = "openssl"
_LIMIT_S = 3.0
_LONGEST_CERTIFICATE = 1 << 16
_SUFFIXES = frozenset({".pem", ".crt", ".cer", ".der"})
_PEM_BEGIN = b"-----BEGIN CERTIFICATE-----"


class Authenticity(StrEnum):
    """How sure it is that a state wrote what the chip said; it travels with the person."""

    PROVEN = "proven"
    SIGNED_BY_UNKNOWN = "signed_by_unknown"
    BROKEN = "broken"
    NOT_CHECKED = "not_checked"

    @property
    def sentence(self) -> str:
        """What it means, for a technician."""
        return {
            Authenticity.PROVEN: "What the chip says is signed by a state whose certificate"
            " this machine has.",
            Authenticity.SIGNED_BY_UNKNOWN: "What the chip says is as it was signed, but this"
            " machine does not have the certificate of the state that signed it.",
            Authenticity.BROKEN: "What the chip says is not what was signed; the document can't"
            " be verified.",
            Authenticity.NOT_CHECKED: "Nothing was verified: the chip has no signature that could"
            " be read, or openssl is not there.",
        }[self]


@dataclass
class Authorities:
    """The certificates of states (CSCA), a folder of PEM and DER files; None: there are none.

    The folder is read again when a file in it changes.
    """

    folder: Path | None
    _pem: bytes = field(default=b"", repr=False)
    _seen: tuple[tuple[str, int, int], ...] = ()

    def pem(self) -> bytes:
        """Return all certificates behind each other, empty when there are none."""
        files = self._files()
        seen = tuple((it.name, it.stat().st_mtime_ns, it.stat().st_size) for it in files)
        if seen != self._seen:
            self._pem = b"\n".join(_as_pem(it.read_bytes()) for it in files)
            self._seen = seen
        return self._pem

    def _files(self) -> list[Path]:
        if self.folder is None or not self.folder.is_dir():
            return []
        return sorted(it for it in self.folder.iterdir() if it.suffix.lower() in _SUFFIXES)


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signature is worth by itself, and which hashes it is over."""

    worth: Authenticity
    hashes: security_object.SignedHashes | None = None

    def over(self, groups: Mapping[int, bytes]) -> Authenticity:
        """Say whether these data groups, by number and whole, are what a state signed."""
        if self.hashes is not None and not self.hashes.vouch_for(groups):
            return Authenticity.BROKEN
        return self.worth


def signature_of(sod: bytes | None, authorities: Authorities) -> Signature:
    """Look at EF.SOD, None when the chip has none.

    It needs no data group, so it can be looked at while the longest of them is still on the line.
    """
    if sod is None:
        return Signature(Authenticity.NOT_CHECKED)
    try:
        message = security_object.message(sod)
        content, signer = _verified(message)
        if content is None:
            return Signature(Authenticity.BROKEN)
        hashes = security_object.signed_hashes(content)
        begins = security_object.first_day(signer)
    except Malformed:
        return Signature(Authenticity.BROKEN)
    except _NoProgram:
        return Signature(Authenticity.NOT_CHECKED)
    try:
        pem = authorities.pem()
        is_known = bool(pem) and _is_chained(message, pem, int(begins.timestamp()))
    except (OSError, _NoProgram):
        # The folder of certificates can't be read; the signature itself is good.
        is_known = False
    worth = Authenticity.PROVEN if is_known else Authenticity.SIGNED_BY_UNKNOWN
    return Signature(worth, hashes)


def proven_content(message: bytes, authorities: Authorities) -> bytes | None:
    """Return what a message says if a believed state's signer signed it, else None."""
    try:
        content, signer = _verified(message)
        pem = authorities.pem()
        if content is None or not pem:
            return None
        begins = security_object.first_day(signer)
        return content if _is_chained(message, pem, int(begins.timestamp())) else None
    except (Malformed, _NoProgram, OSError):
        return None


class _NoProgram(TravelTrouble):
    """openssl is not installed, or did not answer."""


def _verified(message: bytes) -> tuple[bytes | None, str]:
    """Return the signed content if the signature fits the certificate inside, and that certificate.

    Whose certificate that is remains open.
    """
    with _memory() as signer:
        content = _run(["-noverify", "-signer", _path(signer)], message, signer)
        os.lseek(signer, 0, os.SEEK_SET)
        return content, os.read(signer, _LONGEST_CERTIFICATE).decode("ascii", "replace")


def _is_chained(message: bytes, pem: bytes, at_s: int) -> bool:
    """Say whether one of these certificates signed the signer's, and was good at that time.

    Signing certificates end long before the documents that they signed: what counts is that the
    state's certificate was good when the signer's began.
    """
    trusted = ["-no-CApath", "-no-CAstore", "-purpose", "any", "-partial_chain"]
    with _memory() as authorities:
        os.write(authorities, pem)
        options = ["-CAfile", _path(authorities), *trusted, "-attime", str(at_s)]
        return _run(options, message, authorities) is not None


@contextmanager
def _memory() -> Iterator[int]:
    """Yield a file that no folder has, so that a killed worker leaves none behind."""
    handle = os.memfd_create("certificates")
    try:
        yield handle
    finally:
        os.close(handle)


def _path(handle: int) -> str:
    return f"/proc/self/fd/{handle}"


def _run(options: list[str], message: bytes, handle: int) -> bytes | None:
    command = [_OPENSSL, "cms", "-verify", "-inform", "DER", "-binary", *options]
    try:
        done = subprocess.run(  # noqa: S603 # fixed program, options of ours, input by pipe
            command,
            input=message,
            capture_output=True,
            timeout=_LIMIT_S,
            check=False,
            pass_fds=[handle],
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _NoProgram("openssl can't be asked") from error
    return done.stdout if done.returncode == 0 else None


def _as_pem(raw: bytes) -> bytes:
    if _PEM_BEGIN in raw:
        return raw
    body = base64.encodebytes(raw)
    return _PEM_BEGIN + b"\n" + body + b"-----END CERTIFICATE-----"
