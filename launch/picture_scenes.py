"""What the pictures show: one session for every screen, with invented people in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone

from kiosk.catalogue.document_numbers import load_number_rule
from kiosk.catalogue.forms import Problem, ProblemKind
from kiosk.catalogue.service import QuestionType, Service, Words
from kiosk.clock import Moment
from kiosk.diagnosis import report
from kiosk.domain import (
    AppId,
    Consent,
    Identity,
    IdentityAssurance,
    Language,
    Person,
    Purpose,
    Sex,
    StaffMember,
    StaffRole,
)
from kiosk.flow.document_try import DocumentWays
from kiosk.flow.earlier import Earlier
from kiosk.flow.known import KeptFor, Known, KnownApplication, Unseen
from kiosk.flow.session import (
    Display,
    Overlay,
    ReceiptState,
    Sealed,
    Session,
    StaffPanel,
    StaffStep,
    StatusItem,
    Step,
)
from kiosk.flow.world import Network, OfficeNotice, Room, Site, SiteRules, World
from kiosk.photos import Advice
from kiosk.ports.camera import Look
from kiosk.ports.card_reader import Presence, UnreadableReason
from kiosk.ports.document_camera import PaperLook
from kiosk.ports.printer import PrinterState
from kiosk.readiness import Health, PortName, QueueLine, Report
from kiosk.texts import Texts
from launch.aloud_scenes import aloud_sessions
from launch.another_scenes import another_sessions
from launch.document_scenes import document_sessions
from launch.ladder_scenes import ladder
from launch.paper_scenes import paper_sessions
from launch.people_scenes import people
from launch.picture_faces import drawn_face, face_sessions
from launch.places import NUMBERS
from launch.printer_scenes import on_sheets, staff_and_paper
from launch.shown_paper_scenes import shown_paper_sessions, tested_pages

_ZONE = timezone(timedelta(hours=8))
_NOW = datetime(2026, 11, 20, 9, 41, tzinfo=_ZONE)
_NOW_S = 1000.0
_VOLUNTEER = StaffMember("v1", "李晓燕", StaffRole.VOLUNTEER)
_OTHER = StaffMember("v2", "王建国", StaffRole.VOLUNTEER)
_PERSON = Person(
    document_type="cn.resident_id",
    document_number="990101194503120020",
    full_name="张桂英",
    sex=Sex.FEMALE,
    birth_date=date(1945, 3, 12),
    address="示例省示例市安康区和平路12号3单元201室",
)
_SITE = {"zh_CN": "槐树里社区服务点", "en": "Huaishuli community centre"}
_PHONE = "0531-0000-0000"
_APP_ID = AppId("019aa0b0-0000-7000-8000-000000000001")
_WORDS = {
    "zh_CN": "请带户口本的复印件，到一楼 3 号窗口。",
    "en": "Please bring a copy of your household register to window 3 on the ground floor.",
}
_SIMULATED = ("card_reader", "camera", "printer")
_REPORTED = (
    (PortName.CARD_READER, Health.READY, "absent"),
    (PortName.CAMERA, Health.BROKEN, "lost"),
    (PortName.DOCUMENT_CAMERA, Health.READY, "empty"),
    (PortName.PRINTER, Health.WARNING, "paper_low"),
    (PortName.SPEAKER, Health.READY, "working"),
    (PortName.PLATFORM, Health.WARNING, "offline"),
    (PortName.KEYS, Health.OFF, "untried"),
    (PortName.STORE, Health.READY, "ready"),
    (PortName.CATALOGUE, Health.READY, "ready"),
    (PortName.STAFF, Health.READY, "ready"),
    (PortName.SETTINGS, Health.READY, "ready"),
)

_NOTICES = (
    OfficeNotice(
        Words(
            (
                (Language("zh_CN"), "11月23日停电检修，窗口休息一天，自助机照常使用。"),
                (Language("en"), "The counter is closed on 23 November. This machine works."),
            )
        ),
        date(2026, 11, 23),
    ),
)


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: its name (also the file's), the session, and what goes with it."""

    name: str
    session: Session
    world: World
    look: Look | PaperLook | None = None
    tab: str = ""
    """A key pressed before the picture is taken, to turn to another tab."""


def now() -> Moment:
    """Return the one instant at which all pictures are taken."""
    return Moment(_NOW.astimezone(UTC), _NOW_S)


