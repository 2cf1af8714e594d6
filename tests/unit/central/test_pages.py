"""The pages for people, on the real server: who gets in, what is shown, what is kept back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from kiosk.envelope import (
    ClockState,
    ComparisonOutcome,
    Contents,
    EntryKind,
    FaceComparison,
    Identity,
    IdentityAssurance,
    Language,
    ReceiptNumber,
)
from tests.support.central_server import CentralServer, running_platform
from tests.support.certificates import make_certificates
from tests.support.entries import A_HELPER, A_QUERY_CODE, some_contents
from tests.support.kiosk_client import TIMEOUT_S, KioskClient
from tests.support.office import Office, text_of
from tests.support.waiting import wait_until


@pytest.mark.parametrize("page", ["", "entries", "kiosks", "staff", "entries/x", "entries/x/photo"])
def test_nobody_gets_in_without_the_password(server: CentralServer, page: str) -> None:
    """Every page of the office sends to the sign-in page, and a wrong password stays there."""
    with Office(server) as stranger:
        assert stranger.get(f"/office/{page}").url.endswith("/office/sign-in")
        assert stranger.sign_in("wrong").status_code == 403
        assert stranger.get(f"/office/{page}").url.endswith("/office/sign-in")


def test_forms_need_their_token(office: Office, kiosk: KioskClient) -> None:
    """Without it, with a wrong one, or sent from elsewhere, nothing is done."""
    site = kiosk.enrolled.answer.site.site_id
    fields = {"site": site, "name": "Eve", "role": "technician", "pin": "271828"}
    assert office.post("/office/staff", **fields).status_code == 403
    assert office.post("/office/staff", csrf="x", **fields).status_code == 403
    office.session.headers["Origin"] = "http://elsewhere.test"
    assert office.submit("/office/staff", "/office/staff", **fields).status_code == 403
    del office.session.headers["Origin"]
    assert "Eve" not in office.get("/office/staff").text
    assert office.submit("/office/staff", "/office/staff", **fields).status_code == 200
    assert "Eve" in office.get("/office/staff").text


def test_signing_out_ends_it(office: Office) -> None:
    """The cookie is worth nothing afterwards."""
    cookie = office.session.cookies.get("office", path="/office")
    assert cookie
    office.submit("/office/entries", "/office/sign-out")
    office.session.cookies.set("office", cookie, path="/office")
    assert office.get("/office/entries").url.endswith("/office/sign-in")


def test_pages_forbid_what_they_do_not_need(office: Office) -> None:
    """No script, no frame, nothing from elsewhere, nothing kept."""
    answer = office.get("/office/entries")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<script" not in answer.text
    assert not re.search(r'(src|href)="(https?:)?//', answer.text)
    assert office.get("/style.css").headers["Content-Type"].startswith("text/css")


def test_an_application_is_shown_masked_until_asked(office: Office, kiosk: KioskClient) -> None:
    """Answers, consents and helper at once; name, number and face only after a look is noted."""
    writer = kiosk.writer()
    sealed = writer.seal(photo=b"\xff\xd8jpeg")
    kiosk.deliver(sealed)
    app_id = sealed.header.app_id
    page = text_of(office.entry(app_id))
    for shown in (
        "您是否独居？",
        "Yes",
        "张*英",
        "1101**********002X",
        "Li Wen",
        "face_photo given",
    ):
        assert shown in page
    for hidden in ("张桂英", "11010519491231002X", "长明街"):
        assert hidden not in page
    unmasked = text_of(office.entry(app_id, "?show=1"))
    for shown in ("张桂英", "11010519491231002X", "长明街"):
        assert shown in unmasked
    photo = office.get(f"/office/entries/{app_id}/photo")
    assert (photo.content, photo.headers["Content-Type"]) == (b"\xff\xd8jpeg", "image/jpeg")
    signature = office.get(f"/office/entries/{app_id}/signature")
    assert signature.headers["Content-Type"].startswith("image/svg+xml")
    assert "sandbox" in signature.headers["Content-Security-Policy"]
    missing = writer.seal()
    kiosk.deliver(missing)
    assert office.get(f"/office/entries/{missing.header.app_id}/photo").status_code == 404


def test_contents_can_not_become_page(office: Office, kiosk: KioskClient) -> None:
    """Whatever an envelope says is text."""
    evil = '"><script>alert(1)</script>'
    writer = kiosk.writer()
    contents = some_contents(ReceiptNumber(writer.number, 1))
    assert contents.person is not None
    sealed = writer.seal(
        contents=replace(
            contents,
            person=replace(contents.person, full_name=evil, address=evil),
            notes=((evil, evil),),
            service_title=(("en", evil),),
        )
    )
    kiosk.deliver(sealed)
    page = office.entry(sealed.header.app_id, "?show=1")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_how_sure_the_document_is_stands_beside_how_the_person_was_identified(
    office: Office, kiosk: KioskClient
) -> None:
    """What a chip's signature proved is nothing personal: it is shown before anybody asks."""
    writer = kiosk.writer()
    contents = some_contents(ReceiptNumber(writer.number, 1))
    assert contents.person is not None
    details = (("authenticity", "signed_by_unknown"), ("surname", "ERIKSSON"))
    person = replace(contents.person, details=details)
    sealed = writer.seal(contents=replace(contents, person=person))
    kiosk.deliver(sealed)
    masked = text_of(office.entry(sealed.header.app_id))
    assert "signed_by_unknown" in masked
    assert "ERIKSSON" not in masked
    unmasked = text_of(office.entry(sealed.header.app_id, "?show=1"))
    assert unmasked.count("signed_by_unknown") == 1
    assert "ERIKSSON" in unmasked


