"""The envelope: what is sealed opens for its recipients alone, and no damage goes unnoticed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import (
    ChipCheck,
    ComparisonOutcome,
    FaceComparison,
    Identity,
    IdentityAssurance,
    LinesFrom,
    WhyNotCompared,
)
from kiosk.envelope import (
    MAX_FRONT_BYTES,
    CannotOpen,
    Contents,
    EntryKind,
    EnvelopeFront,
    EnvelopeParts,
    Findings,
    KioskId,
    Language,
    ReceiptNumber,
    RecipientPrivateKey,
    RecipientPublicKey,
    Torn,
    TornReason,
    from_parts,
    genesis,
    open_envelope,
    pack_container,
    parse,
    parse_canonical,
    parse_front,
    seal,
    to_parts,
    unpack_container,
    verify,
)
from kiosk.photos import Advice, QualityComponent
from tests.support.entries import A_HELPER, EntryWriter, some_contents

VECTOR = Path(__file__).parent / "vectors" / "envelope_v1.json"
VECTOR_OF_TWO = VECTOR.with_name("envelope_v1_two_recipients.json")
REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "envelope.md"

OFFICE = RecipientPrivateKey.generate()
ARCHIVE = RecipientPrivateKey.generate()
STRANGER = RecipientPrivateKey.generate()
KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw()


def a_writer() -> EntryWriter:
    """Return a kiosk that seals for an office and an archive."""
    return EntryWriter(KioskId("k-1"), KEY, (OFFICE.public_key, ARCHIVE.public_key))


SEALED = a_writer().seal(container=pack_container({"a.json": b"{}", "b.bin": b"secret words"}))


def parsed(data: bytes) -> EnvelopeParts:
    """Return the parts of an envelope that is expected to be whole."""
    parts = parse(data)
    assert isinstance(parts, EnvelopeParts)
    return parts


@pytest.mark.parametrize("key", [OFFICE, ARCHIVE])
def test_every_recipient_opens_it(key: RecipientPrivateKey) -> None:
    """Each private key alone gives the same container back."""
    container = open_envelope(parsed(SEALED.data), key)
    assert isinstance(container, bytes)
    assert unpack_container(container) == {"a.json": b"{}", "b.bin": b"secret words"}


def test_nobody_else_opens_it() -> None:
    """A key it was not sealed to is told so."""
    assert open_envelope(parsed(SEALED.data), STRANGER) is CannotOpen.NOT_A_RECIPIENT


def test_nothing_inside_is_readable() -> None:
    """The contents appear nowhere in the file."""
    assert b"secret" not in SEALED.data


def test_the_front_alone_tells_ids_and_chain() -> None:
    """The first bytes suffice, and say how long the file has to be."""
    front = parse_front(SEALED.data[:MAX_FRONT_BYTES])
    assert isinstance(front, EnvelopeFront)
    assert front == SEALED.front
    assert front.file_size == len(SEALED.data)
    assert front.prev_hash == genesis(KioskId("k-1"), front.header.epoch)
    assert verify(front, PUBLIC)


def test_the_signature_is_the_kiosks() -> None:
    """Another key, a changed signature or a key that is none do not verify."""
    parts = parsed(SEALED.data)
    assert verify(parts, PUBLIC)
    assert not verify(parts, Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    assert not verify(replace(parts.front, signature=bytes(64)), PUBLIC)
    assert not verify(parts, b"short")


def test_a_chain_links_each_entry_to_the_one_before() -> None:
    """The second entry names the first one's hash."""
    writer = a_writer()
    first, second = writer.seal(), writer.seal(EntryKind.RATING)
    assert second.front.prev_hash == first.entry_hash
    assert second.header.seq == first.header.seq + 1


@pytest.mark.parametrize("cut", [0, 1, 7, 11, 12, 40, 400, len(SEALED.data) - 1])
def test_a_cut_file_is_torn(cut: int) -> None:
    """Wherever it ends, it is known to be too short."""
    assert parse(SEALED.data[:cut]) == Torn(TornReason.TOO_SHORT)


