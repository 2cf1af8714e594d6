"""The wire types: what is written comes back, and every lie ends in a typed refusal."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from kiosk.envelope import (
    ClockState,
    Json,
    KioskId,
    RecipientPrivateKey,
    StaffMember,
    StaffRole,
    canonical,
)
from sync.protocol import (
    MAX_MESSAGE_BYTES,
    ROOT_KID,
    BadAnswer,
    ChangesPage,
    DeliveryProof,
    DocumentType,
    EnrolAnswer,
    Enrolled,
    EnrolmentCode,
    Fields,
    Hello,
    HelloAnswer,
    Keyset,
    KeysetChange,
    ListedMember,
    Manifest,
    ManifestAnswer,
    Notice,
    Problem,
    ProblemCode,
    ProofsPage,
    SignedDocument,
    SigningKey,
    Site,
    SkippedChange,
    StaffChange,
    StatusChange,
    StatusCode,
    UploadOffset,
    accept_enrolment,
    accept_keyset,
    accept_staff_list,
    format_instant,
    keyset_payload,
    make_enrol_request,
    make_enrolment_code,
    parse_enrolment_code,
    parse_instant,
    read_bytes,
    read_changes_page,
    read_enrol_answer,
    read_enrol_request,
    read_final_answer,
    read_hello,
    read_hello_answer,
    read_manifest,
    read_manifest_answer,
    read_problem,
    read_proofs_page,
    read_upload_offset,
    root_fingerprint,
    sign_document,
    sign_proof,
    speaks_protocol,
    staff_payload,
    verify_proof,
)
from tests.support.entries import AN_EPOCH, EntryWriter

ROOT, SIGNING, STRANGER, KIOSK = (Ed25519PrivateKey.generate() for _ in range(4))
RECIPIENT = RecipientPrivateKey.generate().public_key
AT = datetime(2026, 11, 20, 8, 15, 30, tzinfo=UTC)
SITE = "s-1"
SEALED = EntryWriter(KioskId("k-1"), KIOSK, (RECIPIENT,)).seal()
OTHER = EntryWriter(KioskId("k-1"), KIOSK, (RECIPIENT,)).seal()
MEMBER = ListedMember(StaffMember("p-1", "Li Wen", StaffRole.VOLUNTEER), "$argon2id$v=19$x")

Reader = Callable[[Fields], object]


def public(key: Ed25519PrivateKey) -> bytes:
    """Return the public half."""
    return key.public_key().public_bytes_raw()


def a_keyset_document(
    version: int = 1,
    signer: Ed25519PrivateKey = ROOT,
    uses: tuple[DocumentType, ...] = (DocumentType.DELIVERY_PROOF, DocumentType.STAFF_LIST),
) -> SignedDocument:
    """Return a keyset as the platform publishes it."""
    told = keyset_payload(version, (RECIPIENT,), (SigningKey("s", public(SIGNING), uses),))
    return sign_document(DocumentType.KEYSET, told, ROOT_KID, signer.sign)


def a_keyset() -> Keyset:
    """Return a keyset that was accepted."""
    keyset = accept_keyset(a_keyset_document(), public(ROOT))
    assert isinstance(keyset, Keyset)
    return keyset


def a_staff_document(
    version: int = 1, site: str = SITE, signer: Ed25519PrivateKey = SIGNING, kid: str = "s"
) -> SignedDocument:
    """Return a staff list as the platform publishes it."""
    told = staff_payload(version, site, (MEMBER,))
    return sign_document(DocumentType.STAFF_LIST, told, kid, signer.sign)


def a_proof(signer: Ed25519PrivateKey = SIGNING, kid: str = "s") -> SignedDocument:
    """Return a proof for the sealed entry."""
    return sign_proof(SEALED.front, AT, "1001-0001", kid, signer.sign)


def messages() -> list[tuple[Reader, object, dict[str, Json]]]:
    """Return every message with its reader and its wire form."""
    keyset, staff, proof = a_keyset_document(), a_staff_document(), a_proof()
    words = (("en", "x"), ("zh_CN", "好"))
    app_id = SEALED.header.app_id
    code = make_enrolment_code(bytes(range(8)), public(ROOT))
    request = make_enrol_request(code, public(KIOSK), KIOSK.sign, "0.1.0")
    enrol = EnrolAnswer(
        KioskId("k-1"), (1001, 1002), public(ROOT), keyset, staff, Site(SITE, "Lake", "1"), "u"
    )
    hello = Hello(
        AN_EPOCH, 1001, 5, bytes(32), AT, ClockState.FLOOR, (("queued", 1),), words, words, 9
    )
    hello_answer = HelloAnswer(AT, 1, bytes(32), ((2, 3), (5, 5)), (app_id,), (("keyset", 1),), 5)
    page = ChangesPage(
        (
            StatusChange(app_id, "3702000112", StatusCode.REFUSED, words, AT),
            StaffChange(staff),
            KeysetChange(keyset),
            Notice("n", words),
        ),
        "7",
        more=True,
    )
    manifest = Manifest(SEALED.front)
    answer = ManifestAnswer(5, complete=True, proof=proof)
    proofs = ProofsPage((proof,), 1, more=False)
    return [
        (read_enrol_request, request, request.to_json()),
        (read_enrol_answer, enrol, enrol.to_json()),
        (read_hello, hello, hello.to_json()),
        (read_hello_answer, hello_answer, hello_answer.to_json()),
        (read_manifest, manifest, manifest.to_json()),
        (read_manifest_answer, answer, answer.to_json()),
        (read_manifest_answer, ManifestAnswer(0, False), ManifestAnswer(0, False).to_json()),
        (read_final_answer, proof, {"proof": proof.to_json()}),
        (read_proofs_page, proofs, proofs.to_json()),
        (read_changes_page, page, page.to_json()),
    ]


MESSAGES = messages()
READERS = list(dict.fromkeys(reader for reader, _, _ in MESSAGES))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(("reader", "value", "told"), MESSAGES)
def test_what_is_written_comes_back(reader: Reader, value: object, told: dict[str, Json]) -> None:
    """Through bytes and back it is the same, and members nobody knows are skipped."""
    assert read_bytes(json.dumps(told).encode(), reader) == value
    assert read_bytes(json.dumps({**told, "later": [1]}).encode(), reader) == value


@given(st.sampled_from(MESSAGES), st.data())
def test_one_wrong_value_is_refused_or_read(
    message: tuple[Reader, object, dict[str, Json]], data: st.DataObject
) -> None:
    """Any member replaced by anything: never an exception."""
    reader, _, told = message
    name = data.draw(st.sampled_from(sorted(told)))
    changed = {**told, name: data.draw(json_values)}
    read_bytes(json.dumps(changed).encode(), reader)
    del changed[name]
    read_bytes(json.dumps(changed).encode(), reader)


@given(st.sampled_from(READERS), st.binary(max_size=60))
def test_garbage_is_a_typed_refusal(reader: Reader, data: bytes) -> None:
    """Random bytes are never an exception, and never a message."""
    assert isinstance(read_bytes(data, reader), BadAnswer)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"5",
        b"{}",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"\xff\xfe",
        b"<html>Log in to the network</html>",
        b"1" * 5000,
        b" " * (MAX_MESSAGE_BYTES + 1),
    ],
    ids=range(11),
)
@pytest.mark.parametrize("reader", READERS)
def test_nonsense_is_a_typed_refusal(reader: Reader, data: bytes) -> None:
    """Portals, empty answers, endless nesting, endless digits."""
    assert isinstance(read_bytes(data, reader), BadAnswer)


def test_a_proof_counts_for_its_entry_alone() -> None:
    """Signed by the right key, for the right entry, saying durable."""
    keyset = a_keyset()
    proof = verify_proof(a_proof(), keyset, SEALED.front)
    assert isinstance(proof, DeliveryProof)
    assert (proof.app_id, proof.received_at) == (SEALED.header.app_id, AT)
    assert isinstance(verify_proof(a_proof(), keyset, OTHER.front), BadAnswer)
    assert isinstance(verify_proof(a_proof(STRANGER), keyset, SEALED.front), BadAnswer)
    assert isinstance(verify_proof(a_proof(kid="t"), keyset, SEALED.front), BadAnswer)
    for change in ({"durable": False}, {"kid": "t"}, {"size": 1}, {"seq": 0}, {"app_id": "x"}):
        told = json.loads(a_proof().payload)
        kind = DocumentType(told.pop("type"))
        lie = sign_document(kind, {**told, **change}, "s", SIGNING.sign)
        assert isinstance(verify_proof(lie, keyset, SEALED.front), BadAnswer)
    changed = replace(a_proof(), payload=a_proof().payload.replace(b"1001-0001", b"1001-0002"))
    assert isinstance(verify_proof(changed, keyset, SEALED.front), BadAnswer)


def test_a_staff_list_is_no_proof_and_no_key_signs_more_than_it_may() -> None:
    """The kind is part of what is signed, and the keyset says who may sign it."""
    keyset = a_keyset()
    assert isinstance(verify_proof(a_staff_document(), keyset, SEALED.front), BadAnswer)
    narrow = accept_keyset(a_keyset_document(uses=(DocumentType.STAFF_LIST,)), public(ROOT))
    assert isinstance(narrow, Keyset)
    assert isinstance(verify_proof(a_proof(), narrow, SEALED.front), BadAnswer)
    as_keyset = sign_document(
        DocumentType.STAFF_LIST, json.loads(a_keyset_document().payload), ROOT_KID, ROOT.sign
    )
    assert isinstance(accept_keyset(as_keyset, public(ROOT)), BadAnswer)


def test_only_root_puts_keys_in_force_and_versions_only_rise() -> None:
    """Another signer, another name, an older version, nobody to seal to."""
    assert isinstance(accept_keyset(a_keyset_document(signer=STRANGER), public(ROOT)), BadAnswer)
    renamed = replace(a_keyset_document(), kid="s")
    assert isinstance(accept_keyset(renamed, public(ROOT)), BadAnswer)
    assert isinstance(accept_keyset(a_keyset_document(3), public(ROOT), at_least=4), BadAnswer)
    assert isinstance(accept_keyset(a_keyset_document(4), public(ROOT), at_least=4), Keyset)
    told = {**keyset_payload(1, (), ())}
    nobody = sign_document(DocumentType.KEYSET, told, ROOT_KID, ROOT.sign)
    assert isinstance(accept_keyset(nobody, public(ROOT)), BadAnswer)
    wrong_name = json.loads(a_keyset_document().payload)
    wrong_name["recipients"][0]["kid"] = "00"
    document = sign_document(DocumentType.KEYSET, wrong_name, ROOT_KID, ROOT.sign)
    assert isinstance(accept_keyset(document, public(ROOT)), BadAnswer)


def test_a_recipient_for_other_algorithms_is_passed_over() -> None:
    """A newer platform may name keys that this kiosk can't use."""
    told = json.loads(a_keyset_document().payload)
    told["recipients"].append({"kid": "x", "suite": "SM2-SM3-SM4GCM", "public_key": "AA=="})
    told["signing_keys"][0]["uses"].append("later")
    document = sign_document(DocumentType.KEYSET, told, ROOT_KID, ROOT.sign)
    keyset = accept_keyset(document, public(ROOT))
    assert isinstance(keyset, Keyset)
    assert [key.kid for key in keyset.recipients] == [RECIPIENT.kid]


