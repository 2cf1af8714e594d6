"""The wire types: what is written comes back, and every lie ends in a typed refusal."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.envelope import (
    ClockState,
    Json,
    KioskId,
    canonical,
)
from sync.protocol import (
    MAX_MESSAGE_BYTES,
    BadAnswer,
    CatalogueChange,
    ChangesPage,
    EnrolAnswer,
    Fields,
    Hello,
    HelloAnswer,
    KeysetChange,
    Manifest,
    ManifestAnswer,
    NoticesChange,
    Problem,
    ProblemCode,
    ProofsPage,
    Site,
    SkippedChange,
    StaffChange,
    StatusChange,
    StatusCode,
    UploadOffset,
    format_instant,
    make_enrol_request,
    make_enrolment_code,
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
    speaks_protocol,
)
from tests.support.entries import AN_EPOCH
from tests.support.platform_words import (
    AT,
    KIOSK,
    ROOT,
    SEALED,
    SITE,
    a_keyset_document,
    a_notices_document,
    a_proof,
    a_release_document,
    a_staff_document,
    public,
)

Reader = Callable[[Fields], object]


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
            NoticesChange(a_notices_document()),
            CatalogueChange(a_release_document()),
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


def test_what_a_problem_says_moves_no_cursor() -> None:
    """It is shown on the technician's terminal as the reason why an entry waits."""
    body = json.dumps({"title": "No\x1b[2J\nwell", "detail": "a\rb"}).encode()
    found = read_problem(400, body)
    assert (found.title, found.detail) == ("No [2J well", "a b")
