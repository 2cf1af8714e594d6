"""A network made of dice between a kiosk and the platform's own intake, without a socket.

Requests take the form they have on the wire, so that everything is written and read as ever; what
lies between is lost, doubled, delayed, cut or answered by somebody else. Signatures are left to the
tests over HTTP.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from central.announcing import ManifestRefusal, Registered, register, register_all
from central.files import EnvelopeFiles
from central.intake import (
    complete,
    find_upload,
    hear_hello,
    note_lost,
    proofs_since,
    upload_offset,
)
from central.opening import note_opening
from central.platform import Platform as Central
from central.statuses import changes_since
from kiosk.envelope import AppId, EntryKind, Epoch, Json, KioskId
from sync.answers import Failed, Failure
from sync.platform import Platform, _Answer
from sync.protocol import (
    PROTOCOL_HEADER,
    PROTOCOL_VERSION,
    UPLOAD_COMPLETE,
    UPLOAD_OFFSET,
    BadAnswer,
    Manifest,
    Manifests,
    ManifestsAnswer,
    Problem,
    ProblemCode,
    read_bytes,
    read_hello,
    read_manifest,
    read_manifests,
    read_returned_proofs,
)
from tests.support.builders import FakeClock

SPEAKS = {PROTOCOL_HEADER: PROTOCOL_VERSION}
NO_NETWORK = Failed(Failure.UNREACHABLE, "no answer (simulated)")


class Crash(BaseException):
    """The kiosk's power is gone; nothing that was not recorded is left."""


class Weather(StrEnum):
    """How the network is for some hours."""

    FINE = "fine"
    POOR = "poor"
    PORTAL = "portal"
    OFFLINE = "offline"