def test_a_staff_list_is_for_one_site_and_only_rises() -> None:
    """Another site, an older version, another signer, a PIN that is not hashed."""
    keyset = a_keyset()
    staff = accept_staff_list(a_staff_document(2), keyset, SITE, at_least=2)
    assert not isinstance(staff, BadAnswer)
    assert staff.members == (MEMBER,)
    for refused in (
        accept_staff_list(a_staff_document(1), keyset, SITE, at_least=2),
        accept_staff_list(a_staff_document(site="s-2"), keyset, SITE),
        accept_staff_list(a_staff_document(signer=STRANGER), keyset, SITE),
        accept_staff_list(a_staff_document(kid="unknown"), keyset, SITE),
    ):
        assert isinstance(refused, BadAnswer)
    plain = ListedMember(MEMBER.member, "271828")
    told = staff_payload(1, SITE, (plain,))
    document = sign_document(DocumentType.STAFF_LIST, told, "s", SIGNING.sign)
    assert isinstance(accept_staff_list(document, keyset, SITE), BadAnswer)


def test_an_enrolment_is_believed_only_with_the_root_key_of_the_code() -> None:
    """Whoever sits in between can't put another platform there."""
    code = make_enrolment_code(bytes(8), public(ROOT))
    answer = EnrolAnswer(
        KioskId("k-1"),
        (1001,),
        public(ROOT),
        a_keyset_document(),
        a_staff_document(),
        Site(SITE, "Lake", ""),
        "",
    )
    assert isinstance(accept_enrolment(answer, code), Enrolled)
    for lie in (
        replace(answer, root_key=public(STRANGER)),
        replace(answer, keyset=a_keyset_document(signer=STRANGER)),
        replace(answer, staff=a_staff_document(site="s-2")),
    ):
        assert isinstance(accept_enrolment(lie, code), BadAnswer)


