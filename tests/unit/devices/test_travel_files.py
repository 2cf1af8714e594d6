"""Data groups, the portrait, the signed hashes, data objects: forms of their own, and any bytes."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from devices.card_reader.travel import data_groups, portrait, security_object, tlv
from devices.card_reader.travel.chip_files import longest_answer
from devices.card_reader.travel.passive import Authenticity, Authorities, signature_of
from devices.card_reader.travel.trouble import Malformed
from tests.support import passports
from tests.support.card_parsers import PARSERS

GROUPS = {1: passports.dg1(), 2: passports.dg2(passports.portrait())}


def authenticate(
    sod: bytes | None, groups: dict[int, bytes], authorities: Authorities
) -> Authenticity:
    """Look at a signature, then at the data groups it is over."""
    return signature_of(sod, authorities).over(groups)


@pytest.fixture(scope="module")
def sod() -> bytes:
    """EF.SOD of the specimen."""
    return passports.sod(GROUPS, passports.state())


@pytest.fixture
def csca(tmp_path: Path) -> Path:
    """A folder with the certificate of the specimen's state, and others."""
    (tmp_path / "utopia.pem").write_bytes(passports.state().csca)
    (tmp_path / "ruritania.pem").write_bytes(passports.state("Ruritania").csca)
    (tmp_path / "notes.txt").write_text("not a certificate")
    return tmp_path


def test_a_signature_is_proven_by_the_states_certificate(sod: bytes, csca: Path) -> None:
    """Though the signer's own certificate has ended, as they all do."""
    assert authenticate(sod, GROUPS, Authorities(csca)) is Authenticity.PROVEN
    assert authenticate(sod, {1: GROUPS[1]}, Authorities(csca)) is Authenticity.PROVEN


def test_certificates_may_be_der(sod: bytes, csca: Path) -> None:
    """As states publish them; the folder is read again when it changes."""
    authorities = Authorities(csca)
    pem = csca / "utopia.pem"
    der = passports.state().csca
    pem.unlink()
    assert authenticate(sod, GROUPS, authorities) is Authenticity.SIGNED_BY_UNKNOWN
    import base64

    body = b"".join(line for line in der.splitlines() if not line.startswith(b"-----"))
    (csca / "utopia.der").write_bytes(base64.b64decode(body))
    assert authenticate(sod, GROUPS, authorities) is Authenticity.PROVEN


def test_without_certificates_nobody_is_known(sod: bytes, tmp_path: Path) -> None:
    """No folder, an empty one, one that is not there."""
    for folder in (None, tmp_path, tmp_path / "nowhere"):
        found = authenticate(sod, GROUPS, Authorities(folder))
        assert found is Authenticity.SIGNED_BY_UNKNOWN


def test_changed_data_are_broken(sod: bytes, csca: Path) -> None:
    """One bit of a data group, one of the hashes, one of the signature."""
    authorities = Authorities(csca)
    changed = bytearray(GROUPS[2])
    changed[9000] ^= 1
    assert authenticate(sod, {2: bytes(changed)}, authorities) is Authenticity.BROKEN
    assert authenticate(sod, {3: b"x"}, authorities) is Authenticity.BROKEN
    for at in (sod.index(tlv.encode(0x02, b"\2") + b"\x04\x20") + 8, len(sod) - 4):
        broken = bytearray(sod)
        broken[at] ^= 1
        assert authenticate(bytes(broken), GROUPS, authorities) is Authenticity.BROKEN
    assert authenticate(b"\x77\x02ab", GROUPS, authorities) is Authenticity.BROKEN
    assert authenticate(b"", GROUPS, authorities) is Authenticity.BROKEN


def test_a_signers_certificate_that_its_state_did_not_sign(csca: Path) -> None:
    """Somebody made a state of the same name: known by name only, which is not known."""
    forged = passports.sod(GROUPS, passports.new_state())
    assert authenticate(forged, GROUPS, Authorities(csca)) is Authenticity.SIGNED_BY_UNKNOWN


