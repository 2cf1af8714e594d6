"""Every answer of a port has a sentence, in both languages, and advice where something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from devices.speaker.command import CommandSpeaker
from kiosk import diagnosis
from kiosk.clock import ClockState, Moment
from kiosk.domain import Language
from kiosk.photos import Findings
from kiosk.ports.camera import Frame, Look, NoPicture
from kiosk.ports.card_reader import (
    NoCard,
    NoReader,
    PersonRead,
    Presence,
    ReadAnswer,
    Unreadable,
    UnreadableReason,
)
from kiosk.ports.courier import Reach, Round
from kiosk.ports.printer import Printed, PrinterState, PrintFailed, PrintUnconfirmed
from kiosk.readiness import Health, PortName, PortReport
from kiosk.store.canaries import CanaryState
from kiosk.store.left_cards import LeftCard
from kiosk.texts import Texts, load_texts
from launch.absent import NoSpeaker
from launch.places import LOCALE
from tests.support.builders import A_MORNING, a_person

TEXTS = load_texts(LOCALE)
PARTS = (PortName.CARD_READER, PortName.CAMERA, PortName.PRINTER, PortName.SPEAKER)
LOOK = Look(Frame(bytes(12), 2, 2, 1), Findings(detector="yunet"))
UNJUDGED = replace(LOOK, findings=Findings(detector="cascade", is_face_judged=False))
Report = Callable[[Texts], PortReport]

READINGS: tuple[ReadAnswer, ...] = (
    PersonRead(a_person(), "cn.resident_id"),
    NoCard(),
    NoReader("unplugged"),
    *(Unreadable(reason) for reason in UnreadableReason),
)
PAPERS = (Printed(), PrintUnconfirmed(), PrintFailed(PrinterState.PAPER_OUT))
DAY = datetime(2026, 11, 20, tzinfo=UTC)
BEFORE, LONG_AGO = DAY - timedelta(days=1), DAY - timedelta(days=8)
SPEAKERS = (
    NoSpeaker(),
    CommandSpeaker(("true",), Path(__file__)),
    CommandSpeaker(("true",), Path(__file__), ("true",)),
)
KEYS = (
    (CanaryState(None, None, None), True, 0, "untried", Health.OFF),
    (CanaryState(BEFORE, None, None), True, 0, "untried", Health.OFF),
    (CanaryState(LONG_AGO, None, None), True, 0, "unanswered", Health.WARNING),
    (CanaryState(LONG_AGO, BEFORE, None), True, 0, "opened", Health.READY),
    (CanaryState(BEFORE, LONG_AGO, None), True, 0, "opened", Health.READY),
    (CanaryState(LONG_AGO, LONG_AGO, BEFORE), True, 3, "failed", Health.BROKEN),
    (CanaryState(LONG_AGO, BEFORE, LONG_AGO), True, 3, "revoked", Health.WARNING),
    (CanaryState(LONG_AGO, BEFORE, None), False, 3, "nobody", Health.BROKEN),
)


def _of_keys(
    canaries: CanaryState,
    seals: bool,  # noqa: FBT001 - a row of the table above
    stranded: int,
    state: str,
    health: Health,
    texts: Texts,
) -> PortReport:
    """Report on keys, and compare it with what is expected."""
    report = diagnosis.of_keys(canaries, DAY, texts, seals=seals, stranded=stranded)
    assert (report.state, report.health) == (state, health)
    return report


ANSWERS: list[Report] = [
    *(partial(diagnosis.of_presence, it) for it in Presence),
    *(partial(diagnosis.of_reading, it) for it in READINGS),
    *(partial(diagnosis.of_look, it) for it in (LOOK, UNJUDGED, *NoPicture)),
    *(partial(diagnosis.of_printer, it) for it in PrinterState),
    *(partial(diagnosis.of_print, it) for it in PAPERS),
    *(partial(diagnosis.of_round, Round(it, 1.0, why="503 Told")) for it in Reach),
    *(partial(_of_keys, *it) for it in KEYS),
    *(partial(diagnosis.of_speaker, it) for it in SPEAKERS),
    *(partial(diagnosis.of_left_card, LeftCard(BEFORE, it)) for it in (True, False)),
]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("answer", ANSWERS, ids=[str(n) for n in range(len(ANSWERS))])
def test_every_answer_has_its_sentence(answer: Report, language: str) -> None:
    """What is wrong comes with what to do; nothing of a resident is ever repeated."""
    report = answer(TEXTS[Language(language)])
    assert report.sentence
    assert report.state
    assert report.advice or report.health in {Health.READY, Health.OFF}
    assert "{" not in report.sentence + report.advice
    assert a_person().full_name not in report.sentence
    assert a_person().document_number not in report.sentence


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("port", PARTS)
def test_what_the_kiosk_does_without_is_off(port: PortName, language: str) -> None:
    """A kiosk that was set up without a camera is not a broken kiosk."""
    broken = PortReport(port, Health.BROKEN, "missing", "It can't be opened.")
    part = diagnosis.as_chosen(broken, frozenset(PARTS), TEXTS[Language(language)])
    assert part.port is port
    assert part.health is Health.OFF
    assert part.sentence


def test_what_is_chosen_and_missing_stays_broken() -> None:
    """Only what the settings say `none` of is excused."""
    broken = PortReport(PortName.CAMERA, Health.BROKEN, "missing", "It can't be opened.")
    without = frozenset({PortName.PRINTER})
    assert diagnosis.as_chosen(broken, without, TEXTS[Language("en")]) is broken


def test_a_reason_stands_in_brackets() -> None:
    """For the technician, behind the sentence."""
    report = diagnosis.of_round(Round(Reach.OFFLINE, 1.0, why="503 Told"), TEXTS[Language("en")])
    assert report.sentence.endswith("(503 Told)")


@pytest.mark.parametrize(
    ("state", "off_s", "health", "told", "size"),
    [
        (ClockState.SYNCED, 1, Health.READY, "synced", ""),
        (ClockState.SYNCED, -7500, Health.WARNING, "off", "(-02:05)"),
        (ClockState.FLOOR, 0, Health.READY, "floor", ""),
        (ClockState.SUSPECT, 0, Health.WARNING, "suspect", ""),
        (ClockState.SUSPECT, 86_400 * 3650 + 60, Health.WARNING, "suspect", "(+3650 d 00:01)"),
    ],
)
def test_a_clock_is_reported_with_how_far_it_is_off(
    state: ClockState, off_s: int, health: Health, told: str, size: str
) -> None:
    """Who is off by less than a minute is right; what to do is said where something is wrong."""
    now = Moment(A_MORNING, 1.0, "b", state, A_MORNING + timedelta(seconds=off_s))
    part = diagnosis.of_clock(now, TEXTS[Language("en")])
    assert (part.port, part.health, part.state) == (PortName.CLOCK, health, told)
    assert part.sentence.endswith(size)
    assert bool(part.advice) == (health is Health.WARNING)


@pytest.mark.parametrize("language", [Language("en"), Language("zh_CN")])
def test_the_doctor_says_what_a_detector_cannot(language: Language) -> None:
    """A kiosk whose detector misses people works, and the technician is told what is missing."""
    part = diagnosis.of_look(UNJUDGED, TEXTS[language])
    assert (part.health, part.state) == (Health.WARNING, "unjudged")
    assert "detector_model" in part.advice
    assert diagnosis.of_look(LOOK, TEXTS[language]).health is Health.READY
