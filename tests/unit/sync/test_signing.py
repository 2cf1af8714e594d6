"""Signatures of requests: good ones verify, and nothing that was signed can be changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from kiosk.clock import Moment
from sync.protocol import (
    MAX_SKEW,
    ReceivedRequest,
    SignatureProblem,
    VerifiedRequest,
    content_digest,
    named_key,
    read_digest_field,
    sign_request,
    verify_request,
)
from sync.signing import RequestSigner

KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw()
AT = datetime(2026, 11, 20, 8, 15, tzinfo=UTC)
URL = "http://127.0.0.1:8090/v1/uploads/0?a=1"
HEADERS = {
    "Content-Type": "application/partial-upload",
    "Upload-Offset": "0",
    "Upload-Complete": "?1",
}


class FixedClock:
    """Always tells the same time."""

    def now(self) -> Moment:
        """Return that time."""
        return Moment(AT, 0.0)


def a_request(body: bytes = b"bytes", headers: Mapping[str, str] = HEADERS) -> ReceivedRequest:
    """Return a request signed by the kiosk, as the server receives it."""
    signer = RequestSigner("k-1", KEY, lambda: 7, FixedClock())
    prepared = requests.Request(
        "PATCH", URL, data=body, headers=dict(headers), auth=signer
    ).prepare()
    received = {name.lower(): str(value) for name, value in prepared.headers.items()}
    return ReceivedRequest("PATCH", URL, received)


def test_a_good_signature_names_kiosk_and_counter() -> None:
    """And covers the digest of the body."""
    request = a_request()
    assert verify_request(request, PUBLIC, AT) == VerifiedRequest("k-1", 7)
    assert named_key(request.headers) == "k-1"
    digest = read_digest_field(request.headers["content-digest"])
    assert digest == read_digest_field(content_digest(b"bytes"))


def test_a_request_without_a_body_is_signed_too() -> None:
    """It needs no digest."""
    request = a_request(b"", {})
    assert isinstance(verify_request(request, PUBLIC, AT), VerifiedRequest)


@pytest.mark.parametrize(
    "name", ["content-digest", "content-type", "upload-offset", "upload-complete"]
)
def test_what_is_signed_can_not_be_changed_or_left_out(name: str) -> None:
    """Each covered field counts."""
    request = a_request()
    changed = {**request.headers, name: request.headers[name] + "0"}
    left_out = {key: value for key, value in request.headers.items() if key != name}
    for headers in (changed, left_out):
        received = ReceivedRequest("PATCH", URL, headers)
        assert verify_request(received, PUBLIC, AT) is SignatureProblem.MISSING_OR_WRONG


def test_what_should_be_signed_can_not_be_added() -> None:
    """A field that steers the upload has to be covered once it is there."""
    request = a_request(headers={"Content-Type": "x"})
    assert isinstance(verify_request(request, PUBLIC, AT), VerifiedRequest)
    request.headers["upload-offset"] = "5"
    assert verify_request(request, PUBLIC, AT) is SignatureProblem.MISSING_OR_WRONG


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("PUT", URL),
        ("PATCH", URL + "0"),
        ("PATCH", URL.replace("/0?", "/1?")),
        ("PATCH", URL.replace("127.0.0.1", "127.0.0.2")),
        ("PATCH", "nonsense"),
    ],
)
def test_a_signature_fits_one_call_alone(method: str, url: str) -> None:
    """Another method, query, path or host is another request."""
    received = ReceivedRequest(method, url, a_request().headers)
    assert verify_request(received, PUBLIC, AT) is SignatureProblem.MISSING_OR_WRONG


def test_a_proxy_that_ends_tls_changes_nothing() -> None:
    """The scheme is not part of it."""
    received = ReceivedRequest("PATCH", URL.replace("http:", "https:"), a_request().headers)
    assert isinstance(verify_request(received, PUBLIC, AT), VerifiedRequest)


def test_another_key_does_not_verify() -> None:
    """Nor one that is none."""
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    for key in (other, b"short"):
        assert verify_request(a_request(), key, AT) is SignatureProblem.MISSING_OR_WRONG


@pytest.mark.parametrize("days", [-2, 2, 4000])
def test_a_clock_far_away_is_told_apart_from_a_wrong_signature(days: int) -> None:
    """Within a day it is good, before and after it is skewed."""
    now = AT + timedelta(days=days)
    assert verify_request(a_request(), PUBLIC, now) is SignatureProblem.CLOCK_SKEW
    assert isinstance(verify_request(a_request(), PUBLIC, AT + MAX_SKEW), VerifiedRequest)


def test_a_nonce_that_is_no_counter_is_refused() -> None:
    """A good signature with another kind of nonce does not pass."""
    request = ReceivedRequest("GET", URL, {})
    sign_request(request, "k-1", KEY, -1, AT)
    received = ReceivedRequest("GET", URL, {k.lower(): v for k, v in request.headers.items()})
    assert verify_request(received, PUBLIC, AT) is SignatureProblem.MISSING_OR_WRONG


@given(st.sampled_from(["signature", "signature-input", "content-digest"]), st.text(max_size=80))
def test_any_header_is_verified_or_refused(name: str, value: str) -> None:
    """Whatever a header says, nothing raises."""
    request = a_request()
    request.headers[name] = value
    verify_request(request, PUBLIC, AT)
    named_key(request.headers)
    read_digest_field(value)


@pytest.mark.parametrize(
    "text", ["", "sha-256=", "sha-256=:x:", "md5=:AA==:", "sha-256=:" + "*" * 44 + ":"]
)
def test_digests_that_are_none(text: str) -> None:
    """Only SHA-256 counts, and only whole."""
    assert read_digest_field(text) is None


def test_a_digest_beside_others_is_found() -> None:
    """RFC 9530 allows several."""
    both = "sha-512=:AA==:, " + content_digest(b"x")
    assert read_digest_field(both) == read_digest_field(content_digest(b"x"))
