"""What the answers of the ports mean for a technician: health, one sentence, one piece of advice.

The sentences are texts (`doctor.<part>.<state>`), so that the maintenance screen and `kiosk doctor`
say the same.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kiosk.catalogue.loader import Catalogue
from kiosk.clock import Clock, ClockState, Moment
from kiosk.ports.camera import Camera, Look, NoPicture
from kiosk.ports.card_reader import (
    CardReader,
    JoinedReader,
    NamedReader,
    NoCard,
    NoReader,
    PersonRead,
    Presence,
    ReadAnswer,
    Unreadable,
)
from kiosk.ports.courier import Reach, Round
from kiosk.ports.document_camera import DocumentCamera, PaperLook
from kiosk.ports.printer import Printed, PrinterState, PrintFailed, PrintUnconfirmed
from kiosk.ports.speaker import Speaker
from kiosk.readiness import Health, PortName, PortReport
from kiosk.settings.from_office import OfficeSettings
from kiosk.texts import Texts
from kiosk.timekeeping import JUMP

if TYPE_CHECKING:  # SQLCipher is loaded in the lanes, after Home is on the screen
    from kiosk.store.canaries import CanaryState
    from kiosk.store.left_cards import LeftCard

CARD_TEST_S = 10.0
OPENING_S, STILL_OPENING_S = 7.0, 5.0
"""For a camera that may have to be opened first: of either limit a part is kept for the picture."""

ANSWERED_WITHIN = timedelta(days=7)
_PRINTER_HEALTH = {
    PrinterState.READY: Health.READY,
    PrinterState.PAPER_LOW: Health.WARNING,
    PrinterState.CANT_TELL: Health.WARNING,
}
_REACH_HEALTH = {
    Reach.ONLINE: Health.READY,
    Reach.OFFLINE: Health.WARNING,  # the kiosk works without a network: that is what it is for
    Reach.NOT_CONFIGURED: Health.OFF,
    Reach.REFUSED: Health.BROKEN,
}


def report(
    port: PortName, health: Health, state: str, texts: Texts, detail: str = ""
) -> PortReport:
    """Return a report in the words of `texts`; `detail` (for technicians) is added in brackets."""
    sentence = texts.say(f"doctor.{port}.{state}.says")
    if detail:
        sentence = f"{sentence} ({detail})"
    advice_key = f"doctor.{port}.{state}.do"
    advice = texts.say(advice_key) if texts.has(advice_key) else ""
    return PortReport(port, health, state, sentence, advice)


def as_chosen(part: PortReport, absent: frozenset[PortName], texts: Texts) -> PortReport:
    """Return `part`, or that it is off where this kiosk is meant to do without it."""
    return report(part.port, Health.OFF, "none", texts) if part.port in absent else part


def of_catalogue(catalogue: Catalogue, texts: Texts) -> PortReport:
    """Report on how loading the services went, and on a catalogue that was refused."""
    problems = "; ".join(str(problem) for problem in catalogue.problems)
    if not catalogue.services:
        return report(PortName.CATALOGUE, Health.BROKEN, "broken", texts, problems)
    if problems:
        return report(PortName.CATALOGUE, Health.WARNING, "partly", texts, problems)
    if catalogue.refused:
        return report(PortName.CATALOGUE, Health.WARNING, "refused", texts, catalogue.refused)
    release = str(catalogue.release) if catalogue.release else ""
    return report(PortName.CATALOGUE, Health.READY, "ready", texts, release)


def of_settings(office: OfficeSettings, texts: Texts) -> PortReport:
    """Report on the settings: which of them the office gave, and which are pinned here."""
    if office.refused:
        detail = f"{office.release}: {office.refused}"
        return report(PortName.SETTINGS, Health.WARNING, "refused", texts, detail)
    if not office.applied and not office.pinned:
        return report(PortName.SETTINGS, Health.READY, "ready", texts)
    told = ", ".join((*office.applied, *(f"{name}: kiosk.toml" for name in office.pinned)))
    return report(PortName.SETTINGS, Health.READY, "office", texts, f"{office.release}: {told}")


def of_left_card(left: LeftCard, texts: Texts) -> PortReport:
    """Report on a card that somebody forgot."""
    state, health = ("lies", Health.WARNING) if left.is_there else ("gone", Health.READY)
    return report(PortName.LEFT_CARD, health, state, texts, _day(left.at))


def of_presence(presence: Presence, texts: Texts, identity: str = "") -> PortReport:
    """Report on a reader that was asked whether a card lies there, and which one it is."""
    health = Health.WARNING if presence is Presence.CANT_TELL else Health.READY
    return report(PortName.CARD_READER, health, presence.value, texts, identity)


def of_reader(reader: CardReader, texts: Texts) -> PortReport:
    """Ask a reader whether a card lies there and which one it is, and report on that."""
    missing = reader.missing(4.0) if isinstance(reader, JoinedReader) else ""
    presence = reader.presence(2.0)
    if presence is Presence.CANT_TELL:
        # Only a reader that was asked to read says what is wrong with it. Whatever lies there was
        # read before: what it can't tell about is a card that it hides.
        answer = reader.read_card(2.0)
        if isinstance(answer, NoReader):
            return of_reading(answer, texts)
    if missing:
        return report(PortName.CARD_READER, Health.WARNING, "partly", texts, missing)
    if presence is Presence.CANT_TELL or not isinstance(reader, NamedReader):
        return of_presence(presence, texts)
    return of_presence(presence, texts, reader.identity(2.0))


def of_reading(answer: ReadAnswer, texts: Texts) -> PortReport:
    """Report on a reader that was asked to read; nothing of what the card says is repeated."""
    match answer:
        case PersonRead(_, profile):
            return report(PortName.CARD_READER, Health.READY, "read", texts, profile)
        case NoCard():
            return report(PortName.CARD_READER, Health.READY, "absent", texts)
        case Unreadable(reason):
            return report(PortName.CARD_READER, Health.WARNING, "unreadable", texts, reason.value)
        case NoReader(why):
            return report(PortName.CARD_READER, Health.BROKEN, "gone", texts, why)


def of_card_test(reader: CardReader, clock: Clock, texts: Texts) -> PortReport:
    """Wait for a card, and report on reading it."""
    deadline_s = clock.now().monotonic_s + CARD_TEST_S
    while True:
        answer = reader.read_card(3.0)
        if not isinstance(answer, NoCard) or clock.now().monotonic_s > deadline_s:
            return of_reading(answer, texts)


def of_look(answer: Look | NoPicture, texts: Texts) -> PortReport:
    """Report on a camera that was looked through."""
    match answer:
        case Look(frame, findings):
            detail = f"{frame.width_px} x {frame.height_px}, {findings.detector}"
            if not findings.is_face_judged:
                return report(PortName.CAMERA, Health.WARNING, "unjudged", texts, detail)
            return report(PortName.CAMERA, Health.READY, "looking", texts, detail)
        case NoPicture.STARTING:
            return report(PortName.CAMERA, Health.WARNING, "starting", texts)
        case NoPicture.MISSING | NoPicture.LOST | NoPicture.TOO_LARGE:
            return report(PortName.CAMERA, Health.BROKEN, answer.value, texts)


def of_camera_briefly(camera: Camera, texts: Texts) -> PortReport:
    """Look once through a camera that may have to be opened first."""
    answer = camera.look(OPENING_S)
    if answer is NoPicture.STARTING:
        answer = camera.look(STILL_OPENING_S)
    return of_look(answer, texts)


def of_document_camera(camera: DocumentCamera, texts: Texts) -> PortReport:
    """Look once through a document camera that may have to be opened first."""
    answer = camera.look(OPENING_S)
    if answer is NoPicture.STARTING:
        answer = camera.look(STILL_OPENING_S)
    match answer:
        case PaperLook(frame, found):
            detail = f"{frame.width_px} x {frame.height_px}"
            state = "empty" if found is None else "looking"
            return report(PortName.DOCUMENT_CAMERA, Health.READY, state, texts, detail)
        case NoPicture.STARTING:
            return report(PortName.DOCUMENT_CAMERA, Health.WARNING, "starting", texts)
        case NoPicture.MISSING | NoPicture.LOST | NoPicture.TOO_LARGE:
            return report(PortName.DOCUMENT_CAMERA, Health.BROKEN, answer.value, texts)


def of_printer(
    state: PrinterState, texts: Texts, detail: str = "", port: PortName = PortName.PRINTER
) -> PortReport:
    """Report on a printer that was asked how it is; `detail`: how much paper was used."""
    health = _PRINTER_HEALTH.get(state, Health.BROKEN)
    return report(port, health, state.value, texts, detail)


def of_print(
    answer: Printed | PrintUnconfirmed | PrintFailed,
    texts: Texts,
    port: PortName = PortName.PRINTER,
) -> PortReport:
    """Report on a test page."""
    match answer:
        case Printed():
            return report(port, Health.READY, "printed", texts)
        case PrintUnconfirmed():
            return report(port, Health.WARNING, "unconfirmed", texts)
        case PrintFailed(state):
            return of_printer(state, texts, "", port)


def of_round(result: Round, texts: Texts) -> PortReport:
    """Report on the way to the platform."""
    health = _REACH_HEALTH[result.reach]
    return report(PortName.PLATFORM, health, result.reach.value, texts, result.why)


def of_clock(now: Moment, texts: Texts) -> PortReport:
    """Report on the machine's clock; by how much it is off stands in brackets."""
    off = now.by_wall - now.at
    is_off = abs(off) > JUMP
    detail = _size(off) if is_off else ""
    match now.state:
        case ClockState.SYNCED if is_off:
            return report(PortName.CLOCK, Health.WARNING, "off", texts, detail)
        case ClockState.SYNCED:
            return report(PortName.CLOCK, Health.READY, "synced", texts)
        case ClockState.FLOOR:
            return report(PortName.CLOCK, Health.READY, "floor", texts, detail)
        case ClockState.SUSPECT:
            return report(PortName.CLOCK, Health.WARNING, "suspect", texts, detail)


