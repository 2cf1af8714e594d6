"""What can go wrong with one HTTP request: told by name, each as a lie for `lying_platform`."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import socket
import struct
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.support import lying_platform as lies
from tests.support.lying_platform import JSON_TYPE, PROTOCOL, Asked, Lie, send, status

BOMB_BYTES = 50_000_000
STALL_S = 0.1
SWALLOWED = (OSError, http.client.HTTPException)


def raw(data: bytes) -> Lie:
    """Answer with these bytes and hang up."""

    def tell(asked: Asked) -> None:
        asked.line.sendall(data)

    return tell


def answer(code: int, body: bytes, *headers: str) -> Lie:
    """Answer with this, whole."""

    def tell(asked: Asked) -> None:
        asked.answer(code, body, *headers)

    return tell


def after_all(then: Lie) -> Lie:
    """Let the platform do its part first."""

    def tell(asked: Asked) -> None:
        asked.pass_on()
        then(asked)

    return tell


def reset(asked: Asked) -> None:
    """Break the connection hard."""
    asked.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def real_body(*headers: str, prefix: bytes = b"", encode: str = "utf-8") -> Lie:
    """Pass the platform's answer on in another dress."""

    def tell(asked: Asked) -> None:
        code, told, body = asked.pass_on()
        kept = [(name, value) for name, value in told if name.lower() != "content-type"]
        pairs = [tuple(header.split(": ", 1)) for header in headers]
        dressed = prefix + body.decode().encode(encode)
        send(asked, code, [*kept, *pairs], dressed)  # type: ignore[list-item] # pairs of two

    return tell


def twice(asked: Asked) -> None:
    """Deliver the request twice and answer with what the second one got."""
    asked.pass_on()
    code, headers, body = asked.pass_on()
    send(asked, code, headers, body)


def twice_first(asked: Asked) -> None:
    """Deliver the request twice and answer with what the first one got."""
    code, headers, body = asked.pass_on()
    asked.pass_on()
    send(asked, code, headers, body)


def answered_twice(asked: Asked) -> None:
    """Say the answer two times on one connection."""
    code, headers, body = asked.pass_on()
    send(asked, code, headers, body)
    send(asked, code, headers, body)


def head_only(asked: Asked) -> None:
    """Let the head of the request through and nothing of its body."""
    with contextlib.suppress(*SWALLOWED), socket.create_connection(asked.upstream, 30) as line:
        line.sendall(asked.head + b"\r\n\r\n")


def not_waited(asked: Asked) -> None:
    """Let the whole request through and nobody wait for its answer."""
    with contextlib.suppress(*SWALLOWED), socket.create_connection(asked.upstream, 30) as line:
        line.sendall(asked.head + b"\r\n\r\n" + asked.body)


