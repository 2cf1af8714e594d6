"""The platform's calls over real HTTP, and what becomes of them repeated, cut or forged."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.envelope import ClockState, EntryKind, Epoch, ReceiptNumber
from sync.protocol import (
    DIGEST_HEADER,
    MAX_MANIFESTS,
    BadAnswer,
    DeliveryProof,
    Hello,
    Manifest,
    ManifestAnswer,
    Problem,
    ProblemCode,
    ReceivedRequest,
    StaffChange,
    StatusChange,
    StatusCode,
    accept_staff_list,
    content_digest,
    make_enrol_request,
    parse_enrolment_code,
    read_changes_page,
    read_final_answer,
    read_hello_answer,
    read_manifest_answer,
    read_manifests_answer,
    read_problem,
    sign_request,
    speaks_protocol,
    verify_proof,
)
from tests.support.central_server import CentralServer, running_platform
from tests.support.entries import A_QUERY_CODE, EntryWriter
from tests.support.kiosk_client import TIMEOUT_S, KioskClient, problem, told
from tests.support.office import Office
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


def test_an_entry_is_announced_sent_and_proven(kiosk: KioskClient) -> None:
    """The proof fits the entry, is signed by the platform, and every answer speaks the protocol."""
    sealed = kiosk.writer().seal(photo=bytes(100_000))
    announced = kiosk.announce(sealed)
    assert announced.status_code == 201
    assert told(announced, read_manifest_answer).offset == 0
    assert kiosk.announce(sealed).status_code == 200
    final = kiosk.append(sealed, 0)
    assert final.status_code == 200
    assert final.headers["Upload-Complete"] == "?1"
    assert speaks_protocol(final.headers)
    document = told(final, read_final_answer)
    proof = verify_proof(document, kiosk.enrolled.keyset, sealed.front)
    assert isinstance(proof, DeliveryProof)
    other = kiosk.writer().seal()
    assert isinstance(verify_proof(document, kiosk.enrolled.keyset, other.front), BadAnswer)


def test_several_are_announced_at_once_and_each_is_answered(kiosk: KioskClient) -> None:
    """New, the same again, in conflict, and no manifest at all: none spoils another."""
    writer = kiosk.writer()
    new, known, held = writer.seal(), writer.seal(), writer.seal()
    kiosk.announce(known)
    kiosk.deliver(held)
    conflict = kiosk.writer().seal(app_id=held.header.app_id)
    fronts = [Manifest(it.front).to_json() for it in (new, known, held, conflict)]
    body = {"entries": [*fronts, {"header": 7}, fronts[0]]}
    path = f"/v1/kiosks/{kiosk.kiosk}/entries"
    answer = told(kiosk.call("POST", path, body=body), read_manifests_answer)
    offsets = [it.offset for it in answer.entries if isinstance(it, ManifestAnswer)]
    assert offsets == [0, 0, len(held.data), 0]
    third = answer.entries[2]
    assert isinstance(third, ManifestAnswer)
    assert third.proof is not None
    codes = [it.code for it in answer.entries if isinstance(it, Problem)]
    assert codes == [ProblemCode.ID_CONFLICT, ProblemCode.BAD_MESSAGE]
    assert kiosk.append(new, 0).status_code == 200
    many = {"entries": fronts[:1] * (MAX_MANIFESTS + 1)}
    assert problem(kiosk.call("POST", path, body=many)) is ProblemCode.BAD_MESSAGE
    other = path.replace(kiosk.kiosk, "k-00000000")
    assert problem(kiosk.call("POST", other, body=body)) is ProblemCode.OTHER_KIOSK


def test_one_id_and_one_place_hold_one_entry(kiosk: KioskClient) -> None:
    """Other content under the same id is a conflict; another id at the same place is kept too."""
    one, other = kiosk.writer(), kiosk.writer()
    sealed = one.seal()
    kiosk.deliver(sealed)
    same_id = other.seal(app_id=sealed.header.app_id)
    answer = kiosk.announce(same_id)
    assert answer.status_code == 409
    assert problem(answer) is ProblemCode.ID_CONFLICT
    fork = kiosk.writer().seal()
    assert fork.header.seq == sealed.header.seq
    assert kiosk.announce(fork).status_code == 201


def test_entries_of_others_are_refused(server: CentralServer, kiosk: KioskClient) -> None:
    """Another kiosk's name, number, signature, path or upload."""
    other = KioskClient.enrol(server)
    theirs = other.writer().seal()
    other.announce(theirs)
    assert kiosk.offset(theirs).status_code == 404
    path = f"/v1/kiosks/{other.kiosk}/changes"
    assert problem(kiosk.call("GET", path)) is ProblemCode.OTHER_KIOSK
    sealed = kiosk.writer().seal()
    moved = replace(sealed, front=theirs.front)
    assert problem(kiosk.announce(moved)) is ProblemCode.BAD_MESSAGE
    writer = kiosk.writer()
    writer.number = other.enrolled.answer.numbers[0]
    assert problem(kiosk.announce(writer.seal())) is ProblemCode.BAD_MESSAGE
    forged = EntryWriter(
        kiosk.enrolled.answer.kiosk,
        Ed25519PrivateKey.generate(),
        kiosk.enrolled.keyset.recipients,
        number=kiosk.enrolled.answer.numbers[0],
    )
    assert problem(kiosk.announce(forged.seal())) is ProblemCode.BAD_MESSAGE
    other.close()


