"""What the platform has to tell: kept only if it is signed, meant for this site, and newer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.domain import Language, StaffMember, StaffRole
from kiosk.enrolment import load_enrolment, save_enrolment
from kiosk.envelope import RecipientPrivateKey
from kiosk.store import applications, contact, facts, notices
from kiosk.store.staff_files import load_staff
from sync.answers import Failed, Failure
from sync.catalogue_feed import CATALOGUE_VERSION, WANTED
from sync.news import CURSOR, News
from sync.platform import Platform
from sync.protocol import (
    NOTICE_CELLS,
    ROOT_KID,
    CatalogueChange,
    Change,
    ChangesPage,
    DocumentType,
    Keyset,
    KeysetChange,
    ListedMember,
    Notice,
    NoticesChange,
    SignedDocument,
    SigningKey,
    SkippedChange,
    StaffChange,
    StatusChange,
    StatusCode,
    accept_keyset,
    catalogue_payload,
    keyset_payload,
    notices_payload,
    sign_document,
    staff_payload,
)
from tests.support.builders import FakeClock
from tests.support.sealing_places import SealingPlace

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class FakePlatform(Platform):
    """A platform that only has a changes feed, page by page."""

    def __init__(self, *pages: ChangesPage | Failed) -> None:
        super().__init__("http://127.0.0.1:1", FakeClock(), ca_file=None, timeout_s=1)
        self.pages = list(pages)
        self.since: list[str] = []

    def changes(self, kiosk: str, since: str) -> ChangesPage | Failed:
        """Give the next page."""
        self.since.append(since)
        return self.pages.pop(0)


@dataclass
class Office:
    """The platform's keys, and a kiosk that knows them."""

    place: SealingPlace
    root: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    signing: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    def keyset(self, version: int, signer: Ed25519PrivateKey | None = None) -> SignedDocument:
        """Sign a keyset."""
        uses = (
            DocumentType.DELIVERY_PROOF,
            DocumentType.STAFF_LIST,
            DocumentType.NOTICES,
            DocumentType.CATALOGUE,
        )
        key = SigningKey("0" * 16, self.signing.public_key().public_bytes_raw(), uses)
        told = keyset_payload(version, (self.place.recipient.public_key,), (key,))
        return sign_document(DocumentType.KEYSET, told, ROOT_KID, (signer or self.root).sign)

    def staff(
        self, version: int, *names: str, site: str = "s-1", signer: Ed25519PrivateKey | None = None
    ) -> StaffChange:
        """Sign a staff list."""
        members = tuple(
            ListedMember(StaffMember(f"p-{name}", name, StaffRole.VOLUNTEER), "$argon2id$x")
            for name in names
        )
        told = staff_payload(version, site, members)
        return StaffChange(
            sign_document(DocumentType.STAFF_LIST, told, "0" * 16, (signer or self.signing).sign)
        )

    def notices(
        self, version: int, *texts: str, site: str = "s-1", signer: Ed25519PrivateKey | None = None
    ) -> NoticesChange:
        """Sign notices."""
        listed = [Notice(f"n-{text}", (("en", text),), date(2026, 11, 21)) for text in texts]
        told = notices_payload(version, site, listed)
        return NoticesChange(
            sign_document(DocumentType.NOTICES, told, "0" * 16, (signer or self.signing).sign)
        )

    def news(self) -> News:
        """Return what listens, as the courier makes it anew for every round."""
        enrolment = self.place.enrolment
        object.__setattr__(enrolment, "root_key", self.root.public_key().public_bytes_raw())
        object.__setattr__(enrolment, "site_id", "s-1")
        keyset = accept_keyset(self.keyset(2), enrolment.root_key)
        assert isinstance(keyset, Keyset)
        save_enrolment(self.place.folder, enrolment)
        return News(self.place.store(), self.place.folder, enrolment, keyset)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office and its kiosk."""
    place = SealingPlace(tmp_path / "state")
    place.open()
    yield Office(place)
    place.close()


def hear(news: News, *changes: Change) -> Failed | None:
    """Let one page of changes be heard."""
    return news.fetch(FakePlatform(ChangesPage(changes, "7", more=False)), AT)


def names(news: News) -> list[str]:
    """Return who may sign in."""
    return [record.member.name for record in load_staff(news.db)]


def test_a_staff_list_is_kept_and_only_newer_ones_replace_it(office: Office) -> None:
    """Versions rise; the same or an older one changes nothing."""
    news = office.news()
    hear(news, office.staff(3, "Li"))
    assert (names(news), news.has_new_staff) == (["Li"], True)
    for older in (1, 3):
        news = office.news()
        hear(news, office.staff(older, "Old"))
        assert (names(news), news.has_new_staff) == (["Li"], False)
    hear(news, office.staff(4))
    assert names(news) == []


@pytest.mark.parametrize("fault", ["stranger", "root", "other_site"])
def test_a_staff_list_that_is_not_ours_is_refused(
    office: Office, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Signed by somebody else, by a key that is not for this, or for another site."""
    news = office.news()
    strangers = {"stranger": Ed25519PrivateKey.generate(), "root": office.root}
    site = "s-2" if fault == "other_site" else "s-1"
    assert hear(news, office.staff(9, "Eve", site=site, signer=strangers.get(fault))) is None
    assert names(news) == []
    assert "STAFF_LIST_REFUSED" in caplog.text
    assert facts.get(news.db, CURSOR) == "7"