def test_rehearsals_stand_apart_and_ratings_beside(office: Office, kiosk: KioskClient) -> None:
    """A rehearsal is not among the entries; a rating is shown with its application."""
    writer = kiosk.writer()
    application = writer.seal()
    rating = writer.seal(
        EntryKind.RATING,
        contents=Contents("", "", Language("en"), "", rating=4),
        subject=application.header.app_id,
    )
    rehearsal = writer.seal(EntryKind.REHEARSAL)
    for sealed in (application, rating, rehearsal):
        kiosk.deliver(sealed)
    entries = office.get("/office/entries").text
    assert application.header.app_id in entries
    assert rehearsal.header.app_id not in entries
    rehearsals = office.get("/office/entries?rehearsals=1").text
    assert rehearsal.header.app_id in rehearsals
    assert application.header.app_id not in rehearsals
    assert "4 of 5" in office.entry(application.header.app_id)
    assert "never to be filed" in office.entry(rehearsal.header.app_id)


def test_a_status_reaches_the_query_page(office: Office, kiosk: KioskClient) -> None:
    """The office's words are what the resident reads, by link or by form."""
    sealed = kiosk.writer().seal()
    kiosk.deliver(sealed)
    number = str(sealed.header.receipt_number)
    wait_until(lambda: "Received" in office.ask(number, A_QUERY_CODE))
    office.set_status(sealed.header.app_id, "done", zh_CN="下月起发放", en="Paid from next month")
    link = office.get(f"/q/{number}?c={A_QUERY_CODE}").text
    for shown in ("已办结", "Done", "下月起发放", "Paid from next month"):
        assert shown in link
    assert link == office.ask(number, A_QUERY_CODE)
    assert office.get("/q").headers["Referrer-Policy"] == "same-origin"


def test_states_that_are_none_are_refused(office: Office, kiosk: KioskClient) -> None:
    """An unknown state, an unknown entry, and no id at all."""
    sealed = kiosk.writer().seal()
    kiosk.deliver(sealed)
    page = f"/office/entries/{sealed.header.app_id}"
    assert office.submit(page, page + "/status", status="x").status_code == 400
    other = kiosk.writer().seal()
    unknown = f"/office/entries/{other.header.app_id}"
    assert office.submit(page, unknown + "/status", status="done").status_code == 404
    assert office.get(unknown).status_code == 404
    assert office.get("/office/entries/../../x").status_code == 404


