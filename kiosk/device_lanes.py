"""What the lanes tell the conductor, and what those of reader, camera and desk do round by round:
ask the device or the disk, and tell only what changed.

Each object here belongs to one lane; `want` may be called from any thread, everything else runs on
the lane.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.clock import Clock
from kiosk.domain import StaffMember
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.answers import LinesRead, PoseHeld, Wanting
from kiosk.flow.coach import Coach, Told
from kiosk.flow.effects import ReaderMode
from kiosk.flow.session import Session
from kiosk.flow.staff_effects import LookAtPaper, RefillPaper
from kiosk.flow.world import Network, OfficeNotice, Room, World
from kiosk.lanes import FOREVER_S
from kiosk.photos import Findings
from kiosk.ports.camera import Camera, CameraMount, Look, NoPicture
from kiosk.ports.card_reader import (
    CardReader,
    DocumentKey,
    DocumentReader,
    NoCard,
    NoReader,
    PersonRead,
    Presence,
    Unreadable,
    UnreadableReason,
)
from kiosk.ports.courier import Reach, Round
from kiosk.ports.line_reader import LineCamera, LinesUnseen
from kiosk.ports.printer import PrinterState
from kiosk.readiness import PortReport, QueueLine
from kiosk.texts import Texts

if TYPE_CHECKING:  # SQLCipher is loaded in the desk's lane
    from kiosk.effects import Desk
    from kiosk.paper_desk import PaperDesk

_log = logging.getLogger(__name__)
ROOM_EVERY_S = 5.0
PAPER_EVERY_S = 60.0
POLL_S = 0.3  # a SAM module wants 300 ms between two searches; a hand takes longer to lay a card
AGAIN_S = 1.0
READ_TIMEOUT_S = 6.0
DOCUMENT_TIMEOUT_S = 10.0
PRESENCE_TIMEOUT_S = 2.0
LOOK_TIMEOUT_S = 3.0  # a third for the picture, the rest to judge it on a machine that is busy
TAKE_TIMEOUT_S = 8.0
READY_AGAIN_S = 0.5  # a pose that is still held is told again: the visit may not have been ready

NETWORK = {
    Reach.ONLINE: Network.ONLINE,
    Reach.OFFLINE: Network.OFFLINE,
    Reach.REFUSED: Network.OFFLINE,
    Reach.NOT_CONFIGURED: Network.OFFLINE,
}
"""What a round of the courier says of the network."""
Post = Callable[[ev.Event], None]


@dataclass(frozen=True, slots=True)
class RoomMeasured:
    """There is room for more, or less, than there was; somebody, or nobody, to seal to; or the
    office has other notices.
    """

    room: Room
    has_recipients: bool = True
    notices: tuple[OfficeNotice, ...] = ()

    def seen_in(self, world: World) -> World:
        """Return the world as it is now."""
        return replace(
            world, room=self.room, has_recipients=self.has_recipients, notices=self.notices
        )


@dataclass(frozen=True, slots=True)
class RoundDone:
    """The courier came back."""

    result: Round


@dataclass(frozen=True, slots=True)
class StaffListed:
    """Who may sign in now."""

    members: tuple[StaffMember, ...]


@dataclass(frozen=True, slots=True)
class PartsReported:
    """One lane's part of the doctor's report."""

    parts: tuple[PortReport, ...]
    queue: tuple[QueueLine, ...] | None = None


@dataclass(frozen=True, slots=True)
class BugFound:
    """Something happened in a lane that should not be possible."""

    bug: BaseException


class RoomRounds:
    """Asks whether another visit could be brought to its end (room on the disk, keys to seal to),
    and what the office wants said on Home.
    """

    def __init__(self, post: Callable[[RoomMeasured], None]) -> None:
        """Tell what is found to `post`."""
        self._post = post
        self._told: RoomMeasured | None = None

    def of_desk(self, desk: Desk) -> float:
        """Look once; return the seconds until the next round."""
        found = RoomMeasured(desk.door.look(), desk.has_recipients(), desk.notices())
        if found != self._told:
            self._told = found
            self._post(found)
        return ROOM_EVERY_S


@dataclass(frozen=True, slots=True)
class PaperSeen:
    """A printer is better or worse than it was: the one that slips would come from, and the one for
    receipts on sheets, None where no service has them.
    """

    state: PrinterState
    sheets: PrinterState | None = None

    def seen_in(self, world: World) -> World:
        """Return the world as it is now."""
        return replace(world, printer=self.state, sheet_printer=self.sheets)


class PaperRounds:
    """Asks the printers how they are while nothing is printed, so that nobody begins a visit
    without knowing that there is no paper.
    """

    def __init__(self, post: Callable[[PaperSeen], None], *, is_absent: bool) -> None:
        """Tell what changed to `post`; a printer that is not meant to be there is not asked."""
        self._post = post
        self._is_absent = is_absent
        self._told: PaperSeen | None = None

    def round(self, paper: PaperDesk) -> float:
        """Ask once; return the seconds until the next round."""
        rest_s = paper.rest()
        if self._is_absent:
            return rest_s
        found = PaperSeen(*paper.states())
        if found != self._told:
            self._told = found
            self._post(found)
        return min(rest_s, PAPER_EVERY_S)


Reading = tuple[ReaderMode, DocumentKey | None, Wanting | None]
"""What is wanted of the reader, with what key, and since when it is."""


class ReaderRounds:
    """Asks the card reader as far as the visit wants it asked."""

    def __init__(self, post: Post, clock: Clock) -> None:
        """Tell what is seen to `post`."""
        self._post = post
        self._clock = clock
        # Each `want` makes a new one: a reading knows whether it is still the one that is wanted.
        self._wanted: Reading = (ReaderMode.OFF, None, None)
        self._done: Reading | None = None
        self._seen: Presence | None = None
        self.is_gone = False
        """Whether the last round found no reader."""

    def want(
        self, mode: ReaderMode, key: DocumentKey | None = None, since: Wanting | None = None
    ) -> None:
        """Set what may be asked from the next round on; with a key, a travel document is read.

        `since` is told with every card: what was begun before is for nobody any more.
        """
        self._wanted = (mode, key, since)

    def round(self, reader: CardReader) -> float:
        """Ask once; return the seconds until the next round."""
        wanted = self._wanted
        match ReaderMode.PRESENCE if wanted is self._done else wanted[0]:
            case ReaderMode.OFF:
                self._seen = None
                return FOREVER_S
            case ReaderMode.PRESENCE:
                self._tell_presence(reader.presence(PRESENCE_TIMEOUT_S))
                return POLL_S
            case ReaderMode.READ:
                return self._read(reader, wanted)

    def _read(self, reader: CardReader, wanted: Reading) -> float:
        _, key, since = wanted
        if key is None or not isinstance(reader, DocumentReader):
            answer = reader.read_card(READ_TIMEOUT_S)
        else:
            # A chip in a passport takes seconds: that it lies there is told before.
            presence = reader.presence(PRESENCE_TIMEOUT_S)
            if presence is not Presence.CANT_TELL:
                self._tell_presence(presence, since)
            if presence is Presence.ABSENT:
                return POLL_S
            answer = reader.read_document(key, DOCUMENT_TIMEOUT_S)
        now = self._clock.now()
        self.is_gone = isinstance(answer, NoReader)
        match answer:
            case PersonRead(person, profile, portrait):
                # One reading is enough, and a card that was read has to be lifted before it can be
                # read again: only its presence matters until the visit asks anew.
                self._done = wanted
                # Whoever has gone back meanwhile has to take it along all the same.
                self._tell_presence(Presence.PRESENT, since)
                self._post(ev.CardRead(now, person, profile, portrait, since))
                return POLL_S
            case Unreadable(reason):
                if reason is not UnreadableReason.PULLED:
                    self._tell_presence(
                        Presence.PRESENT, since
                    )  # it has to be taken along in the end
                if reason is UnreadableReason.WRONG_KEY:
                    self._done = wanted  # chips slow down with every wrong try
                self._post(ev.CardUnreadable(now, reason, since))
                return AGAIN_S
            case NoReader():
                self._seen = None  # told anew once it is back, be the card as before
                self._post(ev.ReaderGone(now))
                return AGAIN_S
            case NoCard():
                self._tell_presence(Presence.ABSENT, since)
                return POLL_S

    def _tell_presence(self, presence: Presence, since: Wanting | None = None) -> None:
        if presence is not self._seen:
            self._seen = presence
            self._post(ev.CardSeen(self._clock.now(), presence, since))


class CameraRounds:
    """Looks through the camera while somebody is to be photographed, and only then."""

    def __init__(
        self, post: Post, on_look: Callable[[Look | NoPicture], None], clock: Clock
    ) -> None:
        """Tell advice to `post` and pictures to `on_look`, both called on the lane."""
        self._post = post
        self._on_look = on_look
        self._clock = clock
        self._wanted: tuple[CameraMount | None, str] = (None, "")
        self._used: CameraMount | None = None
        self._format = ""
        self._coach = Coach()
        self._told: Told | None = None
        self._ready_told_at_s = 0.0

    def want(self, lens: CameraMount | None, photo_format: str = "") -> None:
        """Look through this camera from the next round on, or through none; its pictures are judged
        by this photo format, or by the configured one.
        """
        self._wanted = (lens, photo_format)

    def round(self, camera: Camera) -> float:
        """Look once; return the seconds until the next round."""
        wanted, photo_format = self._wanted
        if wanted is None:
            if self._used is not None:
                camera.close()
                self._used = None
                self._begin_anew()
            return FOREVER_S
        if wanted is not self._used:
            camera.use(wanted)
            self._used = wanted
            self._begin_anew()
        if photo_format != self._format:
            self._format = photo_format
            self._begin_anew()
        answer = camera.look(LOOK_TIMEOUT_S, photo_format)
        self._on_look(answer)
        match answer:
            case Look(_, findings):
                self._tell(findings)
                return 0.0
            case NoPicture.STARTING:
                return 0.05
            case NoPicture.MISSING | NoPicture.LOST | NoPicture.TOO_LARGE:
                self._begin_anew()
                self._post(ev.CameraGone(self._clock.now()))
                return 0.5

    def _begin_anew(self) -> None:
        self._coach = Coach()
        self._told = None

    def _tell(self, findings: Findings) -> None:
        now = self._clock.now()
        told = self._coach.see(findings, now.monotonic_s)
        before, self._told = self._told, told
        if before is None or replace(told, is_ready=before.is_ready) != before:
            self._post(ev.AdviceChanged(now, told.advice, told.is_face_judged))
        if told.is_ready and now.monotonic_s - self._ready_told_at_s >= READY_AGAIN_S:
            self._ready_told_at_s = now.monotonic_s
            self._post(PoseHeld(now))


def print_if_awaited(
    paper: PaperDesk,
    order: ef.PrintReceipt | ef.PrintKnown | ef.PrintSlip | ef.PrintWhereToGo,
    session_now: Callable[[], Session],
    post: Post,
) -> None:
    """Print what a visit asked for, on the paper's lane, unless it was over before its turn came:
    it would come out in front of somebody else.
    """
    if session_now().session_id != order.session_id:
        _log.warning("PRINT_NOT_AWAITED")
    elif isinstance(order, ef.PrintReceipt):
        post(paper.print_receipt(order))
    elif isinstance(order, ef.PrintSlip):
        post(paper.print_slip(order))
    elif isinstance(order, ef.PrintWhereToGo):
        paper.print_where_to_go(order)
    else:
        post(paper.print_known(order))


def paper_seen_to(
    paper: PaperDesk, order: LookAtPaper | RefillPaper, texts: Texts
) -> PartsReported:
    """Count new paper if somebody put it in, and report on the printers; on the paper's lane."""
    if isinstance(order, RefillPaper):
        paper.refill(order.port)
    return PartsReported(paper.reports(texts))