def test_requests_that_are_not_signed_well_are_refused(kiosk: KioskClient) -> None:
    """Unsigned, of an unknown kiosk, changed on the way, played again: 401, and nothing is done."""
    path = f"/v1/kiosks/{kiosk.kiosk}/changes"
    plain = requests.get(kiosk.server.url + path, timeout=TIMEOUT_S)
    assert plain.status_code == 401
    assert problem(plain) is ProblemCode.BAD_SIGNATURE
    prepared = kiosk.prepare("GET", path + "?since=5")
    prepared.url = str(prepared.url).replace("since=5", "since=6")
    assert problem(kiosk.send(prepared)) is ProblemCode.BAD_SIGNATURE
    good = kiosk.prepare("GET", path)
    assert kiosk.send(good).status_code == 200
    played_again = kiosk.send(good)
    assert problem(played_again) is ProblemCode.COUNTER_TOO_LOW
    assert dict(read_problem(401, played_again.content).members)["counter"] == kiosk.counter
    sealed = kiosk.writer().seal()
    hello = kiosk.prepare(
        "PUT", f"/v1/kiosks/{kiosk.kiosk}/entries/{sealed.header.app_id}", body={}
    )
    hello.body = b'{"x": 1}'
    hello.headers["Content-Length"] = "8"
    assert problem(kiosk.send(hello)) is ProblemCode.DIGEST_MISMATCH
    hello = kiosk.prepare("GET", path)
    hello.headers["Signature-Input"] = hello.headers["Signature-Input"].replace(
        kiosk.kiosk, "k-nobody"
    )
    assert problem(kiosk.send(hello)) is ProblemCode.BAD_SIGNATURE


def test_a_clock_far_away_is_told_the_time(kiosk: KioskClient) -> None:
    """The signature is good, only its time is not: the answer helps to put the clock right."""
    request = ReceivedRequest("GET", f"{kiosk.server.url}/v1/kiosks/{kiosk.kiosk}/changes", {})
    at = datetime.now(UTC) - timedelta(days=700)
    sign_request(request, kiosk.kiosk, kiosk.key, kiosk.next_counter(), at)
    answer = requests.get(str(request.url), headers=request.headers, timeout=TIMEOUT_S)
    assert answer.status_code == 401
    found = read_problem(401, answer.content)
    assert found.code is ProblemCode.CLOCK_SKEW
    assert found.server_time.endswith("Z")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"header":{}}', b"[" * 100_000, b"\xff"])
