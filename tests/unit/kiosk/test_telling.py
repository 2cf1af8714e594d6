"""What is told about what this machine knows: true sentences in every language, and no contents."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk import papers
from kiosk.domain import Language
from kiosk.flow.known import Known, KnownApplication
from kiosk.flow.world import Site
from kiosk.ports.printer import Line
from kiosk.telling import Around, known_title, known_topics
from kiosk.texts import Texts, load_texts
from launch.places import LOCALE
from tests.support.builders import (
    A_MORNING,
    KEPT_FOR,
    a_known,
    a_known_application,
    a_service,
)

TEXTS = load_texts(LOCALE)
ZH, EN = TEXTS[Language("zh_CN")], TEXTS[Language("en")]
AROUND = Around((a_service(),), UTC, A_MORNING + timedelta(hours=1))
DELIVERED = a_known_application()
WAITING = replace(DELIVERED, delivered_at=None)


def told(
    *applications: KnownApplication,
    by_card: bool = True,
    around: Around = AROUND,
    texts: Texts = EN,
) -> str:
    """Return everything that is told, a sentence a line."""
    known = a_known(*applications, by_card=by_card)
    return "\n".join(
        line
        for topic in known_topics(known, around, texts)
        for line in (topic.title, *topic.sentences)
    )


@pytest.mark.parametrize(
    ("application", "sentence"),
    [
        (WAITING, "It has not been sent yet."),
        (WAITING, "A sealed copy lies here until it is delivered, and 3 days longer."),
        (WAITING, "What is kept to find it stays until it is delivered, and 90 days longer."),
        (replace(WAITING, is_held=True), "The platform has not taken it so far."),
        (replace(WAITING, is_sealed_copy_here=False), "The sealed copy is missing here."),
        (DELIVERED, "It was delivered on 20 November, 1:30\u00a0am."),
        (DELIVERED, "A sealed copy lies here until 23 November, 1:30\u00a0am."),
        (DELIVERED, "What is kept to find it is erased after 18 February 2027."),
        (replace(DELIVERED, is_sealed_copy_here=False), "The sealed copy is erased here."),
        (replace(DELIVERED, has_rating=True), "Your rating is here too"),
        (replace(DELIVERED, helper="Li Wen"), "It is kept that Li Wen helped you."),
        (replace(DELIVERED, times_printed=2), "its receipt was printed 2 times."),
        (replace(DELIVERED, other_papers=1), "that one other paper about it was printed."),
        (replace(DELIVERED, is_unseen=True), "The machine stopped before it could show you"),
    ],
)
def test_every_state_has_its_sentence(application: KnownApplication, sentence: str) -> None:
    """And says so only where it is so."""
    assert sentence in told(application)


def test_what_is_not_so_is_not_told() -> None:
    """No rating, no helper, no office: no sentence about them."""
    text = told(DELIVERED)
    for sentence in (
        "rating",
        "other paper",
        "helped you",
        "The office",
        "not been sent",
        "simulated",
        "put aside",
    ):
        assert sentence not in text


def test_a_copy_that_is_overdue_goes_with_the_next_connection() -> None:
    """A day in the past is not promised."""
    late = replace(AROUND, now=A_MORNING + timedelta(days=4))
    text = told(DELIVERED, around=late)
    assert "A sealed copy still lies here. It is erased as soon as there is a network." in text


def test_the_offices_words_are_told_with_their_end() -> None:
    """Words and state, since when, until when; words that were forgotten are not promised."""
    answered = replace(
        DELIVERED, office_state="more_needed", office_words="Bring a copy.", words_at=A_MORNING
    )
    text = told(answered)
    assert "what the office said on 20 November, 1:30\u00a0am: Something is missing." in text
    assert "The office wrote: Bring a copy. These words are erased after 20 December 2026." in text
    assert "The office wrote" not in told(replace(answered, office_words=""))
    assert "unheard_of" in told(replace(answered, office_state="unheard_of"))


def test_short_times_are_told_in_hours() -> None:
    """Thirty hours are not two days."""
    known = Known((WAITING,), True, replace(KEPT_FOR, envelopes=timedelta(hours=30)))
    topics = known_topics(known, AROUND, EN)
    assert "and 30 hours longer" in " ".join(topics[0].sentences)


def test_nothing_known_is_a_plain_answer() -> None:
    """The title says it; nothing is claimed to be sealed here."""
    assert known_title(a_known(), EN) == "This machine knows nothing about you"
    assert known_title(a_known(DELIVERED), EN) == "What this machine knows about you"
    one = a_known(DELIVERED, by_card=False)
    assert known_title(one, EN) == "What this machine knows about this application"
    text = told()
    assert "No answers, no photo and no signature of yours are here." in text
    assert "sealed copy" not in text
    assert "Nothing of it is kept." in text


def test_without_the_card_nothing_is_said_of_it() -> None:
    """Who asks by number hears about that application."""
    assert "Your card" not in told(DELIVERED, by_card=False)
    assert "Your card" in told(DELIVERED)


def test_what_lies_aside_and_simulated_papers_are_told() -> None:
    """Nothing that may hold more is passed over."""
    known = replace(a_known(), has_damaged_records=True, has_strange_envelopes=True)
    around = replace(AROUND, has_simulated_printer=True)
    text = " ".join(known_topics(known, around, EN)[-1].sentences)
    for sentence in ("put aside, encrypted", "can't tell whose", "The printer here is simulated"):
        assert sentence in text


@pytest.mark.parametrize("texts", [ZH, EN])
def test_every_sentence_can_be_read_aloud(texts: Texts) -> None:
    """Each ends as a sentence does, and says no code, no placeholder."""
    everything = replace(
        a_known(
            replace(WAITING, is_unseen=True, has_rating=True),
            replace(DELIVERED, helper="Li Wen", office_state="done", words_at=A_MORNING),
        ),
        has_damaged_records=True,
        has_strange_envelopes=True,
    )
    for topic in known_topics(everything, replace(AROUND, has_simulated_printer=True), texts):
        for sentence in topic.sentences:
            assert sentence.endswith((".", "。")), sentence
            assert not any(sign in sentence for sign in "{}[]_"), sentence


def test_the_paper_says_the_same() -> None:
    """Every sentence of the screen, when it was printed, and whom to ask."""
    topics = known_topics(a_known(DELIVERED), AROUND, EN)
    paper = papers.known(
        Site("Lakeside", "0531-0000-0001", ""),
        known_title(a_known(DELIVERED), EN),
        topics,
        EN,
        datetime(2026, 11, 20, 1, 30, tzinfo=UTC),
        "Asia/Shanghai",
        "known-1",
    )
    lines = [block.text for block in paper.blocks if isinstance(block, Line)]
    assert paper.job_id == "known-1"
    for topic in topics:
        assert {topic.title, *topic.sentences} <= set(lines)
    assert "20 November 2026, 9:30\N{NO-BREAK SPACE}am" in lines
    assert any("0531-0000-0001" in line for line in lines)