def take_picture(
    camera: Camera, order: ef.TakePhoto | ef.TakeCardPicture | ef.ReadLines, clock: Clock
) -> ev.Event:
    """Take the face, cropped, or the card, whole, or read a document; on the camera's lane."""
    if isinstance(order, ef.ReadLines):
        return _read_lines(camera, order, clock)
    if isinstance(order, ef.TakePhoto):
        answer = camera.take(TAKE_TIMEOUT_S, order.photo_format)
    else:
        answer = camera.take_whole(TAKE_TIMEOUT_S)
    now = clock.now()
    if isinstance(answer, NoPicture):
        return ev.PhotoFailed(now, order.session_id, order.number)
    kind = ev.PhotoTaken if isinstance(order, ef.TakePhoto) else ev.CardPictureTaken
    return kind(now, order.session_id, answer, order.number)


def _read_lines(camera: Camera, order: ef.ReadLines, clock: Clock) -> ev.Event:
    if not isinstance(camera, LineCamera):
        return LinesRead(clock.now(), order.session_id, LinesUnseen.NO_READER, order.number)
    answer = camera.take_lines(TAKE_TIMEOUT_S)
    if isinstance(answer, NoPicture):
        return ev.PhotoFailed(clock.now(), order.session_id, order.number)
    return LinesRead(clock.now(), order.session_id, answer, order.number)