def test_other_files_are_not_envelopes() -> None:
    """Another start, a line end changed, bytes behind the end."""
    assert parse(b"GIF89a..........") == Torn(TornReason.NOT_AN_ENVELOPE)
    assert parse(SEALED.data.replace(b"\r\n", b"\n")) == Torn(TornReason.NOT_AN_ENVELOPE)
    assert parse(SEALED.data + b"\0") == Torn(TornReason.TOO_LONG)
    assert parse(SEALED.data[:8] + b"\xff\xff\xff\xff") == Torn(TornReason.BAD_FRONT)


@given(st.integers(0, len(SEALED.data) - 1), st.integers(1, 255))
def test_no_changed_byte_goes_unnoticed(at: int, flip: int) -> None:
    """Any one byte changed: it does not parse, or the signature does not verify."""
    data = bytearray(SEALED.data)
    data[at] ^= flip
    parts = parse(bytes(data))
    assert isinstance(parts, Torn) or not verify(parts, PUBLIC)


@given(st.binary(max_size=400))
def test_garbage_never_raises(data: bytes) -> None:
    """Random bytes, and random bytes after a good start, are torn."""
    assert isinstance(parse(data), Torn)
    assert isinstance(parse(SEALED.data[:12] + data), Torn)
    assert isinstance(parse(SEALED.data[: SEALED.front.sealed_at] + data), Torn)
    assert isinstance(unpack_container(data), Torn)


def test_a_header_put_on_another_body_does_not_open() -> None:
    """The associated data binds the header even for somebody who could sign."""
    parts = parsed(SEALED.data)
    other = replace(parts.front, header=replace(parts.header, service="other_service"))
    assert open_envelope(replace(parts, front=other), OFFICE) is CannotOpen.DAMAGED
    elsewhere = replace(parts.front, header=replace(parts.header, kiosk=KioskId("k-2")))
    assert open_envelope(replace(parts, front=elsewhere), OFFICE) is CannotOpen.DAMAGED
    newer = replace(parts.front, header=replace(parts.header, suite="SM2-SM3-SM4GCM"))
    assert open_envelope(replace(parts, front=newer), OFFICE) is CannotOpen.UNKNOWN_SUITE


def test_sealing_refuses_what_could_not_be_opened() -> None:
    """Without a recipient, or with a signature that is none, nothing is sealed."""
    writer = a_writer()
    draft = writer.seal().header
    with pytest.raises(ValueError, match="kids"):
        seal(b"x", draft, (), KEY.sign, writer.prev_hash)
    with pytest.raises(ValueError, match="64 bytes"):
        seal(b"x", draft, (OFFICE.public_key,), lambda _: b"", writer.prev_hash)


def test_recipient_keys_travel_as_bytes() -> None:
    """Both halves come back; what is no key is None."""
    public = RecipientPublicKey.from_bytes(OFFICE.public_key.raw)
    assert public == OFFICE.public_key
    assert RecipientPrivateKey.from_bytes(OFFICE.raw) == OFFICE
    assert RecipientPublicKey.from_bytes(b"short") is None
    assert RecipientPublicKey.from_bytes(OFFICE.public_key.raw[:1184] + bytes(32)) is None
    assert RecipientPrivateKey.from_bytes(b"short") is None


@given(
    st.dictionaries(
        st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True),
        st.binary(max_size=50),
        min_size=1,
        max_size=6,
    )
)
def test_parts_come_back_from_a_container(parts: dict[str, bytes]) -> None:
    """Any parts, and the same parts always give the same bytes."""
    data = pack_container(parts)
    assert unpack_container(data) == parts
    assert pack_container(dict(reversed(parts.items()))) == data
    assert unpack_container(data + b"x") == Torn(TornReason.TOO_LONG)
    assert unpack_container(data[:-1]) in {Torn(TornReason.TOO_SHORT), Torn(TornReason.BAD_FRONT)}