def test_wrong_codes_are_counted(tmp_path: Path) -> None:
    """After ten wrong ones even the right code is not answered for this number, others are."""
    with running_platform(tmp_path) as server, Office(server) as resident:
        kiosk = KioskClient.enrol(server)
        writer = kiosk.writer()
        first, second = writer.seal(), writer.seal()
        for sealed in (first, second):
            kiosk.deliver(sealed)
        number, other = (str(it.header.receipt_number) for it in (first, second))
        wait_until(lambda: "Received" in resident.ask(number, A_QUERY_CODE))
        wait_until(lambda: "Received" in resident.ask(other, A_QUERY_CODE))
        for _ in range(10):
            assert "Nothing found" in resident.ask(number, "222222")
        assert "Too many tries" in resident.ask(number, A_QUERY_CODE)
        assert "Received" in resident.ask(other, A_QUERY_CODE)
        assert "can't be right" in text_of(resident.ask("12", A_QUERY_CODE))
        kiosk.close()


def test_a_code_made_on_the_page_enrols(office: Office, server: CentralServer) -> None:
    """It is shown once; the kiosk appears in the list with its site."""
    page = office.submit("/office/kiosks", "/office/kiosks", site="East gate", phone="1").text
    shown = re.search(r'id="enrolment-code">([^<]+)<', page)
    assert shown is not None
    assert shown[1] not in office.get("/office/kiosks").text
    assert office.submit("/office/kiosks", "/office/kiosks", site=" ").status_code == 400
    kiosk = KioskClient.enrol(server, "East gate")
    assert kiosk.kiosk in office.get("/office/kiosks").text
    kiosk.close()


def test_a_pin_that_is_easy_is_refused_on_the_page(office: Office, kiosk: KioskClient) -> None:
    """With a sentence, and nobody is added; somebody added can be removed."""
    site = kiosk.enrolled.answer.site.site_id
    refused = office.add_member(site, "Wang Fang", "volunteer", "111111")
    assert refused.status_code == 400
    assert "too easy" in refused.text
    added = office.add_member(site, "Wang Fang", "volunteer", "314159").text
    action = re.search(r'action="(/office/staff/p-[^"]+/remove)"[^\n]+>Remove Wang Fang<', added)
    assert action is not None
    assert "Wang Fang" not in office.submit("/office/staff", action[1]).text
    assert office.submit("/office/staff", action[1]).status_code == 404


def test_https_with_a_certificate_of_ones_own(tmp_path: Path) -> None:
    """Whoever pins the authority gets in; for others there is no connection."""
    made = make_certificates(tmp_path / "tls")
    options = ("--tls-certificate", str(made.certificate), "--tls-key", str(made.key))
    with running_platform(tmp_path / "central", *options, scheme="https") as server:
        answer = requests.get(f"{server.url}/q", verify=str(made.authority), timeout=TIMEOUT_S)
        assert answer.status_code == 200
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(f"{server.url}/q", timeout=TIMEOUT_S)


def test_a_suspect_time_is_shown_with_the_date_of_receipt(
    office: Office, kiosk: KioskClient
) -> None:
    """Both dates, each with whose clock it is by; the note only where the kiosk was not sure."""
    writer = kiosk.writer()
    pages = []
    for state in (ClockState.SYNCED, ClockState.SUSPECT):
        sealed = writer.seal(clock_state=state)
        kiosk.deliver(sealed)
        pages.append(text_of(office.get(f"/office/entries/{sealed.header.app_id}").text))
    assert all("by the platform's clock" in page for page in pages)
    assert all("2026-11-20 08:15 UTC, by the kiosk's clock" in page for page in pages)
    assert ["did not trust its clock" in page for page in pages] == [False, True]


