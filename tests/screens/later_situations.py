"""Every situation of the screens from the photo on, of what lies over a step, and of the staff."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from kiosk.domain import (
    AppId,
    Language,
    StaffMember,
    StaffRole,
)
from kiosk.flow.earlier import Earlier
from kiosk.flow.known import KeptFor, Known, KnownApplication, Unseen
from kiosk.flow.paper_state import AskedSlip, Slip
from kiosk.flow.session import (
    Overlay,
    PhotoMissing,
    ReceiptState,
    Sealed,
    Session,
    StaffPanel,
    StaffStep,
    StatusItem,
    Step,
    TextScale,
)
from kiosk.photos import Advice, Photo
from kiosk.ports.card_reader import Presence, UnreadableReason
from kiosk.ports.printer import PrinterState
from kiosk.readiness import Health, PortName, PortReport, QueueLine, Report
from tests.screens.faces import PHOTO
from tests.screens.places import EN, NOW, SERVICE, VOLUNTEER, a_session, moment
from tests.screens.printer_situations import printer_situations
from tests.screens.stopped_situations import STOPPED

OTHER = StaffMember("v2", "王建国", StaffRole.VOLUNTEER)

SEALED = Sealed(
    app_id=AppId("019aa0b0-0000-7000-8000-000000000001"),
    number_groups=("3702", "1146", "08"),
    query_code="7K4MPQ",
    received_at=NOW,
    ask_by=date(2026, 11, 27),
    counts_from_delivery=False,
    query_url="https://platform.example/q/3702114608?c=7K4MPQ",
)
LATER = replace(SEALED, counts_from_delivery=True)

DELIVERED = StatusItem(
    number_groups=("3702", "1146", "08"),
    service_id=SERVICE.service_id,
    received_at=NOW - timedelta(days=9),
    delivered_at=NOW - timedelta(days=8),
    office_state="",
    office_words="",
    as_of=NOW - timedelta(days=8),
    app_id=SEALED.app_id,
    receipt=ReceiptState.PRINTED,
    copies=2,
)
WAITING = replace(
    DELIVERED,
    delivered_at=None,
    app_id=AppId("019aa0b0-0000-7000-8000-000000000002"),
    receipt=ReceiptState.NOT_PRINTED,
    copies=0,
)
KNOWN_DELIVERED = KnownApplication(
    app_id=SEALED.app_id,
    number_groups=("3702", "1146", "08"),
    service_id=SERVICE.service_id,
    received_at=NOW - timedelta(days=9),
    applicant="张*英",
    helper="李晓燕",
    times_printed=2,
    delivered_at=NOW - timedelta(days=8),
    is_held=False,
    is_sealed_copy_here=False,
    has_rating=False,
    office_state="more_needed",
    office_words="请补一张户口本的复印件。",
    words_at=NOW - timedelta(days=2),
    is_unseen=False,
)
KNOWN_WAITING = replace(
    KNOWN_DELIVERED,
    number_groups=("3702", "1147", "05"),
    helper="",
    times_printed=0,
    delivered_at=None,
    is_held=True,
    is_sealed_copy_here=True,
    has_rating=True,
    office_state="",
    office_words="",
    words_at=None,
    is_unseen=True,
)
DAY = timedelta(days=1)
KNOWN = Known(
    (KNOWN_WAITING, KNOWN_DELIVERED),
    by_card=True,
    kept_for=KeptFor(3 * DAY, 90 * DAY, 30 * DAY, 183 * DAY),
    has_damaged_records=True,
    has_strange_envelopes=True,
)
UNSEEN = Unseen(SEALED.app_id, SEALED.number_groups, SEALED.query_code, SERVICE.service_id, NOW)
ANSWERED = replace(
    DELIVERED,
    office_state="more_needed",
    office_words="请补一张户口本的复印件。",
    as_of=NOW - timedelta(days=2),
)
ASKED_MUCH = replace(ANSWERED, office_words="请补一张户口本的复印件，正反两面都要。" * 30)

REPORT = Report(
    at=NOW,
    ports=(
        PortReport(PortName.CARD_READER, Health.READY, "absent", "The reader answers.", ""),
        PortReport(
            PortName.CAMERA,
            Health.BROKEN,
            "lost",
            "The camera stopped giving pictures.",
            "Unplug it and plug it in again, then test it. Applications go on without a photo.",
            is_simulated=True,
        ),
        PortReport(PortName.DOCUMENT_CAMERA, Health.READY, "empty", "No page there.", ""),
        PortReport(PortName.PRINTER, Health.WARNING, "paper_low", "Little paper.", "Bring some."),
        PortReport(PortName.SPEAKER, Health.OFF, "off", "No bell is configured.", ""),
        PortReport(PortName.PLATFORM, Health.READY, "online", "The platform answers.", ""),
        PortReport(PortName.STORE, Health.READY, "ready", "The database is sound.", ""),
    ),
    queue=(
        QueueLine("delivered", 128, NOW - timedelta(days=41)),
        QueueLine("held", 1, NOW - timedelta(days=3), "too large for the platform"),
        QueueLine("queued", 4, NOW - timedelta(hours=3), "offline"),
        QueueLine("something new", 2, None),
    ),
    versions=(("doorstep", "0.1.0"),),
    settings=tuple((f"part.setting_{n}", f"value {n}") for n in range(40)),
)


def staff(step: StaffStep, **changes: object) -> dict[str, object]:
    """Return the staff's panel at a step, as a change of a session."""
    panel = StaffPanel(step, moment(), chosen_id="v1")
    return {"staff": replace(panel, **changes)}  # type: ignore[arg-type] # named by the caller


