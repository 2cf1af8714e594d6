"""A kiosk reduced to its calls: it signs, sends and reads. The courier has its own code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.clock import SystemClock
from kiosk.envelope import SealedEnvelope
from sync.protocol import (
    PARTIAL_UPLOAD,
    UPLOAD_COMPLETE,
    UPLOAD_OFFSET,
    BadAnswer,
    Enrolled,
    Fields,
    Manifest,
    Problem,
    ProblemCode,
    UploadOffset,
    accept_enrolment,
    make_enrol_request,
    parse_enrolment_code,
    read_bytes,
    read_enrol_answer,
    read_problem,
    read_upload_offset,
    speaks_protocol,
)
from sync.signing import RequestSigner
from tests.support.central_server import CentralServer
from tests.support.entries import EntryWriter

T = TypeVar("T")
TIMEOUT_S = 30


def told(answer: requests.Response, reader: Callable[[Fields], T]) -> T:
    """Return what an answer says; one that can't be read fails the test."""
    value = read_bytes(answer.content, reader)
    assert not isinstance(value, BadAnswer), value.why
    return value


@dataclass
class KioskClient:
    """An enrolled kiosk that makes the calls of the protocol one by one."""

    server: CentralServer
    key: Ed25519PrivateKey
    enrolled: Enrolled
    counter: int = 0
    session: requests.Session = field(default_factory=requests.Session)

    @classmethod
    def enrol(cls, server: CentralServer, site: str = "Lakeside office") -> KioskClient:
        """Enrol a new kiosk with a new code."""
        code = parse_enrolment_code(server.enrolment_code(site))
        assert code is not None
        key = Ed25519PrivateKey.generate()
        request = make_enrol_request(code, key.public_key().public_bytes_raw(), key.sign, "test")
        answer = requests.post(f"{server.url}/v1/enrol", json=request.to_json(), timeout=TIMEOUT_S)
        assert answer.status_code == 201, answer.text
        read = read_bytes(answer.content, read_enrol_answer)
        assert not isinstance(read, BadAnswer), read.why
        enrolled = accept_enrolment(read, code)
        assert isinstance(enrolled, Enrolled), enrolled.why
        return cls(server, key, enrolled)

    @property
    def kiosk(self) -> str:
        """The kiosk's name."""
        return self.enrolled.answer.kiosk

    def writer(self, number_at: int = 0) -> EntryWriter:
        """Return a new installation of this kiosk, with one of its numbers."""
        return EntryWriter(
            self.enrolled.answer.kiosk,
            self.key,
            self.enrolled.keyset.recipients,
            number=self.enrolled.answer.numbers[number_at],
        )

    def next_counter(self) -> int:
        """Return a number above every one before."""
        self.counter += 1
        return self.counter

    def prepare(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.PreparedRequest:
        """Return a signed request."""
        signer = RequestSigner(self.kiosk, self.key, self.next_counter, SystemClock())
        request = requests.Request(
            method, self.server.url + path, json=body, data=data, headers=headers, auth=signer
        )
        return request.prepare()

    def send(self, prepared: requests.PreparedRequest) -> requests.Response:
        """Send a prepared request."""
        return self.session.send(prepared, timeout=TIMEOUT_S, allow_redirects=False)

    def call(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Sign and send a request."""
        return self.send(self.prepare(method, path, body=body, data=data, headers=headers))

    def announce(self, sealed: SealedEnvelope) -> requests.Response:
        """Announce an entry."""
        path = f"/v1/kiosks/{self.kiosk}/entries/{sealed.header.app_id}"
        return self.call("PUT", path, body=Manifest(sealed.front).to_json())

    def offset(self, sealed: SealedEnvelope) -> requests.Response:
        """Ask how far an upload is."""
        return self.call("HEAD", f"/v1/uploads/{sealed.header.app_id}")

    def append(
        self, sealed: SealedEnvelope, start: int, end: int | None = None, data: bytes | None = None
    ) -> requests.Response:
        """Send the bytes from `start` to `end`, or others in their place."""
        end = len(sealed.data) if end is None else end
        return self.call(
            "PATCH",
            f"/v1/uploads/{sealed.header.app_id}",
            data=sealed.data[start:end] if data is None else data,
            headers={
                "Content-Type": PARTIAL_UPLOAD,
                UPLOAD_OFFSET: str(start),
                UPLOAD_COMPLETE: "?1" if end == len(sealed.data) else "?0",
            },
        )

    def deliver(self, sealed: SealedEnvelope) -> requests.Response:
        """Announce an entry and send it whole; return the final answer."""
        assert self.announce(sealed).status_code == 201
        answer = self.append(sealed, 0)
        assert answer.status_code == 200, answer.text
        return answer

    def get(self, what: str, **query: str | int) -> requests.Response:
        """Read one of the kiosk's feeds."""
        path = f"/v1/kiosks/{self.kiosk}/{what}?" + "&".join(f"{k}={v}" for k, v in query.items())
        return self.call("GET", path)

    def close(self) -> None:
        """Close its connections."""
        self.session.close()


def problem(answer: requests.Response) -> ProblemCode | None:
    """Return what an answer refuses, after checking its form."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert speaks_protocol(answer.headers)
    found: Problem = read_problem(answer.status_code, answer.content)
    assert found.status == answer.status_code
    return found.code


def offset_of(answer: requests.Response) -> UploadOffset:
    """Return how far an answer says an upload is."""
    offset = read_upload_offset(answer.headers)
    assert isinstance(offset, UploadOffset)
    return offset
