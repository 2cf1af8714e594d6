"""Every document in every language, two at once; the acknowledgement; the region's wording."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kiosk import papers
from kiosk.catalogue.legal_words import LegalWords, load_legal_words
from kiosk.errors import CatalogueError
from kiosk.ports.printer import (
    Band,
    Fact,
    Line,
    Paper,
    PaperForm,
    QrCode,
    SealPlace,
    Step,
    Tick,
)
from launch.paper_samples import Sample, all_samples
from tests.support.services import ASSETS
from tests.unit.kiosk.test_papers import EN, FACTS, ZH, written

CN = ASSETS / "legal" / "cn.toml"
SAMPLES = all_samples()


def the_legal_words() -> LegalWords:
    """Return mainland China's wording."""
    legal = load_legal_words(CN)
    assert legal is not None
    return legal


LEGAL = the_legal_words()


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.name for sample in SAMPLES])
def test_a_document_says_the_same_in_both_languages(sample: Sample) -> None:
    """The same blocks in the same order; the same facts give the same paper; nothing unfilled."""
    chinese, english = sample.make(ZH), sample.make(EN)
    assert [type(block) for block in chinese.blocks] == [type(block) for block in english.blocks]
    assert sample.make(ZH) == chinese
    for paper in (chinese, english):
        assert not re.search(r"\{\w*\}", written(paper))
        assert paper.missing_note
        assert all(not isinstance(it, Line | Tick | Step) or it.text for it in paper.blocks)


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.name for sample in SAMPLES])
def test_two_languages_on_one_paper(sample: Sample) -> None:
    """Everything that either says is on it; numbers and codes only once."""
    chinese, english = sample.make(ZH), sample.make(EN)
    both = papers.in_both(chinese, english)
    for paper in (chinese, english):
        for block in paper.blocks:
            for text in _texts(block):
                assert text in written(both)
    codes = [block for block in both.blocks if isinstance(block, QrCode)]
    assert codes == [block for block in chinese.blocks if isinstance(block, QrCode)]
    assert (both.language, both.job_id, both.form) == (
        chinese.language,
        chinese.job_id,
        chinese.form,
    )


def _texts(block: object) -> tuple[str, ...]:
    match block:
        case Line(text) | Tick(text) | Step(_, text) | Band(text):
            return (text,)
        case Fact(name, value):
            return (name, value)
        case SealPlace(lines):
            return lines
        case _:
            return ()


def test_different_papers_are_not_put_together() -> None:
    """That would be a bug, and is said."""
    with pytest.raises(ValueError, match="two different papers"):
        papers.in_both(SAMPLES[0].make(ZH), SAMPLES[5].make(EN))
    line, step = (Paper("j", "t", "en", (block,)) for block in (Line("one"), Step(1, "one")))
    with pytest.raises(ValueError, match="two different papers"):
        papers.in_both(line, step)


def test_the_acknowledgement_has_what_the_law_asks_for() -> None:
    """Title, number, applicant masked, matter, date, legal basis, room for seal and date."""
    paper = papers.acknowledgement(FACTS, LEGAL, ZH, "signed")
    text = written(paper)
    assert paper.form is PaperForm.A4
    assert paper.title == "申请材料收件凭证"
    for told in (
        "9902 1146 08",
        "查询码: 7KX 4MP",
        "申请人: 张*英",
        "办理事项: 高龄津贴",
        "收件时间: 2026年11月20日 上午 9:52",
        "法律依据: 《中华人民共和国老年人权益保障法》第三十三条",
        "收件不等于受理",
        "材料不齐全的，槐树里民政局在 5 个工作日内一次告知",
        "到 2026年11月27日 星期五 还没有消息",
    ):
        assert told in text
    (seal,) = (block for block in paper.blocks if isinstance(block, SealPlace))
    assert seal == SealPlace(("槐树里民政局（受理专用章）", "日期："), "signed")
    assert "张秀英" not in text


def test_it_is_called_acceptance_only_once_the_office_has_accepted() -> None:
    """Then it says since when, and promises nothing that is over."""
    received = written(papers.acknowledgement(FACTS, LEGAL, ZH))
    assert "受理通知书" not in received
    accepted = papers.acknowledgement(FACTS, LEGAL, ZH, accepted_on=date(2026, 11, 24))
    text = written(accepted)
    assert accepted.title == "受理通知书"
    assert "受理日期: 2026年11月24日 星期二" in text
    assert "还没有消息" not in text
    assert "材料不齐全" not in text


def test_without_a_signature_nothing_is_said_of_one() -> None:
    """No code, no words about a code; a suspect clock and a holiday unknown are admitted."""
    assert "kiosk verify" not in written(papers.acknowledgement(FACTS, LEGAL, EN))
    assert "kiosk verify" in written(papers.acknowledgement(FACTS, LEGAL, EN, "signed"))
    unsure = replace(FACTS, is_clock_suspect=True)
    assert "by about" in written(papers.acknowledgement(unsure, LEGAL, EN))
    assert "clock of this machine" in written(papers.acknowledgement(unsure, LEGAL, EN))


def test_a_region_without_wording_gives_no_acknowledgement(tmp_path: Path) -> None:
    """A file that is not there is no fault."""
    assert load_legal_words(tmp_path / "xx.toml") is None


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[seal]", "[sael]", "the file has no seal"),
        ("[seal]", "[more]\nen = 'x'\n[seal]", "there is no 'more' in the file"),
        ("{authority}（受理", "{office}（受理", "{office}, which nobody fills in"),
        ('title]\nzh_CN = "受理通知书"', 'title]\nzh_CN = ""', "says nothing in zh_CN"),
        ("[accepted.title]", "[accepted.titles]", "accepted has no title"),
        ("source =", "source", "can't be read"),
        ('en = "Notice of acceptance"', "en = 3", "says nothing in en"),
    ],
)
def test_a_wrong_wording_is_refused_in_words(
    old: str, new: str, words: str, tmp_path: Path
) -> None:
    """An office that edits the file learns what is wrong with it."""
    text = CN.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "cn.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_legal_words(file)
    assert words in str(caught.value)