def bent_request(asked: Asked) -> None:
    """Turn one bit of the request's body over."""
    body = bytearray(asked.body)
    if body:
        body[len(body) // 2] ^= 4
    code, headers, told = asked.pass_on(bytes(body))
    send(asked, code, headers, told)


def stalled(asked: Asked) -> None:
    """Think for a while in the middle of the answer, less long than anybody would give up."""
    code, headers, body = asked.pass_on()
    threading.Event().wait(STALL_S)
    send(asked, code, headers, body)


def stalled_too_long(asked: Asked) -> None:
    """Let the platform do its part and then say nothing until the kiosk hangs up."""
    asked.pass_on()
    with contextlib.suppress(OSError):
        asked.line.recv(1)


def bomb(asked: Asked) -> None:
    """Answer with little that unpacks to a lot."""
    packed = gzip.compress(bytes(BOMB_BYTES), 1)
    asked.answer(200, packed, PROTOCOL, JSON_TYPE, "Content-Encoding: gzip")


def skewed(server_time: str) -> Lie:
    """Say that the kiosk's clock is far off."""
    told = {"type": "urn:kiosk:problem:clock-skew", "title": "Clock skew", "status": 401}
    body = json.dumps(told | {"server_time": server_time}).encode()
    return answer(401, body, PROTOCOL, lies.PROBLEM_TYPE)


PROBLEM = "urn:kiosk:problem:"
SOON = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
CHUNKED = f"HTTP/1.1 200 OK\r\n{PROTOCOL}\r\n{JSON_TYPE}\r\nTransfer-Encoding: chunked\r\n\r\n"

FAULTS: dict[str, Lie] = {
    "portal": lies.portal,
    "portal 511": answer(511, b"<html>Log in</html>", "Content-Type: text/html"),
    "302 in its name": lies.redirect,
    "301": answer(301, b"", "Location: http://127.0.0.1:9/"),
    "307": answer(307, b"", PROTOCOL, "Location: http://127.0.0.1:9/"),
    "garbage": lies.garbage,
    "other shape": lies.other_shape,
    "a list": answer(200, b"[1, 2]", PROTOCOL, JSON_TYPE),
    "deep": answer(200, b"[" * 100_000, PROTOCOL, JSON_TYPE),
    "byte order mark": real_body(JSON_TYPE, prefix=b"\xef\xbb\xbf"),
    "utf-16": real_body("Content-Type: application/json; charset=utf-16", encode="utf-16"),
    "wrong type": real_body("Content-Type: text/html"),
    "empty 200": answer(200, b"", PROTOCOL),
    "empty 204": answer(204, b"", PROTOCOL),
    "204 with a body": raw(f"HTTP/1.1 204 No\r\n{PROTOCOL}\r\n\r\nbody".encode()),
    "silence": lies.silence,
    "reset before": reset,
    "reset after": after_all(reset),
    "lost": lies.lost,
    "half": lies.half,
    "head only": head_only,
    "not waited": not_waited,
    "twice": twice,
    "twice, first": twice_first,
    "answered twice": answered_twice,
    "too short": lies.too_short,
    "cut short": lies.cut_short,
    "endless": lies.endless,
    "endless head": lies.endless_head,
    "flood": lies.flood,
    "gzip bomb": bomb,
    "broken gzip": answer(200, b"\x1f\x8bno", PROTOCOL, JSON_TYPE, "Content-Encoding: gzip"),
    "broken chunks": raw(CHUNKED.encode() + b"zz\r\n{}\r\n"),
    "chunks that end": raw(CHUNKED.encode() + b"5\r\n{}"),
    "104": raw(f"HTTP/1.1 104 Upload Resumption Supported\r\n{PROTOCOL}\r\n\r\n".encode()),
    "103 and nothing": raw(b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "no HTTP": raw(b"\x16\x03\x01\x02\x00 220 mail.example ESMTP\r\n"),
    "two lengths": raw(
        f"HTTP/1.1 200 OK\r\n{PROTOCOL}\r\nContent-Length: 2\r\n"
        "Content-Length: 7\r\n\r\n{}".encode()
    ),
    "bent request": bent_request,
    "bent proof": lies.bent_proof,
    "stalled": stalled,
    "stalled too long": stalled_too_long,
    "400": status(400, PROBLEM + "bad-message"),
    "401": status(401, PROBLEM + "bad-signature"),
    "401 clock, no time": skewed("soon"),
    "401 clock, absurd": skewed("9999-12-31T23:59:59Z"),
    "401 counter": status(401, PROBLEM + "counter-too-low", counter=41),
    "401 counter, absurd": status(401, PROBLEM + "counter-too-low", counter=10**18 - 1),
    "403": status(403, PROBLEM + "revoked"),
    "404": status(404, PROBLEM + "not-found"),
    "405": status(405),
    "408": status(408),
    "409 offset": status(409, PROBLEM + "mismatching-upload-offset"),
    "409 conflict": status(409, PROBLEM + "id-conflict"),
    "410": status(410),
    "412": status(412),
    "413": status(413, PROBLEM + "too-large", "Upload-Limit: max-append-size=1"),
    "415": status(415),
    "422": status(422, PROBLEM + "not-the-entry"),
    "423": status(423, PROBLEM + "busy", "Retry-After: 2"),
    "425": status(425),
    "426": status(426),
    "429 seconds": status(429, "about:blank", "Retry-After: 3"),
    "429 date": status(429, "about:blank", f"Retry-After: {SOON}"),
    "429 garbage": status(429, "about:blank", "Retry-After: soon"),
    "429 huge": status(429, "about:blank", "Retry-After: 99999999999999"),
    "429 negative": status(429, "about:blank", "Retry-After: -4"),
    "451": status(451),
    "500": status(500),
    "500 after": lies.failed_after,
    "502 after": after_all(status(502)),
    "503": status(503),
    "503 later": status(503, "about:blank", "Retry-After: 30"),
    "504 after": after_all(status(504)),
    "507": status(507),
    "599": status(599),
}
"""Every fault by name. Those of TLS and of names are in `line_faults`."""

SAME_CLASS = frozenset(
    {
        "405",
        "410",
        "412",
        "415",
        "425",
        "426",
        "451",
        "503",
        "507",
        "599",
        "429 date",
        "429 negative",
    }
    | {
        "301",
        "a list",
        "chunks that end",
        "empty 204",
        "twice, first",
        "409 offset",
        "103 and nothing",
    }
    | {"502 after", "504 after", "307", "portal 511", "head only", "stalled", "byte order mark"}
)
"""Faults that meet the same line of the kiosk as another does; left to the large dose."""