def test_a_kiosk_proves_its_key() -> None:
    """A request signed by another key, or for another code, proves nothing."""
    code = make_enrolment_code(bytes(8), public(ROOT))
    assert make_enrol_request(code, public(KIOSK), KIOSK.sign).proves_possession()
    assert not make_enrol_request(code, public(KIOSK), STRANGER.sign).proves_possession()
    moved = replace(make_enrol_request(code, public(KIOSK), KIOSK.sign), secret="0" * 11 + "1")
    assert not moved.proves_possession()


@given(st.binary(min_size=8, max_size=8))
def test_a_code_comes_back_however_it_is_typed(random: bytes) -> None:
    """Hyphens, spaces, case and lookalikes do not matter."""
    code = make_enrolment_code(random, public(ROOT))
    text = str(code)
    assert len(text) == 34
    assert parse_enrolment_code(text) == code
    assert parse_enrolment_code(text.lower().replace("-", " ").replace("1", "l")) == code
    assert code.fingerprint == root_fingerprint(public(ROOT))


@given(st.text(max_size=40))
def test_any_text_is_a_code_or_none(text: str) -> None:
    """Nothing typed raises."""
    code = parse_enrolment_code(text)
    assert code is None or isinstance(code, EnrolmentCode)


def test_a_code_needs_its_randomness() -> None:
    """Sixty bits come from eight bytes."""
    with pytest.raises(ValueError, match="eight"):
        make_enrolment_code(b"short", public(ROOT))


