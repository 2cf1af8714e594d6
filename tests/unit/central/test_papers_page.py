"""What the office sees of papers: levels and what is open at once, pages with the person alone."""

from __future__ import annotations

from dataclasses import replace

from kiosk.envelope import ReceiptNumber
from tests.support.entries import some_contents
from tests.support.kiosk_client import KioskClient
from tests.support.office import Office, text_of
from tests.unit.kiosk.test_papers_sealed import PAPERS, TOLD


def test_the_page_shows_papers(office: Office, kiosk: KioskClient) -> None:
    """Each with its level, who saw the original and what is open; codes are text, not links."""
    writer = kiosk.writer()
    plain = some_contents(ReceiptNumber(writer.number, 1))
    sealed = writer.seal(contents=replace(plain, papers=TOLD))
    kiosk.deliver(sealed)
    path = f"/office/entries/{sealed.header.app_id}"
    page = office.get(path).text
    masked = text_of(page)
    assert "Level B: compared with the original by an attendant, Li Wen" in masked
    assert "Not shown, and not needed" in masked
    assert "Still to be brought" in masked
    assert "paper-1/1" not in page
    assert "example.org" not in page
    whole = office.get(f"{path}?show=1").text
    assert "https://example.org/?a=&lt;b&gt;" in whole
    assert 'href="https://example.org' not in whole
    assert f"{path}/paper-1/2" in whole
    assert office.get(f"{path}/paper-1/2").content == PAPERS[0].pages[1].jpeg
    assert office.get(f"{path}/paper-3/1").content == PAPERS[2].pages[0].jpeg
    for none in ("paper-1/3", "paper-2/1", "paper-0/1", "paper-9/1", "paper-x/1", "paper--1/1"):
        assert office.get(f"{path}/{none}").status_code == 404
