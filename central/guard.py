"""Who asks: every request is signed with its kiosk's key, and its counter has to rise.

The signature is checked before the body is read; the body is compared with the signed digest by
whoever reads it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from central.platform import Platform
from central.problems import ProblemFound
from central.tables import KioskRow
from kiosk.envelope import AppId, KioskId, is_app_id
from sync.protocol import (
    DIGEST_HEADER,
    MAX_MESSAGE_BYTES,
    BadAnswer,
    Fields,
    ProblemCode,
    ReceivedRequest,
    SignatureProblem,
    named_key,
    read_bytes,
    read_digest_field,
    verify_request,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request of a kiosk that is who it says; `body_sha256` is what its body has to hash to."""

    kiosk: KioskId
    body_sha256: bytes | None


async def signed_request(request: Request, platform: Platform) -> SignedRequest:
    """Return who signed the request.

    Raises:
        ProblemFound: nobody known did, or not now, or it is played again.
    """
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    claim = named_key(headers)
    if claim is None:
        raise ProblemFound(ProblemCode.BAD_SIGNATURE, "The request is not signed.")
    received = ReceivedRequest(request.method, _url_as_sent(request), headers)
    await run_in_threadpool(_check, platform, received, claim)
    digest = headers.get(DIGEST_HEADER.lower())
    return SignedRequest(KioskId(claim), None if digest is None else read_digest_field(digest))


def _url_as_sent(request: Request) -> str:
    scope = request.scope
    path = scope.get("raw_path") or scope["path"].encode()
    query = scope["query_string"]
    target = path.decode("latin-1") + ("?" + query.decode("latin-1") if query else "")
    return f"{scope['scheme']}://{request.headers.get('host', '')}{target}"


def _check(platform: Platform, received: ReceivedRequest, claim: str) -> None:
    with platform.database.reading() as session:
        row = session.get(KioskRow, claim)
        known = None if row is None else (row.public_key, row.revoked_at)
    if known is None:
        raise ProblemFound(ProblemCode.BAD_SIGNATURE, "No kiosk of this name is enrolled.")
    public_key, revoked_at = known
    verified = verify_request(received, public_key, platform.now())
    match verified:
        case SignatureProblem.CLOCK_SKEW:
            raise ProblemFound(
                ProblemCode.CLOCK_SKEW,
                "The kiosk's clock is more than 24 h away from the platform's.",
                server_time=platform.stamp(),
            )
        case SignatureProblem():
            raise ProblemFound(ProblemCode.BAD_SIGNATURE, "The signature does not fit the request.")
        case _ if verified.key_id != claim:
            raise ProblemFound(ProblemCode.BAD_SIGNATURE, "Two kiosks are named.")
        case _:
            pass
    if revoked_at:
        raise ProblemFound(ProblemCode.REVOKED, "This kiosk may not send any more.")
    with platform.database.writing() as session:
        row = session.get_one(KioskRow, claim)
        if verified.counter <= row.counter:
            raise ProblemFound(
                ProblemCode.COUNTER_TOO_LOW,
                "The counter has to be higher than that of every request before.",
                members=(("counter", row.counter),),
            )
        row.counter = verified.counter
        row.last_seen_at = platform.stamp()


def same_kiosk(signed: SignedRequest, kiosk: str) -> None:
    """See to it that a kiosk asks in its own name.

    Raises:
        ProblemFound: the address names another kiosk.
    """
    if signed.kiosk != kiosk:
        raise ProblemFound(ProblemCode.OTHER_KIOSK, "The address names another kiosk.")


def known_id(app_id: str) -> AppId:
    """Return the app_id of an address.

    Raises:
        ProblemFound: it is none; nothing that is none ever becomes a file's name.
    """
    if not is_app_id(app_id):
        raise ProblemFound(ProblemCode.BAD_MESSAGE, "The address names no UUIDv7.")
    return AppId(app_id)


async def read_message(
    request: Request, signed: SignedRequest | None, reader: Callable[[Fields], T]
) -> T:
    """Return what the body says, after comparing it with the digest that was signed.

    Raises:
        ProblemFound: too long, not what was signed, or not what this call takes.
    """
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_MESSAGE_BYTES:
                raise ProblemFound(ProblemCode.TOO_LARGE, "The message is too long.")
    except ClientDisconnect:
        raise ProblemFound(ProblemCode.BAD_MESSAGE, "The message ended early.") from None
    if signed is not None and hashlib.sha256(body).digest() != signed.body_sha256:
        raise ProblemFound(ProblemCode.DIGEST_MISMATCH, "The body has not the signed digest.")
    value = read_bytes(bytes(body), reader)
    if isinstance(value, BadAnswer):
        raise ProblemFound(ProblemCode.BAD_MESSAGE, value.why)
    return value