def test_what_a_kiosk_tells_about_itself_is_shown_beside_it(
    office: Office, kiosk: KioskClient
) -> None:
    """Jumps of its clock and new chains, as sentences; what can't be understood is left out."""
    writer = kiosk.writer()
    jump = (("clock_jump", "3"), ("before", "2026-11-20T08:00:00Z"), ("by_s", "1"))
    for notes in (
        (*jump, ("after", "2036-11-20T08:00:00Z")),
        (*jump, ("after", "<script>")),
        (("new_epoch", "copied"),),
        (("new_epoch", "<b>"),),
        (("canary", "1"),),
        (("later", "version"),),
    ):
        contents = Contents("37020001", "", Language("en"), "", notes=notes)
        kiosk.deliver(writer.seal(EntryKind.CONTROL, contents=contents))

    def shown() -> str:
        return text_of(office.get("/office/kiosks").text)

    wait_until(lambda: "it did not say why" in shown(), 20.0)
    told = shown()
    assert "jumped from 2026-11-20 08:00:00 to 2036-11-20 08:00:00 UTC in 3 jumps." in told
    assert "another machine goes on with a copy of its chain" in told
    assert "script" not in told
    assert told.count("Its clock jumped") == 1


def test_the_page_says_how_somebody_was_identified(office: Office, kiosk: KioskClient) -> None:
    """The rung in words, who confirmed it, what went wrong, and the pictures of the card."""
    at = datetime(2026, 11, 20, 8, 12, tzinfo=UTC)
    seen = Identity(IdentityAssurance.TYPED_AND_ATTENDANT, at, A_HELPER, 2, is_number_doubtful=True)
    sides = (b"\xff\xd8\xff front", b"\xff\xd8\xff back")
    writer = kiosk.writer()
    plain = some_contents(ReceiptNumber(writer.number, 1))
    sealed = writer.seal(contents=replace(plain, identity=seen, card_jpegs=sides))
    kiosk.deliver(sealed)
    path = f"/office/entries/{sealed.header.app_id}"
    masked = text_of(office.get(path).text)
    assert "the card photographed; an attendant saw card and face" in masked
    assert f"by {A_HELPER.name}" in masked
    assert "laid down 2 times" in masked
    assert "does not fit its own check" in masked
    assert "/card/1" not in office.get(path).text
    assert "/card/2" in office.get(f"{path}?show=1").text
    assert office.get(f"{path}/card/1").content == sides[0]
    assert office.get(f"{path}/card/2").content == sides[1]
    assert office.get(f"{path}/card/3").status_code == 404


def test_the_page_shows_score_threshold_and_program(office: Office, kiosk: KioskClient) -> None:
    """And what a score is worth; the portrait only where the person is shown."""
    compared = FaceComparison(ComparisonOutcome.MATCH, 0.615, 0.812, "a <b>matcher</b>", "2.1")
    at = datetime(2026, 11, 20, 8, 12, tzinfo=UTC)
    seen = Identity(IdentityAssurance.CARD_AND_FACE, at, comparison=compared)
    portrait = b"\xff\xd8\xff portrait"
    writer = kiosk.writer()
    plain = some_contents(ReceiptNumber(writer.number, 1))
    sealed = writer.seal(contents=replace(plain, identity=seen, portrait_jpeg=portrait))
    bare = writer.seal(contents=plain)
    kiosk.deliver(sealed)
    kiosk.deliver(bare)
    path = f"/office/entries/{sealed.header.app_id}"
    page = office.get(path).text
    assert "&lt;b&gt;matcher" in page
    assert "<b>matcher" not in page
    assert "a program found its portrait and the photo alike" in text_of(page)
    assert "Score 0.812, threshold 0.615, by a" in text_of(page)
    assert "no proof" in text_of(page)
    assert "/card-portrait" not in page
    assert "/card-portrait" in office.get(f"{path}?show=1").text
    assert office.get(f"{path}/card-portrait").content == portrait
    other = f"/office/entries/{bare.header.app_id}/card-portrait"
    assert office.get(other).status_code == 404