def test_a_container_refuses_odd_names_and_wrong_hashes() -> None:
    """Names can't leave a folder; a part that changed is noticed."""
    for parts in ({}, {"../x": b""}, {"A": b""}, {str(n): b"" for n in range(65)}):
        with pytest.raises(ValueError, match="named or counted"):
            pack_container(parts)
    data = pack_container({"a": b"abc"})
    assert unpack_container(data[:-1] + b"d") == Torn(TornReason.BAD_SEALED_PART)
    assert unpack_container(b"\0\0\xff\xff") == Torn(TornReason.BAD_FRONT)


A_TIME = datetime(2026, 11, 20, 8, 12, 30, tzinfo=UTC)
WITNESSED = Identity(
    IdentityAssurance.TYPED_AND_ATTENDANT, A_TIME, A_HELPER, 2, is_number_doubtful=True
)

BY_CHIP = Identity(
    IdentityAssurance.CARD_READ, A_TIME, chip=ChipCheck.PROVEN, lines_from=LinesFrom.CAMERA
)


COMPARED = Identity(
    IdentityAssurance.CARD_AND_FACE,
    A_TIME,
    comparison=FaceComparison(ComparisonOutcome.MATCH, 0.615, 0.812, "a matcher", "2.1"),
)
NOT_COMPARED = replace(
    COMPARED,
    assurance=IdentityAssurance.CARD_READ,
    comparison=FaceComparison(
        ComparisonOutcome.NOT_COMPARED, 0.6, why_not=WhyNotCompared.TOO_SLOW, tries=2
    ),
)


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "not_compared"},
        {"outcome": "impostor"},
        {"score": True},
        {"threshold": "0.6"},
        {"matcher": 1},
        {"why_not": "because"},
        {"tries": None},
    ],
)
def test_a_comparison_that_is_not_ours_is_none(change: dict[str, object]) -> None:
    """A score without a comparison, or a comparison without one, and impossible values."""
    parts = to_parts(replace(some_contents(ReceiptNumber(3702, 1)), identity=COMPARED))
    told = json.loads(parts["identity.json"])
    assert told["comparison"]["score"] == 812
    told["comparison"] |= change
    data = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    assert from_parts({**parts, "identity.json": data}) is None


def test_contents_come_back_from_their_parts() -> None:
    """All that a visit tells, and an entry that tells next to nothing."""
    number = ReceiptNumber(3702, 1)
    findings = Findings(
        (Advice.TOO_DARK,),
        (1, 2, 3, 4),
        (("luminance", 0.25),),
        "cascade",
        photo_format="icao.travel",
    )
    report = (
        QualityComponent("sharpness", 0.61, 77, 0.55),
        QualityComponent("file_kb", 17.1, 95, 14.0, 20.0),
        QualityComponent("motion", None, None, None, 0.25),
    )
    reported = replace(findings, detector="yunet", quality=report)
    for contents in (
        some_contents(number, photo=b"jpeg"),
        replace(some_contents(number), findings=findings, person=None, identified_by=None),
        replace(some_contents(number), findings=reported),
        replace(some_contents(number), identity=Identity(IdentityAssurance.CARD_READ, A_TIME)),
        replace(some_contents(number), identity=BY_CHIP),
        replace(some_contents(number), identity=WITNESSED, card_jpegs=(b"front", b"back")),
        replace(some_contents(number), identity=COMPARED, portrait_jpeg=b"portrait"),
        replace(some_contents(number), identity=NOT_COMPARED),
        Contents(str(number), "", Language("en"), "", rating=4, notes=(("place", "door"),)),
    ):
        parts = to_parts(contents)
        assert from_parts(parts) == contents
        for name in parts:
            if name.endswith(".json"):
                assert from_parts({**parts, name: b'{"v":9}'}) is None


