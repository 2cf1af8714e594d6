"""The page of an application with two people, or with somebody who vouched."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from kiosk.envelope import (
    ApplicantTold,
    Identity,
    IdentityAssurance,
    KnownFor,
    ReceiptNumber,
    Standing,
    Voucher,
)
from tests.support.entries import A_HELPER, some_contents
from tests.support.kiosk_client import KioskClient
from tests.support.office import Office, text_of


def test_the_page_says_who_applied_for_whom_and_who_vouched(
    office: Office, kiosk: KioskClient
) -> None:
    """Both with their own assurance, the relation and its proof; a voucher masked until shown."""
    at = datetime(2026, 11, 20, 8, 12, tzinfo=UTC)
    voucher = Voucher(
        "cn.resident_id",
        "990101195001010018",
        "王招娣",
        Standing.COMMITTEE,
        KnownFor.OVER_5_YEARS,
    )
    vouched = Identity(IdentityAssurance.VOUCHED, at, A_HELPER, voucher=voucher)
    writer = kiosk.writer()
    plain = some_contents(ReceiptNumber(writer.number, 1))
    assert plain.person is not None
    applicant = ApplicantTold(
        replace(plain.person, full_name="赵小明", document_number="990101197001010015"),
        Identity(IdentityAssurance.CARD_READ, at),
        (("en", "The household register"),),
        (b"\xff\xd8\xff mine",),
    )
    sealed = writer.seal(
        contents=replace(plain, identity=vouched, applicant=applicant, on_behalf_of="parent")
    )
    kiosk.deliver(sealed)
    path = f"/office/entries/{sealed.header.app_id}"
    masked, shown = (text_of(office.get(path + more).text) for more in ("", "?show=1"))
    for said in (
        "赵*明",
        "their father or mother",
        "The household register",
        "Vouched for by 王*娣, of the village or neighbourhood committee",
        "for more than five years (cn.resident_id 9901**********0018)",
    ):
        assert said in masked
    assert "990101195001010018" not in masked
    assert "王招娣" in shown
    assert "990101195001010018" in shown
    assert office.get(f"{path}/applicant-card/1").content == b"\xff\xd8\xff mine"
    assert office.get(f"{path}/applicant-card/2").status_code == 404
    assert office.get(f"{path}/somebody/1").status_code == 404
