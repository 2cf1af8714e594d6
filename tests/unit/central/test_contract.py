"""The published contract is the one the routes have, and the one the protocol's types obey."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel

from central import shapes
from central.contract import contract
from kiosk.envelope import (
    ClockState,
    EntryKind,
    Json,
    KioskId,
    RecipientPrivateKey,
    StaffMember,
    StaffRole,
    uuid7,
)
from sync.protocol import (
    ROOT_KID,
    CatalogueChange,
    ChangesPage,
    DocumentType,
    EnrolAnswer,
    Hello,
    HelloAnswer,
    KeysetChange,
    ListedMember,
    Manifest,
    ManifestAnswer,
    Manifests,
    ManifestsAnswer,
    Notice,
    NoticesChange,
    Problem,
    ProblemCode,
    ProofsPage,
    SettingsChange,
    SigningKey,
    Site,
    StaffChange,
    StatusChange,
    StatusCode,
    catalogue_payload,
    keyset_payload,
    make_enrol_request,
    make_enrolment_code,
    notices_payload,
    settings_payload,
    sign_document,
    sign_proof,
    staff_payload,
)
from tests.support.entries import AN_EPOCH, EntryWriter

COMMITTED = Path(__file__).parents[3] / "docs" / "openapi.json"
AT = datetime(2026, 11, 20, 8, 15, tzinfo=UTC)


def test_the_committed_contract_is_the_generated_one() -> None:
    """After a change of the interface: `central openapi > docs/openapi.json`."""
    assert COMMITTED.read_text() == contract()


def test_the_command_prints_the_contract() -> None:
    """It is there without a platform."""
    command = [sys.executable, "-m", "central.cli", "openapi"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert done.stdout.decode() == COMMITTED.read_text()


def messages() -> Mapping[type[BaseModel], dict[str, Json]]:
    """Return one message of every kind, as the protocol writes it, with everything in it."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    recipient = RecipientPrivateKey.generate().public_key
    sealed = EntryWriter(KioskId("k-1"), key, (recipient,)).seal(
        EntryKind.RATING, subject=uuid7(1, bytes(10))
    )
    signing = SigningKey("s", public, (DocumentType.DELIVERY_PROOF, DocumentType.STAFF_LIST))
    keyset = sign_document(
        DocumentType.KEYSET,
        keyset_payload(2, (recipient,), (signing,), {"f" * 16}, {recipient.kid: "Archive"}),
        ROOT_KID,
        key.sign,
    )
    member = ListedMember(StaffMember("p-1", "Li Wen", StaffRole.VOLUNTEER), "$argon2id$x")
    staff = sign_document(
        DocumentType.STAFF_LIST, staff_payload(1, "s-1", (member,)), "s", key.sign
    )
    notices = (Notice("n", (("en", "x"),), date(2026, 11, 21)), Notice("m", (("en", "y"),)))
    listed = sign_document(DocumentType.NOTICES, notices_payload(1, "s-1", notices), "s", key.sign)
    told = catalogue_payload(1, "November", bytes(32), 5)
    release = sign_document(DocumentType.CATALOGUE, told, "s", key.sign)
    told = settings_payload(1, "s-1", {"visit.idle_s": 120, "site.name": "Lake"})
    given = sign_document(DocumentType.SETTINGS, told, "s", key.sign)
    proof = sign_proof(sealed.front, AT, "3702-0001", "s", key.sign)
    words = (("en", "x"), ("zh_CN", "好"))
    status = StatusChange(sealed.header.app_id, "3702000112", StatusCode.DONE, words, AT)
    return {
        shapes.EnrolRequestShape: make_enrol_request(
            make_enrolment_code(bytes(8), public), public, key.sign
        ).to_json(),
        shapes.EnrolAnswerShape: EnrolAnswer(
            KioskId("k-1"), (1001, 1002), public, keyset, staff, Site("s-1", "Lake", "1"), ""
        ).to_json(),
        shapes.HelloShape: Hello(
            AN_EPOCH, 1001, 0, bytes(32), AT, ClockState.FLOOR, (("queued", 1),), words, words, 1
        ).to_json(),
        shapes.HelloAnswerShape: HelloAnswer(
            AT, 1, bytes(32), ((2, 3),), (sealed.header.app_id,), (("keyset", 1),), 5
        ).to_json(),
        shapes.ManifestShape: Manifest(sealed.front).to_json(),
        shapes.ManifestAnswerShape: ManifestAnswer(5, complete=True, proof=proof).to_json(),
        shapes.ManifestsShape: Manifests((Manifest(sealed.front),)).to_json(),
        shapes.ManifestsAnswerShape: ManifestsAnswer(
            (
                ManifestAnswer(5, complete=True, proof=proof),
                Problem(409, ProblemCode.ID_CONFLICT, "Id conflict", "Another entry is held."),
            )
        ).to_json(),
        shapes.FinalAnswerShape: {"proof": proof.to_json()},
        shapes.ProofsPageShape: ProofsPage((proof,), 1, more=False).to_json(),
        shapes.ChangesPageShape: ChangesPage(
            (
                status,
                StaffChange(staff),
                KeysetChange(keyset),
                NoticesChange(listed),
                CatalogueChange(release),
                SettingsChange(given),
            ),
            "7",
            more=True,
        ).to_json(),
    }


@pytest.mark.parametrize("shape", list(messages()), ids=lambda shape: shape.__name__)
def test_what_the_protocol_writes_has_the_published_shape(shape: type[BaseModel]) -> None:
    """No member too many, none missing, all of the published type."""
    told = messages()[shape]
    read = shape.model_validate(told, strict=False)
    assert set(told) <= set(shape.model_fields)
    assert read.model_dump(mode="json", exclude_unset=True) == told