def said(news: News) -> list[str]:
    """Return the notices that are kept."""
    return [notice.words.say(Language("en")) for notice in notices.load(news.db)]


def test_notices_are_kept_and_only_newer_lists_replace_them(office: Office) -> None:
    """A list is whole: what is not on the newest is taken away, and an old one changes nothing."""
    news = office.news()
    hear(news, office.notices(3, "A", "B"))
    assert said(news) == ["A", "B"]
    assert notices.load(news.db)[0].until == date(2026, 11, 21)
    for older in (1, 3):
        hear(news, office.notices(older, "Old"))
        assert said(office.news()) == ["A", "B"]
    hear(news, office.notices(4, "B"))
    assert said(news) == ["B"]
    hear(news, office.notices(5))
    assert said(office.news()) == []


@pytest.mark.parametrize("fault", ["stranger", "other_site", "too_long", "two_lines"])
def test_notices_that_are_not_ours_are_refused(
    office: Office, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    """By a stranger, for another site, or more than the screen has room for: the old ones stay."""
    news = office.news()
    hear(news, office.notices(3, "A"))
    signer = Ed25519PrivateKey.generate() if fault == "stranger" else None
    site = "s-2" if fault == "other_site" else "s-1"
    text = {"too_long": "x" * (NOTICE_CELLS + 1), "two_lines": "x\ny"}.get(fault, "Eve")
    assert hear(news, office.notices(9, text, site=site, signer=signer)) is None
    assert said(news) == ["A"]
    assert "NOTICES_REFUSED" in caplog.text
    assert "Eve" not in caplog.text
    assert facts.get(news.db, CURSOR) == "7"


def test_a_catalogue_is_wanted_if_it_is_signed_and_newer(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """An older one played again, or one of a stranger, is never fetched."""

    def release(version: int, signer: Ed25519PrivateKey) -> CatalogueChange:
        told = catalogue_payload(version, "x", bytes(32), 5)
        return CatalogueChange(sign_document(DocumentType.CATALOGUE, told, "0" * 16, signer.sign))

    news = office.news()
    hear(news, release(3, office.signing))
    wanted = facts.get(news.db, WANTED)
    assert wanted
    hear(news, release(2, office.signing), release(3, office.signing))
    hear(news, release(9, Ed25519PrivateKey.generate()))
    assert "CATALOGUE_NOT_TAKEN" in caplog.text
    assert facts.get(news.db, WANTED) == wanted
    assert facts.get(news.db, CATALOGUE_VERSION) == "3"
    hear(news, release(4, office.signing))
    assert facts.get(news.db, WANTED) != wanted


def test_a_newer_keyset_is_taken_over(office: Office) -> None:
    """From then on envelopes are sealed to its recipients, also after a restart."""
    news = office.news()
    office.place.recipient = RecipientPrivateKey.generate()
    hear(news, KeysetChange(office.keyset(3)))
    assert news.keyset.version == 3
    stored = load_enrolment(office.place.folder)
    assert stored is not None
    assert stored.recipients == (office.place.recipient.public_key.raw,)


@pytest.mark.parametrize("fault", ["stranger", "older"])
def test_another_keyset_is_not(
    office: Office, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    """One that root did not sign, or an old one, changes nothing."""
    caplog.set_level("INFO")
    news = office.news()
    before = load_enrolment(office.place.folder)
    signer = Ed25519PrivateKey.generate() if fault == "stranger" else None
    hear(news, KeysetChange(office.keyset(9 if signer else 1, signer)))
    assert news.keyset.version == 2
    assert load_enrolment(office.place.folder) == before
    assert ("KEYSET_REFUSED" if signer else "KEYSET_OLD") in caplog.text


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (StatusCode.RECEIVED, ""),
        (StatusCode.ACCEPTED, "accepted"),
        (StatusCode.MORE_PAPERS, "more_needed"),
        (StatusCode.DONE, "done"),
        (StatusCode.REFUSED, "refused"),
    ],
)
def test_every_status_has_a_word_of_the_screens(
    office: Office, code: StatusCode, state: str
) -> None:
    """The wire's words become those that the screens know."""
    sealer = office.place.open()
    row = office.place.seal(sealer)
    news = office.news()
    hear(news, StatusChange(row.app_id, row.number, code, (("zh_CN", "好"),), AT))
    (item,) = applications.status_by_lookup(news.db, bytes(32), AT)
    assert (item.office_state, item.office_words, item.as_of) == (state, "好", AT)


def test_pages_are_followed_and_the_place_is_kept(office: Office) -> None:
    """Page after page from the cursor; a failure in the middle goes on there next time."""
    news = office.news()
    broken = Failed(Failure.UNREACHABLE, "no answer")
    platform = FakePlatform(ChangesPage((), "3", more=True), broken)
    assert news.fetch(platform, AT) is broken
    assert contact.last(news.db) is None  # not all was heard
    platform = FakePlatform(ChangesPage((SkippedChange("x", ""),), "8", more=False))
    assert news.fetch(platform, AT) is None
    assert platform.since == ["3"]
    assert contact.last(news.db) == AT
    assert facts.get(news.db, CURSOR) == "8"


def test_a_feed_that_does_not_move_ends(office: Office) -> None:
    """A platform that says "more" for ever at the same place is left alone."""
    news = office.news()
    platform = FakePlatform(*[ChangesPage((), "0", more=True)] * 5)
    assert news.fetch(platform, AT) is None
    assert len(platform.pages) == 4