def test_messages_that_are_none_are_refused(kiosk: KioskClient, body: bytes) -> None:
    """Whatever the body: 400 and a problem."""
    path = f"/v1/kiosks/{kiosk.kiosk}"
    headers = {"Content-Type": "application/json", DIGEST_HEADER: content_digest(body)}
    for method, call in (("POST", "/hello"), ("PUT", "/entries/not-an-id")):
        answer = kiosk.call(method, path + call, data=body, headers=headers)
        assert answer.status_code == 400
        assert problem(answer) is ProblemCode.BAD_MESSAGE
    assert problem(kiosk.call("GET", "/v1/nothing")) is ProblemCode.NOT_FOUND
    assert problem(kiosk.call("DELETE", path + "/hello")) is None


def a_hello(writer: EntryWriter, epoch: Epoch | None = None) -> Hello:
    """Return how a kiosk is that has sealed what the writer has."""
    return Hello(
        epoch=writer.epoch if epoch is None else epoch,
        number=writer.number,
        head_seq=writer.seq,
        head_hash=writer.prev_hash,
        clock_at=datetime.now(UTC),
        clock_state=ClockState.SYNCED,
        counts=(("queued", 2),),
        devices=(("card_reader", "ok"),),
        versions=(("program", "0.1.0"),),
        free_bytes=10**9,
    )


def test_hello_tells_what_is_held_announced_and_missing(kiosk: KioskClient) -> None:
    """The platform knows the debt before the bytes move, and names the gaps."""
    writer = kiosk.writer()
    path = f"/v1/kiosks/{kiosk.kiosk}/hello"
    sealed = [writer.seal() for _ in range(5)]
    answer = told(kiosk.call("POST", path, body=a_hello(writer).to_json()), read_hello_answer)
    assert (answer.contiguous_seq, answer.gaps) == (0, ((1, 5),))
    assert answer.contiguous_hash == sealed[0].front.prev_hash
    kiosk.deliver(sealed[1])
    kiosk.deliver(sealed[0])
    kiosk.announce(sealed[3])
    answer = told(kiosk.call("POST", path, body=a_hello(writer).to_json()), read_hello_answer)
    assert answer.contiguous_seq == 2
    assert answer.contiguous_hash == sealed[1].entry_hash
    assert answer.gaps == ((3, 3), (5, 5))
    assert answer.wanted == (sealed[3].header.app_id,)
    assert dict(answer.revisions) == {
        "keyset": 1,
        "staff": kiosk.enrolled.staff.version,
        "notices": 0,
    }


def test_statuses_and_staff_reach_the_kiosk(server: CentralServer, kiosk: KioskClient) -> None:
    """What the office decides is in the changes feed, oldest first, once per cursor."""
    sealed = kiosk.writer().seal()
    kiosk.deliver(sealed)
    site = kiosk.enrolled.answer.site.site_id
    with Office(server) as office:
        office.sign_in()
        office.set_status(sealed.header.app_id, "more_papers", zh_CN="请补交户口簿", en="")
        office.add_member(site, "Li Wen", "volunteer", "271828")
    page = told(kiosk.get("changes", since="0"), read_changes_page)
    status = next(change for change in page.changes if isinstance(change, StatusChange))
    assert status.app_id == sealed.header.app_id
    assert status.code is StatusCode.MORE_PAPERS
    assert status.words == (("zh_CN", "请补交户口簿"),)
    assert status.receipt_number == str(sealed.header.receipt_number)
    lists = [change for change in page.changes if isinstance(change, StaffChange)]
    staff = accept_staff_list(lists[-1].document, kiosk.enrolled.keyset, site)
    assert not isinstance(staff, BadAnswer)
    assert [it.member.name for it in staff.members][-1] == "Li Wen"
    assert "271828" not in str(staff)
    rest = told(kiosk.get("changes", since=page.cursor), read_changes_page)
    assert rest.changes == ()
    assert rest.cursor == page.cursor
    assert problem(kiosk.get("changes", since="x")) is ProblemCode.BAD_MESSAGE


