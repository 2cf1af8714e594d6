"""What the papers say."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kiosk import papers
from kiosk.domain import Language, mask_name
from kiosk.flow.world import Site
from kiosk.papers import ReceiptFacts
from kiosk.ports.printer import (
    Band,
    Fact,
    Line,
    NumberGroups,
    Paper,
    QrCode,
    Rule,
    SealPlace,
    Step,
    TextSize,
    Tick,
)
from kiosk.texts import Texts, load_texts
from tests.support.services import ASSETS, the_calendar, the_sample_service

TEXTS = load_texts(ASSETS / "locale")
ZH, EN = TEXTS[Language("zh_CN")], TEXTS[Language("en")]
SITE = Site("槐树里社区服务点", "0531-0000-0001", "8:30-17:00")
FACTS = ReceiptFacts(
    job_id="job-1",
    site=SITE,
    service=the_sample_service(),
    number_groups=("9902", "1146", "08"),
    query_code="7KX4MP",
    query_url="https://platform.example/q/9902114608?c=7KX4MP",
    received_at=datetime(2026, 11, 20, 1, 52, tzinfo=UTC),
    timezone="Asia/Shanghai",
    ask_by=date(2026, 11, 27),
    ask_by_is_certain=True,
    counts_from_delivery=False,
    applicant=mask_name("张秀英"),
)


def written(paper: Paper) -> str:
    """Return all words of a paper, a block per line."""
    lines: list[str] = []
    for block in paper.blocks:
        match block:
            case Line(text) | Band(text) | Step(_, text) | Tick(text):
                lines.append(text)
            case Fact(name, value):
                lines.append(f"{name}: {value}")
            case NumberGroups(groups):
                lines.append(" ".join(groups))
            case QrCode(content):
                lines.append(content)
            case SealPlace(told, content):
                lines.extend((*told, content))
            case Rule():
                lines.append("---")
    return "\n".join(lines)


def test_the_receipt_says_what_it_has_to_in_chinese() -> None:
    """Received where and when, not yet accepted, what next, by when to ask, number and code."""
    paper = papers.receipt(FACTS, ZH)
    assert (paper.job_id, paper.title, paper.language) == ("job-1", "收件凭条", "zh_CN")
    assert written(paper).splitlines() == [
        "槐树里社区服务点",
        "收件凭条",
        "已收件，尚未受理",
        "---",
        "您的办理号码",
        "9902 1146 08",
        "查询码: 7KX 4MP",
        "---",
        "办理事项: 高龄津贴",
        "申请人: 张*英",
        "收件时间: 2026年11月20日 上午 9:52",
        "收件地点: 槐树里社区服务点",
        "---",
        "接下来",
        "申请会自动送到槐树里民政局，您不用再跑一趟。",
        "送到以后，槐树里民政局一般在 5 个工作日内告诉您是否受理。",
        "到 2026年11月27日 星期五 还没有消息，请带这张凭条来问，或打 0531-0000-0000。",
        "---",
        "https://platform.example/q/9902114608?c=7KX4MP",
        "手机扫码查进度。也可以在自助机上按“查进度”，输入号码和查询码。网址是：",
        "platform.example/q/9902114608",
        "---",
        "办理完全免费",
        "对这台机器有疑问，请打 0531-0000-0001。",
        "热敏纸会褪色，请避光保存，或拍张照片留底。",
    ]
    assert [block.number for block in paper.blocks if isinstance(block, Step)] == [1, 2, 3]


def test_the_receipt_says_the_same_in_english() -> None:
    """The other language has the same blocks, in its own manner."""
    paper = papers.receipt(FACTS, EN)
    chinese = papers.receipt(FACTS, ZH)
    assert [type(block) for block in paper.blocks] == [type(block) for block in chinese.blocks]
    text = written(paper)
    assert "Received here, not yet accepted" in text
    assert "Received at: 20 November 2026, 9:52\u00a0am" in text
    assert "If you have heard nothing by Friday 27 November 2026" in text
    assert "within 5 working days" in text
    assert "Free of charge" in text
    assert not re.search("[一-鿿]", text.replace(SITE.name, "").replace(FACTS.applicant, ""))


def test_one_working_day_is_said_rightly() -> None:
    """The words agree with the number."""
    service = replace(FACTS.service, answer_within_working_days=1)
    assert "within 1 working day whether" in written(
        papers.receipt(replace(FACTS, service=service), EN)
    )


def test_without_network_the_days_count_from_delivery() -> None:
    """An offline receipt says that it is sent later, and that the date is the earliest."""
    offline = replace(FACTS, counts_from_delivery=True)
    text = written(papers.receipt(offline, ZH))
    assert "现在网络不通" in text
    assert "工作日从送到那天算起，最早是 2026年11月27日 星期五" in text
    text = written(papers.receipt(offline, EN))
    assert "There is no network now" in text
    assert "so the earliest day is Friday 27 November 2026" in text


def test_unknown_holidays_make_the_date_about() -> None:
    """Where the holiday list ends, the paper does not promise."""
    unsure = replace(FACTS, ask_by=date(2027, 1, 8), ask_by_is_certain=False)
    text = written(papers.receipt(unsure, ZH))
    assert "大约到 2027年1月8日" in text
    assert "放假安排还没有公布" in text
    later = replace(unsure, counts_from_delivery=True)
    assert "最早大约是 2027年1月8日" in written(papers.receipt(later, ZH))
    assert "earliest day is about Friday 8 January 2027" in written(papers.receipt(later, EN))
    assert "not announced" not in written(papers.receipt(FACTS, EN))


def test_whatever_else_happened_is_said() -> None:
    """Who helped, that a photo is missing, which copy it is, and that a device is simulated."""
    plain = written(papers.receipt(FACTS, ZH))
    full = replace(FACTS, helper="李明", photo_is_missing=True, copy=2, is_simulated=True)
    paper = papers.receipt(full, ZH)
    text = written(paper)
    for told in ("协助人: 李明", "工作人员会当面核对", "第 2 份", "模拟或演练 · 此件无效"):
        assert told in text
        assert told not in plain
    assert paper.blocks[0] == Band("模拟或演练 · 此件无效")
    assert [block.number for block in paper.blocks if isinstance(block, Step)] == [1, 2, 3, 4]


def test_without_a_page_there_is_no_qr_code() -> None:
    """A kiosk whose platform has no page prints number and code, and nothing to scan."""
    paper = papers.receipt(replace(FACTS, query_url="", site=replace(SITE, phone="")), EN)
    assert not any(isinstance(block, QrCode) for block in paper.blocks)
    assert "Scan" not in written(paper)
    assert "Query code: 7KX 4MP" in written(paper)
    assert "Questions about this machine" not in written(paper)


@pytest.mark.parametrize(
    ("at", "timezone", "chinese", "english"),
    [
        ("2026-11-19T16:05+00:00", "Asia/Shanghai", "2026年11月20日 上午 0:05", "12:05\u00a0am"),
        ("2026-11-20T04:00+00:00", "Asia/Shanghai", "2026年11月20日 下午 12:00", "12:00\u00a0pm"),
        ("2026-11-20T12:30+00:00", "Europe/Riga", "2026年11月20日 下午 2:30", "2:30\u00a0pm"),
        ("2026-11-20T12:30+00:00", "UTC", "2026年11月20日 下午 12:30", "12:30\u00a0pm"),
        (
            "2026-11-20T12:30+00:00",
            "No/Where",
            "2026年11月20日 下午 12:30 UTC",
            "12:30\u00a0pm UTC",
        ),
        ("2026-11-20T12:30+00:00", "../etc", "2026年11月20日 下午 12:30 UTC", "12:30\u00a0pm UTC"),
    ],
)
def test_times_are_local(at: str, timezone: str, chinese: str, english: str) -> None:
    """Times are those of the site; where the machine does not know the zone, UTC is named."""
    facts = replace(FACTS, received_at=datetime.fromisoformat(at), timezone=timezone)
    assert f"收件时间: {chinese}\n" in written(papers.receipt(facts, ZH))
    assert f", {english}\n" in written(papers.receipt(facts, EN))


def test_the_local_day_is_that_of_the_site() -> None:
    """Shortly after midnight at the site, it is the new day."""
    at = datetime(2026, 11, 19, 16, 5, tzinfo=UTC)
    assert papers.local_day(at, "Asia/Shanghai") == date(2026, 11, 20)
    assert papers.local_day(at, "No/Where") == date(2026, 11, 19)


def test_the_day_to_ask_by() -> None:
    """Five working days over National Day are long, and over New Year uncertain."""
    service, calendar = the_sample_service(), the_calendar()
    assert papers.ask_by(service, date(2026, 11, 20), calendar) == (date(2026, 11, 27), True)
    assert papers.ask_by(service, date(2026, 9, 28), calendar) == (date(2026, 10, 10), True)
    assert papers.ask_by(service, date(2026, 12, 30), calendar) == (date(2027, 1, 7), False)


def test_the_query_address() -> None:
    """Number and code go into the address, quoted; no address stays none."""
    template = "https://platform.example/q/{number}?c={code}"
    assert (
        papers.query_url(template, "9902114608", "7KX4MP")
        == "https://platform.example/q/9902114608?c=7KX4MP"
    )
    assert papers.query_url(template, "a/b", "{number}&") == (
        "https://platform.example/q/a%2Fb?c=%7Bnumber%7D%26"
    )
    assert papers.query_url("", "1", "2") == ""


@pytest.mark.parametrize("texts", [ZH, EN], ids=["zh_CN", "en"])
def test_the_slip_says_where_to_go(texts: Texts) -> None:
    """Who keeps their data learns that nothing was kept, where else to go and what to bring."""
    service = the_sample_service()
    paper = papers.where_to_go(service, SITE, texts, "job-2", is_simulated=True)
    text = written(paper)
    told = (service.where_to_go, service.name, service.fee, *service.bring)
    for words in told:
        assert words.say(texts.language) in text
    assert service.authority_phone in text
    assert SITE.phone in text
    assert texts.say("paper.where_to_go.nothing_kept") in text
    assert paper.blocks[0] == Band(texts.say("paper.simulated"))
    assert not any(isinstance(block, NumberGroups | QrCode) for block in paper.blocks)


@pytest.mark.parametrize("texts", [ZH, EN], ids=["zh_CN", "en"])
def test_the_check_page_uses_every_kind_of_block(texts: Texts) -> None:
    """A technician sees on one page whether everything can be printed."""
    at = datetime(2026, 11, 20, 1, 52, tzinfo=UTC)
    paper = papers.check_page(SITE, texts, at, "Asia/Shanghai", "job-3", is_simulated=True)
    kinds = {type(block) for block in paper.blocks}
    assert kinds == {Line, Fact, NumberGroups, Step, Tick, QrCode, Rule, Band}
    assert {block.size for block in paper.blocks if isinstance(block, Line)} == set(TextSize)
    assert "9:52" in written(paper)


def test_both_languages_have_every_text_and_no_other() -> None:
    """Every message that papers use exists in both languages, with the same places to fill."""
    of_papers = {key for key in ZH.keys if key.startswith("paper.")}
    assert of_papers == {key for key in EN.keys if key.startswith("paper.")}
    folder = Path(papers.__file__).parent
    source = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    used = set(re.findall(r'["\'](paper\.[a-z_.]+[a-z_])["\']', source))
    stems = {key.removesuffix(".one").removesuffix(".other") for key in of_papers}
    counted = {f"paper.month.{month}" for month in range(1, 13)}
    counted |= {f"paper.weekday.{day}" for day in range(1, 8)}
    assert used | counted == stems
    for key in of_papers - {"paper.day", "paper.moment", "paper.time_am", "paper.time_pm"}:
        places = [set(re.findall(r"\{(\w+)\}", texts.say(key))) for texts in (ZH, EN)]
        assert places[0] == places[1], key


@pytest.mark.parametrize(
    ("texts", "words"), [(EN, "The clock of this machine may be wrong."), (ZH, "时钟可能不准")]
)
def test_a_suspect_clock_is_admitted_on_paper(texts: Texts, words: str) -> None:
    """The dates are said not to be certain; of a clock that is right nothing is said."""
    suspect = replace(FACTS, is_clock_suspect=True)
    assert words in written(papers.receipt(suspect, texts))
    assert words not in written(papers.receipt(FACTS, texts))
    assert "about" in written(papers.receipt(suspect, EN))