class Mishap(StrEnum):
    """What happens to one request."""

    NOTHING = "nothing"
    REQUEST_LOST = "request lost"
    ANSWER_LOST = "answer lost"
    TWICE = "delivered twice"
    GHOST = "delivered again later"
    PARTLY = "body cut"
    BENT = "body bent"
    FAILED_AFTER = "502 after the commit"
    FAILED_BEFORE = "500 before the commit"
    LATER = "503 with Retry-After"
    PORTAL = "captive portal"
    GARBAGE = "garbage for an answer"
    DIES_KEEPING = "the platform dies between file and row"
    CRASH_BEFORE = "the kiosk dies before it asks"
    CRASH_AFTER = "the kiosk dies before it records the answer"


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it travels."""

    method: str
    path: str
    body: bytes
    headers: tuple[tuple[str, str], ...]
    digest: bytes


@dataclass
class Network:
    """Dice, weather, and the platform at the other end."""

    central: Central
    kiosk: KioskId
    dice: random.Random
    clock: FakeClock
    weather: Weather = Weather.FINE
    mishaps: dict[Mishap, int] = field(default_factory=dict)
    counts_every_announcement: bool = False
    """A planted bug: what is announced again becomes another application."""
    second_effects: list[str] = field(default_factory=list)
    _ghosts: list[Sent] = field(default_factory=list)

    def carry(self, sent: Sent) -> _Answer | Failed:
        """Carry a request there and an answer back, or not."""
        self.clock.pass_s(self.dice.uniform(0.05, 1.0 if self.weather is Weather.FINE else 30.0))
        if self._ghosts and self.dice.random() < 0.3:
            self.serve(self._ghosts.pop(0))
        mishap = self._mishap()
        self.mishaps[mishap] = self.mishaps.get(mishap, 0) + 1
        if mishap in {Mishap.CRASH_AFTER, Mishap.ANSWER_LOST, Mishap.FAILED_AFTER, Mishap.GARBAGE}:
            self.serve(sent)
        if mishap in {Mishap.CRASH_BEFORE, Mishap.CRASH_AFTER}:
            raise Crash
        return self._lie(mishap) or self._deliver(mishap, sent)

    def _lie(self, mishap: Mishap) -> _Answer | Failed | None:
        """Return an answer that is not the platform's, or None where it is asked."""
        match mishap:
            case Mishap.REQUEST_LOST | Mishap.ANSWER_LOST:
                return NO_NETWORK
            case Mishap.FAILED_AFTER:
                return _problem(502)
            case Mishap.FAILED_BEFORE:
                return _problem(500)
            case Mishap.LATER:
                return _problem(503, {"Retry-After": str(self.dice.choice((5, 120, 4000)))})
            case Mishap.PORTAL:
                return _Answer(200, {"Content-Type": "text/html"}, b"<html>Please log in</html>")
            case Mishap.GARBAGE:
                return _Answer(200, SPEAKS, b"\xff{{{")
            case _:
                return None

    def _deliver(self, mishap: Mishap, sent: Sent) -> _Answer | Failed:
        match mishap:
            case Mishap.TWICE:
                return self.dice.choice((self.serve(sent), self.serve(sent)))
            case Mishap.GHOST:
                self._ghosts.append(sent)
                return self.dice.choice((NO_NETWORK, self.serve(sent)))
            case Mishap.PARTLY:
                return self._cut(sent)
            case Mishap.BENT:
                return self.serve(_bent(sent, self.dice))
            case Mishap.DIES_KEEPING:
                return self._die_keeping(sent)
            case _:
                return self.serve(sent)

    def _mishap(self) -> Mishap:
        match self.weather:
            case Weather.FINE:
                return Mishap.NOTHING
            case Weather.OFFLINE:
                return Mishap.REQUEST_LOST
            case Weather.PORTAL:
                return Mishap.PORTAL
            case Weather.POOR:
                if self.dice.random() < 0.6:
                    return Mishap.NOTHING
                return self.dice.choice(list(Mishap))

    def _cut(self, sent: Sent) -> Failed:
        """Let part of a body arrive: the platform keeps it, since the whole is compared later."""
        if sent.method == "PATCH":
            upload = find_upload(self.central, self.kiosk, _id(sent))
            offset = int(dict(sent.headers)[UPLOAD_OFFSET])
            if upload is not None and upload_offset(self.central, upload).offset == offset:
                _write(self.central.files, _id(sent), sent.body[: len(sent.body) // 2])
        return NO_NETWORK

    def _die_keeping(self, sent: Sent) -> Failed:
        """Let the platform die when the file is where it stays and no row says so."""
        if sent.method == "PATCH" and dict(sent.headers)[UPLOAD_COMPLETE] == "?1":
            upload = find_upload(self.central, self.kiosk, _id(sent))
            offset = int(dict(sent.headers)[UPLOAD_OFFSET])
            if upload is not None and not upload.is_held and self._offset(_id(sent)) == offset:
                _write(self.central.files, _id(sent), sent.body)
                if self.central.files.fits(_id(sent), upload.front):
                    self.central.files.keep(_id(sent))
        return NO_NETWORK

    def _offset(self, app_id: AppId) -> int:
        return self.central.files.offset(app_id)

    # --- the platform's side ---

    def serve(self, sent: Sent) -> _Answer:
        """Answer as the platform does, by its own intake."""
        where, _, query = sent.path.partition("?")
        asked = dict(pair.split("=") for pair in query.split("&") if pair)
        match sent.method, where.split("/")[-1]:
            case "POST", "hello":
                return _answered(
                    sent, read_hello, lambda it: hear_hello(self.central, self.kiosk, it)
                )
            case "POST", "entries":
                return _answered(sent, read_manifests, self._register_all)
            case "GET", "proofs":
                epoch, since = Epoch(asked["epoch"]), int(asked["since_seq"])
                return _ok(proofs_since(self.central, self.kiosk, epoch, since).to_json())
            case "PUT", "proofs":
                return _answered(
                    sent, read_returned_proofs, lambda it: note_lost(self.central, self.kiosk, it)
                )
            case "GET", "changes":
                return _ok(changes_since(self.central, self.kiosk, int(asked["since"])).to_json())
            case "PUT", _:
                return self._register(sent)
            case _:
                return self._upload(sent)

    def _register(self, sent: Sent) -> _Answer:
        manifest = read_bytes(sent.body, read_manifest)
        if hashlib.sha256(sent.body).digest() != sent.digest or isinstance(manifest, BadAnswer):
            return _problem(400, code=ProblemCode.DIGEST_MISMATCH)
        result = register(self.central, self.kiosk, _id(sent), manifest)
        if isinstance(result, ManifestRefusal):
            return _problem(409, code=ProblemCode.ID_CONFLICT)
        if self.counts_every_announcement and not result.is_new:
            self.second_effects.append(_id(sent))
        return _ok(result.answer.to_json(), 201 if result.is_new else 200)

    def _register_all(self, manifests: Manifests) -> ManifestsAnswer:
        results = register_all(self.central, self.kiosk, manifests)
        if self.counts_every_announcement:
            self.second_effects += [
                manifest.header.app_id
                for manifest, it in zip(manifests.entries, results, strict=True)
                if isinstance(manifest, Manifest) and isinstance(it, Registered) and not it.is_new
            ]
        return ManifestsAnswer(
            tuple(
                it.answer
                if isinstance(it, Registered)
                else Problem(409, ProblemCode.ID_CONFLICT, "Told 409")
                for it in results
            )
        )

    def _upload(self, sent: Sent) -> _Answer:
        upload = find_upload(self.central, self.kiosk, _id(sent))
        if upload is None:
            return _problem(404, code=ProblemCode.NOT_FOUND)
        have = upload_offset(self.central, upload)
        if sent.method == "HEAD":
            return _Answer(204, {**SPEAKS, **have.to_headers()}, b"")
        if have.complete:
            return _problem(400, code=ProblemCode.COMPLETED_UPLOAD)
        if int(dict(sent.headers)[UPLOAD_OFFSET]) != have.offset:
            return _problem(409, have.to_headers(), ProblemCode.MISMATCHING_OFFSET)
        if hashlib.sha256(sent.body).digest() != sent.digest:
            return _problem(400, have.to_headers(), ProblemCode.DIGEST_MISMATCH)
        _write(self.central.files, _id(sent), sent.body)
        now = upload_offset(self.central, upload)
        if now.offset < upload.length:
            return _Answer(204, {**SPEAKS, **now.to_headers()}, b"")
        proof = complete(self.central, upload)
        if proof is None:
            return _problem(422, code=ProblemCode.NOT_THE_ENTRY)
        if upload.front.header.kind is EntryKind.CONTROL:
            note_opening(self.central, _id(sent))
        told: dict[str, Json] = {"proof": proof.to_json()}
        return _Answer(200, {**SPEAKS, UPLOAD_COMPLETE: "?1"}, json.dumps(told).encode())


class SimulatedPlatform(Platform):
    """The kiosk's client, with a simulated network in the place of `requests`."""

    def __init__(self, network: Network) -> None:
        super().__init__("http://127.0.0.1:9", network.clock, ca_file=None, timeout_s=30)
        self.network = network

    def _call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> _Answer | Failed:
        data = body or b""
        digest = hashlib.sha256(data).digest()
        sent = Sent(method, path, data, tuple((headers or {}).items()), digest)
        answer = self.network.carry(sent)
        return answer if isinstance(answer, Failed) else self._judge(answer)


def _answered(sent: Sent, reader: Callable, answer: Callable) -> _Answer:  # type: ignore[type-arg]
    value = read_bytes(sent.body, reader)
    if hashlib.sha256(sent.body).digest() != sent.digest or isinstance(value, BadAnswer):
        return _problem(400, code=ProblemCode.DIGEST_MISMATCH)
    return _ok(answer(value).to_json())


def _ok(told: dict[str, Json], status: int = 200) -> _Answer:
    return _Answer(status, SPEAKS, json.dumps(told).encode())


def _problem(
    status: int, headers: Mapping[str, str] | None = None, code: ProblemCode | None = None
) -> _Answer:
    kind = "about:blank" if code is None else f"urn:kiosk:problem:{code.value}"
    body = json.dumps({"type": kind, "status": status, "title": f"Told {status}"}).encode()
    return _Answer(status, {**SPEAKS, **(headers or {})}, body)


def _id(sent: Sent) -> AppId:
    return AppId(sent.path.split("/")[-1])


def _bent(sent: Sent, dice: random.Random) -> Sent:
    if not sent.body:
        return sent
    body = bytearray(sent.body)
    body[dice.randrange(len(body))] ^= 1 << dice.randrange(8)
    return Sent(sent.method, sent.path, bytes(body), sent.headers, sent.digest)


def _write(files: EnvelopeFiles, app_id: AppId, data: bytes) -> None:
    with files.open_upload(app_id) as file:
        file.write(data)