def test_without_a_signature_or_openssl_nothing_is_checked(
    sod: bytes, csca: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said, and nothing is claimed."""
    assert authenticate(None, GROUPS, Authorities(csca)) is Authenticity.NOT_CHECKED
    monkeypatch.setenv("PATH", str(csca))
    assert authenticate(sod, GROUPS, Authorities(csca)) is Authenticity.NOT_CHECKED


def test_every_result_has_its_sentence() -> None:
    """For the technician."""
    assert len({result.sentence for result in Authenticity}) == len(Authenticity)


def test_the_signers_first_day_is_read() -> None:
    """Both forms of time that certificates have."""
    begins = security_object.first_day(passports.state().signer.decode())
    from cryptography import x509

    certificate = x509.load_pem_x509_certificate(passports.state().signer)
    assert begins == certificate.not_valid_before_utc


@pytest.mark.parametrize("form", ["JPEG", "JPEG2000"])
@pytest.mark.parametrize(("points", "tag"), [(0, 0x5F2E), (12, 0x7F2E)])
def test_the_portrait_is_taken_out(form: str, points: int, tag: int) -> None:
    """With and without feature points, JPEG and JPEG 2000; out comes a JPEG."""
    encoded = passports.portrait(18_000, form)
    found = portrait.picture(passports.dg2(encoded, points, tag))
    assert found == encoded
    made = portrait.as_jpeg(found)
    with Image.open(io.BytesIO(made)) as image:
        assert image.format == "JPEG"
        assert max(image.size) <= 640


def test_portraits_that_are_none() -> None:
    """A larger one than any, another format, a torn one."""
    large = io.BytesIO()
    Image.new("L", (3000, 20)).save(large, "JPEG")
    png = io.BytesIO()
    Image.new("L", (20, 20)).save(png, "PNG")
    for encoded in (large.getvalue(), png.getvalue(), b"\xff\xd8\xff\xe0", b""):
        with pytest.raises(Malformed):
            portrait.as_jpeg(encoded)
    with pytest.raises(Malformed):
        portrait.picture(passports.dg2(png.getvalue()))
    with pytest.raises(Malformed):
        portrait.picture(passports.dg2(passports.portrait()).replace(b"FAC\0", b"FIR\0"))


def test_what_ef_com_lists() -> None:
    """Data groups by their tags; others are left out."""
    assert data_groups.present(passports.com((1, 2, 11))) == {1, 2, 11}
    assert data_groups.present(bytes.fromhex("60035C0161")) == {1}
    with pytest.raises(Malformed):
        data_groups.present(bytes.fromhex("6003540161"))


def test_birth_dates_of_both_forms() -> None:
    """Eight digits or four bytes of BCD; a day that is none is none."""
    for written, day in (
        (b"19450312", date(1945, 3, 12)),
        (bytes.fromhex("19450312"), date(1945, 3, 12)),
        (b"19450000", None),
        (b"\xff\xff", None),
    ):
        assert data_groups.more_about_person(passports.dg11("X", written)).birth_date == day


def test_names_in_letters() -> None:
    """One letter for half a byte of GBK; what is none, is none."""
    assert data_groups.gbk_name("NGKELMPONBPJ") == "证件样"
    assert data_groups.gbk_name("NGKELMP<NBPJ") == "证件样"
    assert data_groups.gbk_name("NGKE<<<<<<<<") == "证"
    assert data_groups.gbk_name("<<<<<<<<<<<<") == ""
    assert data_groups.gbk_name("ZZZZ") == ""
    assert data_groups.gbk_name("AAAB") == ""


def test_how_long_an_answer_may_be() -> None:
    """7F66 with the longest command and answer, within bounds; else short ones."""
    assert longest_answer(bytes.fromhex("7F6608 02020400 02020800")) == 2048
    assert longest_answer(bytes.fromhex("4301B8 7F6608 02020400 0202FFFF")) == 4096
    assert longest_answer(bytes.fromhex("7F6608 02020400 02020010")) == 256
    assert longest_answer(bytes.fromhex("7F6604 02020400")) == 256
    assert longest_answer(b"\x7f\x66") == 256
    assert longest_answer(b"") == 256


@pytest.mark.parametrize(
    "raw",
    ["", "1F", "1F81", "1F818181 00", "30", "3080 0000", "3085 0000000001 00", "3003 00", "3081"],
)
def test_data_objects_that_are_none(raw: str) -> None:
    """No tag, no length, indefinite, longer than what is there."""
    with pytest.raises(Malformed):
        tlv.first(bytes.fromhex(raw))


@given(st.integers(1, 0xFE).filter(lambda tag: tag & 0x1F != 0x1F), st.binary(max_size=300))
def test_data_objects_come_back(tag: int, value: bytes) -> None:
    """Written and read."""
    whole = tlv.encode(tag, value)
    assert tlv.first(whole + b"rest") == tlv.Item(tag, value, whole)
    assert tlv.items(whole * 2) == (tlv.Item(tag, value, whole),) * 2


@pytest.mark.parametrize("name", PARSERS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_bytes_are_digested(name: str, data: st.DataObject) -> None:
    """Damaged files and nonsense: read, or `Malformed`, and nothing else."""
    parser = PARSERS[name]
    if data.draw(st.booleans()):
        raw = bytearray(parser.sample)
        for _ in range(data.draw(st.integers(1, 6))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        given_bytes = bytes(raw)[: data.draw(st.integers(0, len(raw)))]
    else:
        given_bytes = data.draw(st.binary(max_size=200))
    parser.digest(given_bytes or b"\0")


def test_a_picture_that_claims_to_be_huge_is_refused() -> None:
    """Its head alone says so; nothing of it is decoded."""
    raw = bytearray(passports.portrait(0, "JPEG2000"))
    at = raw.index(b"ihdr") + 4
    for size in (b"\x7f\xff\xff\xff" * 2, b"\x00\x00\x30\x00" * 2):
        raw[at : at + 8] = size
        with pytest.raises(Malformed):
            portrait.as_jpeg(bytes(raw))
