"""Enrolment codes and staff on the platform's side, without HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.enrolment import MAX_TRIES, EnrolmentRefusal, create_code, enrol
from central.platform import Platform, open_platform
from central.staffing import add_member, problem_with_pin, remove_member
from central.statuses import changes_since
from kiosk.envelope import StaffMember, StaffRole
from sync.protocol import (
    BadAnswer,
    EnrolAnswer,
    Enrolled,
    EnrolmentCode,
    EnrolRequest,
    StaffChange,
    accept_enrolment,
    accept_staff_list,
    make_enrol_request,
    parse_enrolment_code,
)


class Calendar:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 20, 8, 15, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the time it was set to."""
        return self.at


@pytest.fixture
def calendar() -> Calendar:
    """Give a clock that a test moves."""
    return Calendar()


@pytest.fixture
def platform(tmp_path: Path, calendar: Calendar) -> Iterator[Platform]:
    """Open a platform of its own."""
    opened = open_platform(tmp_path / "central", "https://example.test/", calendar.now)
    yield opened
    opened.database.close()


def a_request(code: EnrolmentCode, key: Ed25519PrivateKey | None = None) -> EnrolRequest:
    """Return the request of a kiosk."""
    key = Ed25519PrivateKey.generate() if key is None else key
    return make_enrol_request(code, key.public_key().public_bytes_raw(), key.sign)


def test_a_code_is_typed_as_it_is_printed(platform: Platform) -> None:
    """With hyphens, in small letters, with lookalikes: it is the same code."""
    code = create_code(platform, "Lakeside office")
    assert parse_enrolment_code(str(code).lower().replace("-", " ").replace("0", "o")) == code
    answer = enrol(platform, a_request(code))
    assert isinstance(answer, EnrolAnswer)
    accepted = accept_enrolment(answer, code)
    assert isinstance(accepted, Enrolled)
    assert answer.public_url == "https://example.test"


def test_a_code_is_stored_hashed(platform: Platform) -> None:
    """Whoever copies the database does not have it."""
    code = create_code(platform, "Lakeside office")
    for file in platform.data.rglob("*"):
        if file.is_file():
            assert code.secret.encode() not in file.read_bytes()


def test_another_platform_is_noticed(platform: Platform, tmp_path: Path) -> None:
    """A root key that does not fit the code is refused by the kiosk."""
    other = open_platform(tmp_path / "other")
    code = create_code(platform, "Lakeside office")
    answer = enrol(other, a_request(create_code(other, "Elsewhere")))
    assert isinstance(answer, EnrolAnswer)
    assert isinstance(accept_enrolment(answer, code), BadAnswer)
    other.database.close()


def test_five_wrong_tries_end_a_code(platform: Platform) -> None:
    """Whoever knows the front of a code can't guess the rest."""
    code = create_code(platform, "Lakeside office")
    wrong = EnrolmentCode(code.name + "00000000", code.fingerprint)
    for _ in range(MAX_TRIES):
        assert enrol(platform, a_request(wrong)) is EnrolmentRefusal.NO_SUCH_CODE
    assert enrol(platform, a_request(code)) is EnrolmentRefusal.NO_SUCH_CODE


def test_a_code_lives_a_day(platform: Platform, calendar: Calendar) -> None:
    """The day after it is refused."""
    code = create_code(platform, "Lakeside office")
    calendar.at += timedelta(hours=25)
    assert enrol(platform, a_request(code)) is EnrolmentRefusal.NO_SUCH_CODE


def test_keys_are_kept_and_private(platform: Platform) -> None:
    """Opened again it has the same keys, which nobody else can read."""
    again = open_platform(platform.data)
    assert again.keys.root_public == platform.keys.root_public
    assert again.keys.recipient.raw == platform.keys.recipient.raw
    again.database.close()
    for file in (*(platform.data / "keys").iterdir(), platform.data / "admin-password"):
        assert file.stat().st_mode & 0o077 == 0


def test_a_damaged_key_is_never_replaced(platform: Platform) -> None:
    """What it could open would be lost for good."""
    file = platform.data / "keys" / "recipient.key"
    file.write_text("00")
    with pytest.raises(ValueError, match="damaged"):
        open_platform(platform.data)
    assert file.read_text() == "00"


@pytest.mark.parametrize(
    "pin", ["", "12345", "abcdef", "１２３４５６", "111111", "123456", "987654", "0" * 13]
)
def test_pins_that_are_easy_are_refused(pin: str) -> None:
    """Too short, too long, no digits, or the first that anybody tries."""
    assert problem_with_pin(pin)


def test_the_staff_list_rises_and_is_signed(platform: Platform) -> None:
    """Adding and removing reaches the kiosks of that site, with hashes instead of PINs."""
    code = create_code(platform, "Lakeside office")
    answer = enrol(platform, a_request(code))
    assert isinstance(answer, EnrolAnswer)
    enrolled = accept_enrolment(answer, code)
    assert isinstance(enrolled, Enrolled)
    site = answer.site.site_id
    member = add_member(platform, site, " Li  Wen ", StaffRole.VOLUNTEER, "271828")
    assert isinstance(member, StaffMember)
    assert member.name == "Li Wen"
    assert add_member(platform, "s-none", "Li", StaffRole.VOLUNTEER, "271828") != member
    assert isinstance(add_member(platform, site, "", StaffRole.VOLUNTEER, "271828"), str)
    assert remove_member(platform, member.staff_id)
    assert not remove_member(platform, member.staff_id)
    page = changes_since(platform, answer.kiosk, 0)
    lists = [
        accept_staff_list(change.document, enrolled.keyset, site)
        for change in page.changes
        if isinstance(change, StaffChange)
    ]
    versions = [staff.version for staff in lists if not isinstance(staff, BadAnswer)]
    assert versions == [1, 2, 3]
    added = lists[1]
    assert not isinstance(added, BadAnswer)
    assert platform.hasher.verify(added.members[0].pin_hash, "271828")
    old = accept_staff_list(added.document, enrolled.keyset, site, at_least=3)
    assert isinstance(old, BadAnswer)
