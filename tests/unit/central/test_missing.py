"""The office sees what is missing, by the numbers that residents have on paper."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from central.keysets import Wish, ask_for, put_in_force, sign_here
from central.missing import is_sealed_to, what_is_missing
from central.platform import Platform, open_platform
from central.tables import KioskRow, LostRow
from kiosk.envelope import EntryKind, ReceiptNumber, RecipientPrivateKey, format_groups
from sync.protocol import Keyset
from tests.support.central_server import CentralServer, running_platform
from tests.support.kiosk_client import KioskClient
from tests.support.office import Office
from tests.support.waiting import wait_until


@pytest.fixture
def server(tmp_path: Path) -> Iterator[CentralServer]:
    """Run a platform."""
    with running_platform(tmp_path / "central") as running:
        yield running


@pytest.fixture
def platform(server: CentralServer) -> Iterator[Platform]:
    """Look into the same platform."""
    opened = open_platform(server.data)
    yield opened
    opened.database.close()


def text_of(page: str) -> str:
    """Return what a page reads like."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def number(kiosk: KioskClient, seq: int) -> str:
    """Return a number as it stands on a receipt."""
    return " ".join(format_groups(ReceiptNumber(kiosk.enrolled.answer.numbers[0], seq)))


def test_everything_that_is_missing_is_named(server: CentralServer, platform: Platform) -> None:
    """A gap, an entry on the way, one that can't be opened, one in another's place, one lost."""
    kiosk = KioskClient.enrol(server)
    with Office(server) as office:
        office.sign_in()
        assert "Nothing is missing." in text_of(office.get("/office/missing").text)
        writer = kiosk.writer()
        writer.seal()
        kiosk.deliver(writer.seal())
        kiosk.announce(writer.seal(EntryKind.RATING))
        stranger = RecipientPrivateKey.generate().public_key
        writer.recipients = (stranger,)
        kiosk.deliver(writer.seal())
        kiosk.deliver(kiosk.writer().seal())  # a copy of the machine goes on from the start
        twin = kiosk.writer()
        twin.seal()
        kiosk.deliver(twin.seal())
        wait_until(lambda: what_is_missing(platform).closed_in_all == 1, 30, "the opening")
        page = text_of(office.get("/office/missing").text)
        found = what_is_missing(platform)
        assert found.gaps == ()
        assert (found.announced_in_all, found.closed_in_all, found.double_in_all) == (1, 1, 1)
        for seq, entries in ((2, found.double), (3, found.announced), (4, found.closed)):
            assert [it.number for it in entries] == [number(kiosk, seq)]
            assert number(kiosk, seq) in page
        assert "can't be decrypted: not_a_recipient" in page
        assert "Was this kiosk copied?" in page
        assert "Nothing is missing." not in page
        assert "张" not in page
    kiosk.close()


def test_a_gap_is_missing_since_the_entry_behind_it_came(
    server: CentralServer, platform: Platform
) -> None:
    """Its numbers are named; and one that the kiosk only said it made is one, too."""
    kiosk = KioskClient.enrol(server)
    writer = kiosk.writer()
    kiosk.deliver(writer.seal())
    for _ in range(3):
        writer.seal()
    kiosk.deliver(writer.seal())
    (gap,) = what_is_missing(platform).gaps
    assert (gap.first, gap.last, gap.count) == (number(kiosk, 2), number(kiosk, 4), 3)
    assert gap.since
    with platform.database.writing() as session:
        row = session.get_one(KioskRow, kiosk.kiosk)
        row.hello = f'{{"epoch": "{writer.epoch}", "number": {writer.number}, "head_seq": 7}}'
    assert [it.count for it in what_is_missing(platform).gaps] == [3, 2]
    with platform.database.writing() as session:
        session.add(
            LostRow(
                app_id="a-1",
                kiosk=kiosk.kiosk,
                epoch=writer.epoch,
                seq=6,
                entry_hash="00",
                proof=f'{{"payload": {{"platform_ref": "{writer.number}-0006"}}}}',
                noted_at=platform.stamp(),
            )
        )
    found = what_is_missing(platform)
    assert [it.count for it in found.gaps] == [3, 1]
    assert [it.number for it in found.lost] == [number(kiosk, 6)]
    kiosk.close()


def test_what_was_sealed_to_a_revoked_key_is_marked(
    server: CentralServer, platform: Platform
) -> None:
    """On its page and in the list; not what can be opened by another key as well."""
    kiosk = KioskClient.enrol(server)
    sealed = kiosk.writer().seal()
    kiosk.deliver(sealed)
    with Office(server) as office:
        office.sign_in()
        assert "revoked" not in office.entry(sealed.header.app_id)
        old = platform.keys.recipient.public_key.kid
        request = ask_for(platform, Wish(revoked=frozenset({old})))
        assert not isinstance(request, str)
        document = sign_here(platform, request)
        assert document is not None
        assert isinstance(put_in_force(platform, document), Keyset)
        assert "has been revoked since" in office.entry(sealed.header.app_id)
        assert "sealed to a revoked key" in office.get("/office/entries").text
    front = sealed.front.to_bytes()
    assert is_sealed_to(front, frozenset({old, "other"}))
    assert not is_sealed_to(front, frozenset({"other"}))
    assert not is_sealed_to(front, frozenset())
    assert not is_sealed_to(b"", frozenset({old}))
    kiosk.close()


def test_a_warning_that_was_looked_into_is_taken_away(
    server: CentralServer, platform: Platform
) -> None:
    """Only the one that was seen, only by somebody of the office, and only with the box ticked."""
    kiosk = KioskClient.enrol(server)
    kiosk.close()
    sentence = "Two chains: entry 4 has two hashes. Was this kiosk copied?"
    with platform.database.writing() as session:
        session.get_one(KioskRow, kiosk.kiosk).alarm = sentence
    action = f"/office/kiosks/{kiosk.kiosk}/alarm"
    with Office(server) as office:
        assert office.post(action, alarm=sentence, seen="yes").url.endswith("/office/sign-in")
        office.sign_in()
        assert sentence in text_of(office.get("/office/missing").text)
        assert office.post(action, alarm=sentence, seen="yes").status_code == 403
        page = "/office/missing"
        assert office.submit(page, action, alarm=sentence).status_code == 400
        assert office.submit(page, action, alarm="Another.", seen="yes").status_code == 409
        assert what_is_missing(platform).alarms[0][2] == sentence
        after = office.submit(page, action, alarm=sentence, seen="yes")
        assert "Nothing is missing." in text_of(after.text)


def test_a_kiosk_that_boasts_does_not_close_the_page(
    server: CentralServer, platform: Platform
) -> None:
    """No receipt has room for such a place in the chain: what names one is refused."""
    kiosk = KioskClient.enrol(server)
    path = f"/v1/kiosks/{kiosk.kiosk}/hello"
    hello = {
        "epoch": "f" * 32,
        "number": kiosk.enrolled.answer.numbers[0],
        "head_seq": 10**9,
        "head_hash": "00" * 32,
        "clock_at": "2026-11-20T08:00:00Z",
        "clock_state": "floor",
        "counts": {},
        "devices": {},
        "versions": {},
        "free_bytes": 0,
    }
    assert kiosk.call("POST", path, body=hello).status_code == 400
    assert kiosk.call("POST", path, body=hello | {"head_seq": 99_999_999}).status_code == 200
    assert len(what_is_missing(platform).gaps) == 1
    kiosk.close()