def test_unreadable_changes_do_not_stop_the_feed() -> None:
    """One that is broken and one of a later version are skipped; the others arrive."""
    good = StatusChange(SEALED.header.app_id, "1", StatusCode.DONE, (), AT)
    told = ChangesPage((good, SkippedChange("later", "")), "9", more=False).to_json()
    changes = told["changes"]
    assert isinstance(changes, list)
    changes += [{"kind": "status"}, {"kind": "status", "code": "x"}, 5, {"kind": 5}]
    page = read_bytes(json.dumps(told).encode(), read_changes_page)
    assert isinstance(page, ChangesPage)
    assert page.changes[0] == good
    assert all(isinstance(change, SkippedChange) for change in page.changes[1:])
    assert len(page.changes) == 6


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"upload-offset": "5", "Upload-Complete": "?0"}, UploadOffset(5, complete=False)),
        (
            {"Upload-Offset": " 0 ", "UPLOAD-COMPLETE": "?1", "Upload-Length": "9"},
            UploadOffset(0, complete=True, length=9),
        ),
        ({"Upload-Offset": "-1", "Upload-Complete": "?0"}, None),
        ({"Upload-Offset": "5"}, None),
        ({"Upload-Offset": "5", "Upload-Complete": "yes"}, None),
        ({"Upload-Offset": "1" * 16, "Upload-Complete": "?0"}, None),
        ({"Upload-Offset": "٥", "Upload-Complete": "?0"}, None),
        ({}, None),
    ],
)
def test_offsets_are_read_strictly(headers: dict[str, str], expected: UploadOffset | None) -> None:
    """Only what RFC 9651 calls an integer and a boolean."""
    read = read_upload_offset(headers)
    assert read == expected if expected else isinstance(read, BadAnswer)
    if expected:
        assert read_upload_offset(expected.to_headers()) == expected


