"""The conductor: holds the session, hands events to the flow and effects to the lanes.

Everything here runs on one thread, the owner's: Qt's in the kiosk, a plain loop in the rehearsal.
Lanes answer through `post`, which the owner provides and which may be called from any thread; what
was posted comes back by `receive`. Nothing here knows Qt, a device library, or what a screen looks
like.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, assert_never

from kiosk import diagnosis, voice
from kiosk.clock import Clock, Moment
from kiosk.device_lanes import (
    NETWORK,
    BugFound,
    CameraRounds,
    PaperRounds,
    PaperSeen,
    PartsReported,
    ReaderRounds,
    Reading,
    RoomMeasured,
    RoomRounds,
    RoundDone,
    StaffListed,
    paper_seen_to,
    print_if_awaited,
    take_picture,
)
from kiosk.errors import DatabaseDamaged, DatabaseTooNew, KioskError, StorageError
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.advance import advance, empty_session, wanted_devices
from kiosk.flow.aloud_effects import FallSilent, SpellAloud
from kiosk.flow.moves import wanting
from kiosk.flow.paper_effects import CutPage, TakePage
from kiosk.flow.session import Overlay, Session, Step
from kiosk.flow.staff_effects import LookAtPaper, RefillPaper
from kiosk.flow.world import Network, Room, World
from kiosk.house import House, Openers
from kiosk.lanes import Lane
from kiosk.paper_lane import LensRounds, PageRounds, watermark
from kiosk.ports.camera import Look, NoPicture
from kiosk.ports.card_reader import Presence
from kiosk.ports.courier import Courier, Round
from kiosk.ports.document_camera import PaperLook
from kiosk.readiness import PRINTERS, PortName, PortReport, QueueLine, Report
from kiosk.texts import Texts

_log = logging.getLogger(__name__)


Message = ev.Event | RoomMeasured | PaperSeen | RoundDone | StaffListed | PartsReported | BugFound
"""What may be posted to the conductor."""


class Stage(Protocol):
    """Who sees what the conductor does: the window, or the rehearsal."""

    def show(self, session: Session, world: World) -> None:
        """Show the session; on the owner's thread, whenever something changed."""

    def show_look(self, look: Look | PaperLook | NoPicture) -> None:
        """Show a live picture; on the camera's lane."""


