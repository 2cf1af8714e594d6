"""The office's notices: written on its page, signed, heard by kiosks, over wire and stick."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central import cli
from central.enrolment import create_code, enrol
from central.keysets import Wish, ask_for, put_in_force, sign_here
from central.notices import TOO_LONG, list_notices, take_away, write_notice
from central.platform import Platform, open_platform
from central.statuses import changes_since
from kiosk.domain import Language
from kiosk.store import notices
from launch import cli as kiosk_cli
from sync.protocol import (
    NOTICE_CELLS,
    EnrolAnswer,
    NoticeList,
    NoticesChange,
    accept_notices,
    make_enrol_request,
)
from tests.support.central_server import running_platform
from tests.support.enrolled_places import EnrolledPlace
from tests.support.office import Office

WORDS = (("zh_CN", "明天停电检修。"), ("en", "There is no power tomorrow."))


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


def a_kiosk(platform: Platform, site: str) -> EnrolAnswer:
    """Enrol a kiosk at a site."""
    code, key = create_code(platform, site), Ed25519PrivateKey.generate()
    request = make_enrol_request(code, key.public_key().public_bytes_raw(), key.sign)
    answer = enrol(platform, request)
    assert isinstance(answer, EnrolAnswer)
    return answer


def heard(platform: Platform, kiosk: EnrolAnswer) -> list[NoticeList]:
    """Return the lists that a kiosk hears of and believes, oldest first."""
    changes = changes_since(platform, kiosk.kiosk, 0).changes
    told = [
        accept_notices(change.document, platform.keyset(), kiosk.site.site_id)
        for change in changes
        if isinstance(change, NoticesChange)
    ]
    return [it for it in told if isinstance(it, NoticeList)]


def shown(platform: Platform, kiosk: EnrolAnswer) -> list[str]:
    """Return what the newest list says in English."""
    lists = heard(platform, kiosk)
    return [dict(it.words)["en"] for it in lists[-1].notices] if lists else []


def in_english(*texts: str) -> list[tuple[tuple[str, str], ...]]:
    """Return words in one language."""
    return [(("en", text),) for text in texts]


def test_a_notice_reaches_its_site_or_all(platform: Platform) -> None:
    """Those of one site, and those of a site that comes later."""
    lake, hill = a_kiosk(platform, "Lake"), a_kiosk(platform, "Hill")
    for_all, for_lake = in_english("For all.", "For the lake.")
    assert write_notice(platform, "", for_all, None) == ""
    assert write_notice(platform, lake.site.site_id, for_lake, date(2026, 11, 21)) == ""
    assert shown(platform, lake) == ["For all.", "For the lake."]
    assert shown(platform, hill) == ["For all."]
    assert shown(platform, a_kiosk(platform, "New")) == ["For all."]
    assert heard(platform, lake)[-1].notices[1].until == date(2026, 11, 21)
    versions = [it.version for it in heard(platform, lake)]
    assert versions == sorted(set(versions))
    (of_lake,) = (it.notice_id for it in list_notices(platform) if it.site == "Lake")
    assert take_away(platform, of_lake)
    assert not take_away(platform, of_lake)
    assert shown(platform, lake) == ["For all."]
    assert write_notice(platform, "s-none", for_all, None) != ""


def test_words_that_home_has_no_room_for_are_refused(
    platform: Platform, calendar: Calendar
) -> None:
    """Together with what stands there already; what is over counts no more."""
    kiosk = a_kiosk(platform, "Lake")
    half, rest = "x" * (NOTICE_CELLS // 2), "y" * (NOTICE_CELLS // 2)
    assert write_notice(platform, "", (("en", half),), date(2026, 11, 20)) == ""
    assert write_notice(platform, "", (("en", rest),), None) == ""
    assert write_notice(platform, "", (("en", "z"),), None) == TOO_LONG
    assert write_notice(platform, "", (("zh_CN", "好" * (NOTICE_CELLS // 2)),), None) == ""
    assert write_notice(platform, "", (("zh_CN", "好"),), None) == TOO_LONG
    assert write_notice(platform, "", (("en", " \n "),), None) != ""
    assert write_notice(platform, "", (("en", "x"),), date(2026, 11, 19)) != ""
    assert heard(platform, kiosk)[-1].notices[0].words == (("en", half),)
    calendar.at += timedelta(days=2)
    assert write_notice(platform, "", (("en", "z"),), None) == ""
    assert half not in [dict(it.words).get("en") for it in heard(platform, kiosk)[-1].notices]
    assert [it.is_over for it in list_notices(platform)].count(True) == 1


def test_the_notices_outlive_the_key_that_signed_them(platform: Platform) -> None:
    """Two rotations later the kiosk still believes them: they were signed anew."""
    kiosk = a_kiosk(platform, "Lake")
    assert write_notice(platform, "", WORDS, None) == ""
    for _ in range(2):
        request = ask_for(platform, Wish(new_signing=True))
        assert not isinstance(request, str)
        document = sign_here(platform, request)
        assert document is not None
        assert not isinstance(put_in_force(platform, document), str)
    assert shown(platform, kiosk) == ["There is no power tomorrow."]


def test_from_the_page_to_the_kiosk_and_back(tmp_path: Path) -> None:
    """Put on Home over the network; taken away over the stick."""
    with running_platform(tmp_path / "central") as central:
        place = EnrolledPlace(central, tmp_path / "home")
        with Office(central) as office:
            assert office.get("/office/notices").url.endswith("/sign-in")
            office.sign_in()
            page = "/office/notices"
            told = dict(WORDS)
            assert office.post(page, **told).status_code == 403
            assert office.submit(page, page, **told, until="soon").status_code == 400
            assert TOO_LONG in office.submit(page, page, en="x" * (NOTICE_CELLS + 1)).text
            written = office.submit(page, page, **told, until="2099-01-01")
            assert "明天停电检修。" in written.text
            place.courier().run_once()
            (notice,) = notices.load(place.db)
            assert notice.words.say(Language("zh_CN")) == "明天停电检修。"
            assert notice.until == date(2099, 1, 1)
            action = re.search(r'action="(/office/notices/n-[^"]+/remove)"', written.text)
            assert action is not None
            assert "No notice." in office.submit(page, action[1]).text
            assert office.submit(page, action[1]).status_code == 404
        stick = tmp_path / "stick"
        stick.mkdir()
        settings = ["--settings", str(place.home / "kiosk.toml")]
        assert kiosk_cli.main(["queue", "export", str(stick), *settings]) == 0
        assert cli.main(["import", str(stick), "--data", str(central.data)]) == 0
        assert kiosk_cli.main(["queue", "import", str(stick), *settings]) == 0
        assert notices.load(place.db) == ()
        place.close()