def a_world(services: tuple[Service, ...], language: Language) -> World:
    """Return a site with simulated devices and somebody on duty."""
    return World(
        services=services,
        site=Site(_SITE.get(language, _SITE["en"]), _PHONE, ""),
        rules=SiteRules(),
        today=_NOW.date(),
        now=_NOW,
        duty=_VOLUNTEER,
        staff=(_VOLUNTEER, _OTHER),
        network=Network.ONLINE,
        has_voice=True,
        simulated=_SIMULATED,
        number_rule=load_number_rule(NUMBERS / "cn.toml"),
        documents=DocumentWays(reads_chip=True, reads_lines=True),
    )


def all_scenes(services: tuple[Service, ...], display: Display, texts: Texts) -> Iterator[Scene]:
    """Yield every screen, overlay and staff screen, with what can go wrong on them."""
    world = a_world(services, display.language)
    empty = Session(display=display)
    visit = replace(
        empty,
        session_id="picture",
        service_id=services[0].service_id,
        last_touch_s=_NOW_S,
        step_since_s=_NOW_S,
    )
    known = replace(
        visit,
        person=_PERSON,
        identity=Identity(IdentityAssurance.CARD_READ, _NOW),
        card_presence=Presence.PRESENT,
        consents=(Consent(Purpose.DATA, True, "1", display.language, _NOW),),
    )
    yield Scene("home", empty, world)
    alone = replace(world, network=Network.OFFLINE, duty=None)
    yield Scene("home-offline", empty, alone)
    yield Scene("home-notice", empty, replace(world, notices=_NOTICES))
    yield Scene("home-full", empty, replace(world, room=Room.FULL))
    yield Scene("home-full-alone", empty, replace(alone, room=Room.FULL))
    yield Scene("home-no-keys", empty, replace(world, has_recipients=False))
    yield from _at((Step.GUIDE, Step.FOR_WHOM, Step.CARD_NOTICE, Step.CARD), visit, world)
    pulled = replace(visit, step=Step.CARD, card_problem=UnreadableReason.PULLED)
    yield Scene("card-pulled", pulled, world)
    yield Scene("card-gone", replace(visit, step=Step.CARD, reader_is_gone=True), world)
    seen_by, held_up = (_VOLUNTEER, _NOW), drawn_face(0.36)
    yield from (Scene(*it) for it in ladder(visit, world, alone, _PERSON, seen_by, held_up))
    yield from (Scene(*it, world) for it in people(visit, world, _PERSON, _VOLUNTEER))
    yield from (Scene(name, it, world) for name, it in document_sessions(visit))
    day, service = world.today.isoformat(), services[0].name.say(display.language)
    mark = texts.say("paper_step.watermark", service=service, day=day)
    shown = shown_paper_sessions(visit, mark)
    yield from (Scene(name, it, world, look) for name, it, look in shown)
    yield from _at((Step.CONSENT_DATA, Step.CONSENT_PHOTO), known, world)
    yield from (Scene(*it) for it in face_sessions(known, world))
    yield from _questions(known, world)
    yield from _photos(known, world)
    yield from _end(known, world)
    yield from _status(visit, world)
    yield from _overlays(known, empty, world)
    yield from _staff(known, empty, world, texts)
    yield from _at((Step.NOT_KEPT, Step.STOPPED, Step.OUT_OF_SERVICE), visit, world)


def _at(steps: tuple[Step, ...], session: Session, world: World) -> Iterator[Scene]:
    return (Scene(step.value, replace(session, step=step), world) for step in steps)


def _questions(known: Session, world: World) -> Iterator[Scene]:
    for question in world.services[0].questions:
        if question.kind is not QuestionType.HIDDEN:
            asked = replace(known, step=Step.QUESTION, question=question.name)
            yield Scene(f"question-{question.name}", asked, world)
    choices = [q for q in world.services[0].questions if q.kind is QuestionType.SELECT_ONE]
    for question in choices[:1]:
        problem = Problem(ProblemKind.REQUIRED)
        wrong = replace(known, step=Step.QUESTION, question=question.name, question_problem=problem)
        yield Scene("question-problem", wrong, world)


