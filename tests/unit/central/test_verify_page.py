"""The page that checks papers, on the real server: what is proven, what is not."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from sqlalchemy import update

from central import cli
from central.platform import open_platform
from central.tables import KioskRow
from central.verifying import Verdict, check_paper, kiosk_keys
from kiosk.envelope import EntryKind, KioskId, SealedEnvelope, SignedReceipt, sign_receipt
from tests.support.central_server import CentralServer, running_platform
from tests.support.kiosk_client import TIMEOUT_S, KioskClient

AT = datetime(2026, 11, 20, 1, 52, tzinfo=UTC)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the platform keeps everything."""
    return tmp_path_factory.mktemp("central")


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[CentralServer]:
    """Run one platform for all tests of this file."""
    with running_platform(data) as running:
        yield running


def signed(kiosk: KioskClient, sealed: SealedEnvelope) -> SignedReceipt:
    """Return what this kiosk signs for an entry."""
    number = sealed.header.receipt_number
    name = KioskId(kiosk.kiosk)
    return sign_receipt(number, name, "old_age", AT, sealed.entry_hash, kiosk.key.sign)


def checked(server: CentralServer, text: str) -> tuple[int, str]:
    """Return status and words of the page for a text."""
    answer = requests.post(f"{server.url}/verify", data={"text": text}, timeout=TIMEOUT_S)
    words = html.unescape(re.sub(r"<[^>]+>", " ", answer.text))
    return answer.status_code, " ".join(words.split())


def test_a_paper_whose_entry_arrived_is_proven(server: CentralServer, kiosk: KioskClient) -> None:
    """Which kiosk, which number, when, that the entry is held; and what all that does not prove."""
    sealed = kiosk.writer().seal()
    kiosk.deliver(sealed)
    address = f"{server.url}/q/{sealed.header.receipt_number}?c=ABCDEF#{signed(kiosk, sealed)}"
    status, words = checked(server, address)
    assert status == 200
    proven, _, not_proven = words.partition("Not proven")
    for told in (
        str(sealed.header.receipt_number),
        f"{kiosk.kiosk}, Lakeside office",
        "2026-11-20 01:52 UTC",
        "holds this very application",
    ):
        assert told in proven
    for told in ("Who applied", "Whether the office accepted it", "A copy has the same code"):
        assert told in not_proven
    assert "not arrived" not in words


def test_a_paper_whose_entry_is_on_its_way(server: CentralServer, kiosk: KioskClient) -> None:
    """The kiosk is proven, the arrival is not."""
    status, words = checked(server, str(signed(kiosk, kiosk.writer().seal())))
    assert status == 200
    assert "has not arrived here yet" in words
    assert "holds this very application" not in words


def test_a_changed_paper_is_not_proven(server: CentralServer, kiosk: KioskClient) -> None:
    """Another service in it, and nothing of it is shown as true."""
    text = str(signed(kiosk, kiosk.writer().seal()))
    status, words = checked(server, text.replace("old_age", "new_age"))
    assert status == 404
    assert "can’t be confirmed" in words
    assert "new_age" not in words


def test_a_kiosk_that_is_none(server: CentralServer, kiosk: KioskClient) -> None:
    """A right signature of somebody who was never enrolled is told like a wrong one: the page does
    not say which kiosks there are.
    """
    sealed = kiosk.writer().seal()
    number = sealed.header.receipt_number
    made = sign_receipt(number, KioskId("k-no"), "x", AT, sealed.entry_hash, kiosk.key.sign)
    changed = str(signed(kiosk, sealed)).replace("old_age", "new_age")
    assert checked(server, str(made)) == checked(server, changed)
    assert checked(server, str(made))[0] == 404


def test_a_text_without_a_code(server: CentralServer) -> None:
    """The short address of a slip is told from the code of the A4 paper."""
    for text in ("", "hello", f"{server.url}/q/9902114633?c=7KX4MP", "DR1." * 2000):
        status, words = checked(server, text)
        assert status == 404
        assert "nothing here that can be checked" in words


def test_a_rehearsal_is_called_one(server: CentralServer, kiosk: KioskClient) -> None:
    """What was practised is no application."""
    sealed = kiosk.writer().seal(EntryKind.REHEARSAL)
    kiosk.deliver(sealed)
    assert "A rehearsal, never filed" in checked(server, str(signed(kiosk, sealed)))[1]


def test_the_form_is_there_and_runs_no_script(server: CentralServer) -> None:
    """The empty page, linked from the query page."""
    answer = requests.get(f"{server.url}/verify", timeout=TIMEOUT_S)
    assert answer.status_code == 200
    assert "<textarea" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert 'href="/verify"' in requests.get(f"{server.url}/q", timeout=TIMEOUT_S).text


def test_another_entry_under_the_number_is_not_proven(data: Path, kiosk: KioskClient) -> None:
    """A copied or restored kiosk used the number again: its paper is not the one that is held."""
    first, second = kiosk.writer().seal(), kiosk.writer().seal()
    assert first.header.receipt_number == second.header.receipt_number
    kiosk.deliver(first)
    platform = open_platform(data)
    try:
        assert check_paper(platform, str(signed(kiosk, first))).verdict is Verdict.HELD
        other = check_paper(platform, str(signed(kiosk, second)))
        assert (other.verdict, other.is_proven) == (Verdict.OTHER_ENTRY, False)
    finally:
        platform.database.close()


def test_a_kiosk_taken_out_of_service_proves_only_what_arrived(
    data: Path, kiosk: KioskClient
) -> None:
    """Whoever has its key could sign anything, with any date."""
    writer = kiosk.writer()
    held, lost = writer.seal(), writer.seal()
    kiosk.deliver(held)
    platform = open_platform(data)
    try:
        assert kiosk.kiosk in kiosk_keys(platform)
        with platform.database.writing() as session:
            row = update(KioskRow).where(KioskRow.kiosk == kiosk.kiosk)
            session.execute(row.values(revoked_at="2026-11-21T00:00:00Z"))
        assert check_paper(platform, str(signed(kiosk, held))).verdict is Verdict.HELD
        assert check_paper(platform, str(signed(kiosk, lost))).verdict is Verdict.REVOKED
        assert kiosk.kiosk not in kiosk_keys(platform)
    finally:
        platform.database.close()


def test_the_keys_of_all_kiosks(
    data: Path, kiosk: KioskClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`central kiosk-keys` prints them for `kiosk verify --keys`; no platform is refused."""
    assert cli.main(["kiosk-keys", "--data", str(data)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told[kiosk.kiosk] == kiosk.key.public_key().public_bytes_raw().hex()
    assert cli.main(["kiosk-keys", "--data", str(tmp_path)]) == 2