@given(st.integers(100, 599), st.binary(max_size=80))
def test_any_error_answer_is_a_problem(status: int, body: bytes) -> None:
    """Whatever comes with an error, there is something to show."""
    assert read_problem(status, body).status == status


def test_a_problem_comes_back() -> None:
    """Code, words, members; unknown codes are None."""
    problem = Problem(
        409,
        ProblemCode.MISMATCHING_OFFSET,
        "Mismatching upload offset",
        "Go on.",
        (("expected-offset", 5), ("provided-offset", 3)),
        "2026-11-20T08:15:30Z",
    )
    assert read_problem(409, json.dumps(problem.to_json()).encode()) == problem
    assert read_problem(500, b'{"type": "about:blank", "title": 5}').code is None
    assert read_problem(500, b" " * (MAX_MESSAGE_BYTES + 1)).code is None
    assert read_problem(500, b"[]").title == "status 500"
    assert Problem(500, None, "x").to_json()["type"] == "about:blank"


def test_a_portal_does_not_speak_the_protocol() -> None:
    """The header has to be there, in any case, with this version."""
    assert speaks_protocol({"kiosk-protocol": "1"})
    assert not speaks_protocol({"Kiosk-Protocol": "2"})
    assert not speaks_protocol({"Content-Type": "text/html"})


def test_a_manifest_that_does_not_fit_itself_is_refused() -> None:
    """Another size or a changed header is noticed before anything is stored."""
    told = Manifest(SEALED.front).to_json()
    header = told["header"]
    assert isinstance(header, dict)
    for change in ({"file_size": 1}, {"header": {**header, "seq": 9}}, {"signature": "AA=="}):
        data = json.dumps({**told, **change}).encode()
        assert isinstance(read_bytes(data, read_manifest), BadAnswer)


def test_instants_are_utc_to_the_second() -> None:
    """Other forms are none."""
    assert parse_instant(format_instant(AT)) == AT
    assert format_instant(AT.astimezone(None)) == format_instant(AT)
    for text in ("", "2026-11-20", "2026-11-20T08:15:30+00:00", "2026-13-20T08:15:30Z"):
        assert parse_instant(text) is None
    assert parse_instant(format_instant(AT + timedelta(milliseconds=400))) == AT


def test_signed_documents_are_canonical() -> None:
    """What travels is what was signed, whatever order it is written in."""
    document = a_staff_document()
    told = json.loads(json.dumps(document.to_json()))
    shuffled = {**told, "payload": dict(reversed(told["payload"].items()))}
    page = {"proofs": [shuffled], "next_since_seq": 1, "more": False}
    read = read_bytes(json.dumps(page).encode(), read_proofs_page)
    assert isinstance(read, ProofsPage)
    assert read.proofs[0] == document
    assert canonical(json.loads(document.payload)) == document.payload