_RECEIVED: dict[str, object] = {"sealed": SEALED, "card_presence": Presence.PRESENT}
_LOCKED: dict[str, object] = {"problem": "staff.problem.locked", "wait_s": 30}
_TESTED = PortReport(PortName.PRINTER, Health.READY, "printed", "The test page came out.", "")

_FOUND: dict[str, object] = {"person": None, "service_id": ""}
PAPERS: dict[str, tuple[Step, dict[str, object]]] = {
    **{
        f"papers, receipt {state}": (
            Step.STATUS_PAPERS,
            {**_FOUND, "status_items": (replace(ANSWERED, receipt=state), WAITING)},
        )
        for state in ReceiptState
    },
    "papers, unconfirmed and enough": (
        Step.STATUS_PAPERS,
        {
            **_FOUND,
            "status_items": (replace(ANSWERED, receipt=ReceiptState.UNCONFIRMED, copies=3),),
        },
    ),
    "papers, enough copies": (
        Step.STATUS_PAPERS,
        {**_FOUND, "status_items": (replace(ANSWERED, copies=3),)},
    ),
    "papers, one failed": (
        Step.STATUS_PAPERS,
        {
            **_FOUND,
            "status_items": (replace(WAITING, receipt=ReceiptState.FAILED),),
            "slip": AskedSlip(
                Slip.RECEIPT, WAITING.app_id, ReceiptState.FAILED, PrinterState.PAPER_OUT
            ),
        },
    ),
    "papers, slip printing": (
        Step.STATUS_PAPERS,
        {
            **_FOUND,
            "status_items": (ANSWERED,),
            "slip": AskedSlip(Slip.PROGRESS, ANSWERED.app_id),
        },
    ),
}

