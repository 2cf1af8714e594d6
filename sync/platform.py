"""The platform's calls over HTTP: each returns a value or `Failed`, and never raises for what a
network does.

requests traps obeyed here: its connect time-out bounds the sending of the whole body, so both
time-outs are one; they count from byte to byte, so `sync.watchdog` bounds the whole; redirects,
proxies of the environment and `.netrc` are off; answers are read up to a bound.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, ReadTimeoutError

from kiosk.clock import Clock
from kiosk.domain import AppId
from kiosk.envelope import Json
from sync.answers import Failed, Failure, failure_of, http_date
from sync.protocol import (
    MAX_MESSAGE_BYTES,
    PARTIAL_UPLOAD,
    UPLOAD_COMPLETE,
    BadAnswer,
    ChangesPage,
    EnrolAnswer,
    EnrolRequest,
    Fields,
    Hello,
    HelloAnswer,
    Manifest,
    ManifestAnswer,
    Manifests,
    Problem,
    ProofsPage,
    ReturnedProofs,
    SignedDocument,
    UploadOffset,
    read_bytes,
    read_changes_page,
    read_enrol_answer,
    read_final_answer,
    read_hello_answer,
    read_loss_noted,
    read_manifest_answer,
    read_manifests_answer,
    read_problem,
    read_proofs_page,
    read_upload_offset,
    speaks_protocol,
)
from sync.watchdog import Watchdog, watched_adapter

_T = TypeVar("_T")
_OK = frozenset({200, 201, 204})


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class Platform:
    """One platform, spoken to from one thread."""

    def __init__(
        self,
        url: str,
        clock: Clock,
        *,
        ca_file: Path | None,
        timeout_s: float,
        signer: AuthBase | None = None,
        is_cut: Callable[[], bool] = lambda: False,
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            url: `https://...`, or `http://` on this machine.
            clock: For Retry-After dates.
            ca_file: The pinned CA, PEM; None only on this machine.
            timeout_s: For one request, sending included.
            signer: Signs requests as this kiosk; None before enrolment.
            is_cut: Whether a simulated network is down just now.
        """
        self._url = url.rstrip("/")
        self._clock = clock
        self._timeout_s = timeout_s
        self._is_cut = is_cut
        self._watchdog = Watchdog()
        self._session = requests.Session()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, watched_adapter(self._watchdog))
        self._session.trust_env = False
        self._session.auth = signer
        if ca_file is not None:
            self._session.verify = str(ca_file)

    def close(self) -> None:
        """Let go of connections."""
        self._session.close()
        self._watchdog.release()

    def enrol(self, request: EnrolRequest) -> EnrolAnswer | Failed:
        """Ask to be enrolled."""
        return self._ask("POST", "/v1/enrol", read_enrol_answer, request.to_json())

    def hello(self, kiosk: str, hello: Hello) -> HelloAnswer | Failed:
        """Say how this kiosk is."""
        path = f"/v1/kiosks/{kiosk}/hello"
        return self._ask("POST", path, read_hello_answer, hello.to_json())

    def announce(self, kiosk: str, manifest: Manifest) -> ManifestAnswer | Failed:
        """Announce an entry before its bytes move."""
        path = f"/v1/kiosks/{kiosk}/entries/{manifest.header.app_id}"
        return self._ask("PUT", path, read_manifest_answer, manifest.to_json())

    def announce_all(
        self, kiosk: str, manifests: tuple[Manifest, ...]
    ) -> tuple[ManifestAnswer | Failed, ...] | Failed:
        """Announce several entries in one call; the answers are in their order."""
        path = f"/v1/kiosks/{kiosk}/entries"
        told = self._ask("POST", path, read_manifests_answer, Manifests(manifests).to_json())
        if isinstance(told, Failed):
            return told
        if len(told.entries) != len(manifests):
            return Failed(Failure.NONSENSE, "the platform answers for other entries than announced")
        now = self._clock.now().at
        return tuple(
            failure_of(it.status, it, None, now) if isinstance(it, Problem) else it
            for it in told.entries
        )

    def proofs(self, kiosk: str, epoch: str, since_seq: int) -> ProofsPage | Failed:
        """Ask for delivery proofs above a seq."""
        path = f"/v1/kiosks/{kiosk}/proofs?epoch={epoch}&since_seq={since_seq}"
        return self._ask("GET", path, read_proofs_page)

    def return_proofs(self, kiosk: str, proofs: ReturnedProofs) -> Failed | None:
        """Give proofs back of what the platform lost and this kiosk has erased."""
        path = f"/v1/kiosks/{kiosk}/proofs"
        noted = self._ask("PUT", path, read_loss_noted, proofs.to_json())
        return noted if isinstance(noted, Failed) else None

    def changes(self, kiosk: str, since: str) -> ChangesPage | Failed:
        """Ask what happened since a cursor."""
        path = f"/v1/kiosks/{kiosk}/changes?since={since}"
        return self._ask("GET", path, read_changes_page)

    def catalogue_piece(self, kiosk: str, sha256: bytes, offset: int) -> bytes | Failed:
        """Ask for the next piece of a catalogue's package; empty at its end."""
        answer = self._call("GET", f"/v1/kiosks/{kiosk}/catalogues/{sha256.hex()}?offset={offset}")
        return answer if isinstance(answer, Failed) else answer.body

    def offset(self, app_id: AppId) -> UploadOffset | Failed:
        """Ask how much of an upload has arrived."""
        answer = self._call("HEAD", f"/v1/uploads/{app_id}")
        return answer if isinstance(answer, Failed) else _offset(answer)

    def append(
        self, app_id: AppId, piece: bytes, offset: int, *, is_last: bool
    ) -> UploadOffset | SignedDocument | Failed:
        """Send a piece of an upload; the last one is answered with the delivery proof."""
        headers = UploadOffset(offset, is_last).to_headers() | {"Content-Type": PARTIAL_UPLOAD}
        answer = self._call("PATCH", f"/v1/uploads/{app_id}", piece, headers)
        if isinstance(answer, Failed):
            return answer
        told = {name.lower(): value for name, value in answer.headers.items()}
        if answer.status == 200 and told.get(UPLOAD_COMPLETE.lower()) == "?1":
            return _read(answer.body, read_final_answer)
        return _offset(answer)

    def _ask(
        self,
        method: str,
        path: str,
        reader: Callable[[Fields], _T],
        told: dict[str, Json] | None = None,
    ) -> _T | Failed:
        body = None if told is None else json.dumps(told, ensure_ascii=False).encode()
        headers = {} if told is None else {"Content-Type": "application/json"}
        answer = self._call(method, path, body, headers)
        return answer if isinstance(answer, Failed) else _read(answer.body, reader)

    def _call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> _Answer | Failed:
        if self._is_cut():
            return Failed(Failure.UNREACHABLE, "the simulated network is off")
        has_begun = False
        try:
            with (
                self._watchdog.limit(2 * self._timeout_s),  # sending may take one, answering one
                self._session.request(
                    method,
                    self._url + path,
                    data=body,
                    headers=dict(headers or {}),
                    timeout=(self._timeout_s, self._timeout_s),
                    allow_redirects=False,
                    stream=True,
                ) as response,
            ):
                has_begun = True
                data = response.raw.read(MAX_MESSAGE_BYTES + 1, decode_content=True) or b""
                answer = _Answer(response.status_code, response.headers, bytes(data))
        except requests.exceptions.SSLError:
            return Failed(Failure.UNREACHABLE, "the platform's certificate is not the pinned one")
        except (requests.exceptions.RequestException, HTTPError, OSError, ValueError) as error:
            # Cut in the middle of a read, or it came to a halt itself: it began, and took too long.
            if self._watchdog.has_cut or (has_begun and isinstance(error, ReadTimeoutError)):
                return Failed(Failure.UNREACHABLE, "the answer took too long")
            # The name alone: texts of exceptions repeat addresses and bodies. urllib3's own come
            # through `raw.read` as they are.
            return Failed(Failure.UNREACHABLE, f"no answer ({type(error).__name__})")
        if self._watchdog.has_cut:
            return Failed(Failure.UNREACHABLE, "the answer took too long")
        return self._judge(answer)

    def _judge(self, answer: _Answer) -> _Answer | Failed:
        if not speaks_protocol(answer.headers):
            return Failed(
                Failure.NOT_THE_PLATFORM,
                f"something else than the platform answers at {_host(self._url)}",
            )
        if answer.status in _OK:
            return answer
        problem = read_problem(answer.status, answer.body)
        told = {name.lower(): value for name, value in answer.headers.items()}
        # A date to retry at is meant by the clock of who answered.
        now = http_date(told.get("date", "")) or self._clock.now().at
        return failure_of(answer.status, problem, told.get("retry-after"), now)


def _read(body: bytes, reader: Callable[[Fields], _T]) -> _T | Failed:
    value = read_bytes(body, reader)
    if isinstance(value, BadAnswer):
        return Failed(Failure.NONSENSE, f"the platform's answer can't be used: {value.why}")
    return value


def _offset(answer: _Answer) -> UploadOffset | Failed:
    value = read_upload_offset(answer.headers)
    if isinstance(value, BadAnswer):
        return Failed(Failure.NONSENSE, f"the platform's answer can't be used: {value.why}")
    return value


def _host(url: str) -> str:
    return urlsplit(url).hostname or "that address"