def test_enrolment_works_once_and_only_with_the_key(server: CentralServer) -> None:
    """A used code, a wrong one, a key not held: refused alike; the same again is not."""
    code = parse_enrolment_code(server.enrolment_code())
    assert code is not None
    key, thief = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    url = f"{server.url}/v1/enrol"
    public = key.public_key().public_bytes_raw()
    stolen = make_enrol_request(code, public, thief.sign)
    assert problem(requests.post(url, json=stolen.to_json(), timeout=TIMEOUT_S)) is (
        ProblemCode.ENROLMENT_REFUSED
    )
    request = make_enrol_request(code, public, key.sign)
    first = requests.post(url, json=request.to_json(), timeout=TIMEOUT_S)
    again = requests.post(url, json=request.to_json(), timeout=TIMEOUT_S)
    assert first.status_code == again.status_code == 201
    assert first.json()["kiosk"] == again.json()["kiosk"]
    later = make_enrol_request(code, thief.public_key().public_bytes_raw(), thief.sign)
    refused = requests.post(url, json=later.to_json(), timeout=TIMEOUT_S)
    assert refused.status_code == 403
    assert problem(refused) is ProblemCode.ENROLMENT_REFUSED


def test_numbers_are_never_given_twice(server: CentralServer, kiosk: KioskClient) -> None:
    """Each kiosk has several numbers of its own."""
    other = KioskClient.enrol(server)
    numbers, others = kiosk.enrolled.answer.numbers, other.enrolled.answer.numbers
    assert len(numbers) > 1
    assert not set(numbers) & set(others)
    other.close()


def test_what_can_not_be_opened_is_held_and_proven(
    server: CentralServer, kiosk: KioskClient
) -> None:
    """Proof is about holding: an unreadable entry is put aside with its reason, not refused."""
    sealed = kiosk.writer().seal(container=b"no container at all")
    answer = kiosk.deliver(sealed)
    proof = verify_proof(told(answer, read_final_answer), kiosk.enrolled.keyset, sealed.front)
    assert isinstance(proof, DeliveryProof)
    with Office(server) as office:
        office.sign_in()
        wait_until(lambda: "Can't be opened" in office.entry(sealed.header.app_id))


def test_a_resident_asks_with_number_and_code(server: CentralServer, kiosk: KioskClient) -> None:
    """The state in both languages, never a name; a wrong code is told from nothing else."""
    sealed = kiosk.writer().seal()
    kiosk.deliver(sealed)
    number = str(sealed.header.receipt_number)
    with Office(server) as office:
        wait_until(lambda: "Received" in office.ask(number, A_QUERY_CODE))
        page = office.ask(" ".join((number[:4], number[4:])), A_QUERY_CODE.lower())
        assert "已收到" in page
        assert "张" not in page
        wrong = office.ask(number, "222222")
        nobody = office.ask(str(ReceiptNumber(9999, 1)), "222222")
        assert "Received" not in wrong
        assert wrong.replace(number, "") == nobody.replace(str(ReceiptNumber(9999, 1)), "")


def test_the_whole_digest_is_that_of_the_sealed_part(kiosk: KioskClient) -> None:
    """The proof repeats the hash that anybody can compute from the file."""
    sealed = kiosk.writer().seal(EntryKind.RATING)
    proof = verify_proof(
        told(kiosk.deliver(sealed), read_final_answer), kiosk.enrolled.keyset, sealed.front
    )
    assert isinstance(proof, DeliveryProof)
    part = sealed.data[sealed.front.sealed_at :]
    assert proof.ct_sha256 == hashlib.sha256(part).digest()