def _photos(known: Session, world: World) -> Iterator[Scene]:
    at_photo = replace(known, step=Step.PHOTO)
    look, photo = drawn_face(0.36)
    far, _ = drawn_face(0.2)
    asked = replace(at_photo, advice=(Advice.COME_CLOSER,))
    yield Scene("photo", asked, world, far)
    yield Scene("photo-good", at_photo, world, look)
    two = replace(world, rules=replace(world.rules, has_low_camera=True))
    yield Scene("photo-two-cameras", replace(asked, is_camera_low=True), two, far)
    yield Scene("photo-unjudged", replace(at_photo, is_face_judged=False), world, look)
    shots = (photo, drawn_face(0.33)[1])
    yield Scene("photo-taken", replace(at_photo, photo=photo, shots=shots[:1]), world)
    yield Scene("photo-choose", replace(at_photo, photo=photo, shots=shots), world)
    yield Scene("photo-gone", replace(at_photo, camera_is_gone=True), world)
    answers = tuple(
        (q.name, q.choices[0].name if q.choices else "1")
        for q in world.services[0].questions
        if q.kind in {QuestionType.SELECT_ONE, QuestionType.INTEGER}
    )
    review = replace(known, step=Step.REVIEW, answers=answers, photo=photo)
    yield Scene("review", review, world)
    again = replace(review, earlier=Earlier(("another",), (photo,)))
    yield Scene("another-review", again, world)
    yield Scene("sign", replace(known, step=Step.SIGN), world)
    yield Scene("sign-helped", replace(known, step=Step.SIGN, helper=_VOLUNTEER), world)
    yield Scene("sealing", replace(known, step=Step.SEALING), world)
    yield Scene("seal_failed", replace(known, step=Step.SEAL_FAILED, seal_problem="E-DB-01"), world)


def _end(known: Session, world: World) -> Iterator[Scene]:
    sealed = Sealed(
        app_id=_APP_ID,
        number_groups=("3702", "1146", "08"),
        query_code="7K4MPQ",
        received_at=_NOW,
        ask_by=date(2026, 11, 27),
        counts_from_delivery=False,
        query_url="https://platform.example/q/3702114608?c=7K4MPQ",
    )
    received = replace(known, step=Step.RECEIVED, sealed=sealed, receipt=ReceiptState.PRINTED)
    yield Scene("received", received, world)
    yield from (Scene(name, it, world) for name, it in on_sheets(received))
    asked = replace(received, receipt=ReceiptState.UNCONFIRMED, card_presence=Presence.ABSENT)
    yield Scene("received-unconfirmed", asked, world)
    offline = replace(
        received,
        sealed=replace(sealed, counts_from_delivery=True),
        receipt=ReceiptState.FAILED,
        printer_state=PrinterState.PAPER_OUT,
    )
    yield Scene("received-offline-no-paper", offline, replace(world, network=Network.OFFLINE))
    rating = replace(received, step=Step.RATING)
    yield Scene("rating", rating, world)
    yield Scene("rating-helped", replace(rating, helper=_VOLUNTEER), world)
    yield from (Scene(*it) for it in another_sessions(received, world))
    yield from (Scene(*it) for it in aloud_sessions(offline, world))
    for name, presence in (("take_card", Presence.PRESENT), ("take_card-t", Presence.CANT_TELL)):
        left = Session(known.display, Step.TAKE_CARD, session_id="p", card_presence=presence)
        yield Scene(name, left, world)


def _status(visit: Session, world: World) -> Iterator[Scene]:
    for step in (Step.STATUS_ASK, Step.STATUS_CARD, Step.STATUS_NUMBER):
        yield Scene(step.value, replace(visit, step=step, service_id=""), world)
    wrong = replace(visit, step=Step.STATUS_NUMBER, service_id="")
    yield Scene("status_number-code", replace(wrong, status_problem="status.problem.code"), world)
    item = StatusItem(
        number_groups=("3702", "1146", "08"),
        service_id=visit.service_id,
        received_at=_NOW - timedelta(days=9),
        delivered_at=_NOW - timedelta(days=9, hours=-1),
        office_state="accepted",
        office_words="",
        as_of=_NOW - timedelta(days=2),
    )
    waiting = replace(
        item, number_groups=("3702", "1147", "05"), delivered_at=None, office_state=""
    )
    shown = replace(visit, step=Step.STATUS_SHOWN, service_id="")
    yield Scene("status_shown", replace(shown, status_items=(item, waiting)), world)
    yield Scene("status_shown-none", shown, world)
    yield from (Scene(*it, world) for it in paper_sessions(visit, item, _APP_ID))
    yield from _known(shown, item, world)