def _size(off: timedelta) -> str:
    """Return `+3650 d 02:05`: ahead or behind, days, hours, minutes."""
    minutes = round(abs(off).total_seconds() / 60)
    days, rest = divmod(minutes, 1440)
    sign = "-" if off < timedelta(0) else "+"
    return f"{sign}{f'{days} d ' if days else ''}{rest // 60:02}:{rest % 60:02}"


def of_keys(
    canaries: CanaryState, now: datetime, texts: Texts, *, seals: bool, stranded: int
) -> PortReport:
    """Report on the keys that are sealed to, the gravest first.

    Args:
        canaries: What the platform answered when it was asked to open something.
        now: By this machine's clock.
        texts: The words.
        seals: Whether there is anybody to seal to.
        stranded: How many undelivered entries are sealed to revoked keys alone.
    """
    opened, waits = canaries.opened_at, canaries.waits_since
    if not seals:
        return report(PortName.KEYS, Health.BROKEN, "nobody", texts)
    if canaries.has_failed and canaries.failed_at is not None:
        return report(PortName.KEYS, Health.BROKEN, "failed", texts, _day(canaries.failed_at))
    if stranded:
        return report(PortName.KEYS, Health.WARNING, "revoked", texts, str(stranded))
    if waits is not None and now - waits > ANSWERED_WITHIN:
        return report(PortName.KEYS, Health.WARNING, "unanswered", texts, _day(waits))
    if opened is not None:
        return report(PortName.KEYS, Health.READY, "opened", texts, _day(opened))
    return report(PortName.KEYS, Health.OFF, "untried", texts)


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def of_speaker(speaker: Speaker, texts: Texts) -> PortReport:
    """Report on the bell, and on the voice beside it."""
    if not speaker.is_working():
        return report(PortName.SPEAKER, Health.WARNING, "silent", texts)
    state = "working" if speaker.speaks() else "voiceless"
    return report(PortName.SPEAKER, Health.READY, state, texts)