def test_contents_that_are_not_ours_are_none() -> None:
    """Missing, misspelt and impossible values give None, never an exception."""
    good = to_parts(some_contents(ReceiptNumber(3702, 1)))
    told = parse_canonical(good["application.json"])
    assert isinstance(told, dict)
    assert from_parts({}) is None
    for change in ({"rating": 6}, {"rating": "5"}, {"language": 1}, {"notes": [["a"]]}, {"v": 2}):
        data = json.dumps({**told, **change}, sort_keys=True, separators=(",", ":"))
        assert from_parts({**good, "application.json": data.encode()}) is None
    assert from_parts({**good, "consents.json": b"{}"}) is None


def test_a_consent_without_a_zone_is_refused() -> None:
    """A time that could mean two instants is not sealed."""
    contents = some_contents(ReceiptNumber(3702, 1))
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - exactly this is the mistake
    consent = replace(contents.consents[0], at=naive)
    with pytest.raises(ValueError, match="zone"):
        to_parts(replace(contents, consents=(consent,)))


def test_the_published_vector_opens() -> None:
    """What the first version wrote can be opened for ever, with the key of the reference page."""
    vector = json.loads(VECTOR.read_text())
    parts = parsed(bytes.fromhex(vector["file"]))
    key = RecipientPrivateKey.from_bytes(bytes.fromhex(vector["recipient_private_key"]))
    assert key is not None
    assert verify(parts, bytes.fromhex(vector["kiosk_public_key"]))
    assert parts.front.entry_hash.hex() == vector["entry_hash"]
    container = open_envelope(parts, key)
    assert container == bytes.fromhex(vector["container"])
    assert isinstance(container, bytes)
    assert unpack_container(container) == {"hello.txt": vector["hello.txt"].encode()}


def test_the_reference_page_prints_the_vector() -> None:
    """What the page shows is what the test opens."""
    vector = json.loads(VECTOR.read_text())
    page = REFERENCE.read_text()
    front = parse_front(bytes.fromhex(vector["file"]))
    assert isinstance(front, EnvelopeFront)
    for shown in (
        front.to_bytes()[12:-64].decode(),
        vector["entry_hash"],
        vector["recipient_private_key"],
        vector["kiosk_public_key"],
        vector["container"],
        front.header.ct_sha256.hex(),
        front.signature.hex(),
    ):
        assert shown in page


def test_either_recipient_of_the_second_vector_opens_it() -> None:
    """What is sealed to two is opened by each alone, with the keys of the reference page."""
    vector = json.loads(VECTOR_OF_TWO.read_text())
    page = REFERENCE.read_text()
    parts = parsed(bytes.fromhex(vector["file"]))
    assert verify(parts, bytes.fromhex(vector["kiosk_public_key"]))
    assert parts.header.kids == tuple(it["kid"] for it in vector["recipients"])
    for told in vector["recipients"]:
        key = RecipientPrivateKey.from_bytes(bytes.fromhex(told["private_key"]))
        assert key is not None
        assert open_envelope(parts, key) == bytes.fromhex(vector["container"])
        assert f"{told['kid']}\n{told['private_key']}" in page
    assert f"{vector['entry_hash']}\n{vector['kiosk_public_key']}" in page


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_a_recipient_costs_so_many_bytes(count: int) -> None:
    """Any number up to eight; each opens it, and costs what the reference page says."""
    keys = [RecipientPrivateKey.generate() for _ in range(count)]
    container = pack_container({"a.json": b"{}"})
    recipients = tuple(key.public_key for key in keys)
    sealed = EntryWriter(KioskId("k-1"), KEY, recipients).seal(container=container)
    for key in keys:
        assert open_envelope(parsed(sealed.data), key) == container
    one = EntryWriter(KioskId("k-1"), KEY, recipients[:1]).seal(container=container)
    # The number of bytes is written in decimal in front, and may take a digit more.
    digits = len(str(sealed.header.size)) - len(str(one.header.size))
    assert len(sealed.data) - len(one.data) == 1206 * (count - 1) + digits
    assert "Each recipient costs 1,206 bytes" in REFERENCE.read_text()
