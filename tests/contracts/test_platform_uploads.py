"""Uploads over real HTTP: resumed, cut, changed on the way, too large, and their answers lost."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sync.protocol import (
    MAX_APPEND_BYTES,
    PARTIAL_UPLOAD,
    DeliveryProof,
    ProblemCode,
    UploadOffset,
    read_manifest_answer,
    read_problem,
    read_proofs_page,
    verify_proof,
)
from tests.support.central_server import CentralServer, running_platform
from tests.support.kiosk_client import KioskClient, offset_of, problem, told
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentralServer]:
    """Run one platform for all tests of this file; each enrols a kiosk of its own."""
    with running_platform(tmp_path_factory.mktemp("central")) as running:
        yield running


@pytest.fixture
def kiosk(server: CentralServer) -> Iterator[KioskClient]:
    """Enrol a kiosk."""
    client = KioskClient.enrol(server)
    yield client
    client.close()


def test_an_upload_goes_on_where_it_stopped(kiosk: KioskClient) -> None:
    """Chunks add up; a wrong offset is answered with the right one."""
    sealed = kiosk.writer().seal(photo=bytes(50_000))
    kiosk.announce(sealed)
    first = kiosk.append(sealed, 0, 20_000)
    assert first.status_code == 204
    assert offset_of(first) == UploadOffset(20_000, complete=False, length=len(sealed.data))
    again = kiosk.append(sealed, 0, 20_000)
    assert again.status_code == 409
    assert problem(again) is ProblemCode.MISMATCHING_OFFSET
    assert read_problem(409, again.content).members[0] == ("expected-offset", 20_000)
    head = kiosk.offset(sealed)
    assert head.status_code == 204
    assert offset_of(head).offset == 20_000
    assert head.headers["Cache-Control"] == "no-store"
    assert kiosk.append(sealed, 20_000).status_code == 200
    assert offset_of(kiosk.offset(sealed)).complete


def test_a_broken_connection_keeps_what_arrived(kiosk: KioskClient) -> None:
    """Bytes before the cut are not sent twice, and a new request ends one that hangs."""
    sealed = kiosk.writer().seal(photo=bytes(80_000))
    kiosk.announce(sealed)
    prepared = kiosk.prepare(
        "PATCH",
        f"/v1/uploads/{sealed.header.app_id}",
        data=sealed.data,
        headers={
            "Content-Type": PARTIAL_UPLOAD,
            "Upload-Offset": "0",
            "Upload-Complete": "?1",
        },
    )
    address = urlsplit(kiosk.server.url)
    head = "PATCH {} HTTP/1.1\r\nHost: {}\r\n{}\r\n\r\n".format(
        prepared.path_url,
        address.netloc,
        "\r\n".join(f"{name}: {value}" for name, value in prepared.headers.items()),
    )
    with socket.create_connection((str(address.hostname), address.port or 80)) as ghost:
        ghost.sendall(head.encode() + sealed.data[:30_000])
        # Asked over HTTP, a later counter could overtake the ghost's: the disk tells when it is in.
        arriving = kiosk.server.data / "arriving"
        wait_until(lambda: [p.stat().st_size for p in arriving.iterdir()] == [30_000])
        # The ghost still holds its connection; the next request takes over.
        assert kiosk.append(sealed, 30_000).status_code == 200


def test_bytes_with_another_digest_are_not_kept(kiosk: KioskClient) -> None:
    """What arrived changed is refused as a whole, and sent again it is taken."""
    sealed = kiosk.writer().seal()
    kiosk.announce(sealed)
    prepared = kiosk.prepare(
        "PATCH",
        f"/v1/uploads/{sealed.header.app_id}",
        data=sealed.data,
        headers={"Content-Type": PARTIAL_UPLOAD, "Upload-Offset": "0", "Upload-Complete": "?1"},
    )
    prepared.body = sealed.data[:-1] + b"?"
    answer = kiosk.send(prepared)
    assert answer.status_code == 400
    assert problem(answer) is ProblemCode.DIGEST_MISMATCH
    assert offset_of(kiosk.offset(sealed)).offset == 0
    assert kiosk.append(sealed, 0).status_code == 200


def test_an_upload_that_is_another_file_is_thrown_away(kiosk: KioskClient) -> None:
    """Digests of chunks do not help a file that is not the announced entry."""
    sealed = kiosk.writer().seal()
    kiosk.announce(sealed)
    answer = kiosk.append(sealed, 0, data=sealed.data[:-1] + b"?")
    assert answer.status_code == 422
    assert problem(answer) is ProblemCode.NOT_THE_ENTRY
    assert answer.headers["Upload-Complete"] == "?1"
    assert offset_of(kiosk.offset(sealed)) == UploadOffset(0, False, len(sealed.data))
    assert kiosk.append(sealed, 0).status_code == 200


def test_uploads_are_bounded(kiosk: KioskClient) -> None:
    """Neither more than announced nor more than one request may bring is written."""
    sealed = kiosk.writer().seal()
    assert kiosk.offset(sealed).status_code == 404
    kiosk.announce(sealed)
    longer = kiosk.append(sealed, 0, data=sealed.data + b"more")
    assert problem(longer) is ProblemCode.BAD_MESSAGE
    early = kiosk.append(sealed, 0, data=sealed.data[:100])
    assert problem(early) is ProblemCode.BAD_MESSAGE
    assert offset_of(kiosk.offset(sealed)).offset == 100
    large = kiosk.append(sealed, 100, data=bytes(MAX_APPEND_BYTES + 1))
    assert problem(large) is ProblemCode.TOO_LARGE
    assert str(MAX_APPEND_BYTES) in large.headers["Upload-Limit"]
    assert offset_of(kiosk.offset(sealed)).offset == 100
    assert kiosk.append(sealed, 100).status_code == 200


def test_a_lost_final_answer_is_found_among_the_proofs(kiosk: KioskClient) -> None:
    """By the feed, by announcing again, and what is sent again is refused as complete."""
    writer = kiosk.writer()
    sealed = [writer.seal() for _ in range(3)]
    for each in reversed(sealed):
        kiosk.deliver(each)
    page = told(kiosk.get("proofs", epoch=writer.epoch, since_seq=1), read_proofs_page)
    assert not page.more
    assert page.next_since_seq == 3
    for document, each in zip(page.proofs, sealed[1:], strict=True):
        proof = verify_proof(document, kiosk.enrolled.keyset, each.front)
        assert isinstance(proof, DeliveryProof)
    again = told(kiosk.announce(sealed[0]), read_manifest_answer)
    assert again.complete
    assert again.proof is not None
    assert problem(kiosk.append(sealed[0], 0)) is ProblemCode.COMPLETED_UPLOAD
    assert told(kiosk.get("proofs", epoch="f" * 32), read_proofs_page).proofs == ()
    assert problem(kiosk.get("proofs", epoch="x")) is ProblemCode.BAD_MESSAGE
    assert problem(kiosk.get("proofs", epoch="f" * 32, since_seq=-1)) is ProblemCode.BAD_MESSAGE


def test_what_was_promised_survives_a_kill(tmp_path: Path) -> None:
    """Killed after a proof and in the middle of an upload, it goes on with both."""
    with running_platform(tmp_path) as server:
        kiosk = KioskClient.enrol(server)
        writer = kiosk.writer()
        held, half = writer.seal(), writer.seal(photo=bytes(40_000))
        kiosk.deliver(held)
        kiosk.announce(half)
        kiosk.append(half, 0, 10_000)
        server.kill()
        server.start()
        assert told(kiosk.announce(held), read_manifest_answer).complete
        assert offset_of(kiosk.offset(half)).offset == 10_000
        assert kiosk.append(half, 10_000).status_code == 200
        kiosk.close()


def test_what_arrived_whole_before_a_crash_is_proven_when_it_is_announced(
    kiosk: KioskClient,
) -> None:
    """All bytes are there and nobody proved them: there is nothing left that a kiosk could send."""
    sealed, other = kiosk.writer().seal(), kiosk.writer(1).seal()
    arriving = kiosk.server.data / "arriving"
    for each, data in ((sealed, sealed.data), (other, bytes(len(other.data)))):
        kiosk.announce(each)
        (arriving / f"{each.header.app_id}.part").write_bytes(data)
    assert offset_of(kiosk.offset(sealed)).offset == len(sealed.data)
    again = kiosk.announce(sealed)
    assert again.status_code == 200
    answer = told(again, read_manifest_answer)
    assert answer.complete
    assert answer.proof is not None
    proof = verify_proof(answer.proof, kiosk.enrolled.keyset, sealed.front)
    assert isinstance(proof, DeliveryProof)
    spoilt = told(kiosk.announce(other), read_manifest_answer)
    assert (spoilt.offset, spoilt.complete) == (0, False)
    assert kiosk.append(other, 0).status_code == 200