class Conductor:
    """See the module."""

    def __init__(
        self,
        world: World,
        house: House,
        openers: Openers,
        stage: Stage,
        clock: Clock,
        post: Callable[[Message], None],
    ) -> None:
        """Prepare everything; nothing runs before `start`."""
        self.world = world
        self.session = empty_session(world)
        self._house = house
        self._stage = stage
        self._clock = clock
        self._post = post
        self._speaker = openers.speaker()
        self._parts: dict[PortName, PortReport] = {}
        self._queue: tuple[QueueLine, ...] = ()
        self._shown_minute = -1
        self._reader_rounds = ReaderRounds(post, clock)
        self._camera_rounds = CameraRounds(post, stage.show_look, clock)
        self._paper_rounds = PageRounds(post, stage.show_look, clock, openers.document_camera)
        self._lenses = LensRounds(self._camera_rounds, self._paper_rounds)
        self._wanted = ef.WantedDevices(ef.ReaderMode.OFF, camera=False)
        self._reading: Reading = (ef.ReaderMode.OFF, None, None)
        room = RoomRounds(post)
        may_pass = self._waits_for_room
        self._desk = Lane(
            "desk", openers.desk, lambda d: d.close(), self._bug, room.of_desk, may_pass
        )
        papers = PaperRounds(post, is_absent=house.absent >= PRINTERS)
        self._paper = Lane(
            "paper", openers.paper, lambda p: p.close(), self._bug, papers.round, may_pass
        )
        self._reader = Lane(
            "reader", openers.reader, lambda r: r.close(), self._bug, self._reader_rounds.round
        )
        self._camera = Lane(
            "camera", openers.camera, self._lenses.close, self._bug, self._lenses.round
        )
        self._courier = Lane(
            "courier",
            openers.courier,
            lambda c: c.close(),
            self._bug,
            self._courier_round,
            may_pass,
        )
        self._faces = Lane("faces", openers.faces, lambda f: f.close(), self._bug)
        self._lanes = (
            *(self._desk, self._paper, self._reader, self._camera),
            *(self._courier, self._faces),
        )

    def start(self) -> None:
        """Start the lanes, and show Home."""
        for lane in self._lanes:
            lane.start()
        self._desk.submit(lambda desk: self._post(StaffListed(desk.staff())))
        self._switch()
        self._stage.show(self.session, self.world)

    def stop(self) -> bool:
        """End all lanes after what they are doing; say whether all ended in time."""
        self._speaker.close()
        ended = [lane.stop() for lane in self._lanes]
        return all(ended)

    def wake_courier(self) -> None:
        """Have the courier look now, whatever rest it takes."""
        self._courier.submit(lambda courier: courier.hurry())

    def receive(self, message: Message) -> None:
        """Take in what was touched, seen or answered; on the owner's thread only."""
        match message:
            case RoundDone(result):
                self._take_round(result)
            case StaffListed(members):
                # Who is no longer on the list is no longer on duty.
                duty = self.world.duty if self.world.duty in members else None
                self._renew(replace(self.world, staff=members, duty=duty))
            case RoomMeasured() | PaperSeen():
                self._renew(message.seen_in(self.world))
            case PartsReported(parts, queue):
                self._parts |= {part.port: part for part in parts}
                self._queue = self._queue if queue is None else queue
                self._handle(ev.ReportMade(self._clock.now(), self._report()))
            case BugFound(KioskError() as error):
                _log.error("STOPPED %s", error)
                self._handle(ev.Broke(self._clock.now()))
            case BugFound(bug):
                _log.error("BUG", exc_info=bug)
                self._handle(ev.Broke(self._clock.now()))
            case ev.CardSeen(at, Presence.PRESENT, None) if self._invites_card():
                self._handle(ev.Started(at, new_session_id()))
                self._handle(message)
            case _:
                self._handle(message)

    def _invites_card(self) -> bool:
        """Say whether a card put down now begins a visit: on Home, be a late paper told or not."""
        session = self.session
        is_free = session.staff is None and session.overlay in {Overlay.NONE, Overlay.LATE_PAPER}
        return session.step is Step.HOME and not session.is_visit and is_free

    def _handle(self, event: ev.Event) -> None:
        now = event.at.at.astimezone(self._house.zone)
        before, speaks = self.session, self._speaker.speaks()
        is_other = speaks is not self.world.has_voice
        self.world = replace(self.world, now=now, today=now.date(), has_voice=speaks)
        self.session, effects = advance(before, event, self.world)
        self._switch()
        for effect in effects:
            self._perform(effect)
        self._show(event.at, is_other=is_other or self.session != before)

    def _show(self, at: Moment, *, is_other: bool) -> None:
        minute = int(at.at.timestamp() // 60)
        # The shutter opens by the passing of time.
        is_waiting = self.session.step in {Step.PHOTO, Step.CARD_PICTURE, Step.DOCUMENT_PICTURE}
        if is_other or minute != self._shown_minute or is_waiting:
            self._shown_minute = minute
            self._stage.show(self.session, self.world)

    def _switch(self) -> None:
        """Let run what the session wants, and nothing else."""
        wanted = wanted_devices(self.session, self.world)
        since = wanting(self.session) if wanted.reader is ef.ReaderMode.READ else None
        reading = wanted.reader, wanted.key, since
        if reading != self._reading:
            self._reading = reading
            self._reader_rounds.want(*reading)
            self._reader.wake()
        if wanted.pictures != self._wanted.pictures:
            lens, papers, photo_format = wanted.pictures
            self._lenses.want(
                lens, papers=papers, photo_format=photo_format, whose=self.session.session_id
            )
            self._camera.wake()
        self._wanted = wanted

    def _perform(self, effect: ef.Effect) -> None:  # noqa: C901, PLR0912 - one case each
        post = self._post
        match effect:
            case ef.TakePhoto() | ef.TakeCardPicture() | ef.ReadLines():
                self._camera.submit(lambda camera: post(take_picture(camera, effect, self._clock)))
            case TakePage() | CutPage():
                self._make_page(effect)
            case ef.PrepareComparison():
                self._faces.submit(lambda faces: faces.prepare())
            case ef.CompareFaces():
                self._faces.submit(lambda faces: post(faces.compare(effect)))
            case ef.SealApplication():
                is_online = self.world.network is Network.ONLINE
                self._desk.submit(lambda desk: post(desk.seal(effect, is_online=is_online)))
            case ef.PrepareLookUp():
                self._desk.submit(lambda desk: post(desk.prepare_lookup(effect)))
            case ef.MarkSeen():
                self._desk.submit(lambda desk: desk.mark_seen(effect))
            case ef.SealRating():
                self._desk.submit(lambda desk: desk.seal_rating(effect))
            case ef.PrintReceipt() | ef.PrintKnown() | ef.PrintSlip() | ef.PrintWhereToGo():
                self._paper.submit(
                    lambda paper: print_if_awaited(paper, effect, lambda: self.session, post)
                )
            case ef.KeepPaperWord():
                self._paper.submit(lambda paper: paper.keep_word(effect))
            case ef.WakeCourier(is_urgent):
                # After the desk: what is to be sent is committed by then.
                act = self.wake_courier if is_urgent else self._courier.wake
                self._desk.submit(lambda _: act())
            case ef.RingBell() | ef.HushBell() | ef.SayAloud() | SpellAloud() | FallSilent():
                voice.perform(effect, self._speaker, self._texts())
            case ef.LookUpByCard():
                self._desk.submit(lambda desk: post(desk.look_up_by_card(effect)))
            case ef.LookUpByNumber():
                self._desk.submit(lambda desk: post(desk.look_up_by_number(effect)))
            case ef.CheckPin() | ef.CheckWitness():
                self._desk.submit(lambda desk: post(desk.check_pin(effect)))
            case ef.SetDuty(member):
                self.world = replace(self.world, duty=member)
            case ef.WriteJournal():
                self._desk.submit(lambda desk: desk.write_journal(effect))
            case ef.MakeReport():
                self._make_report()
            case LookAtPaper() | RefillPaper():
                self._look_at_paper(effect)
            case ef.TestDevice(port, language):
                self._test(port, self._house.texts[language])
            case _:
                assert_never(effect)

    def _make_page(self, order: TakePage | CutPage) -> None:
        words = watermark(order, self.world, self._house.texts)
        rounds = self._paper_rounds
        self._camera.submit(lambda _: rounds.make_if_awaited(order, words, lambda: self.session))

    def _courier_round(self, courier: Courier) -> float:
        result = courier.run_once()
        self._post(RoundDone(result))
        return result.wait_s

    def _take_round(self, result: Round) -> None:
        texts = self._texts()
        self._parts[PortName.PLATFORM] = diagnosis.of_round(result, texts)
        network = NETWORK[result.reach]
        if result.has_new_staff:
            self._desk.submit(lambda desk: self._post(StaffListed(desk.staff())))
        self._renew(replace(self.world, network=network))

    def _renew(self, world: World) -> None:
        if world != self.world:
            self.world = world
            self._stage.show(self.session, self.world)

    def _texts(self) -> Texts:
        return self._house.texts[self.session.display.language]

    def _make_report(self) -> None:
        texts, post = self._texts(), self._post
        self._parts[PortName.CATALOGUE] = self._house.catalogue
        self._parts[PortName.SPEAKER] = diagnosis.of_speaker(self._speaker, texts)
        self._desk.submit(lambda desk: post(PartsReported(*desk.told(texts))))
        self._look_at_paper(LookAtPaper())
        self._reader.submit(
            lambda reader: post(PartsReported((diagnosis.of_reader(reader, texts),)))
        )
        self._camera.submit(lambda camera: post(PartsReported(self._lenses.report(camera, texts))))
        self._faces.submit(lambda faces: post(PartsReported((faces.report(texts),))))

    def _look_at_paper(self, order: LookAtPaper | RefillPaper) -> None:
        texts, post = self._texts(), self._post
        self._paper.submit(lambda paper: post(paper_seen_to(paper, order, texts)))

    def _report(self) -> Report:
        simulated, texts = set(self.world.simulated), self._texts()
        self._parts[PortName.CLOCK] = diagnosis.of_clock(self._clock.now(), texts)
        parts = tuple(
            replace(
                diagnosis.as_chosen(self._parts[port], self._house.absent, texts),
                is_simulated=port.value in simulated,
            )
            for port in PortName
            if port in self._parts
        )
        return Report(
            at=self._clock.now().at,
            ports=parts,
            queue=self._queue,
            versions=self._house.versions(),
            settings=self._house.settings,
        )

    def _test(self, port: PortName, texts: Texts) -> None:
        def tell(result: PortReport) -> None:
            part = diagnosis.as_chosen(result, self._house.absent, texts)
            self._post(ev.DeviceTested(clock.now(), part))

        clock = self._clock
        match port:
            case PortName.CARD_READER:
                self._reader.submit(
                    lambda reader: tell(diagnosis.of_card_test(reader, clock, texts))
                )
            case PortName.CAMERA:
                lenses = self._lenses
                self._camera.submit(
                    lambda it: tell(diagnosis.of_camera_briefly(lenses.for_faces(it), texts))
                )
            case PortName.DOCUMENT_CAMERA:
                self._camera.submit(lambda _: tell(self._paper_rounds.test(texts)))
            case PortName.FACE_MATCHER:
                self._faces.submit(lambda faces: tell(faces.report(texts)))
            case PortName.PRINTER | PortName.OFFICE_PRINTER:
                self._paper.submit(lambda paper: tell(paper.print_test_page(texts, port)))
            case PortName.PLATFORM:
                self._courier.submit(lambda courier: tell(self._test_platform(courier, texts)))
            case PortName.SPEAKER:
                self._speaker.ring()
                tell(diagnosis.of_speaker(self._speaker, texts))
            case _:
                self._desk.submit(lambda desk: tell(desk.tested(port, texts)))

    def _test_platform(self, courier: Courier, texts: Texts) -> PortReport:
        result = courier.run_once()
        self._post(RoundDone(result))
        return diagnosis.of_round(result, texts)

    def _bug(self, bug: BaseException) -> None:
        if isinstance(bug, DatabaseDamaged):
            self._house.on_damage()
        self._post(BugFound(bug))

    def _waits_for_room(self, error: BaseException) -> bool:
        """Say whether a store that can't be opened waits for the disk, with Home closed."""
        is_hopeless = isinstance(error, DatabaseDamaged | DatabaseTooNew)
        is_disk = isinstance(error, StorageError) and not is_hopeless
        return is_disk and self.world.room is Room.FULL


def new_session_id() -> str:
    """Return a new random id for a visit; it never leaves the machine."""
    return secrets.token_hex(8)


__all__ = [
    "BugFound",
    "Conductor",
    "House",
    "Message",
    "Openers",
    "PartsReported",
    "RoundDone",
    "StaffListed",
    "Stage",
    "new_session_id",
]
