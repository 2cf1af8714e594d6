"""HTTP message signatures (RFC 9421, Ed25519) over digests of the body (RFC 9530), for both sides.

No I/O. One profile: the signature covers method, authority, path and query, and those of
`content-digest`, `content-type`, `upload-offset`, `upload-complete` and `upload-length` that the
request has. The nonce is a counter that only rises. Scheme and full target are left out, since a
proxy that ends TLS changes them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)
from http_message_signatures.exceptions import HTTPMessageSignaturesException

TAG = "kiosk-v1"
LABEL = "kiosk"
DIGEST_HEADER = "Content-Digest"
MAX_SKEW = timedelta(hours=24)

_ALWAYS = ("@method", "@authority", "@path", "@query")
_IF_THERE = (
    "content-digest",
    "content-type",
    "upload-offset",
    "upload-complete",
    "upload-length",
)


class Message(Protocol):
    """A request as both sides have it: prepared by the client, or put together by the server."""

    method: str | None
    url: str | None
    headers: MutableMapping[str, str]


@dataclass(slots=True)
class ReceivedRequest:
    """A request as it arrived at the server, with header names in lower case."""

    method: str | None
    url: str | None
    headers: MutableMapping[str, str]


class SignatureProblem(StrEnum):
    """Why a request is not believed."""

    MISSING_OR_WRONG = "missing_or_wrong"
    """There is no signature, it does not cover enough, or it does not verify."""
    UNKNOWN_KEY = "unknown_key"
    """The key it names is not known."""
    CLOCK_SKEW = "clock_skew"
    """It is good, but was made too long ago or in the future."""


@dataclass(frozen=True, slots=True)
class VerifiedRequest:
    """Who signed a request, and with which counter; the body is not checked yet."""

    key_id: str
    counter: int


class _OneKey(HTTPSignatureKeyResolver):
    def __init__(
        self, private: Ed25519PrivateKey | None = None, public: Ed25519PublicKey | None = None
    ) -> None:
        self._private = private
        self._public = public

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        assert self._private is not None, "only a signer asks for the private key"
        return self._private

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        assert self._public is not None, "only a verifier asks for the public key"
        return self._public


class _Verifier(HTTPMessageVerifier):
    # The library compares with the clock of the moment; skew is judged in `verify_request`, which
    # is given the time.
    max_clock_skew = timedelta(days=365 * 200)


def content_digest(body: bytes) -> str:
    """Return the RFC 9530 digest of a body."""
    return digest_field(hashlib.sha256(body).digest())


def digest_field(sha256: bytes) -> str:
    """Return the RFC 9530 field for a SHA-256 that was computed while the body passed."""
    return f"sha-256=:{base64.b64encode(sha256).decode('ascii')}:"


def read_digest_field(text: str) -> bytes | None:
    """Return the SHA-256 that a digest field holds, alone or beside others, or None."""
    for member in text.split(","):
        name, _, value = member.strip().partition("=")
        if name == "sha-256" and len(value) == 46 and value[0] == value[-1] == ":":
            try:
                return base64.b64decode(value[1:-1], validate=True)
            except binascii.Error:
                return None
    return None


def sign_request(
    message: Message, key_id: str, key: Ed25519PrivateKey, counter: int, at: datetime
) -> None:
    """Add signature headers to a request whose other headers are complete.

    Args:
        counter: Greater than that of every request before; kept across restarts.
    """
    there = {name.lower() for name in message.headers}
    signer = HTTPMessageSigner(
        signature_algorithm=algorithms.ED25519, key_resolver=_OneKey(private=key)
    )
    signer.sign(
        message,
        key_id=key_id,
        created=at,
        nonce=str(counter),
        label=LABEL,
        use_existing_digest="content-digest" in there,
        tag=TAG,
        covered_component_ids=(*_ALWAYS, *(name for name in _IF_THERE if name in there)),
    )


def named_key(headers: Mapping[str, str]) -> str | None:
    """Return the key id that a request claims, to look its key up; nothing is verified by this."""
    # The verifier parses the field properly; a claim that this finds wrongly only leads to a key
    # that does not fit.
    _, found, rest = headers.get("signature-input", "").partition(';keyid="')
    claim, closed, _ = rest.partition('"')
    return claim if found and closed and len(claim) <= 64 else None


def verify_request(
    message: ReceivedRequest, public_key: bytes, now: datetime
) -> VerifiedRequest | SignatureProblem:
    """Return who signed a request if the signature is good and covers all it must. Never raises."""
    required = (*_ALWAYS, *(name for name in _IF_THERE if name in message.headers))
    try:
        resolver = _OneKey(public=Ed25519PublicKey.from_public_bytes(public_key))
        verifier = _Verifier(signature_algorithm=algorithms.ED25519, key_resolver=resolver)
        (result,) = verifier.verify(
            message, max_age=None, expect_tag=TAG, require_components=required
        )
    except (InvalidSignature, HTTPMessageSignaturesException, ValueError):
        return SignatureProblem.MISSING_OR_WRONG
    key_id, created, nonce = (result.parameters.get(name) for name in ("keyid", "created", "nonce"))
    if not isinstance(key_id, str) or not isinstance(created, int) or not isinstance(nonce, str):
        return SignatureProblem.MISSING_OR_WRONG
    if not (nonce.isascii() and nonce.isdigit() and len(nonce) <= 18):
        return SignatureProblem.MISSING_OR_WRONG
    if abs(created - now.astimezone(UTC).timestamp()) > MAX_SKEW.total_seconds():
        return SignatureProblem.CLOCK_SKEW
    return VerifiedRequest(key_id, int(nonce))
