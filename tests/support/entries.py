"""Entries as a kiosk would seal them, of invented people, chained and signed."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.envelope import (
    AnswerGiven,
    AppId,
    ClockState,
    Consent,
    Contents,
    EntryKind,
    Epoch,
    HeaderDraft,
    IdentifiedBy,
    KioskId,
    Language,
    Person,
    Purpose,
    ReceiptNumber,
    RecipientPublicKey,
    SealedEnvelope,
    Sex,
    Signature,
    StaffMember,
    StaffRole,
    genesis,
    pack_container,
    seal,
    signature_svg,
    to_parts,
    uuid7,
)

AN_EPOCH = Epoch("00112233445566778899aabbccddeeff")
A_MINUTE = "2026-11-20T08:15Z"
A_QUERY_CODE = "7K4MPQ"
A_PERSON = Person(
    document_type="cn.resident_id",
    document_number="11010519491231002X",
    full_name="张桂英",
    sex=Sex.FEMALE,
    birth_date=date(1949, 12, 31),
    address="湖畔区长明街9号",
    issuer="湖畔区公安局",
)
A_HELPER = StaffMember("v-7", "Li Wen", StaffRole.VOLUNTEER)


def some_contents(number: ReceiptNumber, *, photo: bytes | None = None) -> Contents:
    """Return what a finished visit holds."""
    at = datetime(2026, 11, 20, 8, 12, 30, tzinfo=UTC)
    return Contents(
        receipt_number=str(number),
        query_code=A_QUERY_CODE,
        language=Language("zh_CN"),
        service="old_age_allowance",
        service_title=(("en", "Old-age allowance"), ("zh_CN", "高龄津贴")),
        answers=(
            AnswerGiven(
                "lives_alone",
                (("en", "Do you live alone?"), ("zh_CN", "您是否独居？")),
                "yes",
                (("en", "Yes"), ("zh_CN", "是")),
            ),
        ),
        person=A_PERSON,
        identified_by=IdentifiedBy.CARD,
        consents=(
            Consent(Purpose.DATA, True, "2026-11", Language("zh_CN"), at),
            Consent(Purpose.FACE_PHOTO, photo is not None, "2026-11", Language("zh_CN"), at),
        ),
        helper=A_HELPER,
        photo_jpeg=photo,
        signature_svg=signature_svg(Signature((((10, 10), (200, 90), (300, 20)),), 600, 250)),
    )


@dataclass
class EntryWriter:
    """Seals entries one after the other, as one installation of one kiosk does."""

    kiosk: KioskId
    key: Ed25519PrivateKey
    recipients: tuple[RecipientPublicKey, ...]
    number: int = 3702
    epoch: Epoch = AN_EPOCH
    seq: int = 0
    prev_hash: bytes = field(init=False)

    def __post_init__(self) -> None:
        """Start the chain."""
        self.prev_hash = genesis(self.kiosk, self.epoch)

    def seal(
        self,
        kind: EntryKind = EntryKind.APPLICATION,
        *,
        contents: Contents | None = None,
        container: bytes | None = None,
        photo: bytes | None = None,
        subject: AppId | None = None,
        app_id: AppId | None = None,
        clock_state: ClockState = ClockState.SYNCED,
    ) -> SealedEnvelope:
        """Seal the next entry; without anything given it is a whole application."""
        self.seq += 1
        if container is None:
            number = ReceiptNumber(self.number, self.seq)
            told = some_contents(number, photo=photo) if contents is None else contents
            container = pack_container(to_parts(told))
        if app_id is None:
            app_id = uuid7(1_795_000_000_000 + self.seq, os.urandom(10))
        sealed = seal(
            container,
            HeaderDraft(
                kiosk=self.kiosk,
                number=self.number,
                epoch=self.epoch,
                seq=self.seq,
                app_id=app_id,
                kind=kind,
                service="old_age_allowance",
                catalogue="2026-11-01.1",
                created=A_MINUTE,
                clock_state=clock_state,
                subject=subject,
            ),
            self.recipients,
            self.key.sign,
            self.prev_hash,
        )
        self.prev_hash = sealed.entry_hash
        return sealed
