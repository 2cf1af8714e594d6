"""What the platform signs counts for what it says, from whom it should be, and for nothing else."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.envelope import (
    KioskId,
)
from sync.protocol import (
    ROOT_KID,
    BadAnswer,
    DeliveryProof,
    DocumentType,
    EnrolAnswer,
    Enrolled,
    EnrolmentCode,
    Keyset,
    ListedMember,
    Site,
    accept_enrolment,
    accept_keyset,
    accept_staff_list,
    keyset_payload,
    make_enrol_request,
    make_enrolment_code,
    parse_enrolment_code,
    root_fingerprint,
    sign_document,
    staff_payload,
    verify_proof,
)
from tests.support.platform_words import (
    AT,
    KIOSK,
    MEMBER,
    OTHER,
    RECIPIENT,
    ROOT,
    SEALED,
    SIGNING,
    SITE,
    STRANGER,
    a_keyset,
    a_keyset_document,
    a_proof,
    a_staff_document,
    public,
)


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