def _known(visit: Session, item: StatusItem, world: World) -> Iterator[Scene]:
    """Yield what is asked and told about what this machine knows, and what was never shown."""
    words = _WORDS[visit.display.language]
    delivered = KnownApplication(
        app_id=_APP_ID,
        number_groups=item.number_groups,
        service_id=item.service_id,
        received_at=item.received_at,
        applicant="张*英",
        helper="李晓燕",
        times_printed=1,
        delivered_at=item.delivered_at,
        is_held=False,
        is_sealed_copy_here=False,
        has_rating=False,
        office_state="more_needed",
        office_words=words,
        words_at=item.as_of,
        is_unseen=False,
    )
    waiting = replace(
        delivered,
        number_groups=("3702", "1147", "05"),
        delivered_at=None,
        is_sealed_copy_here=True,
        has_rating=True,
        helper="",
        office_state="",
        office_words="",
        words_at=None,
        is_unseen=True,
    )
    days = timedelta(days=1)
    known = Known((waiting, delivered), True, KeptFor(3 * days, 90 * days, 30 * days, 183 * days))
    told = replace(visit, step=Step.KNOWN, asks_known=True, known=known)
    yield Scene("known_ask", replace(told, step=Step.STATUS_ASK, known=None), world)
    yield Scene("known", told, world)
    failed = ReceiptState.FAILED
    no_paper = replace(told, receipt=failed, printer_state=PrinterState.PAPER_OUT)
    yield Scene("known-no-paper", no_paper, world)
    yield Scene("known-none", replace(told, known=replace(known, applications=())), world)
    earlier = _NOW - timedelta(hours=2)
    before = Unseen(_APP_ID, item.number_groups, "7K4MPQ", item.service_id, earlier)
    unseen = replace(visit, step=Step.UNSEEN, service_id=item.service_id, unseen=(before,))
    yield Scene("unseen", unseen, world)
    asked = replace(item, office_state="more_needed", office_words=words, is_unseen=True)
    late = replace(visit, status_items=(asked,), status_heard_at=_NOW - timedelta(hours=30))
    yield Scene("status_shown-offline", late, replace(world, network=Network.OFFLINE))


def _overlays(known: Session, empty: Session, world: World) -> Iterator[Scene]:
    for overlay in (Overlay.HELP, Overlay.STILL_THERE, Overlay.STOP, Overlay.CARD_TAKEN):
        covered = replace(known, step=Step.REVIEW, overlay=overlay)
        yield Scene(f"over-{overlay}", covered, world)
    yield Scene("over-late_paper", replace(empty, overlay=Overlay.LATE_PAPER), world)
    nobody = replace(world, duty=None)
    yield Scene("over-help-nobody", replace(empty, overlay=Overlay.HELP), nobody)


def _staff(known: Session, empty: Session, world: World, texts: Texts) -> Iterator[Scene]:
    panel = StaffPanel(StaffStep.DOOR, now(), chosen_id="v1")
    for step in (StaffStep.DOOR, StaffStep.VOLUNTEER_PIN, StaffStep.CHECKING):
        yield Scene(f"staff-{step}", replace(empty, staff=replace(panel, step=step)), world)
    locked = replace(
        panel, step=StaffStep.TECHNICIAN_PIN, problem="staff.problem.locked", wait_s=240
    )
    yield Scene("staff-technician_pin", replace(empty, staff=locked), world)
    on_duty = replace(panel, step=StaffStep.ON_DUTY)
    yield Scene("staff-on_duty", replace(known, staff=on_duty), world)
    maintenance = replace(panel, step=StaffStep.MAINTENANCE, report=_report(texts))
    for name, tab in (("parts", "1"), ("queue", "2"), ("versions", "3")):
        shown = replace(empty, staff=maintenance)
        yield Scene(f"staff-maintenance-{name}", shown, world, tab=tab)
    looking = replace(
        maintenance,
        testing=PortName.CAMERA,
        tests=(report(PortName.PRINTER, Health.READY, "printed", texts),),
    )
    of_paper = staff_and_paper(known, panel, _report(texts), texts)
    yield from (Scene(name, it, world) for name, it in of_paper)
    look, _ = drawn_face(0.36)
    yield Scene("staff-maintenance-camera", replace(empty, staff=looking), world, look)
    reading, pages = tested_pages(maintenance, texts)
    yield Scene("staff-maintenance-pages", replace(empty, staff=reading), world, pages)


def _report(texts: Texts) -> Report:
    parts = tuple(
        replace(report(port, health, state, texts), is_simulated=port.value in _SIMULATED)
        for port, health, state in _REPORTED
    )
    queue = (
        QueueLine("delivered", 128, _NOW - timedelta(days=41)),
        QueueLine("held", 1, _NOW - timedelta(days=3), "E-SRV-413"),
        QueueLine("queued", 4, _NOW - timedelta(hours=3), "offline"),
        QueueLine("registered", 1, _NOW - timedelta(minutes=4)),
    )
    from kiosk.settings import Settings, in_force

    versions = (("doorstep", "0.1.0"), ("python", "3.11.2"))
    return Report(_NOW, parts, queue, versions, in_force(Settings()))