SITUATIONS: dict[str, tuple[Step, dict[str, object]]] = {
    "photo": (Step.PHOTO, {}),
    **{f"photo {advice}": (Step.PHOTO, {"advice": (advice,)}) for advice in Advice},
    "photo, two cameras": (Step.PHOTO, {"is_camera_low": True}),
    "photo, nothing judged": (Step.PHOTO, {"is_face_judged": False}),
    "photo being taken": (Step.PHOTO, {"is_taking_photo": True}),
    "no camera": (Step.PHOTO, {"camera_is_gone": True}),
    "photo taken": (Step.PHOTO, {"photo": PHOTO, "shots": (PHOTO,)}),
    "photo to choose": (Step.PHOTO, {"photo": PHOTO, "shots": (PHOTO, PHOTO, PHOTO)}),
    "sign": (Step.SIGN, {}),
    "sign, helped": (Step.SIGN, {"helper": VOLUNTEER}),
    **{
        f"received, {state}": (Step.RECEIVED, {**_RECEIVED, "receipt": state})
        for state in ReceiptState
    },
    **{
        f"received, {state}": (
            Step.RECEIVED,
            {**_RECEIVED, "receipt": ReceiptState.FAILED, "printer_state": state},
        )
        for state in PrinterState
    },
    "received without network or photo": (
        Step.RECEIVED,
        {
            **_RECEIVED,
            "sealed": LATER,
            "receipt": ReceiptState.UNCONFIRMED,
            "photo_missing": PhotoMissing.NOT_WANTED,
        },
    ),
    "rating": (Step.RATING, {"sealed": SEALED}),
    "rating, helped": (Step.RATING, {"sealed": SEALED, "helper": VOLUNTEER}),
    "another": (Step.ANOTHER, {"earlier": Earlier(("before",))}),
    "another, printing": (
        Step.ANOTHER,
        {"earlier": Earlier(("before",)), "receipt": ReceiptState.PRINTING},
    ),
    "review, photo from before": (
        Step.REVIEW,
        {"photo": PHOTO, "earlier": Earlier(("before",), (PHOTO,))},
    ),
    **{
        f"take card, {presence}": (
            Step.TAKE_CARD,
            {"person": None, "service_id": "", "card_presence": presence},
        )
        for presence in Presence
    },
    "take card, left": (
        Step.TAKE_CARD,
        {
            "person": None,
            "service_id": "",
            "card_presence": Presence.PRESENT,
            "is_card_left": True,
        },
    ),
    "status ask": (Step.STATUS_ASK, {"person": None, "service_id": ""}),
    "status card": (Step.STATUS_CARD, {"person": None, "service_id": ""}),
    "status card pulled": (
        Step.STATUS_CARD,
        {"person": None, "service_id": "", "card_problem": UnreadableReason.PULLED},
    ),
    "status number": (Step.STATUS_NUMBER, {"person": None, "service_id": ""}),
    **{
        f"status {what}": (
            Step.STATUS_NUMBER,
            {"person": None, "service_id": "", "status_problem": f"status.problem.{what}"},
        )
        for what in ("number", "code", "not_here")
    },
    "status shown": (
        Step.STATUS_SHOWN,
        {"person": None, "service_id": "", "status_items": (ANSWERED, WAITING, DELIVERED)},
    ),
    "status, long words": (
        Step.STATUS_SHOWN,
        {"person": None, "service_id": "", "status_items": (ASKED_MUCH, WAITING)},
    ),
    "status shown, long offline": (
        Step.STATUS_SHOWN,
        {
            "person": None,
            "service_id": "",
            "status_items": (replace(ANSWERED, is_unseen=True),),
            "status_heard_at": NOW - timedelta(days=3),
        },
    ),
    "known asked": (Step.STATUS_ASK, {"person": None, "service_id": "", "asks_known": True}),
    "known": (Step.KNOWN, {"person": None, "service_id": "", "known": KNOWN}),
    "known of one": (
        Step.KNOWN,
        {
            "person": None,
            "service_id": "",
            "known": replace(KNOWN, by_card=False, applications=(KNOWN_DELIVERED,)),
            "receipt": ReceiptState.PRINTING,
        },
    ),
    "known nothing": (
        Step.KNOWN,
        {
            "person": None,
            "service_id": "",
            "known": replace(KNOWN, applications=()),
            "receipt": ReceiptState.FAILED,
            "printer_state": PrinterState.COVER_OPEN,
        },
    ),
    "unseen": (Step.UNSEEN, {"unseen": (UNSEEN,), "resume": Step.CONSENT_DATA}),
    "unseen, printed": (
        Step.UNSEEN,
        {"unseen": (UNSEEN, UNSEEN), "receipt": ReceiptState.UNCONFIRMED},
    ),
    **PAPERS,
    "guide, list printed": (
        Step.GUIDE,
        {"person": None, "slip": AskedSlip(Slip.BRING_LIST, None, ReceiptState.UNCONFIRMED)},
    ),
    "help, slip failed": (
        Step.REVIEW,
        {
            "overlay": Overlay.HELP,
            "slip": AskedSlip(Slip.HELP, None, ReceiptState.FAILED, PrinterState.UNREACHABLE),
        },
    ),
    "received, said not to have come": (
        Step.RECEIVED,
        {**_RECEIVED, "receipt": ReceiptState.FAILED, "copies": 3},
    ),
    "received, unconfirmed the last time": (
        Step.RECEIVED,
        {**_RECEIVED, "receipt": ReceiptState.UNCONFIRMED, "copies": 3},
    ),
    "received, enough copies": (
        Step.RECEIVED,
        {
            **_RECEIVED,
            "receipt": ReceiptState.PRINTED,
            "copies": 3,
            "slip": AskedSlip(
                Slip.ACKNOWLEDGEMENT, SEALED.app_id, ReceiptState.FAILED, PrinterState.PAPER_OUT
            ),
        },
    ),
    **STOPPED,
    "read aloud?": (
        Step.RECEIVED,
        {**_RECEIVED, "receipt": ReceiptState.FAILED, "overlay": Overlay.ALOUD},
    ),
    "being read aloud": (
        Step.RECEIVED,
        {**_RECEIVED, "receipt": ReceiptState.FAILED, "overlay": Overlay.ALOUD, "spelt": 0},
    ),
    "several read aloud?": (
        Step.STATUS_SHOWN,
        {
            "person": None,
            "service_id": "",
            "status_items": (ANSWERED, replace(WAITING, service_id="other"), DELIVERED),
            "overlay": Overlay.ALOUD,
        },
    ),
    "status unknown": (Step.STATUS_SHOWN, {"person": None, "service_id": ""}),
    **{
        f"over a step: {overlay}": (Step.REVIEW, {"overlay": overlay})
        for overlay in Overlay
        if overlay is not Overlay.NONE
    },
    "help on Home": (Step.HOME, {"overlay": Overlay.HELP}),
    "door": (Step.HOME, staff(StaffStep.DOOR)),
    "volunteer's PIN": (Step.HOME, staff(StaffStep.VOLUNTEER_PIN)),
    "technician's PIN, locked": (Step.HOME, staff(StaffStep.TECHNICIAN_PIN, **_LOCKED)),
    "checking": (Step.HOME, staff(StaffStep.CHECKING)),
    "on duty": (Step.HOME, staff(StaffStep.ON_DUTY)),
    "on duty in a visit": (Step.QUESTION, staff(StaffStep.ON_DUTY)),
    "on duty, helping": (Step.QUESTION, {**staff(StaffStep.ON_DUTY), "helper": VOLUNTEER}),
    "maintenance": (Step.HOME, staff(StaffStep.MAINTENANCE, report=REPORT)),
    **printer_situations(SEALED, ANSWERED),
    "maintenance, looking": (Step.HOME, staff(StaffStep.MAINTENANCE)),
    "maintenance, testing": (
        Step.HOME,
        staff(StaffStep.MAINTENANCE, report=REPORT, testing=PortName.CAMERA, tests=(_TESTED,)),
    ),
}


def situation(
    name: str, language: Language = EN, scale: TextScale = TextScale.NORMAL, **changes: object
) -> Session:
    """Return the session of a situation, with further changes."""
    step, known = SITUATIONS[name]
    all_changes: dict[str, Any] = {**known, **changes}
    return a_session(step, language, scale=scale, **all_changes)


def a_jpeg_photo(jpeg: bytes) -> Photo:
    """Return a photo with a picture in it that can be shown."""
    return replace(PHOTO, jpeg=jpeg)
